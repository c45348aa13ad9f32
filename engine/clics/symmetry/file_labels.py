"""Names of orbits by the labels that the file gives to their atoms."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBERED = re.compile(r"^(.*?)(\d+)$")
_COPY = re.compile(r"_\d+$")
MOST = 3
"""Labels of one orbit that are all named; of more, the first and the last are."""


def names_of_orbits(labels: Sequence[str], orbits: Sequence[Sequence[int]]) -> list[str] | None:
    """A name for each orbit: ``Cu1``, ``O1/O2``, ``O1–O8``; or None where the labels of the file do not tell them apart.

    Args:
        labels: Label of each site of the crystal, empty where there is none.
        orbits: Sites of each orbit.
    """
    if not labels:
        return None
    names = [_name(list(dict.fromkeys(labels[site] for site in orbit))) for orbit in orbits]
    return names if all(names) and len(set(names)) == len(names) else None


def _name(labels: list[str]) -> str:
    if not all(labels):
        return ""
    # A file that lists all atoms of the cell numbers the copies of one: O1, O1_2, O1_3.
    labels = list(dict.fromkeys(stem if (stem := _COPY.sub("", label)) in labels else label for label in labels))
    parts = [_NUMBERED.match(label) for label in labels]
    stems = {part[1] for part in parts if part is not None}
    numbers = sorted(int(part[2]) for part in parts if part is not None)
    if len(labels) > 1 and len(stems) == 1 and numbers == list(range(numbers[0], numbers[0] + len(labels))):
        (stem,) = stems
        return f"{stem}{numbers[0]}–{stem}{numbers[-1]}"
    return "/".join(labels) if len(labels) <= MOST else f"{labels[0]}…{labels[-1]}"
