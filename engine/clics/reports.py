"""What an Session writes down: tables of results, and the one-page report of a crystal, with where they come from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clics.errors import ClicsError

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.library.store import Library
    from clics.results.analysis import Analysis, RankedPhrase, RankedSpaceGroup
    from clics.results.description import Description
    from clics.results.geometry import Geometry
    from clics.results.provenance import Provenance
    from clics.results.report import Orbit, Report, Scored
    from clics.results.search import Hit

RANKED, ALIKE = 5, 8
"""Lines of each of the model's lists in a report, and similar crystals."""
_LICENCE = "Licence of the data: "
_DIMENSIONS = {0: "molecules (0-D)", 1: "chains (1-D)", 2: "layers (2-D)", 3: "a framework (3-D)"}


class Reporting:
    """The part of :class:`clics.session.Session` that writes results; used through it only."""

    @property
    def model_path(self) -> Path:
        """The folder of the model."""
        raise NotImplementedError

    def library(self, *, write: bool = False) -> Library:
        """The library that results are from."""
        raise NotImplementedError

    def geometry(self, crystal: Crystal) -> Geometry:
        """Symmetry and description."""
        raise NotImplementedError

    def rank(self, crystal: Crystal, geometry: Geometry) -> Analysis:
        """What the model says."""
        raise NotImplementedError

    def similar(self, query: Crystal, *, top: int, description: Description | None) -> Any:
        """Crystals of the library that are built alike."""
        raise NotImplementedError

    def about(self, *, title: str = "", query: str = "", library: str = "", model: bool = False) -> Provenance:
        """Where results come from: the name of a library, and this engine's model where it took part.

        Of the model, its configuration and card alone are read. Raises ModelError and LibraryError.
        """
        from clics.library.state import state_of
        from clics.results.provenance import Provenance

        owed, named = [], ""
        if library and (source := self.library()).name == library:
            owed.append(state_of(source, ("",)).attribution)
        if model:
            named, licence = self._model()
            owed.append(f"The model learnt from {licence}" if licence else "")
        return Provenance(title, library, named, query, " ".join(part.rstrip(".") + "." for part in owed if part))

    def _model(self) -> tuple[str, str]:
        """Name with fingerprint, and the licence of what it learnt from as its card says."""
        from clics import paths
        from clics.model.folder import fingerprint_of

        folder = self.model_path
        released = folder == paths.resources() / "model"
        own = folder.parent.name if folder.name == "model" else folder.name
        try:
            lines = (folder / "MODEL_CARD.md").read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            lines = []
        licence = next((line.removeprefix(_LICENCE).rstrip(".") for line in lines if line.startswith(_LICENCE)), "")
        licence = licence[:1].lower() + licence[1:]
        return f"{'CLICS released model' if released else own} ({fingerprint_of(folder)})", licence

    def export(
        self,
        results: Iterable[object],
        output: Path,
        *,
        format: str | None = None,
        title: str = "",
        query: str = "",
        library: str = "",
        model: bool = False,
        sources: Iterable[str | Path] = (),
    ) -> int:
        """Write hits, analyses or rows as a table (csv, xlsx, json, html); how many rows it has.

        ``library`` names where hits are from; ``model``: scores are this engine's model's. Both are said in the file,
        with whom the data are owed to. ``sources``: the files that were read, which are never replaced.
        """
        from clics.export.table_files import write_table

        about = self.about(title=title, query=query, library=library, model=model)
        return write_table(
            results, output, format=format, title=title, library=library, model=about.model, query=query,
            licence=about.licence, sources=sources,
        )  # fmt: skip

    def table_text(self, results: Iterable[object]) -> str:
        """The same rows for the clipboard: lines with tabs."""
        from clics.export.table_files import table_text

        return table_text(results)

    def report(
        self, crystal: Crystal, *, title: str = "", geometry: Geometry | None = None, analysis: Analysis | None = None
    ) -> Report:
        """All that is known of a crystal as one page says it; what is not given is found.

        A part that cannot be had (no model, a disordered crystal, a library without vectors of the model) is missing, and
        a note says why.
        """
        from clics.results.report import Report, SimilarCrystal

        geometry = geometry or self.geometry(crystal)
        notes = list(geometry.warnings)
        try:
            analysis = analysis or self.rank(crystal, geometry)
        except ClicsError as error:
            notes.append(error.message)
        hits: tuple[Hit, ...] = ()
        library = ""
        if analysis is not None and analysis.error is not None:
            notes.append(analysis.error.message)
        elif analysis is not None:
            try:
                found = self.similar(crystal, top=ALIKE, description=geometry.description)
                hits, library = found.hits, found.library
            except ClicsError as error:
                notes.append(error.message)
        asked = analysis is not None and analysis.error is None
        return Report(
            title=title or crystal.block or Path(crystal.source).stem,
            formula=geometry.formula,
            source=Path(crystal.source).name + (f", block {crystal.block}" if crystal.block else ""),
            headline=_headline(geometry),
            figures=_figures(geometry),
            symmetry=_symmetry(geometry),
            orbits=_orbits(geometry),
            space_groups=tuple(_group(one) for one in analysis.space_groups[:RANKED]) if analysis else (),
            environments=tuple(_phrase(one) for one in analysis.environments[:RANKED]) if analysis else (),
            connections=tuple(_phrase(one) for one in analysis.connections[:RANKED]) if analysis else (),
            similar=tuple(SimilarCrystal(hit.id, hit.formula, hit.space_group, hit.score) for hit in hits),
            description=geometry.description.text if geometry.description is not None else "",
            notes=tuple(dict.fromkeys(notes)),
            about=self.about(library=library, model=asked),
        )

    def write_report(self, report: Report, output: Path, picture: bytes = b"") -> None:
        """Write a report as one self-contained HTML page; ``picture`` is a PNG. Raises ClicsError (``not-written``)."""
        from clics.export.report_html import page

        self.write_file(output, page(report, picture).encode("utf-8", "replace"))

    def write_file(self, output: Path, content: bytes) -> None:
        """Write a file whole or not at all. Raises ClicsError of kind ``not-written``."""
        from clics.atomic_files import replacing

        with replacing(output) as file:
            file.write(content)


def _headline(geometry: Geometry) -> str:
    symmetry, description = geometry.symmetry, geometry.description
    if symmetry is None:
        return "Space group unknown"
    system = [description.crystal_system] if description is not None and description.crystal_system else []
    return " · ".join([symmetry.symbol, f"no. {symmetry.number}", *system])


def _figures(geometry: Geometry) -> tuple[tuple[str, str], ...]:
    cell = geometry.parameters
    figures = [
        ("a, b, c", f"{cell.a:.4f}, {cell.b:.4f}, {cell.c:.4f} Å"),
        ("α, β, γ", f"{cell.alpha:.2f}°, {cell.beta:.2f}°, {cell.gamma:.2f}°"),
        ("Volume", f"{geometry.volume:.2f} Å³"),
        ("Density", f"{geometry.density:.3f} g/cm³"),
        ("Sites", str(geometry.sites)),
    ]
    if geometry.description is not None and geometry.description.dimensionality in _DIMENSIONS:
        figures.append(("Bonded in", _DIMENSIONS[geometry.description.dimensionality]))
    if geometry.description is not None and geometry.description.mineral:
        figures.append(("Structure", geometry.description.mineral))
    return tuple(figures)


def _symmetry(geometry: Geometry) -> tuple[tuple[str, str, int], ...]:
    if geometry.symmetry is None:
        return ()
    main = geometry.symmetry
    found = [(main.tolerance, main.symbol, main.number)]
    found += [(group.symprec, group.symbol, group.number) for group in main.other_tolerances]
    return tuple((f"{tolerance:g} Å", symbol, number) for tolerance, symbol, number in sorted(found))


def _orbits(geometry: Geometry) -> tuple[Orbit, ...]:
    from clics.results.report import Orbit

    found = []
    for row in geometry.wyckoff:
        x, y, z = (f"{value:.4f}" for value in row.position)
        found.append(Orbit(row.label, f"{row.multiplicity}{row.letter}", row.site_symmetry, (x, y, z)))
    return tuple(found)


def _group(ranked: RankedSpaceGroup) -> Scored:
    from clics.results.report import Scored

    return Scored(ranked.symbol, ranked.score, ranked.agrees)


def _phrase(ranked: RankedPhrase) -> Scored:
    from clics.concepts.labels import short_phrase
    from clics.results.report import Scored

    return Scored(short_phrase(ranked.phrase), ranked.score, ranked.in_description)
