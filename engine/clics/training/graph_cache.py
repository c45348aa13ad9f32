"""The graphs of a data set, built once in parallel and kept as flat arrays beside it."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clics.dataset.packed_reader import PackedDataset
from clics.errors import CrystalError
from clics.model import channels
from clics.model.graph import CrystalGraph, GraphSettings, build_graph
from clics.model.reflections import REFLECTIONS
from clics.progress import CancelToken, Progress, ProgressCallback, silent

_PER_ATOM = ("numbers", "multiplicity", "atom_channels", "edge_counts")
_PER_EDGE = ("neighbours", "vectors", "weights", "moments", "edge_channels")
_PER_CRYSTAL = ("crystal_channels", "reflections")
_CHUNK = 500
SITE_ORBIT = "kind_of_atom"
"""The array's name in files, unchanged since version 0.1."""
FORMAT = 3


@dataclass(frozen=True)
class GraphStore:
    """Graphs of the rows ``rows`` of a data set, as flat (memory-mapped) arrays; those that failed have no atoms."""

    rows: NDArray[np.int64]
    arrays: dict[str, NDArray[np.generic]]
    atom_offsets: NDArray[np.int64]
    edge_offsets: NDArray[np.int64]
    given_offsets: NDArray[np.int64]
    """Into ``site_orbit``: where the atoms of each crystal as it was given begin."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def kinds(self) -> NDArray[np.int64]:
        """Kinds of atoms (len,) of each graph; 0 where none could be built."""
        return np.diff(self.atom_offsets)

    def graph(self, place: int) -> CrystalGraph:
        """The graph at ``place`` (not the row of the data set)."""
        a = slice(*self.atom_offsets[place : place + 2])
        e = slice(*self.edge_offsets[place : place + 2])
        data = self.arrays
        counts = data["edge_counts"][a].astype(np.int64)
        return CrystalGraph(
            numbers=data["numbers"][a].astype(np.int64),
            multiplicity=data["multiplicity"][a].astype(np.int64),
            edge_offsets=np.concatenate([[0], np.cumsum(counts)]),
            neighbours=data["neighbours"][e].astype(np.int64),
            vectors=data["vectors"][e].astype(np.float32),
            weights=data["weights"][e].astype(np.float32),
            moments=data["moments"][e].astype(np.float32),
            atom_channels=data["atom_channels"][a].astype(np.float32),
            edge_channels=data["edge_channels"][e].astype(np.float32),
            crystal_channels=data["crystal_channels"][place].astype(np.float32),
            reflections=data["reflections"][place].astype(np.float32),
            site_orbit=self.site_orbit(place),
        )

    def site_orbit(self, place: int) -> NDArray[np.int64]:
        """As the graph's own, without the rest of it."""
        return self.arrays[SITE_ORBIT][slice(*self.given_offsets[place : place + 2])].astype(np.int64)


def load_graphs(
    dataset: PackedDataset,
    rows: NDArray[np.int64],
    settings: GraphSettings,
    cache: Path,
    *,
    workers: int = 1,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> GraphStore:
    """The graphs of ``rows``, from ``cache`` (a folder) where they were built before, else built now and kept there."""
    key = json.dumps(
        {"settings": asdict(settings), "structures": _structures_hash(dataset), "format": FORMAT,
         "rows": hashlib.sha256(rows.tobytes()).hexdigest(),
         "channels": [channels.ATOM, channels.EDGE, channels.CRYSTAL, REFLECTIONS]},
        sort_keys=True,
    )  # fmt: skip
    folder = cache / hashlib.sha256(key.encode()).hexdigest()[:16]
    if not (folder / "done").exists():
        _build(dataset, rows, settings, folder, workers, progress, cancel or CancelToken())
    arrays = {path.stem: np.load(path, mmap_mode="r", allow_pickle=False) for path in sorted(folder.glob("*.npy"))}
    atom_offsets = arrays.pop("atom_offsets")
    edges = np.concatenate([[0], np.cumsum(arrays["edge_counts"], dtype=np.int64)])
    given = np.concatenate([[0], np.cumsum(np.diff(dataset.arrays["atom_offsets"])[rows])])
    return GraphStore(rows, arrays, np.asarray(atom_offsets), edges[atom_offsets], given)


def _structures_hash(dataset: PackedDataset) -> str:
    """Of the crystals alone: describing more of them leaves their graphs as they are."""
    digest = hashlib.sha256()
    for name in ("lattice", "atom_offsets", "numbers", "frac"):
        digest.update(np.ascontiguousarray(dataset.arrays[name]).tobytes())
    return digest.hexdigest()


def _build(
    dataset: PackedDataset,
    rows: NDArray[np.int64],
    settings: GraphSettings,
    folder: Path,
    workers: int,
    progress: ProgressCallback,
    cancel: CancelToken,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [
        ([dataset.structure(int(row)) for row in rows[start : start + _CHUNK]], settings)
        for start in range(0, len(rows), _CHUNK)
    ]
    parts: dict[str, list[NDArray[np.generic]]] = {}
    done = 0
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers) if workers > 1 else _InProcess() as pool:
        for part in pool.imap(_graphs_of, jobs):
            cancel.check()
            for name, array in part.items():
                parts.setdefault(name, []).append(array)
            done += len(part["kinds"])
            progress(Progress(done, len(rows), "crystal graphs"))
    kinds = np.concatenate(parts.pop("kinds"))
    for name in list(parts):
        np.save(folder / f"{name}.npy", np.concatenate(parts.pop(name)), allow_pickle=False)
    np.save(folder / "atom_offsets.npy", np.concatenate([[0], np.cumsum(kinds, dtype=np.int64)]), allow_pickle=False)
    (folder / "done").touch()


class _InProcess:
    """A pool of one: the same calls without a process."""

    imap = staticmethod(map)

    def __enter__(self) -> _InProcess:
        return self

    def __exit__(self, *_: object) -> None:
        return


_Structure = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]


def _graphs_of(job: tuple[Sequence[_Structure], GraphSettings]) -> dict[str, NDArray[np.generic]]:
    """Flat arrays of a chunk of graphs; a crystal without a graph gets no atoms."""
    structures, settings = job
    found: dict[str, list[NDArray[np.generic]]] = {
        name: [] for name in (*_PER_ATOM, *_PER_EDGE, *_PER_CRYSTAL, SITE_ORBIT)
    }
    kinds = []
    for lattice, numbers, frac in structures:
        try:
            graph = build_graph(lattice, numbers, frac, settings)
        except CrystalError:
            kinds.append(0)
            found["crystal_channels"].append(np.zeros((1, channels.CRYSTAL), np.float32))
            found["reflections"].append(np.zeros((1, REFLECTIONS), np.float32))
            found[SITE_ORBIT].append(np.full(len(numbers), -1, np.int16))
            continue
        kinds.append(len(graph.numbers))
        found["numbers"].append(graph.numbers.astype(np.uint8))
        found["multiplicity"].append(graph.multiplicity.astype(np.int16))
        found["edge_counts"].append(np.diff(graph.edge_offsets).astype(np.int16))
        found["neighbours"].append(graph.neighbours.astype(np.int16))
        found["crystal_channels"].append(graph.crystal_channels[None])
        found["reflections"].append(graph.reflections[None])
        found[SITE_ORBIT].append(graph.site_orbit.astype(np.int16))
        for name in ("vectors", "weights", "moments", "atom_channels", "edge_channels"):
            found[name].append(getattr(graph, name))
    return {"kinds": np.array(kinds), **{name: np.concatenate(arrays) for name, arrays in found.items()}}
