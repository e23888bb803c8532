// SPDX-License-Identifier: MIT
// spdlog to a file on tmpfs: its synchronous logger, and its asynchronous one that overwrites.
#include "config.h"

#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

extern "C" {
#include "tests/bench/floors.h"
#include "tests/bench/peers.h"
}

static const char path[] = "/dev/shm/acdebug-bench-spdlog";

static spdlog::logger &sync_logger()
{
    static auto logger = spdlog::basic_logger_mt("sync", path, true);
    return *logger;
}

static spdlog::logger &async_logger()
{
    static auto logger = [] {
        spdlog::init_thread_pool(8192, 1);
        return spdlog::create_async_nb<spdlog::sinks::basic_file_sink_mt>("async", path, true);
    }();
    return *logger;
}

extern "C" void peer_spdlog_off(long n)
{
    for (long i = 0; i < n; i++)
        sync_logger().debug("event id={} value={} text={}", i, static_cast<double>(i) * 0.5, bench_text);
}

extern "C" void peer_spdlog_sync(long n)
{
    for (long i = 0; i < n; i++)
        sync_logger().info("event id={} value={} text={}", i, static_cast<double>(i) * 0.5, bench_text);
}

extern "C" void peer_spdlog_async(long n)
{
    for (long i = 0; i < n; i++)
        async_logger().info("event id={} value={} text={}", i, static_cast<double>(i) * 0.5,
                            bench_text);
}
