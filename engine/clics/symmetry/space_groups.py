"""The 230 space groups: symbols, point groups, crystal systems and the other spellings in use.

The table holds, one group a line: number, symbol in spglib's ASCII spelling, point group, and the symbols of other
settings and of older tables (International Tables for Crystallography, volume A; the settings are those of spglib's
list of Hall symbols). A spelling that names two groups is left out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LAST_OF_SYSTEM = (
    (2, "triclinic"),
    (15, "monoclinic"),
    (74, "orthorhombic"),
    (142, "tetragonal"),
    (167, "trigonal"),
    (194, "hexagonal"),
    (230, "cubic"),
)


@dataclass(frozen=True, slots=True)
class SpaceGroupType:
    """One of the 230: ``number``, standard ``symbol``, ``point_group``, and other ``spellings`` of the symbol."""

    number: int
    symbol: str
    point_group: str
    spellings: tuple[str, ...]

    @property
    def crystal_system(self) -> str:
        """``triclinic`` … ``cubic``; the groups 143–167 are trigonal, as spglib and robocrystallographer say."""
        return next(system for last, system in _LAST_OF_SYSTEM if self.number <= last)


_TABLE = """
1 P1 1
2 P-1 -1
3 P2 2 P121 P112
4 P2_1 2 P12_11 P112_1
5 C2 2 C121 A121 A2 I121 I2 A112 B112 B2 I112
6 Pm m P1m1 P11m
7 Pc m P1c1 P1n1 Pn P1a1 Pa P11a P11n P11b Pb
8 Cm m C1m1 A1m1 Am I1m1 Im A11m B11m Bm I11m
9 Cc m C1c1 A1n1 An I1a1 Ia A1a1 Aa C1n1 Cn I1c1 Ic A11a B11n Bn I11b Ib B11b Bb A11n I11a
10 P2/m 2/m P12/m1 P112/m
11 P2_1/m 2/m P12_1/m1 P112_1/m
12 C2/m 2/m C12/m1 A12/m1 A2/m I12/m1 I2/m A112/m B112/m B2/m I112/m
13 P2/c 2/m P12/c1 P12/n1 P2/n P12/a1 P2/a P112/a P112/n P112/b P2/b
14 P2_1/c 2/m P12_1/c1 P12_1/n1 P2_1/n P12_1/a1 P2_1/a P112_1/a P112_1/n P112_1/b P2_1/b
15 C2/c 2/m C12/c1 A12/n1 A2/n I12/a1 I2/a A12/a1 A2/a C12/n1 C2/n I12/c1 I2/c A112/a B2/n I112/b I2/b B112/b B2/b
16 P222 222
17 P222_1 222 P2_122 P22_12
18 P2_12_12 222 P22_12_1 P2_122_1
19 P2_12_12_1 222
20 C222_1 222 A2_122 B22_12
21 C222 222 A222 B222
22 F222 222
23 I222 222
24 I2_12_12_1 222
25 Pmm2 mm2 P2mm Pm2m
26 Pmc2_1 mm2 Pcm2_1 P2_1ma P2_1am Pb2_1m Pm2_1b
27 Pcc2 mm2 P2aa Pb2b
28 Pma2 mm2 Pbm2 P2mb P2cm Pc2m Pm2a
29 Pca2_1 mm2 Pbc2_1 P2_1ab P2_1ca Pc2_1b Pb2_1a
30 Pnc2 mm2 Pcn2 P2na P2an Pb2n Pn2b
31 Pmn2_1 mm2 Pnm2_1 P2_1mn P2_1nm Pn2_1m Pm2_1n
32 Pba2 mm2 P2cb Pc2a
33 Pna2_1 mm2 Pbn2_1 P2_1nb P2_1cn Pc2_1n Pn2_1a
34 Pnn2 mm2 P2nn Pn2n
35 Cmm2 mm2 A2mm Bm2m
36 Cmc2_1 mm2 Ccm2_1 A2_1ma A2_1am Bb2_1m Bm2_1b
37 Ccc2 mm2 A2aa Bb2b
38 Amm2 mm2 Bmm2 B2mm C2mm Cm2m Am2m
39 Aem2 mm2 Abm2 Bma2 B2cm C2mb Cm2a Ac2m Bme2 B2em C2me Cm2e Ae2m
40 Ama2 mm2 Bbm2 B2mb C2cm Cc2m Am2a
41 Aea2 mm2 Aba2 Bba2 B2cb C2cb Cc2a Ac2a Bbe2 B2eb C2ce Cc2e Ae2a
42 Fmm2 mm2 F2mm Fm2m
43 Fdd2 mm2 F2dd Fd2d
44 Imm2 mm2 I2mm Im2m
45 Iba2 mm2 I2cb Ic2a
46 Ima2 mm2 Ibm2 I2mb I2cm Ic2m Im2a
47 Pmmm mmm P2/m2/m2/m
48 Pnnn mmm P2/n2/n2/n
49 Pccm mmm P2/c2/c2/m Pmaa Pbmb
50 Pban mmm P2/b2/a2/n Pncb Pcna
51 Pmma mmm P2_1/m2/m2/a Pmmb Pbmm Pcmm Pmcm Pmam
52 Pnna mmm P2/n2_1/n2/a Pnnb Pbnn Pcnn Pncn Pnan
53 Pmna mmm P2/m2/n2_1/a Pnmb Pbmn Pcnm Pncm Pman
54 Pcca mmm P2_1/c2/c2/a Pccb Pbaa Pcaa Pbcb Pbab
55 Pbam mmm P2_1/b2_1/a2/m Pmcb Pcma
56 Pccn mmm P2_1/c2_1/c2/n Pnaa Pbnb
57 Pbcm mmm P2/b2_1/c2_1/m Pcam Pmca Pmab Pbma Pcmb
58 Pnnm mmm P2_1/n2_1/n2/m Pmnn Pnmn
59 Pmmn mmm P2_1/m2_1/m2/n Pnmm Pmnm
60 Pbcn mmm P2_1/b2/c2_1/n Pcan Pnca Pnab Pbna Pcnb
61 Pbca mmm P2_1/b2_1/c2_1/a Pcab
62 Pnma mmm P2_1/n2_1/m2_1/a Pmnb Pbnm Pcmn Pmcn Pnam
63 Cmcm mmm C2/m2/c2_1/m Ccmm Amma Amam Bbmm Bmmb
64 Cmce mmm Cmca Ccmb Abma Acam Bbcm Bmab C2/m2/c2_1/e Ccme Aema Aeam Bbem Bmeb
65 Cmmm mmm C2/m2/m2/m Ammm Bmmm
66 Cccm mmm C2/c2/c2/m Amaa Bbmb
67 Cmme mmm Cmma Cmmb Abmm Acmm Bmcm Bmam C2/m2/m2/e Aemm Bmem
68 Ccce mmm Ccca Cccb Abaa Acaa Bbab C2/c2/c2/e Aeaa Bbeb Bbcb
69 Fmmm mmm F2/m2/m2/m
70 Fddd mmm F2/d2/d2/d
71 Immm mmm I2/m2/m2/m
72 Ibam mmm I2/b2/a2/m Imcb Icma
73 Ibca mmm I2/b2/c2/a Icab
74 Imma mmm I2/m2/m2/a Immb Ibmm Icmm Imcm Imam
75 P4 4
76 P4_1 4
77 P4_2 4
78 P4_3 4
79 I4 4
80 I4_1 4
81 P-4 -4
82 I-4 -4
83 P4/m 4/m
84 P4_2/m 4/m
85 P4/n 4/m
86 P4_2/n 4/m
87 I4/m 4/m
88 I4_1/a 4/m
89 P422 422
90 P42_12 422
91 P4_122 422
92 P4_12_12 422
93 P4_222 422
94 P4_22_12 422
95 P4_322 422
96 P4_32_12 422
97 I422 422
98 I4_122 422
99 P4mm 4mm
100 P4bm 4mm
101 P4_2cm 4mm
102 P4_2nm 4mm
103 P4cc 4mm
104 P4nc 4mm
105 P4_2mc 4mm
106 P4_2bc 4mm
107 I4mm 4mm
108 I4cm 4mm
109 I4_1md 4mm
110 I4_1cd 4mm
111 P-42m -42m
112 P-42c -42m
113 P-42_1m -42m
114 P-42_1c -42m
115 P-4m2 -42m
116 P-4c2 -42m
117 P-4b2 -42m
118 P-4n2 -42m
119 I-4m2 -42m
120 I-4c2 -42m
121 I-42m -42m
122 I-42d -42m
123 P4/mmm 4/mmm P4/m2/m2/m
124 P4/mcc 4/mmm P4/m2/c2/c
125 P4/nbm 4/mmm P4/n2/b2/m
126 P4/nnc 4/mmm P4/n2/n2/c
127 P4/mbm 4/mmm P4/m2_1/bm
128 P4/mnc 4/mmm P4/m2_1/nc
129 P4/nmm 4/mmm P4/n2_1/mm
130 P4/ncc 4/mmm P4/n2_1/cc
131 P4_2/mmc 4/mmm P4_2/m2/m2/c
132 P4_2/mcm 4/mmm P4_2/m2/c2/m
133 P4_2/nbc 4/mmm P4_2/n2/b2/c
134 P4_2/nnm 4/mmm P4_2/n2/n2/m
135 P4_2/mbc 4/mmm P4_2/m2_1/b2/c
136 P4_2/mnm 4/mmm P4_2/m2_1/n2/m
137 P4_2/nmc 4/mmm P4_2/n2_1/m2/c
138 P4_2/ncm 4/mmm P4_2/n2_1/c2/m
139 I4/mmm 4/mmm I4/m2/m2/m
140 I4/mcm 4/mmm I4/m2/c2/m
141 I4_1/amd 4/mmm I4_1/a2/m2/d
142 I4_1/acd 4/mmm I4_1/a2/c2/d
143 P3 3
144 P3_1 3
145 P3_2 3
146 R3 3
147 P-3 -3
148 R-3 -3
149 P312 32
150 P321 32
151 P3_112 32
152 P3_121 32
153 P3_212 32
154 P3_221 32
155 R32 32
156 P3m1 3m
157 P31m 3m
158 P3c1 3m
159 P31c 3m
160 R3m 3m
161 R3c 3m
162 P-31m -3m P-312/m
163 P-31c -3m P-312/c
164 P-3m1 -3m P-32/m1
165 P-3c1 -3m P-32/c1
166 R-3m -3m R-32/m
167 R-3c -3m R-32/c
168 P6 6
169 P6_1 6
170 P6_5 6
171 P6_2 6
172 P6_4 6
173 P6_3 6
174 P-6 -6
175 P6/m 6/m
176 P6_3/m 6/m
177 P622 622
178 P6_122 622
179 P6_522 622
180 P6_222 622
181 P6_422 622
182 P6_322 622
183 P6mm 6mm
184 P6cc 6mm
185 P6_3cm 6mm
186 P6_3mc 6mm
187 P-6m2 -6m2
188 P-6c2 -6m2
189 P-62m -6m2
190 P-62c -6m2
191 P6/mmm 6/mmm P6/m2/m2/m
192 P6/mcc 6/mmm P6/m2/c2/c
193 P6_3/mcm 6/mmm P6_3/m2/c2/m
194 P6_3/mmc 6/mmm P6_3/m2/m2/c
195 P23 23
196 F23 23
197 I23 23
198 P2_13 23
199 I2_13 23
200 Pm-3 m-3 P2/m-3
201 Pn-3 m-3 P2/n-3
202 Fm-3 m-3 F2/m-3
203 Fd-3 m-3 F2/d-3
204 Im-3 m-3 I2/m-3
205 Pa-3 m-3 P2_1/a-3
206 Ia-3 m-3 I2_1/a-3
207 P432 432
208 P4_232 432
209 F432 432
210 F4_132 432
211 I432 432
212 P4_332 432
213 P4_132 432
214 I4_132 432
215 P-43m -43m
216 F-43m -43m
217 I-43m -43m
218 P-43n -43m
219 F-43c -43m
220 I-43d -43m
221 Pm-3m m-3m P4/m-32/m
222 Pn-3n m-3m P4/n-32/n
223 Pm-3n m-3m P4_2/m-32/n
224 Pn-3m m-3m P4_2/n-32/m
225 Fm-3m m-3m F4/m-32/m
226 Fm-3c m-3m F4/m-32/c
227 Fd-3m m-3m F4_1/d-32/m
228 Fd-3c m-3m F4_1/d-32/c
229 Im-3m m-3m I4/m-32/m
230 Ia-3d m-3m I4_1/a-32/d
"""


def _read_table() -> tuple[SpaceGroupType, ...]:
    rows = []
    for line in _TABLE.strip().splitlines():
        number, symbol, point_group, *spellings = line.split()
        rows.append(SpaceGroupType(int(number), symbol, point_group, tuple(spellings)))
    return tuple(rows)


SPACE_GROUPS: tuple[SpaceGroupType, ...] = _read_table()
"""All groups, in order: group ``n`` is at index ``n - 1``."""

_BY_SYMBOL = {group.symbol: group for group in SPACE_GROUPS}


def by_number(number: int) -> SpaceGroupType:
    """The group of a number. Raises KeyError outside 1–230."""
    if not 1 <= number <= len(SPACE_GROUPS):
        raise KeyError(number)
    return SPACE_GROUPS[number - 1]


def by_symbol(symbol: str) -> SpaceGroupType | None:
    """The group of a standard symbol in spglib's spelling, or None."""
    return _BY_SYMBOL.get(symbol)


_OVERLINE_AFTER = re.compile(r"[-−]?(\d)[\u0304\u0305]")  # as Unicode has it
_OVERLINE_BEFORE = re.compile(r"[\u0304\u0305](\d)")  # as pymatgen and robocrystallographer write it
_LATEX_BAR = re.compile(r"\\(?:bar|overline)\s*\{?\s*(\d)\s*\}?")
_BAR_WORD = re.compile(r"(\d)[\s(]*bar\)?|\(?bar[\s)]*(\d)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\((-?\d)\)|(?<=\d)sub(?=\d)")
_NOT_IN_KEYS = re.compile(r"[\s_{}$\\]|</?su[bp]>|</?(?:i|em)>")
_LATEX_FONT = re.compile(r"\\(?:mbox|text|mathrm|rm|it|mathit)\b\s*|\\[()]|:math:|`")
_SETTING = re.compile(r"\s*:\s*[12hrHRbca]\d?$|(?<=[a-z\d])[\s:]*[HRSZ]$")


def spelling_key(text: str) -> str:
    r"""A symbol without what differs between spellings: blanks, underscores, LaTeX, subscripts, overbars, settings.

    ``"F m \bar{3} m"``, ``"Fm3̅m"``, ``"Fm3bar m"`` and ``"Fm-3m"`` share ``"Fm-3m"``; ``"P2₁/c"`` becomes ``"P21/c"``.
    """
    text = _SETTING.sub("", _LATEX_FONT.sub("", text).strip())
    text = _LATEX_BAR.sub(r"-\1", text)
    text = _OVERLINE_AFTER.sub(r"-\1", unicodedata.normalize("NFD", text))
    text = _OVERLINE_BEFORE.sub(r"-\1", text)
    text = _BAR_WORD.sub(lambda found: f"-{found[1] or found[2]}", text)
    text = _IN_BRACKETS.sub(lambda found: found[1] or "", text)
    text = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2013", "-")
    return _NOT_IN_KEYS.sub("", text)


def _all_keys() -> dict[str, SpaceGroupType]:
    keys: dict[str, SpaceGroupType] = {}
    for group in SPACE_GROUPS:
        for spelling in group.spellings:
            keys[spelling_key(spelling)] = group
        if group.point_group in ("m-3", "m-3m"):  # the older tables wrote these without the bar: Fm3m, Pa3
            keys[spelling_key(group.symbol.replace("-", ""))] = group
    keys.update({spelling_key(group.symbol): group for group in SPACE_GROUPS})
    return keys


_BY_KEY = _all_keys()


def by_spelling(text: str) -> SpaceGroupType | None:
    """The group of a symbol in any usual spelling or setting (``"F m -3 m"``, ``"P121/c1"``, ``"Pbnm"``), or None."""
    return _BY_KEY.get(spelling_key(text))


_SCHOENFLIES = {
    "1": "C1", "-1": "Ci", "2": "C2", "m": "Cs", "2/m": "C2h", "222": "D2", "mm2": "C2v", "mmm": "D2h", "4": "C4", "-4": "S4",
    "4/m": "C4h", "422": "D4", "4mm": "C4v", "-42m": "D2d", "4/mmm": "D4h", "3": "C3", "-3": "C3i", "32": "D3", "3m": "C3v",
    "-3m": "D3d", "6": "C6", "-6": "C3h", "6/m": "C6h", "622": "D6", "6mm": "C6v", "-6m2": "D3h", "6/mmm": "D6h", "23": "T",
    "m-3": "Th", "432": "O", "-43m": "Td", "m-3m": "Oh",
}  # fmt: skip


def schoenflies_of(point_group: str) -> str:
    """The Schoenflies symbol of a point group: ``"4/mmm"`` → ``"D4h"``. Raises KeyError for what is no point group."""
    return _SCHOENFLIES[point_group]


def _all_schoenflies() -> dict[str, SpaceGroupType]:
    """Symbols such as ``D6h4``: the groups of a point group are numbered as the International Tables order them."""
    counts: dict[str, int] = {}
    symbols: dict[str, SpaceGroupType] = {}
    for group in SPACE_GROUPS:
        name = _SCHOENFLIES[group.point_group]
        counts[name] = counts.get(name, 0) + 1
        symbols[f"{name}{counts[name]}".lower()] = group
    return symbols


_BY_SCHOENFLIES = _all_schoenflies()


def by_schoenflies(text: str) -> SpaceGroupType | None:
    """The group of a Schoenflies symbol (``"D6h^4"``, ``"D_{6h}^{4}"``, ``"D6h-4"``, ``"Oh5"``), or None."""
    return _BY_SCHOENFLIES.get(re.sub(r"[\s_^{}$()-]", "", text).lower())
