/* SPDX-License-Identifier: MIT */
/*
 * Error handling with debug info: the failed exchange goes into a debug file without its secrets, and the
 * error is counted in its group with the path.  At ANYCLAUDE_DEBUG=0 it is counted without a file.
 */
#include <acdebug.h>

#include <stdio.h>

static const char request_body[] =
    "{\"model\":\"current\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

/* What a back end might answer. */
static int process_request(const char **ret_error)
{
    *ret_error = "upstream timeout after 30 s";
    return 500;
}

static int chat_completions(void)
{
    const acdebug_header headers[] = {{"content-type", "application/json"},
                                      {"authorization", "Bearer never-reaches-the-disk"}};
    const char *error = NULL;
    char debug_file[512];
    acdebug_timer timer;
    acdebug_timer_start(&timer, "chat_completion");
    int status = process_request(&error);
    if (status < 400) {
        (void)acdebug_timer_end(&timer);
        return status;
    }
    (void)acdebug_timer_fail(&timer, "TimeoutError");
    acdebug_exchange exchange = ACDEBUG_EXCHANGE_INIT;
    exchange.status = status;
    exchange.method = "POST";
    exchange.url = "/v1/chat/completions";
    exchange.request_headers = headers;
    exchange.request_headers_count = sizeof headers / sizeof headers[0];
    exchange.request_body = request_body;
    exchange.request_body_bytes = sizeof request_body - 1;
    exchange.has_response = true;
    exchange.response_status = status;
    exchange.response_body = error;
    exchange.response_body_bytes = strlen(error);
    bool written = acdebug_write_error_file(&exchange, debug_file, sizeof debug_file) == 0;

    acdebug_error_context context = ACDEBUG_ERROR_INIT;
    context.message = error;
    context.provider = "mlx";
    context.model = "current";
    context.debug_file = written ? debug_file : NULL;
    acdebug_error("HTTP", status, &context);
    return status;
}

int main(void)
{
    (void)acdebug_open("api_server", NULL);
    printf("answered %d\n", chat_completions());
    acdebug_close();
    return 0;
}
