"""Connected groups of coordination polyhedra: finite, chains, layers, frameworks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from clics.descriptions.facts.indices import ToAxes, span
from clics.descriptions.facts.shared_ligands import SharedLigands
from clics.descriptions.robocrys.bonds import image_steps
from clics.results.facts import Indices

Arrangement = Literal[
    "isolated", "pair", "oligomer", "ring", "chain", "double chain", "multiple chain", "layer", "framework"
]
"""How the polyhedra of a group hang together; an oligomer is a finite group of three or more without a ring."""

DOUBLE_CHAIN, LADDER = 1.25, 1.5
"""Links for each polyhedron: T4O11 (amphiboles) has 5/4, T6O17 7/6, and T2O5 that is a chain 3/2; triple and wider chains
(T6O16: 4/3, T8O21: 11/8) lie between."""

Adjacency = dict[int, list[tuple[int, int, int]]]
"""Site of a centre → (site of the other centre, number of its lattice image, way of sharing), for each other polyhedron."""


@dataclass(frozen=True, slots=True)
class Group:
    """A connected group of polyhedra.

    Attributes:
        places: Sites of the centres in the cell.
        sharing: The ways of sharing that occur in it: 0 (corner), 1 (edge), 2 (face).
        rank: Its dimensionality, 0 to 3.
        indices: Direction (rank 1) or plane (rank 2) on the axes that facts refer to.
        links: Pairs of polyhedra that share ligands, in one cell.
    """

    places: tuple[int, ...]
    sharing: tuple[int, ...]
    rank: int
    indices: Indices | None
    links: int

    @property
    def arrangement(self) -> Arrangement:
        """How its polyhedra hang together."""
        if self.rank > 1:
            return "layer" if self.rank == 2 else "framework"
        if self.rank == 1:
            ratio = self.links / len(self.places)
            return "chain" if ratio <= 1 else "multiple chain" if DOUBLE_CHAIN < ratio < LADDER else "double chain"
        if len(self.places) < 3:
            return "isolated" if len(self.places) == 1 else "pair"
        return "ring" if self.links >= len(self.places) else "oligomer"


def adjacency(pairs: SharedLigands, cation: list[bool]) -> Adjacency:
    """The pairs of cation-centred polyhedra by their first centres."""
    near: Adjacency = defaultdict(list)
    for begin, end, image, sharing in zip(
        pairs.begin.tolist(), pairs.end.tolist(), pairs.image.tolist(), pairs.sharing.tolist(), strict=True
    ):
        if cation[begin]:
            near[begin].append((end, image, sharing))
    return near


def connected_groups(places: Iterable[int], near: Adjacency, to_axes: ToAxes, way: int | None = None) -> list[Group]:
    """The connected groups of the polyhedra at some sites.

    Args:
        places: The sites of the centres; others take no part.
        near: The other polyhedra that each shares ligands with.
        to_axes: Takes indices to the axes that facts refer to.
        way: The only way of sharing that counts; None: all of them.
    """
    inside = dict.fromkeys(places)
    image_of: dict[int, int] = {}
    groups = []
    for first in inside:
        if first in image_of:
            continue
        image_of[first] = 0
        members, walks, ways, ends = [first], set(), set(), 0
        for place in members:  # grows while we walk
            here = image_of[place]
            for other, image, sharing in near.get(place, ()):
                if other not in inside or (way is not None and sharing != way):
                    continue
                ends += 1
                ways.add(sharing)
                if other in image_of:
                    walks.add(here + image - image_of[other])
                else:
                    image_of[other] = here + image
                    members.append(other)
        rank, indices = span(image_steps(walk) for walk in walks)
        groups.append(
            Group(
                places=tuple(members),
                sharing=tuple(sorted(ways)),
                rank=rank,
                indices=None if indices is None else to_axes(indices, rank),
                links=ends // 2,
            )
        )
    return groups
