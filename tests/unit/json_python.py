#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The JSON index finds in a document what Python's json does: generated documents, written in several
styles, and copies with bytes changed, of which Python's verdict decides whether they are JSON."""

import json
import os
import random
import struct
import subprocess
import sys

DOCUMENTS = 400
CHANGED = 6  # copies of each
TYPES = {"object": 0, "array": 1, "string": 2, "number": 3, "true": 4, "false": 5, "null": 6, "odd": 7}
DONE = 1


class Pairs(list):
    """An object with its members in order, duplicates too."""


class Number(str):
    """As it was written."""


class Odd(str):
    """NaN and its like."""


def generate(rng, depth=0):
    kind = rng.randrange(10 if depth < 6 else 7)
    if kind == 0:
        return rng.choice([True, False, None])
    if kind == 1:
        return rng.choice([0, -1, rng.getrandbits(200), -rng.getrandbits(70)])
    if kind == 2:
        return rng.choice([rng.uniform(-1e9, 1e9), 1e300, -2.5e-7, 0.1])
    if kind < 7:
        letters = "ab\"\\/\n\t\b\u0001 é€😀\u202e\ud800{}[],:"
        return "".join(rng.choice(letters) for _ in range(rng.randrange(20)))
    if kind == 7:
        return {generate_key(rng): generate(rng, depth + 1) for _ in range(rng.randrange(6))}
    return [generate(rng, depth + 1) for _ in range(rng.randrange(6))]


def generate_key(rng):
    return rng.choice(["", "a", "a b", "é", "\"", "key%d" % rng.randrange(5)])


def write(rng, value):
    style = rng.randrange(4)
    text = json.dumps(value, indent=[None, 1, "\t", None][style], ensure_ascii=style != 3,
                      separators=[(",", ":"), (", ", " : "), None, None][style])
    return text.encode("utf-8", "surrogatepass")


def change(rng, text):
    data = bytearray(text)
    for _ in range(rng.randrange(1, 4)):
        if data:
            data[rng.randrange(len(data))] = rng.choice(b"{}[]\",:\\u01e.- tfnN\n")
    return bytes(data)


def nodes(value, depth=0, key=None):
    """What the index should have: (depth, type, key, value) in the order of the text."""
    if isinstance(value, Pairs):
        yield depth, TYPES["object"], key, None
        for name, member in value:
            yield from nodes(member, depth + 1, name)
    elif isinstance(value, list):
        yield depth, TYPES["array"], key, None
        for member in value:
            yield from nodes(member, depth + 1)
    elif isinstance(value, Odd):
        yield depth, TYPES["odd"], key, str(value)
    elif isinstance(value, Number):
        yield depth, TYPES["number"], key, str(value)
    elif isinstance(value, str):
        yield depth, TYPES["string"], key, value
    else:
        word = json.dumps(value)
        yield depth, TYPES[word], key, word


def load(text):
    return json.loads(text.decode("utf-8", "surrogatepass"), object_pairs_hook=Pairs,
                      parse_int=Number, parse_float=Number, parse_constant=Odd, strict=False)


def printed(program, documents):
    """Of each document the lines that the program prints, and the state at its end."""
    data = b"".join(struct.pack("<I", len(text)) + text for text in documents)
    out = subprocess.run([program], input=data, stdout=subprocess.PIPE, check=True).stdout
    lines = []
    for line in out.decode("ascii").splitlines():
        if line.startswith("= "):
            yield lines, int(line[2:])
            lines = []
        else:
            lines.append(line)


def unquoted(hexadecimal):
    raw = b"" if hexadecimal == "00" else bytes.fromhex(hexadecimal)
    return raw.decode("utf-8", "surrogatepass")


def parsed(line):
    depth, kind, key, value = line.split()
    key = None if key == "-" else json.loads('"' + unquoted(key) + '"', strict=False)
    value = None if value == "-" else unquoted(value)
    if int(kind) == TYPES["string"]:
        value = json.loads(value, strict=False)
    return int(depth), int(kind), key, value


def main():
    rng = random.Random(1)
    documents = []
    for _ in range(DOCUMENTS):
        text = write(rng, generate(rng))
        documents += [text] + [change(rng, text) for _ in range(CHANGED)]
    documents += [b"[" * 500 + b"]" * 500, b'{"a":1,"a":2}', b"[1e999]", b" \n[ ]\r\n"]
    top = os.environ.get("top_builddir", ".")
    good = 0
    for text, (lines, state) in zip(documents,
                                    printed(os.path.join(top, "tests/unit/json_nodes"), documents)):
        try:
            expected = list(nodes(load(text)))
        except (ValueError, UnicodeDecodeError):
            continue
        good += 1
        if state != DONE or [parsed(line) for line in lines] != expected:
            sys.exit("differs (state %d):\n%r\n%r\n%r" % (state, text, lines, expected))
    if good < DOCUMENTS:
        sys.exit("only %d documents were compared" % good)
    print("%d of %d documents are JSON, and have the same values" % (good, len(documents)))


main()
