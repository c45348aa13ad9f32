"""Sites of phrases: the atoms that make each phrase true, for display in the structure."""

from __future__ import annotations

import re

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
    for site in description.sites:
        ends = {connection: _ends(connection, description.sites) for connection in site.connections}
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


def _ends(connection: Connection, sites: tuple[Site, ...]) -> set[int]:
    """Atoms at the other end of a connection: same element, same polyhedra, and same numbers if the label has any."""
    wanted = set(_NUMBERS.findall(connection.label))
    atoms: set[int] = set()
    for site in sites:
        same = site.element == connection.element and site.polyhedra == connection.geometry
        numbers = set(_NUMBERS.findall(site.label))
        if same and (not wanted or not numbers or wanted & numbers):
            atoms.update(site.atoms)
    return atoms
