"""Scores of phrases with the embeddings of one model, and the effect of the chosen constants.

    python -m benchmarks.scoring PACKED WORK [--model resources/model] [--limit N]

Every way ranks the same phrases for the same validation crystals: top-1 / top-5 / mean average precision in percent,
and of phrases true of at least ten crystals the precision at 10. Then every number that was chosen
(``engine/clics/model/late_interaction.py``, ``engine/clics/model/pattern_scores.py``) at half and at twice its value.
WORK keeps the vectors, as ``clics evaluate -o WORK`` does.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from clics.concepts.concept import Kind, Truth
from clics.concepts.registry import SITE_SETS
from clics.dataset import packed_reader
from clics.dataset.packed_reader import PackedDataset
from clics.evaluation.figures import precision_figures
from clics.evaluation.ground_truth import truths_of
from clics.evaluation.ranking import rank_concepts
from clics.evaluation.vectors import Banks, CrystalScores, CrystalVectors, banks, crystal_vectors
from clics.model import late_interaction, pattern_scores
from clics.model.encoder import Encoder
from clics.model.late_interaction import log_sum_exp_cosine, max_over_sites
from clics.paths import model_folder
from clics.training.metrics import Scores
from numpy.typing import NDArray

LOCAL_KINDS = SITE_SETS["environment"]
"""Kinds of the masked language of the paper that sites score."""
KINDS: tuple[Kind, ...] = ("space_group", "environment", "polyhedra", "connection", "pattern")
SHOWN: tuple[Kind, ...] = ("space_group", "environment", "connection", "pattern")
Way = Callable[[Kind], Scores]


class Ways:
    """Ways to score all described crystals of a split against the bank of a kind."""

    def __init__(self, encoder: Encoder, vectors: CrystalVectors, known: Banks) -> None:
        self.encoder, self.vectors, self.known = encoder, vectors, known
        self.local = np.concatenate([known[kind][1] for kind in LOCAL_KINDS])

    def named(self, kind: Kind) -> dict[str, Way]:
        """The scores that are compared for a kind of phrases, simplest first."""
        ways: dict[str, Way] = {"crystal alone, by its cosine": self.crystal}
        if kind != "space_group":
            ways["best site alone, by its cosine"] = self.site
            ways["crystal and best site, by cosines"] = lambda k: self.crystal(k) + self.site(k)
        if kind in LOCAL_KINDS:
            ways["crystal and the site's log share among its kind"] = lambda k: (
                self.crystal(k) + self.share(k, self.known[k][1])
            )
            ways["crystal and the site's log share among all local phrases"] = lambda k: (
                self.crystal(k) + self.share(k, self.local)
            )
        if kind == "pattern":
            ways["by the parts alone, however usual"] = self.parts
        ways["**as searches score**"] = self.product
        return ways

    def crystal(self, kind: Kind) -> NDArray[np.float32]:
        """The crystal's cosine."""
        return self.vectors.crystals @ self.known[kind][1].T

    def site(self, kind: Kind) -> NDArray[np.float32]:
        """The highest cosine of any site."""
        return self._best(lambda sites: sites @ self.known[kind][1].T)

    def share(self, kind: Kind, among: NDArray[np.float32]) -> NDArray[np.float32]:
        """By how much the best site's cosine is short of what all phrases of ``among`` have together."""
        scale = self.encoder.scale
        return self._best(
            lambda sites: sites @ self.known[kind][1].T - log_sum_exp_cosine(sites @ among.T, scale)[:, None]
        )

    def parts(self, kind: Kind) -> Scores:
        """By the parts of full patterns alone; all of the same parts are equal."""
        with changed(pattern_scores, "_PRIOR", 0.0), changed(late_interaction.EVIDENCE_WEIGHT, kind, 1e4):
            return self.product(kind)

    def product(self, kind: Kind) -> Scores:
        """As searches score."""
        everything = np.ones(len(self.vectors.crystals), np.bool_)
        return CrystalScores(self.vectors, self.known, self.encoder).of(kind, everything)

    def _best(self, of: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> NDArray[np.float32]:
        """A block of crystals at a time: scores of sites are many."""
        counts, best = self.vectors.counts, []
        ends = np.cumsum(counts)
        for i in range(0, len(counts), 512):
            mine = counts[i : i + 512]
            values = of(self.vectors.sites[ends[i] - counts[i] : ends[i] - counts[i] + mine.sum()])
            best.append(max_over_sites(values + 1, mine) - 1)  # a crystal of no sites gets the least
        return np.concatenate(best)


@contextmanager
def changed(where: object, name: str, value: float) -> Iterator[None]:
    """A number of a module, or of a table, is another for a while."""
    table = where if isinstance(where, dict) else vars(where)
    before = table[name]
    table[name] = value
    try:
        yield
    finally:
        table[name] = before


def row(name: str, kind: Kind, scores: Scores, ways: Ways, data: PackedDataset, rows: NDArray[np.int64]) -> str:
    """A line of the table."""
    bank = ways.known[kind][0]
    figures = {f.key: f.value for f in rank_concepts(ways.encoder.vocabulary, data, kind, bank, rows, scores)}
    truths = truths_of(data, rows, kind, bank, least=Truth.HELD)
    values = {f.key: f.value for f in precision_figures(kind, scores, truths)}
    readings = sorted({key.rpartition(".")[0] for key in figures}, reverse=True)
    cells = [
        " / ".join(f"{100 * figures[f'{reading}.{which}']:.1f}" for which in ("top1", "top5", "map"))
        for reading in readings
    ]
    precision = values.get(f"{kind}.p10_common")
    return f"| {name} | {' | '.join(cells)} | {'–' if precision is None else f'{100 * precision:.1f}'} |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packed", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", type=Path, default=model_folder())
    parser.add_argument("--limit", type=int, help="the first so many described crystals (default: all)")
    options = parser.parse_args()
    encoder, data = Encoder.load(options.model), packed_reader.load(options.packed)
    rows = data.rows("val")
    rows = rows[data.arrays["described"][rows] == 1]
    keep = options.work / "kept"
    vectors = crystal_vectors(encoder, data, rows, limit=options.limit, width=encoder.dimensions, keep=keep)
    rows = rows[: options.limit]
    if (vectors.counts < 0).any():
        parser.error(f"{options.model} has no vectors of sites, so there is one way to score only")
    known = banks(encoder, KINDS, keep)
    ways = Ways(encoder, vectors, known)
    print(f"{len(rows):,} crystals; top-1 / top-5 / mean average precision, precision at 10.")
    for kind in SHOWN:
        columns = "stated | stated or held | P@10" if kind == "environment" else f"{kind.replace('_', ' ')} | P@10"
        print(f"\n| Score | {columns} |\n|{' --- |' * (columns.count('|') + 2)}")
        for name, way in ways.named(kind).items():
            print(row(name, kind, way(kind), ways, data, rows), flush=True)
        numbers: list[tuple[str, object, str]] = [
            ("weight of the relative score", late_interaction.EVIDENCE_WEIGHT, kind)
        ]
        if kind == "pattern":
            numbers += [
                ("power of the parts' shares", pattern_scores, "_POWER"),
                ("weight of how usual", pattern_scores, "_PRIOR"),
            ]
        else:
            numbers += [("sharpness", late_interaction, "SHARPNESS")]
        for words, where, name in numbers:
            for factor, multiple in ((0.5, "half"), (2.0, "twice")):
                before = (where if isinstance(where, dict) else vars(where))[name]
                with changed(where, name, factor * before):
                    print(row(f"{words}: {multiple}", kind, ways.product(kind), ways, data, rows), flush=True)


if __name__ == "__main__":
    main()
