"""Collect the crystals of a packed data set from all sources, each once, and put them in their final order."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from clics.crystals.crystal import Refusal
from clics.dataset.crystal_rows import Row, read_rows
from clics.dataset.description_store import read_lines
from clics.dataset.packed_reader import SPLITS, Record
from clics.dataset.space_group_labels import label_space_groups
from clics.dataset.splits import SplitRule, split_formulas
from clics.dataset.training_texts import Facts, Interner, facts_of, facts_of_space_group
from clics.progress import CancelToken, Progress, ProgressCallback
from clics.results.description import Description


class Collector:
    """Collects crystals with their facts; of equal crystals (same id, same structure) the first is kept.

    Attributes:
        left_out: number of crystals that were not collected, by reason.
        refusals: the first thousand unreadable entries.
    """

    def __init__(
        self, interner: Interner, *, max_sites: int | None, progress: ProgressCallback, cancel: CancelToken
    ) -> None:
        self.left_out: Counter[str] = Counter()
        self.refusals: list[Refusal] = []
        self._interner = interner
        self._max_sites = max_sites
        self._progress = progress
        self._cancel = cancel
        self._taken: dict[str, tuple[Row, Facts]] = {}
        self._formula_sources: set[tuple[str, str]] = set()
        self._seen = 0

    def __len__(self) -> int:
        return len(self._taken)

    @property
    def formulas(self) -> list[str]:
        """Reduced formula of each collected crystal."""
        return [row.formula for row, _ in self._taken.values()]

    def rows(self, rows: Iterable[tuple[Row, Facts]]) -> None:
        """Collect crystals whose facts are known."""
        for row, facts in rows:
            if self._wanted(row):
                self._take(row, facts)

    def described(self, folder: Path) -> None:
        """Collect the crystals of a described data set; those that failed there may come from another source."""
        for line in read_lines(folder):
            if "error" in line:
                continue
            row = Row.from_json(line)
            if self._wanted(row):
                self._take(row, facts_of(Description.from_json(line["description"])))

    def structures(
        self, sources: Iterable[Path], texts: dict[str, Facts], *, label: bool, total: int | None, workers: int | None
    ) -> None:
        """Collect the crystals of structure files.

        Args:
            sources: files and folders.
            texts: facts of described crystals by id.
            label: collect crystals without a text, too, with their space group as their only fact.
            total: number of crystals, where known, for progress.
            workers: processes that determine space groups.
        """
        without_text = self._with_text(sources, texts, total)
        if not label:
            self.left_out["not-described"] += sum(1 for _ in without_text)
            return
        by_number: dict[int, Facts] = {}
        for row, group in label_space_groups(without_text, workers=workers, cancel=self._cancel):
            if group is None:
                self.left_out["no-symmetry"] += 1
            else:
                self._take(row, by_number.setdefault(group.number, facts_of_space_group(group)))

    def _with_text(self, sources: Iterable[Path], texts: dict[str, Facts], total: int | None) -> Iterator[Row]:
        for read in read_rows(sources, self._cancel):
            self._tick(total)
            if isinstance(read, Refusal):
                self.left_out[read.kind] += 1
                if len(self.refusals) < 1000:
                    self.refusals.append(read)
            elif self._wanted(read):
                facts = texts.get(read.id)
                if facts is None:
                    yield read
                else:
                    self._take(read, facts)

    def _tick(self, total: int | None) -> None:
        self._cancel.check()
        self._seen += 1
        if self._seen % 100 == 0:
            self._progress(Progress(self._seen, total, "reading crystals, finding space groups"))

    def _wanted(self, row: Row) -> bool:
        self._cancel.check()
        self._formula_sources.add((row.formula, row.source))
        if self._max_sites is not None and len(row.numbers) > self._max_sites:
            self.left_out["too-many-sites"] += 1
            return False
        return row.key not in self._taken

    def _take(self, row: Row, facts: Facts) -> None:
        self._taken.setdefault(row.key, (row, self._interner.share(facts)))

    def records(self, rule: SplitRule) -> Iterator[Record]:
        """The records in final order: by split, then by a hash, so that any prefix of a split is a random sample."""
        sides = split_formulas(sorted(self._formula_sources), rule)

        def rank(key: str) -> tuple[int, bytes]:
            return SPLITS.index(sides[self._taken[key][0].formula]), hashlib.sha256(key.encode()).digest()

        for key in sorted(self._taken, key=rank):
            row, facts = self._taken[key]
            yield Record(
                id=row.id,
                formula=row.formula,
                lattice=row.lattice,
                numbers=row.numbers,
                frac=row.frac,
                split=sides[row.formula],
                space_group=facts.space_group,
                sentences=facts.sentences,
                concepts=facts.concepts,
                described=facts.described,
                atoms=facts.atoms,
                geometry=facts.geometry,
            )
