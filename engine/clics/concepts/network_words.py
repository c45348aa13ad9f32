"""Words for networks of polyhedra: "Edge-sharing octahedra form layers.", "layers of edge-sharing CoO6"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, cast

from clics.concepts import number_words, phrases
from clics.concepts.shape_words import capitalised
from clics.results.description import Sharing
from clics.results.facts import GeometryFacts, Network

UNITS = ("finite groups", "chains", "layers", "a framework")
"""What connected polyhedra form, by the dimensionality of their network."""
_ISOLATED = "are isolated from each other"
_GROUPS = "groups of "
_SHARING = r"(?:(?P<sharing>[Cc]orner|[Ee]dge|[Ff]ace|[A-Za-z]+-(?:, [a-z]+-)*,? and [a-z]+)-sharing )?"
PATTERN = (
    rf"{_SHARING}(?P<polyhedra>\S.*?) "
    rf"(?:{_ISOLATED}|form (?P<unit>{'|'.join(UNITS)}|{_GROUPS}[a-z-]+(?: [a-z-]+)*))"
)
"""Pattern of :func:`clause`."""


class Parts(NamedTuple):
    """The parts of a clause.

    Attributes:
        polyhedra: The polyhedra as a plural noun, as at the start of a sentence where nothing precedes it.
        sharing: The ways of sharing.
        dimensionality: Dimensionality of the network.
        size: Polyhedra in a group where the clause tells (1: isolated); 0 where it does not.
    """

    polyhedra: str
    sharing: tuple[Sharing, ...]
    dimensionality: int
    size: int


def shared(sharing: Sequence[Sharing]) -> str:
    """Ways of sharing as an adjective: ``"corner- and edge-sharing"``."""
    return phrases.join([*(f"{way}-" for way in sharing[:-1]), f"{sharing[-1]}-sharing"])


def linked(polyhedra: str, sharing: Sequence[Sharing]) -> str:
    """Polyhedra with the way of sharing: ``"edge-sharing octahedra"``, ``"isolated tetrahedra"``."""
    return f"{shared(sharing) if sharing else 'isolated'} {polyhedra}"


def clause(polyhedra: str, sharing: Sequence[Sharing], dimensionality: int, size: int = 0) -> str:
    """A network as a clause: ``"Edge-sharing octahedra form layers"``.

    Args:
        polyhedra: The polyhedra as a plural noun.
        sharing: The ways of sharing, in the order corner, edge, face; empty for isolated polyhedra.
        dimensionality: Dimensionality of the network, 0 to 3.
        size: Polyhedra in a finite group, where the clause is to tell it; 0: not.
    """
    if not sharing:
        return f"{capitalised(polyhedra)} {_ISOLATED}"
    unit = f"{_GROUPS}{number_words.to_words(size)}" if size and not dimensionality else UNITS[dimensionality]
    return f"{capitalised(shared(sharing))} {polyhedra} form {unit}"


def parts_of(match: re.Match[str] | None) -> Parts | None:
    """The parts of a match of :data:`PATTERN`; None for no match and for another order of the ways of sharing."""
    if match is None:
        return None
    ways = re.findall(r"corner|edge|face", (match["sharing"] or "").lower())
    if ways != [way for way in phrases.SHARINGS if way in ways] or bool(ways) != bool(match["unit"]):
        return None
    sharing, unit = cast(tuple[Sharing, ...], tuple(ways)), match["unit"]
    if unit is None:
        return Parts(match["polyhedra"], sharing, 0, 1)
    if unit in UNITS:
        return Parts(match["polyhedra"], sharing, UNITS.index(unit), 0)
    try:
        return Parts(match["polyhedra"], sharing, 0, number_words.from_words(unit.removeprefix(_GROUPS)))
    except KeyError:
        return None


def label(polyhedra: str, sharing: Sequence[Sharing], dimensionality: int, size: int = 0) -> str:
    """A network as people read it in lists: ``"Layers of edge-sharing CoO6"``, ``"Isolated tetrahedra"``."""
    if not sharing:
        return capitalised(linked(polyhedra, sharing))
    unit = f"{_GROUPS}{size}" if size and not dimensionality else UNITS[dimensionality].removeprefix("a ")
    return capitalised(f"{unit}{':' if size and not dimensionality else ' of'} {linked(polyhedra, sharing)}")


def atoms_of(geometry: GeometryFacts, network: Network) -> tuple[int, ...]:
    """The centres of the polyhedra of a network: indices into the crystal as it was read."""
    return tuple(sorted(atom for label in network.sites for atom in geometry.site(label).atoms))
