"""The 288 prototypes of the AFLOW library that pymatgen ships.

Mehl et al., Comput. Mater. Sci. 136, S1 (2017), doi:10.1016/j.commatsci.2017.01.017.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clics.crystals.crystal import Crystal, Refusal
from clics.data import read_json_lines
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.readers.record import Record

COUNT = 288
SOURCE = "AFLOW library of crystallographic prototypes"
ATTRIBUTION = (
    "AFLOW library of crystallographic prototypes: M. J. Mehl et al., Comput. Mater. Sci. 136, S1 (2017), "
    "doi 10.1016/j.commatsci.2017.01.017; as distributed with pymatgen (MIT licence)."
)


@dataclass(frozen=True, slots=True)
class PrototypeSource:
    """The prototypes as a :class:`~clics.sources.crystal_source.CrystalSource`."""

    title: str = SOURCE
    attribution: str = ATTRIBUTION

    def crystals(
        self, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
    ) -> Iterator[Crystal | Refusal]:
        """All prototypes (:func:`aflow_prototypes`)."""
        for done, crystal in enumerate(aflow_prototypes()):
            if cancel is not None:
                cancel.check()
            progress(Progress(done, COUNT, crystal.id))
            yield crystal


def aflow_prototypes() -> Iterator[Crystal]:
    """All prototypes in the order of pymatgen's file (``clics/data``), neutral elements, primitive cells as given.

    ``id`` is the AFLOW label (``AB_cF8_225_a_b``), with ``#2`` and so on where one label has several structures;
    ``provenance`` has ``mineral``, ``prototype`` (the label), ``strukturbericht`` ("" if none) and ``pearson``; for
    crystals that pymatgen's file has with wrong coordinates (``clics/data/aflow_corrections.cif``) also
    ``correction`` (what was wrong) and ``reference`` (where the structure was published).
    """
    seen: dict[str, int] = {}
    for entry in read_json_lines("aflow_prototypes.jsonl.gz"):
        label = str(entry["aflow"])
        seen[label] = seen.get(label, 0) + 1
        name = label if seen[label] == 1 else f"{label}#{seen[label]}"
        sites = [[(symbol, 1.0)] for symbol in entry["symbols"]]
        record = Record(entry["lattice"], sites, entry["coordinates"], name=name)
        strukturbericht = str(entry["strukturbericht"])
        record.provenance = {
            "mineral": str(entry["mineral"]), "prototype": label, "pearson": str(entry["pearson"]),
            "strukturbericht": "" if strukturbericht == "None" else strukturbericht,
        }  # fmt: skip
        record.provenance |= {name: str(entry[name]) for name in ("correction", "reference") if name in entry}
        yield record.crystal(name, SOURCE, "")
