"""The answer for one crystal: ranked concepts beside symmetry analysis and description, or the failure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clics.results.description import Description, SpaceGroup


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a crystal, or a part of its answer, is missing: ``kind`` for programs, ``message`` for people."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Symmetry:
    """What spglib finds at ``tolerance`` (Å), and what moyopy finds at the others."""

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
    """A space group as the model ranks it: cosine in [-1, 1], and whether symmetry analysis agrees (None: unknown)."""

    symbol: str
    number: int | None
    score: float
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class RankedPhrase:
    """A phrase as the model ranks it: score in [-1, 1], and whether the description's facts make it true.

    ``atoms`` are those of the kinds that it fits best, by the model, as indices into the crystal as it was given; None where
    the model has no vectors of kinds of atoms.
    """

    phrase: str
    score: float
    in_description: bool | None
    atoms: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """The answer for one crystal; only ``file``, ``block`` and ``error`` for one that could not be read.

    A crystal that can be read but not embedded (disordered, too large) has what symmetry analysis can say of it *and*
    ``error``.
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
            "description": self.description,
            "warnings": list(self.warnings),
        }
        if self.error is not None:
            entry["error"] = asdict(self.error)
        return entry


@dataclass(frozen=True, slots=True)
class Described:
    """The description of one crystal, or why there is none."""

    file: str
    block: str
    formula: str | None
    description: Description | None
    error: Failure | None = None

    def to_json(self) -> dict[str, Any]:
        """The entry of ``describe --json`` (docs/reference/json.md)."""
        from dataclasses import asdict

        entry: dict[str, Any] = {"file": self.file, "block": self.block}
        if self.formula is not None:
            entry["formula"] = self.formula
        if self.description is not None:
            facts = self.description.to_json()
            entry |= {"description": facts.pop("text"), "facts": facts}
        if self.error is not None:
            entry["error"] = asdict(self.error)
        return entry
