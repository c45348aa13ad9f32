"""Which side of the split a crystal is on. No reduced formula is ever on two sides: polymorphs would leak."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clics.errors import InputError

_SIDES = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}


@dataclass(frozen=True, slots=True)
class SplitRule:
    """Fractions of the formulas that become validation and test, where a crystal's file name does not say its side."""

    val: float = 0.05
    test: float = 0.0

    def __post_init__(self) -> None:
        if self.val < 0 or self.test < 0 or self.val + self.test >= 1:
            raise InputError(
                "The validation and test fractions must be 0 or more and leave some crystals for training."
            )

    def of_formula(self, formula: str) -> str:
        """The side of a reduced formula: a hash of it, so that it never depends on which other crystals there are."""
        point = int.from_bytes(hashlib.blake2b(formula.encode(), digest_size=8).digest()) / 2**64
        if point < self.val:
            return "val"
        return "test" if point < self.val + self.test else "train"


def side_of_file(name: str) -> str | None:
    """The side that a file's name begins with (``train-00.jsonl.gz``, ``val.jsonl``), or None."""
    stem = name.split(".")[0].split("-")[0].split("_")[0].lower()
    return _SIDES.get(stem)


def split_formulas(formulas_and_files: Iterable[tuple[str, str]], rule: SplitRule) -> Mapping[str, str]:
    """The side of every reduced formula, from (formula, file name) of each crystal.

    A file's name decides where it says so, for every crystal of that formula wherever it was read; where two files
    disagree about a formula, the later of train < val < test wins, so that nothing that is judged on was trained on.
    Other formulas follow ``rule``.
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
