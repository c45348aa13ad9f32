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
    depth = 0
    for match in _TOKEN.finditer(line):
        if match["comment"] is not None and not depth:
            break
        if depth or (match["word"] or "").startswith(("[", "{")):
            depth += _opened(match[0])
            if values and match["word"] is not None and values[-1].startswith(("[", "{")) and _opened(values[-1]) > 0:
                values[-1] += f" {match[0]}"
            else:
                values.append(match[0])
            continue
        if match["triple"] is not None:
            values.append(match[0][3:-3])
        else:
            values.append(next(text for text in (match["single"], match["double"], match["word"]) if text is not None))
    return values


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


def _opened(text: str) -> int:
    return sum(text.count(mark) for mark in "[{") - sum(text.count(mark) for mark in "]}")


def balanced(text: str) -> bool:
    """True where every bracket of a text is closed."""
    return _opened(text) <= 0
