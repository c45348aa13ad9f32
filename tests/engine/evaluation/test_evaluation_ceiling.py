"""Readers of the geometry against the labels."""

import dataclasses

import numpy as np
import pytest
from clics.concepts.concept import Truth
from clics.concepts.parse import concept_of
from clics.errors import Cancelled
from clics.evaluation.ceiling import Reading, environment_readings, space_group_readings
from clics.evaluation.evaluate import evaluate
from clics.evaluation.ranking import rank_concepts
from clics.evaluation.render import render
from clics.progress import CancelToken


def share_right(dataset, reading):
    return np.mean(
        [all(c in dataset.concepts_of(i) for c in f) for i, f in zip(reading.rows, reading.labels, strict=True)]
    )


def test_space_groups_of_prototypes_agree_with_themselves(dataset):
    readings = {r.what: r for r in space_group_readings(dataset, dataset.rows("val"), sample=20)}
    assert share_right(dataset, readings["spglib at 0.01 Å"]) == 1.0
    assert share_right(dataset, readings["moyopy at 0.01 Å"]) > 0.9
    assert all(len(reading.rows) == len(reading.labels) == 20 for reading in readings.values())


def test_environments_described_again_agree_and_moved_atoms_cost_something(dataset):
    again, moved = environment_readings(dataset, dataset.rows("val"), sample=25)
    assert len(again.rows) > 10
    for row, found in zip(again.rows, again.labels, strict=True):
        assert found == {c: t for c, t in dataset.concepts_of(row).items() if c.kind == "environment"}
    assert 0 < share_right(dataset, moved) < 1.0


def test_a_reading_ranks_what_it_read_first_and_the_rest_by_frequency():
    bank = [concept_of("environment", name) for name in "abcd"]
    found = {bank[2]: Truth.HELD, bank[3]: Truth.STATED, concept_of("environment", "not in the bank"): Truth.STATED}
    reading = Reading("reader", np.array([0, 1]), (found, {}))
    scores = reading.scores(bank, np.array([1, 9, 3, 2]))
    assert np.argsort(-scores[0:2], axis=1).tolist() == [[3, 2, 1, 0], [1, 2, 3, 0]]


def test_a_faultless_reader_reaches_everything(truth_encoder, dataset):
    bank, _ = truth_encoder.concepts("space_group")
    reading = space_group_readings(dataset, dataset.rows("val"), sample=20)[0]
    for figure in rank_concepts(truth_encoder.vocabulary, dataset, "space_group", bank, reading.rows, reading):
        assert figure.value == 1.0


def test_nothing_to_measure_has_no_ceiling(truth_encoder, dataset):
    assert space_group_readings(dataset, dataset.rows("val"), sample=0) == ()
    assert environment_readings(dataset, dataset.rows("test")) == ()
    nothing = dataclasses.replace(dataset, arrays={**dataset.arrays, "space_group": 0 * dataset.arrays["space_group"]})
    assert space_group_readings(nothing, dataset.rows("val")) == ()
    found = evaluate(truth_encoder, dataset, label_sample=0, described_sample=0)
    assert all(figure.ceiling is None for figure in found.figures)


def test_the_ceilings_are_the_lowest_of_the_readers(truth_encoder, dataset):
    found = evaluate(truth_encoder, dataset, label_sample=20, described_sample=15)
    for key, agreements in (
        ("space_group.top1", found.space_group_labels),
        ("space_group.macro", found.space_group_labels),
        ("environment.held.map", found.environment_labels),
    ):
        values = [f.value for a in agreements for f in a.figures if f.key == key]
        assert len(values) == len(agreements) > 0
        assert found.figure(key).ceiling == min(values)
    assert found.figure("polyhedra.p10").ceiling is None
    text = render(found)
    assert "| spglib at 0.005 Å: space group |" in text
    assert "| described again, atoms moved 0.01 Å: environment (stated) |" in text


def test_measuring_labels_can_be_stopped(dataset):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        space_group_readings(dataset, dataset.rows("val"), cancel=cancel)
    with pytest.raises(Cancelled):
        environment_readings(dataset, dataset.rows("val"), cancel=cancel)
