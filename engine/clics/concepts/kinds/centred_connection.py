"""Connections of polyhedra with the role of their centres as concepts, by shape and by formula.

"Cation-centred octahedra share edges with octahedra." and "TiO6 polyhedra share edges with TiO6 polyhedra."; stored
facts decide them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, cast

from clics.concepts import shape_words
from clics.concepts.concept import Concept, Kind
from clics.concepts.kind import ConceptKind, GeometryFact
from clics.results.description import Sharing
from clics.results.facts import GeometryFacts, Role, SiteGeometry

_BY_SHAPE = re.compile(r"(Cation|Anion|Neutral)-centred (.+) share (corner|edge|face)s with (.+)\.")
_BY_FORMULA = re.compile(r"(\(?[A-Z]\S*) polyhedra share (corner|edge|face)s with (\(?[A-Z]\S*) polyhedra\.")


@dataclass(frozen=True, slots=True, eq=False)
class CentredConnectionConcept(Concept):
    """Polyhedra around cations (or anions) that share corners, edges or faces with others of the same role.

    Attributes:
        role: Role of the centres; ``neutral`` where bonded atoms have the same electronegativity.
        polyhedra: The polyhedra as a plural noun: ``"octahedra"``, ``"seven-coordinate polyhedra"``.
        sharing: The shared element.
        others: The polyhedra that they share it with.
    """

    KIND: ClassVar[Kind] = "centred_connection"
    role: Role
    polyhedra: str
    sharing: Sharing
    others: str

    def _render(self) -> str:
        return f"{self.role.capitalize()}-centred {self.polyhedra} share {self.sharing}s with {self.others}."


@dataclass(frozen=True, slots=True, eq=False)
class FormulaConnectionConcept(Concept):
    """Cation-centred polyhedra of a formula that share corners, edges or faces with those of another or of the same.

    Those of anions are no concepts: their formulas are many, and rarely asked for.

    Attributes:
        formula: Formula of the polyhedra, for example ``TiO6``.
        sharing: The shared element.
        other: Formula of the polyhedra that they share it with.
    """

    KIND: ClassVar[Kind] = "formula_connection"
    formula: str
    sharing: Sharing
    other: str

    def _render(self) -> str:
        return f"{self.formula} polyhedra share {self.sharing}s with {self.other} polyhedra."


@lru_cache(maxsize=4096)  # few are distinct
def centred_connection(role: Role, polyhedra: str, sharing: Sharing, others: str) -> CentredConnectionConcept:
    """The concept of a connection by shape, made once."""
    return CentredConnectionConcept(role, polyhedra, sharing, others)


@lru_cache(maxsize=1 << 16)
def formula_connection(formula: str, sharing: Sharing, other: str) -> FormulaConnectionConcept:
    """The concept of a connection by formula, made once."""
    return FormulaConnectionConcept(formula, sharing, other)


def _parse_centred(phrase: str) -> CentredConnectionConcept | None:
    match = _BY_SHAPE.fullmatch(phrase)
    if match is None or not (shape_words.of_polyhedra(match[2]) and shape_words.of_polyhedra(match[4])):
        return None
    return centred_connection(cast(Role, match[1].lower()), match[2], cast(Sharing, match[3]), match[4])


def _parse_formula(phrase: str) -> FormulaConnectionConcept | None:
    match = _BY_FORMULA.fullmatch(phrase)
    return None if match is None else formula_connection(match[1], cast(Sharing, match[2]), match[3])


def _polyhedra(site: SiteGeometry) -> str:
    return shape_words.polyhedra(shape_words.family_of(site.shape), site.coordination_number)


def _centred(geometry: GeometryFacts) -> Iterator[GeometryFact[CentredConnectionConcept]]:
    sites = {site.label: (site, _polyhedra(site)) for site in geometry.sites}
    for connection in geometry.connections:
        (site, polyhedra), (other, others) = sites[connection.site], sites[connection.to]
        concept = centred_connection(site.role, polyhedra, connection.sharing, others)
        yield GeometryFact(concept, site.atoms, other.atoms)


def _by_formula(geometry: GeometryFacts) -> Iterator[GeometryFact[FormulaConnectionConcept]]:
    sites = {site.label: site for site in geometry.sites}
    for connection in geometry.connections:
        site, other = sites[connection.site], sites[connection.to]
        if site.role == "cation" and site.polyhedron is not None and other.polyhedron is not None:
            concept = formula_connection(site.polyhedron, connection.sharing, other.polyhedron)
            yield GeometryFact(concept, site.atoms, other.atoms)


def _label_centred(concept: CentredConnectionConcept) -> str:
    centred = f"{concept.role}-centred {concept.polyhedra}"
    if concept.polyhedra == concept.others:
        return f"{concept.sharing.capitalize()}-sharing {centred}"
    return f"{shape_words.capitalised(centred)} sharing {concept.sharing}s with {concept.others}"


def _label_formula(concept: FormulaConnectionConcept) -> str:
    if concept.formula == concept.other:
        return f"{concept.sharing.capitalize()}-sharing {concept.formula}"
    return f"{concept.formula} sharing {concept.sharing}s with {concept.other}"


CENTRED_CONNECTION = ConceptKind(
    name=CentredConnectionConcept.KIND,
    concept=CentredConnectionConcept,
    title="Connection by role of the centre",
    plural="connections by role of the centre",
    parse=_parse_centred,
    label=_label_centred,
    of_geometry=_centred,
    known_by="geometry",
    learned=False,
)
FORMULA_CONNECTION = ConceptKind(
    name=FormulaConnectionConcept.KIND,
    concept=FormulaConnectionConcept,
    title="Connection by formula",
    plural="connections by formula",
    parse=_parse_formula,
    label=_label_formula,
    of_geometry=_by_formula,
    known_by="geometry",
    learned=False,
)
