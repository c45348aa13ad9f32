"""Late interaction: relative scores, the best site of a crystal, and crystals without sites."""

from __future__ import annotations

import numpy as np
import pytest
from clics.model.late_interaction import (
    EVIDENCE_WEIGHT,
    SHARPNESS,
    combine,
    log_sum_exp_cosine,
    max_over_sites,
    relative_score,
)

SCALE = 40.0


@pytest.fixture
def cosines():
    return np.random.default_rng(0).uniform(-0.3, 0.9, (30, 12)).astype(np.float32)


def test_what_is_said_is_a_power_of_the_share(cosines):
    share = np.exp(SCALE * cosines.astype(float))
    share /= share.sum(axis=1, keepdims=True)
    said = relative_score(cosines, log_sum_exp_cosine(cosines, SCALE))
    np.testing.assert_allclose(said, share ** (SHARPNESS / SCALE), rtol=2e-3)
    assert ((said > 0) & (said <= 1)).all()
    either = relative_score(log_sum_exp_cosine(cosines[:, :2], SCALE)[:, None], log_sum_exp_cosine(cosines, SCALE))[
        :, 0
    ]
    np.testing.assert_allclose(either, share[:, :2].sum(axis=1) ** (SHARPNESS / SCALE), rtol=2e-3)


def test_a_crystal_hears_its_best_site(cosines):
    counts = np.array([3, 0, 1, 26])
    best = max_over_sites(cosines, counts)
    np.testing.assert_array_equal(best[0], cosines[:3].max(axis=0))
    np.testing.assert_array_equal(best[1], 0)
    np.testing.assert_array_equal(best[2], cosines[3])
    np.testing.assert_array_equal(best[3], cosines[4:].max(axis=0))


def test_scores_stay_between_minus_one_and_one(cosines):
    for kind in EVIDENCE_WEIGHT:
        scores = combine(cosines, relative_score(cosines, log_sum_exp_cosine(cosines, SCALE)), kind)
        assert ((scores >= -1) & (scores <= 1)).all()


def test_a_model_that_ranks_no_phrase_of_a_sort_says_nothing_that_orders(cosines):
    none = log_sum_exp_cosine(cosines[:, :0], SCALE)
    np.testing.assert_array_equal(relative_score(cosines, none), 1.0)
    assert relative_score(cosines[:, :0], none).shape == (30, 0)
