/* SPDX-License-Identifier: MIT */
/*
 * Basic server logging: a logger whose lines go to stderr and to the ring, and a start message that says
 * how to watch.  Run with ANYCLAUDE_DEBUG=1 and `acdebug-top` in a second terminal.
 */
#include <acdebug.h>

#include <stdio.h>

static void chat_completions(acdebug_logger *logger, const char *prompt)
{
    acdebug_logger_log(logger, ACDEBUG_SEV_INFO, "Chat request received");
    acdebug_log(1, "Basic debug info", ACDEBUG_STR("key", "value"));
    acdebug_log(2, "Detailed info", ACDEBUG_UINT("prompt_bytes", strlen(prompt)));
    acdebug_log(3, "Full trace", ACDEBUG_STR("prompt", prompt));
    acdebug_logger_log(logger, ACDEBUG_SEV_INFO, "Chat response sent");
}

int main(void)
{
    acdebug_logger *logger = NULL;
    (void)acdebug_open("my_server", NULL); /* without a ring the server runs on */
    if (acdebug_logger_new(&logger, "my_server", ACDEBUG_SEV_INFO, NULL) != 0) {
        fputs("no memory for a logger\n", stderr);
        return 1;
    }
    acdebug_display_startup();
    chat_completions(logger, "What is the capital of France?");
    acdebug_logger_log(logger, ACDEBUG_SEV_WARNING, "This might be an issue");
    acdebug_logger_free(logger);
    acdebug_close();
    return 0;
}
