"""Names of files that are written as crystals."""

from __future__ import annotations

from pathlib import Path


def is_crystal_name(path: Path) -> bool:
    """True for the name of a file that is written as CIF or POSCAR."""
    name = path.name.lower()
    return name.endswith((".cif", ".vasp", ".poscar")) or name.startswith(("poscar", "contcar"))
