"""Which format a file has: by its name, then by how it begins."""

from __future__ import annotations

import re

SUPPORTED = (
    ".cif, .mcif, POSCAR*/CONTCAR*/.vasp/.poscar, .xyz/.extxyz, .json, .jsonl/.ndjson, .csv (with a column 'cif'); "
    "each also as .gz, .bz2 or .xz; .zip, .tar, .tar.gz, .tar.bz2, .tar.xz; folders of these"
)

_ENDINGS = {
    ".cif": "cif", ".mcif": "cif", ".vasp": "poscar", ".poscar": "poscar", ".contcar": "poscar", ".xyz": "xyz",
    ".extxyz": "xyz", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".zip": "zip",
    ".tar": "tar",
}  # fmt: skip
_COMPRESSED = {".gz": "gz", ".bz2": "bz2", ".xz": "xz"}
_TARS = {".tgz": "gz", ".tbz": "bz2", ".tbz2": "bz2", ".txz": "xz"}
_MAGIC = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz"}
_POSCAR_NAME = re.compile(r"^(POSCAR|CONTCAR)([._-].*)?$", re.IGNORECASE)

STREAMED = frozenset({"jsonl", "csv"})
ARCHIVES = frozenset({"zip", "tar"})


def by_name(name: str) -> tuple[str, str]:
    """Format and compression (each "" if the name does not tell) of a file name without its folders."""
    lower = name.lower()
    compression = next((kind for ending, kind in _COMPRESSED.items() if lower.endswith(ending)), "")
    if compression:
        lower = lower[: lower.rindex(".")]
    for ending, kind in _TARS.items():
        if lower.endswith(ending):
            return "tar", kind
    found = next((kind for ending, kind in _ENDINGS.items() if lower.endswith(ending)), "")
    if not found and _POSCAR_NAME.match(lower):
        found = "poscar"
    return found, compression


def stem(name: str) -> str:
    """The file name without the endings that :func:`by_name` understands."""
    changed = True
    while changed:
        changed = False
        for ending in (*_COMPRESSED, *_TARS, *_ENDINGS):
            if name.lower().endswith(ending) and len(name) > len(ending):
                name, changed = name[: -len(ending)], True
    return name


def compression_of(head: bytes) -> str:
    """``gz``, ``bz2``, ``xz`` or "" by the first bytes of a file."""
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")


def by_content(head: bytes) -> str:
    """The format by the first (uncompressed) bytes of a file, "" if they do not tell."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head[257:262] == b"ustar":
        return "tar"
    text = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    if "cif" in [cell.strip(' "').lower() for cell in text.partition("\n")[0].split(",")]:
        return "csv"  # before CIF, which its cells hold
    if re.search(r"^\s*data_\S*\s*$", text, re.MULTILINE | re.IGNORECASE) and re.search(r"^\s*(_\w|loop_)", text, re.M):
        return "cif"
    if text.lstrip()[:1] in ("{", "["):
        first, _, rest = text.strip().partition("\n")
        return "jsonl" if first.rstrip().endswith("}") and rest.lstrip()[:1] == "{" else "json"
    lines = text.split("\n")
    if lines[0].strip().isdigit():
        return "xyz"
    if len(lines) > 6 and all(_is_vector(line) for line in lines[2:5]) and not _is_vector(lines[0]):
        return "poscar"
    return ""


def _is_vector(line: str) -> bool:
    words = line.split()
    return len(words) >= 3 and all(re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", word) for word in words[:3])
