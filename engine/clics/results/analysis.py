"""The answer for one crystal: ranked concepts beside symmetry analysis and description, or the failure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from clics import html_page
from clics.results.facts import GeometryFacts
from clics.results.geometry_text import geometry_text
from clics.results.geometry_words import orbit_lines
from clics.results.lists import ResultList
from clics.results.typography import pretty_symbol, with_pretty_symbols

if TYPE_CHECKING:
    from pandas import DataFrame

    from clics.results.description import Description, SpaceGroup
    from clics.results.ladder import SymmetryLadder
    from clics.results.table import Table

MODEL_PURPOSE = "The model reads geometry without symmetry analysis; where the two disagree, look closer."
"""What the ranking is for, in one sentence for people."""
_SIGNS = {True: "✓", False: "✗", None: "–"}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a crystal, or a part of its answer, is missing: ``kind`` for programs, ``message`` for people."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Symmetry:
    """Space group of a crystal by symmetry analysis.

    Attributes:
        symbol: Hermann–Mauguin symbol in spglib's ASCII spelling.
        number: 1 to 230.
        tolerance: Distance tolerance in Å at which spglib found it.
        other_tolerances: Space groups that moyopy found at other tolerances.
    """

    symbol: str
    number: int
    tolerance: float
    other_tolerances: tuple[SpaceGroup, ...]

    def to_json(self) -> dict[str, Any]:
        """As ``analyse --json`` prints it."""
        others = [{"symbol": g.symbol, "number": g.number, "tolerance": g.symprec} for g in self.other_tolerances]
        return {
            "symbol": self.symbol,
            "number": self.number,
            "tolerance": self.tolerance,
            "other_tolerances": others,
        }


@dataclass(frozen=True, slots=True)
class RankedSpaceGroup:
    """A space group as the model ranks it.

    Attributes:
        symbol: Hermann–Mauguin symbol.
        number: 1 to 230, None where the symbol is unusual.
        score: Score in [-1, 1].
        agrees: Agreement with symmetry analysis; None where that found nothing.
        relation: Relation to the space group of symmetry analysis: ``same``, ``enantiomorph``, ``subgroup of index 2``,
            ``supergroup with another lattice``, ``other``; empty where that found nothing.
    """

    symbol: str
    number: int | None
    score: float
    agrees: bool | None
    relation: str = ""


@dataclass(frozen=True, slots=True)
class RankedPhrase:
    """A phrase as the model ranks it.

    Attributes:
        phrase: The fixed phrase of the concept.
        score: Score in [-1, 1].
        in_description: Truth by the facts of the description; None without a description.
        atoms: Atoms of the inequivalent sites that the phrase fits best, by the model, as indices into the crystal as it was
            given. None where the model has no embeddings of sites.
        label: The phrase for people, in few words.
    """

    phrase: str
    score: float
    in_description: bool | None
    atoms: tuple[int, ...] | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Analysis:
    """The model's ranking of concepts for one crystal, beside symmetry analysis and description.

    A crystal that could not be read has ``file``, ``block`` and ``error`` only. One that can be read but not embedded
    (disordered, too large) has its symmetry *and* an ``error``.

    Attributes:
        file: The file, or the origin of the structure.
        block: Data block, row or frame of the file.
        formula: Reduced formula.
        sites: Number of sites of the cell.
        symmetry: Space group by symmetry analysis.
        space_groups: The model's ranking, best first; so are ``environments`` and ``connections``, and ``shapes``,
            ``networks`` and ``dimensionalities`` by a model that has learned them.
        description: The description in robocrystallographer's words.
        warnings: Remarks of the reader, of symmetry analysis and of the description.
        error: Why there is no ranking.
        geometry: The facts of geometry.
        summary: The description in sentences made from these facts.
    """

    file: str
    block: str = ""
    formula: str | None = None
    sites: int | None = None
    symmetry: Symmetry | None = None
    space_groups: tuple[RankedSpaceGroup, ...] = ()
    environments: tuple[RankedPhrase, ...] = ()
    connections: tuple[RankedPhrase, ...] = ()
    description: str | None = None
    warnings: tuple[str, ...] = ()
    error: Failure | None = None
    geometry: GeometryFacts | None = None
    summary: str = ""
    shapes: tuple[RankedPhrase, ...] = ()
    networks: tuple[RankedPhrase, ...] = ()
    dimensionalities: tuple[RankedPhrase, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The entry of ``analyse --json`` (docs/reference/json.md)."""
        if self.error is not None and self.formula is None:
            return {"file": self.file, "block": self.block, "error": asdict(self.error)}
        entry: dict[str, Any] = {
            "file": self.file,
            "block": self.block,
            "formula": self.formula,
            "sites": self.sites,
            "symmetry": self.symmetry.to_json() if self.symmetry else None,
            "space_groups": [asdict(ranked) for ranked in self.space_groups],
            "environments": [asdict(ranked) for ranked in self.environments],
            "connections": [asdict(ranked) for ranked in self.connections],
            "shapes": [asdict(ranked) for ranked in self.shapes],
            "networks": [asdict(ranked) for ranked in self.networks],
            "dimensionalities": [asdict(ranked) for ranked in self.dimensionalities],
            "description": self.description,
            "summary": self.summary,
            "geometry": None if self.geometry is None else self.geometry.to_json(),
            "warnings": list(self.warnings),
        }
        if self.error is not None:
            entry["error"] = asdict(self.error)
        return entry

    def to_dataframe(self) -> DataFrame:
        """The ranked concepts as a pandas data frame, one row each."""
        return _table([self]).to_dataframe()

    def _repr_html_(self) -> str:
        before, after = self._lines()
        tables = [
            html_page.table(
                ([_SIGNS[agrees], f"{score:.2f}", escape(label)] for label, score, agrees in ranking),
                caption=f"{title} (model)",
            )
            for title, ranking in self._rankings()
        ]
        return "".join(
            [*(f"<p>{escape(line)}</p>" for line in before), *tables, *(f"<p>{escape(line)}</p>" for line in after)]
        )

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        before, after = self._lines()
        ranked = [
            "\n".join(
                [f"{title} (model):", *(f"  {_SIGNS[agrees]} {score:.2f}  {label}" for label, score, agrees in ranking)]
            )
            for title, ranking in self._rankings()
        ]
        return "\n".join([*before, *ranked, *after])

    @property
    def text_for_people(self) -> str:
        """The description in words, with the symbol of the space group as in print; empty where there is none."""
        symbols = [] if self.symmetry is None else [self.symmetry.symbol]
        return with_pretty_symbols(self.summary or self.description or "", symbols)

    def _rankings(self) -> list[tuple[str, list[tuple[str, float, bool | None]]]]:
        """Title and entries (label, score, truth) of every ranking that has entries."""
        rankings = (
            (
                "Space group",
                [
                    (
                        f"{pretty_symbol(one.symbol)}  {one.relation}".rstrip()
                        if one.relation != "same"
                        else pretty_symbol(one.symbol),
                        one.score,
                        one.agrees,
                    )
                    for one in self.space_groups
                ],
            ),
            ("Coordination environment", [(one.label, one.score, one.in_description) for one in self.environments]),
            ("Connection", [(one.label, one.score, one.in_description) for one in self.connections]),
            ("Coordination shape", [(one.label, one.score, one.in_description) for one in self.shapes]),
            ("Network of polyhedra", [(one.label, one.score, one.in_description) for one in self.networks]),
            ("Dimensionality", [(one.label, one.score, one.in_description) for one in self.dimensionalities]),
        )
        return [(title, ranked) for title, ranked in rankings if ranked]

    def _lines(self) -> tuple[list[str], list[str]]:
        """The lines of text before and after the rankings."""
        if self.formula is None:
            # messages begin with the name of the file
            return [self.error.message if self.error else self.file], []
        name = " ".join(part for part in (self.file, self.block) if part)
        lines = [f"{self.formula}  {name}".rstrip()]
        if self.symmetry is not None:
            symmetry = self.symmetry
            lines.append(
                f"Symmetry analysis: {pretty_symbol(symmetry.symbol)} ({symmetry.number}) at {symmetry.tolerance:g} Å"
            )
        if self.geometry is not None:
            lines += orbit_lines(self.geometry)
        text = self.text_for_people
        after = [text] if text else []
        after += [f"Note: {warning}" for warning in self.warnings]
        after += [f"No ranking: {self.error.message}"] if self.error is not None else []
        return lines, after


@dataclass(frozen=True, slots=True, repr=False)
class Described:
    """The description of one crystal of several, or why there is none.

    Attributes:
        file: The file, or the origin of the structure.
        block: Data block, row or frame of the file.
        formula: Reduced formula; None for what could not be read.
        description: The description.
        error: Why there is none.
        ladder: The symmetry ladder, where it was asked for and found.
        warnings: Notes of the reader.
    """

    file: str
    block: str
    formula: str | None
    description: Description | None
    error: Failure | None = None
    ladder: SymmetryLadder | None = None
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The entry of ``describe --json`` (docs/reference/json.md)."""
        entry: dict[str, Any] = {"file": self.file, "block": self.block}
        if self.warnings:
            entry["warnings"] = list(self.warnings)
        if self.formula is not None:
            entry["formula"] = self.formula
        if self.description is not None:
            facts = self.description.to_json()
            entry |= {"description": facts.pop("text"), "summary": self._summary(), "facts": facts}
        if self.ladder is not None:
            entry["symmetry_ladder"] = self.ladder.to_json()
        if self.error is not None:
            entry["error"] = asdict(self.error)
        return entry

    def _summary(self) -> str:
        return "" if self.description is None else geometry_text(self.description, self.formula or "")

    def __str__(self) -> str:
        name = " ".join(part for part in (self.file, self.block) if part)
        if self.description is None:
            message = self.error.message if self.error else ""
            return message if message.startswith(self.file) else f"{name}: {message}"
        return f"{self.formula}  {name}".rstrip() + f"\n{self.description}"

    def __repr__(self) -> str:
        return str(self)


class Analyses(ResultList[Analysis]):
    """Analyses of several crystals; a data frame of them has one row for each ranked concept."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n\n".join(map(str, self))


class Descriptions(ResultList[Described]):
    """Descriptions of several crystals; a data frame of them has one row for each crystal."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n\n".join(map(str, self))


def _table(items: list[Analysis]) -> Table:
    from clics.results.table import to_table

    return to_table(items)
