"""Robocrystallographer texts for these tests: the paper's two worked examples, and real ones beside the checkout."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "mp"

needs_shared = pytest.mark.skipif(
    not (SHARED / "descriptions-val.jsonl.gz").is_file(), reason="the shared descriptions are not beside the checkout"
)


@cache
def described(part: str) -> tuple[dict[str, Any], ...]:
    """The lines of ``descriptions-<part>.jsonl.gz`` that have a text."""
    with gzip.open(SHARED / f"descriptions-{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(row for row in map(json.loads, lines) if row.get("text"))


SROSO3 = (
    "SrOsO3 is Orthorhombic Perovskite structured and crystallizes in the orthorhombic Pnma space group. Sr(1) is "
    "bonded in a 9-coordinate geometry to three equivalent O(1) and six equivalent O(2) atoms. There are a spread "
    "of Sr(1)-O(1) bond distances ranging from 2.46-2.99 Å. There are a spread of Sr(1)-O(2) bond distances "
    "ranging from 2.49-2.80 Å. Os(1) is bonded to two equivalent O(1) and four equivalent O(2) atoms to form "
    "corner-sharing OsO6 octahedra. The corner-sharing octahedral tilt angles are 22°. Both Os(1)-O(1) bond "
    "lengths are 2.03 Å. All Os(1)-O(2) bond lengths are 2.02 Å. There are two inequivalent O sites. In the first "
    "O site, O(1) is bonded in a 4-coordinate geometry to three equivalent Sr(1) and two equivalent Os(1) atoms. "
    "In the second O site, O(2) is bonded in a 5-coordinate geometry to three equivalent Sr(1) and two equivalent "
    "Os(1) atoms."
)
SROSO3_MASKED = (
    "This material crystallizes in Pnma space group. This material has Orthorhombic Perovskite crystal structure. "
    "[METAL] is bonded in a nine coordinate geometry to three equivalent [NONMETAL] and six equivalent [NONMETAL] "
    "atoms. [METAL] is bonded to two equivalent [NONMETAL] and four equivalent [NONMETAL] atoms to form corner "
    "sharing [POLYHEDRA] octahedra. In the first [NONMETAL] site, [NONMETAL] is bonded in a four coordinate "
    "geometry to three equivalent [METAL] and two equivalent [METAL] atoms. In the second [NONMETAL] site, "
    "[NONMETAL] is bonded in a five coordinate geometry to three equivalent [METAL] and two equivalent [METAL] "
    "atoms."
)
YBSCBO3 = (
    "YbSc(BO3)2 is Calcite-derived structured and crystallizes in the trigonal R-3 space group. Yb(1) is bonded to "
    "six equivalent O(1) atoms to form YbO6 octahedra that share corners with six equivalent Sc(1)O6 octahedra. "
    "The corner-sharing octahedral tilt angles are 58°. All Yb(1)-O(1) bond lengths are 2.36 Å. Sc(1) is bonded to "
    "six equivalent O(1) atoms to form ScO6 octahedra that share corners with six equivalent Yb(1)O6 octahedra. "
    "The corner-sharing octahedral tilt angles are 58°. All Sc(1)-O(1) bond lengths are 2.13 Å. B(1) is bonded in "
    "a trigonal planar geometry to three equivalent O(1) atoms. All B(1)-O(1) bond lengths are 1.38 Å. O(1) is "
    "bonded in a distorted trigonal planar geometry to one Yb(1), one Sc(1), and one B(1) atom."
)
YBSCBO3_MASKED = (
    "This material crystallizes in R-3 space group. This material has Calcite-derived crystal structure. [METAL] "
    "is bonded to six equivalent [NONMETAL] atoms to form [POLYHEDRA] octahedra that share corners with six "
    "equivalent [POLYHEDRA] octahedra. [METAL] is bonded to six equivalent [NONMETAL] atoms to form [POLYHEDRA] "
    "octahedra that share corners with six equivalent [POLYHEDRA] octahedra. [METALLOID] is bonded in a trigonal "
    "planar geometry to three equivalent [NONMETAL] atoms. [NONMETAL] is bonded in a distorted trigonal planar "
    "geometry to one [METAL], one [METAL], and one [METALLOID] atom."
)
FETA2O6 = (
    "FeTa2O6 crystallizes in the tetragonal P4_2/mnm space group. Ta(1) is bonded to two equivalent O(1) and four "
    "equivalent O(2) atoms to form TaO6 octahedra that share corners with four equivalent Ta(1)O6 octahedra, "
    "corners with four equivalent Fe(1)O6 octahedra,  an edgeedge with one Ta(1)O6 octahedra, and  an edgeedge "
    "with one Fe(1)O6 octahedra. Fe(1) is bonded to two equivalent O(1) and four equivalent O(2) atoms to form "
    "FeO6 octahedra that share corners with eight equivalent Ta(1)O6 octahedra and edges with two equivalent "
    "Ta(1)O6 octahedra. O(1) is bonded in a distorted T-shaped geometry to two equivalent Ta(1) and one Fe(1) "
    "atom. O(2) is bonded in a distorted trigonal planar geometry to two equivalent Ta(1) and one Fe(1) atom."
)
"""The paper's Table 4."""
TMCO4 = (
    "TmCO4 crystallizes in the tetragonal P4_2/nmc space group. Tm(1) is bonded to two equivalent O(1), two "
    "equivalent O(2), and four equivalent O(3) atoms to form a mixture of distorted corner and edge-sharing TmO8 "
    "hexagonal bipyramids. C(1) is bonded in a trigonal planar geometry to one O(2) and two equivalent O(3) atoms. "
    "O(1) is bonded in a 3-coordinate geometry to two equivalent Tm(1) and one C(1) atom. O(2) is bonded in a bent "
    "150 degrees geometry to two equivalent Tm(1) atoms. O(3) is bonded in a distorted single-bond geometry to two "
    "equivalent Tm(1) and one C(1) atom."
)
"""The paper's Table S5."""
