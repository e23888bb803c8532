/* SPDX-License-Identifier: MIT */
/* What a C++ server does with the spdlog sink and the timed scope; test_spdlog.c looks at the ring. */
#include <memory>
#include <stdexcept>

#include <spdlog/spdlog.h>

#include <acdebug_spdlog.h>

extern "C" void acd_test_spdlog_log(void);
extern "C" void acd_test_spdlog_long_name(void);
extern "C" void acd_test_timed_scopes(void);

extern "C" void acd_test_spdlog_log(void)
{
    spdlog::logger logger("engine", std::make_shared<acdebug::spdlog_sink>());
    logger.set_level(spdlog::level::trace);
    logger.info("loaded {} layers, 100%", 33);
    logger.debug("Bearer {}", "s3cret");
    logger.warn("slow batch {}", 1);
    logger.critical("{}", std::string(10000, 'x'));
    logger.flush();
}

extern "C" void acd_test_spdlog_long_name(void)
{
    spdlog::logger logger(std::string(62, 'n') + "\xe2\x82\xac",
                          std::make_shared<acdebug::spdlog_sink>());
    std::string euros = "1";
    while (euros.size() < 5000)
        euros += "\xe2\x82\xac";
    logger.info(euros);
}

extern "C" void acd_test_timed_scopes(void)
{
    {
        ACDEBUG_TIMED_SCOPE("good");
    }
    try {
        ACDEBUG_TIMED_SCOPE("thrown through");
        throw std::runtime_error("x");
    } catch (const std::runtime_error &) {
        ACDEBUG_TIMED_SCOPE("in a handler");
    }
    acdebug::timed_scope scope("named", 1);
    (void)scope.checkpoint("half");
}
