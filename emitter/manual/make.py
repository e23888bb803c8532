#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the manual pages of libacdebug from its header, so that nothing differs.

    make.py HEADER FOLDER     writes acdebug*.3 and Makefile.inc into FOLDER

A documentation block is /** ... */; `@page NAME  title` begins a page, to which all that follows
belongs. A block of a function says @kind, @param for each parameter, @return unless it is void, and
@since; of a macro also @call, how it is called. What a block lacks is an error, with its line.
"""

import os
import re
import sys

BLOCK = re.compile(r"/\*\*(?!<)(.*?)\*/", re.DOTALL)
FUNCTION = re.compile(r"\s*(?:ACDEBUG_API|static inline) ([\w ]+?[ *]+)(acdebug_\w+)\((.*?)\)"
                      r"(?: ACDEBUG_PRINTF\(\d, \d\))?\s*[;{]", re.DOTALL)
MACRO = re.compile(r"\s*#define (\w+)\(")
TYPE = re.compile(r"\s*((?:typedef struct \w+ \{.*?\} \w+|enum \w+ \{.*?\}|typedef struct \w+ \w+);)", re.DOTALL)
DATE = "November 22, 2026"


class Fault(Exception):
    """The header lacks something, with its line."""


class Item:
    """A documented function, macro or type."""

    def __init__(self, line, kind, name, synopsis):
        self.line, self.kind, self.name, self.synopsis = line, kind, name, synopsis
        self.text, self.tags, self.parameters = [], {}, []


class Page:
    """One manual page: its name, title, prose and items."""

    def __init__(self, name, title):
        self.name, self.title, self.prose, self.items = name, title, [], []


# ---------------------------------------------------------------- reading

def lines_of(block):
    """The block's lines without their stars."""
    return [re.sub(r"^\s*\* ?", "", line).rstrip() for line in block.strip("*\n ").split("\n")]


def split_tags(lines):
    """(prose, {tag: [its text, ...]}); a tag goes on until the next one or an empty line."""
    prose, tags, current = [], {}, None
    for line in lines:
        match = re.match(r"\s*@(kind|call|param|return|since)\s+(.*)", line)
        if match:
            current = [match.group(2)]
            tags.setdefault(match.group(1), []).append(current)
        elif current is not None and line.strip():
            current.append(line.strip())
        else:
            current = None
            prose.append(line)
    return prose, {tag: [" ".join(part) for part in parts] for tag, parts in tags.items()}


def tidy(code):
    return " ".join(code.split()).replace("* ", "*")


def declaration(text, line):
    """What stands behind a block."""
    match = FUNCTION.match(text)
    if match:
        kind, name, parameters = match.groups()
        item = Item(line, "function", name, (tidy(kind), [tidy(p) for p in parameters.split(",")]))
        return item, match.end()
    match = MACRO.match(text)
    if match:
        return Item(line, "macro", match.group(1), None), match.end()
    match = TYPE.match(text)
    if match:
        name = re.search(r"(?:enum (\w+)|(\w+);$)", match.group(1))
        return Item(line, "type", name.group(1) or name.group(2), match.group(1)), match.end()
    raise Fault(f"{line}: nothing that can be documented follows")


def read(header):
    """The pages of a header, in order."""
    pages, at = [], 0
    for match in BLOCK.finditer(header):
        line = header.count("\n", 0, match.start()) + 1
        if match.start() < at:
            continue  # inside of what was taken
        lines = lines_of(match.group(1))
        titled = re.match(r"@page (\w+)\s+(.*)", lines[0])
        if titled:
            pages.append(Page(*titled.groups()))
            pages[-1].prose = lines[1:]
            continue
        if re.match(r"\s*(#define ACDEBUG_UNKNOWN|extern |class )", header[match.end():]):
            continue
        item, length = declaration(header[match.end():], line)
        at = match.end() + length
        item.text, item.tags = split_tags(lines)
        item.parameters = [p.split("  ", 1) if "  " in p else p.split(" ", 1)
                           for p in item.tags.get("param", [])]
        check(item)
        pages[-1].items.append(item)
        at = share(header, at, pages[-1], item)
    complete(header, pages)
    return pages


def share(header, at, page, first):
    """acdebug_field_uint() and the like have the block of the one before them."""
    family = first.name.rsplit("_", 1)[0] + "_"
    while first.kind == "function" and header[at - 1] == "{":
        close = header.index("\n}\n", at) + 3
        match = FUNCTION.match(header, close)
        if not match or not match.group(2).startswith(family):
            break
        item, length = declaration(header[close:], 0)
        item.tags = first.tags
        page.items.append(item)
        at = close + length
    return at


def check(item):
    """A function says all that it must."""
    if item.kind == "type":
        return
    for tag in ("kind", "since") + (("call",) if item.kind == "macro" else ()):
        if tag not in item.tags:
            raise Fault(f"{item.line}: {item.name} has no @{tag}")
    if item.kind != "function":
        return
    result, parameters = item.synopsis
    if result != "void" and "return" not in item.tags:
        raise Fault(f"{item.line}: {item.name} has no @return")
    told = {name for name, _ in item.parameters}
    for parameter in parameters:
        name = re.search(r"(\w+)$", parameter)
        if parameter not in ("void", "...") and name.group(1) not in told:
            raise Fault(f"{item.line}: {item.name} has no @param {name.group(1)}")


def complete(header, pages):
    """No public name is without a page."""
    told = {item.name for page in pages for item in page.items}
    public = set(re.findall(r"ACDEBUG_API [^;]*?\b(acdebug_(?!priv)\w+)\(", header))
    public |= set(re.findall(r"^#define (acdebug_\w+)\(", header, re.MULTILINE))
    missing = sorted(public - told)
    if missing:
        raise Fault(f"not documented: {', '.join(missing)}")


# ---------------------------------------------------------------- writing

def escaped(text):
    text = text.replace("\\", "\\e").replace("`", "\0")
    text = re.sub(r"\0([^\0]*)\0", r"\\fB\1\\fR", text)
    text = re.sub(r"\b((?:acdebug|ACDEBUG)_\w+)\(\)", r"\\fB\1\\fR()", text)
    return "\\&" + text if text[:1] in (".", "'") else text


def flow(text):
    """Each sentence on a line of its own, as mdoc wants it."""
    return [escaped(sentence) for sentence in re.split(r"(?<=[a-z0-9)`\]\"][.?!]) +(?=[A-Z`\d])|(?<=[A-Z][.]) +(?=[A-Z])", text)]


def prose(lines):
    """Paragraphs, lists with " - ", code by four blanks."""
    out, paragraph, mode, gap = [], [], None, False

    def flush():
        nonlocal gap
        if paragraph:
            if gap and mode is None and out and not out[-1].startswith(".Sh"):
                out.append(".Pp")
            gap = False
            out.extend(flow(" ".join(paragraph)))
            paragraph.clear()

    def leave():
        nonlocal mode
        flush()
        if mode:
            out.append({"list": ".El", "code": ".Ed"}[mode])
        mode = None

    for line in lines:
        if not line.strip():
            if mode == "code":
                leave()
            flush()
            gap = True
        elif line.startswith("@section "):
            leave()
            out.append(".Sh " + line.split(" ", 1)[1])
        elif line.startswith(" - "):
            flush()
            if mode != "list":
                leave()
                out.append(".Bl -tag -width Ds")
                mode = "list"
            name, _, rest = line[3:].partition(": ")
            out.append(".It " + escaped(name))
            paragraph.append(rest)
        elif line.startswith("    ") and mode != "list":
            if mode != "code":
                leave()
                out.append(".Bd -literal -offset indent")
                mode = "code"
            out.append(line[4:].replace("\\", "\\e"))
        else:
            if mode == "code" or (mode == "list" and not line.startswith(" ")):
                leave()
            paragraph.append(line.strip())
    leave()
    return out


def prototype(item):
    if item.kind == "macro":
        name, arguments = re.match(r"(\w+)\((.*)\)", item.tags["call"][0]).groups()
        return [".Fn " + " ".join([name] + [f'"{a.strip()}"' for a in arguments.split(",")])]
    result, parameters = item.synopsis
    return [f'.Ft "{result}"', ".Fn " + " ".join([item.name] + [f'"{p}"' for p in parameters])]


def described(item):
    out = [f".Ss {item.name}()"] + prose(item.text)
    if item.parameters:
        out.append(".Bl -tag -width Ds")
        for name, text in item.parameters:
            out += [f".It Fa {name}"] + flow(text.strip())
        out.append(".El")
    return out


def literal(code):
    code = code.replace("/**<", "/*").replace("\\", "\\e")
    return [".Bd -literal"] + code.split("\n") + [".Ed"]


def kinds_of(overview):
    """{kind: its words}, from the overview's list."""
    text = "\n".join(overview.prose)
    return {name: " ".join(words.split()) for name, words in
            re.findall(r"^ - `(emit|cold|pure)`: (.*?)(?=^ - |^$|\Z)", text, re.MULTILINE | re.DOTALL)}


def by(items, tag):
    found = {}
    for item in items:
        found.setdefault(item.tags[tag][0], []).append(f"\\fB{item.name}\\fR()")
    return found


def render(page, pages):
    callable_items = [item for item in page.items if item.kind != "type"]
    names = [item.name for item in callable_items] or [page.name]
    out = ['.\\" SPDX-License-Identifier: MIT', '.\\" Made from acdebug.h by make.py.',
           f".Dd {DATE}", f".Dt {page.name.upper()} 3", ".Os acdebug", ".Sh NAME"]
    out += [f".Nm {name} ,"[: None if i + 1 < len(names) else -2] for i, name in enumerate(names)]
    out += [f".Nd {page.title}", ".Sh SYNOPSIS", ".In acdebug.h"]
    for item in callable_items:
        out += prototype(item)
    out.append(".Sh DESCRIPTION")
    out += prose(page.prose) if page.prose else []
    types = [item for item in page.items if item.kind == "type"]
    for item in callable_items:
        out += described(item) if item.text else []
    if types:
        out.append(".Sh TYPES" if page.name == "acdebug" else ".Ss Types")
        for item in types:
            out += prose(item.text) + literal(item.synopsis)
    returns = [item for item in callable_items if "return" in item.tags and item.text]
    if returns:
        out.append(".Sh RETURN VALUES")
        for i, item in enumerate(returns):
            out += ([".Pp"] if i else []) + [f".Fn {item.name}"] + flow("returns " + item.tags["return"][0] + ".")
    out += context(page, pages, callable_items)
    return "\n".join(out) + "\n"


def context(page, pages, items):
    """What holds for all functions of a page, and where to read on."""
    out = []
    if items:
        kinds = kinds_of(pages[0])
        out.append(".Sh THREADS, SIGNALS AND FORK")
        for i, (kind, names) in enumerate(by(items, "kind").items()):
            out += ([".Pp"] if i else []) + [", ".join(names) + ":"] + flow(kinds[kind])
    others = sorted(other.name for other in pages if other is not page)
    out += [".Sh SEE ALSO", ".Xr acdebug-top 1 ,"] + [f".Xr {name} 3 ," for name in others[:-1]]
    out.append(f".Xr {others[-1]} 3")
    if items:
        out.append(".Sh HISTORY")
        out += [", ".join(names) + f": since version {since}."
                for since, names in by(items, "since").items()]
    return out


def make(header):
    """{file name: its text}."""
    pages = read(header)
    files = {f"{page.name}.3": render(page, pages) for page in pages}
    for page in pages:
        for item in page.items:
            if item.kind != "type":
                files.setdefault(f"{item.name}.3", f".so man3/{page.name}.3\n")
    listed = " \\\n\t".join(f"%D%/{name}" for name in sorted(files))
    files["Makefile.inc"] = ("# SPDX-License-Identifier: MIT\n# Made from acdebug.h by make.py.\n\n"
                             f"dist_man_MANS += \\\n\t{listed}\n")
    return files


def main():
    header, folder = sys.argv[1:]
    with open(header, encoding="ascii") as file:
        try:
            files = make(file.read())
        except Fault as fault:
            sys.exit(f"{header}:{fault}")
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(text)


if __name__ == "__main__":
    main()
