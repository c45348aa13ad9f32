"""Which atoms make a phrase true: the link from the words of a description to sites that can be shown."""

from __future__ import annotations

import re

from clics.concepts import phrases
from clics.concepts.concept import Kind
from clics.results.description import Connection, Description, Site
from clics.results.geometry import PhraseSites

_NUMBERS = re.compile(r"\d+")


def phrase_sites(description: Description) -> tuple[PhraseSites, ...]:
    """Every phrase that sites make true, in the order of the sites: environments, polyhedra, connections, patterns.

    The phrases are those of :func:`clics.concepts.concept.true_concepts`; what holds of the crystal as a whole (its
    space group, its structure type) has no sites and is not among them.
    """
    atoms: dict[tuple[Kind, str], set[int]] = {}
    partners: dict[tuple[Kind, str], set[int]] = {}

    def note(kind: Kind, phrase: str, site: Site, others: set[int]) -> None:
        atoms.setdefault((kind, phrase), set()).update(site.atoms)
        partners.setdefault((kind, phrase), set()).update(others)

    for site in description.sites:
        named = phrases.environment(site.element_class, site.geometry, distorted=site.distorted)
        note("environment", named, site, set())
        if site.polyhedra is None:
            continue
        note("polyhedra", phrases.polyhedra(site.polyhedra, distorted=site.distorted), site, set())
        ends = {connection: _ends(connection, description.sites) for connection in site.connections}
        for connection, others in ends.items():
            note(
                "connection", phrases.connection(site.polyhedra, connection.sharing, connection.geometry), site, others
            )
        for phrase in phrases.pattern(site):
            note("pattern", phrase, site, set().union(*ends.values()))
    return tuple(
        PhraseSites(kind, phrase, tuple(sorted(here)), tuple(sorted(partners[kind, phrase])))
        for (kind, phrase), here in atoms.items()
    )


def _ends(connection: Connection, sites: tuple[Site, ...]) -> set[int]:
    """Atoms at the other end: of the connection's element, polyhedra and, where the label numbers them, numbers."""
    wanted = set(_NUMBERS.findall(connection.label))
    found: set[int] = set()
    for site in sites:
        same = site.element == connection.element and site.polyhedra == connection.geometry
        numbers = set(_NUMBERS.findall(site.label))
        if same and (not wanted or not numbers or wanted & numbers):
            found.update(site.atoms)
    return found
