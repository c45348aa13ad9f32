"""The one-page report of a crystal, put together from its geometry, the model's ranking and similar crystals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clics.results.geometry_text import geometry_text
from clics.results.geometry_words import DIMENSIONS, bonding_words, site_rows
from clics.results.report import Orbit, Report, Scored, SimilarCrystal

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.results.analysis import Analysis, RankedPhrase
    from clics.results.geometry import Geometry
    from clics.results.provenance import Provenance
    from clics.results.search import Hit

RANKED = 5
"""Lines of each list of the model."""


def make_report(
    crystal: Crystal,
    geometry: Geometry,
    analysis: Analysis | None,
    hits: Iterable[Hit],
    *,
    title: str,
    notes: Sequence[str],
    about: Provenance,
) -> Report:
    """The report of a crystal.

    Args:
        crystal: The crystal.
        geometry: Its geometry.
        analysis: The model's ranking; None where there is none.
        hits: Structurally similar crystals, best first.
        title: Heading; the block or file name by default.
        notes: What is missing, and why.
        about: Where the results come from.
    """
    facts = geometry.description.geometry if geometry.description is not None else None
    return Report(
        title=title or crystal.block or Path(crystal.source).stem or crystal.id,
        formula=geometry.formula,
        source=Path(crystal.source).name + (f", block {crystal.block}" if crystal.block else ""),
        headline=_headline(geometry),
        figures=_figures(geometry),
        symmetry=_symmetry(geometry),
        orbits=_orbits(geometry),
        geometry=() if facts is None else site_rows(facts),
        space_groups=tuple(
            Scored(one.symbol, one.score, one.agrees) for one in (analysis.space_groups[:RANKED] if analysis else ())
        ),
        environments=_phrases(analysis.environments if analysis else ()),
        connections=_phrases(analysis.connections if analysis else ()),
        similar=tuple(SimilarCrystal(hit.id, hit.formula, hit.space_group, hit.score or 0.0) for hit in hits),
        description=""
        if geometry.description is None
        else geometry_text(geometry.description, geometry.formula) or geometry.description.text,
        notes=tuple(dict.fromkeys(notes)),
        about=about,
    )


def _headline(geometry: Geometry) -> str:
    symmetry, description = geometry.symmetry, geometry.description
    if symmetry is None:
        return "Space group unknown"
    system = [description.crystal_system] if description is not None and description.crystal_system else []
    return " · ".join([symmetry.symbol, f"no. {symmetry.number}", *system])


def _figures(geometry: Geometry) -> tuple[tuple[str, str], ...]:
    cell, description = geometry.parameters, geometry.description
    figures = [
        ("a, b, c", f"{cell.a:.4f}, {cell.b:.4f}, {cell.c:.4f} Å"),
        ("α, β, γ", f"{cell.alpha:.2f}°, {cell.beta:.2f}°, {cell.gamma:.2f}°"),
        ("Volume", f"{geometry.volume:.2f} Å³"),
        ("Density", f"{geometry.density:.3f} g/cm³"),
        ("Sites", str(geometry.sites)),
    ]
    if description is not None:
        of_number = DIMENSIONS.get(description.dimensionality, "unknown")
        words = of_number if description.geometry is None else bonding_words(description.geometry)
        figures.append(("Dimensionality", words))
    if description is not None and description.mineral:
        figures.append(("Structure type", description.mineral))
    return tuple(figures)


def _symmetry(geometry: Geometry) -> tuple[tuple[str, str, int], ...]:
    if geometry.symmetry is None:
        return ()
    main = geometry.symmetry
    ladder = [(main.tolerance, main.symbol, main.number)]
    ladder += [(group.symprec, group.symbol, group.number) for group in main.other_tolerances]
    return tuple((f"{tolerance:g} Å", symbol, number) for tolerance, symbol, number in sorted(ladder))


def _orbits(geometry: Geometry) -> tuple[Orbit, ...]:
    rows = []
    for row in geometry.wyckoff:
        x, y, z = (f"{value:.4f}" for value in row.position)
        rows.append(Orbit(row.label, f"{row.multiplicity}{row.letter}", row.site_symmetry, (x, y, z)))
    return tuple(rows)


def _phrases(ranked: Sequence[RankedPhrase]) -> tuple[Scored, ...]:
    return tuple(Scored(one.label, one.score, one.in_description) for one in ranked[:RANKED])
