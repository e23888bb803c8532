/* SPDX-License-Identifier: MIT */
/**
 * @file acdebug_spdlog.h
 * A sink that brings what a C++ server logs through spdlog into its ring.  Header only.
 *
 *     auto sink = std::make_shared<acdebug::spdlog_sink>();
 *     spdlog::default_logger()->sinks().push_back(sink);
 *
 * The event carries spdlog's logger name, severity and message without pattern and time: the ring has
 * times of its own.  trace and debug are events of level 2, the others of level 1; warnings and errors
 * count as errors at every level.  A message is cut at 4 KiB, a logger's name at 63 bytes.
 *
 * Any thread may log through it, loggers may share it, and no lock is taken: the ring needs none.  Not for
 * signal handlers, as spdlog itself.  It neither allocates nor blocks nor throws.  Before acdebug_open() and
 * after acdebug_close() it does nothing; in a fork child it writes to the child's own ring.  Its pattern,
 * formatter and flush do nothing.  Since 0.1; acdebug_vlog(3) is what it calls.
 */
#ifndef ACDEBUG_SPDLOG_H
#define ACDEBUG_SPDLOG_H 1

#include <cstdarg>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

#include <spdlog/sinks/sink.h>

#include <acdebug.h>

namespace acdebug {

class spdlog_sink final : public spdlog::sinks::sink {
  public:
    void log(const spdlog::details::log_msg &message) override
    {
        forward(severity_of(message.level), name_of(message).text, "%.*s",
                static_cast<int>(shorter(message.payload.size(), 4096 + 4)),
                message.payload.data());
    }
    void flush() override {}
    void set_pattern(const std::string &) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  private:
    struct name {
        char text[64];
    };

    static std::size_t shorter(std::size_t a, std::size_t b) { return a < b ? a : b; }

    static name name_of(const spdlog::details::log_msg &message)
    {
        name n;
        const std::size_t bytes = message.logger_name.size();
        if (bytes >= sizeof n.text) { /* cut where a character ends */
            acdebug_redact(n.text, sizeof n.text, message.logger_name.data(), bytes);
            return n;
        }
        if (bytes > 0)
            std::memcpy(n.text, message.logger_name.data(), bytes);
        n.text[bytes] = '\0';
        return n;
    }

    static acdebug_severity severity_of(spdlog::level::level_enum level)
    {
        if (level >= spdlog::level::err)
            return ACDEBUG_SEV_ERROR;
        if (level == spdlog::level::warn)
            return ACDEBUG_SEV_WARNING;
        return level == spdlog::level::info ? ACDEBUG_SEV_INFO : ACDEBUG_SEV_DEBUG;
    }

    ACDEBUG_PRINTF(3, 4)
    static void forward(acdebug_severity severity, const char *component, const char *format, ...)
    {
        va_list arguments;
        va_start(arguments, format);
        acdebug_vlog(severity, component, format, arguments);
        va_end(arguments);
    }
};

} // namespace acdebug

#endif
