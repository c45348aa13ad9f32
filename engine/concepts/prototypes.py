"""Structure types by the names they go by, and the space group of each prototype.

A line of the table: number of the space group (as in the AFLOW encyclopedia of prototypes, doi
10.1016/j.commatsci.2017.01.017), the names that people type, and after "=" the minerals by which robocrystallographer
calls crystals of that type. A mineral means its "-derived" and "-like" structures too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.concepts import phrases
from engine.concepts.concept import Concept

_TABLE = """
221 perovskite; perovskite-type; abo3 perovskite = (Cubic) Perovskite; Orthorhombic Perovskite
221 cubic perovskite; ideal perovskite = (Cubic) Perovskite
194 hexagonal perovskite
62 orthorhombic perovskite; gdfeo3 = Orthorhombic Perovskite
225 double perovskite; elpasolite = (Cubic) Perovskite
227 spinel; mgal2o4 = Spinel
225 rock salt; rocksalt; halite; nacl = Halite, Rock Salt; Caswellsilverite
166 caswellsilverite = Caswellsilverite
225 fluorite; caf2 = Fluorite
225 antifluorite = Fluorite
225 heusler; full heusler; full-heusler = Heusler
216 half heusler; half-heusler = half-Heusler
216 zinc blende; zincblende; sphalerite = Zincblende, Sphalerite
186 wurtzite; zincite = Wurtzite
136 rutile = Rutile; Hydrophilite
58 hydrophilite; cacl2 = Hydrophilite
141 anatase = Anatase
61 brookite = Brookite
167 corundum; hematite; haematite = Corundum
167 calcite = Calcite
62 aragonite
227 diamond = diamond
194 graphite = graphite; Graphite
194 hcp; hexagonal close packed; hexagonal close-packed = Magnesium
225 fcc; ccp = Copper
229 bcc = Tungsten
139 indium = Indium
221 cscl; caesium chloride; cesium chloride = Tetraauricupride
123 cuau; l10; tetraauricupride = Tetraauricupride
194 nias; nickeline; nickel arsenide = Modderite
164 brucite; cdi2; cadmium iodide
166 cdcl2
191 alb2; aluminium diboride; aluminum diboride; omega phase = hexagonal omega structure
139 thcr2si2; uranium silicide = Uranium Silicide
139 k2nif4; ruddlesden-popper = (La,Ba)CuO4; High-temperature superconductor
205 pyrite = Pyrite; pyrite
58 marcasite = Marcasite
88 scheelite
141 zircon = Zircon
122 chalcopyrite = Chalcopyrite
230 garnet
176 apatite
62 olivine; forsterite
148 ilmenite = Ilmenite
148 dolomite
166 delafossite
87 hollandite
129 pbfcl; matlockite = Matlockite
62 cotunnite; pbcl2 = Cotunnite
63 post-perovskite; postperovskite
193 mn5si3
189 zrnial; fe2p
227 laves; laves phase = Cubic Laves; Hexagonal Laves
227 pyrochlore
152 quartz = quartz (alpha); quartz (beta)
92 cristobalite = low (alpha) Cristobalite; high (beta) Cristobalite
194 tridymite = Low Tridymite; High (Orthorhombic) Tridymite; beta Tridymite
141 hausmannite = Hausmannite
121 stannite = Stannite
31 enargite = Enargite
221 cu3au; l12
221 reo3; rhenium trioxide = alpha Rhenium trioxide
187 tungsten carbide = Tungsten Carbide
194 molybdenite; mos2 = Molybdenite
194 max phase = MAX Phase; Molybdenum Carbide MAX Phase
204 skutterudite = Skutterudite
62 cementite = Cementite
15 esseneite; pyroxene = Esseneite
14 baddeleyite = Baddeleyite
206 bixbyite = Bixbyite (Mn,Fe)2O4
62 stibnite = Stibnite
224 cuprite = Cuprite
"""
_ALSO = re.compile(r"\s*;\s*")


@dataclass(frozen=True, slots=True)
class Prototype:
    """``names`` people type, the ``group`` number of the prototype, and the ``minerals`` crystals of it are called by."""

    names: tuple[str, ...]
    group: int
    minerals: tuple[str, ...]

    def concepts(self) -> tuple[Concept, ...]:
        """What makes a crystal one of this type, or derived from it."""
        called = (f"{mineral}{ending}" for mineral in self.minerals for ending in ("", "-derived", "-like"))
        return tuple(Concept("structure_type", phrases.structure_type(name)) for name in called)


def _prototypes() -> tuple[Prototype, ...]:
    found = []
    for line in _TABLE.strip().splitlines():
        number, rest = line.split(" ", 1)
        names, _, minerals = (part.strip() for part in rest.partition("="))
        found.append(Prototype(_listed(names), int(number), _listed(minerals)))
    return tuple(found)


def _listed(words: str) -> tuple[str, ...]:
    return tuple(_ALSO.split(words)) if words else ()


PROTOTYPES = _prototypes()
_BY_NAME = {name: prototype for prototype in PROTOTYPES for name in prototype.names}
_NAMES = "|".join(re.escape(name).replace(r"\ ", r"[\s-]+") for name in sorted(_BY_NAME, key=len, reverse=True))
NAME = re.compile(rf"(?<![\w-])(?P<name>{_NAMES})s?(?![\w])", re.IGNORECASE)
"""Any of the names, in a text."""


def named(words: str) -> Prototype | None:
    """The prototype of a name as it stands in a text."""
    key = re.sub(r"\s+", " ", words.strip().lower())
    return _BY_NAME.get(key) or _BY_NAME.get(key.replace("-", " ")) or _BY_NAME.get(key.removesuffix("s"))
