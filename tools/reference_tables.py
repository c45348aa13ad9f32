"""Writes the reference tables of ``engine/clics/data`` from the packages that they come from.

    python tools/reference_tables.py [TABLE ...]

The engine reads its constants from these files, so that it needs none of robocrystallographer, matminer and pymatgen's
prototypes at run time. The same packages give the same bytes. ``engine/clics/data/SOURCES.md`` names the source and the
licence of every table; tests compare the tables with the packages where these are installed.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parent.parent / "engine" / "clics" / "data"

CORRECTIONS = "aflow_corrections.cif"
"""Prototypes whose coordinates are wrong in pymatgen's copy, as they are published."""
TOLERANCE = 1e-4
"""Å; how far the published digits may miss a symmetric position."""

SHORT_OF_UNIQUE_B = range(3, 16)
"""Space groups (monoclinic) of which the symbols of settings with unique axis b are also used without the two ones."""

BY_HAND = {
    9: {"B11n": ["B11n", "Bn"], "I11b": ["I11b", "Ib"]},
    15: {"A112/n": [], "B112/n": ["B2/n"], "I112/a": [], "I112/b": ["I112/b", "I2/b"]},
}
"""Spellings of space groups that are in use, in place of a symbol of spglib's list.

Without blanks, ``A112/n`` and ``I112/a`` are too close to symbols of other groups to be read as these.
"""

BEFORE_1992 = {
    39: "Abm2 Bma2 B2cm C2mb Cm2a Ac2m",
    41: "Aba2 Bba2 B2cb C2cb Cc2a Ac2a",
    64: "Cmca Ccmb Abma Acam Bbcm Bmab",
    67: "Cmma Cmmb Abmm Acmm Bmcm Bmam",
    68: "Ccca Cccb Abaa Acaa Bbab",
}
"""Symbols of the settings of five groups before the glide plane ``e`` was introduced (de Wolff et al., 1992)."""


def space_groups() -> str:
    """Number, symbol, point group and other spellings of the 230 space groups, one a line."""
    import spglib

    lines = ["number\tsymbol\tpoint group\tspellings"]
    for number, settings in _settings(spglib).items():
        standard = settings[0]
        symbol = standard.international_short.replace(" ", "")
        found = [*BEFORE_1992.get(number, "").split(), standard.international_full.replace(" ", "")]
        for setting in settings:
            if number in SHORT_OF_UNIQUE_B and setting.choice.lstrip("-").startswith("a"):
                continue  # with unique axis a: not in use
            for name in (part.split(":")[0].replace(" ", "") for part in setting.international.split("=")):
                found += BY_HAND.get(number, {}).get(name, [name])
                if number in SHORT_OF_UNIQUE_B and setting.choice.lstrip("-").startswith("b") and "1" in name:
                    found.append(_without_ones(name))
        spellings = [name for name in dict.fromkeys(found) if name != symbol]
        lines.append("\t".join([str(number), symbol, standard.pointgroup_international, " ".join(spellings)]))
    return "\n".join(lines) + "\n"


def _without_ones(name: str) -> str:
    """``P12_1/c1`` → ``P2_1/c``."""
    return name[0] + name[2:-1] if name[1] == "1" and name[-1] == "1" else name


def maximal_subgroups() -> str:
    """For each space group the types of its maximal subgroups, by number."""
    from pymatgen.symmetry.groups import SYMM_DATA

    table = SYMM_DATA["maximal_subgroups"]
    lines = ["number\tmaximal subgroups"]
    lines += [f"{number}\t{' '.join(map(str, sorted(set(table[str(number)]))))}" for number in range(1, 231)]
    return "\n".join(lines) + "\n"


def hall_symbols() -> str:
    """Hall symbols of all settings of spglib's list, the settings of one space group a line."""
    import spglib

    lines = ["number\tHall symbols"]
    for number, settings in _settings(spglib).items():
        lines.append(f"{number}\t{'; '.join(dict.fromkeys(setting.hall_symbol for setting in settings))}")
    return "\n".join(lines) + "\n"


def _settings(spglib: Any) -> dict[int, list[Any]]:
    """Spglib's settings by the number of their space group."""
    found: dict[int, list[Any]] = {}
    for hall_number in range(1, 531):
        setting = spglib.get_spacegroup_type(hall_number)
        found.setdefault(setting.number, []).append(setting)
    return found


def site_fingerprint() -> str:
    """The entries of matminer's ``CrystalNNFingerprint_ops`` with the parameters of their order parameters."""
    from matminer.featurizers.site import CrystalNNFingerprint

    featurizer = CrystalNNFingerprint.from_preset("ops", cation_anion=False)
    labels = iter(featurizer.feature_labels())
    entries = []
    for coordination in range(1, max(featurizer.op_types) + 1):
        for operator in featurizer.ops.get(coordination, ()):
            entry: dict[str, Any] = {"label": next(labels), "coordination": coordination}
            if operator != "wt":
                entry["order_parameter"] = operator.get_type(0)
                parameters = operator.get_parameters(0)
                if parameters is not None:
                    entry["parameters"] = {str(name): value for name, value in parameters.items()}
            entries.append(entry)
    return _lines_of_json(entries)


def common_formulas() -> str:
    """Robocrystallographer's formulae in common use, by pymatgen's reduced formula."""
    from robocrys.util import common_formulas as table

    assert not any(mark in text for pair in table.items() for text in pair for mark in "\t\n")
    return "".join(f"{reduced}\t{common}\n" for reduced, common in sorted(table.items()))


def mineral_prototypes() -> str:
    """Robocrystallographer's named prototypes with their structures and fingerprints, in its order.

    Those that it has from the wrong copies of AFLOW prototypes are the corrected ones.
    """
    packed = (files("robocrys.condense") / "mineral_db.json.gz").read_bytes()
    table = json.loads(gzip.decompress(packed))
    corrected = {
        (tags["mineral"], *sorted(copy["symbols"])): {**right, "fingerprint": _fingerprint(right)}
        for tags, copy, right in _aflow_prototypes()
        if right is not None and tags["mineral"]
    }
    entries = []
    for row in (dict(zip(table["columns"], row, strict=True)) for row in table["data"]):
        stored = {**_plain_structure(row["structure"]), "fingerprint": row["fingerprint"]}
        stored = corrected.pop((row["mineral"], *sorted(stored["symbols"])), stored)
        entries.append({"mineral": row["mineral"], "elements": int(row["n_elems"]), **stored})
    assert not corrected, f"robocrystallographer has no {', '.join(name for name, *_ in corrected)}"
    keys = ("mineral", "elements", "lattice", "symbols", "coordinates", "fingerprint")
    return _lines_of_json({key: entry[key] for key in keys} for entry in entries)


def _fingerprint(stored: dict[str, Any]) -> list[float]:
    """Mean and standard deviation over the sites of robocrystallographer's site fingerprint, with 8 decimals."""
    from clics.descriptions.robocrys.crystal_nn import neighbourhoods
    from clics.descriptions.robocrys.fingerprint import site_fingerprints
    from clics.descriptions.robocrys.minerals import structure_fingerprint

    lattice, symbols, coordinates = (stored[key] for key in ("lattice", "symbols", "coordinates"))
    around = neighbourhoods(np.array(lattice), np.mod(coordinates, 1), symbols, range(len(symbols)))
    fingerprint: list[float] = (np.round(structure_fingerprint(site_fingerprints(around)), 8) + 0.0).tolist()
    return fingerprint


def aflow_prototypes() -> str:
    """The prototypes of the AFLOW library that pymatgen ships, in its order; the corrected ones in their places."""
    return _lines_of_json({**tags, **(right or copy)} for tags, copy, right in _aflow_prototypes())


def _aflow_prototypes() -> list[tuple[dict[str, str], dict[str, Any], dict[str, Any] | None]]:
    """Labels and names, pymatgen's structure, and the corrected one (None where none is needed) of each prototype."""
    packed = files("pymatgen.analysis.prototypes").joinpath("aflow_prototypes.json.gz").read_bytes()
    found, corrected = [], corrections()
    labels: Counter[str] = Counter()
    for stored in json.loads(gzip.decompress(packed)):
        tags = {name: str(stored["tags"][name]) for name in ("aflow", "mineral", "strukturbericht", "pearson")}
        label = tags["aflow"]
        labels[label] += 1
        name = label if labels[label] == 1 else f"{label}#{labels[label]}"
        found.append((tags, _plain_structure(stored["snl"]), corrected.pop(name, None)))
    assert not corrected, f"no prototype is called {', '.join(corrected)}"
    return found


def corrections() -> dict[str, dict[str, Any]]:
    """The primitive cells of ``aflow_corrections.cif`` with what was wrong and the source, by the id of the crystal."""
    import gemmi
    from clics.crystals.crystal import Crystal
    from clics.sources.files import read_crystals

    texts = {
        block.name: {
            "correction": _paragraph(block, "_publ_section_comment"),
            "reference": _paragraph(block, "_publ_section_references"),
        }
        for block in gemmi.cif.read(str(FOLDER / CORRECTIONS))
    }
    found = {}
    for crystal in read_crystals([FOLDER / CORRECTIONS], sandboxed=False):
        assert isinstance(crystal, Crystal), crystal.message
        found[crystal.block] = {**_primitive(*crystal.arrays()), **texts[crystal.block]}
    assert found.keys() == texts.keys()
    return found


def _primitive(lattice: Any, numbers: Any, coordinates: Any) -> dict[str, Any]:
    """The primitive cell, idealised by spglib, with 8 decimals."""
    import spglib
    from ase.data import chemical_symbols

    lattice, coordinates, numbers = spglib.find_primitive((lattice, coordinates, numbers), symprec=TOLERANCE)
    order = np.argsort(numbers, kind="stable")
    return {
        "lattice": (np.round(lattice, 8) + 0.0).tolist(),
        "symbols": [chemical_symbols[number] for number in numbers[order]],
        "coordinates": (np.round(coordinates[order] % 1.0, 8) % 1.0).tolist(),
    }


def _paragraph(block: Any, tag: str) -> str:
    """A text field of a CIF block on one line."""
    import gemmi

    return " ".join(gemmi.cif.as_string(block.find_value(tag)).split())


def _plain_structure(stored: dict[str, Any]) -> dict[str, Any]:
    """Lattice vectors as rows in Å (3, 3), element symbols (n,) and fractional coordinates (n, 3) of a pymatgen structure."""
    assert all(len(site["species"]) == 1 and site["species"][0]["occu"] == 1 for site in stored["sites"])
    return {
        "lattice": stored["lattice"]["matrix"],
        "symbols": [site["species"][0]["element"] for site in stored["sites"]],
        "coordinates": [site["abc"] for site in stored["sites"]],
    }


def _lines_of_json(entries: Any) -> str:
    return "".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n" for entry in entries)


TABLES: dict[str, Callable[[], str]] = {
    "space_groups.tsv": space_groups,
    "maximal_subgroups.tsv": maximal_subgroups,
    "hall_symbols.tsv": hall_symbols,
    "site_fingerprint.jsonl": site_fingerprint,
    "common_formulas.tsv.gz": common_formulas,
    "mineral_prototypes.jsonl.gz": mineral_prototypes,
    "aflow_prototypes.jsonl.gz": aflow_prototypes,
}


def main() -> None:
    """Command line."""
    for name in sys.argv[1:] or TABLES:
        content = TABLES[name]().encode()
        if name.endswith(".gz"):
            content = gzip.compress(content, 9, mtime=0)
        (FOLDER / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
