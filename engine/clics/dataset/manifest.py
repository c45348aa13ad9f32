"""Provenance of a data set: sources with their hashes, licence, and the versions of what made its labels."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from clics.errors import InputError

LICENCES = {
    "materials-project": (
        "Crystals of the Materials Project (https://materialsproject.org), CC BY 4.0, "
        "https://creativecommons.org/licenses/by/4.0/. Cite A. Jain et al., APL Materials 1, 011002 (2013), "
        "doi 10.1063/1.4812323."
    ),
}
"""Licence texts by short name; any other text is used as it is."""

_LABELLERS = ("clics", "pymatgen-core", "spglib", "moyopy", "numpy", "scipy")


def licence_text(licence: str | None) -> str | None:
    """The text of a short name of :data:`LICENCES`, or the text itself."""
    return LICENCES.get(licence, licence) if licence else None


@functools.cache
def versions() -> dict[str, str]:
    """Installed versions of the packages that determine descriptions and labels."""
    return {name: version(name) for name in _LABELLERS}


def source_names(paths: Iterable[Path]) -> list[str]:
    """Names of the sources of a data set that may still grow."""
    return list(dict.fromkeys(path.name for path in paths))


def source_entries(role: str, paths: Iterable[Path]) -> list[dict[str, str]]:
    """Role, name and SHA-256 of each source; the hash of a folder is that of the names and hashes of its files.

    Raises:
        InputError: a source does not exist (kind ``missing-file``).
    """
    return [{"role": role, "name": path.name, "sha256": _hash(path)} for path in paths]


def _hash(path: Path) -> str:
    if not path.exists():
        raise InputError(f"{path} does not exist; name a file or folder.", kind="missing-file")
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    digest = hashlib.sha256()
    for file_path in sorted(p for p in path.rglob("*") if p.is_file()):
        digest.update(f"{file_path.relative_to(path).as_posix()} {_hash(file_path)}\n".encode())
    return digest.hexdigest()
