"""What a picture needs to know of the elements: a colour, a radius, an electronegativity.

Covalent radii in Å: B. Cordero et al., Dalton Trans. 2008, 2832 (doi:10.1039/b801115j), low-spin values for the 3d metals;
rounded guesses beyond curium. Electronegativities on Pauling's scale (A. L. Allred, J. Inorg. Nucl. Chem. 17, 215, 1961, and
its usual continuations); noble gases and unknown values stand at a neutral 2.0. Colours: the Corey–Pauling–Koltun tradition as
molecule viewers continued it, and for common elements the hues that readers of crystal pictures know.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Element(NamedTuple):
    """``radius``: covalent, Å; ``classic`` and ``crystal``: colours ``#rrggbb`` of the two palettes."""

    symbol: str
    radius: float
    electronegativity: float
    classic: str
    crystal: str


_TABLE = """
H 0.31 2.20 ffffff ffcccc;He 0.28 2.0 d9ffff fce9cf;Li 1.28 0.98 cc80ff 86e074;Be 0.96 1.57 c2ff00 5fd87b
B 0.84 2.04 ffb5b5 20a20f;C 0.76 2.55 909090 814929
N 0.71 3.04 3050f8 b0bae6;O 0.66 3.44 ff0d0d fe0300
F 0.57 3.98 90e050 b0b9e6;Ne 0.58 2.0 b3e3f5 fe38b5
Na 1.66 0.93 ab5cf2 f9dc3c;Mg 1.41 1.31 8aff00 fb7b15;Al 1.21 1.61 bfa6a6 81b3d6;Si 1.11 1.90 f0c8a0 1b3bfa
P 1.07 2.19 ff8000 c19cc3;S 1.05 2.58 ffff30 fffa00;Cl 1.02 3.16 1ff01f 32fc03;Ar 1.06 2.0 80d1e3 cffec5
K 2.03 0.82 8f40d4 a122f6;Ca 1.76 1.00 3dff00 5b96be;Sc 1.70 1.36 e6e6e6 b563ab;Ti 1.60 1.54 bfc2c7 78caff
V 1.53 1.63 a6a6ab e51a00;Cr 1.39 1.66 8a99c7 2a2ab0;Mn 1.39 1.55 9c7ac7 a8089e;Fe 1.32 1.83 e06633 b57200
Co 1.26 1.88 f090a0 1a1abf;Ni 1.24 1.91 50d050 b8bcbd;Cu 1.32 1.90 c88033 2247dd;Zn 1.22 1.65 7d80b0 8f8f81
Ga 1.22 1.81 c28f8f 9ee473;Ge 1.20 2.01 668f8f 7e6ea6;As 1.19 2.18 bd80e3 75d057;Se 1.20 2.55 ffa100 9aef0f
Br 1.20 2.96 a62929 7f3103;Kr 1.16 3.00 5cb8d1 fac1f3;Rb 2.20 0.82 702eb0 ff0099;Sr 1.95 0.95 00ff00 00ff27
Y 1.90 1.22 94ffff 67988e;Zr 1.75 1.33 94e0e0 00e600;Nb 1.64 1.60 73c2c9 4cb376;Mo 1.54 2.16 54b5b5 b486b0
Tc 1.47 1.90 3b9e9e cdafcb;Ru 1.46 2.20 248f8f cfb8ae;Rh 1.42 2.28 0a7d8c ced2ab;Pd 1.39 2.20 006985 c2c4b9
Ag 1.45 1.93 c0c0c0 b8bcbe;Cd 1.44 1.69 ffd98f f31fdc;In 1.42 1.78 a67573 d781bb;Sn 1.39 1.96 668080 9b8fba
Sb 1.39 2.05 9e63b5 d88350;Te 1.38 2.10 d47a00 ada251;I 1.39 2.66 940094 8f1f8b;Xe 1.40 2.60 429eb0 9ba1f8
Cs 2.44 0.79 57178f 0effb9;Ba 2.15 0.89 00c900 1eef2d;La 2.07 1.10 70d4ff 5ac449;Ce 2.04 1.12 ffffc7 d1fd06
Pr 2.03 1.13 d9ffc7 fde206;Nd 2.01 1.14 c7ffc7 fc8e07;Pm 1.99 1.13 a3ffc7 4c4cff;Sm 1.98 1.17 8fffc7 fd067d
Eu 1.98 1.20 61ffc7 fb08d5;Gd 1.96 1.20 45ffc7 c004ff;Tb 1.94 1.10 30ffc7 7104fe;Dy 1.92 1.22 1fffc7 3106fd
Ho 1.92 1.23 00ff9c 0742fb;Er 1.89 1.24 00e675 49733b;Tm 1.90 1.25 00d452 0aa0e0;Yb 1.87 1.10 00bf38 27fdf4
Lu 1.87 1.27 00ab24 26fdb5;Hf 1.75 1.30 4dc2ff b4b459;Ta 1.70 1.50 4da6ff b79b56;W 1.62 2.36 2194d6 8e8a80
Re 1.51 1.90 267dab b3b18e;Os 1.44 2.20 266696 c9b179;Ir 1.41 2.20 175487 c9cf73;Pt 1.36 2.28 d0d0e0 ccc6bf
Au 1.36 2.54 ffd123 feb338;Hg 1.32 2.00 b8b8d0 d3b8cc;Tl 1.45 1.62 a6544d 96896d;Pb 1.46 2.33 575961 53535b
Bi 1.48 2.02 9e4fb5 d230f8;Po 1.40 2.00 ab5c00 0000ff;At 1.50 2.20 754f45 0000ff;Rn 1.50 2.2 428296 ffff00
Fr 2.60 0.70 420066 6a6a6a;Ra 2.21 0.90 007d00 6eaa57;Ac 2.15 1.10 70abfa 649e73;Th 2.06 1.30 00baff 26fe78
Pa 2.00 1.50 00a1ff 29fb35;U 1.96 1.38 008fff 7aa1aa;Np 1.90 1.36 0080ff 4c4c4c;Pu 1.87 1.28 006bff 4c4c4c
Am 1.80 1.13 545cf2 4c4c4c;Cm 1.69 1.28 785ce3 4c4c4c;Bk 1.68 1.30 8a4fe3 4c4c4c;Cf 1.68 1.30 a136d4 4c4c4c
Es 1.65 1.30 b31fd4 4c4c4c;Fm 1.67 1.30 b31fba 4c4c4c;Md 1.73 1.30 b30da6 4c4c4c;No 1.76 1.30 bd0d87 4c4c4c
Lr 1.61 1.30 c70066 4c4c4c
"""
ELEMENTS: dict[str, Element] = {
    row[0]: Element(row[0], float(row[1]), float(row[2]), f"#{row[3]}", f"#{row[4]}")
    for row in (entry.split() for entry in _TABLE.replace("\n", ";").split(";") if entry.strip())
}
NONMETALS = frozenset(
    [
        "H",
        "D",
        "T",
        "He",
        "B",
        "C",
        "N",
        "O",
        "F",
        "Ne",
        "Si",
        "P",
        "S",
        "Cl",
        "Ar",
        "Ge",
        "As",
        "Se",
        "Br",
        "Kr",
        "Sb",
        "Te",
        "I",
        "Xe",
        "At",
        "Rn",
    ]
)
"""With the metalloids: what other atoms are bonded to, and what stands at the corners of coordination polyhedra."""
_ALIASES = {"D": "H", "T": "H"}
_UNKNOWN = Element("?", 1.2, 2.0, "#c8c8c8", "#c8c8c8")


def element(symbol: str) -> Element:
    """The element of a species symbol; charges and labels behind it are ignored, unknown symbols are grey."""
    match = re.match(r"[A-Z][a-z]?", symbol)
    bare = match.group() if match else ""
    bare = _ALIASES.get(bare, bare)
    return ELEMENTS.get(bare) or ELEMENTS.get(bare[:1], _UNKNOWN)
