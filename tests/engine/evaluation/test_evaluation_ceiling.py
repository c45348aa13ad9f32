"""Agreement of labels between tolerances and tools."""

import dataclasses

import numpy as np
import pytest

from engine.errors import Cancelled
from engine.evaluation.ceiling import environment_agreements, lowest, space_group_agreements
from engine.evaluation.evaluate import evaluate
from engine.progress import CancelToken


def test_space_groups_of_prototypes_agree_with_themselves(dataset):
    found = space_group_agreements(dataset, dataset.rows("val"), sample=20)
    by_name = {agreement.what: agreement for agreement in found}
    assert by_name["spglib at 0.01 Å"].value == 1.0
    assert by_name["spglib at 0.01 Å"].macro == 1.0
    assert all(agreement.crystals == 20 for agreement in found)
    assert by_name["moyopy at 0.01 Å"].value > 0.9
    assert lowest(found) == min(agreement.value for agreement in found)


def test_a_label_that_is_wrong_lowers_the_ceiling(dataset):
    rows = dataset.rows("val")
    wrong = dataset.arrays["space_group"].copy()
    wrong[rows] = np.where(wrong[rows] == 1, 2, 1)
    spoiled = dataclasses.replace(dataset, arrays={**dataset.arrays, "space_group": wrong})
    assert space_group_agreements(spoiled, rows, sample=10)[0].value == 0.0


def test_environments_described_again_agree_and_moved_atoms_cost_something(dataset):
    same, moved = environment_agreements(dataset, dataset.rows("val"), sample=25)
    assert same.value == 1.0
    assert same.crystals >= 10
    assert 0.3 < moved.value <= 1.0


def test_nothing_to_measure_has_no_ceiling(dataset):
    found = space_group_agreements(dataset, dataset.rows("val"), sample=0)
    assert lowest(found) is None
    assert lowest(environment_agreements(dataset, dataset.rows("test"))) is None


def test_the_ceilings_stand_beside_their_figures(truth_encoder, dataset):
    found = evaluate(truth_encoder, dataset, label_sample=10, described_sample=4)
    assert found.figure("space_group.top1").ceiling == lowest(found.space_group_labels)
    assert found.figure("space_group.macro").ceiling == lowest(found.space_group_labels, macro=True)
    assert found.figure("environment.stated.top1").ceiling == lowest(found.environment_labels)
    assert found.figure("space_group.top5").ceiling is None


def test_measuring_labels_can_be_stopped(dataset):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        space_group_agreements(dataset, dataset.rows("val"), cancel=cancel)
    with pytest.raises(Cancelled):
        environment_agreements(dataset, dataset.rows("val"), cancel=cancel)
