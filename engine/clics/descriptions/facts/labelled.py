"""The facts of geometry with the labels of the file in place of elements and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clics.results.description import Description
from clics.results.facts import PolyhedronConnection
from clics.symmetry.file_labels import names_of_orbits


def labelled(description: Description, labels: Sequence[str]) -> Description:
    """A description whose orbits have the names that the file gives them; as it is where the file does not name them.

    Robocrystallographer's sites and sentences, by whose language models are trained, stay as they are.

    Args:
        description: The description.
        labels: Label of each site of the crystal as it was read; empty without labels.
    """
    facts = description.geometry
    names = None if facts is None else names_of_orbits(labels, [site.atoms for site in facts.sites])
    if facts is None or names is None:
        return description
    name_of = {site.label: name for site, name in zip(facts.sites, names, strict=True)}
    if all(old == new for old, new in name_of.items()):
        return description
    facts = replace(
        facts,
        sites=tuple(replace(site, label=name_of[site.label]) for site in facts.sites),
        connections=tuple(
            PolyhedronConnection(name_of[each.site], name_of[each.to], each.sharing, each.count, each.angles)
            for each in facts.connections
        ),
        networks=tuple(replace(each, sites=tuple(name_of[site] for site in each.sites)) for each in facts.networks),
        mixed=None
        if facts.mixed is None
        else tuple(replace(each, sites=tuple(name_of[site] for site in each.sites)) for each in facts.mixed),
    )
    return replace(description, geometry=facts)
