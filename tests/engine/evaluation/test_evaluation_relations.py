"""Nearest concepts, and single crystals as tables."""

import numpy as np
import pytest
from clics.concepts.parse import concept_of
from clics.concepts.registry import EVALUATED_KINDS
from clics.errors import InputError, ModelError
from clics.evaluation.concept_tables import TableEntry, crystal_tables, entries_of, examples_of, rows_of_ids
from clics.evaluation.relations import ANCHORS, relations
from clics.evaluation.render import render_tables
from clics.evaluation.vectors import CrystalScores, CrystalVectors, banks


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
    bank = [concept_of("environment", "a"), concept_of("environment", "b")]
    with pytest.raises(ModelError):
        relations(lambda texts: np.full((len(texts), 2), np.nan, np.float32), bank)


def shown(encoder, entries):
    scores = CrystalScores(
        CrystalVectors.of(encoder, [entry.cell for entry in entries]), banks(encoder, EVALUATED_KINDS), encoder
    )
    return crystal_tables(entries, scores)


def test_the_mean_cosine_says_how_far_a_tower_holds_concepts_apart(distance_encoder):
    bank, vectors = distance_encoder.concepts("environment")
    found = relations(distance_encoder.embed_texts, bank, untrained=by_letters)
    cosines = (vectors @ vectors.T)[~np.eye(len(vectors), dtype=bool)]
    assert found.mean_cosine == pytest.approx(cosines.mean(), abs=1e-5)
    assert found.untrained_mean_cosine > 0.8  # letters are much the same in all


def test_tables_mark_what_the_facts_hold(truth_encoder, dataset):
    rows = [i for i in dataset.rows("val") if dataset.arrays["described"][i]][:3]
    tables = shown(truth_encoder, entries_of(dataset, rows))
    for row, table in zip(rows, tables, strict=True):
        concepts = dataset.concepts_of(row)
        assert [hit.true for hit in table.retrieved["space_group"]] == [True, False, False, False, False]
        for hit in table.retrieved["environment"]:
            assert hit.true == (concept_of("environment", hit.phrase) in concepts)
        assert table.true["environment"] == tuple(c.phrase for c in concepts if c.kind == "environment")
        first, *others = table.retrieved["space_group"]
        assert (first.relation, first.reasonable) == ("", None)
        assert all(other.relation and other.reasonable is not None for other in others)
    text = render_tables(tables)
    assert tables[0].formula in text
    assert "| ✓ " in text


def test_tables_do_not_check_what_is_not_known(random_encoder, dataset):
    undescribed = [i for i in dataset.rows("val") if not dataset.arrays["described"][i]][:1]
    table = shown(random_encoder, entries_of(dataset, undescribed))[0]
    assert all(hit.true is None for hit in table.retrieved["environment"])
    assert all(hit.true is not None for hit in table.retrieved["space_group"])
    stranger = TableEntry("x", "NaCl", dataset.structure(0), {}, described=False)
    table = shown(random_encoder, [stranger])[0]
    assert all(hit.true is None for hit in table.retrieved["space_group"])
    assert "nothing known" in render_tables([table])
    assert (
        crystal_tables(
            [], CrystalScores(CrystalVectors.joined((), 64), banks(random_encoder, EVALUATED_KINDS), random_encoder)
        )
        == []
    )


def test_crystals_are_named_by_their_ids(dataset):
    assert rows_of_ids(dataset, [dataset.ids[3], dataset.ids[1]]) == [3, 1]
    with pytest.raises(InputError, match="holds no crystal named nobody; its names are like"):
        rows_of_ids(dataset, ["nobody", dataset.ids[0]])


def test_examples_are_found_by_composition_and_group(dataset):
    import dataclasses

    formulas, groups = list(dataset.formulas), dataset.arrays["space_group"].copy()
    formulas[:3], groups[:3] = ["CoMnSm2O6", "O2Si", "NaClO3"], [14, 194, 1]
    changed = dataclasses.replace(dataset, formulas=formulas, arrays={**dataset.arrays, "space_group": groups})
    found, missing = examples_of(changed)
    assert ("Table 3", 0) in found
    assert ("Table S3", 1) in found
    assert "NaClO3 (Table 5)" in missing
