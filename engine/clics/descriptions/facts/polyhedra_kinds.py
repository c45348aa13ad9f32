"""The kinds of cation-centred polyhedra of a crystal: of one formula, of one shape, of both."""

from __future__ import annotations

from collections.abc import Sequence

from clics.descriptions.shapes.reference import family_of
from clics.results.facts import SiteGeometry

LEAST_COORDINATION = 3
"""Fewer neighbours make no polyhedron."""

MOST_KINDS = 8
"""Kinds of polyhedra that are combined; where a crystal has more, only the coarser kinds are."""


def family_symbol(site: SiteGeometry) -> str | None:
    """Symbol of the family of a site's shape: polyhedra of one name are of one shape. None where it has no name."""
    symbol = None if site.shape is None else site.shape.symbol
    return None if symbol is None else family_of(symbol).symbol


def centres_of_polyhedra(sites: Sequence[SiteGeometry]) -> tuple[SiteGeometry, ...]:
    """The orbits at the centres of cation-centred polyhedra."""
    return tuple(site for site in sites if site.role == "cation" and site.coordination_number >= LEAST_COORDINATION)


def polyhedra_kinds(sites: Sequence[SiteGeometry]) -> tuple[list[frozenset[str]], bool]:
    """The kinds of cation-centred polyhedra that phrases speak of.

    Args:
        sites: The orbits of a crystal.

    Returns:
        The labels of the orbits of each kind, each set once, and whether these are all kinds. A crystal of more than
        :data:`MOST_KINDS` has those by formula alone, or the commonest of them.
    """
    centres = centres_of_polyhedra(sites)
    symbols = {site.label: family_symbol(site) for site in centres}
    named = [site for site in centres if symbols[site.label]]
    kinds: list[frozenset[str]] = []
    for keys in (
        [(site.polyhedron, None) for site in centres],
        [(None, symbols[site.label]) for site in named],
        [(site.polyhedron, symbols[site.label]) for site in named],
    ):
        found = [
            frozenset(
                site.label
                for site in centres
                if formula in (None, site.polyhedron) and symbol in (None, symbols[site.label])
            )
            for formula, symbol in dict.fromkeys(keys)
        ]
        more = list(dict.fromkeys([*kinds, *found]))
        if len(more) > MOST_KINDS:
            atoms = {site.label: len(site.atoms) for site in centres}
            common = sorted(more, key=lambda kind: -sum(atoms[label] for label in kind))
            return kinds or common[:MOST_KINDS], False
        kinds = more
    return kinds, True
