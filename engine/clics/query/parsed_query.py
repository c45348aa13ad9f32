"""Parsed queries: what each part of a typed text means, and which words of it were not read."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from clics.concepts.concept import Concept, Kind
from clics.concepts.registry import ROWS
from clics.library.sql_condition import Condition, every
from clics.query.filters import parse_filter
from clics.query.geometry.robocrys_terms import is_learned
from clics.query.geometry.terms import GeometryTerm

FACTS_KINDS: frozenset[Kind] = frozenset(row.name for row in ROWS if row.evidence == "facts")
"""Kinds that stored facts alone decide in a search by any model."""


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a text that is understood.

    Attributes:
        words: Its words as typed, with those that negate them; unique in a query.
        start: First character in the text.
        end: Character after the last.
        concepts: The concepts any of which makes it true. Empty for a filter, and for a structure type for which there
            are no stored facts.
        primary: The concepts that its words mean first and that a search ranks by.
        negated: None of the concepts may be true.
        term: The condition on the facts of geometry that it states. It decides the truth; the concepts are what the model
            knows that is nearest.
        filter: The condition that it states, in the filter language; empty for concepts.
        applied: False for a condition that is typed in the filter language: it is offered as a filter.
        tolerance: Tolerance in Å at which a space group is asked for; None: that of the stored facts.
    """

    words: str
    start: int
    end: int
    concepts: tuple[Concept, ...] = ()
    primary: tuple[Concept, ...] = ()
    negated: bool = False
    term: GeometryTerm | None = None
    filter: str = ""
    applied: bool = True
    tolerance: float | None = None


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """The parts of a text: each must be as it says, for a crystal to be what the text asks for.

    The same text is read twice: :attr:`groups` are what it means by the facts, :attr:`ranking` what it means in the language of
    concepts, by which a model ranks crystals.

    Attributes:
        text: The text.
        groups: The parts that are understood, in the order of the text.
        unread: Spans of the words with content that were not read.
        ranking: The parts in the language of concepts.
        facts_kinds: Kinds that stored facts alone decide, because the model that searches has not learned them.
    """

    text: str = ""
    groups: tuple[Group, ...] = ()
    unread: tuple[tuple[int, int], ...] = ()
    ranking: tuple[Group, ...] = ()
    facts_kinds: frozenset[Kind] = FACTS_KINDS

    def __bool__(self) -> bool:
        """True if anything is recognised that a crystal can be compared with."""
        return any(group.applied for group in self.groups)

    @property
    def wanted_groups(self) -> tuple[Group, ...]:
        """The groups of concepts of which one must be true."""
        return tuple(group for group in self.ranking if not group.negated and not group.filter)

    @property
    def negated_groups(self) -> tuple[Group, ...]:
        """The groups of concepts of which none may be true."""
        return tuple(group for group in self.ranking if group.negated and not group.filter)

    @property
    def alternatives(self) -> tuple[tuple[Concept, ...], ...]:
        """For each wanted group, the concepts any of which makes it true."""
        return tuple(group.concepts for group in self.wanted_groups)

    @property
    def matched_text(self) -> tuple[str, ...]:
        """For each wanted group, its words as typed."""
        return tuple(group.words for group in self.wanted_groups)

    @property
    def primary(self) -> tuple[tuple[Concept, ...], ...]:
        """For each wanted group, the concepts that its words mean first and that a search ranks by."""
        return tuple(group.primary for group in self.wanted_groups)

    @property
    def negated(self) -> tuple[tuple[Concept, ...], ...]:
        """For each negated group, the concepts none of which may be true."""
        return tuple(group.concepts for group in self.negated_groups)

    @property
    def negated_text(self) -> tuple[str, ...]:
        """For each negated group, its words with the negation."""
        return tuple(group.words for group in self.negated_groups)

    @property
    def negated_primary(self) -> tuple[tuple[Concept, ...], ...]:
        """For each negated group, the concepts that its words mean first."""
        return tuple(group.primary for group in self.negated_groups)

    @property
    def understood(self) -> tuple[str, ...]:
        """The words of all groups, negated ones last."""
        groups = [group for group in self.groups if group.applied]
        return tuple(group.words for group in sorted(groups, key=lambda group: group.negated and not group.filter))

    @property
    def is_filter(self) -> bool:
        """True if the text has conditions of the filter language and nothing else."""
        return bool(self.typed_filter) and not self and not self.unread

    @property
    def is_list(self) -> bool:
        """True if the text has elements and formulas alone, so that nothing in it ranks crystals."""
        applied = [group for group in self.groups if group.applied]
        return bool(applied) and all(group.filter for group in applied) and not self.unread

    @property
    def condition(self) -> Condition:
        """The condition that the elements and formulas in the text state."""
        return every(parse_filter(group.filter) for group in self.groups if group.filter and group.applied)

    @property
    def typed_filter(self) -> str:
        """The conditions in the text that are typed in the filter language, as one filter; empty without any."""
        return " ".join(group.filter for group in self.groups if not group.applied)

    @property
    def decidable(self) -> bool:
        """True if stored facts can decide a part of the text."""
        return any(group.concepts or group.term or group.filter for group in self.groups if group.applied)

    def parts(self) -> Iterator[tuple[str, tuple[Concept, ...], bool]]:
        """The groups in the language of concepts.

        Yields:
            The words of a group, its concepts, and True if one of them must be true, False if none may be.
        """
        for group in (*self.wanted_groups, *self.negated_groups):
            if group.concepts:
                yield group.words, group.concepts, not group.negated

    def by_facts(self) -> Iterator[Group]:
        """Those groups of :attr:`groups` that stored facts alone decide, because the model has not learned what they say."""
        for group in self.groups:
            if self._decided_by_facts(group):
                yield group

    def _decided_by_facts(self, group: Group) -> bool:
        if group.term is not None:
            return not is_learned(group.term, group.primary)
        return bool(group.concepts) and all(concept.kind in self.facts_kinds for concept in group.concepts)

    @property
    def by_facts_alone(self) -> bool:
        """True if stored facts decide all groups, and a model has nothing to rank by."""
        groups = [group for group in self.groups if not group.filter]
        scored = any(concept.kind not in self.facts_kinds for group in groups for concept in group.primary)
        return bool(groups) and not scored and len(list(self.by_facts())) == len(groups)

    def checked(self, true: Container[Concept]) -> dict[str, bool]:
        """Compare the query, in the language of concepts, with a crystal.

        Args:
            true: The concepts that are true of the crystal.

        Returns:
            For the words of each group, True if the crystal fulfils it.
        """
        return {words: wanted == any(c in true for c in group) for words, group, wanted in self.parts()}
