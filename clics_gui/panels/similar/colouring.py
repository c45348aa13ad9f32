"""Colours of the points of the map and entries of its legend. No Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clics_gui.style.labels import pretty_symbol

if TYPE_CHECKING:
    from clics.results import LibraryMap
    from numpy.typing import NDArray

SYSTEMS = ("triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal", "cubic")
MOST_KINDS = 7
"""Kinds that get a colour of their own; more cannot be told apart."""
STEPS = 10
"""Colours of a score."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Entry of the legend; ``colour`` is an index of the palette, None for the muted colour of the rest."""

    name: str
    count: int
    colour: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """Groups of points with a colour each.

    Attributes:
        groups: Index (n,) of the kind of each point or, without kinds, its step on the scale; :data:`STEPS`: no score.
        kinds: Entries of the legend; empty for a scale.
        low: Score at the lower end of the scale.
        high: Score at the upper end of the scale.
    """

    groups: NDArray[np.uint8]
    kinds: tuple[Kind, ...] = ()
    low: float = 0.0
    high: float = 0.0

    @property
    def is_scale(self) -> bool:
        """True if colours stand for a score."""
        return not self.kinds


@dataclass(frozen=True, slots=True, eq=False)
class MapData:
    """A map with the counts of its legends, computed on an engine thread."""

    drawn: LibraryMap
    by_system: Colouring
    by_group: Colouring
    elements: tuple[tuple[str, int], ...]
    """Symbols and in how many crystals they occur, the most frequent first."""


def prepare(drawn: LibraryMap) -> MapData:
    """Count and sort crystal systems, space groups and elements of a map."""
    systems = Counter(drawn.crystal_systems)
    groups = Counter(drawn.space_groups)
    groups.pop("", None)
    frequent = [symbol for symbol, _ in groups.most_common(MOST_KINDS)]
    elements = Counter(symbol for symbols in drawn.elements for symbol in symbols)
    ranked = sorted(elements.items(), key=lambda item: (-item[1], item[0]))
    return MapData(
        drawn,
        _named(drawn.crystal_systems, [system for system in SYSTEMS if systems[system]], "not known"),
        _named(drawn.space_groups, frequent, "others", [pretty_symbol(symbol) for symbol in frequent]),
        tuple(ranked),
    )


def by_element(drawn: LibraryMap, symbol: str) -> Colouring:
    """Colour crystals that contain an element."""
    groups = np.fromiter((symbol in symbols for symbols in drawn.elements), np.uint8, len(drawn.elements))
    having = int(groups.sum())
    return Colouring(groups, (Kind(f"without {symbol}", len(groups) - having, None), Kind(f"with {symbol}", having, 0)))


def by_score(scores: NDArray[np.float32]) -> Colouring:
    """Colour by score (n,): a scale from the 2 % quantile to the best score."""
    known = np.isfinite(scores)
    if not known.any():
        return Colouring(np.full(len(scores), STEPS, np.uint8))
    low, high = (float(value) for value in np.quantile(scores[known], (0.02, 1.0)))
    steps = np.full(len(scores), STEPS, np.uint8)
    share = (scores[known] - low) / max(high - low, 1e-9)
    steps[known] = np.clip(share * STEPS, 0, STEPS - 1).astype(np.uint8)
    return Colouring(steps, (), low, high)


def _named(values: Sequence[str], names: Sequence[str], rest: str, shown: Sequence[str] = ()) -> Colouring:
    """Colour by name; the rest comes first, so that it lies below."""
    palette = [0, 1, 2, 3, 4, 5, 7]  # without the grey, which the rest has
    place = {name: number for number, name in enumerate(names, start=1)}
    groups = np.fromiter((place.get(value, 0) for value in values), np.uint8, len(values))
    counts = np.bincount(groups, minlength=len(names) + 1)
    kinds = [Kind(rest, int(counts[0]), None)]
    kinds += [
        Kind(name, int(counts[number]), palette[number - 1]) for number, name in enumerate(shown or names, start=1)
    ]
    return Colouring(groups, tuple(kinds))
