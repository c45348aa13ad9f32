"""Structures of JARVIS (jarvis-tools, ``Atoms.to_dict``): ``lattice_mat``, ``coords``, ``elements``, ``cartesian``."""

from __future__ import annotations

from typing import Any

import numpy as np

from clics.readers.assemble import bad, record
from clics.readers.record import Record


def is_jarvis(data: dict[str, Any]) -> bool:
    """True for the atoms of JARVIS."""
    return "lattice_mat" in data and "coords" in data and "elements" in data


def read_jarvis(data: dict[str, Any], where: str) -> Record:
    """The crystal. Raises CrystalError of the kinds of :func:`clics.readers.assemble.record`."""
    lattice = np.array(data["lattice_mat"], dtype=float).reshape(3, 3)
    coords = np.array(data["coords"], dtype=float).reshape(-1, 3)
    elements = [str(element) for element in data["elements"]]
    if len(elements) != len(coords):
        raise bad(where, f"{len(elements)} elements and {len(coords)} coordinates")
    return record(lattice, elements, coords, where=where, cartesian=bool(data.get("cartesian", False)))
