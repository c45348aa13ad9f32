"""In which facts a description differs from stock robocrystallographer's (see ``benchmarks.robocrys_baseline``), and why."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict
from typing import Any

from clics.concepts.robocrys_text import description_from_text
from clics.concepts.sentences import masked_sentences
from clics.concepts.truth import true_concepts
from clics.results.description import Description

LIKENESS_TOLERANCE = 1e-6
OF_SITES = {"number of inequivalent sites", "geometry", "neighbours", "connections", "likeness", "text"}
_DIRECTION = re.compile(r"\((-?\d+, -?\d+, -?\d+)\)")
_MINERAL = re.compile(r" is [^.]*? structured and crystallizes")
_NO_NEIGHBOURS = re.compile(r" is bonded in an? (?:distorted )?\S+ geometry to  atoms\.")


def differences(ours: Description, stock: dict[str, Any]) -> list[str]:
    """Names of the facts in which a description and stock's differ; the mineral only where both were asked for it."""
    differing = []
    if (ours.space_group.symbol, ours.crystal_system) != (stock["symbol"], stock["crystal_system"]):
        differing.append("space group")
    for name in ("dimensionality", "formula"):
        if getattr(ours, name) != stock[name]:
            differing.append(name)
    if _unordered(ours.components) != _unordered(stock["components"]):
        differing.append("components")
    if len(ours.sites) != len(stock["sites"]):
        differing.append("number of inequivalent sites")
    mine, theirs = _site_facts([asdict(site) for site in ours.sites]), _site_facts(stock["sites"])
    differing += [name for name in mine if mine[name] != theirs[name]]
    likeness = {site["label"]: site["likeness"] for site in stock["sites"]}
    if any(abs(site.likeness - likeness.get(site.label, site.likeness)) > LIKENESS_TOLERANCE for site in ours.sites):
        differing.append("likeness")
    if without_mineral(ours.text) != without_bonds(without_mineral(stock["text"])):
        differing.append("text")
    return differing


def explanation(ours: Description, stock: dict[str, Any], differing: list[str]) -> str | None:
    """Name of the explanation of ``differing`` in docs/explanation/descriptions.md; None where none fits."""
    if stock["splits_an_orbit"] and set(differing) <= OF_SITES:
        return "split orbit"
    if set(differing) <= {"components", "text"} and _signless(ours.text) == _signless(stock["text"]):
        return "sign of a direction"
    if differing == ["text"] and Counter(ours.text.split()) == Counter(stock["text"].split()):
        return "order of sites"
    if differing == ["likeness"]:
        likeness = {site["label"]: site["likeness"] for site in stock["sites"]}
        differing = [site for site in ours.sites if abs(site.likeness - likeness[site.label]) > LIKENESS_TOLERANCE]
        if all(site.geometry == "body-centered cubic" for site in differing):
            return "order of equal neighbours"
    return None


def same_concepts(ours: Description, stock: dict[str, Any]) -> bool:
    """True if both texts make the same concepts true and state the same ones (all but the structure type)."""
    texts = ours.text, without_bonds(stock["text"])
    mine, theirs = (true_concepts(description_from_text(without_mineral(text))) for text in texts)
    return mine == theirs


def same_masked_sentences(ours: Description, stock: dict[str, Any]) -> bool:
    """True if the masked sentences of both texts and their numbers are equal, "equivalent" and ordinals included."""
    return _sentences(ours.text) == _sentences(without_bonds(stock["text"]))


def without_bonds(text: str) -> str:
    """A text of stock in which a site without neighbours "has no bonds", as ours says (docs/explanation/descriptions.md)."""
    return _NO_NEIGHBOURS.sub(" has no bonds.", text)


def without_mineral(text: str) -> str:
    """A text without the name of the mineral."""
    return _MINERAL.sub(" crystallizes", text, count=1)


def _signless(text: str) -> str:
    """A text without the mineral's name, its directions and planes with the sign of which the first step is positive."""

    def positive(match: re.Match[str]) -> str:
        steps = [int(step) for step in match[1].split(", ")]
        opposite = [-step for step in steps]
        return f"({', '.join(map(str, max(steps, opposite)))})"

    return _DIRECTION.sub(positive, without_mineral(text))


def _sentences(text: str) -> Counter[str]:
    return Counter(
        sentence.text for sentence in masked_sentences(without_mineral(text)) if sentence.kind != "structure_type"
    )


def _unordered(rows: Any) -> list[str]:
    return sorted(str(sorted(row.items())) for row in rows)


def _site_facts(sites: list[dict[str, Any]]) -> dict[str, Any]:
    """The facts of sites in a form that does not hang on their order."""
    return {
        "geometry": sorted((site["label"], site["geometry"]) for site in sites),
        "neighbours": sorted((site["label"], _unordered(site["neighbours"])) for site in sites),
        "connections": sorted(
            (site["label"], str(site["polyhedra"]), _unordered(site["connections"])) for site in sites
        ),
    }
