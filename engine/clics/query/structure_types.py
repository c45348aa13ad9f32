"""Structure types by the names they go by, and the space group of each prototype.

A line of the table: number of the space group, the names that people type, after "=" the minerals by which
robocrystallographer calls crystals of that type (none: it has no name for it), and after ":" crystals that are built so:
their ids in the starter library, which are labels of the AFLOW encyclopedia of prototypes (doi
10.1016/j.commatsci.2017.01.017), or else the names of their blocks in ``resources/structure-types.cif``. Any of them will do. A
mineral means its "-derived" and "-like" structures too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clics.concepts.concept import Concept
from clics.concepts.kinds.structure_type import ENDINGS, StructureTypeConcept

_TABLE = """
221 perovskite; perovskite-type; abo3 perovskite; antiperovskite; anti-perovskite; inverse perovskite; e21 structure; loparite \
= (Cubic) Perovskite; Orthorhombic Perovskite \
: AB3C_cP5_221_a_c_b AB3C_oP20_62_c_cd_a rhombohedral-perovskite
221 cubic perovskite; ideal perovskite = (Cubic) Perovskite : AB3C_cP5_221_a_c_b
194 hexagonal perovskite : hexagonal-perovskite
62 orthorhombic perovskite; gdfeo3; bridgmanite; orthoferrite = Orthorhombic Perovskite : AB3C_oP20_62_c_cd_a
225 double perovskite; elpasolite = (Cubic) Perovskite : elpasolite
139 layered perovskite; ruddlesden-popper; k2nif4 = (La,Ba)CuO4 : AB2C4_tI14_139_a_e_ce ruddlesden-popper-2
225 K2PtCl6 : potassium-hexachloroplatinate
227 spinel; mgal2o4; magnetite; chromite; ringwoodite; h11 structure = Spinel : A2BC4_cF56_227_d_a_e
225 rock salt; rocksalt; halite; nacl; sodium chloride; b1 structure; b1 type; b1 phase; galena; periclase; sylvite \
= Halite, Rock Salt; Caswellsilverite : AB_cF8_225_a_b
166 caswellsilverite; nafeo2; licoo2; layered rock salt; layered rocksalt = Caswellsilverite : ABC2_hR4_166_a_b_c
225 fluorite; caf2; c1 structure; c1 type; uraninite = Fluorite : AB2_cF12_225_a_c
225 antifluorite; anti-fluorite = Fluorite : AB2_cF12_225_a_c
225 Heusler; full heusler; full-heusler; l21; cu2mnal; alcu2mn = Heusler : AB2C_cF16_225_a_c_b
216 half-Heusler; half heusler; c1b; mgagas; agasmg; mgcuas = half-Heusler : ABC_cF12_216_b_c_a
216 inverse Heusler; inverse-heusler : inverse-heusler
216 zinc blende; zincblende; sphalerite; b3 structure; b3 type; b3 phase = Zincblende, Sphalerite : AB_cF8_216_c_a
186 wurtzite; zincite; b4 structure; b4 type; b4 phase = Wurtzite : AB_hP4_186_b_b
136 rutile; c4 structure; cassiterite; pyrolusite; stishovite = Rutile; Hydrophilite : A2B_tP6_136_f_a
58 hydrophilite; cacl2 = Hydrophilite : AB2_oP6_58_a_g#2
141 anatase = Anatase : A2B_tI12_141_e_a
61 brookite = Brookite : A2B_oP24_61_2c_c
167 corundum; hematite; haematite; alpha-al2o3; α-al2o3; eskolaite; d51 structure = Corundum : A2B3_hR10_167_c_e
167 calcite; magnesite; siderite; rhodochrosite; smithsonite = Calcite : ABC3_hR10_167_a_b_e#2
62 aragonite; witherite; strontianite; cerussite : aragonite
62 barite; baryte; celestine; anglesite : barite
227 diamond; a4 structure; a4 type = diamond : A_cF8_227_a
194 lonsdaleite = Lonsdaleite : A_hP4_194_f
194 graphite = graphite; Graphite : A_hP4_194_bc A_hP4_186_ab A_hR2_166_c#2
194 hcp; hexagonal close packed; hexagonal close-packed; a3 structure; a3 type = Magnesium : A_hP2_194_c
225 fcc; ccp; a1 structure; a1 type = Copper : A_cF4_225_a
229 bcc; a2 structure; a2 type = Tungsten : A_cI2_229_a
139 indium = Indium : A_tI2_139_a#2
221 CsCl; caesium chloride; cesium chloride; b2 structure; b2 type; b2 phase = Tetraauricupride : AB_cP2_221_b_a
123 CuAu; l10; tetraauricupride = Tetraauricupride : AB_tP2_123_a_d
194 NiAs; nickeline; nickel arsenide; b81; b8 structure = Modderite : AB_hP4_194_c_a
62 MnP : AB_oP8_62_c_c#4
194 Ni2In; inni2 : AB2_hP6_194_c_ad
164 brucite; cdi2; cadmium iodide : AB2_hP3_164_a_d
166 CdCl2 : cadmium-chloride
191 AlB2; c32; aluminium diboride; aluminum diboride; omega phase = hexagonal omega structure : AB2_hP3_191_a_d
139 ThCr2Si2 : thorium-chromium-silicide
139 BaAl4 : A4B_tI10_139_de_a
140 uranium silicide = Uranium Silicide : AB3_tI16_140_b_ah
129 ZrCuSiAs : ABCD_tP8_129_c_b_a_c
205 pyrite = Pyrite; pyrite : AB2_cP12_205_a_c
58 marcasite = Marcasite : AB2_oP6_58_a_g
88 scheelite; powellite; wulfenite : scheelite
13 wolframite; ferberite; huebnerite : wolframite
141 zircon; xenotime = Zircon : A4BC_tI24_141_h_b_a
14 monazite : monazite
122 chalcopyrite = Chalcopyrite : ABC2_tI16_122_a_b_d
82 kesterite; kesterit : kesterite
230 garnet : garnet
176 apatite : apatite
218 sodalite : sodalite
62 olivine; forsterite; fayalite; triphylite : olivine
148 ilmenite = Ilmenite : AB3C_hR10_148_c_f_c
161 LiNbO3; lithium niobate : ABC3_hR10_161_a_a_b
148 dolomite : dolomite
166 delafossite : delafossite
87 hollandite : hollandite
129 PbFCl; matlockite = Matlockite : ABC_tP6_129_c_a_c
62 cotunnite; pbcl2 = Cotunnite : A2B_oP12_62_2c_c#3
63 post-perovskite; postperovskite : post-perovskite
193 Mn5Si3 : manganese-silicide
189 ZrNiAl; fe2p : A2B_hP9_189_fg_bc
227 Laves; laves phase = Cubic Laves; Hexagonal Laves : A2B_cF24_227_d_a AB2_hP12_194_f_ah AB2_hP24_194_ef_fgh
227 cubic Laves; cubic laves phase; c15; mgcu2 = Cubic Laves : A2B_cF24_227_d_a
194 hexagonal Laves; hexagonal laves phase = Hexagonal Laves : AB2_hP12_194_f_ah AB2_hP24_194_ef_fgh
194 C14; mgzn2 = Hexagonal Laves : AB2_hP12_194_f_ah
194 C36; mgni2 = Hexagonal Laves : AB2_hP24_194_ef_fgh
227 pyrochlore : pyrochlore
152 quartz = quartz (alpha); quartz (beta) : A2B_hP9_152_c_a A2B_hP9_180_j_c
92 cristobalite = low (alpha) Cristobalite; high (beta) Cristobalite : A2B_tP12_92_b_a A2B_cF24_227_c_a
194 tridymite = Low Tridymite; High (Orthorhombic) Tridymite; beta Tridymite \
: A2B_hP12_194_cg_f A2B_oC24_20_abc_c A2B_mC144_9_24a_12a
15 coesite = Coesite : A2B_mC48_15_ae3f_2f
141 hausmannite = Hausmannite : A3B4_tI28_141_ad_h
121 stannite = Stannite : A2BC4D_tI16_121_d_a_i_b
31 enargite = Enargite : AB3C4_oP16_31_a_ab_2ab
223 A15; cr3si : A3B_cP8_223_c_a
225 D03; bif3; fe3al : AB3_cF16_225_a_bc
194 D019; ni3sn : A3B_hP8_194_h_c
139 D022; tial3 : A3B_tI8_139_bd_a
221 Cu3Au; l12 : AB3_cP4_221_a_c
191 CaCu5 : AB5_hP6_191_a_cg
139 ThMn12 : A12B_tI26_139_fij_a
227 Zintl phase; natl = Zintl Phase : AB_cF16_227_a_b
63 CrB; tli; b33 : AB_oC8_63_c_c
62 FeB; b27 = Iron Boride : AB_oP8_62_c_c#2
139 MoSi2; c11b : AB2_tI6_139_a_e
198 FeSi; b20 : AB_cP8_198_a_a#2
221 calcium hexaboride; cab6 = Calcium hexaboride : A6B_cP7_221_f_a
166 Bi2Te3; tetradymite : A2B3_hR5_166_c_ac
221 ReO3; rhenium trioxide = alpha Rhenium trioxide : A3B_cP4_221_d_a
187 tungsten carbide = Tungsten Carbide : AB_hP2_187_d_a
194 molybdenite; mos2; 2h-mos2 = Molybdenite : AB2_hP6_194_c_f
194 MAX phase = MAX Phase; Molybdenum Carbide MAX Phase : ABC2_hP8_194_d_a_f max-312 AB3C4_hP16_194_c_af_ef
204 skutterudite = Skutterudite : A3B_cI32_204_g_c
204 filled skutterudite : filled-skutterudite
223 clathrate = Clathrate : A_cP46_223_dik A_cF136_227_aeg
62 cementite; fe3c = Cementite : AB3_oP16_62_c_cd
15 esseneite; pyroxene; clinopyroxene; diopside; augite = Esseneite : ABC6D2_mC40_15_e_e_3f_f
14 baddeleyite = Baddeleyite : A2B_mP12_14_2e_e
206 bixbyite = Bixbyite (Mn,Fe)2O4 : AB3C6_cI80_206_a_d_e
62 stibnite = Stibnite : A3B2_oP20_62_3c_2c
224 cuprite = Cuprite : A2B_cP6_224_b_a
15 tenorite = Tenorite : AB_mC8_15_c_e
194 covellite = Covellite : AB_hP12_194_df_ce
160 millerite = Millerite : AB_hR6_160_b_b
154 cinnabar = Cinnabar : AB_hP6_154_a_b
186 moissanite; silicon carbide = Moissanite-6H; Moissanite-4H; Moissanite 9R \
: AB_hP12_186_a2b_a2b AB_hP8_186_ab_ab AB_hR6_160_3a_3a
194 boron nitride; h-bn; hbn = Boron Nitride : AB_hP4_194_c_d
64 black phosphorus = black P : A_oC8_64_f#2
166 grey arsenic; gray arsenic; alpha arsenic = alpha As : A_hR2_166_c#3
152 grey selenium; gray selenium = alpha Selenium : A_hP3_152_a
141 beta tin; white tin = beta Sn : A_tI4_141_a
63 alpha uranium = alpha U : A_oC4_63_c
217 alpha manganese; alpha-mn : A_cI58_217_ac2g
213 beta manganese; beta-mn : A_cP20_213_cd
206 BC8 = BC8 : A_cI16_206_c
136 sigma phase : sigma_tP30_136_bf2ij
166 mu phase; frank-kasper mu phase = Frank-Kasper $\\mu$ Phase : A7B6_hR13_166_ah_3c
217 gamma brass; cu5zn8 = gamma-brass : A5B8_cI52_217_ce_cg
225 Cr23C6; m23c6 : A6B23_cF116_225_e_acfh
225 UB12 : A12B_cF52_225_i_a
226 NaZn13 : sodium-zinc
140 CuAl2; c16; khatyrkite = Khatyrkite : A2B_tI12_140_h_a
140 Cr5B3 : chromium-boride-5-3
140 W5Si3 : tungsten-silicide-5-3
127 U3Si2 : A2B3_tP10_127_g_ah
123 HoCoGa5 : AB5C_tP7_123_b_ci_a
139 ZrAl3; d023 : A3B_tI16_139_cde_e
164 Ni2Al3 : A3B2_hP5_164_ad_d
180 CrSi2 : AB2_hP9_180_d_j
63 ZrSi2; c49 = Zirconium Disilicide : A2B_oC12_63_2c_c
70 TiSi2; c54 = Titanium Disilicide : A2B_oF24_70_e_a
62 Co2Si : A2B_oP12_62_2c_c
62 TiNiSi : titanium-nickel-silicide
74 CeCu2; khg2 : cerium-copper
220 Th3P4 : thorium-phosphide
51 B19; aucd = beta-prime cadmium gold : AB_oP4_51_e_f
166 CuPt; l11 : AB_hR2_166_a_b
129 Cu2Sb : A2B_tP6_129_ac_c
129 litharge; lead oxide = lead oxide : AB_tP4_129_a_c
129 CaBe2Ge2 : calcium-beryllium-germanide
131 PtS; cooperite : AB_tP4_131_c_e
194 ZrBeSi : ABC_hP6_194_c_d_a
194 Na3As; sodium arsenide = Sodium arsenide : AB3_hP8_194_c_bf
165 HoH3 : A3B_hP24_165_adg_f
186 LiGaGe : lithium-gallium-germanide
164 CaAl2Si2 : calcium-aluminium-silicide
164 La2O3; a-type rare earth oxide; a-type sesquioxide : lanthanum-oxide
191 Li3N; lithium nitride : lithium-nitride
139 CaC2; calcium carbide : calcium-carbide
191 kagome; kagome metal; kagome lattice; kagome net \
: AB_hP6_191_f_ad hafnium-iron-germanide potassium-vanadium-antimonide
191 CoSn : AB_hP6_191_f_ad
191 HfFe6Ge6 : hafnium-iron-germanide
191 KV3Sb5; csv3sb5 : potassium-vanadium-antimonide
148 BiI3; bismuth triiodide = Bismuth triodide : AB3_hR8_148_c_f
151 CrCl3; chromium trichloride = Chromium trichloride : A3B_hP24_151_3c_2a
12 AlCl3; aluminium trichloride; aluminum trichloride = Aluminum trichloride : AB3_mC16_12_g_ij
198 ullmannite; nisbs = Ullmanite : ABC_cP12_198_a_a_a
99 PbTiO3; lead titanate : A3BC_tP5_99_bc_a_b
167 LaAlO3 : rhombohedral-perovskite
62 brownmillerite : brownmillerite
47 YBCO; yba2cu3o7 : A2B3C7D_oP13_47_t_aq_eqrs_h
123 infinite-layer; infinite layer : ABC2_tP4_123_d_a_f
139 Nd2CuO4 : neodymium-cuprate
167 NASICON : nasicon
113 melilite; akermanite; gehlenite : melilite
192 beryl : beryl
60 columbite : columbite
136 trirutile; tapiolite : trirutile
"""
_ALSO = re.compile(r"\s*;\s*")


@dataclass(frozen=True, slots=True)
class Prototype:
    """``names`` people type, the ``group`` number of the prototype, the ``minerals`` crystals of it are called by.

    ``crystals``: what is built so, any of which will do.
    """

    names: tuple[str, ...]
    group: int
    minerals: tuple[str, ...]
    crystals: tuple[str, ...]

    @property
    def concept(self) -> StructureTypeConcept:
        """The type by its first name, which a search aims at; no facts tell of it."""
        return StructureTypeConcept(self.names[0])

    def concepts(self) -> tuple[StructureTypeConcept, ...]:
        """What makes a crystal one of this type, or derived from it, by the facts; none where these know no name for it."""
        called = (f"{mineral}{ending}" for mineral in self.minerals for ending in ("", *ENDINGS))
        return tuple(map(StructureTypeConcept, called))


def _prototypes() -> tuple[Prototype, ...]:
    found = []
    for line in _TABLE.strip().splitlines():
        number, rest = line.split(" ", 1)
        words, _, crystals = rest.partition(" : ")
        names, _, minerals = (part.strip() for part in words.partition("="))
        found.append(Prototype(_listed(names), int(number), _listed(minerals), tuple(crystals.split())))
    return tuple(found)


def _listed(words: str) -> tuple[str, ...]:
    return tuple(_ALSO.split(words)) if words else ()


PROTOTYPES = _prototypes()
_BY_NAME = {name.lower(): prototype for prototype in PROTOTYPES for name in prototype.names}
_BY_CONCEPT: dict[Concept, Prototype] = {prototype.concept: prototype for prototype in PROTOTYPES}
_SUBSCRIPT = re.compile(r"^([a-l]\d?)(\d+|b)$")
"""A Strukturbericht symbol, whose last part may stand as a subscript: L1_2, D0_{3}, C1_b."""


def _spellings(name: str) -> str:
    subscript = _SUBSCRIPT.match(name)
    if subscript is not None:
        return rf"{subscript[1]}_?\{{?{subscript[2]}\}}?"
    return re.escape(name).replace(r"\ ", r"[\s-]+").replace(r"\-", "[-\u2010-\u2013]")


_NAMES = "|".join(map(_spellings, sorted(_BY_NAME, key=len, reverse=True)))
NAME = re.compile(rf"(?<![\w-])(?P<name>{_NAMES})s?(?![\w])", re.IGNORECASE)
"""Any of the names, in a text."""


def named(words: str) -> Prototype | None:
    """The prototype of a name as it stands in a text."""
    key = re.sub(r"[\u2010-\u2013]", "-", re.sub(r"\s+", " ", words.strip().lower()))
    key = re.sub(r"[_{}]", "", key)
    return _BY_NAME.get(key) or _BY_NAME.get(key.replace("-", " ")) or _BY_NAME.get(key.removesuffix("s"))


def of_concept(concept: Concept) -> Prototype | None:
    """The prototype whose type a search aims at by this concept; None for the name of a mineral."""
    return _BY_CONCEPT.get(concept)
