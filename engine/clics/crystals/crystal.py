"""A crystal with its origin, as all other packages use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ase import Atoms
    from numpy.typing import NDArray
    from pymatgen.core import Structure

    from clics.crystals.as_stated import AsStated


@dataclass(frozen=True, slots=True, repr=False)
class Crystal:
    """One crystal.

    Attributes:
        id: Its name in libraries and tables, unique within one source.
        structure: Cell and atoms, as they were read.
        source: The file, archive member or database that it comes from.
        block: The CIF data block, row or frame inside the source.
        provenance: Metadata of the source, for example database id and title; warnings of the reader are under
            ``"warnings"``.
        stated: What the file states beyond: labels, setting, displacement parameters, charges. None for sources that
            state nothing of it.
    """

    id: str
    structure: Structure
    source: str = ""
    block: str = ""
    provenance: dict[str, object] = field(default_factory=dict)
    stated: AsStated | None = None

    def __post_init__(self) -> None:
        if self.stated is not None and len(self.stated.sites) != len(self.structure):  # of another structure
            object.__setattr__(self, "stated", None)

    def __repr__(self) -> str:
        origin = "".join(f", {name}={value!r}" for name in ("source", "block") if (value := getattr(self, name)))
        return f"Crystal(id={self.id!r}, formula={self.formula!r}, sites={self.num_sites}{origin})"

    @property
    def formula(self) -> str:
        """Reduced formula, for example ``"SrTiO3"``."""
        return str(self.structure.composition.reduced_formula)

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of each site as the file has it, empty where it has none; an empty tuple without any labels."""
        labels = () if self.stated is None else self.stated.labels()
        return labels if any(labels) else ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of the reader."""
        notes = self.provenance.get("warnings", ())
        return tuple(str(note) for note in notes) if isinstance(notes, (list, tuple)) else (str(notes),)

    @property
    def num_sites(self) -> int:
        """Number of sites in the cell."""
        return len(self.structure)

    @property
    def is_ordered(self) -> bool:
        """True if every site is fully occupied by one element."""
        return bool(self.structure.is_ordered)

    @classmethod
    def from_structure(cls, structure: Structure, *, id: str = "", source: str = "") -> Crystal:
        """A crystal from a pymatgen ``Structure``.

        Args:
            structure: Oxidation states are dropped and isotopes of hydrogen become H, as when files are read.
            id: Name in libraries and tables; the reduced formula by default.
            source: Where the structure is from; stored with it.

        Raises:
            CrystalError: Kinds of :func:`clics.crystals.check.check_structure`.
        """
        return cls._converted(structure, id, source)

    @classmethod
    def from_atoms(cls, atoms: Atoms, *, id: str = "", source: str = "") -> Crystal:
        """A crystal from ASE ``Atoms`` that have a cell.

        Args:
            atoms: Positions in Å; calculators, velocities and constraints are dropped.
            id: Name in libraries and tables; the reduced formula by default.
            source: Where the atoms are from; stored with them.

        Raises:
            CrystalError: ``no-cell`` for atoms without a unit cell, and kinds of
                :func:`clics.crystals.check.check_structure`.
        """
        return cls._converted(atoms, id, source)

    @classmethod
    def _converted(cls, value: object, id: str, source: str) -> Crystal:
        from clics.crystals.convert import structure_of

        structure, warnings = structure_of(value, where=id or f"the {type(value).__name__}")
        provenance: dict[str, object] = {"warnings": warnings} if warnings else {}
        return cls(id or str(structure.composition.reduced_formula), structure, source, "", provenance)

    def arrays(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        """The crystal as arrays; for ordered crystals only.

        Returns:
            Lattice rows a, b, c in Å (3, 3), atomic numbers (n,), fractional coordinates (n, 3).
        """
        numbers = np.array([site.specie.Z for site in self.structure], dtype=np.int64)
        return np.array(self.structure.lattice.matrix), numbers, np.array(self.structure.frac_coords)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, archive member or data block that could not be read as a crystal.

    Attributes:
        source: The file or archive member.
        block: The data block, row or frame.
        kind: Stable name of the reason.
        message: The reason in one sentence.
    """

    source: str
    block: str
    kind: str
    message: str
