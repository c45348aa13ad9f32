"""Rules for coordination numbers: every usual way to give the number of neighbours becomes ``"six coordinate"``."""

from __future__ import annotations

import re

from clics.concepts import number_words
from clics.query.rule import CLASS_WORD, UNITS, Rule, rule, spaced_words

_COUNT = rf"(?P<count>\d{{1,2}}|{UNITS.replace('-', '[ -]')})"
_GREEK = {
    "mono": 1, "di": 2, "tri": 3, "tetra": 4, "penta": 5, "hexa": 6, "hepta": 7, "octa": 8, "nona": 9, "ennea": 9,
    "deca": 10, "undeca": 11, "dodeca": 12, "octo": 8, "quadri": 4, "tetradeca": 14, "hexadeca": 16,
}  # fmt: skip
_ROMAN = {
    "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12, "XIV": 14,
}  # fmt: skip
_LIGANDS = r"(?:neighbou?rs?|ligands?|bonds?|contacts|nearest\s+neighbou?rs?)"
_ATOMS = r"""
    (?:atoms|anions|cations|oxygens?|oxides|metals|nonmetals|others)
    \b (?!\s+(?:per|in\s+(?:the|a|each)\s+(?:\w+\s+)?cell))
"""
_MANNER = r"(?:nearest|close|bonded|closest|equidistant|other|coplanar|collinear|equivalent|short|near)"
_RATIO = r"\(?(?P<one>\d{1,2}):(?P<other>\d{1,2})\b\)?"
_RATIO_BEFORE = r"(?P<first>\d{1,2}):(?P<second>\d{1,2})"


def _coordinate(match: re.Match[str]) -> str:
    count = match["count"]
    number = int(count) if count.isdigit() else number_words.from_words(count.lower().replace(" ", "-"))
    return f"{spaced_words(number)} coordinate" if 1 <= number <= 24 else match.group()


def _ratio(one: str, other: str) -> str:
    """The coordination of cation and anion, which textbooks write as ``6:3 coordination``."""
    return f"{spaced_words(int(one))} coordinate metal and {spaced_words(int(other))} coordinate nonmetal"


COORDINATION: tuple[Rule, ...] = (
    # [6]-coordinate
    rule(r"\[(?P<n>\d{1,2})\](?=[\s-]*coordinat)", r"\g<n>"),
    # 6:3 coordination
    rule(
        rf"""
              \bcoordination\s+ (?:numbers?\s+)? (?:of\s+\w+\s+)? (?:(?:is|are)\s+)? {_RATIO}
            | \b {_RATIO_BEFORE} [\s-]+ coordinat (?:ed|ion) \b
        """,
        lambda m: _ratio(m["one"] or m["first"], m["other"] or m["second"]),
    ),
    # hexacoordinate
    rule(
        rf"\b(?P<greek>{'|'.join(sorted(_GREEK, key=len, reverse=True))})[\s-]*coordinat(?:ed?|ion)\b",
        lambda m: f"{spaced_words(_GREEK[m['greek'].lower()])} coordinate",
    ),
    # VI-coordinate, VI-fold
    rule(
        rf"""
            \b (?P<roman>{"|".join(sorted(_ROMAN, key=len, reverse=True))}) [\s-]*
            (?:-fold\b(?:\s*coordinat\w+)?|coordinat(?:ed?|ion)\b)
        """,
        lambda m: f"{spaced_words(_ROMAN[m['roman']])} coordinate",
        0,
    ),
    # CN = 6, coordination number of 6
    rule(
        rf"""
            \b (?:C\.?\s?N\.?|coordination\s+numbers?) (?P<centre>\s+of\s+(?:the\s+|an?\s+)?{CLASS_WORD})? \s*
            (?:=|is|of|:|-)? \s* \(? {_COUNT} \b\)?
        """,
        lambda m: f"{_coordinate(m)}{m['centre'] or ''}",
    ),
    # sixfold, sixfold coordinated; a sixfold axis is a symmetry
    rule(
        rf"""
            \b {_COUNT} [\s-]* fold\b
            (?!
                \s+
                (?:
                    axis | axes | rotation | screw | symmetr | inversion | degenera | super | increase
                    | larger | disorder | twin | interpenetrat | hel[ix]
                )
            )
            (?:[\s-]+coordinat(?:ed?|ion)\b)?
        """,
        _coordinate,
    ),
    rule(rf"\b{_COUNT}[\s-]*coordinat(?:ed?|ion)\b", _coordinate),
    # surrounded by six nearest neighbours
    rule(
        rf"""
            \b
            (?P<to>(?:surrounded|bonded|linked|bound|coordinated)\s+(?:by|to|with)\s+)?
            (?:(?:only|just|exactly|a\s+single)\s+)? {_COUNT} \s+ (?P<manner>(?:{_MANNER}\s+)*) {_LIGANDS} \b
        """,
        lambda m: f"{_coordinate(m)} {m['manner']}".rstrip(),
    ),
    # bonded to six atoms; no stoichiometry such as "with six atoms in the unit cell"
    rule(
        rf"""
            \b
            (?P<to>(?:surrounded|bonded|linked|bound|coordinated)\s+(?:by|to|with)|with|between)
            \s+ (?:(?:only|just|exactly)\s+)? {_COUNT} \s+ (?P<manner>(?:{_MANNER}\s+)*) {_ATOMS}
        """,
        lambda m: f"with {_coordinate(m)} {m['manner']}".rstrip(),
    ),
    # only one neighbour
    rule(
        r"""
              \b (?:only|just|a\s+single) \s+ (?:one\s+)? (?:bond|neighbou?r|atom) \b
            | \bsing (?:ly|le) [\s-]+ bond (?:ed)? \b (?!\s+(?:lengths?|distances?))
            | \bone\s+bond\b
        """,
        "single bond",
    ),
    rule(r"\b(?:terminal|dangling|monodentate)\b", "single bond"),
)
"""Coordination numbers; applied after classes of elements."""
