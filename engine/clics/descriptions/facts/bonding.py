"""The bonded network of all atoms of a cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from clics.descriptions.facts.extent import empty_width, extent_of
from clics.descriptions.facts.indices import ToAxes
from clics.descriptions.robocrys.component_formulas import part_formula
from clics.descriptions.robocrys.components import Part
from clics.descriptions.robocrys.conventional_cell import Cell
from clics.descriptions.robocrys.element_tables import iupac_order
from clics.results.facts import Bonding, Extent

WIDTH_DECIMALS = 2

_EXTENTS: tuple[Extent, Extent, Extent, Extent] = ("molecule", "wire", "slab", "crystal")


def find_bonding(cell: Cell, parts: Sequence[Part], to_axes: ToAxes) -> Bonding:
    """Dimensionality and extent of the bonded network.

    Args:
        cell: The standard cell.
        parts: Its connected parts.
        to_axes: Takes indices to the axes that facts refer to.
    """
    highest = max(part.dimensionality for part in parts)
    orientations = {to_axes(p.orientation, highest) for p in parts if p.orientation and p.dimensionality == highest}
    kinds = {(_formula(cell, part), part.dimensionality) for part in parts}
    extent, vacuum = _extent(cell, parts)
    return Bonding(
        dimensionality=highest,
        indices=max(orientations, default=None),
        extent=extent,
        parts=tuple(sorted(kinds, key=lambda kind: (-kind[1], kind[0]))),
        vacuum=vacuum,
    )


def _formula(cell: Cell, part: Part) -> str:
    """The formula of a part, reduced for chains, layers and frameworks: C6H6 of benzene, S8, C of graphite."""
    counts = Counter(cell.symbols[site] for site in part.sites)
    if part.dimensionality:
        return next(iter(counts)) if len(counts) == 1 else part_formula(tuple(sorted(counts.items())))
    ordered = sorted(counts, key=iupac_order)
    return "".join(f"{element}{counts[element] if counts[element] > 1 else ''}" for element in ordered)


def _extent(cell: Cell, parts: Sequence[Part]) -> tuple[Extent, float | None]:
    """How far the matter reaches, and the width of the vacuum beside a slab in Å."""
    if any(part.dimensionality == 3 for part in parts):
        return "crystal", None
    if all(len(part.sites) == 1 and part.dimensionality == 0 for part in parts):
        return "atoms", None
    rank, plane = extent_of(cell)
    width = round(empty_width(cell, plane), WIDTH_DECIMALS) if rank == 2 and plane else None
    return _EXTENTS[rank], width
