#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The caller's data: typed fields, JSON, and whatever else people pass; none of it raises."""

import json
import os
import re

import support


class Values(support.Case):
    """Each test looks at what one kind of data became in the ring."""

    def fields(self, expression, setup=""):
        """The fields of debug(1, "m", <expression>)."""
        ran = self.run_script(setup + f'\ndebug(1, "m", {expression})\n', 1)
        event, = ran.events()
        fields = event["fields"]
        self.assertEqual(fields.pop("message"), "m")
        return fields

    def test_flat_dict_becomes_typed_fields(self):
        self.assertEqual(self.fields('{"i": -5, "f": 1.5, "s": "t", "b": True, "n": 2**62}'),
                         {"i": -5, "f": 1.5, "s": "t", "b": True, "n": 2 ** 62})

    def test_nested_values_become_json(self):
        found = self.fields('{"list": [1, "a"], "dict": {"k": None}, "none": None, "set": {3}}')
        self.assertEqual(found,
                         {"list": [1, "a"], "dict": {"k": None}, "none": None, "set": [3]})

    def test_data_that_is_no_small_dict_is_one_field_without_a_name(self):
        self.assertEqual(self.fields("[1, 2]"), {"": [1, 2]})
        self.rig.__exit__()
        self.setUp()
        big = self.fields("{str(i): i for i in range(17)}")
        self.assertEqual(big[""], {str(i): i for i in range(17)})

    def test_sixteen_fields_are_all_kept(self):
        self.assertEqual(self.fields('{f"k\\udc80{i}": [str(i)] for i in range(16)}'),
                         {f"k\\udc80{i}": [str(i)] for i in range(16)})

    def test_data_is_printed_as_json_alone(self):
        ran = self.run_script('debug(1, "m", [1, "a"]); debug(1, "m", "t"); debug(1, "m", 7)', 1)
        self.assertEqual(ran.lines(), ['[anyclaude] DEBUG: m [1,"a"]', '[anyclaude] DEBUG: m "t"',
                                       "[anyclaude] DEBUG: m 7"])

    def test_big_integers_keep_their_digits(self):
        found = self.fields('{"big": 2**70, "list": [2**70], "max": 2**63 - 1, "over": 2**63}')
        self.assertEqual(found, {"big": 2 ** 70, "list": [2 ** 70], "max": 2 ** 63 - 1,
                                 "over": 2 ** 63})

    def test_what_json_has_no_word_for_is_still_json(self):
        found = self.fields('{"a": [float("nan"), float("inf")], "h": [10**5000], "c": c, "k": {(1, 2): 3}}',
                            "c = []; c.append(c)")
        self.assertEqual(found["a"], [None, None])
        self.assertEqual(found["h"], ["<int of 16610 bits>"])
        self.assertEqual(found["c"], ["<circular>"])
        self.assertEqual(found["k"], {"(1, 2)": 3})

    def test_keys_are_what_json_makes_of_them(self):
        self.assertEqual(self.fields('{None: 1, True: 2, False: 3, 1.5: 4, 7: 5, ("a",): 6}'),
                         {"null": 1, "true": 2, "false": 3, "1.5": 4, "7": 5, "('a',)": 6})

    def test_objects_are_their_str(self):
        found = self.fields('{"d": datetime.date(2024, 5, 6), "b": b"x\\xff", "p": pathlib.Path("a/b")}',
                            "import datetime, pathlib")
        self.assertEqual(found,
                         {"d": "2024-05-06", "b": "x\\xff", "p": "a/b"})

    def test_lone_surrogates_and_nuls_are_shown(self):
        ran = self.run_script('debug(1, "a\\0b\\udcff", {"\\ud800": "\\udfff", "n": "x\\0y"})', 1)
        fields = ran.events()[0]["fields"]
        self.assertEqual(fields["message"], "a\\x00b\\udcff")
        self.assertEqual(fields["\\ud800"], "\\udfff")
        self.assertEqual(ran.err.count("\n"), 1)

    def test_secrets_never_reach_the_ring(self):
        self.run_script('''
            debug(1, "m", {"api_key": "topsecret1", "nested": {"Authorization": "topsecret2"}})
            debug(1, "m", [{"deep": [{"cookie": ["topsecret3"]}]}])
            log_cache_hit("t", "k", {"x-api-key": "topsecret4"})
        ''', 3)
        for name in os.listdir(self.rig.rings):
            with open(os.path.join(self.rig.rings, name), "rb") as ring:
                self.assertNotIn(b"topsecret", ring.read())

    def test_the_list_of_secret_names_is_the_emitters(self):
        with open(os.path.join(os.environ.get("top_srcdir", "."), "emitter", "format", "secrets.c"),
                  encoding="utf-8") as file:
            names = re.findall(r'\{\d+, "([^"]+)"\}', file.read())
        ran = self.run_script("import acdebug._json as j; print(sorted(j.SECRET_NAMES))")
        self.assertEqual(ran.out.strip(), str(sorted(names)))

    def test_dicts_of_one_shape_keep_their_own_values(self):
        # From its second time on, a shape's keys stand in the ring once.
        ran = self.run_script('''
            set_level(2)
            sent = []
            def send(data):
                sent.append(data)
                debug(1, "m", data); log_cache_hit("t", "k", data)
            for i in range(40):
                send({"n": i, "s": str(i), "f": i / 2, "b": i % 3 == 0, "none": None})
                send({"n": i} if i % 2 else {"n": str(i)})
                send({"s": "\\u20ac", "n": i}); send({"n": i, "s": "\\u20ac"})
                send({f"key{i % 4}": i}); send({}); send({"big": 2**62 << i % 3})
                send({"list": [i], "n": i}); send({"a\\0b": i, "long" * 30: i})
                send({str(k): i for k in range(16)}); send(json.loads('{"parsed": %d}' % i))
                if i == 20: set_level(1)
            print(json.dumps(sent))
        ''', 0)
        sent = json.loads(ran.out)
        for kind, own in (("log", ("message",)), ("cache", ("acdebug.cache.type", "acdebug.cache.key",
                                                             "acdebug.cache.outcome", "acdebug.cache.reason"))):
            got = [event["fields"] for event in ran.events(kinds=(kind,))]
            for fields in got:
                for name in own:
                    fields.pop(name, None)
            self.assertEqual(got, sent)

    def test_a_shape_is_no_way_around_the_secrets(self):
        self.run_script('''
            set_level(2)
            for i in range(9):
                debug(1, "m", {"api_key": "topsecret1", "n": i}); log_cache_hit("t", "k", {"cookie": "topsecret2"})
            debug(1, "end")
        ''', 0)
        for name in os.listdir(self.rig.rings):
            with open(os.path.join(self.rig.rings, name), "rb") as ring:
                whole = ring.read()
            self.assertIn(b"api_key", whole)
            self.assertNotIn(b"topsecret", whole)

    def test_shapes_beyond_the_table_and_in_children_are_written_whole(self):
        ran = self.run_script('''
            set_level(1)
            for i in range(400):
                for n in range(3): debug(1, "m", {f"k{i}": n})
            if os.fork() == 0:
                set_level(1)
                for n in range(3): debug(1, "m", {"k1": n})
                os._exit(0)
            os.wait()
        ''', 0)
        found = [event["fields"] for ring in ran.rings() for event in ran.events(ring)]
        for fields in found:
            fields.pop("message")
        expected = [{f"k{i}": n} for i in range(400) for n in range(3)] + [{"k1": n} for n in range(3)]
        self.assertCountEqual(map(str, found), map(str, expected))

    def test_an_exception_in_the_data_never_escapes(self):
        ran = self.run_script('''
            class Odd:
                def __str__(self): raise RuntimeError("no")
                __repr__ = __str__
                def __hash__(self): return 5
            class Worse(dict):
                def items(self): raise RuntimeError("no")
                def __iter__(self): raise RuntimeError("no")
            class Deep:
                def __str__(self): return str(self)
            odd = Odd()
            for bad in (odd, Worse(a=1), Deep(), {odd: 1}, {"k": odd}, [odd], [[[odd]]]):
                debug(1, "m", bad); debug(1, bad); debug(bad, "m"); debug(1, bad, bad)
                log_cache_hit(bad, bad, bad); log_cache_miss(bad, bad, bad)
                log_performance(bad, bad, bad); log_debug_error(bad, bad, bad, bad)
                log_performance("p", 1, bad); log_debug_error("E", 500, None, {"message": bad})
                acdebug.log_cache_lookup(bad, bad, "hit", bad, bad, model=bad, input_tokens=bad)
                with PerformanceTimer(bad) as timer: timer.checkpoint(bad)
                logger.info("%s", bad if not isinstance(bad, Deep) else 1)
                with acdebug.request_id(bad): debug(1, "in")
                write_error_debug_file(500, {"headers": bad, "body": bad, "url": bad}, {"body": bad})
            debug(10**30, "m"); debug(-1, "m"); debug("1", "m"); debug(None, None)
            log_debug_error("E", 10**30)
            print("alive")
        ''', 3)
        self.assertEqual(ran.out, "alive\n")
        self.assertTrue(any(event["message"] == "<unprintable>" for event in ran.events()))

    def test_keyboard_interrupt_goes_through(self):
        ran = self.run_script('''
            class Interrupted:
                def __str__(self): raise KeyboardInterrupt
            bad = Interrupted()
            calls = [lambda: debug(1, "m", bad), lambda: debug(1, bad), lambda: debug(1, "m", {bad: 1}),
                     lambda: debug(1, "m", {"k": [bad]}), lambda: log_cache_hit("t", bad),
                     lambda: log_cache_hit(bad, "k"), lambda: log_cache_miss("t", "k", bad),
                     lambda: log_performance(bad, 1), lambda: log_debug_error(bad, 1),
                     lambda: log_debug_error("E", 1, None, {"model": bad}),
                     lambda: PerformanceTimer(bad), lambda: PerformanceTimer("t").start().checkpoint(bad),
                     lambda: logger.info("%s", bad)]
            for i, call in enumerate(calls):
                try:
                    call()
                except KeyboardInterrupt:
                    continue
                print("swallowed", i)
        ''', 3)
        self.assertEqual(ran.out, "")

    def test_what_a_signal_raises_while_loggers_follow_reaches_the_caller(self):
        ran = self.run_script('''
            from acdebug import _core
            for kind, level in ((KeyboardInterrupt, 2), (SystemExit, 1), (ValueError, 2)):
                def follow(): raise kind("in between")
                _core.on_change(follow)
                try:
                    set_level(level)
                except BaseException as error:
                    print(repr(error))
        ''', 3)
        self.assertEqual(ran.out, "KeyboardInterrupt('in between')\nSystemExit('in between')\n")

    def test_data_may_change_while_it_is_read(self):
        ran = self.run_script('''
            data = {}
            class Changing:
                def __str__(self):
                    data.clear(); data.update({f"n{i}": object() for i in range(100)})
                    return "changed"
            for _ in range(1000):
                data.clear()
                data.update({"a": Changing(), "b": "x" * 50, Changing(): "c"})
                debug(1, "m", data)
            print("alive")
        ''', 1)
        self.assertEqual(ran.out, "alive\n")

    def test_numbers_are_taken_as_int_and_float_take_them(self):
        ran = self.run_script('''
            import decimal, http
            for status in ("500", 500.0, http.HTTPStatus(500), 500): log_debug_error("E", status)
            for status in ("many", None, 10**30): log_debug_error("none", status)
            debug("1", "text level"); debug(1.0, "float level"); debug("one", "no level")
            log_performance("p", decimal.Decimal("1.25")); log_performance("p", "soon")
        ''', 2)
        self.assertEqual({(e["type"], e["status"]): e["count"] for e in ran.servers()[0]["errors"]},
                         {("E", 500): 4, ("none", 0): 3})
        self.assertEqual([e["message"] for e in ran.events()], ["text level", "float level"])
        self.assertEqual(ran.lines()[-2:], ["[anyclaude] DEBUG: Performance: p took 1.25ms",
                                            "[anyclaude] DEBUG: Performance: p took NaNms"])

    def test_wrong_calls_are_type_errors(self):
        ran = self.run_script('''
            for call in (lambda: debug(), lambda: debug(1), lambda: debug(1, 2, 3, 4),
                         lambda: debug(1, "m", wrong=1), lambda: debug(1, "m", level=2),
                         lambda: log_cache_hit("t"), lambda: PerformanceTimer()):
                try:
                    call()
                except TypeError as error:
                    print(error)
        ''')
        self.assertEqual(len(ran.out.splitlines()), 7)
        self.assertIn("unexpected keyword argument 'wrong'", ran.out)

    def test_lookups_with_tokens_are_rates(self):
        ran = self.run_script('''
            acdebug.log_cache_lookup("p", "k", "partial", input_tokens=100, cached_tokens=60)
            acdebug.log_cache_lookup("p", "k", "hit", input_tokens=10, cached_tokens=30,
                                     created_tokens=0, exclusive=True, metadata={"x": 1})
            acdebug.log_cache_lookup("p", "k", "miss", "evicted", model="m")
            try: acdebug.log_cache_lookup("p", "k", "nothing")
            except ValueError as error: print(error)
        ''', 1)
        rows = ran.servers()[0]["caches"]
        self.assertEqual(sum(row["input_tokens"] for row in rows), 140)
        self.assertEqual(sum(row["cached_tokens"] for row in rows), 90)
        self.assertEqual([row["miss_reasons"] for row in rows if row["misses"]], [{"evicted": 1}])
        self.assertIn("'nothing' is none of", ran.out)

    def test_names_are_cut_where_a_character_ends(self):
        """In every place that JSON names one, whatever the bytes in front of the cut."""
        ran = self.run_script('''
            for n in range(12):
                for c in "\u00e9\u20ac\U0001f600":
                    name = "n" * n + c * 40
                    acdebug.log_cache_lookup(name, "k", "miss", name, model=name)
                    log_cache_hit(name, "k")
                    with acdebug.request_id(name), PerformanceTimer(name) as timer:
                        timer.checkpoint(name)
                    log_debug_error(name, 500, context={"provider": name, "model": name, name * 2: 1})
                    debug(1, "m", {name * 2: name})
        ''', 2)
        kinds = ("log", "cache", "timer", "error")
        text = json.dumps([ran.servers(), ran.events(kinds=kinds)], ensure_ascii=False)
        self.assertNotIn("\ufffd", text)
        self.assertIn("\u20ac", text)
        name = "nn" + "\u00e9" * 40
        rows = {row["name"]: row for row in ran.servers()[0]["timers"]}
        self.assertEqual(rows[name.encode()[:62].decode()]["count"], 1)

    def test_a_program_with_a_long_name_keeps_whole_characters(self):
        path = self.write("n" + "\u20ac" * 40 + ".py", "import acdebug; acdebug.debug(1, 'm')")
        ran = self.run_file(path)
        self.assertEqual([server["name"] for server in ran.servers()], ["n" + "\u20ac" * 20])


if __name__ == "__main__":
    support.main()
