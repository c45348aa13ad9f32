"""Geometry in a typed text: what its words mean by the facts, and which concepts of the model's language they are near."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from clics.concepts.concept import Concept
from clics.concepts.kinds.dimensionality import ALL as DIMENSIONALITIES
from clics.concepts.kinds.shape import ShapeConcept, alternatives
from clics.concepts.mentions import Mention
from clics.concepts.shape_words import families
from clics.concepts.vocabulary import Vocabulary
from clics.descriptions.element_classes import ELEMENT_CLASSES
from clics.query import spelling
from clics.query.geometry import formulas
from clics.query.geometry.grammar import terms_of
from clics.query.geometry.items import Item, items_of
from clics.query.geometry.read_term import ReadTerm
from clics.query.geometry.robocrys_terms import term_of
from clics.query.geometry.terms import GeometryTerm
from clics.query.normalise import NormalisedText
from clics.query.polyhedron_formulas import NOTATION
from clics.query.word_rules import ABBREVIATIONS

Span = tuple[int, int]
_OWN = frozenset(
    {"shape", "number", "formula", "part", "name", "sharing", "isolated", "centre", "ligand", "axis", "bond"}
)
"""Kinds of items whose words belong to geometry; crystal systems, formulas and structure types are not looked for in them."""


_SYSTEM = re.compile(r"clinic|rhomb|tetragonal|trigonal|hexagonal|cubic|\d", re.IGNORECASE)


_COMPOUND_WORDS = (
    (  # words that are too short to be corrected elsewhere: "squre planar"
        re.compile(r"\b[a-z]{5,6}\b(?=[\s-]+(?:planar|pyramid|antiprism|prism))", re.IGNORECASE),
        spelling.corrected,
    ),
    (re.compile(r"\bnon(?=(?:molecular|layered)\b)", re.IGNORECASE), "non-"),
    (
        re.compile(r"\b(?:(?:double|paired|twin)[\s-]+|bi|di)tetrahedra\b", re.IGNORECASE),
        "corner-sharing tetrahedra pairs",
    ),
)
"""Words of which the parts have meanings of their own."""


@dataclass(frozen=True, slots=True)
class TermMention(Mention):
    """A span of a text that states a condition on the facts of geometry.

    Attributes:
        term: The condition, which decides the truth; the concepts are what a model knows that is nearest.
    """

    term: GeometryTerm = field(default_factory=GeometryTerm)


@dataclass(frozen=True, slots=True)
class GeometryItems:
    """The items of geometry of a text, with their spans in the text as typed."""

    text: NormalisedText
    items: tuple[Item, ...]

    @classmethod
    def of(cls, typed: str) -> GeometryItems:
        """Find the items of a text as typed."""
        text = NormalisedText.of(typed)
        for pattern, replacement in (*NOTATION, *ABBREVIATIONS):
            text = text.replaced(pattern, replacement)
        text = text.replaced(formulas.LOWER_CASE, formulas.in_capitals)
        for pattern, replacement in _COMPOUND_WORDS:
            text = text.replaced(pattern, replacement)
        return cls(text, tuple(items_of(text.text)))

    def span(self, start: int, end: int) -> Span:
        """A span of the normalised text in the text as typed."""
        return self.text.typed_span(start, end)

    @property
    def own_spans(self) -> list[Span]:
        """The spans whose words are geometry and nothing else."""
        return [self.span(item.start, item.end) for item in self.items if item.kind in _OWN]

    @property
    def strange_spans(self) -> list[Span]:
        """The spans of solids that are no shape of ours: the octahedron of "truncated octahedron"."""
        return [self.span(item.start, item.end) for item in self.items if item.kind == "modified"]

    @property
    def symmetry_like(self) -> list[Span]:
        """Those spans that could be read as crystal systems or symbols of space groups: "tetragonal disphenoid", IC-12."""
        text = self.text.text
        return [
            self.span(item.start, item.end)
            for item in self.items
            if item.kind in ("number", "formula", "part", "name", "centre")
            or (item.kind == "shape" and _SYSTEM.search(text, item.start, item.end) is not None)
        ]

    def terms(self, taken: Iterable[Span]) -> list[tuple[ReadTerm, tuple[Span, ...]]]:
        """The terms with the spans of their words as typed.

        Args:
            taken: Spans of words that say something else: elements of a composition, a space group.
        """
        taken = list(taken)
        known = [item for item in self.items if item.kind != "modified"]
        left = [item for item in known if not _overlaps(self.span(item.start, item.end), taken)]
        text = self.text.text
        for start, end in taken:  # their words stay content, and are no item
            inside = [
                i
                for i, (a, b) in enumerate(zip(self.text.starts, self.text.ends, strict=True))
                if a >= start and b <= end
            ]
            if inside:
                text = (
                    text[: inside[0]]
                    + "".join(" " if c.isspace() else "x" for c in text[inside[0] : inside[-1] + 1])
                    + text[inside[-1] + 1 :]
                )
        return [
            (read, tuple(sorted(self.span(start, end) for start, end in read.spans))) for read in terms_of(text, left)
        ]


def term_mentions(
    items: GeometryItems, taken: Iterable[Span], known: Sequence[Mention], vocabulary: Vocabulary
) -> list[Mention]:
    """The mentions of geometry in a text.

    Args:
        items: Its items.
        taken: Spans that were read as something else.
        known: Mentions of environments and connections in the language of all models, of the same text.
        vocabulary: The concepts of the model.

    Returns:
        Mentions that facts of geometry decide, with the concepts of ``known`` that stand in the same words; those of
        ``known`` that stand alone are translated.
    """
    mentions: list[Mention] = []
    used: set[int] = set()
    for read, spans in items.terms(taken):
        same = [
            place for place, mention in enumerate(known)
            if mention.negated == read.negated and _overlaps((mention.start, mention.end), spans)
        ]  # fmt: skip
        used |= {place for place, mention in enumerate(known) if _overlaps((mention.start, mention.end), spans)}
        mentions.append(_mention(read, spans, [known[place] for place in same], vocabulary))
    for place, mention in enumerate(known):
        if place not in used:
            term = term_of(mention.primary or mention.concepts)
            mentions.append(
                mention if term is None
                else TermMention(mention.start, mention.end, mention.concepts, mention.primary, mention.negated, term=term)
            )  # fmt: skip
    return mentions


def ranked_mentions(known: Sequence[Mention], terms: Sequence[Mention], vocabulary: Vocabulary) -> list[Mention]:
    """The mentions by which a model ranks: those that it knows, with the shapes that it has learned in their place.

    Args:
        known: Mentions of environments and connections in the language of all models.
        terms: Mentions of terms in the same text.
        vocabulary: The concepts of the model.
    """
    ranked = list(known)
    for mention in terms:
        shapes = _learned_shapes(mention, vocabulary)
        if not shapes:
            continue
        spans = mention.read
        same = [m for m in ranked if _overlaps((m.start, m.end), spans) and m.negated == mention.negated]
        if any(m.concepts and m.concepts[0].kind == "connection" for m in same):
            continue
        ranked = [m for m in ranked if m not in same]
        ranked.append(Mention(mention.start, mention.end, shapes, shapes, mention.negated, spans=mention.spans))
    return ranked


def _learned_shapes(mention: Mention, vocabulary: Vocabulary) -> tuple[ShapeConcept, ...]:
    if not isinstance(mention, TermMention):
        return ()
    polyhedra = mention.term.polyhedra
    classes = {ELEMENT_CLASSES[element] for element in polyhedra.elements}
    known = (symbol for symbol in polyhedra.shapes if symbol in families())
    found = (concept for symbol in known for concept in alternatives(symbol, *sorted(classes)))
    return tuple(concept for concept in found if concept in vocabulary)


def _mention(read: ReadTerm, spans: tuple[Span, ...], near: Sequence[Mention], vocabulary: Vocabulary) -> Mention:
    start, end = spans[0][0], max(end for _, end in spans)
    term = read.term
    if term == GeometryTerm(bonding=term.bonding) and term.bonding:
        bonded = tuple(DIMENSIONALITIES[number] for number in term.bonding)
        return Mention(start, end, bonded, negated=read.negated, spans=spans)
    near = _best(near)
    concepts = _joined(mention.concepts for mention in near)
    primary = _joined(mention.primary or mention.concepts for mention in near)
    mention = TermMention(start, end, concepts, primary, read.negated, spans=spans, term=term)
    learned = () if term.sharing else _learned_shapes(mention, vocabulary)
    return replace(mention, primary=learned) if learned else mention


def _best(near: Sequence[Mention]) -> Sequence[Mention]:
    """Of several mentions in the same words, connections before environments: they say more."""
    connections = [m for m in near if m.concepts and m.concepts[0].kind == "connection"]
    return connections[:1] or near[:1]


def _joined(groups: Iterable[tuple[Concept, ...]]) -> tuple[Concept, ...]:
    return tuple(dict.fromkeys(concept for group in groups for concept in group))


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
