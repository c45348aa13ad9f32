"""The table of the chemical elements (``data/elements.tsv``), the only one in the program.

Sources of the columns, which tests compare with the packages that publish them:

- group, period, block, class, mass (u), electronegativity (Pauling), IUPAC order, mean ionic radius (Å, Shannon, mean over
  all listed charges) and common oxidation states: pymatgen. Lanthanides and actinides count as group 3. ``class`` is that
  of the paper's masking: metalloid where pymatgen says so, else metal, else nonmetal.
- covalent radius (Å): B. Cordero et al., Dalton Trans. 2008, 2832 (doi:10.1039/b801115j), sp3 carbon and low-spin 3d
  metals; beyond curium P. Pyykkö and M. Atsumi, Chem. Eur. J. 15, 186 (2009), single bonds.
- CrystalNN radius (Å): the same source as pymatgen's CrystalNN reads it: sp2 carbon, mean of low and high spin.
- colors: the Corey-Pauling-Koltun convention as molecule viewers extended it, and hues common in crystal drawings.

An empty field means that there is no such value. Reading takes less than a millisecond and imports nothing else.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, cast

from clics.data import read_rows

ElementClass: TypeAlias = Literal["METAL", "NONMETAL", "METALLOID"]
LANTHANIDES = range(57, 72)
ISOTOPES: Mapping[str, str] = MappingProxyType({"D": "deuterium", "T": "tritium"})
"""Symbols that files use for hydrogen."""


@dataclass(frozen=True, slots=True)
class Element:
    """One row of the table.

    Attributes:
        number: Atomic number.
        symbol: Symbol, such as ``"Ti"``.
        names: English names in lower case, that of the IUPAC first.
        group: Group of the periodic table, 1 to 18 (3 for the whole f block).
        period: Period, 1 to 7 for known elements.
        block: ``s``, ``p``, ``d`` or ``f``.
        element_class: Class of the paper's masking.
        mass: Standard atomic mass in u, of the longest-lived isotope where there is no standard.
        electronegativity: On Pauling's scale; nan where there is none.
        iupac_order: Position in the series of Table VI of the IUPAC recommendations of 2005; nan where there is none.
        covalent_radius: In Å; nan where it is unknown.
        crystal_nn_radius: In Å; nan where it is unknown.
        ionic_radius: Mean over the charges in Shannon's table, in Å; nan where there is none.
        highest_oxidation_state: Of the common ones; 0 where there is none.
        lowest_oxidation_state: Of the common ones; 0 where there is none.
        cpk_color: ``#rrggbb``, or an empty string.
        crystal_color: ``#rrggbb``, or an empty string.
    """

    number: int
    symbol: str
    names: tuple[str, ...]
    group: int
    period: int
    block: Literal["s", "p", "d", "f"]
    element_class: ElementClass
    mass: float
    electronegativity: float
    iupac_order: float
    covalent_radius: float
    crystal_nn_radius: float
    ionic_radius: float
    highest_oxidation_state: int
    lowest_oxidation_state: int
    cpk_color: str
    crystal_color: str


def _read() -> tuple[Element, ...]:
    return tuple(map(_row, read_rows("elements.tsv")))


def _row(fields: list[str]) -> Element:
    number, symbol, names, group, period, block, kind, *values = fields
    highest, lowest, cpk, crystal = values[6:]
    mass, electronegativity, order, covalent, crystal_nn, ionic = (float(v) if v else math.nan for v in values[:6])
    return Element(
        number=int(number), symbol=symbol, names=tuple(names.split()), group=int(group), period=int(period),
        block=cast(Literal["s", "p", "d", "f"], block), element_class=cast(ElementClass, kind.upper()), mass=mass,
        electronegativity=electronegativity, iupac_order=order, covalent_radius=covalent, crystal_nn_radius=crystal_nn,
        ionic_radius=ionic, highest_oxidation_state=int(highest), lowest_oxidation_state=int(lowest),
        cpk_color=f"#{cpk}" if cpk else "", crystal_color=f"#{crystal}" if crystal else "",
    )  # fmt: skip


ELEMENTS: tuple[Element, ...] = _read()
"""Hydrogen to oganesson, in the order of their atomic numbers."""
BY_SYMBOL: Mapping[str, Element] = MappingProxyType({element.symbol: element for element in ELEMENTS})
"""Elements by symbol (deuterium and tritium have none of their own)."""


def by_number(number: int) -> Element:
    """Return the element of an atomic number.

    Raises:
        KeyError: There is no such element.
    """
    if not 1 <= number <= len(ELEMENTS):
        raise KeyError(number)
    return ELEMENTS[number - 1]


@functools.cache
def substitution_groups() -> tuple[tuple[int, ...], ...]:
    """Atomic numbers of the groups of the periodic table, each from top to bottom, and last the lanthanides.

    Elements of one of them replace each other in many compounds. Left out are hydrogen and the noble gases, which replace
    none, and all elements beyond bismuth, which are radioactive.
    """
    stable = [e for e in ELEMENTS if 1 < e.number <= 83 and e.group != 18 and e.number not in LANTHANIDES]
    groups = (tuple(e.number for e in stable if e.group == group) for group in range(1, 18))
    return (*groups, tuple(LANTHANIDES))
