"""Commands of the golden outputs, the folder they run in, and the fingerprints of the files that ship."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Any

from clics import paths as places

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "golden"
LIBRARY_FILE = "starter.clics"
"""The name of the starter library in the folder in which the commands run."""
STARTERS = "crystals/starter-30.cif"
"""Thirty crystals of the starter library of all systems, of 1 to 30 sites; each block is named by its id in the library."""

EXAMPLES = (
    "caco3-calcite", "catio3-perovskite", "fe-ni-taenite", "mgal2o4-spinel", "prvo4-zircon", "rutile", "sio2-quartz",
    "srtio3-perovskite", "titania-polymorphs",
)  # fmt: skip
_FILES = (*(f"examples/{name}.cif" for name in EXAMPLES), STARTERS)

ANALYSE = ("analyse", *_FILES, "--json")
DESCRIBE = ("describe", *_FILES, "--json")
LIBRARY = (
    ("library", "list", "--library", LIBRARY_FILE, "--json"),
    ("library", "info", "--library", LIBRARY_FILE, "--json"),
)
SEARCHES = tuple(
    ("search", *arguments, "--json")
    for arguments in (
        ("Fm-3m",),
        ("tetrahedral geometry",),
        ("corner-sharing octahedra", "--top", "15"),
        ("spinel",),
        ("metal in an octahedral geometry, nonmetal in a trigonal planar geometry",),
        ("edge-sharing octahedra", "--must", "tetragonal", "--must-not", "corner-sharing octahedra", "--top", "5"),
        ("hexagonal layers", "--where", "nsites<8 system:hexagonal,trigonal"),
        ("P6_3/mmc", "--where", "elements:S", "--facts-first", "--top", "12"),
        ("blubb of an unheard kind",),
        ("square planar", "--where", "-elements:O", "--top", "3"),
    )
)
SIMILAR = tuple(
    ("similar", *arguments, "--json")
    for arguments in (
        ("examples/caco3-calcite.cif",),
        ("examples/catio3-perovskite.cif", "--exact"),
        ("examples/fe-ni-taenite.cif",),
        ("examples/mgal2o4-spinel.cif", "--but", "corner-sharing octahedra", "--weight", "0.3"),
        ("examples/prvo4-zircon.cif", "--top", "4"),
        ("examples/rutile.cif", "--exact", "--top", "6"),
        ("examples/sio2-quartz.cif", "--where", "nsites<10"),
        ("examples/srtio3-perovskite.cif", "--but", "layers"),
        ("examples/titania-polymorphs.cif",),
        ("examples/titania-polymorphs.cif", "--block", "rutile"),
        ("examples/titania-polymorphs.cif", "--block", "anatase", "--exact"),
        ("examples/titania-polymorphs.cif", "--block", "brookite"),
    )
)
CHOSEN = (0, 7, 13, 19, 26)
"""Places among the thirty crystals of those whose likes are looked for."""
OF_LIBRARY = "AB2_tI6_139_a_e"


def similar_to_starters() -> tuple[tuple[str, ...], ...]:
    """The commands that look for crystals like five of the thirty, and like one that is named by its id."""
    lines = (GOLDEN / STARTERS).read_text(encoding="utf-8").splitlines()
    blocks = [line.removeprefix("data_") for line in lines if line.startswith("data_")]
    first, second, third, fourth, fifth = (blocks[place] for place in CHOSEN)
    return (
        ("similar", STARTERS, "--block", first, "--json"),
        ("similar", STARTERS, "--block", second, "--exact", "--json"),
        ("similar", STARTERS, "--block", third, "--top", "20", "--json"),
        ("similar", STARTERS, "--block", fourth, "--but", "edge-sharing octahedra", "--json"),
        ("similar", "--id", OF_LIBRARY, "--json"),
        ("similar", STARTERS, "--block", fifth, "--exact", "--where", "nsites<=12", "--json"),
    )


def several() -> list[tuple[str, ...]]:
    """The commands that one process runs: all but ``analyse``."""
    return [DESCRIBE, *LIBRARY, *SEARCHES, *SIMILAR, *similar_to_starters()]


def split(answers: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Their answers by the first word of the command: a golden file each."""
    found: dict[str, list[dict[str, Any]]] = {}
    for answer in answers:
        found.setdefault(answer["arguments"][0], []).append(answer)
    return found


def library_file() -> Path:
    """The starter library that ships."""
    return places.starter_library()


def make_workplace(folder: Path) -> Path:
    """A folder with the files that the commands name."""
    shutil.copytree(places.resources() / "examples", folder / "examples")
    shutil.copytree(GOLDEN / "crystals", folder / "crystals")
    shutil.copyfile(library_file(), folder / LIBRARY_FILE)
    return folder


def save(name: str, answers: list[dict[str, Any]]) -> None:
    """Write answers of commands; the same answers give the same bytes."""
    data = json.dumps(answers, ensure_ascii=False, indent=0).encode()
    (GOLDEN / f"{name}.json.gz").write_bytes(gzip.compress(data, 9, mtime=0))


def load(name: str) -> list[dict[str, Any]]:
    """The answers that are kept."""
    found: list[dict[str, Any]] = json.loads(gzip.decompress((GOLDEN / f"{name}.json.gz").read_bytes()))
    return found


def read(name: str) -> dict[str, Any]:
    """A small golden file that is not packed."""
    found: dict[str, Any] = json.loads((GOLDEN / name).read_text(encoding="utf-8"))
    return found


def fingerprints() -> dict[str, Any]:
    """Names and hashes of the released model, and of all that the starter library stores."""
    folder = places.model_folder()
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tensors = sorted((*folder.glob("*.safetensors"), folder / "tokenizer.json", *folder.glob("vocabulary.json*")))
    return {
        "model": {
            "fingerprint": config["fingerprint"],
            "likeness": config["likeness"],
            "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tensors},
        },
        "library": stored_in(library_file()),
    }


_ROWS = {
    "ids": "SELECT id FROM crystal ORDER BY key",
    "crystals": "SELECT id, given_id, structure_hash, formula, anonymous_formula, elements, element_count, sites, ordered, "
    "space_group, space_group_symbol, crystal_system, dimensionality, mineral, undescribed, named FROM crystal ORDER BY key",
    "facts": "SELECT id, kind, phrase, truth FROM fact JOIN concept ON concept.key = concept JOIN crystal ON "
    "crystal.key = crystal ORDER BY id, kind, phrase",
    "vectors": "SELECT id, fingerprint, dimensions, data, reason FROM vector JOIN model ON model.key = model JOIN crystal ON "
    "crystal.key = crystal ORDER BY fingerprint, id",
}


def stored_in(library: Path) -> dict[str, Any]:
    """Counts and hashes of the rows of a library file, and the names of its spaces; read without the program's help."""
    with sqlite3.connect(f"{library.as_uri()}?mode=ro&immutable=1", uri=True) as connection:
        found: dict[str, Any] = {
            "spaces": [list(row) for row in connection.execute("SELECT fingerprint, dimensions FROM model ORDER BY 1")]
        }
        for name, sql in _ROWS.items():
            hashed, count = hashlib.sha256(), 0
            for row in connection.execute(sql):
                hashed.update(repr(row).encode())
                count += 1
            found[name] = {"rows": count, "sha256": hashed.hexdigest()}
    connection.close()
    return found


def made_with() -> dict[str, str]:
    """Versions that decide the last digit of a score: numerical packages and the kind of processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    kind = sorted({line for line in lines if line.startswith(("model name", "flags"))})
    packages = {name: version(name) for name in ("torch", "numpy", "scipy", "faiss-cpu", "spglib")}
    return {**packages, "processor": hashlib.sha256("\n".join(kind).encode()).hexdigest()[:12]}
