"""Crystal graphs of a data set, built once in parallel and cached as flat arrays beside it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clics.atomic_files import not_written, partial_path, sync_folder
from clics.dataset.packed_reader import PackedDataset
from clics.errors import ClicsError, CrystalError
from clics.model import channels
from clics.model.graph import CrystalGraph, GraphSettings, build_graph
from clics.model.reflections import REFLECTIONS
from clics.progress import CancelToken, Progress, ProgressCallback, silent
from clics.supervision.limits import Failure, Limits
from clics.supervision.pool import SupervisedPool
from clics.supervision.task import Handler, Task, name_of

_PER_ATOM = ("numbers", "multiplicity", "atom_channels", "edge_counts")
_PER_EDGE = ("neighbours", "vectors", "weights", "moments", "edge_channels")
_PER_CRYSTAL = ("crystal_channels", "reflections")
_CHUNK = 500
_LIMITS = Limits(seconds=3600.0, memory=0, restart_memory=0)
"""A chunk takes seconds; memory grows with the neighbours of its crystals, so no limit would suit all data."""
SITE_ORBIT = "kind_of_atom"
"""Name of the array ``site_orbit`` in files, unchanged since version 0.1."""
FORMAT = 3
_DONE = "done"
"""Name of the empty file in a folder of graphs that is whole."""
_NO_GRAPH = -1
"""Site index of the atoms of a crystal without a graph."""


@dataclass(frozen=True)
class GraphStore:
    """The graphs of n crystals as flat, memory-mapped arrays; crystals without a graph have no sites.

    Attributes:
        rows: rows (n,) of the data set.
        arrays: by name; those of :class:`clics.model.graph.CrystalGraph`, of all crystals one after the other.
        atom_offsets: (n + 1,); first inequivalent site of each graph.
        edge_offsets: (n + 1,); first edge of each graph.
        given_offsets: (n + 1,); first atom of each crystal as it was given, in the array ``site_orbit``.
    """

    rows: NDArray[np.int64]
    arrays: dict[str, NDArray[np.generic]]
    atom_offsets: NDArray[np.int64]
    edge_offsets: NDArray[np.int64]
    given_offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def site_counts(self) -> NDArray[np.int64]:
        """Number of inequivalent sites of each graph (n,); 0 where none could be built."""
        return np.diff(self.atom_offsets)

    def graph(self, index: int) -> CrystalGraph:
        """The graph at ``index``, which counts the graphs here, not the rows of the data set."""
        a = slice(*self.atom_offsets[index : index + 2])
        e = slice(*self.edge_offsets[index : index + 2])
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
            crystal_channels=data["crystal_channels"][index].astype(np.float32),
            reflections=data["reflections"][index].astype(np.float32),
            site_orbit=self.site_orbit(index),
        )

    def site_orbit(self, index: int) -> NDArray[np.int64]:
        """``graph(index).site_orbit`` without building the rest of the graph."""
        return self.arrays[SITE_ORBIT][slice(*self.given_offsets[index : index + 2])].astype(np.int64)


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
    """Load graphs from the cache, or build them and add them to it.

    Args:
        dataset: the packed data set.
        rows: its crystals (n,) to build graphs of.
        settings: how graphs are built.
        cache: folder of all caches of the data set; each has a subfolder named by a hash of everything that decides it.
        workers: processes that build graphs.
        progress: called after every few hundred crystals.
        cancel: stops the building.

    Returns:
        The n graphs.

    Raises:
        Cancelled: on request; what was built is not kept.
    """
    key = json.dumps(
        {"settings": asdict(settings), "structures": _structures_hash(dataset), "format": FORMAT,
         "rows": hashlib.sha256(rows.tobytes()).hexdigest(),
         "channels": [channels.ATOM, channels.EDGE, channels.CRYSTAL, REFLECTIONS]},
        sort_keys=True,
    )  # fmt: skip
    folder = cache / hashlib.sha256(key.encode()).hexdigest()[:16]
    if not (folder / _DONE).exists():
        _make(dataset, rows, settings, folder, workers, progress, cancel or CancelToken())
    arrays = {path.stem: np.load(path, mmap_mode="r", allow_pickle=False) for path in sorted(folder.glob("*.npy"))}
    atom_offsets = arrays.pop("atom_offsets")
    edges = np.concatenate([[0], np.cumsum(arrays["edge_counts"], dtype=np.int64)])
    given = np.concatenate([[0], np.cumsum(np.diff(dataset.arrays["atom_offsets"])[rows])])
    return GraphStore(rows, arrays, np.asarray(atom_offsets), edges[atom_offsets], given)


def _structures_hash(dataset: PackedDataset) -> str:
    """Hash of the crystals alone, so that describing more of them keeps their graphs."""
    digest = hashlib.sha256()
    for name in ("lattice", "atom_offsets", "numbers", "frac"):
        digest.update(np.ascontiguousarray(dataset.arrays[name]).tobytes())
    return digest.hexdigest()


def _make(
    dataset: PackedDataset,
    rows: NDArray[np.int64],
    settings: GraphSettings,
    folder: Path,
    workers: int,
    progress: ProgressCallback,
    cancel: CancelToken,
) -> None:
    """Build the graphs in a folder beside, and move it in place whole; another training may do the same at the same time."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        growing = partial_path(folder)
        growing.mkdir()
        try:
            _build(dataset, rows, settings, growing, workers, progress, cancel)
            sync_folder(growing, files=True)
            if not (folder / _DONE).exists():
                shutil.rmtree(folder, ignore_errors=True)  # of a training that was killed, of version 0.2
                with suppress(FileExistsError):  # another training was first, just now
                    os.rename(growing, folder)
        finally:
            shutil.rmtree(growing, ignore_errors=True)
    except OSError as error:
        raise not_written(folder, error) from error


def _build(
    dataset: PackedDataset,
    rows: NDArray[np.int64],
    settings: GraphSettings,
    folder: Path,
    workers: int,
    progress: ProgressCallback,
    cancel: CancelToken,
) -> None:
    chunks = [rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)]
    parts: dict[str, list[NDArray[np.generic]]] = {}
    done = 0
    for part in _parts(dataset, chunks, settings, folder, workers, cancel):
        cancel.check()
        for name, array in part.items():
            parts.setdefault(name, []).append(array)
        done += len(part["site_counts"])
        progress(Progress(done, len(rows), "crystal graphs"))
    site_counts = np.concatenate(parts.pop("site_counts"))
    for name in list(parts):
        np.save(folder / f"{name}.npy", np.concatenate(parts.pop(name)), allow_pickle=False)
    np.save(
        folder / "atom_offsets.npy", np.concatenate([[0], np.cumsum(site_counts, dtype=np.int64)]), allow_pickle=False
    )
    (folder / _DONE).touch()


def _parts(
    dataset: PackedDataset,
    chunks: Sequence[NDArray[np.int64]],
    settings: GraphSettings,
    folder: Path,
    workers: int,
    cancel: CancelToken,
) -> Iterator[dict[str, NDArray[np.generic]]]:
    """Flat arrays of one chunk after the other, built here or in supervised processes."""
    if workers <= 1 or len(chunks) == 1:
        for chunk in chunks:
            yield _graphs_of([dataset.structure(int(row)) for row in chunk], settings)
        return
    with tempfile.TemporaryDirectory(dir=folder, prefix="chunks-") as shared:

        def encode(chunk: NDArray[np.int64]) -> dict[str, Any]:
            structures = [[array.tolist() for array in dataset.structure(int(row))] for row in chunk]
            return {"structures": structures, "file": str(Path(shared, f"{chunk[0]}.npz"))}

        task = Task(name_of(graph_builder), {"settings": asdict(settings)})
        with SupervisedPool(task, encode, workers=workers, limits=_LIMITS) as pool:
            for chunk, answer in pool.run(chunks, cancel):
                if isinstance(answer, Failure):
                    raise ClicsError(
                        f"Building the graphs of crystals {chunk[0]} to {chunk[-1]} {answer.reason}; try fewer workers.",
                        kind=answer.kind,
                    )
                with np.load(answer, allow_pickle=False) as arrays:
                    yield dict(arrays)
                Path(answer).unlink()


def graph_builder(settings: dict[str, Any]) -> Handler:
    """The handler of the processes that build graphs; a chunk's arrays go through a file, which is faster than a pipe."""
    cut = GraphSettings(**settings)

    def handle(item: dict[str, Any]) -> Iterator[str]:
        structures = [
            (np.array(lattice, np.float64), np.array(numbers, np.int64), np.array(frac, np.float64).reshape(-1, 3))
            for lattice, numbers, frac in item["structures"]
        ]
        np.savez(item["file"], **_graphs_of(structures, cut))  # type: ignore[arg-type]
        yield item["file"]

    return handle


_Structure = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]


def _graphs_of(structures: Sequence[_Structure], settings: GraphSettings) -> dict[str, NDArray[np.generic]]:
    """Flat arrays of a chunk of graphs; a crystal without a graph gets no sites."""
    pieces: dict[str, list[NDArray[np.generic]]] = {
        name: [] for name in (*_PER_ATOM, *_PER_EDGE, *_PER_CRYSTAL, SITE_ORBIT)
    }
    site_counts = []
    for lattice, numbers, frac in structures:
        try:
            graph = build_graph(lattice, numbers, frac, settings)
        except CrystalError:
            site_counts.append(0)
            pieces["crystal_channels"].append(np.zeros((1, channels.CRYSTAL), np.float32))
            pieces["reflections"].append(np.zeros((1, REFLECTIONS), np.float32))
            pieces[SITE_ORBIT].append(np.full(len(numbers), _NO_GRAPH, np.int16))
            continue
        site_counts.append(len(graph.numbers))
        pieces["numbers"].append(graph.numbers.astype(np.uint8))
        pieces["multiplicity"].append(graph.multiplicity.astype(np.int16))
        pieces["edge_counts"].append(np.diff(graph.edge_offsets).astype(np.int16))
        pieces["neighbours"].append(graph.neighbours.astype(np.int16))
        pieces["crystal_channels"].append(graph.crystal_channels[None])
        pieces["reflections"].append(graph.reflections[None])
        pieces[SITE_ORBIT].append(graph.site_orbit.astype(np.int16))
        for name in ("vectors", "weights", "moments", "atom_channels", "edge_channels"):
            pieces[name].append(getattr(graph, name))
    arrays = {name: np.concatenate(each) for name, each in pieces.items()}
    return {"site_counts": np.array(site_counts), **arrays}
