"""Connected polyhedra in a query: the polyhedra, and the corners, edges or faces that they share.

The text has been normalised by :mod:`clics.query.normalise`, so that vertices and apices are corners and spelling is
corrected.
"""

from __future__ import annotations

import re

from clics.concepts import phrases
from clics.concepts.concept import Concept
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.polyhedra import PolyhedraConcept
from clics.concepts.mentions import Mention, is_negated, masked
from clics.concepts.vocabulary import Vocabulary
from clics.query import connection_patterns as patterns
from clics.query.polyhedron_nouns import ANY, NOUN, noun_of
from clics.query.rule import compiled
from clics.results.description import ElementClass, Sharing


def connection_mentions(text: str, vocabulary: Vocabulary) -> tuple[list[Mention], str]:
    """Find the connected polyhedra that a text names.

    "Corner-sharing octahedra" means octahedra that share corners with octahedra. "Octahedra that share corners" is true
    with any other polyhedra, but a search ranks by octahedra.

    Args:
        text: A normalised text.
        vocabulary: The concepts of the model.

    Returns:
        The mentions, with spans in ``text``, and the text with those spans blank.
    """
    if compiled(NOUN).search(text) is None:
        return [], text
    parser = _Parser(text, vocabulary)
    parser.read_isolated()
    for pattern in (patterns.BETWEEN, patterns.ADJECTIVE, patterns.PAIR, patterns.VERB):
        parser.read(pattern)
    return [mention for mention in parser.mentions if mention.concepts], parser.left


class _Parser:
    """Reads one text.

    Attributes:
        left: The text with blanks for the parts that have been read.
        mentions: The mentions of those parts.
    """

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.left = text
        self.mentions: list[Mention] = []
        self._vocabulary = vocabulary

    def read_isolated(self) -> None:
        """Read polyhedra that share nothing with each other ("isolated tetrahedra"); their noun is read later."""
        for match in list(compiled(patterns.APART).finditer(self.left)):
            name = "noun" if match["noun"] else "subject"
            noun = noun_of(match[name])
            concepts = tuple(ConnectionConcept(noun, sharing, noun) for sharing in phrases.SHARINGS)
            self.mentions.append(Mention(match.start(), match.end(), concepts, negated=True))
            self.left = masked(self.left, match.start(), match.start(name))
            self.left = masked(self.left, match.end(name), match.end())

    def read(self, pattern: str) -> None:
        """Read all matches of a pattern, each with the connections that follow it."""
        position = 0
        while (match := compiled(pattern).search(self.left, position)) is not None:
            # the other patterns also match texts that only list corners or faces beside polyhedra
            always_links = pattern in (patterns.ADJECTIVE, patterns.BETWEEN)
            if not always_links and not compiled(patterns.LINK).search(match.group()):
                position = match.start() + 1
                continue
            end = self._read_match(match, own=pattern is patterns.ADJECTIVE)
            self.left = masked(self.left, match.start(), end)
            position = end

    def _read_match(self, match: re.Match[str], *, own: bool) -> int:
        """Add the mentions of one match and of the words that continue it; return their end."""
        noun = noun_of(match["noun"])
        is_own = own or bool(match.groupdict().get("own"))
        other = noun_of(match["other"]) if match["other"] else noun if is_own else None
        negated = is_negated(self.left, match.start(), match.end())
        self._add(match, noun, other, negated=negated)
        if not negated:
            self._add_polyhedra(match, "noun", noun, distorted=own and bool(match["distorted"]))
            if match["other"] and other is not None:
                self._add_polyhedra(match, "other", other, distorted=False)
            self._exclude_others(match, noun)
        end = match.end()
        kinds = match["kinds"]
        while part := compiled(patterns.MORE).match(self.left, end) or (
            not own and other and compiled(patterns.ALSO).match(self.left, end)
        ):
            part_kinds = part.groupdict().get("kinds") or kinds
            self._add(part, noun, noun_of(part["other"]), kinds=part_kinds, negated=negated)
            end = part.end()
        part = compiled(patterns.NOT_MORE).match(self.left, end)
        if part is not None and (not part["noun"] or noun_of(part["noun"]) == noun):
            self._add(part, noun, noun, negated=not negated)
            end = part.end()
        return end

    def _exclude_others(self, match: re.Match[str], noun: str) -> None:
        """Exclude the ways of sharing that are not named where the text restricts them ("only corner-sharing")."""
        kinds = match["kinds"].lower()
        if compiled(patterns.ONLY).search(self.left, max(0, match.start() - 12), match.start("kinds")):
            for sharing in phrases.SHARINGS:
                if sharing not in kinds:
                    concepts, _ = self._concepts(noun, sharing, None)
                    self.mentions.append(Mention(match.start(), match.end(), concepts, negated=True))

    def _add_polyhedra(self, match: re.Match[str], name: str, noun: str, *, distorted: bool) -> None:
        """Add the polyhedra of a group where the text gives their centre or distortion: "metalloid tetrahedra"."""
        start, end = match.span(name)
        centre = compiled(patterns.CENTRE).search(self.left, 0, start)
        if centre is not None and noun != ANY:
            element_class: ElementClass = "NONMETAL" if centre["NONMETAL"] else "METALLOID"
            sites = tuple(
                EnvironmentConcept(element_class, phrases.GEOMETRIES[noun], is_distorted)
                for is_distorted in ((True,) if distorted else (False, True))
            )
            self.mentions.append(Mention(start, end, sites, sites[:1]))
        elif distorted and noun != ANY:
            self.mentions.append(Mention(start, end, (PolyhedraConcept(noun, True),)))

    def _add(
        self, match: re.Match[str], noun: str, other: str | None, *, kinds: str | None = None, negated: bool = False
    ) -> None:
        """Add a mention for each way of sharing ("corners and edges"), or one for all ("corners or edges")."""
        words = (kinds or match["kinds"]).lower()
        each = [self._concepts(noun, sharing, other) for sharing in phrases.SHARINGS if sharing in words]
        if re.search(r"\bor\b", words):
            each = [(tuple(c for held, _ in each for c in held), tuple(c for _, primary in each for c in primary))]
        for concepts, primary in each:
            self.mentions.append(Mention(match.start(), match.end(), concepts, primary, negated))

    def _concepts(
        self, noun: str, sharing: Sharing, other: str | None
    ) -> tuple[tuple[Concept, ...], tuple[Concept, ...]]:
        """Alternatives and primary concepts of a connection; ``other`` None stands for polyhedra of any shape."""
        connections = self._vocabulary.concepts(ConnectionConcept.KIND)
        known = [c for c in connections if isinstance(c, ConnectionConcept) and c.sharing == sharing]
        if noun == ANY and other in (None, ANY):
            return tuple(known), ()
        if ANY in (noun, other) or other is None:
            shape = other if noun == ANY and other else noun
            own = ConnectionConcept(shape, sharing, shape)
            return tuple(c for c in known if c.noun == shape), (own,) if own in known else ()
        return (ConnectionConcept(noun, sharing, other),), ()
