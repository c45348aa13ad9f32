"""Small files in the manner of real programs, each with its right answer (tests/data/dialects, written by make.py there).

Right answers of crystals are those of gemmi and spglib; a block that cannot be decided has the kind of its refusal.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spglib
from clics.crystals.crystal import Crystal, Refusal
from clics.sources.files import read_crystals
from pymatgen.core import Composition

DIALECTS = Path(__file__).parents[2] / "data" / "dialects"


def entries() -> Iterator[tuple[dict[str, Any], str]]:
    for path in sorted(DIALECTS.glob("*.txt")):
        for part in path.read_text(encoding="utf-8").split("#### ")[1:]:
            head, _, text = part.partition("\n")
            yield json.loads(head), text


ENTRIES = list(entries())


def test_every_kind_has_three_files_or_more() -> None:
    kinds = Counter(right["kind"] for right, _ in ENTRIES)
    assert sum(kinds.values()) >= 120
    assert len({right["name"] for right, _ in ENTRIES}) == len(ENTRIES)
    assert {kind: count for kind, count in kinds.items() if count < 3} == {}


@pytest.mark.parametrize(("right", "text"), ENTRIES, ids=[right["name"] for right, _ in ENTRIES])
def test_dialect(right: dict[str, Any], text: str, tmp_path: Path) -> None:
    path = tmp_path / right["name"]
    path.write_text(text, encoding="utf-8")
    found = list(read_crystals([path], sandboxed=False))
    assert len(found) == right.get("blocks", 1)
    for entry in found:
        said = entry.message if isinstance(entry, Refusal) else " ".join(entry.provenance.get("warnings", []))
        assert [words for words in right.get("says", []) if words not in said] == [], said
        if "refused" in right:
            assert isinstance(entry, Refusal), entry
            assert entry.kind == right["refused"], said
            assert ("breaks off" in said) == (entry.kind == "truncated")
        else:
            assert isinstance(entry, Crystal), entry
            check_crystal(entry, right)
            assert ("contradiction in the" in said) == right.get("contradicts", False), said


def check_crystal(crystal: Crystal, right: dict[str, Any]) -> None:
    structure = crystal.structure
    found, stated = (
        composition.get_el_amt_dict() for composition in (structure.composition, Composition(right["formula"]))
    )
    units = sum(found.values()) / sum(stated.values())
    assert found == pytest.approx({element: amount * units for element, amount in stated.items()}, rel=1e-3)
    assert len(structure) == right["sites"]
    kinds = sorted({site.species_string for site in structure})
    cell = (structure.lattice.matrix, structure.frac_coords, [kinds.index(site.species_string) for site in structure])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert spglib.get_symmetry_dataset(cell, symprec=0.01).number == right["group"]
    distances = np.concatenate([structure.get_neighbor_list(reach)[3] for reach in (2.5, 5.0)])
    assert min(distances[distances > 1e-3]) == pytest.approx(right["shortest"], abs=0.01)
