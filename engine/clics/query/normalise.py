"""Normalised form of a typed text: spelling corrected; abbreviations, formulas and synonyms in the words of the extractors.

Every character of the normalised text keeps the span of the typed text that it stands for, so that matches can be shown in
the user's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from clics.concepts import number_words
from clics.data import read_bytes
from clics.query.polyhedron_formulas import FORMULAS, NOTATION

Replacement = str | Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """Normalised ``text``, whose character i stands for ``typed[starts[i]:ends[i]]``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, typed: str) -> NormalisedText:
        """The text itself, character by character."""
        return cls(typed, tuple(range(len(typed))), tuple(range(1, len(typed) + 1)))

    def replaced(self, pattern: re.Pattern[str], replacement: Replacement) -> NormalisedText:
        """Replace every match of ``pattern``; the new characters stand for the whole span that the match stood for."""
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        last = 0
        for found in pattern.finditer(self.text):
            new = found.expand(replacement) if isinstance(replacement, str) else replacement(found)
            if new == found.group():
                continue
            a, b = found.span()
            text += [self.text[last:a], new]
            starts += self.starts[last:a]
            ends += self.ends[last:a]
            if b > a:
                starts += [self.starts[a]] * len(new)
                ends += [self.ends[b - 1]] * len(new)
            last = b
        if last == 0:
            return self
        text.append(self.text[last:])
        return NormalisedText("".join(text), (*starts, *self.starts[last:]), (*ends, *self.ends[last:]))

    def typed_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the typed text that ``text[start:end]`` stands for."""
        return self.starts[start], max(self.ends[start:end])


def normalise(typed: str) -> NormalisedText:
    """Apply all rules, in order, to a typed text."""
    text = NormalisedText.of(typed)
    for pattern, replacement in _RULES:
        text = text.replaced(pattern, replacement)
    return text


_KNOWN = frozenset(read_bytes("spelling.txt").decode().split())
"""Words of the field, to which misspelt words are corrected."""
_STEMS = (
    (re.compile(r"\b[ck]ubo+[ck]?t[ao]h?edr?\w*", re.IGNORECASE), "cuboctahedr"),
    (re.compile(r"\bo[ck]t[ao]h?ed(?:e?r)\w*", re.IGNORECASE), "octahedr"),
    (re.compile(r"\btet(?:ra|er|ar)h?ed(?:e?r)\w*", re.IGNORECASE), "tetrahedr"),
)


def _mended(found: re.Match[str]) -> str:
    """A misspelt word of the field as it should be; every other word as it is."""
    word = found.group()
    lower = word.lower()
    if lower in _KNOWN or lower.removesuffix("s") in _KNOWN:
        return word
    for pattern, stem in _STEMS:
        if pattern.fullmatch(word):
            ending = next((e for e in ("ally", "ical", "al", "on", "ic") if lower.endswith(e)), "a")
            return stem + {"ically": "ally", "ical": "al", "ic": "al"}.get(ending, ending)
    return _nearest(lower) or word


@lru_cache(maxsize=4096)
def _nearest(word: str) -> str | None:
    allowed = 2 if len(word) >= 9 else 1
    near = [(d, known) for known in _KNOWN if (d := _distance(word, known, allowed)) <= allowed and word[0] == known[0]]
    return min(near)[1] if near else None


def _distance(one: str, other: str, most: int) -> int:
    """Letters wrong, missing, too many, or swapped with the next (optimal string alignment); above ``most``: more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b)))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[-1] = min(row[-1], before[j - 2] + 1)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]


_UNITS = rf"(?:{'|'.join(number_words.NUMBER_WORDS[1:25])})"
_COUNT = rf"(?P<count>\d{{1,2}}|{_UNITS.replace('-', '[ -]')})"
_GREEK = {
    "mono": 1, "di": 2, "tri": 3, "tetra": 4, "penta": 5, "hexa": 6, "hepta": 7, "octa": 8, "nona": 9, "ennea": 9,
    "deca": 10, "undeca": 11, "dodeca": 12, "octo": 8, "quadri": 4, "tetradeca": 14, "hexadeca": 16,
}  # fmt: skip
_ROMAN = {
    "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12, "XIV": 14,
}  # fmt: skip
_LIGANDS = r"(?:neighbou?rs?|ligands?|bonds?|contacts|nearest\s+neighbou?rs?)"
_ATOMS = r"(?:atoms|anions|cations|oxygens?|oxides|metals|nonmetals|others)\b(?!\s+(?:per|in\s+(?:the|a|each)\s+(?:\w+\s+)?cell))"


_HOW = r"(?:nearest|close|bonded|closest|equidistant|other|coplanar|collinear|equivalent|short|near)"


def _coordinate(found: re.Match[str]) -> str:
    said = found["count"]
    number = int(said) if said.isdigit() else number_words.from_words(said.lower().replace(" ", "-"))
    return f"{_number(number)} coordinate" if 1 <= number <= 24 else found.group()


_RATIO = r"\(?(?P<one>\d{1,2}):(?P<other>\d{1,2})\b\)?"
_RATIO_BEFORE = r"(?P<first>\d{1,2}):(?P<second>\d{1,2})"


def _ratio(one: str, other: str) -> str:
    """``6:3 coordination``: of the cation and of the anion, as textbooks write it."""
    return f"{_number(int(one))} coordinate metal and {_number(int(other))} coordinate nonmetal"


def _number(number: int) -> str:
    return number_words.to_words(number).replace("-", " ")


def _rule(pattern: str, replacement: Replacement, flags: int = re.IGNORECASE) -> tuple[re.Pattern[str], Replacement]:
    return re.compile(pattern, flags), replacement


_CLASS_WORD = r"(?:non-?metals?|metalloids?|metals?)"
_GAP = r"(?P<gap>(?:(?!\b(?:and|but|metal|nonmetal|metalloid)\b)[^.;]){0,45}?)"
_PRISM = r"(?:trigonal|triangular)[\s-]+pris\w+"
_ANTIPRISM = r"square[\s-]+anti-?pris\w+"
_RULES: tuple[tuple[re.Pattern[str], Replacement], ...] = (
    *NOTATION,
    _rule(r"\bco-(?=ordinat)", "co"),
    _rule(r"\b(?:corner|edge|vertex)s?[\s-]+shar\w+\s+triangles\b", ""),
    _rule(r"\b(?:non-?\s*)?linear(?=[\s-]+(?:optic|response|magneto|dispersion|expansion|scal|combination|polari|increase|dependence|elastic"
          r"|suscept|thermal|crystals?\b|in\s+T)|ity\b)", ""),
    _rule(r"\bsq(?:\.|uare)?(?=[\s-]*(?:pl|py))[\s.-]*", "square "),
    _rule(r"\btri(?:g|gon)\.?(?=[\s-]+(?:pl|py|bi|non|pr))[\s.-]*", "trigonal "),
    _rule(r"\b(?:pent|pentag)\.\s*", "pentagonal "),
    _rule(r"\bhex\.\s*(?=(?:bi)?py|pl)", "hexagonal "),
    _rule(r"\btbp\b", "trigonal bipyramidal"),
    _rule(r"\b(?:oct\b\.?(?!\d)|Oh(?=[\s-]+(?:coordinat|geometr|site|environment|metal|symmetric))-?)", "octahedral "),
    _rule(r"\b(?:tet|td)\b\.?(?!\^|\d)(?!\s*\^)", "tetrahedral "),
    _rule(r"\begde(?=s?[\s-])", "edge"),
    _rule(r"\b[a-z]{7,}\b", _mended),
    *FORMULAS,
    _rule(r"\b(?:semi-?metals?|half-?metal\s+elements?)\b", "metalloid"),
    _rule(r"\bnon[\s-]+metal", "nonmetal"),
    _rule(r"\b(?:surrounded|coordinated|bonded|linked|attached|bound|connected|joined|bridged)(?P<by>\s+(?:by|to|with)\s+"
          rf"(?:(?:only|just|exactly|the|{_UNITS}|\d+)\s+)*)(?:{_CLASS_WORD}|anions?|cations?|ligands?)\b(?![\s-]+\w*(?:hedr|pyramid))",
          r"surrounded\g<by>atoms"),
    _rule(rf"\b(?P<of>(?:octahedron|tetrahedron|cube|polyhedron|square|triangle|prism|pyramid)\s+of\s+(?:{_UNITS}\s+|\d+\s+)?)"
          rf"(?:{_CLASS_WORD}|anions?|cations?|ligands?)\b", r"\g<of>atoms"),
    _rule(rf"\b(?P<n>{_UNITS}|\d+)\s+nonmetals?(?:\s+atoms?|\s+ions?)?(?=\s+(?:in\s+the\s+(?:shape|form)|forming|arranged|at\s+the\s+(?:corners|vert)))",
          r"\g<n> atoms"),
    _rule(rf"\b(?:bridg(?:es|ing)|link(?:s|ing)|connect(?:s|ing)|join(?:s|ing))\s+(?:{_UNITS}\s+|\d+\s+)?"
          rf"(?:{_CLASS_WORD}|cations?|atoms?)\b(?![\s-]+\w*(?:hedr|pyramid|cent(?:ere|re)d|bond))", "bridge"),
    _rule(r"\bcations?\b", "metal"),
    _rule(r"\b(?:anions?|oxo|oxide\s+ions?)\b", "nonmetal"),
    # how polyhedra meet
    _rule(r"\b(?:vertices|apices|apexes|vertexes)\b", "corners"),
    _rule(r"\b(?:vertex|apex|point(?=[\s-]+shar))\b", "corner"),
    _rule(r"\bthree\s+corners\s+in\s+common\b|\btriangular\s+faces\b|\bsquare\s+faces\b"
          r"|\btrigonal\s+planar\s+faces\b", "common faces"),
    _rule(r"\btwo\s+corners\s+in\s+common\b", "common edges"),
    _rule(r"\b(?P<kind>corner|edge|face)s?[\s-]+(?:to|on)[\s-]+(?P=kind)\b", r"joined by \g<kind>s"),
    _rule(r"\b(?P<kind>edge|face)wise\b", r"by \g<kind>s"),
    # how many neighbours, in whichever way it is said
    _rule(r"\[(?P<n>\d{1,2})\](?=[\s-]*coordinat)", r"\g<n>"),
    _rule(rf"\bcoordination\s+(?:numbers?\s+)?(?:of\s+\w+\s+)?(?:(?:is|are)\s+)?{_RATIO}|\b{_RATIO_BEFORE}[\s-]+coordinat(?:ed|ion)\b",
          lambda m: _ratio(m["one"] or m["first"], m["other"] or m["second"])),
    _rule(rf"\b(?P<greek>{'|'.join(sorted(_GREEK, key=len, reverse=True))})[\s-]*coordinat(?:ed?|ion)\b",
          lambda m: f"{_number(_GREEK[m['greek'].lower()])} coordinate"),
    _rule(rf"\b(?P<roman>{'|'.join(sorted(_ROMAN, key=len, reverse=True))})[\s-]*(?:-fold\b(?:\s*coordinat\w+)?"
          rf"|coordinat(?:ed?|ion)\b)",
          lambda m: f"{_number(_ROMAN[m['roman']])} coordinate", 0),
    _rule(rf"\b(?:C\.?\s?N\.?|coordination\s+numbers?)(?P<who>\s+of\s+(?:the\s+|an?\s+)?{_CLASS_WORD})?\s*(?:=|is|of|:"
          rf"|-)?\s*\(?{_COUNT}\b\)?",
          lambda m: f"{_coordinate(m)}{m['who'] or ''}"),
    _rule(rf"\b{_COUNT}[\s-]*fold\b(?!\s+(?:axis|axes|rotation|screw|symmetr|inversion|degenera|super|increase"
          r"|larger|disorder|twin|interpenetrat|hel[ix]))"
          r"(?:[\s-]+coordinat(?:ed?|ion)\b)?", _coordinate),
    _rule(rf"\b{_COUNT}[\s-]*coordinat(?:ed?|ion)\b", _coordinate),
    _rule(rf"\b(?P<to>(?:surrounded|bonded|linked|bound|coordinated)\s+(?:by|to|with)\s+)?(?:(?:only|just|exactly"
          rf"|a\s+single)\s+)?{_COUNT}\s+"
          rf"(?P<how>(?:{_HOW}\s+)*){_LIGANDS}\b", lambda m: f"{_coordinate(m)} {m['how']}".rstrip()),
    _rule(rf"\b(?P<to>(?:surrounded|bonded|linked|bound|coordinated)\s+(?:by|to|with)|with|between)\s+(?:(?:only|just"
          rf"|exactly)\s+)?{_COUNT}\s+"
          rf"(?P<how>(?:{_HOW}\s+)*){_ATOMS}", lambda m: f"with {_coordinate(m)} {m['how']}".rstrip()),
    _rule(r"\b(?:only|just|a\s+single)\s+(?:one\s+)?(?:bond|neighbou?r|atom)\b|\bsing(?:ly|le)[\s-]+bond(?:ed)?\b(?!\s+(?:lengths?|distances?))"
          r"|\bone\s+bond\b", "single bond"),
    _rule(r"\b(?:terminal|dangling|monodentate)\b", "single bond"),
    # how the neighbours stand
    _rule(rf"\bthree\s+coordinate\b{_GAP}(?:\bnot\s+in\s+(?:one|a|the\s+same)\s+plane|\bnon-?coplanar|\bone\s+side"
          rf"|\blone\s+pairs?|\bpyramid(?:al)?)\b",
          r"trigonal non coplanar \g<gap>"),
    _rule(r"\b(?:not\s+in\s+(?:one|a|the\s+same)\s+plane|pyramidal\s+three\s+coordinate|three-?legged\s+stool|tripod"
          r"|ammonia[\s-]*like)\b",
          "trigonal non coplanar"),
    *(
        _rule(rf"\b{number}\s+coordinate\b{_GAP}\b(?:in\s+(?:one|a|the\s+same)\s+plane|coplanar|planar|flat|in\s+(?:a"
              rf"|the)\s+(?:{shapes})|(?:{shapes}))\b(?![\s-]+(?:pyr|bip|base|and\s+one))",
              rf"{name} \g<gap>")
        for number, shapes, name in (
            ("three", "triangles?|trigonal(?:\\s+planar)?", "trigonal planar"),
            ("four", "squares?|square[\\s-]+plan\\w+", "square co planar"),
            ("five", "pentagons?", "pentagonal planar"),
            ("six", "hexagons?", "hexagonal planar"),
        )
    ),
    _rule(r"\b(?:planar|flat|coplanar)[\s,]+(?:and\s+)?three\s+coordinate\b", "trigonal planar"),
    _rule(r"\b(?:planar|flat|coplanar)[\s,]+(?:and\s+)?four\s+coordinate\b", "square co planar"),
    _rule(r"\b(?:(?:flat|planar|plane)\s+)?triang(?:les?|ular)(?:[\s-]+plan(?:ar|e))?\b(?![\s-]*(?:(?:bi|di)?pyramid|prism"
          r"|face|antiprism|lattice|net))"
          r"|\btrigonal[\s-]+planes?\b|\bplanar\s+trigonal\s+planar\b|\bflat\s+trigonal\b", "trigonal planar"),
    _rule(r"\btriangular(?=[\s-]+(?:bi|di)?(?:pyramid|prism))", "trigonal"),
    _rule(r"\b(?:square|tetragonal)[\s-]+(?:bi|di)pyramid(?P<al>al)?s?\b|\bbioctahedr(?:a|on)\b",
          lambda m: "octahedral" if m["al"] else "octahedra"),
    _rule(r"\btetragonal(?=[\s-]+pyramid)", "square"),
    _rule(r"\bquadrangular(?=[\s-]+pyramid)", "square"),
    _rule(r"\bdipyramid", "bipyramid"),
    _rule(r"\bbipyramids?\b(?P<gap>[^.;]{0,20}?)\b(?:five-?(?:sided|membered)|pentagon(?:al)?)\b(?:\s+(?:base"
          r"|ring))?", r"pentagonal bipyramids\g<gap>"),
    _rule(r"\bpyramids?\b(?P<gap>[^.;]{0,20}?)\b(?:five-?(?:sided|membered)|pentagon(?:al)?)\b(?:\s+(?:base"
          r"|ring))?", r"pentagonal pyramids\g<gap>"),
    _rule(r"(?<!square\s)(?<!square-)\bpyramid(?:s|al)?\b(?P<gap>[^.;]{0,12}?\b(?:with|on|having|whose)\b[^.;]{0,12}?)\bsquare\b(?:\s+base)?",
          r"square pyramids\g<gap>"),
    _rule(r"\bfive-?membered\s+base\s+and\s+an?\s+(?:apex|corner)\b", "pentagonal pyramid"),
    _rule(r"\bsquare\s+base\b(?P<gap>[^.;]{0,20}?)\b(?:apex|apical|corner|top)\b", r"square pyramid \g<gap>"),
    _rule(r"\bfour\s+in\s+(?:a|the)\s+square\s+and\s+one\b", "square pyramid"),
    _rule(r"\bfive\s+coordinate\b(?P<gap>[^.;]{0,12}?)\bthree\s+(?:in|around|at)\s+the\s+(?:equator"
          r"|waist)\b", r"trigonal bipyramid \g<gap>"),
    _rule(r"\bseven\s+coordinate\b(?P<gap>[^.;]{0,12}?)\bfive\s+(?:in|around|at)\s+the\s+(?:equator\w*"
          r"|waist)\b", r"pentagonal bipyramid \g<gap>"),
    # shapes that no order parameter names: their number of neighbours is what can be known of them
    *(
        _rule(rf"(?:\b{number}[\s-]+coordinate[\s,]+)?\b(?:{shapes})\b", f"{number} coordinate")
        for number, shapes in (
            ("seven", rf"(?:(?:mono|uni)-?|singly[\s-]+)?capped[\s-]+(?:{_PRISM}|octahedr\w+)"),
            ("eight", rf"(?:bi-?|doubly[\s-]+|two[\s-]+)capped[\s-]+{_PRISM}"),
            ("nine", rf"(?:tri-?|triply[\s-]+|three[\s-]+)capped[\s-]+{_PRISM}|(?:(?:mono|uni)-?)?capped[\s-]+{_ANTIPRISM}"),
            ("ten", rf"(?:bi-?|doubly[\s-]+)capped[\s-]+{_ANTIPRISM}"),
            ("eight", rf"{_ANTIPRISM}|(?:(?:trigonal|triangular)[\s-]+)?(?<!pentagonal\s)dodecahedr\w+"),
            ("twelve", r"icosahedr\w+|hexagonal[\s-]+prism\w*"),
        )
    ),
    # robocrystallographer knows no prism, and calls a trigonal one a pentagonal pyramid (its issue 26)
    _rule(r"\b(?:trigonal|triangular)[\s-]+prisms\b", "pentagonal pyramids"),
    _rule(r"\b(?:trigonal|triangular)[\s-]+prism(?:atic|atically)?\b|\bprism(?:atic)?\s+coordination\b", "pentagonal pyramidal"),
    # the form of a crystal, and what is no polyhedron
    _rule(r"\b(?:octahedral|tetrahedral|cubic|prismatic|pyramidal|bent)(?=\s+(?:crystals?(?!\s+field)"
          r"|habits?|cleavage|forms?|faces|grains?)\b)", ""),
    _rule(r"\b(?:eight\s+)?corners\s+of\s+a\s+cube\b|\bcube\s+corners\b|\b(?:(?:centre|center"
          r"|middle)\s+of\s+)?an?\s+(?P<d>distorted\s+)?(?:cube|cubic\s+hole)\b"
          r"|\b(?:cubic(?=\s+(?:hole|void|interst\w+|fashion|site|coordination|environment|eight|surround))|hexahedral|bcc[\s-]+like"
          r"|CsCl[\s-]+like|cubes?\b(?!\s+root))",
          lambda m: f"{m['d'] or ''}body centered cubic"),
    _rule(r"\b(?:fcc[\s-]*like|ccp[\s-]*like|close[\s-]*packed\s+surroundings?)\b", "cuboctahedral"),
    _rule(rf"(?:ψ|\bpsi|\bpseudo)[\s-]*trigonal\s+(?P<who>{_CLASS_WORD}\s+)?bipyramid\w*", r"\g<who>see saw like"),
    _rule(r"\b(?:teeter[\s-]*totter|sawhorse(?:[\s-]+shaped)?"
          r"|disphenoid(?:al)?(?:[\s,-]*\(?see-?saw\)?)?)(?:\b|(?<=\)))", "see saw like"),
    _rule(r"\btee[\s-]+shaped?\b|\b(?:letter|shape\s+of\s+an?|arranged\s+as)\s+T\b|\bT[\s-]+(?:shape|geometry)\b", "T shaped"),
    _rule(r"\b(?:two\s+coordinate\s+|with\s+)?(?:at\s+)?(?:(?:90|ninety)\s*(?:degrees?|°)"
          r"|(?:at\s+)?(?:an?\s+)?right\s+angles?)", "L shaped"),
    _rule(r"\bnon-?\s*linear(?:ly)?\b|\bnot\s+(?:linear(?:ly)?|straight)\b|\bangular\b|\bV[\s-]+shaped\b"
          r"|\bat\s+an\s+angle\b|\bangled\b", "bent"),
    _rule(r"\b(?:straight(?:\s+lines?)?|in\s+(?:a|one)\s+line|collinear(?:ly)?|180\s*(?:degrees?|°)|dumb-?bell|opposite\s+each\s+other"
          r"|on\s+opposite\s+sides)(?!\w)", "linear"),
    _rule(r"\bwater\s+molecules?\b|\bH2O[\s-]*like\b|\b(?:as\s+)?in\s+water\b", "water like"),
    _rule(r"\b(?:square[\s-]+)?plaquettes?\b", "squares"),
    _rule(r"\blinear(?=\s+(?:[\w-]+\s+)?(?:chains?|arrays?|strings?|rows?|ribbons?|strands?"
          r"|trimers?|tetramers?|clusters?)\b)", ""),
    _rule(r"\b(?:square[\s-]+(?:co-?)?plan(?:ar|e|er)|in\s+a\s+(?P<d>distorted\s+)?square(?!\s+(?:pyr|base|anti))"
          r"|squares(?!\s+(?:pyr|base|anti)))\b",
          lambda m: f"{m['d'] or ''}square co planar"),
    # distortion
    _rule(r"\b(?:(?:strongly|slightly|highly|very|heavily|rather|somewhat|axially|significantly|moderately|considerably|severely|markedly|tetragonally|trigonally)\s+)?(?:irregular|deformed|non-?\s*ideal"
          r"|squashed|elongated|flattened|compressed"
          r"|strained|skewed|jahn[\s-]*teller(?:\s+(?:distorted|active|elongated))?|imperfect|warped"
          r"|distorted)(?:\s+and\s+distorted)?\b", "distorted"),
    _rule(r"\b(?:undistorted|ideal|perfect|perfectly)\b", "regular"),
    # numbers that a named shape makes plain
    *(
        _rule(rf"\b{number}\s+coordinate\b(?=(?:(?!\band\b)[^.;]){{0,50}}\b(?:{shapes}))", "")
        for number, shapes in (
            ("six", r"octahedr|pentagonal\s+pyr|q\s+six|hexagonal\s+planar"),
            ("four", r"tetrahedr|square\s+co|see\s*saw|trigonal\s+pyr"),
            ("five", r"(?:square|trigonal)\s+(?:bi)?pyr"),
            ("eight", r"body\s+centered|hexagonal\s+bipyr"),
            ("twelve", r"cuboctahedr"),
            ("three", r"trigonal\s+(?:planar|non)|T\s+shaped"),
            ("two", r"linear|bent|water|L\s+shaped"),
            ("seven", r"pentagonal\s+bipyr"),
            ("one", r"single\s+bond"),
        )
    ),
    *(
        _rule(rf"(?<={shape})(?P<between>[\s,-]+){number}\s+coordinate\b", r"\g<between>")
        for number, shape in (
            ("six", "octahedral"), ("four", "tetrahedral"), ("five", "bipyramidal"), ("eight", "cubic"),
            ("twelve", "cuboctahedral"), ("two", "linear"), ("two", "bent"),
        )
    ),
)  # fmt: skip
