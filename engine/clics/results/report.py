"""The one-page report of a crystal: its content as text and numbers, which the HTML and PDF pages typeset."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from clics.results.geometry_words import SiteRow
from clics.results.provenance import Provenance
from clics.results.typography import with_pretty_symbols

CellNotation: TypeAlias = Literal["text", "name", "number", "formula", "symbol", "bar", "verdict"]
"""The notation of a cell: plain text, the name of its row, number, chemical formula, space-group or site-symmetry
symbol, bar, check mark."""

VERDICTS = {True: "✓", False: "✗", None: "–"}
"""Marks for agreement with the facts; None: there are no facts to compare with."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A space group or phrase as the model ranks it.

    Attributes:
        text: Symbol or short phrase.
        score: Score in [-1, 1].
        true: Whether the facts agree; None where there are none.
    """

    text: str
    score: float
    true: bool | None


@dataclass(frozen=True, slots=True)
class Orbit:
    """An occupied Wyckoff position.

    Attributes:
        label: Label or element of the site.
        wyckoff: Multiplicity and letter, for example ``4f``.
        site_symmetry: Site-symmetry symbol.
        position: Fractional coordinates of one atom.
    """

    label: str
    wyckoff: str
    site_symmetry: str
    position: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class SimilarCrystal:
    """A structurally similar crystal of the library; ``score`` is the cosine similarity."""

    id: str
    formula: str
    space_group: str
    score: float


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A cell of a table.

    Attributes:
        kind: Its notation.
        text: Its text, in plain ASCII for formulas and symbols; pages raise and lower the figures.
        score: The score that a bar shows.
        true: The verdict that a check mark shows.
    """

    kind: CellNotation
    text: str
    score: float = 0.0
    true: bool | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A titled table of a report; ``head`` names the columns, or is empty."""

    title: str
    rows: tuple[tuple[ReportCell, ...], ...]
    head: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportTables:
    """The tables of a report; those without content have no rows."""

    facts: ReportTable
    orbits: ReportTable
    geometry: ReportTable
    space_groups: ReportTable
    environments: ReportTable
    connections: ReportTable
    similar: ReportTable


@dataclass(frozen=True, slots=True)
class Report:
    """The content of a report on one crystal.

    Attributes:
        title: Name of the crystal.
        formula: Reduced formula.
        source: File and block.
        headline: Space group and crystal system.
        figures: Names and values of cell parameters and other properties.
        symmetry: Tolerance, symbol and number of the space group at each tolerance.
        orbits: The occupied Wyckoff positions.
        geometry: The geometry of every orbit in words.
        space_groups: Space groups as the model ranks them.
        environments: Coordination environments as the model ranks them.
        connections: Connections of polyhedra as the model ranks them.
        similar: Structurally similar crystals of the library.
        description: The description in words.
        notes: Warnings, and the reasons for parts that are missing.
        about: Model, library and licences.
    """

    title: str
    formula: str
    source: str
    headline: str
    figures: tuple[tuple[str, str], ...]
    symmetry: tuple[tuple[str, str, int], ...]
    orbits: tuple[Orbit, ...]
    geometry: tuple[SiteRow, ...]
    space_groups: tuple[Scored, ...]
    environments: tuple[Scored, ...]
    connections: tuple[Scored, ...]
    similar: tuple[SimilarCrystal, ...]
    description: str
    notes: tuple[str, ...]
    about: Provenance

    def tables(self) -> ReportTables:
        """The tables of the report, with their titles, for any kind of page."""
        facts = [(ReportCell("name", name), ReportCell("number", value)) for name, value in self.figures]
        facts += [
            (ReportCell("name", f"Symmetry at {tolerance}"), ReportCell("symbol", f"{symbol} ({number})"))
            for tolerance, symbol, number in self.symmetry
        ]
        orbits = (
            (
                _text(orbit.label),
                _text(orbit.wyckoff),
                ReportCell("symbol", orbit.site_symmetry),
                *(ReportCell("number", coordinate) for coordinate in orbit.position),
            )
            for orbit in self.orbits
        )
        similar = (
            (
                ReportCell("formula", one.formula),
                ReportCell("symbol", one.space_group),
                _text(one.id),
                _score(one.score),
            )
            for one in self.similar
        )
        return ReportTables(
            ReportTable("Cell and symmetry", tuple(facts)),
            ReportTable("Wyckoff positions", tuple(orbits), ("Site", "Wyckoff", "Symmetry", "x", "y", "z")),
            ReportTable(
                "Coordination polyhedra",
                tuple(
                    (
                        _text(row.site),
                        _text(row.coordination),
                        _text(row.shape),
                        ReportCell("formula", row.polyhedron),
                        _text(row.bonds),
                        _text(row.networks),
                    )
                    for row in self.geometry
                ),
                ("Site", "CN", "Shape", "Polyhedron", "Bonds", "Networks"),
            ),
            _ranked("Predicted space groups", self.space_groups, "symbol"),
            _ranked("Predicted environments", self.environments, "text"),
            _ranked("Predicted connections", self.connections, "text"),
            ReportTable("Similar structures", tuple(similar)),
        )

    def texts(self) -> tuple[tuple[str, str], ...]:
        """Titles and texts of the paragraphs below the tables; those without content are left out."""
        description = with_pretty_symbols(self.description, [symbol for _, symbol, _ in self.symmetry])
        texts = (("Description", description), ("Remarks", " ".join(self.notes)))
        return tuple((title, text) for title, text in texts if text)

    def explained(self) -> str:
        """The meaning of scores and marks, and the origin of the facts."""
        facts = "Symmetry by spglib and moyopy, bonds by CrystalNN, shapes by continuous shape measures (S)"
        if not self.space_groups:
            return f"{facts}."
        signs = (
            "Scores are cosine similarities. ✓ agrees with symmetry analysis or with the computed description; "
            "✗ does not."
        )
        return f"{signs} {facts}; neither is an input of the model."

    def origin(self) -> str:
        """Model, library and program, in one line for the foot of the page."""
        parts = [
            f"Model: {self.about.model}" if self.about.model else "",
            f"Library: {self.about.library}" if self.about.library else "",
            "Made with CLICS desktop",
        ]
        return " · ".join(part for part in parts if part)


def _text(text: str) -> ReportCell:
    return ReportCell("text", text)


def _score(score: float) -> ReportCell:
    return ReportCell("number", f"{score:.2f}" if math.isfinite(score) else "–")


def _ranked(title: str, lines: Iterable[Scored], kind: CellNotation) -> ReportTable:
    rows = (
        (
            ReportCell(kind, line.text),
            ReportCell("bar", "", score=line.score),
            _score(line.score),
            ReportCell("verdict", VERDICTS[line.true], true=line.true),
        )
        for line in lines
    )
    return ReportTable(title, tuple(rows))
