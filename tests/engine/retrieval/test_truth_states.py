"""Each part of a query has a state of truth for each hit, in the order of the chips."""

from __future__ import annotations

import pytest
from clics.errors import InputError
from clics.library.store import Library
from clics.results.chips import State
from clics.results.queries import SearchQuery
from clics.results.table import to_table
from clics.retrieval.phrase_search import search_by_phrase
from clics.session import Session
from tiny_encoder import TinyEncoder


@pytest.mark.parametrize("phrase", ["cubic oxides", "cubic, not oxides", "layered material without gold, curious"])
def test_states_follow_from_what_the_library_lists(library: Library, encoder: TinyEncoder, phrase: str) -> None:
    rows = {row.id: row for row in library.rows()}
    hits = search_by_phrase(phrase, library, encoder, top=40)
    assert hits
    for hit in hits:
        row = rows[hit.id]
        for part in hit.parts:
            true = {
                "cubic": row.crystal_system == "cubic",
                "oxides": "O" in row.elements,
                "not oxides": "O" not in row.elements,
                "layered material": row.dimensionality == 2,
                "without gold": "Au" not in row.elements,
                "curious": None,
            }[part.text]
            if part.text == "curious":
                assert part.state is State.NOT_UNDERSTOOD
            elif row.dimensionality is None and part.text == "layered material":
                assert part.state is State.UNKNOWN
            else:
                assert part.state is (State.CONFIRMED if true else State.REFUTED), (hit, part)
        if "curious" in phrase:
            assert hit.verdict != "confirmed"
    if "oxides" in phrase:  # elements are a filter
        assert all(part.state is State.CONFIRMED for hit in hits for part in hit.parts if "oxides" in part.text)


def test_what_must_not_be_true_is_confirmed_by_its_absence(library: Library, encoder: TinyEncoder) -> None:
    hits = search_by_phrase("cubic", library, encoder, top=40, must_not=["oxides with Fm-3m"])
    assert hits
    for hit in hits:
        excluded = hit.parts[-1]
        assert (excluded.negated, excluded.state) == (True, State.CONFIRMED)


@pytest.fixture(scope="module")
def session() -> Session:
    return Session()


def test_a_filter_alone_lists_and_sorts(session: Session) -> None:
    found = session.search(where="dimensionality=2", top=300, sort="-sites")
    rows = {row.id: row for row in session.library.rows(where="dimensionality=2")}
    assert len(found) == found.searched == len(rows) > 20
    sites = [rows[hit.id].sites for hit in found]
    assert sites == sorted(sites, reverse=True)
    assert {hit.score for hit in found} == {None}
    assert found.understood is None
    formulas = [hit.formula for hit in session.search(where="elements:O", top=300)]
    assert formulas == sorted(formulas)


def test_elements_alone_are_listed(session: Session) -> None:
    found = session.search("titanium oxides", top=300)
    assert {hit.id for hit in found} == {row.id for row in session.library.rows(where="elements:Ti,O")}
    assert {hit.verdict for hit in found} == {"confirmed"}
    assert {hit.score for hit in found} == {None}


def test_a_filter_in_the_phrase_is_said_and_not_searched_for(session: Session) -> None:
    found = session.search("dimensionality=2")
    assert (found.hits, found.suggested_filter, found.by_wording) == ((), "dimensionality=2", False)
    assert found.to_json()["suggested_filter"] == "dimensionality=2"


def test_an_order_needs_a_list(session: Session) -> None:
    with pytest.raises(InputError, match="without one"):
        SearchQuery("octahedra", sort="sites")
    with pytest.raises(InputError) as caught:
        session.search(where="elements:O", sort="beauty")
    assert caught.value.kind == "bad-order"


def test_guesses_are_said_to_be_guesses(session: Session) -> None:
    found = session.search("blubb of an unheard kind", top=3)
    assert found.by_wording
    assert {hit.verdict for hit in found} == {"not understood"}
    assert found.not_understood == ("blubb", "unheard")
    assert "guess" in str(found)


def test_json_of_a_search_has_chips_and_states(session: Session) -> None:
    data = session.search("cubic sulfides, brilliant", top=2).to_json()
    assert [(chip["text"], chip["kind"]) for chip in data["chips"]] == [
        ("cubic", "concept"), ("sulfides", "filter"), ("brilliant", "not understood"),
    ]  # fmt: skip
    for hit in data["hits"]:
        assert [part["text"] for part in hit["parts"]] == [chip["text"] for chip in data["chips"]]
        assert hit["verdict"] == "partly"


def test_a_table_of_hits_has_the_states_in_words(session: Session) -> None:
    table = session.search("cubic sulfides, brilliant", top=2)
    found = to_table(table.hits)
    row = dict(zip(found.columns, found.rows[0], strict=True))
    assert row["checked: cubic"] in {"confirmed", "refuted"}
    assert row["checked: sulfides"] == "confirmed"
    assert row["checked: brilliant"] == "not understood"
    assert row["verdict"] == "partly"
    assert "parts" not in row
