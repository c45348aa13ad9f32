"""The crystal every other room works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pymatgen.core import Structure


@dataclass(frozen=True, slots=True)
class Crystal:
    """One crystal as it was read.

    ``id`` names it in libraries and tables (unique within one source), ``source`` is the file, archive member or
    database it came from, ``block`` the CIF data block (or row, or frame) inside that source, and ``provenance``
    whatever the source said of it (database id, title, warnings of the reader under ``"warnings"``).
    """

    id: str
    structure: Structure
    source: str = ""
    block: str = ""
    provenance: dict[str, object] = field(default_factory=dict)

    @property
    def formula(self) -> str:
        """Reduced formula, for example ``"SrTiO3"``."""
        return str(self.structure.composition.reduced_formula)

    @property
    def num_sites(self) -> int:
        """Number of sites of the cell as it was read."""
        return len(self.structure)

    @property
    def is_ordered(self) -> bool:
        """False where any site is shared or partly empty."""
        return bool(self.structure.is_ordered)

    def arrays(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        """Lattice rows a, b, c in Å (3, 3); atomic numbers (n,); fractional coordinates (n, 3). Ordered only."""
        numbers = np.array([site.specie.Z for site in self.structure], dtype=np.int64)
        return np.array(self.structure.lattice.matrix), numbers, np.array(self.structure.frac_coords)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, archive member or data block that did not become a crystal; ``kind`` and ``message`` of the error."""

    source: str
    block: str
    kind: str
    message: str
