"""Which atoms make a phrase true: the link from the words of a description to sites that can be shown."""

from __future__ import annotations

import re

from clics.concepts.concept import Concept
from clics.concepts.registry import row_of
from clics.concepts.truth import site_facts
from clics.results.description import Connection, Description, Site
from clics.results.geometry import PhraseSites

_NUMBERS = re.compile(r"\d+")


def phrase_sites(description: Description) -> tuple[PhraseSites, ...]:
    """Every phrase that sites make true, in the order of the sites: environments, polyhedra, connections, patterns.

    The phrases are those of :func:`clics.concepts.truth.true_concepts`; what holds of the crystal as a whole (its
    space group, its structure type) has no sites and is not among them.
    """
    atoms: dict[Concept, set[int]] = {}
    partners: dict[Concept, set[int]] = {}
    for site in description.sites:
        ends = {connection: _ends(connection, description.sites) for connection in site.connections}
        for concept, _, connections in site_facts(site):
            atoms.setdefault(concept, set()).update(site.atoms)
            partners.setdefault(concept, set()).update(*(ends[connection] for connection in connections))
    return tuple(
        PhraseSites(
            concept.kind,
            concept.phrase,
            tuple(sorted(here)),
            tuple(sorted(partners[concept])),
            row_of(concept.kind).listed,
        )
        for concept, here in atoms.items()
    )


def _ends(connection: Connection, sites: tuple[Site, ...]) -> set[int]:
    """Atoms at the other end: of the connection's element, polyhedra and, where the label numbers them, numbers."""
    wanted = set(_NUMBERS.findall(connection.label))
    atoms: set[int] = set()
    for site in sites:
        same = site.element == connection.element and site.polyhedra == connection.geometry
        numbers = set(_NUMBERS.findall(site.label))
        if same and (not wanted or not numbers or wanted & numbers):
            atoms.update(site.atoms)
    return atoms
