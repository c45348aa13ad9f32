"""Words of a line of a CIF, as its author meant them: quoted strings, lists of CIF 2, stray quotes."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""(?P<triple>'{3}.*?'{3}|"{3}.*?"{3})(?=\s|$)"""
    r"""|'(?P<single>(?:[^']|'(?=\S))*)'(?=\s|$)"""
    r"""|"(?P<double>(?:[^"]|"(?=\S))*)"(?=\s|$)"""
    r"""|(?P<comment>\#.*)"""
    r"""|(?P<word>\S+)""",
    re.VERBOSE,
)


def tokens(line: str) -> list[str]:
    """The values of a line without their quotes; a comment ends it. Lists and tables of CIF 2 are one value each."""
    values: list[str] = []
    inside: list[str] = []  # of a list or table that is open
    depth = 0
    for match in _TOKEN.finditer(line):
        if match["comment"] is not None and not depth:
            break
        if depth or (match["word"] or "").startswith(("[", "{")):
            depth += opened(match[0])
            inside.append(match[0])
            if depth <= 0:
                values.append(" ".join(inside))
                inside, depth = [], 0
            continue
        if match["triple"] is not None:
            values.append(match[0][3:-3])
        else:
            values.append(next(text for text in (match["single"], match["double"], match["word"]) if text is not None))
    return [*values, " ".join(inside)] if inside else values


def is_single(line: str) -> bool:
    """True for one value in correct spelling, a quoted one or a bare word."""
    words = [match for match in _TOKEN.finditer(line) if match["comment"] is None]
    bare = words[0]["word"] if len(words) == 1 else None
    return len(words) == 1 and (bare is None or not bare.startswith(("'", '"', "[", "{", "$", "_")))


def quoted(value: str) -> str:
    """A value as CIF 1 writes it."""
    if "\n" in value or ("'" in value and '"' in value):
        return "\n;" + value.replace("\n;", "\n ;") + "\n;\n"
    return f'"{value}"' if "'" in value else f"'{value}'"


def opened(text: str) -> int:
    """How many more brackets a text opens than it closes."""
    return sum(text.count(mark) for mark in "[{") - sum(text.count(mark) for mark in "]}")
