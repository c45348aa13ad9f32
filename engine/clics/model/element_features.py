"""What the graph tower knows of an element: its place in the periodic table and three measured numbers.

Group and period follow from the electron shells; Pauling electronegativity, covalent radius (Cordero et al. 2008, doi
10.1039/b801115j) and atomic mass are read from ``elements.json`` (made from pymatgen's tables; missing values are 0 with
a flag), so that the tower needs no materials library.
"""

from __future__ import annotations

import json
from importlib import resources

import torch
from torch import Tensor

ELEMENTS = 119
"""Rows of the table: atomic numbers 0 (unused) to 118."""


def element_table() -> Tensor:
    """Features (ELEMENTS, F) float32 of every atomic number."""
    data = json.loads(resources.files("clics.model").joinpath("elements.json").read_text(encoding="utf-8"))
    return torch.tensor(data["rows"], dtype=torch.float32)


def bond_radii() -> Tensor:
    """Radii (ELEMENTS,) in Å by which an edge's length is also measured (covalent, 1.5 where unknown)."""
    data = json.loads(resources.files("clics.model").joinpath("elements.json").read_text(encoding="utf-8"))
    return torch.tensor(data["radii"], dtype=torch.float32)
