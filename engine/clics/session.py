"""The session: the one interface through which command line, window and notebooks use the program.

Importing this module is cheap; torch, pymatgen and the rest are imported by the first call that needs them. Results are
plain types (:mod:`clics.results`). A session may be used by one thread at a time; model and library are opened once, under
a lock. Every long call takes ``progress`` and ``cancel``; one that is cancelled raises
:class:`~clics.errors.Cancelled` and keeps the results that it has reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, overload

from clics.progress import CancelToken, ProgressCallback, silent
from clics.results.analysis import Analyses, Descriptions
from clics.results.queries import SearchQuery, SimilarQuery, with_phrase_tuples
from clics.services.checks import CheckMethods
from clics.services.crystals import CrystalMethods
from clics.services.datasets import DatasetService
from clics.services.evaluation import EvaluationService
from clics.services.exports import ExportService
from clics.services.library import LibraryService
from clics.services.maps import MapService
from clics.services.models import ModelService
from clics.services.queries import QueryService
from clics.services.reports import ReportService
from clics.services.state import SessionState
from clics.services.training import TrainingService

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.model.encoder import Encoder
    from clics.results.analysis import Analysis, Described
    from clics.results.bond_rules import BondRules
    from clics.results.description import Description
    from clics.results.geometry import Geometry
    from clics.results.search import SearchResult, SiteMatch
    from clics.sources.inputs import Source, Sources


class Session(CrystalMethods, CheckMethods):
    """Reads, describes, analyses and searches crystals; its services manage libraries, models, trainings and data sets.

    Wherever a crystal is wanted, give a path, a pymatgen ``Structure``, ASE ``Atoms`` or a :class:`~clics.Crystal`. One source
    means one crystal: the answer is one result, and a fault is raised. An iterable of sources means all crystals of files,
    archives and folders: the answer is a sequence, in which each fault is an entry. The methods ``iter_…`` give the entries
    of that sequence one by one, as they are made. A crystal of the library is named by ``id=``.

    Args:
        model: A model folder; the released model by default.
        library: A library file. By default the user's own where it exists, else the starter library, which is copied to the
            user's data folder before the first change. Of several, all are searched; the first one is listed and changed.
        sandboxed: Parse files in a process with limits of time and memory.

    Attributes:
        library: The library in use and other library files.
        maps: Map of the library in use: its crystals on two principal axes of their embeddings.
        models: Models that can be used.
        training: Trainings.
        datasets: Data sets for training.
        evaluation: Evaluation of the model.
        reports: One-page reports.
        exports: Tables as files.
        queries: Completion of phrases and checks of filters.
    """

    def __init__(
        self,
        *,
        model: str | Path | None = None,
        library: str | Path | Iterable[str | Path] | None = None,
        sandboxed: bool = True,
    ) -> None:
        named = [] if library is None else [library] if isinstance(library, (str, Path)) else list(library)
        files = list(dict.fromkeys(map(Path, named)))
        self._state = SessionState(
            model=None if model is None else Path(model),
            library=files[0] if files else None,
            further=files[1:],
            sandboxed=sandboxed,
        )
        self.library = LibraryService(self._state)
        self.maps = MapService(self._state)
        self.models = ModelService(self._state)
        self.training = TrainingService()
        self.datasets = DatasetService()
        self.evaluation = EvaluationService(self._state)
        self.exports = ExportService(self._state)
        self.reports = ReportService(self._state, self.exports)
        self.queries = QueryService(self._state)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<clics.Session: {self._state.summary()}>"

    def close(self) -> None:
        """Close the library. The session can be used again; it opens what it needs."""
        self._state.close()

    @property
    def model_path(self) -> Path:
        """The model folder. Raises ModelError where the released model is missing."""
        return self._state.model_path

    @property
    def encoder(self) -> Encoder:
        """The model, loaded at the first use. Raises ModelError where its folder is missing or damaged."""
        return self._state.encoder

    def share_model(self, other: Session) -> None:
        """Use the model that another session has loaded, where its folder is the same."""
        self._state.share_model(other._state)

    # ---- geometry ---------------------------------------------------------------------------------------------------

    @overload
    def describe(
        self,
        source: Source,
        block: str | None = None,
        *,
        mineral: bool = False,
        symprec: float = 0.01,
        bonds: BondRules | None = None,
    ) -> Description: ...
    @overload
    def describe(
        self, *, id: str, mineral: bool = False, symprec: float = 0.01, bonds: BondRules | None = None
    ) -> Description: ...
    @overload
    def describe(
        self, source: Iterable[Source], *, mineral: bool = False, symprec: float = 0.01, bonds: BondRules | None = None
    ) -> Descriptions: ...
    def describe(
        self,
        source: Sources | None = None,
        block: str | None = None,
        *,
        id: str | None = None,
        mineral: bool = False,
        symprec: float = 0.01,
        bonds: BondRules | None = None,
    ) -> Description | Descriptions:
        """Describe the geometry of one crystal, or of all crystals of several sources; needs no model.

        Args:
            source: One source, or an iterable of sources.
            block: Name of the crystal in a file that holds several.
            id: In place of a source, a crystal of the library.
            mineral: Name the structure type too (slower).
            symprec: Symmetry tolerance in Å.
            bonds: Rules by which the bonds of the facts of geometry are corrected (``BondRules.parse(["Ti-Ti:none"])``).
                The sentences of robocrystallographer stay those of CrystalNN.

        Raises:
            CrystalError: One source is no crystal.
            DescriptionError: One crystal cannot be described.
            InputError: ``unknown-id``.
        """
        from clics.descriptions.describe import describe
        from clics.symmetry.analysis import check_tolerance

        check_tolerance(symprec)
        if self._is_single(source, block, id):
            return describe(self._one(source, block, id), mineral=mineral, symprec=symprec, bonds=bonds)
        return Descriptions(self.iter_descriptions(source, mineral=mineral, symprec=symprec, bonds=bonds))

    def iter_descriptions(
        self,
        sources: Sources,
        *,
        mineral: bool = False,
        symprec: float = 0.01,
        bonds: BondRules | None = None,
        ladder: bool = False,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> Iterator[Described]:
        """The description of every crystal of the sources, as they are made; with its symmetry ladder where that is wanted."""
        from clics.analysis import described

        for entry in self.iter_crystals(sources, progress=progress, cancel=cancel):
            yield described(entry, mineral=mineral, symprec=symprec, bonds=bonds, ladder=ladder, cancel=cancel)

    def geometry(
        self,
        source: Source | None = None,
        block: str | None = None,
        *,
        id: str | None = None,
        bonds: BondRules | None = None,
    ) -> Geometry:
        """Symmetry, Wyckoff positions, description, bonds and phrases of one crystal.

        A part that cannot be determined is None or empty, and ``warnings`` give the reason.

        Args:
            source: One source.
            block: Name of the crystal in a file that holds several.
            id: In place of a source, a crystal of the library.
            bonds: Rules by which the bonds of the facts of geometry are corrected, as in :meth:`describe`.

        Raises:
            CrystalError: The source is no crystal.
        """
        from clics.services.geometry import geometry_of

        return geometry_of(self._one(source, block, id), bonds)

    # ---- the model --------------------------------------------------------------------------------------------------

    @overload
    def analyse(
        self, source: Source, block: str | None = None, *, top: int = 5, symmetrise: bool | float = False
    ) -> Analysis: ...
    @overload
    def analyse(self, *, id: str, top: int = 5, symmetrise: bool | float = False) -> Analysis: ...
    @overload
    def analyse(self, source: Iterable[Source], *, top: int = 5, symmetrise: bool | float = False) -> Analyses: ...
    def analyse(
        self,
        source: Sources | None = None,
        block: str | None = None,
        *,
        id: str | None = None,
        top: int = 5,
        symmetrise: bool | float = False,
    ) -> Analysis | Analyses:
        """Rank space groups and geometry phrases for one crystal, or for all crystals of several sources.

        Args:
            source: One source, or an iterable of sources.
            block: Name of the crystal in a file that holds several.
            id: In place of a source, a crystal of the library.
            top: Entries of each ranking.
            symmetrise: Analyse the crystal as idealised on its proposed rung (:meth:`symmetry_ladder`), or at a tolerance in Å.

        Returns:
            The analysis. A crystal that the model cannot take (disordered, too large) has its symmetry and an ``error``.

        Raises:
            CrystalError: One source is no crystal.
            InputError: ``unknown-id``.
            ModelError: The model cannot be loaded.
        """
        from clics.analysis import of_crystal
        from clics.results.queries import check_count

        check_count(top)
        if self._is_single(source, block, id):
            crystal = self._as_idealised(self._one(source, block, id), symmetrise)
            return of_crystal(crystal, self._state.encoder, top=top)
        return Analyses(self.iter_analyses(source, top=top, symmetrise=symmetrise))

    def iter_analyses(
        self,
        sources: Sources,
        *,
        top: int = 5,
        symmetrise: bool | float = False,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> Iterator[Analysis]:
        """The analysis of every crystal of the sources, as they are made."""
        from clics.analysis import of_crystal, of_refusal
        from clics.crystals.crystal import Refusal

        crystals = self.iter_crystals(sources, progress=progress, cancel=cancel)
        encoder = self._state.encoder
        for entry in crystals:
            if isinstance(entry, Refusal):
                yield of_refusal(entry)
            else:
                yield of_crystal(self._as_idealised(entry, symmetrise, cancel), encoder, top=top)

    def rank(self, crystal: Crystal, geometry: Geometry, *, top: int = 8) -> Analysis:
        """Rank space groups and geometry phrases for a crystal whose geometry is known, as :meth:`analyse` does.

        Args:
            crystal: The crystal.
            geometry: Its geometry (:meth:`geometry`).
            top: Entries of each ranking.

        Raises:
            ModelError: The model cannot be loaded.
        """
        from clics.analysis import of_described

        encoder = self._state.encoder
        return of_described(crystal, geometry.symmetry, geometry.description, geometry.warnings, encoder, top=top)

    def matching_atoms(self, crystal: Source, phrase: str) -> tuple[SiteMatch, ...]:
        """For each part of a phrase that is about local geometry, the atoms that fit it best by the model.

        Args:
            crystal: One source, an ordered crystal.
            phrase: A phrase, as typed.

        Returns:
            A match for each such part; none where no part is about local geometry, or where the model has no
            embeddings of sites.

        Raises:
            CrystalError: The model cannot take the crystal.
        """
        from clics.crystals.check import check_for_model
        from clics.retrieval.site_matching import matching_atoms

        if self._state.encoder.site_space is None:
            return ()
        read = self._state.read_one(crystal)
        check_for_model(read)
        return matching_atoms(read.arrays(), phrase, self._state.encoder)

    # ---- search -----------------------------------------------------------------------------------------------------

    @overload
    def search(self, query: SearchQuery) -> SearchResult: ...
    @overload
    def search(
        self,
        query: str = "",
        *,
        top: int = 10,
        where: str | None = None,
        must: Iterable[str] = (),
        must_not: Iterable[str] = (),
        facts_first: bool = False,
        sort: str = "",
    ) -> SearchResult: ...
    def search(self, query: str | SearchQuery = "", **options: Any) -> SearchResult:
        """Rank the crystals of the library by a phrase, or list those that pass a filter.

        Args:
            query: A phrase, or a query. Without a phrase, the crystals that pass the filter are sorted.
            options: For a phrase, the fields of :class:`~clics.results.SearchQuery`.

        Raises:
            InputError: The phrase or the filter cannot be read.
            LibraryError: The library cannot be read.
        """
        from clics.services.search import search

        return search(
            self._state, query if isinstance(query, SearchQuery) else SearchQuery(query, **with_phrase_tuples(options))
        )

    @overload
    def similar(
        self, query: SimilarQuery, *, progress: ProgressCallback = silent, cancel: CancelToken | None = None
    ) -> SearchResult: ...
    @overload
    def similar(
        self,
        query: Source | None = None,
        *,
        block: str | None = None,
        id: str | None = None,
        top: int = 10,
        where: str | None = None,
        but: str | None = None,
        weight: float = 0.5,
        must: Iterable[str] = (),
        must_not: Iterable[str] = (),
        same_formula: bool = True,
        superpose: bool = False,
        symmetrise: bool | float = False,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
    ) -> SearchResult: ...
    def similar(
        self,
        query: Source | SimilarQuery | None = None,
        *,
        block: str | None = None,
        progress: ProgressCallback = silent,
        cancel: CancelToken | None = None,
        **options: Any,
    ) -> SearchResult:
        """Rank the crystals of the library by their structural similarity to one crystal.

        Args:
            query: One source, or a query.
            block: Name of the crystal in a file that holds several.
            options: For a source, the fields of :class:`~clics.results.SimilarQuery`; ``id`` names a crystal of the library.
            progress: Called with the number of crystals that were superimposed.
            cancel: Checked between two of them, and between two crystals of a file.

        Raises:
            CrystalError: The source is no crystal, or the model cannot take it.
            InputError: ``unknown-id``, or a phrase or filter cannot be read.
            LibraryError: The library cannot be read.
        """
        from clics.services.search import similar

        if not isinstance(query, SimilarQuery):
            crystal = None if query is None else self._state.read_one(query, block, cancel)
            title = str(query) if isinstance(query, (str, Path)) else ""
            query = SimilarQuery(crystal, title=title, **with_phrase_tuples(options))
        return similar(self._state, query, progress=progress, cancel=cancel)

    def export(self, results: Iterable[object] | object, output: str | Path, *, format: str | None = None) -> int:
        """Write results as a table; the same as ``session.exports.table``.

        Args:
            results: A search result, an analysis, a description, several of these, or rows of a library.
            output: The file; one that is there is replaced.
            format: ``csv``, ``xlsx``, ``json`` or ``html``; by default the ending of ``output``.

        Returns:
            Number of rows.
        """
        return self.exports.table(results, output, format=format)
