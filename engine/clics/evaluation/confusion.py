"""Errors of space groups: recall by group, confusions, and the group-subgroup relations of wrong answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clics.concepts import phrases
from clics.concepts.concept import Concept
from clics.concepts.kinds.space_group import number_of
from clics.evaluation.bootstrap import Interval, mean_interval
from clics.symmetry import space_groups
from clics.symmetry.group_relations import WRONG, Kinship, Relation, kinship
from clics.training import metrics
from clics.training.metrics import Scores, Truths

SYSTEMS = ("triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal", "cubic")


@dataclass(frozen=True, slots=True)
class GroupRecall:
    """Recall of one space group.

    Attributes:
        number: 1 to 230.
        symbol: Hermann-Mauguin symbol.
        training: number of its crystals in training.
        crystals: number of its evaluated crystals.
        top1: fraction of them recognised first.
        top5: fraction of them recognised among the first five.
    """

    number: int
    symbol: str
    training: int
    crystals: int
    top1: float
    top5: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """``count`` of the ``of`` crystals of the space group ``true`` were predicted as ``predicted`` (symbols)."""

    true: str
    predicted: str
    count: int
    of: int
    relation: Relation
    index: int


@dataclass(frozen=True, slots=True)
class SpaceGroupErrors:
    """Errors of the first answer.

    Attributes:
        crystals: number of crystals.
        wrong: number of wrong first answers.
        reasonable: fraction of wrong answers that are reasonable.
        low: lower bound of its 95 % interval.
        high: upper bound.
        relations: wrong answers by relation to the true group, in the order of :data:`~clics.symmetry.group_relations.WRONG`.
        by_chance: fractions that wrong answers drawn by the groups' frequency in training would have.
        systems: (7, 7) crystals by true (row) and predicted (column) crystal system, in the order of :data:`SYSTEMS`.
        groups: recall of each space group.
        confusions: most frequent first.
    """

    crystals: int
    wrong: int
    reasonable: float
    low: float
    high: float
    relations: dict[Relation, int]
    by_chance: dict[Relation, float]
    systems: tuple[tuple[int, ...], ...]
    groups: tuple[GroupRecall, ...]
    confusions: tuple[Confusion, ...]


def space_group_errors(
    scores: Scores, bank: Sequence[Concept], numbers: NDArray[np.int64], counts: NDArray[np.int64]
) -> SpaceGroupErrors | None:
    """Analyse the errors of space groups.

    Args:
        scores: (n, c) of crystals against ``bank``.
        bank: c space-group concepts.
        numbers: (n,) true space groups, 1 to 230.
        counts: (c,) frequency in training.

    Returns:
        The errors; None without crystals or bank.
    """
    of_bank = np.array([number_of(concept) for concept in bank], np.int64)
    if not len(numbers) or not len(bank):
        return None
    column_of = {number: column for column, number in enumerate(of_bank.tolist())}
    columns = [[column_of[n]] if n in column_of else [] for n in numbers.tolist()]
    truths = Truths.from_lists(columns, [0 if own else 1 for own in columns])
    ranks = metrics.best_ranks(metrics.false_above(scores, truths), truths)
    first = of_bank[metrics.top_lists(scores, truths, 1)[0][:, 0]]
    wrong = ranks > 1
    pairs = Counter(zip(numbers[wrong].tolist(), first[wrong].tolist(), strict=True))
    kin = {pair: _kinship(*pair) for pair in pairs}
    relations: dict[Relation, int] = dict.fromkeys(WRONG, 0)
    for pair, count in pairs.items():
        relations[kin[pair].relation] += count
    reasonable = np.array([kin[pair].reasonable for pair in pairs.elements()], np.float64)
    interval: Interval = mean_interval(reasonable)
    present = Counter(numbers.tolist())
    return SpaceGroupErrors(
        crystals=len(numbers),
        wrong=int(wrong.sum()),
        reasonable=float(reasonable.mean()) if len(reasonable) else float("nan"),
        low=interval[0],
        high=interval[1],
        relations=relations,
        by_chance=_by_chance(
            Counter(numbers[wrong].tolist()), dict(zip(of_bank.tolist(), counts.tolist(), strict=True))
        ),
        systems=_systems(numbers, first),
        groups=tuple(
            GroupRecall(
                number,
                space_groups.by_number(number).symbol,
                int(counts[column_of[number]]) if number in column_of else 0,
                present[number],
                float((ranks[numbers == number] <= 1).mean()),
                float((ranks[numbers == number] <= 5).mean()),
            )
            for number in sorted(present)
        ),
        confusions=tuple(
            Confusion(
                space_groups.by_number(pair[0]).symbol,
                space_groups.by_number(pair[1]).symbol if pair[1] else phrases.UNKNOWN_SPACE_GROUP,
                count,
                present[pair[0]],
                kin[pair].relation,
                kin[pair].index,
            )
            for pair, count in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
        ),
    )


def _kinship(true: int, predicted: int) -> Kinship:
    return kinship(true, predicted) if predicted else Kinship("unrelated")


def _by_chance(wrong: Counter[int], training: dict[int, int]) -> dict[Relation, float]:
    """Relations to the truths ``wrong`` of answers that are drawn from the other groups by their frequency."""
    shares: dict[Relation, float] = dict.fromkeys(WRONG, 0.0)
    for true, count in wrong.items():
        others = {n: weight for n, weight in training.items() if n not in (0, true) and weight}
        for other, weight in others.items():
            shares[kinship(true, other).relation] += count * weight / sum(others.values())
    whole = sum(shares.values())
    return {relation: share / whole if whole else float("nan") for relation, share in shares.items()}


def _systems(true: NDArray[np.int64], predicted: NDArray[np.int64]) -> tuple[tuple[int, ...], ...]:
    table = np.zeros((len(SYSTEMS), len(SYSTEMS)), np.int64)
    index = {name: i for i, name in enumerate(SYSTEMS)}
    for a, b in zip(true.tolist(), predicted.tolist(), strict=True):
        if b:
            table[index[space_groups.by_number(a).crystal_system], index[space_groups.by_number(b).crystal_system]] += 1
    return tuple(tuple(row) for row in table.tolist())
