"""The sentences of the geometry panel, from the engine's figures. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics_gui.style.labels import counted, pretty_formula, pretty_symbol, short_phrase

if TYPE_CHECKING:
    from clics.results import Analysis, CellParameters, Geometry, Symmetry

    from clics_gui.state.documents import Document


def symmetry_line(symmetry: Symmetry | None, system: str = "") -> str:
    """``"Pnma · no. 62 · orthorhombic"``."""
    if symmetry is None:
        return "Space group unknown"
    parts = [pretty_symbol(symmetry.symbol), f"no. {symmetry.number}", *([system] if system else [])]
    return " · ".join(parts)


def tolerance_line(symmetry: Symmetry | None) -> str:
    """One symbol for all tolerances, or what differs: ``"Pnma at 0.1 Å, P1 at 0.01 Å and 0.001 Å"``."""
    if symmetry is None:
        return "No tolerance gives a space group."
    found = [(symmetry.tolerance, symmetry.symbol)]
    found += [(group.symprec, group.symbol) for group in symmetry.other_tolerances]
    found.sort(reverse=True)
    groups: list[tuple[str, list[str]]] = []
    for tolerance, symbol in found:
        if not groups or groups[-1][0] != symbol:
            groups.append((symbol, []))
        groups[-1][1].append(f"{tolerance:g}\N{NO-BREAK SPACE}Å")
    if len(groups) == 1:
        return f"The same at {_and(groups[0][1])}"
    return ", ".join(f"{pretty_symbol(symbol)} at {_and(tolerances)}" for symbol, tolerances in groups)


def cell_rows(geometry: Geometry) -> list[tuple[str, str]]:
    """Name and value of the figures under the formula."""
    cell = geometry.parameters
    rows = [
        ("Cell", f"a {cell.a:.4f}  b {cell.b:.4f}  c {cell.c:.4f} Å"),
        ("Angles", _angles(cell)),
        ("Volume", f"{geometry.volume:.2f} Å³"),
        ("Density", f"{geometry.density:.3f} g/cm³"),
        ("Sites", str(geometry.sites)),
    ]
    if geometry.description is not None:
        rows.append(("Bonded in", _DIMENSIONS.get(geometry.description.dimensionality, "unknown dimensions")))
    return rows


def copied(document: Document) -> str:
    """All of the panel as plain text, for the clipboard."""
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
    if analysis is not None and analysis.error is None:
        lines += ["", "The model's space groups (score, symmetry analysis)"]
        lines += [
            f"{_score(group.score)}\t{group.symbol}\t{badge(group.agrees, 'agrees', 'disagrees').strip()}"
            for group in analysis.space_groups
        ]
        for title, ranked in (("environments", analysis.environments), ("connections", analysis.connections)):
            lines += ["", f"The model's {title} (score, description)"]
            lines += [
                f"{_score(one.score)}\t{one.phrase}\t{badge(one.in_description, 'found', 'not found').strip()}"
                for one in ranked
            ]
    if geometry is not None and geometry.description is not None:
        lines += ["", geometry.description.text]
    if geometry is not None and geometry.warnings:
        lines += ["", *geometry.warnings]
    return "\n".join(lines)


def badge(value: bool | None, yes: str, no: str) -> str:
    """Sign and word of a verdict; empty where there is none."""
    return "" if value is None else f"✓ {yes}" if value else f"✗ {no}"


def lit_line(document: Document) -> str:
    """What is lit, and where the link comes from; of the model's sites also whether the description names the same."""
    lit = document.lit or frozenset()
    begin = f"{short_phrase(document.lit_phrase)}: {len(lit)} of {counted(len(document.atoms.species), 'site')}"
    if not document.lit_by_model:
        return f"{begin}. The link comes from the geometry of the description, not from the model."
    phrases = document.geometry.phrases if document.geometry is not None else ()
    link = next((link for link in phrases if link.phrase == document.lit_phrase), None)
    begin += ", the nearest to it by the model"
    if link is None:
        return f"{begin}."
    told = {*link.atoms, *link.partners}
    if lit in (set(link.atoms), told):
        return f"{begin}. The description finds it at the same sites."
    return f"{begin}. The description finds it at {counted(len(told), 'site')}, of which these are {len(told & lit)}."


def sites_by_model(document: Document, phrase: str) -> frozenset[int] | None:
    """The sites that the model takes a phrase of its lists to speak of; None where it does not tell sites."""
    for match in document.matches or ():
        if match.said == phrase:
            return frozenset(match.atoms)
    analysis = document.analysis
    ranked = (*analysis.environments, *analysis.connections) if analysis is not None else ()
    found = next((one.atoms for one in ranked if one.phrase == phrase), None)
    return None if found is None else frozenset(found)


def ranking_state(analysis: Analysis | None, error: str, asked: bool) -> str:
    """What stands where the model's lists will be, or why there are none; empty where they can be shown."""
    if error:
        return error
    if analysis is None:
        return "The model is being asked…" if asked else "The model was not asked."
    return analysis.error.message if analysis.error is not None else ""


def headline(geometry: Geometry) -> str:
    """The formula, large."""
    return pretty_formula(geometry.formula)


def _score(score: float) -> str:
    return f"{score:.3f}"


def _angles(cell: CellParameters) -> str:
    return f"α {cell.alpha:.2f}°  β {cell.beta:.2f}°  γ {cell.gamma:.2f}°"


def _and(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


_DIMENSIONS = {0: "molecules (0-D)", 1: "chains (1-D)", 2: "layers (2-D)", 3: "a framework (3-D)"}
