"""The description of a crystal in sentences, made from the facts of its geometry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from clics.results.facts import GeometryFacts, SiteGeometry
from clics.results.geometry_words import (
    bond_words,
    direction_words,
    is_adjective,
    listed,
    network_words,
    shape_name,
    shape_words,
    told_networks,
)

if TYPE_CHECKING:
    from clics.results.description import Description

MOST_ORBITS = 10
"""Orbits that are described one by one; sites of one element and environment are described together above."""
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_EXTENTS = {
    "slab": "The cell holds a slab with vacuum on both sides.",
    "wire": "The cell holds a wire or chain with vacuum around it.",
    "molecule": "The cell holds molecules with vacuum around them.",
}


def geometry_text(description: Description, formula: str = "") -> str:
    """The description in sentences: space group, bonding, every orbit, the networks.

    Args:
        description: The description; its facts of geometry are told.
        formula: The formula as the rest of a page or window has it; that of the description by default, which may have the
            elements in another order.

    Returns:
        The text; empty where the facts are missing, as in descriptions that an earlier version stored.
    """
    facts = description.geometry
    if facts is None:
        return ""
    group = description.space_group
    system = f"{description.crystal_system} space group " if description.crystal_system else "space group "
    sentences = [f"{formula or description.formula} crystallizes in the {system}{group.symbol} ({group.number})."]
    sentences += bonding_sentences(facts)
    if any(site.bonds for site in facts.sites):
        sentences += list(_site_sentences(facts))
        sentences += _network_sentences(facts)
    return " ".join(sentences)


def bonding_sentences(facts: GeometryFacts) -> list[str]:
    """The dimensionality of bonding and the extent of the matter, in sentences."""
    bonding = facts.bonding
    if facts.pieces_unclear:
        return ["Its bonds end at no clear gap, so that no molecules, chains or layers are told apart."]
    if bonding.extent == "atoms":
        return ["It consists of isolated atoms without bonds."]
    where = "" if bonding.indices is None else f" {direction_words(bonding.indices, bonding.dimensionality)}"
    words = {
        0: "Its atoms are bonded into molecules.",
        1: f"Its atoms are bonded into chains{where}.",
        2: f"Its atoms are bonded into layers{where}.",
        3: "Its atoms are bonded into a three-dimensional framework.",
    }
    sentences = [words[bonding.dimensionality]]
    if bonding.extent in _EXTENTS:
        sentences.append(_EXTENTS[bonding.extent])
    return sentences


def _site_sentences(facts: GeometryFacts) -> Iterable[str]:
    if len(facts.sites) <= MOST_ORBITS:
        for site in facts.sites:
            yield _of_site(site, facts)
        return
    for key, group in groupby(sorted(facts.sites, key=_environment), key=_environment):
        yield _of_sites(key, list(group))


def _of_site(site: SiteGeometry, facts: GeometryFacts) -> str:
    name = f"{site.label} ({site.multiplicity}{site.wyckoff})"
    if not site.bonds:
        return f"{name} has no bonds."
    sentence = f"{name} has {_neighbours(site)} ({bond_words(site)})"
    if site.shell is not None:
        sentence += f", but {site.shell} up to the largest gap"
    if site.coordination_number == 2:
        sentence += f" and is {shape_words(site)}"
    elif site.shape is not None and site.shape.nearest is not None:
        if not site.shape.named:
            sentence += f"; its polyhedron {site.polyhedron} has {shape_words(site)}"
        elif is_adjective(site.shape.nearest.name):
            sentence += f"; its coordination is {shape_words(site)}"
        else:
            sentence += f"; its polyhedron {site.polyhedron} is {_with_article(shape_words(site))}"
    return f"{sentence}{_connections(site, facts)}."


def _neighbours(site: SiteGeometry) -> str:
    counts: Counter[str] = Counter()
    for group in site.bonds:
        counts[group.element] += group.count
    return listed([f"{_count(number)} {element}" for element, number in counts.items()]) + (
        " neighbour" if site.coordination_number == 1 else " neighbours"
    )


def _connections(site: SiteGeometry, facts: GeometryFacts) -> str:
    if site.role == "anion":  # the connections of cation-centred polyhedra tell the same in the usual view
        return ""
    polyhedra = {each.label: each.polyhedron or each.label for each in facts.sites}
    counts: dict[str, Counter[str]] = {}
    for connection in facts.connections:
        if connection.site == site.label:
            counts.setdefault(connection.sharing, Counter())[polyhedra[connection.to]] += connection.count
    parts = [
        f"{sharing}s with {listed([f'{_count(number)} {formula}' for formula, number in to.items()])}"
        for sharing, to in counts.items()
    ]
    return f", and shares {listed(parts)}" if parts else ""


def _environment(site: SiteGeometry) -> tuple[str, int, str, str]:
    return site.element, site.coordination_number, site.polyhedron or "", shape_name(site.shape) if site.shape else ""


def _of_sites(key: tuple[str, int, str, str], sites: Sequence[SiteGeometry]) -> str:
    element, number, polyhedron, shape = key
    where = f"{_count(len(sites)).capitalize()} {element} {'orbit' if len(sites) == 1 else 'orbits'}"
    verb = "has" if len(sites) == 1 else "have"
    if not number:
        return f"{where} {verb} no bonds."
    words = f"{where} {verb} coordination number {number}"
    return f"{words} ({', '.join(part for part in (polyhedron, shape) if part)})."


def _network_sentences(facts: GeometryFacts) -> list[str]:
    words = list(dict.fromkeys(_in_sentence(network_words(network)) for network in told_networks(facts)))
    names = list(dict.fromkeys(network.name for network in facts.networks if network.name))
    sentences = [f"Its cation-centred polyhedra form {listed(words)}."] if words else []
    if names:
        sentences.append(f"It is {listed([_with_article(name) for name in names])}.")
    return sentences


def _in_sentence(words: str) -> str:
    return f"a {words}" if words.startswith("framework") else words


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _with_article(words: str) -> str:
    return f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"
