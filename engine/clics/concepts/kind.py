"""Rows of the registry of kinds: everything that depends on the kind of a concept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar

from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.mentions import Mention
from clics.concepts.paraphrases import Wordings
from clics.results.description import Connection, Description, Site
from clics.results.facts import GeometryFacts

C = TypeVar("C", bound=Concept)

Evidence = Literal["crystal", "sites", "site_patterns", "prototypes", "facts"]
"""Source of the score of a phrase, beside the cosine of phrase and crystal.

- ``crystal``: softmax probability among all phrases of the kind, by the embedding of the crystal.
- ``sites``: the same for the best matching site (local geometry).
- ``site_patterns``: sites, by the parts of a full connection pattern (:mod:`clics.model.pattern_scores`).
- ``prototypes``: structural similarity to prototypes.
- ``facts``: none; stored facts decide, and crystals of which they confirm the concept come first.
"""

KnownBy = Literal["itself", "description", "names", "geometry", "mixed networks"]
"""Condition under which a concept that is not listed for a crystal is known to be false.

- ``itself``: another concept of its kind is listed, because a crystal has exactly one.
- ``description``: the crystal has a description.
- ``names``: names of structure types were looked up for the crystal.
- ``geometry``: the facts of geometry of the crystal are known; descriptions of earlier versions lack them.
- ``mixed networks``: networks of several kinds of polyhedra were looked for; a concept says so where there are none.
"""


class SiteFact(NamedTuple, Generic[C]):
    """A concept that one site makes true.

    Attributes:
        concept: The concept.
        truth: Its relation to the description of the site.
        connections: Connections to the other sites that take part, if any.
    """

    concept: C
    truth: Truth
    connections: tuple[Connection, ...] = ()


class GeometryFact(NamedTuple, Generic[C]):
    """A concept that the facts of geometry of a crystal make true.

    Attributes:
        concept: The concept.
        atoms: Atoms that make it true: indices into the crystal as it was read.
        partners: Atoms at the other end of a connection.
    """

    concept: C
    atoms: tuple[int, ...]
    partners: tuple[int, ...] = ()


class Criterion(NamedTuple):
    """One way to count correct answers in an evaluation; each gives one figure.

    Attributes:
        key: Key in JSON.
        name: Name in tables.
        least: The weakest relation that counts as true.
    """

    key: str
    name: str
    least: Truth


class Column(NamedTuple, Generic[C]):
    """A column in a library's table of crystals that stores a kind, in libraries of every version.

    Attributes:
        name: Name of the column.
        value: Value of the column for a concept.
        concept: Inverse of ``value``; None for a value that is no concept.
        from_word: Value for a word that a filter accepts; None for any other word.
    """

    name: str
    value: Callable[[C], int]
    concept: Callable[[int], C | None]
    from_word: Callable[[str], int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptKind(Generic[C]):
    """One kind of concepts: parser, labels, truth, training wordings, weights and evaluation."""

    name: Kind
    """Name in files."""
    concept: type[C]
    title: str
    """Name in headings: "Local environment"."""
    plural: str
    """Name in sentences: "local environments"."""

    parse: Callable[[str], C | None]
    """Parser of phrases; None for a phrase of another form."""
    label: Callable[[C], str]
    """Short label: "Metal: octahedral"."""
    name_alone: Callable[[C], str] | None = None
    """Label under a heading that names the kind: "P4₂/mnm"; None: the same as ``label``."""

    of_crystal: Callable[[Description], Iterable[tuple[C, Truth]]] | None = None
    """Concepts that are true of a crystal as a whole, by its description."""
    of_site: Callable[[Site], Iterable[SiteFact[C]]] | None = None
    """Concepts that are true of one site."""
    of_geometry: Callable[[GeometryFacts], Iterable[GeometryFact[C]]] | None = None
    """Concepts that the facts of geometry make true; descriptions state them all."""
    known_by: KnownBy = "description"
    column: Column[C] | None = None
    """Column of libraries that stores the kind; None: rows of their table of facts."""

    learned: bool = True
    """True if vocabularies count its concepts, and data sets and libraries store them."""
    in_bank: bool = False
    """True if models are trained on its phrases, rank them, and store their embeddings (the bank of the training)."""
    rare_in_bank: bool = False
    """True if concepts of few training crystals are in the bank as well."""
    least_share: float = 0.0
    """Least share of the training crystals that have a concept of the bank, where that is more than the recipe's number."""
    compound: bool = False
    """Its phrases consist of those of other kinds: they are no reasons of hits, and completion lists them last."""
    templates: tuple[str, ...] = ()
    """Training wordings (Table S2 of the paper), with the slots of :attr:`slots`."""
    slots: Callable[[C], dict[str, str]] | None = None
    paraphrases: Callable[[C], Wordings | None] | None = None
    """Training wordings in the form of typed queries."""
    loss_weight: float | None = None
    """Weight of the kind in the loss against the bank; None: the recipe's weight of space groups."""
    best_site_weight: float | None = None
    """Weight of the best site's log probability in that loss, beside the crystal's cosine.

    A logarithm, and steeper than the score by which searches rank, so that sites with a probability near zero get a
    gradient.
    """
    needs_description: bool = True
    """Only crystals with a description have it."""

    evidence: Evidence = "facts"
    site_set: str = ""
    """Set of phrases among which a site's probability of a phrase is normalised, for evidence from ``sites``: a site has
    one concept of the set, or such that go together."""
    evidence_weight: float = 0.0
    """Weight of the evidence in a score; that of the cosine is 1 (measured: docs/lab-notebook/results.md)."""
    as_reason: bool = False
    """True if its concepts are shown as reasons of a hit."""
    fixed: tuple[C, ...] = ()
    """All concepts of a kind with few; completion offers them with any vocabulary."""
    completes: Callable[[C, str], int | None] | None = None
    """Rank (0 best) of a concept as completion of a typed text by anything but its phrase; None: no completion."""
    mentions: Callable[[str], Iterable[Mention]] | None = None
    """Finds concepts of the kind in typed text without a vocabulary (other kinds: :mod:`clics.query.recognise`)."""

    is_listed: bool = False
    """True if the window lists its concepts for a crystal."""
    analysis_list: str = ""
    """Name of its list in the answer of an analysis; empty: not ranked there."""
    table: Literal["first", "connected", "geometry", ""] = ""
    """Group of the tables of an evaluation; the first is Table 1 of the paper."""
    criteria: tuple[Criterion, ...] = ()
    """Ways to count correct answers; each is a row of the tables of an evaluation."""
    precision_per_phrase: bool = False
    """True if an evaluation reports the precision of the crystals that are found by each phrase, too."""
    paper_count: int | None = None
    """Number of concepts of the kind in Table S1 of the paper."""
    comparison_phrases: int = 0
    """Number of phrases by which the window compares a model before and after training."""

    def least_crystals(self, min_count: int, crystals: int) -> int:
        """Least number of crystals that have a concept which models are trained on and rank.

        Args:
            min_count: The number for most kinds.
            crystals: Number of crystals that a vocabulary counts.
        """
        return 1 if self.rare_in_bank else max(min_count, math.ceil(self.least_share * crystals))

    @property
    def local(self) -> bool:
        """True if models score the kind by the best site: a concept is true of a crystal if it is true of one site."""
        return self.evidence == "sites"
