"""Fields of filters that the stored facts of geometry decide: shape, coordination number, network, polyhedron, class.

A value may name a centre after ``@``: the symbol of an element, a class of elements or a role. Without one it is about
cations, and about atoms whose neighbours are no more electronegative than they are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from clics.concepts import phrases, shape_words
from clics.concepts.concept import Concept
from clics.concepts.kinds import centred_shape, coordination_number, mixed_network
from clics.concepts.kinds.centres import ROLES
from clics.concepts.kinds.dimensionality import DIMENSIONALITY
from clics.concepts.kinds.formula_network import FormulaNetworkConcept
from clics.concepts.kinds.network import NetworkConcept
from clics.concepts.kinds.polyhedron import PolyhedronConcept
from clics.concepts.kinds.shape import CLASSES, alternatives
from clics.concepts.kinds.silicate_class import SilicateClassConcept
from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.library.row_conditions import has_fact
from clics.library.sql_condition import Condition
from clics.query.filter_grammar import FilterError, FilterTerm, FilterValue
from clics.results.description import ElementClass, Sharing

_DEFAULT_CENTRES = ("cation", "neutral")
_MOST_NEIGHBOURS = 30
"""Largest coordination number that a range of the filter reaches; bonds of a site are fewer."""
_RANGE = re.compile(r"(\d{0,3})\s*\.\.\s*(\d{0,3})|(\d{1,3})")
_FORMULA = re.compile(r"\(?[A-Z][^\s+]*")
_SHARINGS: tuple[tuple[Sharing, ...], ...] = tuple(
    ways for count in (1, 2, 3) for ways in itertools.combinations(phrases.SHARINGS, count)
)


def shape(term: FilterTerm) -> Condition:
    """``shape:TPR-6``, ``shape:"trigonal prism"``, ``shape:TPR-6@Mo``: a site has this coordination shape."""
    _only_colon(term)
    concepts: list[Concept] = []
    for value in term.values:
        words, centres = _centres(value)
        symbol = shape_words.named(words)
        if symbol is None:
            raise FilterError(
                f"'{words}' is not a shape; write a symbol or a name, for example shape:TPR-6 or "
                'shape:"trigonal prism".',
                value.position,
                len(value.text) or 1,
            )
        for centre in centres:
            if centre in CLASSES:
                concepts += alternatives(symbol, _class(centre))
            else:
                concepts.append(centred_shape.of_centre(centre, symbol))
    return has_fact(concepts)


def coordination(term: FilterTerm) -> Condition:
    """``cn:6``, ``cn:8..12``, ``cn:6@Ti``: a site has this number of bonds."""
    _only_colon(term)
    concepts: list[Concept] = []
    for value in term.values:
        words, centres = _centres(value)
        for number in _numbers(words, value):
            concepts += (coordination_number.of_centre(centre, number) for centre in centres)
    return has_fact(concepts)


def network(term: FilterTerm) -> Condition:
    """Cation-centred polyhedra build such a network.

    ``network:layers``, ``network:chains@OC-6``, ``network:2@CoO6/edge``; of two kinds ``network:framework@ZrO6+PO4``.
    """
    _only_colon(term)
    concepts: list[Concept] = []
    for value in term.values:
        text, ways = _ways(value)
        words, _, polyhedra = text.partition("@")
        dimensionality = _dimensionality(words.strip(), value)
        both = _both(polyhedra)
        concepts += (
            _mixed(dimensionality, both, ways) if both else _networks(dimensionality, polyhedra.strip(), ways, value)
        )
    return has_fact(concepts)


def polyhedron(term: FilterTerm) -> Condition:
    """``polyhedron:TiO6``: the crystal has coordination polyhedra of this formula."""
    _only_colon(term)
    return has_fact(PolyhedronConcept(value.text) for value in term.values)


def silicate(term: FilterTerm) -> Condition:
    """``silicate:phyllosilicate``: the class of a silicate or of its relatives."""
    _only_colon(term)
    return has_fact(SilicateClassConcept(value.text.casefold()) for value in term.values)


def _centres(value: FilterValue) -> tuple[str, tuple[str, ...]]:
    """The value without its centre, and the centres as concepts name them."""
    words, at, centre = value.text.partition("@")
    words, centre = words.strip(), centre.strip()
    if not at:
        return words, _DEFAULT_CENTRES
    if centre.lower() in ROLES:
        return words, (centre.lower(),)
    if centre.upper() in CLASSES:
        return words, (centre.upper(),)
    if centre.capitalize() in ELEMENT_CLASSES:
        return words, (centre.capitalize(),)
    raise FilterError(
        f"'{centre}' is no centre; write an element, metal, metalloid, nonmetal, cation or anion, for example {words}@Ti.",
        value.position,
        len(value.text) or 1,
    )


def _class(centre: str) -> ElementClass:
    return next(element_class for element_class in CLASSES if element_class == centre)


def _numbers(words: str, value: FilterValue) -> Iterable[int]:
    match = _RANGE.fullmatch(words)
    if match is None or words == "..":
        raise FilterError(
            f"'{words}' is not a coordination number or a range such as 8..12.", value.position, len(value.text) or 1
        )
    if match[3]:
        return (int(match[3]),)
    return range(int(match[1] or 0), min(int(match[2] or _MOST_NEIGHBOURS), _MOST_NEIGHBOURS) + 1)


def _dimensionality(words: str, value: FilterValue) -> int:
    column = DIMENSIONALITY.column
    number = {"isolated": 0, "groups": 0}.get(words.casefold())
    if number is None and column is not None:
        number = int(words) if words in ("0", "1", "2", "3") else column.from_word(words)
    if number is None:
        raise FilterError(
            f"'{words}' is no network; write isolated, chains, layers or framework, or 0 to 3.",
            value.position,
            len(value.text) or 1,
        )
    return number


def _ways(value: FilterValue) -> tuple[str, tuple[Sharing, ...]]:
    """A value without the ways of sharing after its last slash, and these: ``layers@CoO6/edge``; none for any way."""
    text, slash, last = value.text.rpartition("/")
    words = [word.strip().casefold() for word in last.split("+")]
    found = tuple(way for way in phrases.SHARINGS if way in words)
    if not slash or "@" in last or last.strip()[:1].isupper():  # a formula: BO3/BO4
        return value.text, ()
    if len(found) != len(words):
        raise FilterError(
            f"'{last.strip()}' is no way of sharing; write corner, edge or face, or two such as corner+edge.",
            value.position,
            len(value.text) or 1,
        )
    return text, found


def _both(polyhedra: str) -> tuple[str, ...]:
    """Two formulas, or the symbols of two shapes, joined by a plus: ``ZrO6+PO4``; none for anything else."""
    names = [name.strip() for name in polyhedra.split("+")]
    shapes = [shape_words.named(name) for name in names]
    if len(names) != 2:
        return ()
    if all(shapes):
        return tuple(shape for shape in shapes if shape is not None)
    return tuple(names) if all(_FORMULA.fullmatch(name) for name in names) else ()


def _mixed(dimensionality: int, both: tuple[str, ...], only: tuple[Sharing, ...]) -> Iterable[Concept]:
    """The networks that two kinds of polyhedra, in either order, build together."""
    return [
        mixed_network.of_polyhedra(order, way, dimensionality)
        for order in (both, both[::-1])
        for way in ((only,) if only else _SHARINGS)
    ]


def _networks(dimensionality: int, polyhedra: str, only: tuple[Sharing, ...], value: FilterValue) -> Iterable[Concept]:
    """The networks of a dimensionality.

    ``polyhedra`` are a shape or a formula, empty for any; ``only`` are the ways of sharing that build it, empty for any.
    """
    ways = (only,) if only else ((), *_SHARINGS) if dimensionality == 0 else _SHARINGS
    symbol = shape_words.named(polyhedra)
    if symbol is not None or not polyhedra:
        chosen = [symbol] if symbol is not None else [*shape_words.families()]
        shapes = [(each, shape_words.families()[each].coordination_number) for each in chosen if each is not None]
        without = [] if polyhedra else [(None, number) for number in range(1, _MOST_NEIGHBOURS)]
        return [NetworkConcept(*each, way, dimensionality) for each in (*shapes, *without) for way in ways]
    if not _FORMULA.fullmatch(polyhedra):
        raise FilterError(
            f"'{polyhedra}' is neither a shape nor the formula of a polyhedron; write for example layers@OC-6 or "
            "layers@CoO6, or two: framework@ZrO6+PO4.",
            value.position,
            len(value.text) or 1,
        )
    return [FormulaNetworkConcept(polyhedra, way, dimensionality, 0 if way else 1) for way in ways]


def _only_colon(term: FilterTerm) -> None:
    if term.operator not in (":", "=", "!="):
        raise FilterError(
            f"'{term.name}' cannot be compared with '{term.operator}'; write {term.name}:value.",
            term.position,
            len(term.name),
        )
