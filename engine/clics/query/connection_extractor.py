"""Connected polyhedra that a free text names: which share what with which.

The text is one that :mod:`clics.query.normalise` has read, so that vertices and apices are corners, and spelling is
mended.
"""

from __future__ import annotations

import re

from clics.concepts import number_words, phrases
from clics.concepts.concept import Concept
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.polyhedra import PolyhedraConcept
from clics.concepts.mentions import Mention, is_negated, masked
from clics.concepts.vocabulary import Vocabulary
from clics.results.description import ElementClass, Sharing

ANY = "polyhedra"
"""The noun of polyhedra of whichever shape."""


def noun_pattern(noun: str) -> str:
    """Singular, plural and adjective of a polyhedron: octahedra, octahedron, octahedral."""
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
_LINKED = r"""
    (?:
        shar(?:ed|ing) | link(?:ed|ing|age) | connect(?:ed|ing|ion) | join(?:ed|ing) | fus(?:ed|ing)
        | condensed | bridged | attached
    )
"""
_LINK = re.compile(
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
_COUNTS = "|".join(number_words.NUMBER_WORDS[1:25])
_FILLER = rf"""
    (?:
        (?:
            \[POLYHEDRA\] | metal | nonmetal | metalloid | distorted | regular | the | their | a | an
            | other | another | neighbouring | adjacent | same | equivalent | its | double | single
            | [\w]+-(?:like|type)
            | (?-i:(?:[A-Z][a-z]?\d*|\([A-Z\d][\w,]*\)\d*)+)
            | \d+ | {_COUNTS}
        )
        \s+
    )*?
"""
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
"""What polyhedra build up: "corner-sharing chains of"."""
_GAP = rf"(?:(?!{_NOUN}|\b{_KIND}s?\b|\b(?:not|no|never|without)\b)[^.;:]){{0,45}}?"

_CENTRE = re.compile(r"\b(?:(?P<NONMETAL>nonmetal)|(?P<METALLOID>metalloid))s?\s+(?:distorted\s+)?$", re.IGNORECASE)
"""What the polyhedra stand around; metals are what they stand around anyway."""

_ADJECTIVE = re.compile(
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
_BETWEEN = re.compile(
    rf"""
        {_KINDS} \s+ (?:(?:are|is)\s+)? (?:shared\s+)? (?:between|connection|contact|linkage) \s+
        (?:of\s+|between\s+)? {_FILLER} {_nouns("noun")}
        (?:\s*(?:and|with|to|-)\s*{_FILLER}{_nouns("other")})?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PAIR = re.compile(
    rf"""
        {_nouns("noun")} (?P<first>{_GAP}\b(?:and|to|with)\b{_GAP}) {_nouns("other")} (?<!al)
        (?P<gap>{_GAP}) {_KINDS} (?:\s+in\s+common)? (?!\s+(?:with|to)\s+{_FILLER}{_NOUN})
    """,
    re.IGNORECASE | re.VERBOSE,
)
_VERB = re.compile(
    rf"""
        {_nouns("noun")} (?P<gap>{_GAP}) {_KINDS} (?P<tail>(?:[\s-]+(?:{_LINKED}|in\s+common|belong))*)
        (?:
              \s+ (?:with|to|by|and|of) \s+ {_FILLER} {_nouns("other")}
            | (?P<own>\s+(?:with|to)\s+(?:each\s+other|one\s+another))
        )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ONLY = re.compile(r"\b(?:only|exclusively|solely)\b", re.IGNORECASE)
_MORE = re.compile(
    rf"""
        \s* ,?\s* (?:and\s+)? (?:an?\s+)? (?P<kinds>{_KIND}s?) (?:-{_KIND})? \s+ with\s+ {_FILLER}
        {_nouns("other")}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ALSO = re.compile(
    rf"""
        \s+ and\s+ (?:to\s+|with\s+)? {_FILLER} {_nouns("other")} (?<!al)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NOT_MORE = re.compile(
    rf"""
        \s* ,?\s* (?:(?:but|and)\s+)? (?:not|no|never|without) \s+
        (?:(?:sharing|by|at|any|through|via|their)\s+)* {_KINDS} (?:[\s-]*{_LINKED})?
        (?:\s+{_nouns("noun")})?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_APART = re.compile(
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


def connection_mentions(text: str, vocabulary: Vocabulary) -> tuple[list[Mention], str]:
    """What the text says of connected polyhedra, and the text with those places masked.

    "corner-sharing octahedra" means octahedra with octahedra; "octahedra that share corners" is true with any others, but
    aims at octahedra.
    """
    parser = _Parser(text, vocabulary)
    parser.apart()
    for pattern in (_BETWEEN, _ADJECTIVE, _PAIR, _VERB):
        parser.find(pattern)
    return [mention for mention in parser.mentions if mention.concepts], parser.left


class _Parser:
    """``left`` is the text without what has been understood, ``mentions`` what that was."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.left = text
        self.mentions: list[Mention] = []
        self._vocabulary = vocabulary

    def apart(self) -> None:
        """Polyhedra that are apart ("isolated tetrahedra"): they share nothing with each other. The noun is left to be read."""
        for found in list(_APART.finditer(self.left)):
            name = "noun" if found["noun"] else "subject"
            noun = noun_of(found[name])
            concepts = tuple(ConnectionConcept(noun, kind, noun) for kind in phrases.SHARINGS)
            self.mentions.append(Mention(found.start(), found.end(), concepts, negated=True))
            self.left = masked(self.left, found.start(), found.start(name))
            self.left = masked(self.left, found.end(name), found.end())

    def find(self, pattern: re.Pattern[str]) -> None:
        """All that ``pattern`` says, with what goes on from there."""
        at = 0
        while (found := pattern.search(self.left, at)) is not None:
            is_link = pattern in (_ADJECTIVE, _BETWEEN) or _LINK.search(found.group())
            if not is_link:
                at = found.start() + 1
                continue
            end = self._understood(found, own=pattern is _ADJECTIVE)
            self.left = masked(self.left, found.start(), end)
            at = end

    def _understood(self, found: re.Match[str], *, own: bool) -> int:
        """Notes what one match says; where it ends."""
        noun = noun_of(found["noun"])
        is_own = own or bool(found.groupdict().get("own"))
        other = noun_of(found["other"]) if found["other"] else noun if is_own else None
        negated = is_negated(self.left, found.start(), found.end())
        self._note(found, noun, other, negated=negated)
        if not negated:
            self._note_of_noun(found, "noun", noun, distorted=own and bool(found["distorted"]))
            if found["other"] and other is not None:
                self._note_of_noun(found, "other", other, distorted=False)
            self._note_only(found, noun)
        end = found.end()
        kinds = found["kinds"]
        while part := _MORE.match(self.left, end) or (not own and other and _ALSO.match(self.left, end)):
            self._note(
                part, noun, noun_of(part["other"]), kinds=part.groupdict().get("kinds") or kinds, negated=negated
            )
            end = part.end()
        part = _NOT_MORE.match(self.left, end)
        if part is not None and (not part["noun"] or noun_of(part["noun"]) == noun):
            self._note(part, noun, noun, negated=not negated)
            end = part.end()
        return end

    def _note_only(self, found: re.Match[str], noun: str) -> None:
        """They share nothing else where the text says so ("only corner-sharing")."""
        said = found["kinds"].lower()
        if _ONLY.search(self.left, max(0, found.start() - 12), found.start("kinds")):
            for kind in phrases.SHARINGS:
                if kind not in said:
                    concepts, _ = self._concepts(noun, kind, None)
                    self.mentions.append(Mention(found.start(), found.end(), concepts, negated=True))

    def _note_of_noun(self, found: re.Match[str], name: str, noun: str, *, distorted: bool) -> None:
        """What is said of the polyhedra themselves: "distorted", or "silicon" tetrahedra."""
        start, end = found.span(name)
        said = _CENTRE.search(self.left, 0, start)
        if said is not None and noun != ANY:
            centre: ElementClass = "NONMETAL" if said["NONMETAL"] else "METALLOID"
            sites = tuple(
                EnvironmentConcept(centre, phrases.GEOMETRIES[noun], how)
                for how in ((True,) if distorted else (False, True))
            )
            self.mentions.append(Mention(start, end, sites, sites[:1]))
        elif distorted and noun != ANY:
            self.mentions.append(Mention(start, end, (PolyhedraConcept(noun, True),)))

    def _note(
        self, found: re.Match[str], noun: str, other: str | None, *, kinds: str | None = None, negated: bool = False
    ) -> None:
        """One mention for every kind of sharing said ("and"), or one for all ("or"); ``other`` None means any polyhedra."""
        said = (kinds or found["kinds"]).lower()
        each = [self._concepts(noun, kind, other) for kind in phrases.SHARINGS if kind in said]
        if re.search(r"\bor\b", said):
            each = [(tuple(c for held, _ in each for c in held), tuple(c for _, aims in each for c in aims))]
        for concepts, aims in each:
            self.mentions.append(Mention(found.start(), found.end(), concepts, aims, negated))

    def _concepts(self, noun: str, kind: Sharing, other: str | None) -> tuple[tuple[Concept, ...], tuple[Concept, ...]]:
        """What may be meant, and what is aimed at."""
        found = self._vocabulary.concepts(ConnectionConcept.KIND)
        known = [c for c in found if isinstance(c, ConnectionConcept) and c.sharing == kind]
        if noun == ANY and other in (None, ANY):
            return tuple(known), ()
        if ANY in (noun, other) or other is None:
            shape = other if noun == ANY and other else noun
            own = ConnectionConcept(shape, kind, shape)
            return tuple(c for c in known if c.noun == shape), (own,) if own in known else ()
        return (ConnectionConcept(noun, kind, other),), ()


def noun_of(words: str) -> str:
    """The plural noun of a matched polyhedron."""
    return next(noun for noun, pattern in NOUN_PATTERNS.items() if re.fullmatch(pattern, words, re.IGNORECASE))
