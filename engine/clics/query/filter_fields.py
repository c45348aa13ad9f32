"""The query language, second half: what each name means, as a condition on library rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from clics.errors import CrystalError
from clics.library.sql_condition import Condition, either, every, one_of
from clics.query.filter_grammar import FilterError, Term, Value
from clics.symmetry import space_groups

_SYSTEMS = ("triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal", "cubic")
_RANGE = re.compile(r"(\d*)\s*\.\.\s*(\d*)")
_LARGEST = 10**9
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


@dataclass(frozen=True, slots=True)
class Field:
    """One condition of the language: its ``names``, an ``example``, what it ``means``, and what reads a term of it."""

    names: tuple[str, ...]
    example: str
    means: str
    condition: Callable[[Term], Condition]


def condition_of(term: Term) -> Condition:
    """The condition a term stands for. Raises :class:`FilterError` with what is allowed instead."""
    field = _BY_NAME.get(term.name)
    if field is None:
        known = ", ".join(f.names[0] for f in FIELDS)
        raise FilterError(f"there is no '{term.name}'; known are {known}.", term.position, len(term.name))
    condition = field.condition(term)
    return ~condition if term.negative != (term.operator == "!=") else condition


def _elements(term: Term) -> Condition:
    """``:`` has all of them, ``=`` has these and no others; turned round, ``-elements:H,F`` has neither."""
    _only(term, ":", "=", "!=")
    groups = [[_element(part, value) for part in value.text.split("|")] for value in term.values]
    if term.operator == ":":
        if term.negative:
            return _contains([number for group in groups for number, _ in group])
        return every(_contains([number for number, _ in group]) for group in groups)
    symbols = {symbol for group in groups for _, symbol in group}
    return Condition("elements = ?", (" ".join(sorted(symbols)),))


def _contains(numbers: list[int]) -> Condition:
    inside = one_of("number", numbers)
    return Condition(f"key IN (SELECT crystal FROM crystal_element WHERE {inside.sql})", inside.parameters)


def _element(text: str, value: Value) -> tuple[int, str]:
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


def _space_group(term: Term) -> Condition:
    if term.operator not in (":", "=", "!="):
        return _number("space_group")(term)
    conditions = []
    for value in term.values:
        if value.text.isdigit() or _RANGE.fullmatch(value.text):
            conditions.append(_number_value("space_group", value, "=", (1, 230)))
            continue
        group = space_groups.by_spelling(value.text)
        if group is None:
            raise FilterError(
                f"'{value.text}' is not a space group; write a number from 1 to 230 or a symbol, for example sg:Fm-3m.",
                value.position,
                len(value.text),
            )
        conditions.append(Condition("space_group = ?", (group.number,)))
    return either(conditions)


def _system(term: Term) -> Condition:
    _only(term, ":", "=", "!=")
    systems = []
    for value in term.values:
        wanted = value.text.lower()
        if wanted not in _SYSTEMS:
            raise FilterError(
                f"'{value.text}' is not a crystal system; known are {', '.join(_SYSTEMS)}.",
                value.position,
                len(value.text),
            )
        systems.append(wanted)
    return one_of("crystal_system", systems)


def _formula(term: Term) -> Condition:
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
    return one_of("formula", formulas)


def _anonymous(term: Term) -> Condition:
    _only(term, ":", "=", "!=")
    for value in term.values:
        if not re.fullmatch(r"([A-Z][a-z]?\d*(\.\d+)?)+", value.text):
            raise FilterError(
                f"'{value.text}' is not a formula of letters; write for example anonymous:ABC3.",
                value.position,
                len(value.text),
            )
    return one_of("anonymous_formula", [value.text for value in term.values])


def _number(column: str) -> Callable[[Term], Condition]:
    def condition(term: Term) -> Condition:
        limits = (1, 230) if column == "space_group" else (0, _LARGEST)
        if term.operator in (":", "=", "!="):
            return either([_number_value(column, value, "=", limits) for value in term.values])
        if len(term.values) > 1:
            second = term.values[1]
            raise FilterError(f"'{term.operator}' takes one number.", second.position, len(second.text))
        return _number_value(column, term.values[0], term.operator, limits)

    return condition


def _number_value(column: str, value: Value, operator: str, limits: tuple[int, int]) -> Condition:
    text = value.text
    span = _RANGE.fullmatch(text) if operator == "=" else None
    bounds = [part for part in (span.groups() if span else (text,)) if part]
    if not bounds or not all(part.isascii() and part.isdigit() for part in bounds):
        raise FilterError(f"'{text}' is not a number or a range such as 2..20.", value.position, len(text) or 1)
    if any(len(part) > 12 or not limits[0] <= int(part) <= limits[1] for part in bounds):
        raise FilterError(
            f"'{text}' is out of range; {limits[0]} to {limits[1]} are allowed.", value.position, len(text)
        )
    if span is None:
        return Condition(f"{column} {operator} ?", (int(text),))
    low, high = span.groups()
    return Condition(f"{column} BETWEEN ? AND ?", (int(low or limits[0]), int(high or limits[1])))


def _text(column: str) -> Callable[[Term], Condition]:
    """``:`` contains (or, with ``*`` and ``?``, fits), ``=`` is; letter case does not matter."""

    def condition(term: Term) -> Condition:
        _only(term, ":", "=", "!=")
        return either([_text_value(column, value.text, exact=term.operator != ":") for value in term.values])

    return condition


def _text_value(column: str, text: str, *, exact: bool) -> Condition:
    escaped = re.sub(r"([\\%_])", r"\\\1", text)
    if not exact:
        wild = "*" in text or "?" in text
        escaped = escaped.replace("*", "%").replace("?", "_") if wild else f"%{escaped}%"
    return Condition(f"{column} LIKE ? ESCAPE '\\'", (escaped,))


def _flag(column: str) -> Callable[[Term], Condition]:
    def condition(term: Term) -> Condition:
        _only(term, ":", "=", "!=")
        value = term.values[0]
        if len(term.values) > 1 or value.text.lower() not in _YES + _NO:
            raise FilterError(f"{term.name} is yes or no.", value.position, len(value.text) or 1)
        return Condition(f"({column}) = ?", (int(value.text.lower() in _YES),))

    return condition


def _only(term: Term, *operators: str) -> None:
    if term.operator not in operators:
        raise FilterError(
            f"'{term.name}' cannot be compared with '{term.operator}'; write {term.name}:value.",
            term.position,
            len(term.name),
        )


FIELDS: tuple[Field, ...] = (
    Field(
        ("elements", "el", "element"), "elements:Li,O", "has Li and O; Li|Na: either; =: these and no others", _elements
    ),
    Field(("nelements", "nel"), "nelements:2..3", "number of elements", _number("element_count")),
    Field(("sg", "spacegroup", "space_group"), "sg:Fm-3m", "space group, symbol or number", _space_group),
    Field(("system", "crystal_system"), "system:cubic", "crystal system", _system),
    Field(("nsites", "sites", "natoms"), "nsites<40", "sites of the cell as it was read", _number("sites")),
    Field(("formula",), "formula:SrTiO3", "reduced formula", _formula),
    Field(("anonymous", "anon"), "anonymous:ABC3", "formula with letters for elements", _anonymous),
    Field(
        ("dimensionality", "dim"), "dimensionality:2", "dimensionality of the bonded parts", _number("dimensionality")
    ),
    Field(("mineral", "structure_type"), "mineral:perovskite", "name of the structure type", _text("mineral")),
    Field(("id",), "id:mp-*", "id in the library", _text("id")),
    Field(("source", "file"), "source:icsd", "file or database it came from", _text("source")),
    Field(("ordered",), "ordered:yes", "one element on every site", _flag("ordered")),
    Field(("described",), "described:no", "has a description", _flag("undescribed IS NULL")),
)
"""The whole language, also for help texts."""

_BY_NAME = {name: field for field in FIELDS for name in field.names}
