#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""setup_logger and Handler: where records go, and that loggers follow the ring's live level."""

import os
import stat

import support


class SetupLogger(support.Case):
    """The guide's setup_logger()."""

    def test_a_second_call_adds_no_second_line(self):
        ran = self.run_script('''
            import logging
            a = setup_logger("app"); b = setup_logger("app")
            assert a is b is logging.getLogger("app")
            a.info("once"); logging.getLogger("app.child").info("from below")
            logging.basicConfig(); a.warning("not at root")
        ''', 1)
        self.assertEqual(ran.lines(), ["[app] INFO: once", "[app.child] INFO: from below",
                                       "[app] WARNING: not at root"])
        self.assertEqual([e["message"] for e in ran.events(kinds=("logger",))],
                         ["once", "from below", "not at root"])

    def test_level_file_and_format_are_taken(self):
        ran = self.run_script('''
            import logging
            log = setup_logger("app", level=logging.WARNING, log_file="app.log",
                               format_string="%(levelname)s|%(message)s")
            log.info("no"); log.warning("key sk-abcdefghijklmnop"); log.error("e")
            setup_logger("app", logging.DEBUG, "app.log").debug("d")
        ''')
        self.assertEqual(ran.err.splitlines()[:2], ["WARNING|key [REDACTED]", "ERROR|e"])
        self.assertRegex(ran.err.splitlines()[2], r"^\[[-\d]+ [:\d]+\] \[app\] DEBUG: d$")
        path = os.path.join(self.rig.path, "app.log")
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), ran.err)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)

    def test_a_file_that_cannot_be_made_costs_nobody_the_logger(self):
        ran = self.run_script('setup_logger("app", log_file="none/app.log").info("on")')
        self.assertIn("No such file", ran.err)
        self.assertIn("[app] INFO: on", ran.err)

    def test_what_setup_logger_refuses_changes_nothing(self):
        ran = self.run_script('''
            setup_logger("app", "DEBUG")
            for wrong in {"level": "LOUD"}, {"format_string": "no field"}:
                try: setup_logger("app", **wrong)
                except ValueError: pass
                else: raise AssertionError(wrong)
            __import__("logging").getLogger("app").debug("on")
        ''')
        self.assertEqual(ran.lines(), ["[app] DEBUG: on"])

    def test_warnings_and_errors_count_at_level_0(self):
        ran = self.run_script('''
            for i in range(3): logger.error("failed %d times", i)
            logger.warning("w"); logger.info("i")
        ''')
        self.assertEqual({(e["type"], e["count"]) for e in ran.servers()[0]["errors"]},
                         {("ERROR", 3), ("WARNING", 1)})
        self.assertEqual(ran.events(kinds=("logger",)), [])

    def test_stderr_is_what_it_is_at_the_time(self):
        ran = self.run_script('''
            import contextlib, io
            text = io.StringIO()
            with contextlib.redirect_stderr(text): logger.info("kept")
            assert text.getvalue().endswith("INFO: kept\\n")
        ''')
        self.assertEqual(ran.err, "")


CONFIG = '''
import logging, logging.config
logging.config.dictConfig({
    "version": 1, "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(message)s"}},
    "handlers": {"ring": {"class": "acdebug.Handler"},
                 "screen": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {"app": {"handlers": ["ring", "screen"], "level": "INFO", "propagate": False}},
    "root": {"handlers": ["ring", "screen"], "level": "WARNING"}})
app, other = logging.getLogger("app"), logging.getLogger("other.deep")
'''


class Handler(support.Case):
    """acdebug.Handler on the loggers of others."""

    def test_dict_config_and_levels_by_name(self):
        ran = self.run_script(CONFIG + '''
app.info("info"); app.debug("debug"); other.warning("warning"); other.critical("critical")
logging.addLevelName(25, "NOTICE"); app.log(25, "notice")
''', 1)
        events = ran.events(kinds=("logger",))
        self.assertEqual([(e["name"], e["fields"]["acdebug.severity"], e["message"], e["level"])
                          for e in events],
                         [("app", "INFO", "info", 1), ("other.deep", "WARNING", "warning", 1),
                          ("other.deep", "ERROR", "critical", 1), ("app", "INFO", "notice", 1)])
        self.assertEqual([e["fields"].get("level") for e in events],
                         [None, None, "CRITICAL", "NOTICE"])
        self.assertEqual(ran.err.splitlines(), ["INFO info", "WARNING warning", "CRITICAL critical",
                                                "NOTICE notice"])

    def test_extra_and_exceptions_become_fields(self):
        ran = self.run_script(CONFIG + '''
app.info("m %s", 1, extra={"user": "u", "n": 5, "api_key": "secret", "list": [1]})
try: raise ValueError("bad")
except ValueError: app.exception("failed")
''', 1)
        first, second = ran.events(kinds=("logger",))
        self.assertEqual({k: v for k, v in first["fields"].items() if "acdebug" not in k},
                         {"message": "m 1", "user": "u", "n": 5, "api_key": "[REDACTED]",
                          "list": [1]})
        self.assertEqual(second["fields"]["exception.type"], "ValueError")
        self.assertIn("bad", second["fields"]["exception.message"])
        self.assertIn("Traceback", second["fields"]["exception.stacktrace"])

    def test_is_enabled_for_follows_the_live_level_and_the_screen_stays_quiet(self):
        ran = self.run_script(CONFIG + '''
def answers(): return [l.isEnabledFor(n) for l in (app, other, logging.getLogger())
                       for n in (logging.DEBUG, logging.INFO, logging.WARNING)]
base = [False, True, True, False, False, True, False, False, True]
assert answers() == base, answers()
app.debug("no")
set_level(2)
assert answers() == [True] * 9, answers()
app.debug("ring 1"); other.debug("ring 2"); other.info("ring 3"); app.info("both")
set_level(1)
assert answers() == [False, True, True] * 3, answers()
app.debug("no"); other.debug("no"); other.info("ring 4")
set_level(0)
assert answers() == base, answers()
assert app.level == logging.INFO and logging.getLogger().level == logging.WARNING
set_level(3)
app.setLevel(logging.ERROR)
app.debug("ring 5"); app.warning("ring 6"); app.error("both")
set_level(0)
assert app.level == logging.ERROR, app.level
''')
        self.assertEqual([e["message"] for e in ran.events(kinds=("logger",))],
                         ["ring 1", "ring 2", "ring 3", "both", "ring 4", "ring 5", "ring 6", "both"])
        self.assertEqual(ran.err.splitlines(), ["INFO both", "ERROR both"])

    def test_the_screen_stays_quiet_above_and_below_the_logger_that_follows(self):
        ran = self.run_script('''
            import logging
            logging.basicConfig(format="ROOT %(message)s", level=logging.INFO)
            app, below, free = (logging.getLogger(name) for name in ("app", "app.below", "free"))
            app.addHandler(acdebug.Handler())
            app.setLevel(logging.WARNING)
            below.addHandler(logging.StreamHandler())
            set_level(2)
            for logger in app, below, free:
                for level in logging.DEBUG, logging.INFO, logging.WARNING:
                    logger.log(level, "%s %d", logger.name, level)
            assert all(not handler.filters for handler in below.handlers + logging.getLogger().handlers)
        ''')
        self.assertEqual([e["message"] for e in ran.events(kinds=("logger",))],
                         [f"{name} {level}" for name in ("app", "app.below") for level in (10, 20, 30)])
        self.assertEqual(ran.err.splitlines(), ["ROOT app 30", "app.below 30", "ROOT app.below 30",
                                                "ROOT free 20", "ROOT free 30"])

    def test_loggers_below_follow_by_themselves(self):
        ran = self.run_script('''
            import logging, time
            root, below, asked = logging.getLogger(), logging.getLogger("a.b"), logging.getLogger("a.c")
            root.addHandler(acdebug.Handler())
            below.warning("opens the ring")
            asked.setLevel(logging.ERROR)
            def wait_for(answer):
                end = time.monotonic() + 30
                while below.isEnabledFor(logging.DEBUG) is not answer: assert time.monotonic() < end
            def level(*words):
                return subprocess.Popen([os.environ["ACDEBUG_TOP"], "level", str(os.getpid()), *words],
                                        stdout=subprocess.DEVNULL)
            assert not below.isEnabledFor(logging.INFO)
            setter = level("2"); wait_for(True); setter.wait()
            below.debug("below"); asked.warning("no: its owner set its level")
            root.setLevel(logging.ERROR)
            assert below.isEnabledFor(logging.DEBUG) and not asked.isEnabledFor(logging.WARNING)
            setter = level("0"); wait_for(False); setter.wait()
            assert root.level == logging.ERROR and not below.isEnabledFor(logging.WARNING)
            setter = level("3", "--for", "1s"); wait_for(True); setter.wait(); wait_for(False)
        ''')
        self.assertEqual([e["message"] for e in ran.events(kinds=("logger",))], ["below"])

    def test_a_record_that_is_none_never_escapes(self):
        ran = self.run_script('''
            import logging
            handler = acdebug.Handler()
            for wrong in ({"exc_info": (1, 2, 3), "levelno": 40}, {"levelno": "x"}, {"args": 5, "msg": "%d %d"},
                          {"name": None}, {"levelno": 20, "exc_info": 5}):
                handler.handle(logging.makeLogRecord({"msg": "m", "levelno": 20, "levelname": "L", **wrong}))
            print("alive")
        ''', 2)
        self.assertEqual(ran.out, "alive\n")

    def test_setup_logger_follows_too(self):
        ran = self.run_script('''
            log = setup_logger("app")
            log.debug("no")
            set_level(2); log.debug("ring"); log.info("both")
            set_level(0); log.debug("no"); log.info("screen")
        ''')
        self.assertEqual([e["message"] for e in ran.events(kinds=("logger",))], ["ring", "both"])
        self.assertEqual(ran.lines(), ["[app] INFO: both", "[app] INFO: screen"])

    def test_a_lease_ends_for_loggers_that_nothing_else_wakes(self):
        self.run_script('''
            import time
            log = setup_logger("app")
            set_level(2, "--for", "1s")
            assert log.isEnabledFor(10)
            end = time.monotonic() + 30
            while log.isEnabledFor(10): assert time.monotonic() < end
            assert log.level == 20
        ''')

    def test_a_handler_alone_and_messages_that_do_not_format(self):
        ran = self.run_script('''
            import logging
            log = logging.Logger("own"); log.addHandler(acdebug.Handler())
            log.error("%d and %s", "x"); log.error("plain")
        ''', 1)
        self.assertEqual([e["message"] for e in ran.events(kinds=("logger",))],
                         ["%d and %s", "plain"])
        self.assertEqual(ran.err, "")


if __name__ == "__main__":
    support.main()
