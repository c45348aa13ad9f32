"""The row of a kind of concepts in the registry: all that depends on the kind, in one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar

from clics.concepts.concept import Concept, Kind, Truth
from clics.concepts.mentions import Mention
from clics.concepts.paraphrases import Wordings
from clics.results.description import Connection, Description, Site

C = TypeVar("C", bound=Concept)

Evidence = Literal["crystal", "sites", "site_patterns", "prototypes", "facts"]
"""Source of a phrase's score beside the cosine of phrase and crystal.

``crystal``: the crystal's own embedding among all phrases of the kind. ``sites``: its best matching site (local geometry).
``site_patterns``: sites, by the parts of a
full connection pattern (:mod:`clics.model.pattern_scores`). ``prototypes``: structural similarity to
prototypes. ``facts``: none; stored facts decide, because models do not learn the kind.
"""

KnownBy = Literal["itself", "description", "names"]
"""When a concept that is not listed for a crystal is known to be false: another of its kind is listed (a crystal has exactly
one); the crystal has a description; names of structure types were looked up."""


class SiteFact(NamedTuple, Generic[C]):
    """A concept that a site makes true; ``connections`` lead to the sites at the other end, if there are any."""

    concept: C
    truth: Truth
    connections: tuple[Connection, ...] = ()


class Reading(NamedTuple):
    """One way to count a kind in an evaluation: key and name of the figure, and the least truth that counts."""

    key: str
    name: str
    least: Truth


class Column(NamedTuple, Generic[C]):
    """A column of a library's table of crystals that holds the facts of a kind, in libraries of every version.

    ``value`` is the content of the column for a concept, ``concept`` its inverse (None for a value that is no concept),
    ``words`` what a filter accepts in place of a value.
    """

    name: str
    value: Callable[[C], int]
    concept: Callable[[int], C | None]
    words: Callable[[str], int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptKind(Generic[C]):
    """One kind of concepts."""

    name: Kind
    """As files store it."""
    concept: type[C]
    title: str
    """For a heading: "Local environment"."""
    plural: str
    """In a sentence: "local environments"."""

    parse: Callable[[str], C | None]
    """From a phrase to its concept; None if the phrase is not of this kind's form."""
    label: Callable[[C], str]
    """Short form for people: "Metal: octahedral"."""
    name_alone: Callable[[C], str] | None = None
    """The label where a heading names the kind already: "P4₂/mnm"; None: as the label."""

    of_crystal: Callable[[Description], Iterable[tuple[C, Truth]]] | None = None
    """Concepts that a crystal as a whole makes true."""
    of_site: Callable[[Site], Iterable[SiteFact[C]]] | None = None
    """Concepts that one site makes true."""
    known_by: KnownBy = "description"
    column: Column[C] | None = None
    """Where libraries store the facts; None: as rows of their table of facts."""

    learned: bool = True
    """Counted in vocabularies and stored with data sets and libraries."""
    in_bank: bool = False
    """Models are trained on its phrases, rank them, and ship their vectors."""
    rare_in_bank: bool = False
    """Concepts of few training crystals are in the bank as well."""
    compound: bool = False
    """Its phrases are long and made of the parts of others: neither reasons of hits nor first in completion."""
    templates: tuple[str, ...] = ()
    """Training wordings (Table S2 of the paper), with the slots of :attr:`slots`."""
    slots: Callable[[C], dict[str, str]] | None = None
    paraphrases: Callable[[C], Wordings | None] | None = None
    """Training wordings in the form that people type."""
    loss_weight: float | None = None
    """Weight of the kind in the loss against the bank; None: the recipe's weight of space groups."""
    best_site_weight: float | None = None
    """Weight of the best site's log probability in that loss, beside the crystal's cosine. A logarithm, and steeper than the
    score by which searches rank, so that sites with a probability near zero get a gradient."""
    needs_description: bool = True
    """Whether only crystals with a description have it."""

    evidence: Evidence = "facts"
    evidence_weight: float = 0.0
    """Weight of the evidence in a score, beside that of the cosine, which is 1 (measured: docs/lab-notebook/results.md)."""
    as_reason: bool = False
    """Given as the reason of a hit."""
    fixed: tuple[C, ...] = ()
    """All concepts of a kind that has few, offered by completion whether or not a vocabulary holds them."""
    completes: Callable[[C, str], int | None] | None = None
    """Rank (0 best) at which typed text is completed to a concept by something other than its phrase; None: not."""
    mentions: Callable[[str], Iterable[Mention]] | None = None
    """Finds the concepts in typed text, where that needs no vocabulary (others: :mod:`clics.query.recognise`)."""

    listed: bool = False
    """Listed for a crystal by the window."""
    analysis_list: str = ""
    """Name of its list in the answer of an analysis; empty: not ranked there."""
    table: Literal["first", "connected", ""] = ""
    """Group of the tables of an evaluation; the first is Table 1 of the paper."""
    readings: tuple[Reading, ...] = ()
    by_phrase: bool = False
    """Evaluated phrase by phrase too (precision of the crystals found)."""
    paper_count: int | None = None
    """Number of concepts in Table S1 of the paper."""
    compared: int = 0
    """Phrases by which the window compares a model before and after training."""

    @property
    def local(self) -> bool:
        """Whether a concept is true of a crystal because it is true of one of its sites, and models score it so."""
        return self.evidence == "sites"
