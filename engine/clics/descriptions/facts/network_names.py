"""The field's names of oxoanions and their networks: nesosilicate to tectosilicate, pyrophosphate, metaborate.

``data/network_names.tsv`` has a row for each element: the numbers of oxygen atoms of its oxoanions, and the name for each
arrangement. Silicates are those of Strunz's classes (Strunz & Nickel, Strunz Mineralogical Tables, 9th ed., 2001), the
others follow the IUPAC's trivial names (Nomenclature of Inorganic Chemistry 2005, table IX and IR-8).
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence

from clics.data import read_rows
from clics.descriptions.facts.groups import Group
from clics.results.facts import SiteGeometry

FRAMEWORK_ELEMENTS = frozenset({"Si", "Al", "P", "Ge", "Ga", "B", "As", "Be"})
"""Elements whose tetrahedra with oxygen make up frameworks together, as in zeolites and in minerals built like silicates."""

SILICATE_ELEMENTS = frozenset({"Si", "Al", "B"})
"""Elements whose tetrahedra may stand for those of silicon in a silicate."""

CORNER_ONLY = ((), (0,))
"""Ways of sharing in the networks that have names."""


@functools.cache
def _table() -> Mapping[str, tuple[frozenset[int], Mapping[str, str]]]:
    """Element → the numbers of oxygen atoms of its oxoanions, and arrangement → name."""
    names = ("isolated", "pair", "oligomer", "ring", "chain", "double chain", "layer", "framework")
    return {
        element: (
            frozenset(map(int, numbers.split(","))),
            {a: name for a, name in zip(names, cells, strict=True) if name},
        )
        for element, numbers, *cells in read_rows("network_names.tsv")
    }


def named_centres(sites: Iterable[SiteGeometry], element: str) -> list[SiteGeometry]:
    """The sites of an element that are centres of its oxoanions; none where they have no name."""
    if element not in _table():
        return []
    formulas = {f"{element}O{number}" for number in _table()[element][0]}
    return [site for site in sites if site.polyhedron in formulas]


def name_of(element: str, group: Group, members: Sequence[SiteGeometry]) -> str | None:
    """The name of a group of oxoanions; None where it has none, or holds only elements that stand for ``element``."""
    if group.sharing not in CORNER_ONLY or all(site.element != element for site in members):
        return None
    return _table()[element][1].get(group.arrangement)


def substitutes(silicon: list[Group], together: list[Group], at_silicon: Collection[int]) -> bool:
    """True where tetrahedra of other elements stand for those of silicon, so that both are one silicate anion.

    They do where they are not more than those of silicon in a connected group (Loewenstein's rule), and that group is a
    layer (mica), a framework in which every corner is shared (feldspar), or a finite group or chain that silicon alone
    builds in pieces (amphibole). They do not where silicon's tetrahedra are isolated within a chain (sillimanite, a
    nesosilicate), or where the others are more (gehlenite).

    Args:
        silicon: Groups of the tetrahedra of silicon alone.
        together: Groups with those of the other elements.
        at_silicon: The sites of silicon.
    """
    all_isolated = all(group.arrangement == "isolated" for group in silicon)
    for group in together:
        share = sum(place in at_silicon for place in group.places) / len(group.places)
        if not 0.5 <= share < 1 or group.sharing not in CORNER_ONLY:
            continue
        if group.rank == 2 or (group.rank == 3 and group.links >= 2 * len(group.places)):
            return True
        if group.rank < 2 and not all_isolated:
            return True
    return False
