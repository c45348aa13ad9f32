"""Slips in a CIF that leave its meaning clear: text with blanks and without quotes, stray quotes, lists and quotes of CIF 2.

Only blocks that gemmi refuses come here. Nothing is guessed about a value that matters: a list of atoms or of operations whose
rows do not come out stays an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from clics.readers.cif_tokens import is_single, opened, quoted, tokens

_TAG = re.compile(r"^[ \t]*(_\S+)(?:[ \t]+(.*\S))?[ \t]*$")
_KEYWORD = re.compile(r"^[ \t]*(loop_|data_|save_|global_|stop_)", re.IGNORECASE)
_NEEDED = ("_atom_site_fract", "_atom_site_label", "_atom_site_type", "_atom_site.", "_space_group_symop", "_symmetry_equiv",
           "_cell_")  # fmt: skip
_TYPE = re.compile(r"^\d{0,3}[A-Za-z]{1,2}[\d.+-]*$|[?.]")
_NUMBER = re.compile(r"^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:\(\d+\))?|[?.])$")
_NUMERIC = re.compile(
    r"_(fract_[xyz]|occupancy|u_iso_or_equiv|b_iso_or_equiv|multiplicity|aniso_[ub]_\d\d)$", re.IGNORECASE
)
_TRIPLE = ("'''", '"""')


def mended(text: str) -> tuple[str, tuple[str, ...]]:
    """A block with its slips mended, and what was mended, for people.

    Raises:
        ValueError: A list that matters does not come out.
    """
    lines = text.split("\n")
    result: list[str] = []
    notes: list[str] = []
    row = 0
    while row < len(lines):
        line = lines[row]
        if line.startswith(";"):
            row = _text_field(lines, row, result)
        elif re.match(r"^[ \t]*loop_", line, re.IGNORECASE):
            row = _loop(lines, row, result, notes)
        elif match := _TAG.match(line):
            row = _pair(lines, row, match[1], match[2] or "", result, notes)
        elif line.lower().startswith("data_"):
            words = line.split()
            result.append(words[0] if len(words) == 1 or words[1].startswith("#") else "_".join(words))
            row += 1
        else:
            if line.strip() and not line.strip().startswith("#") and not _KEYWORD.match(line):
                notes.append(f"line {row + 1} of the block ('{line.strip()[:30]}') belongs to nothing and is left out.")
            else:
                result.append(line)
            row += 1
    return "\n".join(result) + "\n", tuple(notes)


def _text_field(lines: list[str], row: int, result: list[str]) -> int:
    """Copy a text between lines that begin with a semicolon; the row after it."""
    end = next((k for k in range(row + 1, len(lines)) if lines[k].startswith(";")), None)
    if end is None:
        raise ValueError("a text field has no end")
    result += lines[row : end + 1]
    return end + 1


def _pair(lines: list[str], row: int, tag: str, rest: str, result: list[str], notes: list[str]) -> int:
    """A tag and its value; the row after it."""
    row += 1
    if not rest:
        while row < len(lines) and not lines[row].strip():
            row += 1
        follows = lines[row].strip() if row < len(lines) else ""
        if row < len(lines) and lines[row].startswith(";"):
            result.append(tag)
            return _text_field(lines, row, result)
        if not follows or follows.startswith(("_", "#")) or _KEYWORD.match(follows):
            result.append(f"{tag} ?")
            return row
        rest, row = follows, row + 1
    if rest.startswith(_TRIPLE) and rest[:3] not in rest[3:]:
        mark = rest[:3]
        row, text = _until(lines, row, rest[3:], lambda line: mark in line)
        result.append(f"{tag} {quoted(text[: text.index(mark)])}")
        return row
    if rest.startswith(("[", "{")):
        row, rest = _until(lines, row, rest, _closing())
        result.append(f"{tag} {quoted(' '.join(rest.split()))}")
        return row
    words = tokens(rest)
    if rest.startswith(_TRIPLE):
        result.append(f"{tag} {quoted(words[0])}")
    elif is_single(rest):
        result.append(f"{tag} {rest}")
    else:
        value = words[0] if len(words) == 1 else rest
        value = value.strip().strip("'\"").strip()
        notes.append(f"the value of {tag} is not quoted as CIF asks; it is read as '{value[:40]}'.")
        result.append(f"{tag} {quoted(value)}")
    return row


def _until(lines: list[str], row: int, first: str, closes: Callable[[str], bool]) -> tuple[int, str]:
    """The lines from ``first`` to one that closes what it opens, joined, and the row after them."""
    parts = [first]
    while not closes(parts[-1]):
        if row >= len(lines):
            raise ValueError("a list or quotation has no end")
        parts.append(lines[row])
        row += 1
    return row, "\n".join(parts)


def _closing() -> Callable[[str], bool]:
    """A function that is asked line by line, and true where all brackets of the lines so far are closed."""
    depth = 0

    def closes(line: str) -> bool:
        nonlocal depth
        depth += opened(line)
        return depth <= 0

    return closes


def _loop(lines: list[str], row: int, result: list[str], notes: list[str]) -> int:
    """A loop with its rows; the row after it."""
    tags = lines[row].split()[1:]
    row += 1
    while row < len(lines) and (not lines[row].strip() or lines[row].strip().startswith(("_", "#"))):
        tags += [word for word in lines[row].split("#")[0].split() if word.startswith("_")]
        row += 1
    rows: list[list[str]] = []
    while row < len(lines) and not _KEYWORD.match(lines[row]) and not lines[row].lstrip().startswith("_"):
        line = lines[row]
        row += 1
        if line.startswith(";"):
            field: list[str] = []
            row = _text_field(lines, row - 1, field)
            (rows.append if not rows or len(rows[-1]) >= len(tags) else rows[-1].extend)(["\n".join(field)[1:-2]])
            continue
        if line.lstrip().startswith(("[", "{")):
            row, line = _until(lines, row, line, _closing())
            line = line.replace("\n", " ")
        if words := tokens(line):
            rows.append(words)
    if not tags or not rows:
        return row
    count = sum(map(len, rows))
    if count % len(tags) or any(len(words) > len(tags) for words in rows):
        fixed = [_fitted(words, tags) for words in rows]
        if any(words is None for words in fixed):
            if any(tag.lower().startswith(_NEEDED) for tag in tags):
                raise ValueError("the rows of a list do not fit its columns")
            notes.append(f"the list of {tags[0]} does not come out and is left out.")
            return row
        if fixed != rows:
            notes.append(f"values in the list of {tags[0]} are not quoted as CIF asks; they are read row by row.")
        rows = [words for words in fixed if words is not None]
    result += ["loop_", *tags, *(" ".join(map(quoted, words)) for words in rows)]
    return row


def _fitted(words: list[str], tags: Sequence[str]) -> list[str] | None:
    """The words of a row joined so that each column has one; None where no one way is right."""
    extra = len(words) - len(tags)
    if extra == 0:
        return words
    if extra < 0:
        return None
    ways = []
    for column in range(len(tags)):
        glue = "" if tags[column].lower().endswith("type_symbol") else " "
        whole = glue.join(words[column : column + extra + 1]).strip("'\"")
        joined = [*words[:column], whole, *words[column + extra + 1 :]]
        if all(_suits(word, tag) for word, tag in zip(joined, tags, strict=True)):
            ways.append(joined)
    needed = any(tag.lower().startswith(_NEEDED) for tag in tags)
    return ways[0] if len(ways) == 1 or (ways and not needed) else None


def _suits(word: str, tag: str) -> bool:
    """False for a word that cannot be a value of the tag."""
    name = tag.lower()
    if name.endswith(("operation_xyz", "pos_as_xyz")):
        return word.count(",") == 2
    if name.endswith("type_symbol"):
        return bool(_TYPE.match(word))
    return not _NUMERIC.search(name) or bool(_NUMBER.match(word))
