"""Makes the golden outputs in ``tests/data/golden/`` again: run it only on purpose.

The files say how the program answered with the released model. A change of the program that moves an answer is a fault
until it is intended, as that by a new released model is; then, and only then:  python -m tests.compat.make_golden

``--crystals`` chooses the thirty crystals of the starter library anew, too. Look at what ``git diff --stat`` says
afterwards, and tell in the commit why answers have moved.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from . import golden
from .cli import run_cli, run_several

_OF_SYSTEM = {
    "triclinic": 3, "monoclinic": 5, "orthorhombic": 5, "tetragonal": 4, "trigonal": 4, "hexagonal": 4, "cubic": 5,
}  # fmt: skip
_MOST_SITES = 30


def main() -> None:
    """Make all files."""
    golden.GOLDEN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "--crystals" in sys.argv or not (golden.GOLDEN / golden.STARTERS).exists():
            choose_crystals(folder)
        place = golden.make_workplace(folder / "work")
        golden.save("analyse", [run_cli(*golden.ANALYSE, cwd=place)])
        for set_name, answers in golden.split(run_several(golden.several(), place, golden.library_file())).items():
            golden.save(set_name, answers)
    write("fingerprints.json", golden.fingerprints())
    write("made_with.json", golden.made_with())


def choose_crystals(folder: Path) -> None:
    """Write thirty crystals, of every crystal system from the smallest cell to the largest, as one CIF."""
    (listed, _) = run_several(
        [("library", "list", "--json"), ("library", "export", "all", "--format", "cif", "--where", "ordered:yes")],
        folder,
        golden.library_file(),
    )
    with (folder / "all" / "index.csv").open(encoding="utf-8-sig", newline="") as index:
        files = {row["id"]: row["file"] for row in csv.DictReader(index)}
    by_system: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in json.loads(listed["out"]):
        if row["sites"] <= _MOST_SITES and row["undescribed"] is None:
            by_system[row["crystal_system"]].append((row["sites"], row["id"]))
    texts = []
    for system, count in _OF_SYSTEM.items():
        rows = sorted(by_system[system])
        for place in range(count):
            _, crystal_id = rows[round(place * (len(rows) - 1) / (count - 1))]
            text = (folder / "all" / files[crystal_id]).read_text(encoding="utf-8")
            block = re.sub(r"[^A-Za-z0-9_]", "_", crystal_id)
            texts.append(re.sub(r"(?m)^data_.*$", f"data_{block}", text, count=1))
    path = golden.GOLDEN / golden.STARTERS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(texts), encoding="utf-8")


def write(name: str, data: dict[str, Any]) -> None:
    """Write a small file that people may read."""
    (golden.GOLDEN / name).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
