"""Condensed form → the typed facts of a :class:`~engine.concepts.description.Description`."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from robocrys.describe.adapter import DescriptionAdapter
from robocrys.describe.describer import get_mineral_name
from robocrys.util import geometry_to_polyhedra, polyhedra_plurals

from engine.concepts.description import Connection, Neighbours, Site
from engine.concepts.elements import element_class


def typed_sites(condensed: dict[str, Any]) -> tuple[Site, ...]:
    """The inequivalent sites, in the order of the condensed form; every atom of ``site_of_atom`` is in exactly one."""
    adapter = DescriptionAdapter(condensed)
    atoms = defaultdict(list)
    for atom, key in enumerate(condensed["site_of_atom"]):
        atoms[key].append(atom)
    return tuple(_site(adapter, key, tuple(atoms[key])) for key in sorted(adapter.sites))


def _site(adapter: DescriptionAdapter, key: int, atoms: tuple[int, ...]) -> Site:
    facts = adapter.sites[key]
    geometry = facts["geometry"]
    polyhedral = bool(facts["poly_formula"])
    return Site(
        label=facts["element"] + adapter.sym_labels[key],
        element=facts["element"],
        element_class=element_class(facts["element"]),
        atoms=atoms,
        geometry=geometry["type"],
        likeness=geometry["likeness"],
        neighbours=tuple(
            Neighbours(near.element, near.element + near.sym_label, near.count)
            for near in adapter.get_nearest_neighbor_details(key)
        ),
        polyhedra=_plural(geometry["type"]) if polyhedral else None,
        connections=tuple(
            Connection(
                beyond.connectivity,
                _plural(beyond.geometry),
                beyond.element,
                beyond.element + beyond.sym_label,
                beyond.count,
            )
            for beyond in adapter.get_next_nearest_neighbor_details(key)
        )
        if polyhedral
        else (),
    )


def typed_components(condensed: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """The different connected parts: formula, dimensionality, orientation, and how many of each there are."""
    makeup = condensed["component_makeup"]
    return tuple(
        {
            "formula": part["formula"],
            "dimensionality": part["dimensionality"],
            "orientation": list(part["orientation"]) if part["orientation"] else None,
            "count": makeup.count(key),
        }
        for key, part in condensed["components"].items()
    )


def mineral_name(condensed: dict[str, Any]) -> str | None:
    """The structure type's name with robocrystallographer's ``-like`` or ``-derived``, None where none was found."""
    name: str | None = get_mineral_name(condensed["mineral"])
    return name


def _plural(geometry: str) -> str:
    return str(polyhedra_plurals[geometry_to_polyhedra[geometry]])
