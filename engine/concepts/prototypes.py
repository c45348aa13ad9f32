"""Structure types by the names they go by, and the space group of each.

A name means every structure type of the vocabulary in whose name it, or one of the words given for it, occurs. The space
groups are those of the prototypes (Strukturbericht and mineral data, as in the AFLOW encyclopedia of prototypes, doi
10.1016/j.commatsci.2017.01.017).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TABLE = """
221 perovskite = cubic perovskite
62 gdfeo3; orthorhombic perovskite = orthorhombic perovskite
227 spinel
225 rock salt; rocksalt; nacl; halite = halite, rock salt; caswellsilverite
225 fluorite; caf2 = fluorite
225 antifluorite = fluorite
225 heusler; full heusler; full-heusler = heusler
216 half heusler; half-heusler = half-heusler
216 zinc blende; zincblende; sphalerite; zns = zincblende, sphalerite
186 wurtzite; zincite = wurtzite
136 rutile = rutile; hydrophilite
141 anatase
61 brookite
167 corundum; hematite
167 calcite
62 aragonite
227 diamond
194 graphite
194 hcp; hexagonal close packed; hexagonal close-packed
225 fcc; ccp
229 bcc
221 cscl; caesium chloride; cesium chloride = tetraauricupride
194 nias; nickeline; nickel arsenide
164 brucite; cdi2; cadmium iodide
166 cdcl2
191 alb2; aluminium diboride; aluminum diboride
139 thcr2si2 = uranium silicide
205 pyrite
58 marcasite
88 scheelite
141 zircon
122 chalcopyrite
230 garnet
176 apatite
62 olivine; forsterite
148 ilmenite; dolomite
166 delafossite
87 hollandite
129 pbfcl; matlockite
62 cotunnite; pbcl2
63 post-perovskite; postperovskite
193 mn5si3
189 zrnial; fe2p
227 cubic laves; laves = laves
227 pyrochlore
154 quartz; alpha quartz; low quartz = quartz
92 cristobalite
194 tridymite
141 hausmannite
121 stannite
123 cuau; l1_0; l10
221 l12; cu3au
221 reo3
187 wc; tungsten carbide
225 elpasolite; double perovskite = double perovskite
166 nafeo2; alpha-nafeo2; caswellsilverite
139 indium
"""
_ALSO = re.compile(r"\s*;\s*")


@dataclass(frozen=True, slots=True)
class Prototype:
    """``names`` people type, the ``group`` number of the prototype, and ``words`` one of which its name contains."""

    names: tuple[str, ...]
    group: int
    words: tuple[str, ...]


def _prototypes() -> tuple[Prototype, ...]:
    found = []
    for line in _TABLE.strip().splitlines():
        number, rest = line.split(" ", 1)
        names, _, words = (part.strip() for part in rest.partition("="))
        listed = tuple(_ALSO.split(names))
        found.append(Prototype(listed, int(number), tuple(_ALSO.split(words)) if words else listed))
    return tuple(found)


PROTOTYPES = _prototypes()
_BY_NAME = {name: prototype for prototype in PROTOTYPES for name in prototype.names}
_NAMES = "|".join(re.escape(name).replace(r"\ ", r"[\s-]+") for name in sorted(_BY_NAME, key=len, reverse=True))
NAME = re.compile(rf"(?<![\w-])(?P<name>{_NAMES})s?(?![\w])", re.IGNORECASE)
"""Any of the names, in a text."""


def named(words: str) -> Prototype | None:
    """The prototype of a name as it stands in a text."""
    key = re.sub(r"\s+", " ", words.strip().lower())
    return _BY_NAME.get(key) or _BY_NAME.get(key.replace("-", " ")) or _BY_NAME.get(key.removesuffix("s"))
