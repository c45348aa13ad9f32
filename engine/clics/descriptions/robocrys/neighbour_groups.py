"""An environment's neighbours and connected polyhedra, grouped by inequivalent site under their labels.

Robocrystallographer's grouping and order (its ``DescriptionAdapter``), which facts and words both follow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from clics.descriptions.robocrys.element_tables import iupac_order
from clics.descriptions.robocrys.environments import Environment
from clics.results.description import Sharing


@dataclass(frozen=True, slots=True)
class Near:
    """``count`` bonded neighbours of one element and label, which stand for the inequivalent ``sites``."""

    element: str
    label: str
    count: int
    sites: list[int]


@dataclass(frozen=True, slots=True)
class Far:
    """``count`` polyhedra of one kind that a site's own polyhedron shares a corner, edge or face with."""

    element: str
    label: str
    count: int
    sites: list[int]
    sharing: Sharing
    geometry: str
    polyhedron: str


class Relations:
    """The neighbours of every inequivalent site of ``of``, each asked for once."""

    def __init__(self, of: dict[int, Environment]) -> None:
        self.of = of
        self.labels = {site: self.label([site]) for site in of}
        self.near = {site: self._near(site) for site in of}
        self.far = {site: self._far(site) if of[site].polyhedron else [] for site in of}

    def label(self, sites: Iterable[int]) -> str:
        """The symmetry labels of one or more sites together, for example ``(1,2)``."""
        return f"({','.join(map(str, sorted(label for site in sites for label in self.of[site].labels)))})"

    def name(self, site: int) -> str:
        """Element and label of a site, for example ``O(2)``."""
        return self.of[site].element + self.labels[site]

    def _near(self, site: int) -> list[Near]:
        lengths = self.of[site].lengths
        kinds: dict[tuple[str, str], list[int]] = defaultdict(list)
        for other in set(lengths):
            kinds[self.of[other].element, self.labels[other]].append(other)
        groups = [
            Near(element, self.label(sites), sum(len(lengths[other]) for other in sites), sites)
            for (element, _), sites in kinds.items()
        ]
        return sorted(groups, key=lambda near: [iupac_order(near.element), near.count, near.label, near.sites])

    def _far(self, site: int) -> list[Far]:
        kinds: dict[tuple[str, Sharing, str, str], list[int]] = defaultdict(list)
        shared = self.of[site].shared
        for sharing, others in shared.items():
            for other in set(others):
                around = self.of[other]
                if around.polyhedron:
                    kinds[around.element, sharing, around.geometry.type, self.labels[other]].append(other)
        groups = [
            Far(
                element,
                self.label(sites),
                sum(shared[sharing][other] for other in sites),
                sites,
                sharing,
                geometry,
                self.of[sites[0]].polyhedron or "",
            )
            for (element, sharing, geometry, _), sites in kinds.items()
        ]
        return sorted(
            groups,
            key=lambda far: [
                far.sharing, far.geometry, far.count, iupac_order(far.element), far.polyhedron, far.label, far.sites,
            ],
        )  # fmt: skip
