"""Real crystals for the tests: the AFLOW prototypes that pymatgen ships, smallest cells first."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

import pymatgen.analysis.prototypes
from clics.crystals.crystal import Crystal
from pymatgen.core import Structure

_FILE = Path(pymatgen.analysis.prototypes.__file__).parent / "aflow_prototypes.json.gz"


@cache
def prototypes(count: int, max_sites: int = 12) -> tuple[Crystal, ...]:
    """``count`` prototypes of at most ``max_sites`` sites, with ids of their own, in the order of the file."""
    found: list[Crystal] = []
    for number, entry in enumerate(json.loads(gzip.decompress(_FILE.read_bytes()))):
        structure = Structure.from_dict(entry["snl"]) if isinstance(entry["snl"], dict) else entry["snl"]
        if len(structure) <= max_sites:
            name = entry["tags"]["mineral"]
            found.append(Crystal(f"aflow-{number}", structure, "aflow", "", {"mineral": name}))
        if len(found) == count:
            break
    return tuple(found)
