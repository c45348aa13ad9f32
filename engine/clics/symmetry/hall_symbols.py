"""Hall symbols of the space groups, all settings of spglib's list.

Source: S. R. Hall, Acta Crystallographica A37, 517 (1981), doi 10.1107/S0567739481001228.
"""

from __future__ import annotations

import re

_TABLE = r"""
1 P 1
2 -P 1
3 P 2y; P 2; P 2x
4 P 2yb; P 2c; P 2xa
5 C 2y; A 2y; I 2y; A 2; B 2; I 2; B 2x; C 2x; I 2x
6 P -2y; P -2; P -2x
7 P -2yc; P -2yac; P -2ya; P -2a; P -2ab; P -2b; P -2xb; P -2xbc; P -2xc
8 C -2y; A -2y; I -2y; A -2; B -2; I -2; B -2x; C -2x; I -2x
9 C -2yc; A -2yab; I -2ya; A -2ya; C -2yac; I -2yc; A -2a; B -2ab; I -2b; B -2b; A -2ab; I -2a; B -2xb; C -2xac;
    I -2xc; C -2xc; B -2xab; I -2xb
10 -P 2y; -P 2; -P 2x
11 -P 2yb; -P 2c; -P 2xa
12 -C 2y; -A 2y; -I 2y; -A 2; -B 2; -I 2; -B 2x; -C 2x; -I 2x
13 -P 2yc; -P 2yac; -P 2ya; -P 2a; -P 2ab; -P 2b; -P 2xb; -P 2xbc; -P 2xc
14 -P 2ybc; -P 2yn; -P 2yab; -P 2ac; -P 2n; -P 2bc; -P 2xab; -P 2xn; -P 2xac
15 -C 2yc; -A 2yab; -I 2ya; -A 2ya; -C 2yac; -I 2yc; -A 2a; -B 2ab; -I 2b; -B 2b; -A 2ab; -I 2a; -B 2xb; -C 2xac;
    -I 2xc; -C 2xc; -B 2xab; -I 2xb
16 P 2 2
17 P 2c 2; P 2a 2a; P 2 2b
18 P 2 2ab; P 2bc 2; P 2ac 2ac
19 P 2ac 2ab
20 C 2c 2; A 2a 2a; B 2 2b
21 C 2 2; A 2 2; B 2 2
22 F 2 2
23 I 2 2
24 I 2b 2c
25 P 2 -2; P -2 2; P -2 -2
26 P 2c -2; P 2c -2c; P -2a 2a; P -2 2a; P -2 -2b; P -2b -2
27 P 2 -2c; P -2a 2; P -2b -2b
28 P 2 -2a; P 2 -2b; P -2b 2; P -2c 2; P -2c -2c; P -2a -2a
29 P 2c -2ac; P 2c -2b; P -2b 2a; P -2ac 2a; P -2bc -2c; P -2a -2ab
30 P 2 -2bc; P 2 -2ac; P -2ac 2; P -2ab 2; P -2ab -2ab; P -2bc -2bc
31 P 2ac -2; P 2bc -2bc; P -2ab 2ab; P -2 2ac; P -2 -2bc; P -2ab -2
32 P 2 -2ab; P -2bc 2; P -2ac -2ac
33 P 2c -2n; P 2c -2ab; P -2bc 2a; P -2n 2a; P -2n -2ac; P -2ac -2n
34 P 2 -2n; P -2n 2; P -2n -2n
35 C 2 -2; A -2 2; B -2 -2
36 C 2c -2; C 2c -2c; A -2a 2a; A -2 2a; B -2 -2b; B -2b -2
37 C 2 -2c; A -2a 2; B -2b -2b
38 A 2 -2; B 2 -2; B -2 2; C -2 2; C -2 -2; A -2 -2
39 A 2 -2b; B 2 -2a; B -2a 2; C -2a 2; C -2a -2a; A -2b -2b
40 A 2 -2a; B 2 -2b; B -2b 2; C -2c 2; C -2c -2c; A -2a -2a
41 A 2 -2ab; B 2 -2ab; B -2ab 2; C -2ac 2; C -2ac -2ac; A -2ab -2ab
42 F 2 -2; F -2 2; F -2 -2
43 F 2 -2d; F -2d 2; F -2d -2d
44 I 2 -2; I -2 2; I -2 -2
45 I 2 -2c; I -2a 2; I -2b -2b
46 I 2 -2a; I 2 -2b; I -2b 2; I -2c 2; I -2c -2c; I -2a -2a
47 -P 2 2
48 P 2 2 -1n; -P 2ab 2bc
49 -P 2 2c; -P 2a 2; -P 2b 2b
50 P 2 2 -1ab; -P 2ab 2b; P 2 2 -1bc; -P 2b 2bc; P 2 2 -1ac; -P 2a 2c
51 -P 2a 2a; -P 2b 2; -P 2 2b; -P 2c 2c; -P 2c 2; -P 2 2a
52 -P 2a 2bc; -P 2b 2n; -P 2n 2b; -P 2ab 2c; -P 2ab 2n; -P 2n 2bc
53 -P 2ac 2; -P 2bc 2bc; -P 2ab 2ab; -P 2 2ac; -P 2 2bc; -P 2ab 2
54 -P 2a 2ac; -P 2b 2c; -P 2a 2b; -P 2ac 2c; -P 2bc 2b; -P 2b 2ab
55 -P 2 2ab; -P 2bc 2; -P 2ac 2ac
56 -P 2ab 2ac; -P 2ac 2bc; -P 2bc 2ab
57 -P 2c 2b; -P 2c 2ac; -P 2ac 2a; -P 2b 2a; -P 2a 2ab; -P 2bc 2c
58 -P 2 2n; -P 2n 2; -P 2n 2n
59 P 2 2ab -1ab; -P 2ab 2a; P 2bc 2 -1bc; -P 2c 2bc; P 2ac 2ac -1ac; -P 2c 2a
60 -P 2n 2ab; -P 2n 2c; -P 2a 2n; -P 2bc 2n; -P 2ac 2b; -P 2b 2ac
61 -P 2ac 2ab; -P 2bc 2ac
62 -P 2ac 2n; -P 2bc 2a; -P 2c 2ab; -P 2n 2ac; -P 2n 2a; -P 2c 2n
63 -C 2c 2; -C 2c 2c; -A 2a 2a; -A 2 2a; -B 2 2b; -B 2b 2
64 -C 2ac 2; -C 2ac 2ac; -A 2ab 2ab; -A 2 2ab; -B 2 2ab; -B 2ab 2
65 -C 2 2; -A 2 2; -B 2 2
66 -C 2 2c; -A 2a 2; -B 2b 2b
67 -C 2a 2; -C 2a 2a; -A 2b 2b; -A 2 2b; -B 2 2a; -B 2a 2
68 C 2 2 -1ac; -C 2a 2ac; -C 2a 2c; A 2 2 -1ab; -A 2a 2b; -A 2ab 2b; B 2 2 -1ab; -B 2ab 2b; -B 2b 2ab
69 -F 2 2
70 F 2 2 -1d; -F 2uv 2vw
71 -I 2 2
72 -I 2 2c; -I 2a 2; -I 2b 2b
73 -I 2b 2c; -I 2a 2b
74 -I 2b 2; -I 2a 2a; -I 2c 2c; -I 2 2b; -I 2 2a; -I 2c 2
75 P 4
76 P 4w
77 P 4c
78 P 4cw
79 I 4
80 I 4bw
81 P -4
82 I -4
83 -P 4
84 -P 4c
85 P 4ab -1ab; -P 4a
86 P 4n -1n; -P 4bc
87 -I 4
88 I 4bw -1bw; -I 4ad
89 P 4 2
90 P 4ab 2ab
91 P 4w 2c
92 P 4abw 2nw
93 P 4c 2
94 P 4n 2n
95 P 4cw 2c
96 P 4nw 2abw
97 I 4 2
98 I 4bw 2bw
99 P 4 -2
100 P 4 -2ab
101 P 4c -2c
102 P 4n -2n
103 P 4 -2c
104 P 4 -2n
105 P 4c -2
106 P 4c -2ab
107 I 4 -2
108 I 4 -2c
109 I 4bw -2
110 I 4bw -2c
111 P -4 2
112 P -4 2c
113 P -4 2ab
114 P -4 2n
115 P -4 -2
116 P -4 -2c
117 P -4 -2ab
118 P -4 -2n
119 I -4 -2
120 I -4 -2c
121 I -4 2
122 I -4 2bw
123 -P 4 2
124 -P 4 2c
125 P 4 2 -1ab; -P 4a 2b
126 P 4 2 -1n; -P 4a 2bc
127 -P 4 2ab
128 -P 4 2n
129 P 4ab 2ab -1ab; -P 4a 2a
130 P 4ab 2n -1ab; -P 4a 2ac
131 -P 4c 2
132 -P 4c 2c
133 P 4n 2c -1n; -P 4ac 2b
134 P 4n 2 -1n; -P 4ac 2bc
135 -P 4c 2ab
136 -P 4n 2n
137 P 4n 2n -1n; -P 4ac 2a
138 P 4n 2ab -1n; -P 4ac 2ac
139 -I 4 2
140 -I 4 2c
141 I 4bw 2bw -1bw; -I 4bd 2
142 I 4bw 2aw -1bw; -I 4bd 2c
143 P 3
144 P 31
145 P 32
146 R 3; P 3*
147 -P 3
148 -R 3; -P 3*
149 P 3 2
150 P 3 2"
151 P 31 2 (0 0 4)
152 P 31 2"
153 P 32 2 (0 0 2)
154 P 32 2"
155 R 3 2"; P 3* 2
156 P 3 -2"
157 P 3 -2
158 P 3 -2"c
159 P 3 -2c
160 R 3 -2"; P 3* -2
161 R 3 -2"c; P 3* -2n
162 -P 3 2
163 -P 3 2c
164 -P 3 2"
165 -P 3 2"c
166 -R 3 2"; -P 3* 2
167 -R 3 2"c; -P 3* 2n
168 P 6
169 P 61
170 P 65
171 P 62
172 P 64
173 P 6c
174 P -6
175 -P 6
176 -P 6c
177 P 6 2
178 P 61 2 (0 0 5)
179 P 65 2 (0 0 1)
180 P 62 2 (0 0 4)
181 P 64 2 (0 0 2)
182 P 6c 2c
183 P 6 -2
184 P 6 -2c
185 P 6c -2
186 P 6c -2c
187 P -6 2
188 P -6c 2
189 P -6 -2
190 P -6c -2c
191 -P 6 2
192 -P 6 2c
193 -P 6c 2
194 -P 6c 2c
195 P 2 2 3
196 F 2 2 3
197 I 2 2 3
198 P 2ac 2ab 3
199 I 2b 2c 3
200 -P 2 2 3
201 P 2 2 3 -1n; -P 2ab 2bc 3
202 -F 2 2 3
203 F 2 2 3 -1d; -F 2uv 2vw 3
204 -I 2 2 3
205 -P 2ac 2ab 3
206 -I 2b 2c 3
207 P 4 2 3
208 P 4n 2 3
209 F 4 2 3
210 F 4d 2 3
211 I 4 2 3
212 P 4acd 2ab 3
213 P 4bd 2ab 3
214 I 4bd 2c 3
215 P -4 2 3
216 F -4 2 3
217 I -4 2 3
218 P -4n 2 3
219 F -4a 2 3
220 I -4bd 2c 3
221 -P 4 2 3
222 P 4 2 3 -1n; -P 4a 2bc 3
223 -P 4n 2 3
224 P 4n 2 3 -1n; -P 4bc 2bc 3
225 -F 4 2 3
226 -F 4a 2 3
227 F 4d 2 3 -1d; -F 4vw 2vw 3
228 F 4d 2 3 -1ad; -F 4ud 2vw 3
229 -I 4 2 3
230 -I 4bd 2c 3
"""


def _key(text: str) -> str:
    """Without blanks and marks that are typed in several ways."""
    return re.sub(
        r"[\s_]", "", text.replace("\u2212", "-").replace("\u2033", '"').replace("”", '"').replace("''", '"')
    ).lower()


_BY_KEY = {
    _key(symbol): int(line.split(" ", 1)[0])
    for line in re.sub(r";\n +", "; ", _TABLE).strip().splitlines()
    for symbol in line.split(" ", 1)[1].split("; ")
}
SYMBOL = re.compile(
    r"""(?<![\w/])(?P<symbol>-[PABCIRF](?:\s*-?[1-6][1-6abcnuvwdxyz'"”=^*]*){1,4}(?:\s+(?:\([-\d ]+\)|-1[a-z]*))?)(?![\w/])""",
    re.IGNORECASE,
)
"""What may be a centrosymmetric Hall symbol; those without the minus sign look like Hermann–Mauguin symbols."""


def number_of(text: str) -> int | None:
    """Space group number of a Hall symbol (``"-F 4 2 3"``), or None."""
    return _BY_KEY.get(_key(text))
