"""Features of the elements for the graph tower, computed from the table of :mod:`clics.elements`.

A released model was trained on exactly these numbers: rounding and fallback values must stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from clics import elements
from clics.elements import Element

ELEMENTS = 119
"""Rows of the tables: atomic numbers 0 (unused) to 118."""
_UNUSED_RADIUS = 1.5
_UNKNOWN_RADIUS = 2.0
_LAST_RADIUS = 96
"""Curium, the last element in the tables of Cordero et al.; models take :data:`_UNKNOWN_RADIUS` beyond it."""


def element_table() -> Tensor:
    """Return the features of every element.

    Returns:
        Float32 (ELEMENTS, 40), rows by atomic number: group (18), period (7), block (4) and class (3), one-hot;
        electronegativity / 4 and whether it is known; covalent radius / 2 Å; mean ionic radius / 2 Å and whether it is
        known; highest and lowest common oxidation state / 8; atomic number / 118. Unknown values and row 0 are 0.
    """
    rows = [_features(element) for element in elements.ELEMENTS]
    return torch.tensor([[0.0] * len(rows[0]), *rows], dtype=torch.float32)


def bond_radii() -> Tensor:
    """Return the covalent radii in Å by which the length of an edge is also measured, float32 (ELEMENTS,)."""
    return torch.tensor([_UNUSED_RADIUS, *map(_bond_radius, elements.ELEMENTS)], dtype=torch.float32)


def _features(element: Element) -> list[float]:
    return [
        *_one_hot(element.group, range(1, 19)),
        *_one_hot(element.period, range(1, 8)),
        *_one_hot(element.block, "spdf"),
        *_one_hot(element.element_class, ("METAL", "NONMETAL", "METALLOID")),
        _scaled(element.electronegativity, 4),
        float(not math.isnan(element.electronegativity)),
        _scaled(_bond_radius(element), 2),
        _scaled(element.ionic_radius, 2),
        float(not math.isnan(element.ionic_radius)),
        element.highest_oxidation_state / 8,
        element.lowest_oxidation_state / 8,
        _scaled(element.number, 118),
    ]


def _one_hot(value: object, values: Iterable[object]) -> list[float]:
    return [float(value == other) for other in values]


def _scaled(value: float, unit: float) -> float:
    return 0.0 if math.isnan(value) else round(value / unit, 4)


def _bond_radius(element: Element) -> float:
    return element.covalent_radius if element.number <= _LAST_RADIUS else _UNKNOWN_RADIUS
