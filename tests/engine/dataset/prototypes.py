"""Real crystals for these tests: small AFLOW prototypes that pymatgen ships, as JSON lines."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from pymatgen.core import Structure


@cache
def small_prototypes(max_sites: int = 6) -> tuple[Structure, ...]:
    from pymatgen.analysis.prototypes import AFLOW_PROTOTYPE_LIBRARY

    structures = (entry["snl"].structure for entry in AFLOW_PROTOTYPE_LIBRARY)
    return tuple(s for s in structures if s.is_ordered and s.n_elems > 1 and len(s) <= max_sites)


def json_line(identifier: str, structure: Structure) -> str:
    return json.dumps(
        {
            "id": identifier,
            "formula": structure.composition.reduced_formula,
            "lattice": structure.lattice.matrix.round(6).tolist(),
            "species": [site.specie.symbol for site in structure],
            "frac_coords": structure.frac_coords.round(6).tolist(),
        }
    )


def write_prototypes(path: Path, count: int, start: int = 0) -> list[Structure]:
    chosen = list(small_prototypes()[start : start + count])
    lines = [json_line(f"proto-{start + i}", structure) for i, structure in enumerate(chosen)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return chosen
