"""Writes the counted vocabulary of a packed data set into ``docs/lab-notebook/datasets.md``, beside Table S1 of the paper.

    python tools/vocabulary_table.py PACKED

Replaces what stands between the two marks in the page; ``-`` as a second argument prints it instead. Beside the paper's six
rows it counts two more from the full patterns, which say what the paper's figures may be compared to.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from clics.concepts.concept import Truth  # noqa: E402 - the checkout need not be installed
from clics.concepts.vocabulary import PAPER_COUNTS  # noqa: E402
from clics.dataset.packed_reader import PackedDataset, load  # noqa: E402

PAGE = ROOT / "docs" / "lab-notebook" / "datasets.md"
BEGIN, END = "<!-- vocabulary: begin -->", "<!-- vocabulary: end -->"
NAMES = {
    "structure_type": "Named crystal structures",
    "space_group": "Space groups",
    "environment": "Local atomic environments",
    "polyhedra": "Connected polyhedra",
    "connection": "Polyhedral connections, without counts",
    "counted": "Polyhedral connections, with counts (the paper's)",
    "pattern": "Full patterns of polyhedral connections",
    "kinds": "Full patterns, as sets of what is shared with what",
}
GROWTH = (5_000, 10_000, 20_000, 40_000, 80_000, 160_000)
_COUNT = re.compile(r"with \w+( \w+)?( equivalent)? \[POLYHEDRA\]")


def clauses(pattern: str) -> tuple[str, list[str]]:
    """``"… form [POLYHEDRA] octahedra that share corners with …, and edges with …."`` → its head and its clauses."""
    head, _, tail = pattern.removesuffix(".").partition(" that share ")
    return head, re.split(r", and | and |, ", tail)


def without_count(clause: str) -> str:
    """``"an edge-edge with one [POLYHEDRA] octahedron"`` and ``"edges with four …"`` → the same words."""
    words = re.sub(r"^an? (\w+)-\w+ ", r"\1s ", clause)
    return re.sub(r"(hedron|s)$", "", _COUNT.sub("with [POLYHEDRA]", words).replace("hedra", "hedron"))


def keys_of(data: PackedDataset) -> list[set[tuple[str, object]]]:
    """For each concept of a data set, the entries (kind, distinguishing feature) that it is counted as."""
    keys: list[set[tuple[str, object]]] = []
    for concept in data.concepts:
        mine: set[tuple[str, object]] = {(concept.kind, concept.phrase)}
        if concept.kind == "pattern" and " that share " in concept.phrase:
            head, parts = clauses(concept.phrase)
            mine |= {("counted", (head, part)) for part in parts}
            mine.add(("kinds", (head, frozenset(map(without_count, parts)))))
        keys.append(mine)
    return keys


def counts(data: PackedDataset, keys: list[set[tuple[str, object]]], rows: Iterable[int]) -> dict[str, Counter[object]]:
    """For each kind, the entries that descriptions of the crystals state, with the number of crystals of each."""
    offsets, ids, truths = (data.arrays[f"concept_{name}"] for name in ("offsets", "ids", "truth"))
    found: dict[str, Counter[object]] = {name: Counter() for name in NAMES}
    for row in rows:
        part = slice(offsets[row], offsets[row + 1])
        stated = ids[part][truths[part] == Truth.STATED].tolist()
        for kind, what in set().union(*(keys[number] for number in stated)):
            found[kind][what] += 1
    return found


def table(data: PackedDataset) -> list[str]:
    """The lines of the section in the page."""
    keys = keys_of(data)
    train = data.rows("train")
    described = train[data.arrays["described"][train] == 1]
    groups = len(np.unique(data.arrays["space_group"][train]))
    whole = counts(data, keys, described)
    paper = {**PAPER_COUNTS, "connection": "—", "counted": PAPER_COUNTS["connection"], "kinds": "—"}
    lines = [
        f"Counted over the {len(described):,} described crystals among {len(train):,} of the training split.",
        "",
        "| concepts | paper (Table S1) | here | in ≥ 2 crystals | in ≥ 10 crystals |",
        "|---|---:|---:|---:|---:|",
    ]
    for kind, name in NAMES.items():
        times = list(whole[kind].values())
        figures = [len(times), sum(n >= 2 for n in times), sum(n >= 10 for n in times)]
        lines.append(f"| {name} | {paper[kind]} | {' | '.join(f'{figure:,}' for figure in figures)} |")
    lines += [
        "",
        f"All {len(train):,} crystals of the split, described or not, have {groups} space groups.",
        "",
        "| described crystals | " + " | ".join(NAMES[kind] for kind in NAMES if whole[kind]) + " |",
        "|---:|" + "---:|" * sum(bool(whole[kind]) for kind in NAMES),
    ]
    for size in [*(n for n in GROWTH if n < len(described)), len(described)]:
        part = counts(data, keys, described[:size])  # rows of a split are in random order
        lines.append(f"| {size:,} | " + " | ".join(f"{len(part[kind]):,}" for kind in NAMES if whole[kind]) + " |")
    return lines


def main() -> None:
    """Run the command."""
    text = "\n".join(table(load(Path(sys.argv[1]))))
    if sys.argv[2:] == ["-"]:
        print(text)
        return
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
