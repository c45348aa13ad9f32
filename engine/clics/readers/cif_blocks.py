"""The data blocks of a CIF text: gemmi parses, and what it refuses is mended where the meaning is clear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clics.errors import CrystalError
from clics.readers.cif_repair import mended
from clics.readers.cif_tokens import tokens
from clics.readers.decode_text import truncated

if TYPE_CHECKING:
    from gemmi import cif

_BLOCK_START = re.compile(r"^data_(\S*)", re.MULTILINE | re.IGNORECASE)
_BLANKS = str.maketrans({"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u200b": "", "\u2212": "-"})
_WRAPPED = re.compile(
    r"^[ \t]*(?:```\w*|</?(?:pre|code|div|p|body|html)\b[^>\n]*>)[ \t]*$", re.MULTILINE | re.IGNORECASE
)
"""Lines with which web pages and messages surround a file."""
_WRAPPING = re.compile(r"\A\s*(?:```|<)|(?:```|>)\s*\Z")
_AFTER_LOOP = re.compile(r"^[ \t]*(loop_|_\S+[ \t]+\S)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DataBlock:
    """A block, or why it is none.

    Attributes:
        name: Of the block.
        block: What gemmi made of it; None for a damaged block.
        fault: The error of a damaged block.
        notes: What was mended.
        last: True if the file ends with it.
    """

    name: str
    block: cif.Block | None
    fault: CrystalError | None = None
    notes: tuple[str, ...] = ()
    last: bool = False


def data_blocks(text: str, where: str) -> list[DataBlock]:
    """All blocks of a text. Raises CrystalError (``not-a-crystal``) for a text that has none."""
    text = _WRAPPED.sub("", text.translate(_BLANKS)) if _WRAPPING.search(text) else text.translate(_BLANKS)
    try:
        parsed = _document(text)
        return [DataBlock(block.name, block, last=block is parsed[-1]) for block in parsed]
    except (ValueError, RuntimeError) as error:
        if not _BLOCK_START.search(text):
            fault = "a web page" if "<html" in text[:2000].lower() else "no CIF: it has no 'data_' block"
            raise CrystalError(f"{where}: this is {fault}.", kind="not-a-crystal") from error
    blocks: list[DataBlock] = []
    starts = [match.start() for match in _BLOCK_START.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        blocks += _piece(text[start:end], last=end == len(text))
    return blocks


def has_atoms(block: cif.Block) -> bool:
    """True where a block lists atoms; some have a list with nothing but ``?``."""
    tags = ("_atom_site_fract_x", "_atom_site.fract_x", "_atom_site_Cartn_x", "_atom_site.Cartn_x")
    return any(value not in ("?", ".") for tag in tags for value in block.find_values(tag))


def _piece(piece: str, *, last: bool) -> list[DataBlock]:
    start = _BLOCK_START.match(piece)
    name = start[1] if start else ""
    try:
        parsed = _document(piece)
        return [DataBlock(block.name, block, last=last and block is parsed[-1]) for block in parsed]
    except (ValueError, RuntimeError) as error:
        message = str(error)
    reason = message.removeprefix("string:")[:120]
    if last and _breaks_off(message, piece):
        return [DataBlock(name, None, truncated("", reason))]
    try:
        text, notes = mended(piece)
        parsed = _document(text)
        if not any(map(has_atoms, parsed)):
            raise ValueError("what is left has no atoms")
        return [DataBlock(block.name, block, notes=notes, last=last and block is parsed[-1]) for block in parsed]
    except (ValueError, RuntimeError):
        return [DataBlock(name, None, CrystalError(f": the block is no valid CIF ({reason}).", kind="bad-cif"))]


def _document(text: str) -> list[cif.Block]:
    """The blocks of a text. At level 0, gemmi accepts repeated names and tags, which are judged block by block."""
    from gemmi import cif

    try:
        return list(cif.read_string(text, 0))
    except (ValueError, RuntimeError):
        if text.isascii():
            raise
        # Letters beyond ASCII are forbidden in names and bare words, yet common; no value that is read here has any.
        return list(cif.read_string(text.encode("ascii", errors="replace").decode(), 0))


def _breaks_off(message: str, piece: str) -> bool:
    """True if a syntax error is at the end of the text: within a value, or in a loop of which the last row lacks values."""
    position = re.match(r"[^:]*:\d+:\d+\((\d+)\)", message)
    if position is None:
        return False
    rest = piece.encode()[int(position[1]) :].decode(errors="replace")
    if "unterminated" in message:
        # A quoted string ends with its line, so an unterminated one does not mean that the file breaks off.
        return "string" not in message.partition("unterminated")[2] or (
            "\n" not in rest.strip() and not rest.endswith("\n")
        )
    if "Wrong number" not in message:
        return not rest.strip()
    # gemmi points at the start of a loop that has too few values; nothing but its values may follow.
    return not _AFTER_LOOP.search(rest[5:]) and _last_row_is_short(rest)


def _last_row_is_short(loop: str) -> bool:
    lines = [line.strip() for line in loop.split("\n")[1:]]
    lines = [line for line in lines if line and not line.startswith("#")]
    width = sum(1 for line in lines if line.startswith("_"))
    rows = [len(tokens(line)) for line in lines if not line.startswith("_")]
    return bool(rows) and rows[-1] < width and all(length == width for length in rows[:-1])
