"""Patterns of connected polyhedra in a normalised text: nouns of polyhedra, ways of sharing, and their sentence forms.

Named groups: ``noun`` and ``other`` are the polyhedra on both sides, ``kinds`` the ways of sharing. The patterns are
compiled on demand (:func:`clics.query.rule.compiled`), which takes 20 ms: most queries name no polyhedra.
"""

from __future__ import annotations

from clics.concepts import number_words
from clics.query.polyhedron_nouns import NOUN, named_group

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
LINK = r"""
    \b
    (?:
        shar(?:e|es|ed|ing) | link\w* | connect\w* | join\w* | fus(?:e|ed|ing) | condens\w* | common
        | touch\w* | stack\w* | attach\w* | hook\w* | bridg\w* | meet\w* | merg\w* | held | belong\w*
        | bound | bonded
    )
    \b
"""
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
_GAP = rf"(?:(?!{NOUN}|\b{_KIND}s?\b|\b(?:not|no|never|without)\b)[^.;:]){{0,45}}?"
"""Up to 45 characters of a clause without another noun, way of sharing or negation."""

CENTRE = r"\b(?:(?P<NONMETAL>nonmetal)|(?P<METALLOID>metalloid))s?\s+(?:distorted\s+)?$"
"""A class of elements before a noun. Metals are left out: the polyhedra of a phrase surround metals by default."""

ADJECTIVE = rf"""
    (?P<distorted>distorted\s+)? {_KINDS} [\s-]* {_LINKED} [\s-]+ (?:(?:of|between)\s+)? {_UNIT}
    {_FILLER} {named_group("noun")}
    (?:
        (?:\s+(?:and|with|to)\s+|\s*[-–/]\s*) {_FILLER} {named_group("other")} (?<!al)
        (?!\s+(?:that|which|sharing|with|corner|edge|face|linked|joined|connected)\b)
    )?
"""
""""Corner-sharing octahedra", "edge-linked chains of octahedra and tetrahedra"."""
BETWEEN = rf"""
    {_KINDS} \s+ (?:(?:are|is)\s+)? (?:shared\s+)? (?:between|connection|contact|linkage) \s+
    (?:of\s+|between\s+)? {_FILLER} {named_group("noun")}
    (?:\s*(?:and|with|to|-)\s*{_FILLER}{named_group("other")})?
"""
""""Corners shared between octahedra and tetrahedra"."""
PAIR = rf"""
    {named_group("noun")} (?P<first>{_GAP}\b(?:and|to|with)\b{_GAP}) {named_group("other")} (?<!al)
    (?P<gap>{_GAP}) {_KINDS} (?:\s+in\s+common)? (?!\s+(?:with|to)\s+{_FILLER}{NOUN})
"""
""""Octahedra and tetrahedra that share corners"."""
VERB = rf"""
    {named_group("noun")} (?P<gap>{_GAP}) {_KINDS} (?P<tail>(?:[\s-]+(?:{_LINKED}|in\s+common|belong))*)
    (?:
          \s+ (?:with|to|by|and|of) \s+ {_FILLER} {named_group("other")}
        | (?P<own>\s+(?:with|to)\s+(?:each\s+other|one\s+another))  # polyhedra of one shape
    )?
"""
""""Octahedra share corners with tetrahedra", "octahedra linked by corners to each other"."""
ONLY = r"\b(?:only|exclusively|solely)\b"
"""Words that exclude all other ways of sharing."""
MORE = rf"""
    \s* ,?\s* (?:and\s+)? (?:an?\s+)? (?P<kinds>{_KIND}s?) (?:-{_KIND})? \s+ with\s+ {_FILLER}
    {named_group("other")}
"""
"""A further connection after a match: "and edges with tetrahedra"."""
ALSO = rf"""
    \s+ and\s+ (?:to\s+|with\s+)? {_FILLER} {named_group("other")} (?<!al)
"""
"""Further polyhedra after a match: "and tetrahedra"."""
NOT_MORE = rf"""
    \s* ,?\s* (?:(?:but|and)\s+)? (?:not|no|never|without) \s+
    (?:(?:sharing|by|at|any|through|via|their)\s+)* {_KINDS} (?:[\s-]*{_LINKED})?
    (?:\s+{named_group("noun")})?
"""
"""A connection that is excluded after a match: "but not edges"."""
APART = rf"""
      \b
      (?:isolated|discrete|separate|independent|individual|unconnected|disconnected)
      \s+ {_FILLER} {named_group("noun")}
    | {named_group("subject")}
      (?=
            [\s,]+ (?:that\s+)? (?:which\s+)? (?:are\s+|do\s+)? not\s+
            (?:share\s+(?:anything|any)|{_LINKED}|polymeri[sz]ed)
          | [\s,]+ (?:that\s+|which\s+)? (?:occur|exist|are\s+present) \s+ as\s+ (?:isolated|discrete)
      )
      (?P<rest>
          [\s,]+ (?:that\s+)? (?:which\s+)? (?:are\s+|do\s+)? not\s+ \w+
          (?:\s+(?:anything|any\w*|to|with|each|one|another|other(?!\s+\w*hedr)))*
          (?:\s+{_FILLER}{NOUN})?
      )?
"""
"""Polyhedra without connections: "isolated tetrahedra", "tetrahedra that are not linked"."""
