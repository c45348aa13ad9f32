"""One-page reports of crystals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clics.errors import ClicsError

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.results.analysis import Analysis
    from clics.results.geometry import Geometry
    from clics.results.report import Report
    from clics.results.search import Hit, SearchResult
    from clics.services.exports import ExportService
    from clics.services.state import SessionState
    from clics.sources.inputs import Source

SIMILAR = 8
"""Similar crystals of a report."""


class ReportService:
    """Makes and writes reports. ``session.reports``."""

    def __init__(self, state: SessionState, exports: ExportService) -> None:
        self._state = state
        self._exports = exports

    def crystal(
        self,
        source: Source,
        *,
        block: str | None = None,
        title: str = "",
        geometry: Geometry | None = None,
        analysis: Analysis | None = None,
    ) -> Report:
        """Symmetry, geometry, the model's ranking and similar crystals on one page.

        A part that cannot be made (no model, a disordered crystal, a library without embeddings of the model) is missing,
        and a note says why.

        Args:
            source: The crystal.
            block: Which crystal of a file that holds several.
            title: Heading; the block or file name by default.
            geometry: Its geometry, where it is known already.
            analysis: The model's ranking, where it is known already.
        """
        from clics.export.report import make_report
        from clics.services.geometry import geometry_of

        crystal = self._state.read_one(source, block)
        geometry = geometry or geometry_of(crystal)
        notes = list(geometry.warnings)
        hits: tuple[Hit, ...] = ()
        library = ""
        try:
            analysis = analysis or self._ranked(crystal, geometry)
            if analysis.error is not None:
                notes.append(analysis.error.message)
            else:
                similar = self._similar(crystal, geometry)
                hits, library = similar.hits, similar.library
        except ClicsError as error:
            notes.append(error.message)
        ranked = analysis is not None and analysis.error is None
        about = self._exports.provenance(library=library, model=ranked)
        return make_report(crystal, geometry, analysis, hits, title=title, notes=notes, about=about)

    def write(self, report: Report, output: str | Path, picture: bytes = b"") -> None:
        """Write a report as one self-contained HTML page.

        Args:
            report: The report.
            output: The file; one that is there is replaced.
            picture: A PNG of the crystal.

        Raises:
            ClicsError: ``not-written``.
        """
        from clics.export.report_html import page

        self._exports.file(output, page(report, picture).encode("utf-8", "replace"))

    def _ranked(self, crystal: Crystal, geometry: Geometry) -> Analysis:
        from clics.analysis import of_described
        from clics.export.report import RANKED

        return of_described(
            crystal, geometry.symmetry, geometry.description, geometry.warnings, self._state.encoder, top=RANKED
        )

    def _similar(self, crystal: Crystal, geometry: Geometry) -> SearchResult:
        from clics.results.queries import SimilarQuery
        from clics.services.search import similar

        query = SimilarQuery(crystal, top=SIMILAR, description=geometry.description)
        return similar(self._state, query)
