#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every atomic operation stands where it is allowed to: the writer's in emitter/ring.[ch],
the reader's in tui/reader/shared.h, and in acdebug_priv.h the level test's relaxed loads. Every ordering is
named, and volatile is not used in an atomic's place.
"""

import re

import tree

ALLOWED = ("emitter/ring.c", "emitter/ring.h", "tui/reader/shared.h")
PUBLIC = "emitter/include/acdebug_priv.h"

OPERATION = re.compile(
    r"\b(?:atomic_(?:load|store|exchange|compare_exchange\w*|fetch_\w+|flag_\w+|thread_fence"
    r"|signal_fence|init)\w*|__atomic_\w+|__sync_\w+)\s*\(")
WITHOUT_ORDER = re.compile(
    r"\batomic_(?:load|store|exchange|compare_exchange_(?:strong|weak)|fetch_(?:add|sub|or|xor|and)"
    r"|flag_(?:test_and_set|clear))\s*\(")
LOAD = re.compile(r"\b(?:atomic_load_explicit|__atomic_load_n)\s*\(")
ORDER = re.compile(r"\b(?:memory_order_|__ATOMIC_)(\w+)")
PUBLIC_LOADS = 2
VOLATILE = re.compile(r"(?<!asm )(?<!__asm__ )\bvolatile\b(?!\s+sig_atomic_t)(?!\s*\()")
C_FOLDERS = ("emitter", "tui")


def check_public(path, code):
    """The header shows users the level test: the pointer, the word, and nothing else atomic."""
    operations = OPERATION.findall(code)
    orders = [order.lower() for order in ORDER.findall(code)]
    if (len(operations) > PUBLIC_LOADS or len(LOAD.findall(code)) != len(operations)
            or orders != ["relaxed"] * len(operations)):
        return [f"{path}: {len(operations)} atomic operations, orders {orders}; "
                f"allowed are {PUBLIC_LOADS} loads, both relaxed: the control word and its address"]
    return []


def check(root):
    violations = []
    for path in tree.files(root, (".c", ".h"), C_FOLDERS):
        code = tree.code_only(tree.read(root, path))
        if path == PUBLIC:
            violations += check_public(path, code)
        elif path not in ALLOWED:
            violations += [f"{path}:{tree.line_of(code, m.start())}: atomic operation outside "
                           f"{', '.join(ALLOWED)}: {m.group(0)}" for m in OPERATION.finditer(code)]
        violations += [f"{path}:{tree.line_of(code, m.start())}: names no ordering: {m.group(0)}"
                       for m in WITHOUT_ORDER.finditer(code)]
        violations += [f"{path}:{tree.line_of(code, m.start())}: volatile"
                       for m in VOLATILE.finditer(code)]
    return violations


if __name__ == "__main__":
    load = "atomic_load_explicit(p, memory_order_relaxed)"
    tree.run(check, [
        ({"emitter/ring.c": "void f(void)\n{\n    atomic_thread_fence(memory_order_release);\n}\n",
          "emitter/a.h": "/* atomic_load(p) */ struct a { _Atomic unsigned long w; };\n",
          "tui/app/b.c": "static volatile sig_atomic_t flag;\n",
          "emitter/clock.c": '__asm__ volatile("mrs");\n',
          PUBLIC: f"#define L(p) {load}\n"}, None),
        ({"emitter/emit.c": f"int f(void) {{ return {load}; }}\n"}, "outside"),
        ({"tui/reader/map.c": "void f(void) { __atomic_thread_fence(__ATOMIC_ACQUIRE); }\n"}, "outside"),
        ({"emitter/ring.c": "int f(void) { return atomic_load(p); }\n"}, "names no ordering"),
        ({"emitter/ring.c": "volatile int x;\n"}, "volatile"),
        ({PUBLIC: "#define L(p) atomic_load_explicit(p, memory_order_acquire)\n"}, "relaxed"),
        ({PUBLIC: f"#define L(p) {load}\n" * 3}, "3 atomic operations"),
    ])
