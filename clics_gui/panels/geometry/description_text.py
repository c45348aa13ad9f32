"""Texts of the geometry panel, made from the engine's results. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics.results.geometry_text import geometry_text
from clics.results.geometry_words import DIMENSIONS, bonding_words, orbit_lines
from clics.results.typography import with_pretty_symbols

from clics_gui.panels.site_lines import typeset
from clics_gui.style.labels import counted, plain_phrase, pretty_formula, pretty_symbol

if TYPE_CHECKING:
    from clics.results import Analysis, CellParameters, Description, Geometry, RankedPhrase, Symmetry

    from clics_gui.state.documents import Document


def symmetry_line(symmetry: Symmetry | None, system: str = "") -> str:
    """Space group in one line: ``"Pnma · no. 62 · orthorhombic"``."""
    if symmetry is None:
        return "Space group unknown"
    parts = [pretty_symbol(symmetry.symbol), f"no. {symmetry.number}", *([system] if system else [])]
    return " · ".join(parts)


def tolerance_line(symmetry: Symmetry | None) -> str:
    """Space groups at the tolerances: one for all, or ``"Pnma at 0.1 Å, P1 at 0.01 Å and 0.001 Å"``."""
    if symmetry is None:
        return "No space group found at any tolerance."
    ladder = [(symmetry.tolerance, symmetry.symbol)]
    ladder += [(group.symprec, group.symbol) for group in symmetry.other_tolerances]
    ladder.sort(reverse=True)
    groups: list[tuple[str, list[str]]] = []
    for tolerance, symbol in ladder:
        if not groups or groups[-1][0] != symbol:
            groups.append((symbol, []))
        groups[-1][1].append(f"{tolerance:g}\N{NO-BREAK SPACE}Å")
    if len(groups) == 1:
        return f"Same at {_and(groups[0][1])}"
    return ", ".join(f"{pretty_symbol(symbol)} at {_and(tolerances)}" for symbol, tolerances in groups)


def cell_rows(geometry: Geometry) -> list[tuple[str, str]]:
    """Names and values of the cell, volume (Å³), density (g/cm³), sites and dimensionality."""
    cell = geometry.parameters
    rows = [
        ("Cell", f"a {cell.a:.4f}  b {cell.b:.4f}  c {cell.c:.4f} Å"),
        ("Angles", _angles(cell)),
        ("Volume", f"{geometry.volume:.2f} Å³"),
        ("Density", f"{geometry.density:.3f} g/cm³"),
        ("Sites", str(geometry.sites)),
    ]
    if geometry.description is not None:
        rows.append(("Dimensionality", dimensionality(geometry.description)))
    return rows


def dimensionality(description: Description) -> str:
    """Dimensionality and extent: ``"2D, layers parallel to (001)"``; without facts the number alone tells them."""
    if description.geometry is not None:
        return bonding_words(description.geometry)
    return DIMENSIONS.get(description.dimensionality, "unknown")


def sentences(geometry: Geometry) -> str:
    """The description in sentences, with formulas and space group as in print; empty where there are no facts."""
    description = geometry.description
    if description is None or description.geometry is None:
        return ""
    text = typeset(geometry_text(description, geometry.formula), description.geometry, geometry.formula)
    return with_pretty_symbols(text, [description.space_group.symbol])


def copied(document: Document) -> str:
    """Contents of the panel as plain text for the clipboard."""
    lines = [document.title]
    geometry, analysis = document.geometry, document.analysis
    if geometry is not None:
        system = geometry.description.crystal_system if geometry.description else ""
        lines += [
            f"Formula: {geometry.formula}",
            f"Space group: {symmetry_line(geometry.symmetry, system)} ({tolerance_line(geometry.symmetry)})",
        ]
        lines += [f"{name}: {value}" for name, value in cell_rows(geometry)]
        if geometry.wyckoff:
            lines += ["", "Wyckoff positions\nsite\tposition\tsymmetry\tx\ty\tz"]
            lines += [
                "\t".join((row.label, f"{row.multiplicity}{row.letter}", row.site_symmetry,
                           *(f"{value:.5f}" for value in row.position)))
                for row in geometry.wyckoff
            ]  # fmt: skip
    if geometry is not None and geometry.description is not None:
        facts = geometry.description.geometry
        if facts is not None:
            lines += ["", "Coordination", *orbit_lines(facts, most=None)]
        lines += ["", geometry_text(geometry.description, geometry.formula) or geometry.description.text]
    if analysis is not None and analysis.error is None:
        lines += ["", "Model prediction: space groups (score, relation to the group found)"]
        lines += [
            f"{_score(group.score)}\t{group.symbol}\t{group.relation or badge(group.agrees, 'same', 'other')}"
            for group in analysis.space_groups
        ]
        for title, ranked in (
            ("coordination shapes", analysis.shapes), ("networks", analysis.networks),
            ("dimensionality", analysis.dimensionalities), ("environments", analysis.environments),
            ("connections", analysis.connections),
        ):  # fmt: skip
            if not ranked:
                continue
            lines += ["", f"Model prediction: {title} (score, geometric analysis)"]
            lines += [
                f"{_score(one.score)}\t{label_of(one)}\t{badge(one.in_description, 'found', 'not found').strip()}"
                for one in ranked
            ]
    if geometry is not None and geometry.warnings:
        lines += ["", *geometry.warnings]
    return "\n".join(lines)


def label_of(ranked: RankedPhrase) -> str:
    """A ranked phrase in few words."""
    return ranked.label or plain_phrase(ranked.phrase)


def badge(value: bool | None, yes: str, no: str) -> str:
    """Sign and word of a verdict; empty if there is none."""
    return "" if value is None else f"✓ {yes}" if value else f"✗ {no}"


def highlight_line(document: Document) -> str:
    """The highlighted sites and their origin; for sites of the model also the agreement with geometric analysis."""
    highlighted = document.highlighted or frozenset()
    phrase = plain_phrase(document.highlighted_phrase)
    if not document.highlighted_by_model:
        count = f"{len(highlighted)} of {counted(len(document.atoms.species), 'site')}"
        origin = "" if phrase == document.highlighted_phrase else " Highlighted sites are from geometric analysis."
        return f"{phrase} ({count}).{origin}"
    phrases = document.geometry.phrases if document.geometry is not None else ()
    link = next((link for link in phrases if link.phrase == document.highlighted_phrase), None)
    verb, noun = ("is", "match") if len(highlighted) == 1 else ("are", "matches")
    begin = f"{phrase}: {site_names(document.geometry, highlighted)} {verb} the closest {noun} (model)"
    if link is None:
        return f"{begin}."
    atoms = {*link.atoms, *link.partners}
    if highlighted in (set(link.atoms), atoms):
        return f"{begin}. Geometric analysis finds it at the same sites."
    number = len(atoms & highlighted)
    return f"{begin}. Geometric analysis finds it at {counted(len(atoms), 'site')}, {number} of them highlighted."


def site_names(geometry: Geometry | None, sites: frozenset[int]) -> str:
    """Sites by number or count with their orbit labels: ``"site 1 (Ti1)"``, ``"4 sites (O1)"``."""
    labels = [row.label for row in geometry.wyckoff if sites & set(row.atoms)] if geometry is not None else []
    shown = ", ".join(labels[:4]) + (", …" if len(labels) > 4 else "")
    count = f"site {min(sites) + 1}" if len(sites) == 1 else counted(len(sites), "site")
    return f"{count} ({shown})" if shown else count


def sites_by_model(document: Document, phrase: str) -> frozenset[int] | None:
    """Sites that match a phrase best by the model; None if the model names none for it."""
    for match in document.matches or ():
        if match.matched_text == phrase:
            return frozenset(match.atoms)
    analysis = document.analysis
    ranked = (*analysis.shapes, *analysis.environments, *analysis.connections) if analysis is not None else ()
    atoms = next((one.atoms for one in ranked if one.phrase == phrase), None)
    return None if atoms is None else frozenset(atoms)


def ranking_state(analysis: Analysis | None, error: str, requested: bool) -> str:
    """Text in place of the model's lists; empty if they can be shown."""
    if error:
        return error
    if analysis is None:
        return "Running the model…" if requested else "The model was not run."
    return analysis.error.message if analysis.error is not None else ""


def headline(geometry: Geometry) -> str:
    """Formula with subscripts."""
    return pretty_formula(geometry.formula)


def _score(score: float) -> str:
    return f"{score:.3f}"


def _angles(cell: CellParameters) -> str:
    return f"α {cell.alpha:.2f}°  β {cell.beta:.2f}°  γ {cell.gamma:.2f}°"


def _and(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
