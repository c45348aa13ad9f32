"""Patterns of connected polyhedra in a normalised text: nouns of polyhedra, ways of sharing, and their sentence forms.

Named groups: ``noun`` and ``other`` are the polyhedra on both sides, ``kinds`` the ways of sharing.
"""

from __future__ import annotations

import re

from clics.concepts import number_words, phrases

ANY = "polyhedra"
"""The noun of polyhedra of any shape."""


def noun_pattern(noun: str) -> str:
    """The pattern of a noun in singular, plural and as an adjective: octahedron, octahedra, octahedral.

    Args:
        noun: A plural noun of :data:`clics.concepts.phrases.GEOMETRIES`, or :data:`ANY`.
    """
    if noun == ANY:
        return r"(?<!\w)polyhedr(?:a|ons?)\b"
    if noun.endswith("hedra"):
        return rf"(?<!\w){noun[:-1]}(?:a|ons?|al)\b"
    first, second = noun.removesuffix("s").split(" ")
    return rf"\b{first}[\s-]+{second}(?:s|al)?\b"


NOUN_PATTERNS = {noun: noun_pattern(noun) for noun in (*phrases.GEOMETRIES, ANY)}
_NOUN = "(?:" + "|".join(NOUN_PATTERNS.values()) + ")"


def _nouns(name: str) -> str:
    return f"(?P<{name}>" + "|".join(NOUN_PATTERNS.values()) + ")"


_KIND = r"(?:corner|edge|face)"
_JOINT = r"""
    (?:
        \s*,\s*(?:and\s+|or\s+)? | \s+and\s+(?:also\s+)? | \s+or\s+ | \s+as\s+well\s+as\s+ | -?\s+and\s+
        | -\s*(?:and|or)\s+
    )
"""
_KINDS = rf"(?P<kinds>\b{_KIND}s?(?:-?{_JOINT}(?:by\s+|at\s+|through\s+|via\s+)?{_KIND}s?\b)*)"
"""One or more ways of sharing: "corner- and edge"."""
_LINKED = r"""
    (?:
        shar(?:ed|ing) | link(?:ed|ing|age) | connect(?:ed|ing|ion) | join(?:ed|ing) | fus(?:ed|ing)
        | condensed | bridged | attached
    )
"""
LINK = re.compile(
    r"""
        \b
        (?:
            shar(?:e|es|ed|ing) | link\w* | connect\w* | join\w* | fus(?:e|ed|ing) | condens\w* | common
            | touch\w* | stack\w* | attach\w* | hook\w* | bridg\w* | meet\w* | merg\w* | held | belong\w*
            | bound | bonded
        )
        \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words for a connection."""
_COUNTS = "|".join(number_words.NUMBER_WORDS[1:25])
_FILLER = rf"""
    (?:
        (?:
            \[POLYHEDRA\] | metal | nonmetal | metalloid | distorted | regular | the | their | a | an
            | other | another | neighbouring | adjacent | same | equivalent | its | double | single
            | [\w]+-(?:like|type)
            | (?-i:(?:[A-Z][a-z]?\d*|\([A-Z\d][\w,]*\)\d*)+)  # a formula
            | \d+ | {_COUNTS}
        )
        \s+
    )*?
"""
"""Words between a connection and its polyhedra: articles, classes, numbers, formulas."""
_UNIT = r"""
    (?:
        (?:[\w-]+\s+){0,2}
        (?:
            chains? | layers? | sheets? | dimers? | trimers? | columns? | networks? | frameworks? | slabs?
            | ribbons? | bands? | rings? | units? | clusters? | arrays?
        )
        \s+
        (?:(?:made\s+(?:up\s+)?|built\s+(?:up\s+)?|formed\s+)?(?:of|from|by)|between)
        \s+
    )?
"""
"""Units that polyhedra build: "corner-sharing chains of"."""
_GAP = rf"(?:(?!{_NOUN}|\b{_KIND}s?\b|\b(?:not|no|never|without)\b)[^.;:]){{0,45}}?"
"""Up to 45 characters of a clause without another noun, way of sharing or negation."""

CENTRE = re.compile(r"\b(?:(?P<NONMETAL>nonmetal)|(?P<METALLOID>metalloid))s?\s+(?:distorted\s+)?$", re.IGNORECASE)
"""A class of elements before a noun. Metals are left out: the polyhedra of a phrase surround metals by default."""

ADJECTIVE = re.compile(
    rf"""
        (?P<distorted>distorted\s+)? {_KINDS} [\s-]* {_LINKED} [\s-]+ (?:(?:of|between)\s+)? {_UNIT}
        {_FILLER} {_nouns("noun")}
        (?:
            (?:\s+(?:and|with|to)\s+|\s*[-–/]\s*) {_FILLER} {_nouns("other")} (?<!al)
            (?!\s+(?:that|which|sharing|with|corner|edge|face|linked|joined|connected)\b)
        )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
""""Corner-sharing octahedra", "edge-linked chains of octahedra and tetrahedra"."""
BETWEEN = re.compile(
    rf"""
        {_KINDS} \s+ (?:(?:are|is)\s+)? (?:shared\s+)? (?:between|connection|contact|linkage) \s+
        (?:of\s+|between\s+)? {_FILLER} {_nouns("noun")}
        (?:\s*(?:and|with|to|-)\s*{_FILLER}{_nouns("other")})?
    """,
    re.IGNORECASE | re.VERBOSE,
)
""""Corners shared between octahedra and tetrahedra"."""
PAIR = re.compile(
    rf"""
        {_nouns("noun")} (?P<first>{_GAP}\b(?:and|to|with)\b{_GAP}) {_nouns("other")} (?<!al)
        (?P<gap>{_GAP}) {_KINDS} (?:\s+in\s+common)? (?!\s+(?:with|to)\s+{_FILLER}{_NOUN})
    """,
    re.IGNORECASE | re.VERBOSE,
)
""""Octahedra and tetrahedra that share corners"."""
VERB = re.compile(
    rf"""
        {_nouns("noun")} (?P<gap>{_GAP}) {_KINDS} (?P<tail>(?:[\s-]+(?:{_LINKED}|in\s+common|belong))*)
        (?:
              \s+ (?:with|to|by|and|of) \s+ {_FILLER} {_nouns("other")}
            | (?P<own>\s+(?:with|to)\s+(?:each\s+other|one\s+another))  # polyhedra of one shape
        )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
""""Octahedra share corners with tetrahedra", "octahedra linked by corners to each other"."""
ONLY = re.compile(r"\b(?:only|exclusively|solely)\b", re.IGNORECASE)
"""Words that exclude all other ways of sharing."""
MORE = re.compile(
    rf"""
        \s* ,?\s* (?:and\s+)? (?:an?\s+)? (?P<kinds>{_KIND}s?) (?:-{_KIND})? \s+ with\s+ {_FILLER}
        {_nouns("other")}
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A further connection after a match: "and edges with tetrahedra"."""
ALSO = re.compile(
    rf"""
        \s+ and\s+ (?:to\s+|with\s+)? {_FILLER} {_nouns("other")} (?<!al)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Further polyhedra after a match: "and tetrahedra"."""
NOT_MORE = re.compile(
    rf"""
        \s* ,?\s* (?:(?:but|and)\s+)? (?:not|no|never|without) \s+
        (?:(?:sharing|by|at|any|through|via|their)\s+)* {_KINDS} (?:[\s-]*{_LINKED})?
        (?:\s+{_nouns("noun")})?
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A connection that is excluded after a match: "but not edges"."""
APART = re.compile(
    rf"""
          \b
          (?:isolated|discrete|separate|independent|individual|unconnected|disconnected)
          \s+ {_FILLER} {_nouns("noun")}
        | {_nouns("subject")}
          (?=
                [\s,]+ (?:that\s+)? (?:which\s+)? (?:are\s+|do\s+)? not\s+
                (?:share\s+(?:anything|any)|{_LINKED}|polymeri[sz]ed)
              | [\s,]+ (?:that\s+|which\s+)? (?:occur|exist|are\s+present) \s+ as\s+ (?:isolated|discrete)
          )
          (?P<rest>
              [\s,]+ (?:that\s+)? (?:which\s+)? (?:are\s+|do\s+)? not\s+ \w+
              (?:\s+(?:anything|any\w*|to|with|each|one|another|other(?!\s+\w*hedr)))*
              (?:\s+{_FILLER}{_NOUN})?
          )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Polyhedra without connections: "isolated tetrahedra", "tetrahedra that are not linked"."""


def noun_of(words: str) -> str:
    """The plural noun of a polyhedron.

    Args:
        words: The text of a group ``noun`` or ``other`` of the patterns.
    """
    return next(noun for noun, pattern in NOUN_PATTERNS.items() if re.fullmatch(pattern, words, re.IGNORECASE))
