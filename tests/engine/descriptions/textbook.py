"""Textbook structures from published cells and coordinates, for the tests of the facts of geometry."""

from __future__ import annotations

import numpy as np
from pymatgen.core import Lattice, Structure

Place = tuple[float, float, float]


def crystal(symbol: str, lattice: Lattice, *sites: tuple[str, Place]) -> Structure:
    """A structure from its space group and one position of every orbit."""
    return Structure.from_spacegroup(symbol, lattice, [element for element, _ in sites], [place for _, place in sites])


# R. W. G. Wyckoff, Crystal Structures, 2nd ed. (1963): values of its tables, where nothing else is named.
RUTILE = crystal("P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ("Ti", (0, 0, 0)), ("O", (0.305, 0.305, 0)))
# C. J. Howard et al., Acta Cryst. B47, 462 (1991), moved to the origin at -4m2.
ANATASE = crystal("I4_1/amd", Lattice.tetragonal(3.7842, 9.5146), ("Ti", (0, 0, 0)), ("O", (0, 0, 0.2081)))
PEROVSKITE = crystal("Pm-3m", Lattice.cubic(3.905), ("Sr", (0, 0, 0)), ("Ti", (0.5, 0.5, 0.5)), ("O", (0.5, 0.5, 0)))
SPINEL = crystal("Fd-3m", Lattice.cubic(8.08), ("Mg", (0, 0, 0)), ("Al", (0.625,) * 3), ("O", (0.387,) * 3))
# G. A. Novak & G. V. Gibbs, Am. Mineral. 56, 791 (1971), pyrope.
GARNET = crystal(
    "Ia-3d", Lattice.cubic(11.459), ("Mg", (0.125, 0, 0.25)), ("Al", (0, 0, 0)), ("Si", (0.375, 0, 0.25)),
    ("O", (0.0329, 0.0502, 0.6534)),
)  # fmt: skip
# L. Levien et al., Am. Mineral. 65, 920 (1980).
QUARTZ = crystal(
    "P3_221", Lattice.hexagonal(4.9160, 5.4054), ("Si", (0.4697, 0, 2 / 3)), ("O", (0.4135, 0.2669, 0.7858))
)
# M. Cameron et al., Am. Mineral. 58, 594 (1973).
DIOPSIDE = crystal(
    "C2/c", Lattice.monoclinic(9.746, 8.899, 5.251, 105.63), ("Ca", (0, 0.3015, 0.25)), ("Mg", (0, 0.9082, 0.25)),
    ("Si", (0.2862, 0.0933, 0.2293)), ("O", (0.1156, 0.0873, 0.1422)), ("O", (0.3611, 0.2500, 0.3180)),
    ("O", (0.3505, 0.0176, 0.9953)),
)  # fmt: skip
# J. D. Birle et al., Am. Mineral. 53, 807 (1968), in Pbnm.
FORSTERITE = crystal(
    "Pbnm", Lattice.orthorhombic(4.762, 10.225, 5.994), ("Mg", (0, 0, 0)), ("Mg", (0.9896, 0.2776, 0.25)),
    ("Si", (0.4262, 0.0940, 0.25)), ("O", (0.7661, 0.0919, 0.25)), ("O", (0.2202, 0.4477, 0.25)),
    ("O", (0.2777, 0.1628, 0.0333)),
)  # fmt: skip
# V. A. Streltsov et al., Acta Cryst. B49, 147 (1993), LiFePO4.
TRIPHYLITE = crystal(
    "Pnma", Lattice.orthorhombic(10.332, 6.010, 4.692), ("Li", (0, 0, 0)), ("Fe", (0.2822, 0.25, 0.9747)),
    ("P", (0.0948, 0.25, 0.4182)), ("O", (0.0968, 0.25, 0.7428)), ("O", (0.4573, 0.25, 0.2060)),
    ("O", (0.1656, 0.0464, 0.2848)),
)  # fmt: skip
# B. Morosin, Acta Cryst. B28, 1899 (1972).
BERYL = crystal(
    "P6/mcc", Lattice.hexagonal(9.215, 9.192), ("Be", (0.5, 0, 0.25)), ("Al", (1 / 3, 2 / 3, 0.25)),
    ("Si", (0.3875, 0.1158, 0)), ("O", (0.3100, 0.2366, 0)), ("O", (0.4988, 0.1455, 0.1453)),
)  # fmt: skip
# Hazen & Burnham, Am. Mineral. 58, 889 (1973), phlogopite-1M, without hydrogen.
PHLOGOPITE = crystal(
    "C2/m", Lattice.monoclinic(5.308, 9.190, 10.155, 100.08), ("K", (0, 0, 0)), ("Mg", (0, 0.5, 0.5)),
    ("Mg", (0, 0.8313, 0.5)), ("Si", (0.5752, 0.1670, 0.2264)), ("O", (0.8210, 0.2331, 0.1685)),
    ("O", (0.5224, 0, 0.1682)), ("O", (0.6305, 0.1669, 0.3902)), ("F", (0.1327, 0, 0.4004)),
)  # fmt: skip
MOLYBDENITE = crystal(
    "P6_3/mmc", Lattice.hexagonal(3.1604, 12.295), ("Mo", (1 / 3, 2 / 3, 0.25)), ("S", (1 / 3, 2 / 3, 0.621))
)
CADMIUM_IODIDE = crystal("P-3m1", Lattice.hexagonal(4.24, 6.84), ("Cd", (0, 0, 0)), ("I", (1 / 3, 2 / 3, 0.25)))
# Y. Shao-Horn et al., Nat. Mater. 2, 464 (2003).
LICOO2 = crystal(
    "R-3m", Lattice.hexagonal(2.8138, 14.0516), ("Li", (0, 0, 0)), ("Co", (0, 0, 0.5)), ("O", (0, 0, 0.23951))
)
# R. J. Cava et al., Physica C 165, 419 (1990).
YBCO = crystal(
    "Pmmm", Lattice.orthorhombic(3.8227, 3.8872, 11.6802), ("Y", (0.5, 0.5, 0.5)), ("Ba", (0.5, 0.5, 0.1843)),
    ("Cu", (0, 0, 0)), ("Cu", (0, 0, 0.3556)), ("O", (0, 0.5, 0)), ("O", (0.5, 0, 0.3773)), ("O", (0, 0.5, 0.3789)),
    ("O", (0, 0, 0.1584)),
)  # fmt: skip
# J. D. Jorgensen et al., Phys. Rev. Lett. 58, 1024 (1987), the tetragonal form.
LA2CUO4 = crystal(
    "I4/mmm", Lattice.tetragonal(3.7873, 13.2883), ("La", (0, 0, 0.36046)), ("Cu", (0, 0, 0)), ("O", (0, 0.5, 0)),
    ("O", (0, 0, 0.1824)),
)  # fmt: skip
# L. O. Hagman & P. Kierkegaard, Acta Chem. Scand. 22, 1822 (1968).
NASICON = crystal(
    "R-3c", Lattice.hexagonal(8.8043, 22.7585), ("Na", (0, 0, 0)), ("Zr", (0, 0, 0.14568)), ("P", (0.2909, 0, 0.25)),
    ("O", (0.1856, 0.9854, 0.1948)), ("O", (0.1916, 0.1682, 0.0864)),
)  # fmt: skip
GRAPHITE = crystal("P6_3/mmc", Lattice.hexagonal(2.461, 6.708), ("C", (0, 0, 0.25)), ("C", (1 / 3, 2 / 3, 0.25)))
CALCITE = crystal(
    "R-3c", Lattice.hexagonal(4.9900, 17.0615), ("Ca", (0, 0, 0)), ("C", (0, 0, 0.25)), ("O", (0.2578, 0, 0.25))
)
# A. Simon & K. Peters, Acta Cryst. B36, 2750 (1980).
DRY_ICE = crystal("Pa-3", Lattice.cubic(5.624), ("C", (0, 0, 0)), ("O", (0.1185,) * 3))
ARGON = crystal("Fm-3m", Lattice.cubic(5.31), ("Ar", (0, 0, 0)))
HELIUM_CRYSTAL = crystal("P6_3/mmc", Lattice.hexagonal(3.57, 5.83), ("He", (1 / 3, 2 / 3, 0.25)))
# F. van Bolhuis et al., Acta Cryst. 23, 90 (1967), at 110 K.
IODINE = crystal("Cmce", Lattice.orthorhombic(7.136, 4.686, 9.784), ("I", (0, 0.15434, 0.11741)))
SELENIUM = crystal("P3_121", Lattice.hexagonal(4.3662, 4.9536), ("Se", (0.2254, 0, 1 / 3)))
HELIUM = Structure(Lattice.cubic(15), ["He", "He"], [[0, 0, 0], [0.5, 0.5, 0.5]])


def benzene(edge: float) -> Structure:
    """A molecule of benzene in a cube of vacuum (C–C 1.397 Å, C–H 1.084 Å; G. Herzberg, Electronic Spectra, 1966)."""
    angles = np.arange(6) * np.pi / 3
    ring = np.column_stack([np.cos(angles), np.sin(angles), np.zeros(6)])
    places = np.concatenate([1.397 * ring, (1.397 + 1.084) * ring]) + edge / 2
    return Structure(Lattice.cubic(edge), ["C"] * 6 + ["H"] * 6, places, coords_are_cartesian=True)


def platinum_slab(layers: int, vacuum: float) -> Structure:
    """A (111) slab of platinum (a = 3.924 Å) with ``vacuum`` Å between the outermost planes of atoms."""
    edge, spacing = 3.924 / np.sqrt(2), 3.924 / np.sqrt(3)
    height = (layers - 1) * spacing + vacuum
    shifts = [(0, 0), (1 / 3, 2 / 3), (2 / 3, 1 / 3)]
    places = [(*shifts[layer % 3], layer * spacing / height) for layer in range(layers)]
    return Structure(Lattice.hexagonal(edge, height), ["Pt"] * layers, places)
