from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from clics.concepts.concept import Truth
from clics.concepts.parse import concept_of
from clics.errors import Cancelled, InputError
from clics.library import row_conditions as rows
from clics.library.codec import structure_hash
from clics.library.row_conditions import has_fact, number_is
from clics.library.sql_condition import EVERYTHING, Condition, one_of
from clics.library.starter import NAME, build_starter
from clics.library.store import Library
from clics.library.update_embeddings import update_embeddings
from clics.progress import CancelToken, Progress
from samples import prototypes
from tiny_encoder import TinyEncoder


@pytest.fixture
def filled(tmp_path: Path, filled_file: Path) -> Iterator[Library]:
    path = tmp_path / "filled.clics"
    shutil.copy(filled_file, path)
    with Library(path) as library:
        yield library


def test_rows_orders_limits_and_conditions(filled: Library) -> None:
    assert [row.id for row in filled.rows()] == [c.id for c in prototypes(12)]
    sites = [row.sites for row in filled.rows(order="sites")]
    assert sites == sorted(sites)
    assert [r.id for r in filled.rows(limit=2, offset=3)] == [c.id for c in prototypes(5)[3:]]
    small = number_is("sites", "<=", 4)
    assert filled.count(small) == sum(c.num_sites <= 4 for c in prototypes(12))
    assert filled.count(~small) + filled.count(small) == 12
    assert filled.count(small & ~small) == 0
    assert filled.count(small | ~small) == 12
    assert filled.count(~one_of("space_group", [])) == 12
    with pytest.raises(InputError) as caught:
        list(filled.rows(order="colour"))
    assert caught.value.kind == "bad-order"


def test_conditions_hold_for_the_crystals_that_they_describe(filled: Library) -> None:
    crystals = prototypes(12)

    def ids(condition: Condition) -> list[str]:
        return [row.id for row in filled.rows(condition)]

    first = crystals[0]
    elements = {element.symbol: element.Z for element in first.structure.composition}
    assert ids(rows.has_id(first.id)) == [first.id]
    assert first.id in ids(rows.has_structure(structure_hash(first.structure)))
    assert first.id in ids(rows.elements_are(elements))
    assert ids(rows.elements_are([*elements, "Pu"])) == []
    for atomic_number in elements.values():
        with_it = [c.id for c in crystals if atomic_number in c.structure.atomic_numbers]
        assert ids(rows.has_any_element([atomic_number])) == with_it
    assert ids(rows.has_other_formula(first.formula)) == [c.id for c in crystals if c.formula != first.formula]
    mineral = str(first.provenance["mineral"])
    assert ids(rows.source_calls_it(mineral)) == [c.id for c in crystals if c.provenance["mineral"] == mineral]
    assert ids(rows.text_is("id", first.id.upper())) == [first.id]
    assert ids(rows.text_contains("id", "100%")) == []
    assert ids(rows.is_ordered()) == [c.id for c in crystals]
    assert ids(rows.is_described(False)) == []
    with pytest.raises(ValueError, match="not a comparison"):
        number_is("sites", "<= 0 OR", 4)  # type: ignore[arg-type]


def test_row_says_what_the_crystal_is(filled: Library) -> None:
    crystal = prototypes(1)[0]
    row = next(filled.rows())
    assert row.formula == crystal.formula
    assert row.elements == tuple(sorted(e.symbol for e in crystal.structure.composition))
    assert (row.sites, row.ordered, row.mineral) == (crystal.num_sites, True, crystal.provenance["mineral"])


def test_condition_on_facts(filled: Library) -> None:
    facts = {row.id: filled.facts(row.id) for row in filled.rows()}
    concepts = {concept for known in facts.values() for concept in known.truths}
    assert len(concepts) > 20
    for concept in concepts:
        expected = {crystal_id for crystal_id, known in facts.items() if known.holds(concept)}
        assert {row.id for row in filled.rows(has_fact([concept]))} == expected
    assert filled.count(has_fact([])) == 0
    assert filled.count(has_fact(concepts)) == 12
    assert filled.count(has_fact([concept_of("environment", 'it\'s "odd"')])) == 0


def test_facts_know_what_they_do_not_know(filled: Library) -> None:
    facts = filled.facts("aflow-0")
    said = next(iter(facts.truths))
    assert facts.holds(said) is True
    assert facts.holds(concept_of("environment", "something else")) is False
    assert facts.holds(concept_of("structure_type", "This material has Rutile crystal structure.")) is None


def test_remove_takes_everything_along(filled: Library) -> None:
    facts = filled.info().kinds
    revision = filled.revision
    with pytest.raises(InputError) as caught:
        filled.remove(["aflow-0", "nobody"])
    assert caught.value.kind == "unknown-id"
    assert len(filled) == 12
    assert filled.remove(["aflow-0", "aflow-0"]) == 1
    assert filled.revision > revision
    assert filled.count_vectors("tiny-1") == 11
    assert sum(filled.info().kinds.values()) < sum(facts.values())
    assert filled.remove_where(EVERYTHING) == 11
    for table in ("crystal", "crystal_element", "description", "fact", "vector", "concept"):
        assert filled.database.value(f"SELECT count(*) FROM {table}") == 0
    filled.database.vacuum()
    filled.check()


def test_another_model_stands_beside_the_first(filled: Library) -> None:
    other = TinyEncoder(fingerprint="tiny-2", seed=5)
    cancel = CancelToken()
    events: list[Progress] = []

    def progress(event: Progress) -> None:
        events.append(event)
        if len(events) == 2:
            cancel.cancel()

    with pytest.raises(Cancelled):
        update_embeddings(filled, other, batch=3, progress=progress, cancel=cancel)
    assert filled.count_vectors("tiny-2") == 6
    assert update_embeddings(filled, other, batch=4, progress=events.append) == 6
    assert [(e.done, e.total) for e in events] == [(3, 12), (6, 12), (10, 12), (12, 12)]
    assert update_embeddings(filled, other) == 0
    crystal = prototypes(12)[7]
    assert np.allclose(filled.vector(crystal.id, "tiny-2"), other.embed_crystals([crystal.arrays()])[0], atol=1e-6)
    assert [model.fingerprint for model in filled.info().models] == ["tiny-1", "tiny-2"]
    assert filled.remove_model("tiny-1") == 12
    assert filled.vector(crystal.id, "tiny-1") is None
    assert filled.count_vectors("tiny-2") == 12


def test_two_programs_see_each_other(filled: Library) -> None:
    with Library(filled.path, "read") as other:
        assert len(other) == 12
        filled.remove(["aflow-0"])
        assert len(other) == 11
        assert other.revision == filled.revision


def test_truth_levels_are_kept(filled: Library) -> None:
    levels = {truth for row in filled.rows() for truth in filled.facts(row.id).truths.values()}
    assert levels == {Truth.HELD, Truth.STATED}


def test_starter_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clics.sources.prototypes.aflow_prototypes", lambda: iter(prototypes(6)))
    path = tmp_path / "starter.clics"
    report = build_starter(path, TinyEncoder())
    assert report.added == 6
    assert [p.name for p in tmp_path.iterdir()] == ["starter.clics"]
    with Library(path, "read") as library:
        assert library.name == NAME
        assert library.info().models[0].vectors == 6
        minerals = {row.id: row.mineral for row in library.rows()}
        assert all(minerals[c.id] for c in prototypes(6) if c.provenance["mineral"])
        assert all(library.facts(row.id).mineral_looked_up for row in library.rows())
