"""Group-subgroup relations between space groups, which tell whether a wrong answer is close to the true group.

A wrong space group counts as *reasonable* where one small step of symmetry leads from one group to the other:

* **translationengleiche** (t): one is a subgroup of the other with the same lattice, of index at most :data:`NEAR`. A slight
  distortion that keeps the cell takes this step; every maximal t-subgroup has index 2, 3 or 4.
* **klassengleiche** (k): one is a maximal subgroup of the other with the same point group. An ordering or a distortion that
  multiplies the cell takes this step (index 2, 3 or 4).
* **enantiomorphic**: the two groups of one of the eleven enantiomorphic pairs.

A t-subgroup of higher index (P1 is one of every group) is ``distant`` and not reasonable. Relations are between
space-group types: that a subgroup of this type exists says nothing of the orientation and origin of the crystal's own
subgroup.

Sources: t-subgroups are enumerated from the operations (moyopy); maximal k-subgroups are those of the International Tables for
Crystallography, volume A1 (pymatgen's table). Terms: Müller, Symmetry Relationships between Crystal Structures, 2013.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from clics.data import read_rows
from clics.symmetry import space_groups
from clics.symmetry.enantiomorphs import ENANTIOMORPHS

NEAR = 4
"""Largest index of a t-subgroup that counts as reasonable."""

Relation = Literal[
    "same", "enantiomorph", "t-subgroup", "t-supergroup", "k-subgroup", "k-supergroup",
    "distant subgroup", "distant supergroup", "unrelated",
]  # fmt: skip
REASONABLE: tuple[Relation, ...] = ("enantiomorph", "t-subgroup", "t-supergroup", "k-subgroup", "k-supergroup")
WRONG: tuple[Relation, ...] = (*REASONABLE, "distant subgroup", "distant supergroup", "unrelated")
"""Every relation of a wrong answer, the reasonable first."""


@dataclass(frozen=True, slots=True)
class Kinship:
    """Relation of the second of two space groups to the first, and the index of a t-relation (0 for others)."""

    relation: Relation
    index: int = 0

    @property
    def reasonable(self) -> bool:
        """True if the second group is a reasonable answer where the first is true."""
        return self.relation in REASONABLE

    def __str__(self) -> str:
        return f"{self.relation}, index {self.index}" if self.index else self.relation


@cache
def kinship(true: int, other: int) -> Kinship:
    """Relation of one space group to another.

    Two types of one point group may each be a k-subgroup of the other (Pm-3m and Fm-3m); then the relation is ``k-subgroup``.

    Args:
        true: number of the reference, 1 to 230.
        other: number of the other group; a ``t-subgroup`` is a subgroup of ``true``.

    Raises:
        KeyError: a number is out of range.
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
    """Numbers of all t-subgroup types of a space group, itself included, each with its smallest index."""
    import moyopy

    operations = moyopy.operations_from_number(number, primitive=True)
    smallest: dict[int, int] = {}
    for members in moyopy.enumerate_translationengleiche_subgroups(operations.rotations, operations.translations):
        subgroup = members.representative
        subgroup_number = moyopy.SpaceGroup(subgroup.operations.rotations, subgroup.operations.translations).number
        index = subgroup.translationengleiche_index
        smallest[subgroup_number] = min(index, smallest.get(subgroup_number, index))
    return smallest


def in_words(kinship: Kinship) -> str:
    """A relation to the space group that symmetry analysis finds, for people.

    Returns:
        ``same``, ``enantiomorph``, ``subgroup of index 2``, ``supergroup of index 4``, ``subgroup with another lattice``,
        ``supergroup with another lattice``, ``other``.
    """
    word = "subgroup" if kinship.relation.endswith("subgroup") else "supergroup"
    if kinship.index:
        return f"{word} of index {kinship.index}"
    if kinship.relation.startswith("k-"):
        return f"{word} with another lattice"
    return "other" if kinship.relation == "unrelated" else kinship.relation


@cache
def _all_maximal_subgroups() -> Mapping[int, frozenset[int]]:
    return {
        int(number): frozenset(map(int, subgroups.split())) for number, subgroups in read_rows("maximal_subgroups.tsv")
    }


def _maximal_subgroups(number: int) -> frozenset[int]:
    return _all_maximal_subgroups()[number]
