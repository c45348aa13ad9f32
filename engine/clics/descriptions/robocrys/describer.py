"""Facts → words: robocrystallographer's sentences, whatever Python's hash seed.

What robocrystallographer lists in the order of a set (connectivities, directions) is put in alphabetical order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from clics.descriptions.english import listed, ordinal, plural, to_words, with_article
from clics.descriptions.robocrys.component_formulas import Component, ComponentGroup, group_components
from clics.descriptions.robocrys.element_tables import iupac_order
from clics.descriptions.robocrys.neighbour_groups import Far, Relations
from clics.descriptions.robocrys.site_facts import POLYHEDRON, polyhedra_of
from clics.results.description import DISTORTED_BELOW

_SHAPE = {3: "framework", 2: "sheet", 1: "ribbon", 0: "cluster"}


@dataclass(slots=True)
class DescriptionState:
    """State of one description.

    Attributes:
        relations: Neighbours of the inequivalent sites.
        lengths: Give bond lengths.
        given_pairs: Pairs of sites whose bond lengths were given, so that none is given twice.
    """

    relations: Relations
    lengths: bool
    given_pairs: set[frozenset[int]] = field(default_factory=set)


def describe_in_words(
    formula: str, crystal_system: str, symbol: str, components: Sequence[Component], relations: Relations,
    mineral: str | None = None,
) -> tuple[str, str]:  # fmt: skip
    """The description with bond lengths, and the one without."""
    known = f"{formula} is {mineral} structured and" if mineral else formula
    opening = f"{known} crystallizes in the {crystal_system} {symbol} space group."
    composition = _composition(components)
    texts = [
        " ".join(
            part
            for part in (opening, composition, _all_components(DescriptionState(relations, lengths), components))
            if part
        )
        for lengths in (True, False)
    ]
    return texts[0], texts[1]


def _composition(components: Sequence[Component]) -> str:
    """The sentence about the components of the crystal; "" for a single framework."""
    groups = group_components(components)
    if len(groups) == 1 and groups[0].count == 1 and groups[0].dimensionality == 3:
        return ""
    dimensionality = max(group.dimensionality for group in groups)
    frameworks = sum(len(group.components) for group in groups if group.dimensionality == 3)
    parts = [_group(group, single_framework=frameworks == 1) for group in groups]
    opening = "The structure consists of "
    if dimensionality != 3:
        opening = f"The structure is {to_words(dimensionality)}-dimensional and consists of "
    if frameworks == 1 and len(parts) > 1:
        return f"{opening}{listed(parts[:-1])} inside {parts[-1]}."
    return f"{opening}{listed(parts)}."


def _group(group: ComponentGroup, single_framework: bool) -> str:
    count = "a" if single_framework and group.dimensionality == 3 else to_words(group.count)
    text = f"{count} {group.formula} {plural(_SHAPE[group.dimensionality], count)}"
    if group.dimensionality in (1, 2):
        directions = sorted({str(component.orientation) for component in group.components})
        text += f" oriented in the {listed(directions)} {plural('direction', len(directions))}"
    return text


def _all_components(state: DescriptionState, components: Sequence[Component]) -> str:
    if len(components) == 1:
        return _component(state, components[0], single=True)
    sentences = []
    for group in group_components(components):
        for component in group.components:
            shape = _SHAPE[group.dimensionality]
            if group.count == component.count:
                which = "the" if group.count == 1 else "each"
            else:
                which, shape = f"{to_words(component.count)} of the", plural(shape)
            sentences.append(f"In {which} {group.formula} {shape}, {_component(state, component, single=False)}")
    return " ".join(sentences)


def _component(state: DescriptionState, component: Component, single: bool) -> str:
    """All sites of a component, by element."""
    by_element: dict[str, list[int]] = defaultdict(list)
    for site in set(component.sites):  # in the order of a set, as robocrystallographer has them
        by_element[state.relations.of[site].element].append(site)
    groups = sorted(by_element.items(), key=lambda item: [iupac_order(item[0]), len(item[1]), item[1]])
    sentences = []
    for place, (element, sites) in enumerate(groups):
        if len(sites) > 1:
            there = "There" if single or place else "there"
            sentences.append(f"{there} are {to_words(len(sites))} inequivalent {element} sites.")
        for number, site in enumerate(sites, start=1):
            if len(sites) > 1:
                sentences.append(f"In the {ordinal(number)} {element} site,")
            sentences.append(_site(state, site))
    return " ".join(sentences)


def _site(state: DescriptionState, site: int) -> str:
    """Geometry, neighbours, polyhedra and bond lengths of a site.

    Of a site without neighbours robocrystallographer says that it is "bonded in a 1-coordinate geometry to  atoms". That
    is kept in the text without lengths, from which training texts are made, and not shown to people.
    """
    relations = state.relations
    around = relations.of[site]
    distorted = "distorted " if around.geometry.likeness < DISTORTED_BELOW else ""
    if around.polyhedron:
        text = f"{relations.name(site)} is bonded to {_neighbours(relations, site)} to form "
        text += _polyhedra(relations, site, distorted)
        tilts = _tilts(relations, site)
        text += f". {tilts}" if tilts else ""
    else:
        if state.lengths and not relations.near[site]:
            return f"{relations.name(site)} has no bonds."
        geometry = with_article(f"{distorted}{around.geometry.type}")
        text = f"{relations.name(site)} is bonded in {geometry} geometry to {_neighbours(relations, site)}"
    lengths = _bond_lengths(state, site) if state.lengths else ""
    return f"{text}. {lengths}" if lengths else f"{text}."


def _neighbours(relations: Relations, site: int) -> str:
    near = relations.near[site]
    parts = []
    for kind in near:
        equivalent = " equivalent " if len(kind.sites) == 1 and kind.count != 1 else " "
        parts.append(f"{to_words(kind.count)}{equivalent}{kind.element}{kind.label}")
    return f"{listed(parts)} {'atom' if near and near[-1].count == 1 else 'atoms'}"


def _polyhedra(relations: Relations, site: int, distorted: str) -> str:
    """The polyhedra that sites of this kind form, and what they share with others."""
    around, far = relations.of[site], relations.far[site]
    formula, shapes = f"{around.element}{around.polyhedron}", polyhedra_of(around.geometry.type)
    if far[0].element == around.element and len({(kind.element, kind.polyhedron) for kind in far}) == 1:
        sharing = sorted({kind.sharing for kind in far})
        mixture = "a mixture of " if len(sharing) > 1 else ""
        return f"{mixture}{distorted}{listed(sharing)}-sharing {formula} {shapes}"
    return f"{distorted}{formula} {shapes} that share {listed([_shared(kind) for kind in far])}"


def _shared(kind: Far) -> str:
    """For example ``corners with six equivalent Ti(1)O6 octahedra``."""
    equivalent = " equivalent " if len(kind.sites) == 1 and kind.count != 1 else " "
    name = f"{kind.element}{kind.label}{kind.polyhedron}"
    sharing = plural(kind.sharing, kind.count)
    if kind.count == 1:  # robocrystallographer says "an edgeedge", and the paper's texts with it
        article = f" {with_article(kind.sharing)}"
        return f"{article}{sharing} with {to_words(1)}{equivalent}{name} {POLYHEDRON[kind.geometry]}"
    return f"{sharing} with {to_words(kind.count)}{equivalent}{name} {polyhedra_of(kind.geometry)}"


def _tilts(relations: Relations, site: int) -> str:
    """A sentence with the tilt angles of corner-sharing octahedra, in whole degrees; "" where there are none."""
    tilts = relations.of[site].tilts
    others = [
        other
        for kind in relations.far[site]
        if kind.geometry == "octahedral" and kind.sharing == "corner"
        for other in kind.sites
    ]
    angles = {abs(180 - float(f"{angle:.0f}")) for other in others for angle in tilts[other]}
    if not angles:
        return ""
    if len(angles) > 1:
        return f"The corner-sharing octahedral tilt angles range from {min(angles):.0f}-{max(angles):.0f}°"
    tilt = angles.pop()
    if tilt == 0:
        return "The corner-sharing octahedra are not tilted"
    return f"The corner-sharing octahedral tilt angles are {tilt:.0f}°"


def _bond_lengths(state: DescriptionState, site: int) -> str:
    """The lengths of bonds to each kind of neighbour, unless they were given from the other end."""
    sentences = []
    for kind in state.relations.near[site]:
        others = [other for other in kind.sites if frozenset((site, other)) not in state.given_pairs]
        state.given_pairs.update(frozenset((site, other)) for other in others)
        if others:
            sentences.append(_lengths_to(state.relations, site, others))
    return " ".join(sentences)


def _lengths_to(relations: Relations, site: int, others: list[int]) -> str:
    """The lengths of the bonds from ``site`` to ``others``, which are of one kind, in Å with two decimals."""
    pair = f"{relations.name(site)}-{relations.of[others[0]].element}{relations.label(others)}"
    lengths = [f"{length:.2f}" for other in others for length in relations.of[site].lengths[other]]
    if len(lengths) == 1:
        return f"The {pair} bond length is {lengths[0]} Å."
    different = sorted(set(lengths), key=float)
    if len(different) == 1:
        return f"{'Both' if len(lengths) == 2 else 'All'} {pair} bond lengths are {lengths[0]} Å."
    if len(different) > 2:
        return f"There are a spread of {pair} bond distances ranging from {different[0]}-{different[-1]} Å."
    short, long = different
    shorter, longer = to_words(lengths.count(short)), to_words(lengths.count(long))
    return (
        f"There {'is' if shorter == 'one' else 'are'} {shorter} shorter ({short} Å) and {longer} longer ({long} Å) "
        f"{pair} bond {plural('length', longer)}."
    )
