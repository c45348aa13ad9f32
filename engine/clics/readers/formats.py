"""The format of a file: by its name, then by how it begins."""

from __future__ import annotations

from clics.readers.registry import COMPRESSED, COMPRESSED_TARS, FORMATS

STREAMED = frozenset(row.name for row in FORMATS if row.handing == "lines")
ARCHIVES = frozenset(row.name for row in FORMATS if row.handing == "archive")
_MAGIC = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz"}


def by_name(name: str) -> tuple[str, str]:
    """Format and compression (each "" if the name does not tell) of a file name without its folders."""
    lower = name.lower()
    compression = next((kind for ending, kind in COMPRESSED.items() if lower.endswith(ending)), "")
    if compression:
        lower = lower[: lower.rindex(".")]
    for ending, kind in COMPRESSED_TARS.items():
        if lower.endswith(ending):
            return "tar", kind
    return next((row.name for row in FORMATS if row.fits_name(lower)), ""), compression


def is_doubtful(name: str) -> bool:
    """True for a name whose ending other programs use too (``.out``): only the content tells."""
    lower = name.lower()
    lower = next((lower[: -len(ending)] for ending in COMPRESSED if lower.endswith(ending)), lower)
    return any(lower.endswith(row.doubtful) for row in FORMATS)


def stem(name: str) -> str:
    """The file name without the endings of its format and compression."""
    endings = (*COMPRESSED, *COMPRESSED_TARS, *(each for row in FORMATS for each in (*row.suffixes, *row.doubtful)))
    changed = True
    while changed:
        changed = False
        for ending in endings:
            if name.lower().endswith(ending) and len(name) > len(ending):
                name, changed = name[: -len(ending)], True
    return name


def compression_of(head: bytes) -> str:
    """``gz``, ``bz2``, ``xz`` or "" by the first bytes of a file."""
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")


def by_content(head: bytes) -> str:
    """The format by the first (uncompressed) bytes of a file, "" if they do not tell."""
    text = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return next((row.name for row in FORMATS if row.fits_content(head, text)), "")


def overrules(content: str, name: str) -> bool:
    """True where a content is unmistakable and the format of the name can give way: downloads have wrong names."""
    rows = {row.name: row for row in FORMATS}
    return bool(content and name) and rows[content].unmistakable and rows[name].gives_way
