"""True concepts of a crystal by its description, from the rules in the rows of the registry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clics.concepts.concept import Concept, Truth
from clics.concepts.kind import GeometryFact, SiteFact
from clics.concepts.registry import ROWS
from clics.results.description import Description, Site


def true_concepts(description: Description) -> dict[Concept, Truth]:
    """All concepts that are not false for a description.

    Args:
        description: The description of a crystal.

    Returns:
        For each concept its relation to the description, HELD or STATED.
    """
    truths: dict[Concept, Truth] = {}
    for row in ROWS:
        for concept, truth in row.of_crystal(description) if row.of_crystal else ():
            truths[concept] = max(truth, truths.get(concept, Truth.FALSE))
    for site in description.sites:
        for fact in site_facts(site):
            truths[fact.concept] = max(fact.truth, truths.get(fact.concept, Truth.FALSE))
    truths.update((fact.concept, Truth.STATED) for fact in geometry_facts(description))
    return truths


def geometry_facts(description: Description) -> Iterator[GeometryFact[Any]]:
    """The concepts that the facts of geometry make true, in the order of the registry; none where these are missing."""
    geometry = description.geometry
    for row in ROWS:
        if row.of_geometry is not None and geometry is not None:
            yield from row.of_geometry(geometry)


def site_facts(site: Site) -> Iterator[SiteFact[Any]]:
    """The concepts that one site makes true, in the order of the registry."""
    for row in ROWS:
        if row.of_site is not None:
            yield from row.of_site(site)
