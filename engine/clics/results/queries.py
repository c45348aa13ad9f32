"""Queries as data: the same types for session, command line and window."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clics.errors import InputError

if TYPE_CHECKING:
    from clics.crystals.crystal import Crystal
    from clics.results.description import Description


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Crystals of the library nearest to a phrase.

    Attributes:
        phrase: A geometry in words, a space group in any usual spelling, a structure type. Empty: nothing is ranked, and
            the crystals that pass the filter are listed.
        top: Number of hits, at most.
        where: A filter, for example ``"elements:Li,O nsites<40"``.
        must: Further phrases that must hold by the stored facts; they also pull the ranking.
        must_not: Phrases that must not hold; they also push the ranking away.
        facts_first: Rank crystals first of which every recognised concept is true by the stored facts.
        sort: Order of a list without a phrase: ``formula``, ``sites``, ``space_group``, ``id`` or ``added``; with a minus
            before it, the reverse. Empty: by formula.
    """

    phrase: str = ""
    top: int = 10
    where: str | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    facts_first: bool = False
    sort: str = ""

    def __post_init__(self) -> None:
        _check_texts(phrase=self.phrase, where=self.where or "", must=self.must, must_not=self.must_not, sort=self.sort)
        check_count(self.top)
        if self.sort and self.phrase.strip():
            raise InputError("A phrase ranks the crystals; sort them only without one.", kind="bad-option")


@dataclass(frozen=True, slots=True)
class SimilarQuery:
    """Crystals of the library that are structurally similar to one crystal.

    Attributes:
        crystal: The crystal; None where ``id`` names one of the library.
        id: A crystal of the library.
        top: Number of hits, at most.
        where: A filter.
        but: A phrase that the ranking leans towards.
        weight: Its weight in [0, 1]; the structural similarity weighs 1 − ``weight``.
        must: Phrases that must hold by the stored facts.
        must_not: Phrases that must not hold.
        same_formula: False leaves out crystals with the query's own reduced formula.
        superpose: Superimpose the nearest 50 on the crystal, and list those that match first.
        symmetrise: True compares the crystal as idealised on its proposed rung, a length in Å as idealised at that tolerance.
            Crystals of the library stay as they are stored; one that is named by ``id`` can be its own hit then.
        description: The crystal's description, where it is known already.
        title: Name of the query in the result; the crystal's id by default.
    """

    crystal: Crystal | None = None
    id: str | None = None
    top: int = 10
    where: str | None = None
    but: str | None = None
    weight: float = 0.5
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    same_formula: bool = True
    superpose: bool = False
    description: Description | None = None
    title: str = ""
    symmetrise: bool | float = False

    def __post_init__(self) -> None:
        if (self.crystal is None) == (self.id is None):
            raise InputError("Name one crystal: a crystal, or the id of one of the library.", kind="bad-option")
        _check_texts(
            id=self.id or "", where=self.where or "", but=self.but or "", must=self.must, must_not=self.must_not
        )
        check_count(self.top)


def check_count(top: int) -> None:
    """Refuse a number of entries that is no whole number, or negative. Raises InputError (``bad-top``)."""
    try:
        count = operator.index(top)
    except TypeError:
        count = -1
    if count < 0:
        raise InputError(f"The number of entries must be a whole number of at least 0, not {top!r}.", kind="bad-top")


def _check_texts(**options: object) -> None:
    """Refuse what is no text, for example a list in place of a phrase, before it fails far from its origin."""
    for name, value in options.items():
        for part in value if isinstance(value, tuple) else (value,):
            if not isinstance(part, str):
                raise InputError(f"{name} must be a text, not {part!r}.", kind="bad-option")


def with_phrase_tuples(options: dict[str, Any]) -> dict[str, Any]:
    """Options of a query, whose lists of phrases are tuples; a lone phrase stands for a list of one.

    Raises:
        InputError: ``must`` or ``must_not`` is neither (``bad-option``).
    """
    phrases = {name: options[name] for name in ("must", "must_not") if name in options}
    for name, value in phrases.items():
        if not isinstance(value, Iterable):
            raise InputError(f"{name} must be a text or a list of texts, not {value!r}.", kind="bad-option")
    return options | {name: (value,) if isinstance(value, str) else tuple(value) for name, value in phrases.items()}
