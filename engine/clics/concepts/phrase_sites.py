"""Sites of phrases: the atoms that make each phrase true, for display in the structure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clics.concepts.concept import Concept
from clics.concepts.registry import row_of
from clics.concepts.truth import geometry_facts, site_facts
from clics.results.description import Connection, Description, Site
from clics.results.geometry import PhraseSites

_NUMBERS = re.compile(r"\d+")


def phrase_sites(description: Description) -> tuple[PhraseSites, ...]:
    """Find the atoms that make each phrase true.

    The phrases are those of :func:`clics.concepts.truth.true_concepts`, without those of the crystal as a whole (space
    group, structure type).

    Args:
        description: The description of a crystal.

    Returns:
        Environments, polyhedra, connections and patterns in the order of the sites; then shapes, networks and the other
        facts of geometry.
    """
    atoms: dict[Concept, set[int]] = {}
    partners: dict[Concept, set[int]] = {}
    known = _Ends(description.sites)
    for site in description.sites:
        ends = {connection: known.of(connection) for connection in site.connections}
        for concept, _, connections in site_facts(site):
            atoms.setdefault(concept, set()).update(site.atoms)
            partners.setdefault(concept, set()).update(*(ends[connection] for connection in connections))
    for fact in geometry_facts(description):
        atoms.setdefault(fact.concept, set()).update(fact.atoms)
        partners.setdefault(fact.concept, set()).update(fact.partners)
    return tuple(
        PhraseSites(
            concept.kind,
            concept.phrase,
            tuple(sorted(here)),
            tuple(sorted(partners[concept])),
            row_of(concept.kind).is_listed,
        )
        for concept, here in atoms.items()
    )


class _Ends:
    """The sites at the other ends of connections: same element, same polyhedra, and same numbers if the label has any."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self._alike: dict[tuple[str, str | None], set[int]] = {}
        self._numbered: dict[tuple[str, str | None, str], set[int]] = {}
        for site in sites:
            self._alike.setdefault((site.element, site.polyhedra), set()).update(site.atoms)
            for number in _NUMBERS.findall(site.label) or [""]:
                self._numbered.setdefault((site.element, site.polyhedra, number), set()).update(site.atoms)

    def of(self, connection: Connection) -> set[int]:
        """Atoms at the other end of a connection."""
        wanted = _NUMBERS.findall(connection.label)
        key = connection.element, connection.geometry
        if not wanted:
            return self._alike.get(key, set())
        return set().union(*(self._numbered.get((*key, number), ()) for number in ("", *wanted)))
