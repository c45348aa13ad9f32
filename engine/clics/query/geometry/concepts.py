"""Concepts that the facts of a library store, for conditions on geometry: SQL finds the crystals instead of every description."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

from clics.concepts import shape_words
from clics.concepts.concept import Concept
from clics.concepts.kinds import centred_shape, coordination_number
from clics.concepts.kinds.centred_connection import centred_connection
from clics.concepts.kinds.polyhedron import PolyhedronConcept
from clics.concepts.kinds.silicate_class import SilicateClassConcept
from clics.library.row_conditions import has_fact
from clics.library.sql_condition import Condition, every
from clics.query.geometry.terms import GeometryTerm, Polyhedra
from clics.query.geometry.truth import ligands_of
from clics.results.description import Sharing
from clics.results.facts import Role

_MOST_NEIGHBOURS = 40
_ROLES: dict[str, tuple[Role, ...]] = {
    "cation": ("cation", "neutral"), "anion": ("anion",), "any": ("cation", "anion", "neutral"),
}  # fmt: skip


class Necessary(NamedTuple):
    """A condition on stored concepts that a term implies.

    Attributes:
        condition: The condition.
        sufficient: It implies the term, too.
    """

    condition: Condition
    sufficient: bool


def necessary(term: GeometryTerm) -> Necessary | None:
    """The condition that stored concepts are as a term says; None where no concept is about it.

    Args:
        term: The term.
    """
    if term.bonding or term.extent is not None:
        return None
    plain = term.plane is None and term.direction is None and not term.every
    if term.name:
        return Necessary(has_fact([SilicateClassConcept(term.name)]), plain)
    p = term.polyhedra
    groups = [*_of_polyhedra(p)]
    said = len(groups)
    sufficient = plain and said <= 1 and not p.ligands and p.distorted is None and not term.connected
    if term.sharing and "isolated" not in term.sharing and not term.either and not term.only and term.partner is None:
        connections = [*_connections(p, cast(tuple[Sharing, ...], term.sharing))]
        groups += connections
        alone = (
            said == 1
            and len(p.shapes) == 1
            and len(connections) == 1
            and not p.elements
            and not p.numbers
            and not p.least
        )
        sufficient = (
            plain and alone and p.distorted is None and not (term.network or term.network_formula) and p.role != "any"
        )
    if p.formula and len(ligands_of(p.formula)) == 1 and p.elements and len(p.shapes) <= 1 and not term.connected:
        sufficient = plain and p.distorted is None
    conditions = [has_fact(concepts) for concepts in groups if concepts]
    return Necessary(every(conditions), sufficient) if conditions else None


def _of_polyhedra(p: Polyhedra) -> Iterator[list[Concept]]:
    """Alternatives for each thing that is said of the polyhedra."""
    by_class = p.group.upper() if p.group in ("metal", "metalloid", "nonmetal") else ""
    centres = p.elements or _ROLES[p.role]
    ligands = ligands_of(p.formula) if p.formula else {}
    if p.formula and p.elements and len(ligands) == 1:
        ((ligand, count),) = ligands.items()
        symbols: Iterable[str | None] = [symbol for symbol in p.shapes if symbol in shape_words.families()] or (None,)
        yield [
            PolyhedronConcept(f"{element}{ligand}{count if count > 1 else ''}", symbol)
            for element in p.elements
            for symbol in symbols
        ]
        return
    known = [symbol for symbol in p.shapes if symbol in shape_words.families()]
    if known:
        yield [centred_shape.of_centre(centre, symbol) for centre in centres for symbol in known]
    numbers = p.numbers or (tuple(range(p.least, _MOST_NEIGHBOURS)) if p.least else ())
    if numbers:
        of = (by_class,) if by_class else centres
        yield [coordination_number.of_centre(centre, number) for centre in of for number in numbers]


def _connections(p: Polyhedra, ways: tuple[Sharing, ...]) -> Iterator[list[Concept]]:
    """Alternatives for each way in which polyhedra share with those of the same kind."""
    known = [symbol for symbol in p.shapes if symbol in shape_words.families()]
    if not known:
        return
    nouns = [shape_words.polyhedra(symbol, 0) for symbol in known]
    for way in ways:
        pairs = itertools.product(nouns, nouns)
        roles = _ROLES[p.role] if not p.elements else _ROLES["any"]
        yield [centred_connection(role, one, way, other) for one, other in pairs for role in roles]
