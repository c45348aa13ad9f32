from __future__ import annotations

import pytest
from clics.crystals.crystal import Crystal
from clics.errors import InputError
from clics.library.sql_condition import EVERYTHING
from clics.library.store import Library
from clics.query.filter_fields import FIELDS
from clics.query.filters import FilterError, filter_help, parse_filter
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import prototypes

CRYSTALS = prototypes(40)


def elements(crystal: Crystal) -> set[str]:
    return {element.symbol for element in crystal.structure.composition}


def found(library: Library, text: str) -> set[str]:
    return {row.id for row in library.rows(parse_filter(text))}


def those(condition: object) -> set[str]:
    return {crystal.id for crystal in CRYSTALS if condition(crystal)}  # type: ignore[operator]


def test_no_filter_lets_everything_through(library: Library) -> None:
    for text in ("", "   ", None):
        assert parse_filter(text) == EVERYTHING
    assert parse_filter(EVERYTHING) is EVERYTHING
    assert len(found(library, "")) == 40


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("elements:O", lambda c: "O" in elements(c)),
        ("el:o", lambda c: "O" in elements(c)),
        ("element:Ca,O", lambda c: {"Ca", "O"} <= elements(c)),
        ("elements:Ca|Fe,O", lambda c: "O" in elements(c) and elements(c) & {"Ca", "Fe"}),
        ("elements=Ca,F", lambda c: elements(c) == {"Ca", "F"}),
        ("-elements:O", lambda c: "O" not in elements(c)),
        ("-elements:O,S", lambda c: not elements(c) & {"O", "S"}),
        ("elements!=Ca,F", lambda c: elements(c) != {"Ca", "F"}),
        ("nelements:1", lambda c: len(elements(c)) == 1),
        ("nsites<6", lambda c: c.num_sites < 6),
        ("nsites ≥ 6", lambda c: c.num_sites >= 6),
        ("sites:2..4", lambda c: 2 <= c.num_sites <= 4),
        ("sites:..4", lambda c: c.num_sites <= 4),
        ("sites:5..", lambda c: c.num_sites >= 5),
        ("nsites:2,3,6..8", lambda c: c.num_sites in (2, 3, 6, 7, 8)),
        ("-nsites:2", lambda c: c.num_sites != 2),
        ("-nsites!=2", lambda c: c.num_sites == 2),
        ("nsites<6 elements:O", lambda c: c.num_sites < 6 and "O" in elements(c)),
        ("ordered:yes", lambda c: True),
        ("ordered:no", lambda c: False),
        ("id:aflow-1", lambda c: "aflow-1" in c.id),
        ("id=aflow-1", lambda c: c.id == "aflow-1"),
        ("id:aflow-?", lambda c: len(c.id) == 7),
        ("id:%", lambda c: False),
        ("source:AFL", lambda c: True),
    ],
)
def test_filters_mean_what_they_say(library: Library, text: str, condition: object) -> None:
    assert found(library, text) == those(condition)


def test_space_groups_in_any_spelling(library: Library) -> None:
    rows = {row.id: row for row in library.rows()}
    cubic = {i for i, row in rows.items() if row.space_group_number == 225}
    assert cubic
    for text in ("sg:225", "sg:Fm-3m", 'sg:"F m -3 m"', "spacegroup:'Fm3m'", "space_group=225", "sg:225..225"):
        assert found(library, text) == cubic
    assert found(library, "-sg:225") == set(rows) - cubic
    assert found(library, "sg>=195") == {i for i, row in rows.items() if (row.space_group_number or 0) >= 195}
    assert found(library, "system:cubic") == {i for i, row in rows.items() if row.crystal_system == "cubic"}
    assert found(library, "sg:139,Fm-3m") == {i for i, row in rows.items() if row.space_group_number in (139, 225)}


def test_formulas_in_any_order(library: Library) -> None:
    for crystal in CRYSTALS[:10]:
        doubled = "".join(f"{e.symbol}{2 * n:g}" for e, n in reversed(list(crystal.structure.composition.items())))
        assert crystal.id in found(library, f"formula:{doubled}")
        assert crystal.id not in found(library, f"-formula:{crystal.formula}")
        assert crystal.id in found(library, f"anonymous:{crystal.structure.composition.anonymized_formula}")


def test_names_of_structure_types(library: Library) -> None:
    expected = those(lambda c: "tellurium" in str(c.provenance["mineral"]).lower())
    assert expected
    assert found(library, "mineral:TELLURIUM") >= expected


@pytest.mark.parametrize(
    ("text", "position", "allowed"),
    [
        ("oxide", 0, "one of :"),
        ("nsites<40 perovskite", 10, "one of :"),
        ("colour:red", 0, "elements"),
        ("nsites<40 colour:red", 10, "elements"),
        ("elements:Xx", 9, "symbols"),
        ("elements:Li,Zz", 12, "symbols"),
        ("elements<Li", 0, "elements:value"),
        ("nsites<many", 7, "range"),
        ("nsites<1,2", 9, "one number"),
        ("nsites<2..4", 7, "range"),
        ("nsites:..", 7, "range"),
        ("nsites:-3", 7, "range"),
        ("nsites:99999999999999999999", 7, "out of range"),
        ("sg:231", 3, "230"),
        ("sg:0", 3, "230"),
        ("sg:Qm-3m", 3, "number"),
        ("system:square", 7, "tetragonal"),
        ("formula:lead", 8, "SrTiO3"),
        ("formula:'", 8, "partner"),
        ("formula:", 7, "missing"),
        ("formula:,", 8, "missing"),
        ("elements:Li,", 11, "missing"),
        ("anonymous:x3", 10, "ABC3"),
        ("ordered:perhaps", 8, "yes or no"),
        ("'sg:225'", 0, "name:value"),
        ("(sg:225)", 0, "name:value"),
        ("sg:'225'nsites:3", 8, "blank"),
        ("formula:''", 8, "SrTiO3"),
    ],
)
def test_what_is_wrong_and_where(text: str, position: int, allowed: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)
    error = caught.value
    assert isinstance(error, InputError)
    assert error.kind == "bad-filter"
    assert error.position == position
    assert allowed in error.message
    assert f"character {position + 1}" in error.message


def test_too_much_is_refused(library: Library) -> None:
    with pytest.raises(FilterError):
        parse_filter("sg:1 " * 101)
    with pytest.raises(FilterError):
        parse_filter("x" * 10_001)
    with pytest.raises(FilterError):
        parse_filter(f"nsites:{','.join(map(str, range(501)))}")
    longest = f"nsites:{','.join(map(str, range(500)))} " * 4 + "sg>=1 " * 96
    assert found(library, longest) == {c.id for c in CRYSTALS}


def test_nothing_of_a_text_becomes_sql(library: Library) -> None:
    for text in ("id:'x\") OR TRUE --'", 'source:"\'; DROP TABLE crystal; --"', "mineral:'\\'"):
        assert found(library, text) == set()
    assert len(library) == 40


def test_every_field_explains_itself(library: Library) -> None:
    text = filter_help()
    for field in FIELDS:
        assert field.example in text
        found(library, field.example)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        parse_filter(text)
    except FilterError as error:
        place, length = error.position, error.length
    else:
        place, length = 0, 0
    assert 0 <= place <= len(text)
    assert length >= 0


_TERMS = st.one_of(
    st.integers(0, 300).map(lambda n: f"nsites<{n}"),
    st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda p: f"nsites:{p[0]}..{p[1]}"),
    st.sampled_from([e for c in CRYSTALS for e in sorted(elements(c))]).map(lambda e: f"elements:{e}"),
    st.integers(1, 230).map(lambda n: f"sg>={n}"),
    st.sampled_from(["system:cubic", "mineral:a", "described:yes", "dimensionality:3", "formula:NaCl"]),
)


@settings(max_examples=60, deadline=None)
@given(terms=st.lists(_TERMS, min_size=1, max_size=4), blank=st.sampled_from([" ", "  ", "\t"]))
def test_terms_are_intersected_and_negation_is_the_rest(library: Library, terms: list[str], blank: str) -> None:
    everything = {crystal.id for crystal in CRYSTALS}
    expected = set(everything)
    for term in terms:
        part = found(library, term)
        assert found(library, f"-{term}") == everything - part
        expected &= part
    assert found(library, blank.join(terms)) == expected
