"""Nearest concepts, and single crystals as tables."""

import numpy as np
import pytest

from engine.concepts.concept import Concept
from engine.errors import ModelError
from engine.evaluation.relations import ANCHORS, relations
from engine.evaluation.render import render_tables
from engine.evaluation.tables import TableEntry, crystal_tables, entries_of


def test_the_anchors_are_the_papers():
    assert ANCHORS[0] == "[METAL] is bonded in a four coordinate geometry."
    assert ANCHORS[4] == "[METAL] is bonded in an octahedral geometry."
    assert ANCHORS[5] == "[METALLOID] is bonded in a hexagonal planar geometry."


def by_letters(texts):
    return np.array([[text.count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts], np.float32)


def test_the_nearest_phrases_are_those_of_the_full_matrix(distance_encoder):
    bank, vectors = distance_encoder.concepts("environment")
    anchor = bank[3].phrase
    found = relations(distance_encoder.embed_texts, bank, anchors=[anchor], untrained=by_letters)
    cosines = vectors @ vectors[3]
    expected = [bank[j].phrase for j in np.argsort(-cosines, kind="stable") if j != 3][:7]
    relation = found.relations[0]
    assert [phrase for phrase, _ in relation.trained] == expected
    assert anchor not in expected
    assert all(-1.0001 <= score <= 1.0001 for _, score in relation.trained + relation.untrained)
    assert len(relation.untrained) == 7
    assert found.untrained_missing == ""


def test_a_missing_untrained_tower_is_told(truth_encoder):
    bank, _ = truth_encoder.concepts("environment")
    without = relations(truth_encoder.embed_texts, bank)
    assert "text tower was before training" in without.untrained_missing
    refused = relations(truth_encoder.embed_texts, bank, untrained=truth_encoder.embed_texts_untrained)
    assert refused.untrained_missing == "The weights of the untrained text tower are not on this machine."
    assert refused.relations[0].untrained == ()
    assert len(refused.relations[0].trained) == 7


def test_no_bank_gives_no_neighbours(truth_encoder):
    assert relations(truth_encoder.embed_texts, []).relations[0].trained == ()


def test_a_tower_that_gives_no_numbers_is_refused():
    bank = [Concept("environment", "a"), Concept("environment", "b")]
    with pytest.raises(ModelError):
        relations(lambda texts: np.full((len(texts), 2), np.nan, np.float32), bank)


def test_tables_mark_what_the_facts_hold(truth_encoder, dataset):
    rows = [i for i in dataset.rows("val") if dataset.arrays["described"][i]][:3]
    tables = crystal_tables(truth_encoder, entries_of(dataset, rows))
    for row, table in zip(rows, tables, strict=True):
        concepts = dataset.concepts_of(row)
        assert [hit.true for hit in table.retrieved["space_group"]] == [True, False, False, False, False]
        for hit in table.retrieved["environment"]:
            assert hit.true == (Concept("environment", hit.phrase) in concepts)
        assert table.true["environment"] == tuple(c.phrase for c in concepts if c.kind == "environment")
    text = render_tables(tables)
    assert tables[0].formula in text
    assert "✓ This material crystallizes in" in text


def test_tables_do_not_check_what_is_not_known(random_encoder, dataset):
    undescribed = [i for i in dataset.rows("val") if not dataset.arrays["described"][i]][:1]
    table = crystal_tables(random_encoder, entries_of(dataset, undescribed))[0]
    assert all(hit.true is None for hit in table.retrieved["environment"])
    assert all(hit.true is not None for hit in table.retrieved["space_group"])
    stranger = TableEntry("x", "NaCl", dataset.structure(0), {}, described=False)
    table = crystal_tables(random_encoder, [stranger])[0]
    assert all(hit.true is None for hit in table.retrieved["space_group"])
    assert "nothing known" in render_tables([table])
    assert crystal_tables(random_encoder, []) == []
