"""The one door: programs (command line, window) hold an :class:`Session` and nothing below it.

Importing this module is cheap; torch, pymatgen and the rest are imported by the first call that needs them. Results are
plain types (dataclasses of numbers, strings and tuples). An Session may be used by one thread at a time; model and
library are opened once, under a lock. Every long call takes ``progress`` and ``cancel``; one that is cancelled raises
:class:`~clics.errors.Cancelled` and keeps what it has reported.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from clics import paths as places
from clics.atomic_files import not_written, replacing_path
from clics.crystal_service import Viewing
from clics.datasets_and_evaluation import Workshop
from clics.errors import ClicsError, DescriptionError, InputError, LibraryError
from clics.library_manager import LibraryManager
from clics.model_registry import ModelRegistry
from clics.progress import CancelToken, ProgressCallback, silent
from clics.reports import Reporting
from clics.results.analysis import Described
from clics.results.search import SearchResult

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal, Refusal
    from clics.library.store import Library
    from clics.model.encoder import Encoder
    from clics.results.analysis import Analysis
    from clics.results.description import Description
    from clics.results.library import AddReport, LibraryInfo, LibraryRow


class Session(Viewing, Workshop, Reporting, ModelRegistry, LibraryManager):
    """Reads, describes, shows, embeds, searches, trains, reports.

    ``model`` is a model folder (the released one by default), ``library`` a library file (by default the user's own
    where it exists, else the starter library, which is copied to the user's data folder before the first change).
    ``sandboxed`` parses files in a process with limits of time and memory.
    """

    def __init__(self, *, model: Path | None = None, library: Path | None = None, sandboxed: bool = True) -> None:
        # Read by transformers when it is imported: nothing is ever looked up online.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
        self._model_folder = model
        self._library_path = library
        self._sandboxed = sandboxed
        self._encoder: Encoder | None = None
        self._library: Library | None = None
        self._lock = threading.RLock()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the library. The engine can be used again; it opens what it needs."""
        with self._lock:
            if self._library is not None:
                self._library.close()
                self._library = None

    @property
    def model_path(self) -> Path:
        """The model folder: the one that was named, else the released one. Raises ModelError where that is missing."""
        return self._model_folder or places.model_folder()

    @property
    def encoder(self) -> Encoder:
        """The model, loaded at the first use. Raises ModelError where its folder is missing or damaged."""
        with self._lock:
            if self._encoder is None:
                from clics.model.encoder import Encoder

                self._encoder = Encoder.load(self.model_path)
            return self._encoder

    def take_model_of(self, other: Session) -> None:
        """Use the model that another engine has loaded, where it is the same; for an engine that takes its place."""
        if other.model_path == self.model_path:
            self._encoder = other._encoder

    # ---- crystals ---------------------------------------------------------------------------------------------------

    def analyse(
        self,
        paths: Sequence[Path],
        *,
        top: int = 5,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> Iterator[Analysis]:
        """One Analysis for every crystal and every refusal in files, folders and archives, as they come."""
        from clics import analysis
        from clics.crystals.crystal import Refusal

        found_crystals = self._read(paths, progress, cancel)
        encoder = self.encoder
        for found in found_crystals:
            if isinstance(found, Refusal):
                yield analysis.of_refusal(found)
            else:
                yield analysis.of_crystal(found, encoder, top=top)

    def describe(
        self,
        paths: Sequence[Path],
        *,
        mineral: bool = False,
        symprec: float = 0.01,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> Iterator[Described]:
        """The description of every crystal in files, folders and archives; needs no model. ``symprec`` in Å."""
        from clics.crystals.crystal import Refusal
        from clics.descriptions.describe import describe
        from clics.results.analysis import Failure

        for found in self._read(paths, progress, cancel):
            if isinstance(found, Refusal):
                yield Described(found.source, found.block, None, None, Failure(found.kind, found.message))
                continue
            try:
                description = describe(found, mineral=mineral, symprec=symprec)
                yield Described(found.source, found.block, found.formula, description)
            except ClicsError as error:
                failure = Failure(error.kind, error.message)
                yield Described(found.source, found.block, found.formula, None, failure)

    @staticmethod
    def file_patterns() -> tuple[str, ...]:
        """Shell patterns of the names of files that may hold crystals, for file dialogs."""
        from clics.readers.registry import file_patterns

        return file_patterns()

    @staticmethod
    def file_formats() -> str:
        """The formats that are read, in a sentence: ``"CIF, POSCAR, …, folders, zip and tar archives"``."""
        from clics.readers.registry import titles

        return titles()

    def read_one(self, path: Path, block: str | None = None) -> Crystal:
        """The crystal of a file; of one that holds several, the one of that name. Raises CrystalError."""
        from clics.sources.files import read_one

        return read_one(path, block, sandboxed=self._sandboxed)

    def _read(
        self, paths: Sequence[Path], progress: ProgressCallback, cancel: CancelToken | None
    ) -> Iterator[Crystal | Refusal]:
        from clics.sources.files import read_crystals

        if self._sandboxed:
            from clics.readers.sandbox import warm_up

            warm_up()  # the reading process imports what it needs while this one loads the model
        return read_crystals(paths, sandboxed=self._sandboxed, progress=progress, cancel=cancel)

    # ---- search -----------------------------------------------------------------------------------------------------

    def search(
        self,
        phrase: str,
        *,
        top: int = 10,
        where: str | None = None,
        must: Sequence[str] = (),
        must_not: Sequence[str] = (),
        facts_first: bool = False,
    ) -> SearchResult:
        """Crystals of the library nearest to a phrase (:func:`clics.retrieval.phrase_search.search_by_phrase`)."""
        from clics.query.filters import parse_filter
        from clics.retrieval.phrase_search import search_by_phrase
        from clics.retrieval.typed_phrase import read_phrase

        library, condition = self.library(), parse_filter(where)
        typed = read_phrase(phrase, self.encoder)
        hits = search_by_phrase(
            typed, library, self.encoder, top, condition, must=must, must_not=must_not, facts_first=facts_first
        )
        return SearchResult(phrase, library.name, library.count(condition), tuple(hits), typed.matched_text)

    def similar(
        self,
        query: Path | str | Crystal,
        *,
        block: str | None = None,
        top: int = 10,
        where: str | None = None,
        but: str | None = None,
        weight: float = 0.5,
        must: Sequence[str] = (),
        must_not: Sequence[str] = (),
        same_formula: bool = True,
        description: Description | None = None,
        superpose: bool = False,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> SearchResult:
        """Crystals of the library built most like the one in a file (a Path), the stored one of an id (a str), or this.

        ``but`` leans towards a phrase with ``weight`` in [0, 1]; ``must`` and ``must_not`` are checked against the
        facts. ``same_formula`` False leaves out what has the query's own reduced formula. ``description``: the
        crystal's, where it is known already. ``superpose`` lays the nearest 50 on the crystal and puts those that fit first.
        Raises CrystalError for a crystal that cannot be used.
        """
        from clics.concepts.truth import true_concepts
        from clics.descriptions.describe import describe
        from clics.query.filters import parse_filter
        from clics.retrieval.neighbours import other_formula, similar
        from clics.retrieval.typed_phrase import read_phrase

        library, condition, facts = self.library(), parse_filter(where), None
        crystal = self.read_one(query, block) if isinstance(query, Path) else query
        if not isinstance(crystal, str):
            # Without a description the search is the same; only what hits share with the crystal is not told.
            with contextlib.suppress(DescriptionError):
                facts = true_concepts(description or describe(crystal))
        if not same_formula:
            condition = condition & other_formula(library, crystal)
        phrase = None if but is None else read_phrase(but, self.encoder)
        hits = similar(
            crystal,
            library,
            self.encoder,
            top,
            condition,
            but=phrase,
            weight=weight,
            must=must,
            must_not=must_not,
            facts=facts,
            superpose=superpose,
            progress=progress,
            cancel=cancel,
        )
        asked = str(query) if isinstance(query, (str, Path)) else query.id
        understood = None if phrase is None else phrase.matched_text
        return SearchResult(asked, library.name, library.count(condition), tuple(hits), understood)

    # ---- libraries --------------------------------------------------------------------------------------------------

    def library(self, *, write: bool = False) -> Library:
        """The library, opened at the first use. ``write`` makes it where it is missing. Raises LibraryError."""
        from clics.library.store import Library

        with self._lock:
            if (
                self._library is not None
                and self._library_path is None
                and self._library.path != self._default_library()
            ):
                self.close()  # another engine has begun the user's own library meanwhile
            if self._library is not None and write and self._library.database.readonly:
                self.close()
            if self._library is None:
                if write:
                    self._library = Library(self._own_library(), "create")
                else:
                    self._library = Library(self._library_path or self._default_library(), "read")
            return self._library

    def _default_library(self) -> Path:
        own = places.user_library()
        return own if own.exists() else places.starter_library()

    def _own_library(self) -> Path:
        """Where changes go: the library that was named, else the user's own, begun from the starter library."""
        if self._library_path is not None:
            from clics.library.state import is_starter

            if is_starter(self._library_path):
                raise LibraryError(
                    "The starter library ships with the program and is never changed; choose your own library, or make "
                    "a new one.",
                    kind="read-only",
                )
            return self._library_path
        from clics.library.starter import OWN_NAME
        from clics.library.store import Library

        own = places.user_library()
        if not own.exists():
            try:
                own.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise not_written(own, error) from error
            with replacing_path(own) as growing:
                shutil.copyfile(places.starter_library(), growing)
                with Library(growing, "open") as begun:
                    begun.rename(OWN_NAME)
        return own

    def library_info(self) -> LibraryInfo:
        """Figures of the whole library."""
        return self.library().info()

    def library_rows(
        self, *, where: str | None = None, order: str = "added", limit: int | None = None
    ) -> Iterator[LibraryRow]:
        """The crystals that a filter lets through, one by one. Raises FilterError for one that cannot be read."""
        from clics.query.filters import parse_filter

        return self.library().rows(parse_filter(where), order=order, limit=limit)

    def library_add(
        self,
        paths: Sequence[Path],
        *,
        named: bool = False,
        workers: int = 1,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> AddReport:
        """Read, describe, embed and store; what is there already is skipped. ``named`` looks up structure types too."""
        from clics.library.add import add

        return add(
            self.library(write=True),
            list(paths),
            self.encoder,
            workers=workers,
            named=named,
            sandboxed=self._sandboxed,
            progress=progress,
            cancel=cancel,
        )

    def library_refresh(self, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None) -> int:
        """Give every crystal the vector of this engine's model where it lacks it; how many were visited."""
        from clics.library.update_embeddings import update_embeddings

        return update_embeddings(self.library(write=True), self.encoder, progress=progress, cancel=cancel)

    def library_remove(self, ids: Sequence[str] = (), *, where: str | None = None) -> int:
        """Remove crystals by id, or all that a filter lets through; how many. Raises InputError for an unknown id."""
        from clics.query.filters import parse_filter

        library = self.library(write=True)
        if where is None:
            return library.remove(ids)
        if ids:
            raise InputError("Name the crystals to remove, or a filter, not both.", kind="bad-option")
        return library.remove_where(parse_filter(where))

    def build_starter(
        self,
        output: Path,
        *,
        workers: int = 1,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> AddReport:
        """Build the library that ships: the AFLOW prototypes with their mineral names (:mod:`clics.library.starter`)."""
        from clics.library.starter import build_starter

        return build_starter(output, self.encoder, workers=workers, progress=progress, cancel=cancel)

    def library_export(
        self,
        output: Path,
        *,
        format: str | None = None,
        where: str | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> int:
        """Write crystals (``jsonl``, a folder of ``cif``) or their table (csv, xlsx, json, html); how many."""
        from clics.export.libraries import export_library
        from clics.query.filters import parse_filter

        condition = parse_filter(where)
        return export_library(self.library(), output, format=format, where=condition, progress=progress, cancel=cancel)
