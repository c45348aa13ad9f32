"""The symmetry ladder of a crystal: its space groups from the smallest tolerance to the largest."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

    from clics.results.table import Table


@dataclass(frozen=True, slots=True)
class Rung:
    """One space group of a crystal, and how far the crystal is from it.

    Attributes:
        index: Place on the ladder, from 1.
        symbol: Hermann–Mauguin symbol in spglib's ASCII spelling.
        number: 1 to 230.
        crystal_system: Crystal system.
        hall_number: Number of the setting in spglib's list, 1 to 530.
        hall_symbol: Hall symbol of the setting.
        setting: Setting of the conventional cell, for example ``"origin choice 2"``; empty where there is one.
        enantiomorph: Symbol of the group of the mirror image, for the 11 enantiomorphic pairs; else None.
        handed: True for the 65 Sohncke groups: the crystal differs from its mirror image.
        begins: Tolerance in Å from which the group is found: the largest distance by which an operation misses an atom or
            a lattice vector. The first rung begins at the least tolerance of the ladder.
        ends: Tolerance in Å from which a larger group is found; None where none is up to the end of the ladder. It equals
            ``begins`` where a larger group is found at the same tolerance already.
        largest_displacement: Largest distance in Å by which an atom moves to the idealised place.
        rms_displacement: Root mean square of these distances in Å.
        strain: Largest absolute principal strain of the lattice (0.01: 1 %).
        free_coordinates: Free coordinates of atoms, but for the choice of the origin.
        free_lattice: Free cell parameters.
        sites: Atoms in the conventional cell.
        proposed: True for the one group that is proposed for the crystal.
    """

    index: int
    symbol: str
    number: int
    crystal_system: str
    hall_number: int
    hall_symbol: str
    setting: str
    enantiomorph: str | None
    handed: bool
    begins: float
    ends: float | None
    largest_displacement: float
    rms_displacement: float
    strain: float
    free_coordinates: int
    free_lattice: int
    sites: int
    proposed: bool

    @property
    def name(self) -> str:
        """Symbol, setting and hand in words: ``"P3_121 (its mirror image is P3_221)"``."""
        notes = [self.setting] if self.setting else []
        if self.enantiomorph:
            notes.append(f"its mirror image is {self.enantiomorph}")
        elif self.handed and self.number > 1:
            notes.append("handed, its mirror image has the same group")
        return f"{self.symbol} ({'; '.join(notes)})" if notes else self.symbol

    def __str__(self) -> str:
        moves = (
            "atoms stay"
            if self.largest_displacement < 5e-5
            else f"atoms move up to {self.largest_displacement:.3g} Å, {self.rms_displacement:.2g} Å in the mean"
        )
        strain = "" if self.strain < 5e-5 else f", the cell by {100 * self.strain:.2g} %"
        return f"{self.name} from {self.begins:.2g} Å: {moves}{strain}"


@dataclass(frozen=True, slots=True)
class SymmetryLadder:
    """The space groups of a crystal from the smallest tolerance to the largest.

    Attributes:
        formula: Reduced formula.
        sites: Atoms in the cell as it was read.
        least: Tolerance in Å at which the ladder begins.
        most: Tolerance in Å at which it ends; the proposed group may begin beyond.
        rungs: The groups, from the smallest tolerance to the largest.
    """

    formula: str
    sites: int
    least: float
    most: float
    rungs: tuple[Rung, ...]

    @property
    def proposed(self) -> Rung:
        """The rung that is proposed for the crystal, by an information criterion."""
        return next(rung for rung in self.rungs if rung.proposed)

    def at(self, tolerance: float) -> Rung:
        """The rung at a tolerance in Å: the largest group that is found."""
        found = [rung for rung in self.rungs if rung.begins <= tolerance and rung.ends != rung.begins]
        return found[-1] if found else self.rungs[0]

    def __str__(self) -> str:
        return "\n".join(f"{'→' if rung.proposed else ' '} {rung}" for rung in self.rungs)

    def to_dataframe(self) -> DataFrame:
        """The rungs as a pandas data frame. Raises ClicsError (``no-pandas``) where pandas is not installed."""
        return self._table().to_dataframe()

    def _table(self) -> Table:
        from clics.results.table import to_table

        return to_table(asdict(rung) for rung in self.rungs)

    def to_json(self) -> dict[str, Any]:
        """The ladder as a plain dictionary; :meth:`from_json` is the inverse."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> SymmetryLadder:
        """The ladder of a dictionary from :meth:`to_json`."""
        return cls(**{**data, "rungs": tuple(Rung(**rung) for rung in data["rungs"])})
