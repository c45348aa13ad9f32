"""How two space groups are related in the tree of groups and subgroups: whether a wrong answer is a reasonable one.

A wrong space group counts as *reasonable* where a small step of symmetry leads from one group to the other:

* **translationengleiche** (t): one holds the other with the same lattice, at an index of at most :data:`NEAR`. A
  slight distortion that keeps the cell takes this step; every maximal t-subgroup has index 2, 3 or 4.
* **klassengleiche** (k): one holds the other as a maximal subgroup of the same crystal class, which an ordering or a
  distortion that multiplies the cell takes (index 2, 3 or 4).
* **enantiomorphic**: the two hands of one of the eleven pairs.

A t-subgroup of higher index (P1 is one of every group) is told as ``distant`` and is not reasonable. Relations are between
types of space groups: that the subgroup's type occurs says nothing of the crystal's own orientation or origin.

Sources: t-subgroups are enumerated from the operations (moyopy); maximal k-subgroups are those of the International Tables
for Crystallography, volume A1 (pymatgen's table). Terms: Müller, Symmetry Relationships between Crystal Structures, 2013.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from clics.symmetry import space_groups

NEAR = 4
"""Largest index of a t-subgroup that is near."""

Relation = Literal[
    "same", "enantiomorph", "t-subgroup", "t-supergroup", "k-subgroup", "k-supergroup",
    "distant subgroup", "distant supergroup", "unrelated",
]  # fmt: skip
REASONABLE: tuple[Relation, ...] = ("enantiomorph", "t-subgroup", "t-supergroup", "k-subgroup", "k-supergroup")
WRONG: tuple[Relation, ...] = (*REASONABLE, "distant subgroup", "distant supergroup", "unrelated")
"""Every relation of a wrong answer, the reasonable first."""

ENANTIOMORPHS: Mapping[int, int] = {
    first: second
    for pair in (
        (76, 78), (91, 95), (92, 96), (144, 145), (151, 153), (152, 154),
        (169, 170), (171, 172), (178, 179), (180, 181), (212, 213),
    )
    for first, second in (pair, pair[::-1])
}  # fmt: skip
"""The other hand of each space group that has one."""


@dataclass(frozen=True, slots=True)
class Kinship:
    """What the second of two space groups is to the first; ``index`` of a t-relation (0 where none is given)."""

    relation: Relation
    index: int = 0

    @property
    def reasonable(self) -> bool:
        """Whether the second is a reasonable answer where the first is true."""
        return self.relation in REASONABLE

    def __str__(self) -> str:
        return f"{self.relation}, index {self.index}" if self.index else self.relation


@cache
def kinship(true: int, other: int) -> Kinship:
    """What space group ``other`` is to ``true`` (numbers 1–230): ``"t-subgroup"`` where ``other`` lies in ``true``.

    Two types of one class may each have the other as a k-subgroup (Pm-3m and Fm-3m); then it is called one. Raises
    KeyError for a number that is none.
    """
    first, second = space_groups.by_number(true), space_groups.by_number(other)
    if true == other:
        return Kinship("same")
    if ENANTIOMORPHS.get(true) == other:
        return Kinship("enantiomorph")
    if first.point_group == second.point_group:
        if other in _maximal_subgroups(true):
            return Kinship("k-subgroup")
        return Kinship("k-supergroup" if true in _maximal_subgroups(other) else "unrelated")
    down = t_subgroups(true).get(other, 0)
    up = t_subgroups(other).get(true, 0)
    if down:
        return Kinship("t-subgroup" if down <= NEAR else "distant subgroup", down)
    if up:
        return Kinship("t-supergroup" if up <= NEAR else "distant supergroup", up)
    return Kinship("unrelated")


@cache
def t_subgroups(number: int) -> Mapping[int, int]:
    """The types of all t-subgroups of a space group, itself included, each with its smallest index."""
    import moyopy

    operations = moyopy.operations_from_number(number, primitive=True)
    found: dict[int, int] = {}
    for members in moyopy.enumerate_translationengleiche_subgroups(operations.rotations, operations.translations):
        subgroup = members.representative
        kind = moyopy.SpaceGroup(subgroup.operations.rotations, subgroup.operations.translations).number
        index = subgroup.translationengleiche_index
        found[kind] = min(index, found.get(kind, index))
    return found


@cache
def _maximal_subgroups(number: int) -> frozenset[int]:
    from pymatgen.symmetry.groups import SYMM_DATA

    return frozenset(SYMM_DATA["maximal_subgroups"][str(number)])
