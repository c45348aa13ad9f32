"""The 288 prototypes of the AFLOW library that pymatgen ships.

Mehl et al., Comput. Mater. Sci. 136, S1 (2017), doi:10.1016/j.commatsci.2017.01.017.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from importlib.resources import files

from clics.crystals.crystal import Crystal
from clics.readers.json_structures import read_structure

SOURCE = "AFLOW library of crystallographic prototypes"
ATTRIBUTION = (
    "AFLOW library of crystallographic prototypes: M. J. Mehl et al., Comput. Mater. Sci. 136, S1 (2017), "
    "doi 10.1016/j.commatsci.2017.01.017; as distributed with pymatgen (MIT licence)."
)


def aflow_prototypes() -> Iterator[Crystal]:
    """All prototypes in the order of pymatgen's file, neutral elements, primitive cells as given.

    ``id`` is the AFLOW label (``AB_cF8_225_a_b``), with ``#2`` and so on where one label has several structures;
    ``provenance`` has ``mineral``, ``prototype`` (the label), ``strukturbericht`` ("" if none) and ``pearson``.
    """
    packed = files("pymatgen.analysis.prototypes").joinpath("aflow_prototypes.json.gz").read_bytes()
    seen: dict[str, int] = {}
    for entry in json.loads(gzip.decompress(packed)):
        tags = entry["tags"]
        label = str(tags["aflow"])
        seen[label] = seen.get(label, 0) + 1
        name = label if seen[label] == 1 else f"{label}#{seen[label]}"
        record = read_structure(entry["snl"], name=name, alone=True, where=f"AFLOW prototype {name}")
        strukturbericht = str(tags["strukturbericht"])
        record.provenance = {
            "mineral": str(tags["mineral"]), "prototype": label, "pearson": str(tags["pearson"]),
            "strukturbericht": "" if strukturbericht == "None" else strukturbericht,
        }  # fmt: skip
        yield record.crystal(name, SOURCE, "")
