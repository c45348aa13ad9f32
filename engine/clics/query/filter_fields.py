"""Fields of filters: each condition name is translated into a condition on the crystals of a library."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from clics.concepts.registry import COLUMNS
from clics.errors import CrystalError
from clics.library import row_conditions as rows
from clics.library.row_conditions import Comparison, NumberColumn, TextColumn
from clics.library.sql_condition import Condition, either, every
from clics.query import geometry_filters
from clics.query.filter_grammar import FilterError, FilterTerm, FilterValue, read_terms
from clics.symmetry import space_groups

_SYSTEMS = ("triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal", "cubic")
_RANGE = re.compile(r"(\d*)\s*\.\.\s*(\d*)")
_SPACE_GROUPS = (1, 230)
_LARGEST = 10**9
_MOST_DIGITS = 12
_WORDS = {column.name: column.from_word for column in COLUMNS.values()}
"""Words that a filter accepts for numbers, by column of the library."""
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
_ANONYMOUS_FORMULA = re.compile(r"([A-Z][a-z]?\d*(\.\d+)?)+")


@dataclass(frozen=True, slots=True)
class FilterField:
    """One condition name of the filter language.

    Attributes:
        names: The name and its synonyms.
        example: A term with this name, for help texts.
        means: Its meaning in a few words, for help texts.
        condition: Translates a term; raises :class:`FilterError`.
    """

    names: tuple[str, ...]
    example: str
    means: str
    condition: Callable[[FilterTerm], Condition]


def condition_of(term: FilterTerm) -> Condition:
    """The condition that a term states.

    Raises:
        FilterError: The name, operator or value is not allowed; the message lists what is.
    """
    field = _BY_NAME.get(term.name)
    if field is None:
        known = ", ".join(f.names[0] for f in FIELDS)
        raise FilterError(f"there is no '{term.name}'; known are {known}.", term.position, len(term.name))
    condition = field.condition(term)
    return ~condition if term.negative != (term.operator == "!=") else condition


def _elements(term: FilterTerm) -> Condition:
    """``:`` contains all of them, ``=`` these and no others; negated, ``-elements:H,F`` contains neither."""
    _only(term, ":", "=", "!=")
    groups = [[_element(part, value) for part in value.text.split("|")] for value in term.values]
    if term.operator == ":":
        if term.negative:
            return rows.has_any_element([number for group in groups for number, _ in group])
        return every(rows.has_any_element([number for number, _ in group]) for group in groups)
    return rows.elements_are(symbol for group in groups for _, symbol in group)


def _element(text: str, value: FilterValue) -> tuple[int, str]:
    from pymatgen.core import Element

    from clics.crystals.atom_symbols import element_symbol

    try:
        symbol, _ = element_symbol(text.strip(), where="filter")
    except CrystalError:
        raise FilterError(
            f"'{text}' is not a chemical element; write symbols, for example elements:Li,O.",
            value.position,
            len(value.text),
        ) from None
    return Element(symbol).Z, symbol


def _space_group(term: FilterTerm) -> Condition:
    if term.operator not in (":", "=", "!="):
        return _number("space_group", _SPACE_GROUPS)(term)
    conditions = []
    for value in term.values:
        if value.text.isdigit() or _RANGE.fullmatch(value.text):
            conditions.append(_number_value("space_group", value, "=", _SPACE_GROUPS))
            continue
        group = space_groups.by_spelling(value.text)
        if group is None:
            raise FilterError(
                f"'{value.text}' is not a space group; write a number from 1 to 230 or a symbol, for example sg:Fm-3m.",
                value.position,
                len(value.text),
            )
        conditions.append(rows.number_is("space_group", "=", group.number))
    return either(conditions)


def _system(term: FilterTerm) -> Condition:
    _only(term, ":", "=", "!=")
    systems = []
    for value in term.values:
        system = value.text.lower()
        if system not in _SYSTEMS:
            raise FilterError(
                f"'{value.text}' is not a crystal system; known are {', '.join(_SYSTEMS)}.",
                value.position,
                len(value.text),
            )
        systems.append(system)
    return rows.class_is("crystal_system", systems)


def _formula(term: FilterTerm) -> Condition:
    """Formulas in any order and multiple: ``TiSrO3`` and ``Sr2Ti2O6`` mean SrTiO3."""
    from pymatgen.core import Composition

    _only(term, ":", "=", "!=")
    formulas = []
    for value in term.values:
        try:
            composition = Composition(value.text, strict=True)
            formulas.append(str(composition.reduced_formula) if composition.num_atoms > 0 else "")
        except (ValueError, TypeError, KeyError, OverflowError):
            formulas.append("")
        if not formulas[-1]:
            raise FilterError(
                f"'{value.text}' is not a formula; write for example formula:SrTiO3.", value.position, len(value.text)
            )
    return rows.class_is("formula", formulas)


def _anonymous(term: FilterTerm) -> Condition:
    _only(term, ":", "=", "!=")
    for value in term.values:
        if not _ANONYMOUS_FORMULA.fullmatch(value.text):
            raise FilterError(
                f"'{value.text}' is not a formula of letters; write for example anonymous:ABC3.",
                value.position,
                len(value.text),
            )
    return rows.class_is("anonymous_formula", (value.text for value in term.values))


def _number(column: NumberColumn, limits: tuple[int, int] = (0, _LARGEST)) -> Callable[[FilterTerm], Condition]:
    def condition(term: FilterTerm) -> Condition:
        if term.operator in (":", "=", "!="):
            return either(_number_value(column, value, "=", limits) for value in term.values)
        if len(term.values) > 1:
            second = term.values[1]
            raise FilterError(f"'{term.operator}' takes one number.", second.position, len(second.text))
        return _number_value(column, term.values[0], cast(Comparison, term.operator), limits)

    return condition


def _number_value(
    column: NumberColumn, value: FilterValue, comparison: Comparison, limits: tuple[int, int]
) -> Condition:
    word = _WORDS[column](value.text) if column in _WORDS else None
    text = value.text if word is None else str(word)
    span = _RANGE.fullmatch(text) if comparison == "=" else None
    bounds = [part for part in (span.groups() if span else (text,)) if part]
    if not bounds or not all(part.isascii() and part.isdigit() for part in bounds):
        raise FilterError(f"'{text}' is not a number or a range such as 2..20.", value.position, len(text) or 1)
    # The length comes first: SQLite holds 64 bits, and int() of a very long text takes long.
    if any(len(part) > _MOST_DIGITS or not limits[0] <= int(part) <= limits[1] for part in bounds):
        raise FilterError(
            f"'{text}' is out of range; {limits[0]} to {limits[1]} are allowed.", value.position, len(text)
        )
    if span is None:
        return rows.number_is(column, comparison, int(text))
    low, high = span.groups()
    return rows.number_between(column, int(low or limits[0]), int(high or limits[1]))


def _text(column: TextColumn) -> Callable[[FilterTerm], Condition]:
    """``:`` contains (or, with ``*`` and ``?``, matches), ``=`` is equal; letter case is ignored."""

    def condition(term: FilterTerm) -> Condition:
        _only(term, ":", "=", "!=")
        of_text = rows.text_contains if term.operator == ":" else rows.text_is
        return either(of_text(column, value.text) for value in term.values)

    return condition


def _flag(of_flag: Callable[[bool], Condition]) -> Callable[[FilterTerm], Condition]:
    def condition(term: FilterTerm) -> Condition:
        _only(term, ":", "=", "!=")
        value = term.values[0]
        if len(term.values) > 1 or value.text.lower() not in _YES + _NO:
            raise FilterError(f"{term.name} is yes or no.", value.position, len(value.text) or 1)
        return of_flag(value.text.lower() in _YES)

    return condition


def _only(term: FilterTerm, *operators: str) -> None:
    if term.operator not in operators:
        raise FilterError(
            f"'{term.name}' cannot be compared with '{term.operator}'; write {term.name}:value.",
            term.position,
            len(term.name),
        )


FIELDS: tuple[FilterField, ...] = (
    FilterField(
        ("elements", "el", "element"), "elements:Li,O", "has Li and O; Li|Na: either; =: these and no others", _elements
    ),
    FilterField(("nelements", "nel"), "nelements:2..3", "number of elements", _number("element_count")),
    FilterField(("sg", "spacegroup", "space_group"), "sg:Fm-3m", "space group, symbol or number", _space_group),
    FilterField(("system", "crystal_system"), "system:cubic", "crystal system", _system),
    FilterField(("nsites", "sites", "natoms"), "nsites<40", "sites of the cell as it was read", _number("sites")),
    FilterField(("formula",), "formula:SrTiO3", "reduced formula", _formula),
    FilterField(("anonymous", "anon"), "anonymous:ABC3", "formula with letters for elements", _anonymous),
    FilterField(
        ("dimensionality", "dim"),
        "dimensionality:layers",
        "molecules, chains, layers or framework; or 0 to 3",
        _number("dimensionality"),
    ),
    FilterField(
        ("shape",),
        "shape:TPR-6",
        "shape of a cation's polyhedron, symbol or name; shape:TPR-6@As: of arsenic",
        geometry_filters.shape,
    ),
    FilterField(
        ("cn", "coordination"),
        "cn:8..12",
        "coordination number of a cation; cn:6@Ti: of titanium",
        geometry_filters.coordination,
    ),
    FilterField(
        ("network",),
        "network:layers@CoO6",
        "what cation-centred polyhedra build: isolated, chains, layers or framework; @: their shape or formula, "
        "or two (framework@ZrO6+PO4); /edge: by shared edges",
        geometry_filters.network,
    ),
    FilterField(
        ("polyhedron",), "polyhedron:TiO6", "formula of a coordination polyhedron", geometry_filters.polyhedron
    ),
    FilterField(
        ("silicate", "silicate_class"),
        "silicate:phyllosilicate",
        "class of silicates, or of their relatives (pyrophosphate)",
        geometry_filters.silicate,
    ),
    FilterField(("mineral", "structure_type"), "mineral:perovskite", "name of the structure type", _text("mineral")),
    FilterField(("id",), "id:mp-*", "id in the library", _text("id")),
    FilterField(("source", "file"), "source:icsd", "file or database it came from", _text("source")),
    FilterField(("ordered",), "ordered:yes", "one element on every site", _flag(rows.is_ordered)),
    FilterField(("described",), "described:no", "has a description", _flag(rows.is_described)),
)
"""All condition names; help texts are made from this table too."""

_BY_NAME = {name: field for field in FIELDS for name in field.names}


def needs_geometry(where: str | None) -> bool:
    """True if a condition of a filter is decided by the facts of geometry."""
    conditions = [_BY_NAME[term.name] for term in read_terms(where or "") if term.name in _BY_NAME]
    return any(field.condition.__module__ == geometry_filters.__name__ for field in conditions)
