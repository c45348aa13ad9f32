"""The figures of encoders whose figures are known, on AFLOW prototypes."""

import dataclasses
import json

import numpy as np
import pytest
from clics.concepts.concept import Truth
from clics.errors import Cancelled, InputError, ModelError
from clics.evaluation.bootstrap import macro_interval, mean_interval, precision_interval
from clics.evaluation.evaluate import CONNECTED_KINDS, GEOMETRY_KINDS, PER_PHRASE_KINDS, evaluate
from clics.evaluation.figures import precision_figures, recall_figure
from clics.evaluation.ground_truth import labels_of, training_counts, truths_of
from clics.evaluation.render import render
from clics.progress import CancelToken
from clics.training.metrics import Truths, VectorScores

QUICK = {"label_sample": 0, "described_sample": 0}


@pytest.fixture(scope="module")
def by_truth(truth_encoder, dataset):
    return evaluate(truth_encoder, dataset, **QUICK)


@pytest.fixture(scope="module")
def by_chance(random_encoder, dataset):
    return evaluate(random_encoder, dataset, **QUICK)


def test_vectors_made_of_the_truth_reach_everything_that_can_be_reached(by_truth, dataset):
    for figure in by_truth.figures:
        best = 1.0 if figure.attainable is None else figure.attainable
        assert figure.value == pytest.approx(best), figure.key
        assert figure.missing == 0
    assert {f.key for f in by_truth.figures} == {
        *("space_group.top1", "space_group.top5", "space_group.map", "space_group.macro"),
        *(f"environment.{reading}.{which}" for reading in ("stated", "held") for which in ("top1", "top5", "map")),
        *(f"{kind}.{which}" for kind in CONNECTED_KINDS + GEOMETRY_KINDS for which in ("top1", "top5", "map")),
        "shape.recall5",
        *(f"{kind}.p10" for kind in PER_PHRASE_KINDS),
        *(f"{kind}.p10_common" for kind in PER_PHRASE_KINDS if most_frequent(dataset, kind) >= 10),
    }


def most_frequent(dataset, kind):
    """Number of validation crystals that the most frequent phrase of a kind is true of."""
    phrases = [c.phrase for i in dataset.rows("val") for c in dataset.concepts_of(i) if c.kind == kind]
    return max(map(phrases.count, phrases))


def test_shapes_count_crystals_whose_facts_of_geometry_are_known(by_truth, dataset, truth_encoder):
    rows = [i for i in dataset.rows("val") if dataset.arrays["described"][i]]
    known = [i for i in rows if any(c.kind == "shape" for c in dataset.concepts_of(i))]
    assert 0 < by_truth.figure("shape.top5").crystals == len(known) < len(rows)
    assert by_truth.left_out["coordination shape: none known to be true (left out)"] == len(rows) - len(known)
    arrays = {name: array for name, array in dataset.arrays.items() if name != "geometry"}
    earlier = evaluate(truth_encoder, dataclasses.replace(dataset, arrays=arrays), **QUICK)
    kinds = {figure.key.partition(".")[0] for figure in earlier.figures}
    assert {"environment", "dimensionality"} <= kinds
    assert not kinds & {"shape", "network"}


def test_models_that_have_not_learned_shapes_have_no_figures_of_them(truth_encoder, dataset, monkeypatch):
    concepts = truth_encoder.concepts
    unlearned = {"shape", "network", "dimensionality"}
    monkeypatch.setattr(
        truth_encoder, "concepts", lambda kind: ([], np.zeros((0, 64))) if kind in unlearned else concepts(kind)
    )
    found = evaluate(truth_encoder, dataset, sections=("table1", "geometry", "phrases"), **QUICK)
    assert {figure.key.partition(".")[0] for figure in found.figures} == {
        "space_group", "environment", "polyhedra", "connection",
    }  # fmt: skip


def test_precision_of_common_phrases_leaves_out_the_rare():
    truths = Truths.from_lists([[0] if i < 12 else [1] if i < 15 else [] for i in range(40)])
    crystals = np.array([[1, 0] if i < 12 else [0, 1] if i < 15 else [-1, -1] for i in range(40)], np.float32)
    every, common = precision_figures("polyhedra", VectorScores(crystals, np.eye(3, 2, dtype=np.float32)), truths)
    assert (every.concepts, common.concepts) == (2, 1)
    assert (every.value, common.value) == pytest.approx((0.65, 1.0))
    assert (every.attainable, common.attainable) == pytest.approx((0.65, 1.0))
    assert (every.guess, common.guess) == pytest.approx(((12 + 3) / 2 / 40, 12 / 40))


def test_recall_counts_all_true_concepts_of_a_crystal():
    scores = np.array([[9, 8, 7, 6, 5, 4, 3], [9, 8, 7, 6, 5, 4, 3], [9, 8, 7, 6, 5, 4, 3]], np.float32)
    truths = Truths.from_lists([[0, 6], [0, 1, 2, 3, 4, 5], []], outside=[0, 0, 0])
    figure = recall_figure("shape", "shape", scores, truths, np.arange(7))
    assert (figure.key, figure.crystals, figure.value) == ("shape.recall5", 2, pytest.approx((0.5 + 1.0) / 2))
    # by frequency the order is reversed: 6 … 2 are the first five
    assert figure.guess == pytest.approx((0.5 + 0.8) / 2)
    lacking = Truths.from_lists([[0], [0]], outside=[1, 0])
    assert recall_figure("shape", "shape", scores[:2], lacking, np.arange(7)).value == pytest.approx((0.5 + 1.0) / 2)


def test_random_vectors_get_what_chance_gives(by_chance, dataset, random_encoder):
    rows = dataset.rows("val")
    rows = rows[dataset.arrays["described"][rows] > 0]
    bank, _ = random_encoder.concepts("environment")
    counts = truths_of(dataset, rows, "environment", bank).counts
    chance = (counts[counts > 0] / len(bank)).mean()
    figure = by_chance.figure("environment.stated.top1")
    assert abs(figure.value - chance) < 4 * np.sqrt(chance / figure.crystals)
    precision = by_chance.figure("environment.p10")
    assert abs(precision.value - precision.guess) < 0.05


def test_a_geometric_fingerprint_beats_the_guess_by_frequency(distance_encoder, dataset):
    found = evaluate(distance_encoder, dataset, **QUICK)
    for key in ("space_group.map", "space_group.macro", "environment.held.map", "environment.p10"):
        figure = found.figure(key)
        assert figure.guess < figure.value < 1.0, key
    for figure in found.figures:
        if not np.isnan(figure.value):
            assert figure.low <= figure.value <= figure.high, figure.key
    assert found.left_out["space group: a true one is not in the bank (counts as not found)"] > 0
    assert (
        found.figure("space_group.top1").missing
        == found.left_out["space group: a true one is not in the bank (counts as not found)"]
    )


def test_the_guess_by_frequency_is_the_most_frequent_of_training(by_truth, dataset):
    train = [dataset.concepts_of(i) for i in dataset.rows("train")]
    groups = [c for concepts in train for c in concepts if c.kind == "space_group"]
    counts = {c: groups.count(c) for c in set(groups)}
    most = max(counts.values())
    candidates = {c for c, n in counts.items() if n == most}
    val = [set(dataset.concepts_of(i)) for i in dataset.rows("val")]
    possible = {sum(c in concepts for concepts in val) / len(val) for c in candidates}
    assert any(by_truth.figure("space_group.top1").guess == pytest.approx(p) for p in possible)


def test_the_readings_count_different_crystals(by_truth, dataset):
    rows = [i for i in dataset.rows("val") if dataset.arrays["described"][i]]
    stated = [i for i in rows if any(c.kind == "environment" and t is Truth.STATED for c, t in facts(dataset, i))]
    held = [i for i in rows if any(c.kind == "environment" for c, _ in facts(dataset, i))]
    assert by_truth.figure("environment.stated.top1").crystals == len(stated) < len(held)
    assert by_truth.figure("environment.held.top1").crystals == len(held)
    assert by_truth.left_out["environment (stated): none known to be true (left out)"] == len(rows) - len(stated)
    assert by_truth.left_out["not described"] == len(dataset.rows("val")) - len(rows)


def facts(dataset, i):
    return dataset.concepts_of(i).items()


def test_without_a_training_split_the_guess_comes_from_the_vocabulary(truth_encoder, dataset):
    arrays = {**dataset.arrays, "split": np.ones_like(dataset.arrays["split"])}
    all_val = dataclasses.replace(dataset, arrays=arrays)
    bank, _ = truth_encoder.concepts("space_group")
    assert training_counts(all_val, "space_group", bank) is None
    found = evaluate(truth_encoder, all_val, **QUICK)
    assert found.training_crystals == 0
    # the vocabulary was counted over the same crystals: its most frequent group is right for exactly its own crystals
    assert found.figure("space_group.top1").guess == pytest.approx(
        truth_encoder.vocabulary.frequency(bank[0]) / len(dataset)
    )


def test_the_reports_are_whole(by_chance):
    data = json.loads(json.dumps(by_chance.to_json(), allow_nan=False))
    assert data["model"] == "random"
    assert data["figures"][0]["paper"] == 0.667
    text = render(by_chance)
    assert "| Space group, top-1 |" in text
    assert "| 66.7 | 70.1 |" in text
    assert "split at random" in text
    assert "nan" not in text.replace("enantio", "")
    assert "| Metal: octahedral |" in text


def test_a_limit_takes_the_first_crystals(truth_encoder, dataset):
    found = evaluate(truth_encoder, dataset, limit=5, **QUICK)
    assert found.crystals == 5
    one = evaluate(truth_encoder, dataset, limit=1, **QUICK)
    assert one.crystals == 1
    assert render(one)


def test_labels_name_the_group_also_outside_the_bank(dataset):
    rows = dataset.rows("val")
    labels = labels_of(dataset, rows, "space_group")
    for row, label in zip(rows, labels, strict=True):
        assert dataset.concepts[label] in dataset.concepts_of(row)
    nothing = truths_of(dataset, rows, "space_group", [])
    assert nothing.outside.tolist() == [1] * len(rows)


def test_a_split_without_crystals_is_refused(truth_encoder, dataset):
    with pytest.raises(InputError) as error:
        evaluate(truth_encoder, dataset, split="test")
    assert error.value.kind == "empty-split"


def test_an_evaluation_can_be_stopped(truth_encoder, dataset):
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        evaluate(truth_encoder, dataset, progress=lambda _: cancel.cancel(), cancel=cancel)


def test_a_model_that_gives_no_numbers_is_refused(dataset, truth_encoder):
    class Broken(type(truth_encoder)):
        def crystal(self, cell):
            return super().crystal(cell) * np.nan

    with pytest.raises(ModelError) as error:
        evaluate(Broken(dataset), dataset, **QUICK)
    assert error.value.kind == "not-finite"


def test_intervals_are_seeded_and_as_wide_as_theory_says():
    values = (np.arange(400) < 100).astype(float)
    low, high = mean_interval(values)
    assert (low, high) == mean_interval(values)
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.25 * 0.75 / 400), rel=0.15)
    assert low < 0.25 < high
    assert np.isnan(mean_interval(np.empty(0))).all()
    low, high = macro_interval(values > 0, np.arange(400) % 4)
    assert low < 0.25 < high


def test_the_interval_of_precision_holds_its_value():
    rng = np.random.default_rng(0)
    true = rng.random((20, 200)) < 0.1
    truths = Truths.from_lists([np.flatnonzero(row) for row in true])
    lists = np.array([rng.permutation(200)[:64] for _ in range(20)])
    hits = np.take_along_axis(true, lists, axis=1)
    low, high = precision_interval(lists, hits, truths, 200, 10, resamples=200)
    assert low < hits[:, :10].mean() < high
    none = Truths.from_lists([])
    assert np.isnan(precision_interval(np.empty((0, 5), int), np.empty((0, 5), bool), none, 200, 10)).all()
