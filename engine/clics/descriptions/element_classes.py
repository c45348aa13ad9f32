"""Which elements the paper's language calls metals, metalloids and nonmetals.

A literal table, so that the training machine needs no pymatgen; a test compares it with ``pymatgen.core.Element``
(metalloid first, then metal, all others nonmetals), which is what the paper's texts were masked with.
"""

from __future__ import annotations

from clics.results.description import ElementClass

_SYMBOLS: dict[ElementClass, str] = {
    "METALLOID": "B Si Ge As Sb Te Po",
    "NONMETAL": "H D T He C N O F Ne P S Cl Ar Se Br Kr I Xe At Rn Nh Fl Mc Lv Ts Og",
    "METAL": (
        "Li Be Na Mg Al K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Cs Ba "
        "La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Fr Ra "
        "Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn"
    ),
}

ELEMENT_CLASSES: dict[str, ElementClass] = {
    symbol: name for name, symbols in _SYMBOLS.items() for symbol in symbols.split()
}
"""Element symbol → class, for every element (deuterium and tritium count as hydrogen)."""


def element_class(symbol: str) -> ElementClass:
    """Class of an element symbol such as ``"Ti"``. Raises KeyError where it is none."""
    return ELEMENT_CLASSES[symbol]
