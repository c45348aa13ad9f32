"""Times and memory of a large library, beside a flat scan of its vectors by faiss in the same run.

    python -m benchmarks.large_libraries LIBRARY [--runs 9] [--only searches,commands,adding]

LIBRARY is one of ``benchmarks.synthetic_library``; its arrays are prepared first, as an addition does. One thread. Times are
processor seconds of this process, the median of several runs: other work on the machine changes them less than the clock.
Every run of a search asks for another phrase, filter or crystal, so that nothing but the arrays is warm.

- *searches*: ``Session.search`` and ``similar``; beside them the scan that faiss's exhaustive index makes for 1,000
  neighbours of one vector (``IndexFlatIP``), and the ranking by float32 of all vectors, with which the hits of the scan by
  bytes are compared.
- *commands*: the first search of a process, and the list, figures, table and map of the library, each in a process of its
  own: processor seconds with and without those of the imports, largest resident memory.
- *adding*: what the next search pays after 100 crystals are added, and after 100 are removed; LIBRARY is copied for it.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from clics.library.encoder_protocol import space_of_crystals
from clics.library.index import index_of
from clics.retrieval.prepare import prepare_searches
from clics.session import Session
from numpy.typing import NDArray

PHRASES = (
    "corner-sharing octahedra", "edge-sharing octahedra", "square planar", "tetrahedral", "face-sharing octahedra",
    "trigonal bipyramidal", "12-coordinate cuboctahedra", "see-saw", "corner-sharing tetrahedra",
)  # fmt: skip
FILTERS = (
    "elements:Li,O nsites<40", "elements:Fe,S nsites<30", "elements:Mg,Si nsites<60", "elements:Na,P nsites<50",
    "elements:K,F nsites<20", "elements:Ca,N nsites<40", "elements:Ti,O nsites<12", "elements:Al,O nsites<44",
    "elements:Mn,O nsites<24",
)  # fmt: skip
PAIRS = (
    ("tetrahedral", "face-sharing"), ("octahedral", "square planar"), ("trigonal planar", "tetrahedral"),
    ("cuboctahedra", "tetrahedral"), ("edge-sharing", "linear"), ("octahedra", "12-coordinate"),
    ("tetrahedra", "octahedra"), ("water-like", "octahedral"), ("bent 120 degrees", "tetrahedral"),
)  # fmt: skip
FIRST = "import resource, sys; from clics.session import Session; s = Session(library=sys.argv[1]); "
COMMANDS = {
    "first search": (FIRST, "s.search('corner-sharing octahedra', top=100)"),
    "first search, without torch": (f"import torch; {FIRST}", "s.search('corner-sharing octahedra', top=100)"),
    "first page of the list": (FIRST, "[*s.library.iter_rows(limit=50)]"),
    "all rows": (FIRST, "sum(1 for _ in s.library.iter_rows())"),
    "all rows, by formula": (FIRST, "sum(1 for _ in s.library.iter_rows(order='formula'))"),
    "info": (FIRST, "s.library.info()"),
    "table as CSV": (FIRST, "s.library.export(sys.argv[2] + '/table.csv')"),
    "crystals as JSON lines, cubic ones": (FIRST, "s.library.export(sys.argv[2] + '/c.jsonl', where='system:cubic')"),
    "map": (FIRST, "s.maps.draw()"),
}
"""Command → what prepares it, what is measured."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--only", default="searches,commands,adding")
    args = parser.parse_args()
    parts = {"searches": _searches, "commands": _commands, "adding": _adding}
    for part in args.only.split(","):
        parts[part](args.library, args.runs)


def _median(run: Callable[[int], object], runs: int) -> str:
    times = []
    for number in range(runs):
        begin = time.process_time()
        run(number)
        times.append(1e3 * (time.process_time() - begin))
    return f"{statistics.median(times):8.1f} ms   ({min(times):.1f} to {max(times):.1f})"


def _show(name: str, figure: str) -> None:
    print(f"{name:44s} {figure}", flush=True)


def _memory() -> float:
    """Largest resident memory so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _searches(path: Path, runs: int) -> None:
    with Session(library=path) as session:
        library, encoder = session._state.library(), session.encoder
        begin = time.process_time()
        prepare_searches(library, encoder)
        _show("arrays made or opened, sites prepared", f"{time.process_time() - begin:8.1f} s")
        ids = [row.id for row in library.rows(limit=10 * runs)][::10]
        index = index_of(library, encoder.fingerprint, encoder.dimensions)
        vectors = np.concatenate([rows for _, rows in library.vectors(encoder.fingerprint, encoder.dimensions)])
        queries = _queries(vectors, runs)
        _scans(index, vectors, queries)
        del vectors
        session.similar(id=ids[-1])
        for name, run in _cases(session, ids).items():
            run(0)  # imports
            _show(name, _median(run, runs))
        _show("largest memory of this process, vectors twice", f"{_memory():8.0f} MB")
        _show("vectors of the structural space", str(len(index_of(library, *space_of_crystals(encoder)))))


def _cases(session: Session, ids: Sequence[str]) -> dict[str, Callable[[int], object]]:
    def search(i: int, **options: Any) -> object:
        return session.search(PHRASES[i % len(PHRASES)], **{"top": 100, **options})

    return {
        "phrase, top 100": search,
        "phrase, top 100, elements and sites": lambda i: search(i, where=FILTERS[i % len(FILTERS)]),
        "phrase, top 100, must and must not": lambda i: search(
            i, must=[PAIRS[i % len(PAIRS)][0]], must_not=[PAIRS[i % len(PAIRS)][1]]
        ),
        "phrase, top 1000": lambda i: search(i, top=1000),
        "similar, top 10": lambda i: session.similar(id=ids[i]),
        "similar, top 100": lambda i: session.similar(id=ids[i], top=100),
    }


def _queries(vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Unit vectors off the cloud of the crystals, as phrases are."""
    random = np.random.default_rng(1)
    moved = vectors[random.integers(len(vectors), size=count)]
    moved = moved + np.float32(0.08) * random.standard_normal(moved.shape, dtype=np.float32)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)


def _scans(index: Any, vectors: NDArray[np.float32], queries: NDArray[np.float32]) -> None:
    import faiss

    faiss.omp_set_num_threads(1)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    _show("faiss flat, 1000 nearest", _median(lambda i: flat.search(queries[i][None], 1000), len(queries)))
    _show("ours, 1000 nearest", _median(lambda i: index.nearest(queries[i], 1000), len(queries)))
    same = []
    for query in queries:
        _, rows = flat.search(query[None], 1000)
        same.append(len(set(index.keys[rows[0]].tolist()) & {key for key, _ in index.nearest(query, 1000)}))
    _show("of 1000 nearest the same", f"{min(same)} at least")


def _commands(path: Path, runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, (prepared, measured) in COMMANDS.items():
            code = (
                f"import time; {prepared}b = time.process_time(); {measured}; "
                "u = resource.getrusage(resource.RUSAGE_SELF); "
                "print(time.process_time() - b, time.process_time(), u.ru_maxrss / 1024)"
            )
            best = []
            for _ in range(min(runs, 2)):
                done = subprocess.run(
                    [sys.executable, "-W", "ignore", "-c", code, str(path), folder],
                    capture_output=True, text=True, check=True, env=os.environ,
                )  # fmt: skip
                best.append([float(number) for number in done.stdout.split()[-3:]])
            own, total, memory = min(best)
            _show(name, f"{own:8.2f} s    ({total:.2f} s with all imports, {memory:.0f} MB)")


def _adding(path: Path, runs: int) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder) / "copy.clics"
        shutil.copyfile(path, copy)
        with Session(library=copy) as session:
            prepare_searches(session._state.library(), session.encoder)
            session.search(PHRASES[0])
            crystals = [session.library.crystal(row.id) for row in session.library.iter_rows(limit=100)]
            for crystal in crystals:
                crystal.structure.scale_lattice(1.01 * crystal.structure.volume)
            session.library.add(crystals)
            _show("search after adding 100", _median(lambda i: session.search(PHRASES[i]), 1))
            session.library.remove(where="nsites:1 sg:225")
            _show("search after removing some", _median(lambda i: session.search(PHRASES[i + 1]), 1))
            _show("search after that", _median(lambda i: session.search(PHRASES[i + 2]), 1))


if __name__ == "__main__":
    main()
