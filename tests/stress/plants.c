/* SPDX-License-Identifier: MIT */
/* Fifty secrets where one can stand, see plants.h. */
#include "config.h"

#include "tests/stress/plants.h"

#include <stdio.h>
#include <string.h>

/* Secret number n, wherever it is planted. */
#define S(n) "zq" #n "Qz"

static const acdebug_header request_headers[] = {{"Authorization", "Basic " S(01)},
                                                 {"PROXY-AUTHORIZATION", S(02)},
                                                 {"x-api-key", S(03)},
                                                 {"Api-Key", S(04)},
                                                 {"api_key", S(05)},
                                                 {"ApiKey", S(06)},
                                                 {"Cookie", "a=1; b=" S(07)},
                                                 {"Set-Cookie ", "id=" S(08)},
                                                 {"x-forwarded", "Bearer " S(09)},
                                                 {"x-note", "key sk-" S(10)},
                                                 {"content-type", "application/json"}};

static const char json_body[] = "{\"model\":\"m\",\"max_tokens\":4096,\"a\":[{\"authorization\":\"" S(
    11) "\"},"
        "{\"b\":{\"proxy-authorization\":\"" S(12) "\",\"x-api-key\":[\"" S(
            13) "\"]}}],"
                "\"api-key\":{\"x\":\"" S(14) "\"},\"API_KEY\":\"" S(15) "\",\"apikey\":\"" S(
                    16) "\","
                        "\"cookie\":\"" S(17) "\",\"set-cookie\":\"" S(18) "\",\"c\":[[[{\"Api-Key\":\"" S(
                            19) "\"}]]],"
                                "\"headers\":{\"Cookie\":[{\"deep\":[\"" S(20) "\"]}]},\"api\\u005fkey\":\"" S(
                                    21) "\","
                                        "\"api_key\":"
                                        "\"\\\"" S(
                                            22) "\","
                                                "\"arguments\":\"{\\\"api_key\\\": \\\"" S(
                                                    23) "\\\", \\\"n\\\": 1}\","
                                                        "\"s\":\"Bearer " S(24) " and sk-" S(25) "\",\"url\":\"https://u:" S(
                                                            26) "@h/\","
                                                                "\"har\":[{\"name\":\"Authorization\",\"value\":\"" S(
                                                                    27) "\"}]}";

static const char text_body[] =
    "upstream said 401\r\nAuthorization: Digest " S(28) "\r\napi_key=" S(29) "&x=1\r\ncookie: s=" S(
        30) "\r\ntoken Bearer " S(31) ", key 'sk-" S(32) "' at postgres://u:" S(33) "@db/x\r\n";

static const char byte_body[] =
    "\xff\0\x80 x-api-key: " S(34) "\n\xfe apikey=" S(35) ";\0{\"set-cookie\":\"" S(36) "\"";

static const char url[] = "https://joe:" S(37) "@host/v1/chat?api_key=" S(38) "&api%6Bey=" S(
    39) "&h=Bearer%20" S(40) "&k=sk-" S(41) "&max_tokens=5";

static const char trace[] =
    "Traceback: (b'authorization', b'Basic " S(48) "') --api-key=" S(50) "x";

acdebug_exchange acd_plants_exchange(unsigned kind)
{
    acdebug_exchange e = ACDEBUG_EXCHANGE_INIT;
    e.status = 500;
    e.method = "POST";
    e.url = url;
    e.request_headers = e.response_headers = request_headers;
    e.request_headers_count = e.response_headers_count =
        sizeof request_headers / sizeof request_headers[0];
    e.request_body = kind % 2 ? byte_body : json_body;
    e.request_body_bytes = kind % 2 ? sizeof byte_body - 1 : sizeof json_body - 1;
    e.has_response = true;
    e.response_status = 401;
    e.response_body = kind % 3 ? text_body : trace;
    e.response_body_bytes = kind % 3 ? sizeof text_body - 1 : sizeof trace - 1;
    return e;
}

void acd_plants_emit(acdebug_logger *logger, const char *path)
{
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    acdebug_field fields[] = {acdebug_field_str("authorization", S(44)),
                              acdebug_field_str("note", "api_key=" S(45)),
                              acdebug_field_json("body", "{\"cookie\":\"" S(45) "\"}")};
    acdebug_timer t;
    c.message = "refused: Bearer " S(42);
    c.provider = "sk-" S(43);
    c.model = "m";
    c.debug_file = path;
    c.fields = fields;
    c.fields_count = 3;
    acdebug_error("HTTP", 500, &c);
    acdebug_log(1, "sent", ACDEBUG_STR("X-Api-Key", S(46)),
                ACDEBUG_JSON("cookie", "[\"" S(47) "\"]"));
    acdebug_field dynamic = acdebug_field_str("Set-Cookie", S(47));
    acdebug_log_fields(ACDEBUG_LOG, 1, "sent too", &dynamic, 1);
    acdebug_logger_log(logger, ACDEBUG_SEV_ERROR, "login failed: %s", "api_key: " S(49));
    acdebug_timer_start(&t, "call");
    (void)acdebug_timer_fail(&t, "AuthError(sk-" S(50) ")");
}

unsigned acd_plants_find(const char *bytes, size_t count)
{
    for (unsigned n = 1; n <= ACD_PLANTS; n++) {
        char secret[16];
        snprintf(secret, sizeof secret, "zq%02uQz", n);
        if (memmem(bytes, count, secret, strlen(secret)))
            return n;
    }
    return 0;
}

unsigned acd_plants_places(unsigned n)
{
    unsigned places = 0;
    char secret[16];
    snprintf(secret, sizeof secret, "zq%02uQz", n);
    for (size_t i = 0; i < sizeof request_headers / sizeof request_headers[0]; i++)
        places += strstr(request_headers[i].value, secret) != NULL;
    places += strstr(json_body, secret) != NULL;
    places += strstr(text_body, secret) != NULL;
    places += memmem(byte_body, sizeof byte_body, secret, strlen(secret)) != NULL;
    return places + (strstr(url, secret) != NULL || strstr(trace, secret) != NULL);
}
