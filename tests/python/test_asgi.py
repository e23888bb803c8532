#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The ASGI middleware, driven as a server drives it: what went wrong is counted under what it was."""

import textwrap

import support

SERVER = """
import asyncio
wrapped = {}
# What the client got, [status, body], or the exception that the server caught.
async def serve(app, path="/x", incoming=(), headers=(), refuses=None, method="GET", kind="http"):
    got, incoming = [0, b""], list(incoming)
    async def receive():
        await asyncio.sleep(0)
        return incoming.pop(0) if incoming else {"type": "http.disconnect"}
    async def send(message):
        await asyncio.sleep(0)
        if refuses and message["type"] == refuses: raise OSError("the client is gone")
        if message["type"].endswith("start"): got[0] = message["status"]
        else: got[1] += message.get("body", b"")
    scope = {"type": kind, "method": method, "path": path, "headers": list(headers)}
    try:
        await wrapped.setdefault(app, acdebug.asgi.Middleware(app))(scope, receive, send)
    except Exception as error:
        return error
    return got
def start(status=200): return {"type": "http.response.start", "status": status, "headers": []}
def body(some=b"x", more=False): return {"type": "http.response.body", "body": some, "more_body": more}
"""


class Asgi(support.Case):
    """One application a test."""

    def serve(self, text, level=1):
        """({(type, status, message): count} of the errors, {name: ...} of the timers)"""
        self.ran = self.run_script(SERVER + textwrap.dedent(text), level)
        server, = self.ran.servers()
        errors = {(e["type"], e["status"], e["message"]): e["count"] for e in server["errors"]
                  if e["type"] in ("HTTP", "Streaming")}
        timers = {t["name"]: (t["count"], t["failed"], t["running"],
                              {c["label"]: c["count"] for c in t["checkpoints"]}) for t in server["timers"]}
        return errors, timers

    def test_good_answers_and_statuses(self):
        errors, timers = self.serve('''
            async def app(scope, receive, send):
                await send(start(int(scope["path"][1:4])))
                await send(body(b"")); await send(body(b"one", True)); await send(body(b"two"))
            async def main():
                for status in (200, 204, 302, 404, 404, 503):
                    got = await serve(app, f"/{status}x")
                    assert got == [status, b"onetwo"], got
            asyncio.run(main())
        ''')
        self.assertEqual(errors, {("HTTP", 404, "GET /404x"): 2, ("HTTP", 503, "GET /503x"): 1})
        self.assertEqual(timers["GET /404x"], (2, 0, 0, {"response_start": 2, "first_body": 2}))
        self.assertEqual([e["fields"]["http.response.status_code"] for e in self.ran.events()],
                         [200, 204, 302, 404, 404, 503])

    def test_an_exception_goes_on_and_counts_once(self):
        errors, timers = self.serve('''
            async def app(scope, receive, send):
                if scope["path"] == "/answered": await send(start(500)); await send(body())
                raise KeyError("k")
            async def main():
                assert isinstance(await serve(app), KeyError)
                assert isinstance(await serve(app, "/answered"), KeyError)
            asyncio.run(main())
        ''')
        self.assertEqual(errors, {("HTTP", 500, "GET /x"): 1, ("HTTP", 500, "GET /answered"): 1})
        self.assertEqual(timers["GET /x"], (1, 1, 0, {}))
        self.assertEqual([e["fields"]["exception.type"] for e in self.ran.events(kinds=("error",))],
                         ["KeyError", "KeyError"])

    def test_a_stream_that_breaks_off_is_no_http_error(self):
        errors, timers = self.serve('''
            async def app(scope, receive, send):
                await send(start()); await send(body(b"first", True))
                raise RuntimeError("broke off")
            async def refused(scope, receive, send):
                await send(start()); await send(body())
            async def main():
                assert isinstance(await serve(app), RuntimeError)
                assert isinstance(await serve(refused, "/refused", refuses="http.response.body"), OSError)
            asyncio.run(main())
        ''')
        self.assertEqual(set(errors), {("Streaming", 0, "GET /x"), ("Streaming", 0, "GET /refused")})
        self.assertEqual(timers["GET /x"], (1, 1, 0, {"response_start": 1, "first_body": 1}))

    def test_a_client_that_left_is_told_from_an_application_that_forgot(self):
        errors, _ = self.serve('''
            async def left(scope, receive, send):
                while (await receive())["type"] != "http.disconnect": pass
                if scope["path"] == "/raises": raise ConnectionError
            async def forgot(scope, receive, send): pass
            async def main():
                request = [{"type": "http.request", "body": b"", "more_body": True}]
                assert await serve(left, "/left", request) == [0, b""]
                assert isinstance(await serve(left, "/raises"), ConnectionError)
                await serve(forgot, "/forgot")
            asyncio.run(main())
        ''')
        self.assertEqual(set(errors), {("HTTP", 499, "GET /left"), ("HTTP", 499, "GET /raises"),
                                       ("HTTP", 500, "GET /forgot")})

    def test_a_cancelled_request_is_a_failed_timer(self):
        _, timers = self.serve('''
            async def app(scope, receive, send):
                await send(start()); await asyncio.Event().wait()
            async def main():
                task = asyncio.ensure_future(serve(app))
                for _ in range(5): await asyncio.sleep(0)
                task.cancel()
                try: await task
                except asyncio.CancelledError: pass
                else: raise AssertionError
            asyncio.run(main())
        ''')
        self.assertEqual(timers["GET /x"], (1, 1, 0, {"response_start": 1}))

    def test_ids_names_and_what_is_not_http(self):
        errors, timers = self.serve('''
            async def app(scope, receive, send):
                if scope["type"] != "http": return
                debug(1, str(acdebug.get_request_id()), {"own": True})
                await send(start())
            async def main():
                await serve(app, headers=[(b"X-Request-ID", b"mine")])
                await serve(app, "/users/17/files/0123456789abcdef0", method="PUT")
                for kind in ("lifespan", "websocket"): await serve(app, kind=kind)
                for i in range(40): await serve(app, "/page" + "x" * i)
            asyncio.run(main())
        ''', 2)
        self.assertEqual(errors, {})
        self.assertIn("PUT /users/*/files/*", timers)
        self.assertEqual(timers["GET (other)"][0], 40 - 30)
        self.assertEqual(len(timers), 33)
        own = [e for e in self.ran.events() if "own" in e["fields"]]
        self.assertEqual(own[0]["request"], "mine")
        self.assertEqual([e["request"] for e in own], [e["message"] for e in own])
        self.assertEqual(len({e["request"] for e in own}), 42)


if __name__ == "__main__":
    support.main()
