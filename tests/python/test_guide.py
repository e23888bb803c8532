#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The guide's examples, from a project whose scripts/utils_logging.py is the one line."""

import json
import os
import re
import stat

import support

GUIDE = '''
from scripts.utils_logging import (
    get_debug_level, is_debug_enabled, is_verbose_debug_enabled, is_trace_debug_enabled,
    get_logger, log_performance, log_debug_error, write_error_debug_file, DebugLevel)
from scripts.utils_logging import setup_logger, display_debug_startup, debug, logger as own
from scripts.utils_logging import PerformanceTimer, timing_decorator
from scripts.utils_logging import log_cache_hit, log_cache_miss

logger = setup_logger(__name__)
display_debug_startup()
logger.info("Application started")
logger.warning("This might be an issue")
logger.error("Something went wrong")
debug(1, "Basic debug info", {"key": "value"})
full_data_dict = {"messages": [{"role": "user", "content": "x" * 300}]}
debug(1, "Message")
debug(2, "Detailed info")
debug(3, "Full trace", full_data_dict)
own.info("Information message")
own.debug("Debug message")
with PerformanceTimer("Operation name") as timer:
    elapsed = timer.checkpoint("halfway point")
assert isinstance(elapsed, float) and elapsed > 0
@timing_decorator()
def my_function():
    return 42
assert my_function() == 42
log_cache_hit("prompt", "system_prompt_hash_123", {
    "size_tokens": 1500,
    "age_seconds": 45
})
log_cache_miss("kv_cache", "session_xyz", "new_session")
log_performance("embed", 12.5, {"tokens": 7})
debug_file = write_error_debug_file(
    status_code=500,
    request_info={"method": "POST", "url": "/v1/chat/completions",
                  "headers": {"content-type": "application/json", "Authorization": "Bearer abcdef"},
                  "body": {"model": "qwen2.5", "api_key": "k", "max_tokens": 5}},
    response_info={"statusCode": 500, "headers": {"x": "y"}, "body": "boom"})
if debug_file:
    log_debug_error(
        error_type="HTTP",
        status_code=500,
        debug_file=debug_file,
        context={"provider": "mlx", "model": "qwen2.5"}
    )
log_debug_error("Streaming", 502)
assert get_logger() is own
assert get_debug_level() == int(__import__("os").environ.get("ANYCLAUDE_DEBUG", 0))
assert is_debug_enabled() == (get_debug_level() >= DebugLevel.BASIC)
assert is_verbose_debug_enabled() == (get_debug_level() >= DebugLevel.VERBOSE)
assert is_trace_debug_enabled() == (get_debug_level() >= DebugLevel.TRACE)
print(debug_file)
'''

NAMES = """logger get_logger setup_logger debug get_debug_level is_debug_enabled is_verbose_debug_enabled
is_trace_debug_enabled PerformanceTimer timing_decorator log_performance log_cache_hit log_cache_miss
write_error_debug_file log_debug_error display_debug_startup DebugLevel""".split()


class Guide(support.Case):
    """Each test runs the guide's calls at one level."""

    def run_guide(self, level):
        self.write("scripts/utils_logging.py", "from acdebug.utils_logging import *\n")
        return self.run_file(self.write("server.py", GUIDE), level)

    def test_every_name_of_the_guide_is_exported(self):
        ran = self.run_script("import acdebug.utils_logging as u; print(sorted(u.__all__))")
        self.assertEqual(ran.out.strip(), str(sorted(NAMES)))

    def test_level_0_prints_the_loggers_lines_and_errors_only_and_counts_all(self):
        ran = self.run_guide(None)
        self.assertEqual(ran.lines(), ["[__main__] INFO: Application started",
                                       "[__main__] WARNING: This might be an issue",
                                       "[__main__] ERROR: Something went wrong",
                                       "[anyclaude] INFO: Information message"])
        self.assertEqual(ran.out.strip(), "None")
        self.assertEqual([n for n in os.listdir(self.rig.path) if n.startswith("anyclaude")], [])
        self.check_counts(ran, None)

    def check_counts(self, ran, file):
        server, = ran.servers()
        self.assertEqual(server["name"], "server")
        self.assertEqual({c["type"]: (c["hits"], c["misses"], c["miss_reasons"])
                          for c in server["caches"]},
                         {"prompt": (1, 0, {}), "kv_cache": (0, 1, {"new_session": 1})})
        self.assertEqual({t["name"]: (t["count"], t["failed"], t["running"],
                                      [c["label"] for c in t["checkpoints"]])
                          for t in server["timers"]},
                         {"Operation name": (1, 0, 0, ["halfway point"]),
                          "my_function": (1, 0, 0, [])})
        errors = {(e["type"], e["status"]): e for e in server["errors"]}
        self.assertEqual(errors["Streaming", 502]["count"], 1)
        if file:
            self.assertEqual(errors["HTTP", 500]["file"], file)
            self.assertEqual(errors["HTTP", 500]["provider"], "mlx")
            self.assertEqual(errors["HTTP", 500]["model"], "qwen2.5")

    def test_level_1_prints_basics_with_data(self):
        ran = self.run_guide(1)
        lines = ran.lines()
        file = ran.out.strip()
        for line in ('[anyclaude] DEBUG: Basic debug info {"key":"value"}',
                     '[anyclaude] DEBUG: Message',
                     '[anyclaude] DEBUG: [Cache] HIT - prompt: system_prompt_hash_123 '
                     '{"size_tokens":1500,"age_seconds":45}',
                     '[anyclaude] DEBUG: [Cache] MISS - kv_cache: session_xyz (new_session)',
                     f'[anyclaude] ERROR: HTTP error (mlx/qwen2.5) - Debug info written to: {file}',
                     '[anyclaude] ERROR: Streaming error 502',
                     '[anyclaude] INFO: Debug level: 1 (basic)'):
            self.assertIn(line, lines)
        self.assertNotIn("Timer", ran.err)
        self.assertNotIn("Detailed", ran.err)
        self.assertTrue(all(re.match(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] \[\w+\] [A-Z]+: ", line)
                            for line in ran.err.splitlines()), ran.err)
        self.check_counts(ran, file)
        self.check_file(file)

    def check_file(self, file):
        self.assertRegex(os.path.basename(file), r"^anyclaude-debug-\d{13}-\w{6}\.json$")
        self.assertEqual(os.path.dirname(file), self.rig.path)
        self.assertEqual(stat.S_IMODE(os.stat(file).st_mode), 0o600)
        with open(file, encoding="utf-8") as opened:
            whole = json.load(opened)
        self.assertEqual(whole["statusCode"], 500)
        self.assertEqual(whole["request"], {
            "method": "POST", "url": "/v1/chat/completions",
            "headers": {"content-type": "application/json", "Authorization": "[REDACTED]"},
            "body": {"model": "qwen2.5", "api_key": "[REDACTED]", "max_tokens": 5}})
        self.assertEqual(whole["response"], {"statusCode": 500, "headers": {"x": "y"},
                                             "body": "boom"})
        with open(os.path.join(self.rig.path, "anyclaude-errors.log"), encoding="utf-8") as log:
            self.assertRegex(log.read(), rf"^\[.*\] HTTP 500 - Debug: {re.escape(file)}\n$")

    def test_level_2_prints_timers_and_performance(self):
        lines = "\n".join(self.run_guide(2).lines())
        for pattern in (r"DEBUG: Detailed info$", r"DEBUG: \[Timer\] Starting: Operation name$",
                        r"\[Timer\] Operation name @ halfway point: \d+\.\d\dms$",
                        r"\[Timer\] Operation name completed in \d+\.\d\dms$",
                        r"\[Timer\] my_function completed in \d+\.\d\dms$",
                        r'Performance: embed took 12\.50ms \{"tokens":7\}$'):
            self.assertRegex(lines, "(?m)" + pattern)
        self.assertNotIn("Full trace", lines)

    def test_level_3_prints_data_whole_and_indented(self):
        ran = self.run_guide(3)
        text = ran.err[ran.err.index("Full trace "):]
        data, _ = json.JSONDecoder().raw_decode(text[len("Full trace "):])
        self.assertEqual(data, {"messages": [{"role": "user", "content": "x" * 300}]})
        self.assertIn('{\n  "messages": [', text)

    def test_cut_text_at_level_2_has_all_in_the_ring(self):
        ran = self.run_script('debug(2, "long", {"a": "x" * 1000})', 2)
        self.assertLess(len(ran.lines()[0]), 260)
        self.assertEqual(ran.events()[0]["fields"]["a"], "x" * 1000)

    def test_write_error_debug_file_takes_what_servers_have(self):
        ran = self.run_script('''
            class Odd:
                def __str__(self): raise RuntimeError("no text")
            f = write_error_debug_file(404, {"method": "GET", "url": "/x?api_key=abc", "headers":
                [(b"cookie", b"a=b"), ("n", 5)], "body": b'{"cookie": "c", "n": 1}'})
            print(json.dumps(json.load(open(f))))
            f = write_error_debug_file(0, {"body": {"odd": Odd(), "s": "\\udc80", "t": {1, }}}, {})
            print(json.dumps(json.load(open(f))))
            print(write_error_debug_file(200, {}), write_error_debug_file("x", None, 5) is not None)
            print(write_error_debug_file(500, {"body": "text", "headers": 7}, None) is not None)
            class Text(str):
                def encode(self, *a): raise RuntimeError("no bytes")
                def __str__(self): return self
            assert write_error_debug_file(500, {"url": Text("/"), "body": Text("b")})
            gone = memoryview(b"gone"); gone.release()
            print(json.load(open(write_error_debug_file(500, {"body": gone})))["request"]["body"])
        ''', 1)
        first, second, third, fourth, fifth = ran.out.splitlines()
        first, second = json.loads(first), json.loads(second)
        self.assertEqual(first["request"]["headers"], {"cookie": "[REDACTED]", "n": "5"})
        self.assertEqual(first["request"]["body"], {"cookie": "[REDACTED]", "n": 1})
        self.assertNotIn("abc", first["request"]["url"])
        self.assertIsNone(first["response"])
        self.assertEqual(second["request"]["body"]["odd"], "<unprintable Odd>")
        self.assertEqual(second["request"]["body"]["t"], [1])
        self.assertEqual((third, fourth, fifth), ("None True", "True", "None"))


if __name__ == "__main__":
    support.main()
