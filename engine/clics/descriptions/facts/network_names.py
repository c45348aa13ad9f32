"""The field's names of oxoanions and their networks: nesosilicate to tectosilicate, pyrophosphate, metaborate.

``data/network_names.tsv`` has a row for each element: the numbers of oxygen atoms of its oxoanions, and the name for each
arrangement. Silicates are those of Strunz's classes (Strunz & Nickel, Strunz Mineralogical Tables, 9th ed., 2001), the
others follow the IUPAC's trivial names (Nomenclature of Inorganic Chemistry 2005, table IX and IR-8).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from clics.data import read_rows
from clics.descriptions.facts.groups import Arrangement, Group
from clics.results.facts import SiteGeometry

FRAMEWORK_ELEMENTS = frozenset({"Si", "Al", "P", "Ge", "Ga", "B", "As", "Be"})
"""Elements whose tetrahedra with oxygen make up frameworks together, as in zeolites and in minerals built like silicates."""

SILICATE_ELEMENTS = frozenset({"Si", "Al", "B"})
"""Elements whose tetrahedra may stand for those of silicon in a silicate."""

STRONG_ACIDS = frozenset({"C", "N", "P", "S", "Cl"})
"""Central elements of the anions of strong and stable acids. A polyhedron that shares oxygen with theirs, or with the
tetrahedra of silicon, is not an anion of its own: BPO4 is a phosphate of boron, danburite a silicate."""

LOEWENSTEIN = 0.5
"""Least share of silicon in a silicate anion, since no two tetrahedra of aluminium share a corner (W. Loewenstein, Am. Mineral.
39, 92 (1954))."""

CORNER_ONLY = ((), (0,))
"""Ways of sharing in the networks that have names."""


@dataclass(frozen=True, slots=True)
class Oxoanion:
    """A row of the table: the central element, the formulas of its polyhedra, and arrangement → name."""

    element: str
    formulas: frozenset[str]
    names: Mapping[str, str]

    def centres(self, sites: Iterable[SiteGeometry]) -> list[SiteGeometry]:
        """The sites that are its centres."""
        return [site for site in sites if site.polyhedron in self.formulas]

    def name_of(self, group: Group, members: Sequence[SiteGeometry]) -> str | None:
        """The name of a group; None where it has none, or holds only elements that stand for the central one."""
        if group.sharing not in CORNER_ONLY or all(site.element != self.element for site in members):
            return None
        return self.names.get(group.arrangement)


@functools.cache
def oxoanions() -> tuple[Oxoanion, ...]:
    """The rows of the table."""
    arrangements = get_args(Arrangement)
    return tuple(
        Oxoanion(
            element,
            frozenset(f"{element}O{number}" for number in numbers.split(",")),
            {each: name for each, name in zip(arrangements, names, strict=True) if name},
        )
        for element, numbers, *names in read_rows("network_names.tsv")
    )


def substitutes(silicon: list[Group], together: list[Group], element_of: Mapping[int, str]) -> bool | None:
    """True where tetrahedra of other elements stand for those of silicon, so that both are one silicate anion.

    They do where they are not more than those of silicon in a connected group (Loewenstein's rule), and that group is a
    layer of aluminium and silicon (mica), a framework in which every corner is shared (feldspar, danburite), or a finite
    group or chain that silicon alone builds in pieces (amphibole). They do not where silicon's tetrahedra are isolated
    within a chain (sillimanite, a nesosilicate), or where boron joins them into layers (datolite, a nesosilicate).

    Args:
        silicon: Groups of the tetrahedra of silicon alone.
        together: Groups with those of the other elements.
        element_of: The element at the site of every centre.

    Returns:
        None where more tetrahedra of aluminium than of silicon are in layers or frameworks: which of them belong to the
        anion is then unknown (in gehlenite, a sorosilicate, aluminium is on two sites).
    """
    all_isolated = all(group.arrangement == "isolated" for group in silicon)
    unknown = False
    for group in together:
        elements = [element_of[place] for place in group.places]
        share = elements.count("Si") / len(elements)
        if not 0 < share < 1 or group.sharing not in CORNER_ONLY:
            continue
        if share < LOEWENSTEIN:
            unknown |= group.rank > 1 and "B" not in elements
        elif (group.rank == 3 and group.links >= 2 * len(group.places)) or (
            "B" not in elements and (group.rank == 2 or (group.rank < 2 and not all_isolated))
        ):
            return True
    return None if unknown else False
