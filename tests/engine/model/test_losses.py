from __future__ import annotations

import math

import pytest
import torch
from clics.model import losses


def test_symmetric_cross_entropy_is_equation_1():
    torch.manual_seed(0)
    scores = torch.randn(7, 7, dtype=torch.float64)
    expected = 0.0
    for i in range(7):
        row = sum(math.exp(scores[i, j]) for j in range(7))
        column = sum(math.exp(scores[j, i]) for j in range(7))
        expected -= math.log(math.exp(scores[i, i]) / row) + math.log(math.exp(scores[i, i]) / column)
    assert float(losses.symmetric_cross_entropy(scores)) == pytest.approx(expected)


def test_true_pairs_do_not_compete_with_each_other():
    torch.manual_seed(1)
    scores = torch.randn(5, 9, dtype=torch.float64)
    positive = torch.rand(5, 9) < 0.3
    negative = ~positive & (torch.rand(5, 9) < 0.8)
    positive[4] = False
    expected, rows = 0.0, 0
    for i in range(5):
        if not positive[i].any():
            continue
        rows += 1
        false = sum(math.exp(scores[i, j]) for j in range(9) if negative[i, j])
        each = [
            -math.log(math.exp(scores[i, j]) / (math.exp(scores[i, j]) + false)) for j in range(9) if positive[i, j]
        ]
        expected += sum(each) / len(each)
    assert float(losses.multi_positive_loss(scores, positive, negative)) == pytest.approx(expected / rows)


def test_with_one_true_text_each_it_is_cross_entropy():
    torch.manual_seed(2)
    scores = torch.randn(6, 6)
    positive = torch.eye(6, dtype=torch.bool)
    ours = losses.known_pair_loss(scores, positive, ~positive)
    torch.testing.assert_close(ours * 6, losses.symmetric_cross_entropy(scores))


def test_stated_is_ranked_above_held_above_false():
    scores = torch.zeros(1, 6, requires_grad=True)
    truth = torch.tensor([[2, 1, 0, 0, 1, 0]], dtype=torch.uint8)
    optimizer = torch.optim.SGD([scores], lr=1.0)
    for _ in range(2000):
        optimizer.zero_grad()
        losses.graded_loss(scores, truth).backward()
        optimizer.step()
    stated, held, false = scores[0, 0], scores[0, [1, 4]], scores[0, [2, 3, 5]]
    assert stated > held.max() + 0.5
    assert held.min() > false.max() + 0.5


def test_a_batch_without_truth_costs_nothing_and_has_a_gradient():
    scores = torch.randn(3, 4, requires_grad=True)
    loss = losses.graded_loss(scores, torch.zeros(3, 4, dtype=torch.uint8))
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert float(scores.grad.abs().sum()) == 0.0
