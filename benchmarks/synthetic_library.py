"""A large library for ``large_libraries``: real crystals, descriptions and facts; vectors of some thousand of them plus noise.

    python -m benchmarks.synthetic_library DESCRIBED OUT --crystals 150000 [--real 6000] [--embedded 3000] [--noise 0.02]

DESCRIBED is a described data set (``clics dataset build``). Structures, descriptions, facts and columns are those of its
crystals, stored by the program's own functions. Vectors are not: the first ``--embedded`` crystals are embedded by the
released model, and each crystal of the library gets the vectors of one of these, drawn at random, with normal noise in each
component. That suffices to measure time and memory, and to compare two ways of searching the same vectors; it says nothing
about what a search finds. Beyond the first ``--real`` crystals, rows are repeated under other ids with new noise. A call
that was interrupted resumes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from clics import paths
from clics.concepts.truth import true_concepts
from clics.crystals.crystal import Crystal
from clics.dataset.description_store import read_lines
from clics.library import codec
from clics.library.embed_batch import EmbeddingOutcome, embed
from clics.library.encoder_protocol import Arrays, spaces
from clics.library.new_entry import NewEntry
from clics.library.store import Library
from clics.model.encoder import Encoder
from clics.results.description import Description
from numpy.typing import NDArray

BATCH = 1000
_COPIED = {
    "crystal_element": "number, crystal",
    "description": "crystal, data",
    "fact": "concept, crystal, truth",
}


class Noisy:
    """Vectors of embedded crystals plus noise."""

    def __init__(self, outcomes: list[EmbeddingOutcome], noise: float) -> None:
        self._outcomes = [outcome for outcome in outcomes if outcome.vector is not None]
        self._noise = noise
        self._random = np.random.default_rng(7)

    def draw(self) -> EmbeddingOutcome:
        """The vectors of one crystal, drawn at random, with noise."""
        of = self._outcomes[self._random.integers(len(self._outcomes))]
        return EmbeddingOutcome(self._moved(of.vector), None, self._moved(of.structural), self._moved(of.sites))

    def _moved(self, vectors: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
        if vectors is None:
            return None
        moved = vectors + np.float32(self._noise) * self._random.standard_normal(vectors.shape, dtype=np.float32)
        return np.asarray(moved / np.linalg.norm(moved, axis=-1, keepdims=True), np.float32)


def main() -> None:
    """Build the library."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("described", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--crystals", type=int, default=150_000)
    parser.add_argument("--real", type=int, default=6_000, help="distinct crystals")
    parser.add_argument("--embedded", type=int, default=3_000)
    parser.add_argument("--noise", type=float, default=0.02, help="standard deviation of each component")
    args = parser.parse_args()
    encoder = Encoder.load(paths.model_folder())
    noisy = Noisy(_embedded(args.described, encoder, args.embedded), args.noise)
    with Library(args.out, "create") as library:
        real = min(args.real, args.crystals)
        if library.count() < real:
            _store(library, _described(args.described), encoder, noisy, real)
        while (count := library.count()) < args.crystals:
            _repeat(library, encoder, noisy, min(real, args.crystals - count))
            print(f"{library.count()} crystals", flush=True)
        library.database.vacuum()


def _described(folder: Path) -> Iterator[dict[str, Any]]:
    return (line for line in read_lines(folder) if line.get("description"))


def _arrays(line: dict[str, Any]) -> Arrays:
    return np.array(line["lattice"], float), np.array(line["numbers"]), np.array(line["frac"], float)


def _embedded(folder: Path, encoder: Encoder, count: int) -> list[EmbeddingOutcome]:
    outcomes: list[EmbeddingOutcome] = []
    waiting: list[Arrays | None] = []
    for line in _described(folder):
        waiting.append(_arrays(line))
        if len(waiting) == 64 or len(outcomes) + len(waiting) == count:
            outcomes += embed(encoder, waiting)
            waiting = []
        if len(outcomes) >= count:
            break
    print(f"{len(outcomes)} crystals embedded", flush=True)
    return outcomes


def _store(library: Library, lines: Iterator[dict[str, Any]], encoder: Encoder, noisy: Noisy, count: int) -> None:
    from pymatgen.core import Structure

    entries: list[NewEntry] = []
    stored = library.count()
    for line in islice(lines, stored, None):
        if stored + len(entries) == count:
            break
        structure = Structure(*_arrays(line))
        crystal = Crystal(line["id"], structure, line["source"], line["id"], {})
        description = Description.from_json(line["description"])
        vector, _, structural, sites = noisy.draw()
        entries.append(
            NewEntry(
                crystal,
                codec.structure_hash(structure),
                description,
                truths=true_concepts(description),
                vector=vector,
                structural=structural,
                sites=sites,
            )
        )
        if len(entries) == BATCH:
            library.insert(entries, spaces=spaces(encoder))
            stored, entries = stored + len(entries), []
            if stored % 10_000 == 0:
                print(f"{stored} crystals", flush=True)
    if entries:
        library.insert(entries, spaces=spaces(encoder))


def _repeat(library: Library, encoder: Encoder, noisy: Noisy, count: int) -> None:
    """Store the first crystals once more, under other ids and with other vectors."""
    first = int(library.keys()[-1])
    sources = library.keys()[:count]
    columns = [row[1] for row in library.database.rows("PRAGMA table_info(crystal)") if row[1] != "key"]
    shown = [f"{name} || '~{first}'" if name in ("id", "given_id") else name for name in columns]
    last = int(sources[-1])
    with library.database.transaction() as connection:
        connection.execute(
            f"INSERT INTO crystal (key, {', '.join(columns)}) SELECT key + ?, {', '.join(shown)} FROM crystal "
            "WHERE key <= ?",
            (first, last),
        )
        for table, names in _COPIED.items():
            selected = names.replace("crystal", "crystal + ?")
            connection.execute(
                f"INSERT INTO {table} ({names}) SELECT {selected} FROM {table} WHERE crystal <= ?", (first, last)
            )
    for start in range(0, len(sources), 10 * BATCH):
        keys = (sources[start : start + 10 * BATCH] + first).tolist()
        library.insert_vectors(spaces(encoder), keys, [noisy.draw() for _ in keys])


if __name__ == "__main__":
    main()
