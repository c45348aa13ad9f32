"""The reference shapes: symbols, names, point groups and vertices. Tables are read when they are first needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from clics import data

if TYPE_CHECKING:
    import numpy as np

MAX_NEIGHBOURS = 16
"""Largest coordination number that has a reference shape."""


@dataclass(frozen=True, slots=True)
class ReferenceShape:
    """An ideal coordination polyhedron.

    Attributes:
        symbol: Symbol of the program SHAPE, for example ``TPR-6``; RD-14, FK-14, FK-15 and FK-16 are not SHAPE's.
        family: Symbol of the shape that stands for all of the same name (``TCTPR-9`` for ``JTCTPR-9``).
        iupac: IUPAC's polyhedral symbol (Red Book 2005, tables IR-9.2 and IR-9.3); empty where there is none.
        name: English noun, for example ``trigonal prism``.
        adjective: Adjective, for example ``trigonal prismatic``.
        plural: Plural of the noun.
        point_group: Schoenflies symbol.
        site_symmetries: Crystallographic point groups that are subgroups of it.
    """

    symbol: str
    family: str
    iupac: str
    name: str
    adjective: str
    plural: str
    point_group: str
    site_symmetries: frozenset[str]

    @property
    def coordination_number(self) -> int:
        """Number of vertices without the centre."""
        return int(self.symbol.rsplit("-", 1)[1])

    @property
    def title(self) -> str:
        """The name of a polyhedron of this shape: the adjective of flat ones (``square planar``), else the noun."""
        return self.adjective if self.adjective.endswith(("planar", "shaped")) else self.name


@cache
def all_shapes() -> dict[str, ReferenceShape]:
    """All reference shapes by their symbols, by ascending coordination number."""
    allowed = {row["symbol"]: frozenset(row["site symmetries"].split()) for row in _rows()}
    return {
        symbol: ReferenceShape(symbol, family, iupac, name, adjective, plural, group, allowed[symbol])
        for symbol, family, iupac, name, adjective, plural, group in data.read_rows("reference_shapes.tsv")
    }


@cache
def shapes_of(coordination_number: int) -> tuple[ReferenceShape, ...]:
    """The reference shapes of a coordination number; none for 0, 1, 13 and more than 16."""
    return tuple(shape for shape in all_shapes().values() if shape.coordination_number == coordination_number)


def family_of(symbol: str) -> ReferenceShape:
    """The shape that stands for all shapes of the same name as this one.

    Raises:
        KeyError: No reference shape has the symbol.
    """
    shapes = all_shapes()
    return shapes[shapes[symbol].family]


@cache
def vertices_of(coordination_number: int) -> tuple[np.ndarray, ...]:
    """Vertices of the shapes of a coordination number, in the order of :func:`shapes_of`.

    Returns:
        For each shape ``(n, 3)`` vertices about the centre, their mean squared distance from it 1.
    """
    return tuple(_vertices()[shape.symbol] for shape in shapes_of(coordination_number))


@cache
def _vertices() -> dict[str, np.ndarray]:
    import numpy as np

    return {row["symbol"]: np.array(row["vertices"]) for row in _rows()}


@cache
def _rows() -> list[dict[str, Any]]:
    return data.read_json_lines("reference_shapes.jsonl")
