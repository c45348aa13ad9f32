"""Centres of coordination polyhedra in phrases: an element, or the role of the centre."""

from __future__ import annotations

from typing import get_args

from clics.results.facts import Role, SiteGeometry

_ROLE_WORDS: dict[str, str] = {"cation": "A cation", "anion": "An anion", "neutral": "A neutral atom"}
_ROLES = {word: role for role, word in _ROLE_WORDS.items()}
CENTRE = rf"({'|'.join(_ROLES)}|[A-Z][a-z]?)"
"""Pattern of :func:`centre_word`."""
ROLES: tuple[Role, ...] = get_args(Role)


def centre_word(centre: str) -> str:
    """A centre at the start of a phrase: ``"A cation"``, or the symbol of an element."""
    return _ROLE_WORDS.get(centre, centre)


def centre_of_word(word: str) -> str:
    """The inverse of :func:`centre_word`."""
    return _ROLES.get(word, word)


def centres_of(site: SiteGeometry) -> tuple[str, str]:
    """The centres as which a site counts: its element, and its role."""
    return site.element, site.role
