"""The split of crystals into training, validation and test; polymorphs share a side, so that none leaks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clics.errors import InputError

_SIDES = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}


@dataclass(frozen=True, slots=True)
class SplitRule:
    """Fractions of the formulas for validation and test, where file names do not decide."""

    val: float = 0.05
    test: float = 0.0

    def __post_init__(self) -> None:
        if self.val < 0 or self.test < 0 or self.val + self.test >= 1:
            raise InputError(
                "The validation and test fractions must be 0 or more and leave some crystals for training."
            )

    def of_formula(self, formula: str) -> str:
        """The side of a reduced formula, by a hash of it, so that it does not depend on the other crystals."""
        point = int.from_bytes(hashlib.blake2b(formula.encode(), digest_size=8).digest()) / 2**64
        if point < self.val:
            return "val"
        return "test" if point < self.val + self.test else "train"


def side_of_file(name: str) -> str | None:
    """The side that a file's name starts with (``train-00.jsonl.gz``, ``val.jsonl``), or None."""
    stem = name.split(".")[0].split("-")[0].split("_")[0].lower()
    return _SIDES.get(stem)


def split_formulas(formulas_and_files: Iterable[tuple[str, str]], rule: SplitRule) -> Mapping[str, str]:
    """The side of every reduced formula.

    A file name that starts with a side decides for all crystals of its formulas. Where two files disagree about a formula, the
    later of train < val < test wins, so that no evaluated crystal was trained on.

    Args:
        formulas_and_files: reduced formula and file name of each crystal.
        rule: decides for all other formulas.
    """
    order = ("train", "val", "test")
    sides: dict[str, str] = {}
    undecided: set[str] = set()
    for formula, file in formulas_and_files:
        side = side_of_file(file)
        if side is None:
            undecided.add(formula)
        else:
            sides[formula] = max(side, sides.get(formula, side), key=order.index)
    for formula in undecided - sides.keys():
        sides[formula] = rule.of_formula(formula)
    return sides
