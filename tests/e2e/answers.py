#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example server over HTTP: every kind of answer it gives, and how it ends."""

import glob
import http.client
import json
import os
import subprocess

import rig

CHAT = "/v1/chat/completions"


def body_of(**more):
    return json.dumps({"model": "example-8b", "max_tokens": 6,
                       "messages": [{"role": "user", "content": "One two three four five six"}],
                       **more})


def connect(address):
    return http.client.HTTPConnection(address.removeprefix("http://"), timeout=rig.PATIENCE_S)


def ask(connection, method, path, body=None):
    """(status, headers, text) of one answer; the connection can be used again."""
    connection.request(method, path, body)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read().decode()


def check_statuses(connection):
    cases = (
        ("GET", "/health", None, 200),
        ("GET", "/v1/models", None, 200),
        ("POST", CHAT, body_of(), 200),
        ("POST", "/v1/embeddings", '{"model":"example-embed","input":"text"}', 200),
        ("POST", CHAT, "{", 400),
        ("POST", CHAT, "", 400),
        ("POST", CHAT, body_of(model="none"), 404),
        ("POST", "/v1/embeddings", '{"model":"example-embed"}', 400),
        ("GET", "/nothing", None, 404),
        ("GET", CHAT, None, 405),
        ("POST", CHAT, "x" * 5_000_000, 413),
    )
    found = []
    for method, path, body, wanted in cases:
        status, _, text = ask(connection, method, path, body)
        found += rig.same(f"status of {method} {path} {(body or '')[:40]}", status, wanted)
        answer = json.loads(text)
        if wanted >= 400:
            found += rig.same(f"code in the body of {method} {path}", answer["error"]["code"],
                              wanted)
    return found


def check_stream(connection):
    """A stream's texts, joined, are the text of the same answer in one piece."""
    _, headers, text = ask(connection, "POST", CHAT, body_of(stream=True))
    events = [line.removeprefix("data: ") for line in text.split("\n") if line]
    chunks = [json.loads(event) for event in events[:-1]]
    joined = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    _, _, whole = ask(connection, "POST", CHAT, body_of())
    message = json.loads(whole)["choices"][0]["message"]["content"]
    found = rig.same("content type", headers["Content-Type"], "text/event-stream")
    found += rig.same("last event", events[-1], "[DONE]")
    found += rig.same("text of stream and whole", joined, message)
    found += rig.same("chunks with usage", [i for i, chunk in enumerate(chunks)
                                            if "usage" in chunk], [len(chunks) - 1])
    return found


def check_error_file(test, connection):
    """A failed request leaves its exchange in a file, without what opens doors."""
    connection.request("POST", CHAT, body_of(model="none", api_key="s3cret-one"),
                       {"Authorization": "Bearer s3cret-two", "X-Seen": "yes"})
    connection.getresponse().read()
    files = []
    for path in glob.glob(os.path.join(test.path, "anyclaude-debug-*.json")):
        with open(path, encoding="utf-8") as file:
            files.append(file.read())
    found = rig.same("files with secrets", [text for text in files if "s3cret" in text], [])
    mine = [json.loads(text) for text in files if "X-Seen" in text]
    found += rig.same("files of the request", len(mine), 1)
    for whole in mine:
        request = whole["request"]
        found += rig.same("what the file says", (
            whole["statusCode"], request["method"], request["url"],
            request["headers"]["Authorization"], request["body"]["api_key"],
            whole["response"]["body"]["error"]["message"]),
            (404, "POST", CHAT, "[REDACTED]", "[REDACTED]", "no such model"))
    return found


def check_cache_header(connection):
    question = body_of(messages=[{"role": "user", "content": "a good question " * 40}])
    outcomes = [ask(connection, "POST", CHAT, question)[1]["X-Prompt-Cache"].split(";")[0]
                for _ in range(2)]
    return rig.same("outcomes of two equal prompts", outcomes, ["miss", "hit"])


def check_client_that_leaves(address):
    """A stream whose reader goes away ends as an error, and holds nobody's place."""
    def is_counted():
        return rig.get(address, "/counts")["tally"].get("error.Streaming.0.client went away")

    connection = connect(address)
    connection.request("POST", CHAT, body_of(stream=True, max_tokens=4096))
    connection.getresponse().read(20)
    connection.sock.close()
    connection.close()
    rig.wait_for("the server to notice that the client left", is_counted)


def check_end_under_load(server, address):
    """SIGTERM ends a server in the middle of a stream, without waiting for the rest of it."""
    connection = connect(address)
    connection.request("POST", CHAT, body_of(stream=True, max_tokens=60))
    connection.getresponse().read(20)
    rig.stop(server)
    connection.close()


def check_bad_arguments():
    found = []
    for arguments in (["--port", "70000"], ["--port", "x"], ["--blocks", "0"], ["--none"], ["x"]):
        done = subprocess.run([rig.SERVER, *arguments], capture_output=True, check=False,
                              timeout=rig.PATIENCE_S)
        found += rig.same(f"exit status with {arguments}", done.returncode, 2)
    return found


def main():
    with rig.Rig() as test:
        server, address = test.serve("--us-per-token", "0", "--us-per-output-token", "20000",
                                     "--load-ms", "0", ANYCLAUDE_DEBUG="1")
        connection = connect(address)
        found = check_statuses(connection)
        found += check_stream(connection)
        found += check_cache_header(connection)
        found += check_error_file(test, connection)
        connection.close()
        check_client_that_leaves(address)
        check_end_under_load(server, address)
        found += check_bad_arguments()
    rig.finish(found)


if __name__ == "__main__":
    main()
