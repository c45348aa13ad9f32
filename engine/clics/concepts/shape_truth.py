"""Truth of environments and connections, which robocrystallographer names, by the facts of geometry.

Robocrystallographer gives every polyhedron the nearest of the names that it has, also where no name fits, and does not
tell cation-centred polyhedra from anion-centred ones. What people see beside a phrase is decided by shape measures.
"""

from __future__ import annotations

import re

from clics.concepts import shape_words
from clics.concepts.concept import Concept
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.environment import EnvironmentConcept, geometry_label
from clics.concepts.kinds.shape import ShapeConcept
from clics.descriptions.element_classes import element_class
from clics.descriptions.shapes.reference import all_shapes
from clics.results.facts import GeometryFacts, SiteGeometry

_LIKE = re.compile(r"-like$")
_NUMBER = re.compile(r"(.*) \(CN (\d+)\)")
_ALONE = {"trigonal pyramidal": "vTBPY-4", "trigonal pyramids": "vTBPY-4"}
"""Names that robocrystallographer gives to four neighbours, and others to three."""


def by_shape(concept: Concept, truth: bool | None, geometry: GeometryFacts | None) -> bool | None:
    """Truth of a concept by the shapes of the polyhedra.

    Args:
        concept: A shape, an environment or a connection; others keep their truth.
        truth: Its truth by robocrystallographer's description.
        geometry: The facts of geometry; None: not known.

    Returns:
        A shape is unknown (None) around metals whose bonds end at no clear gap. An environment is true where a site of its
        element class has its shape, distorted or not as it says; a connection where cation-centred polyhedra of its shapes
        are connected so. A name that is no shape ("6-coordinate") keeps its truth.
    """
    if geometry is None or truth is None:
        return truth
    if isinstance(concept, EnvironmentConcept):
        return _environment(concept, truth, geometry)
    if isinstance(concept, ConnectionConcept):
        return _connection(concept, truth, geometry)
    if isinstance(concept, ShapeConcept) and not truth and _without_gap(concept, geometry):
        return None
    return truth


def _without_gap(concept: ShapeConcept, geometry: GeometryFacts) -> bool:
    """True if the shape can be that of a metal's neighbours whose number depends on where they end (Z14 in Cr3Si)."""
    number = all_shapes()[concept.symbol].coordination_number
    return any(
        site.shell is not None
        and element_class(site.element) == concept.element_class
        and site.coordination_number <= number <= site.shell
        for site in geometry.sites
    )


def _environment(concept: EnvironmentConcept, truth: bool, geometry: GeometryFacts) -> bool:
    symbol = _symbol(geometry_label(concept).removeprefix("distorted "), concept.geometry)
    if symbol is None:
        return truth
    sites = [site for site in geometry.sites if element_class(site.element) == concept.element_class]
    shapes = [site.shape for site in sites if _family(site) == symbol]
    return any(shape is not None and shape.distorted == concept.distorted for shape in shapes)


def _connection(concept: ConnectionConcept, truth: bool, geometry: GeometryFacts) -> bool:
    wanted = [_symbol(noun, noun) for noun in (concept.noun, concept.other)]
    if None in wanted:
        return truth
    sites = {site.label: site for site in geometry.sites}
    return any(
        each.sharing == concept.sharing
        and sites[each.site].role != "anion"
        and [_family(sites[each.site]), _family(sites[each.to])] == wanted
        for each in geometry.connections
    )


def _symbol(label: str, name: str) -> str | None:
    """Symbol of the shape that a label means; None where it means none."""
    if name in _ALONE:
        return _ALONE[name]
    numbered = _NUMBER.fullmatch(label)
    symbol = shape_words.named(_LIKE.sub("", numbered[1] if numbered else label))
    if symbol is not None and numbered and all_shapes()[symbol].coordination_number != int(numbered[2]):
        return None
    return symbol


def _family(site: SiteGeometry) -> str | None:
    return shape_words.family_of(site.shape)
