"""Facts of geometry in the words of the field: one row for each orbit, as windows, reports and tables show it.

All places that show these facts use these functions, so that their texts agree word by word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clics.results.facts import BondGroup, GeometryFacts, Indices, MixedNetwork, Network, Shape, SiteGeometry

MOST_LENGTHS = 3
"""Different bond lengths to one element that are listed one by one; more are given as a range."""
MOST_LINES = 12
"""Orbits that are printed; further ones are counted."""
_ADJECTIVES = ("planar", "linear", "bent", "shaped")
_UNITS = {1: "chains", 2: "layers", 3: "framework"}
DIMENSIONS = {0: "0D, molecules", 1: "1D, chains", 2: "2D, layers", 3: "3D framework"}
"""Dimensionality of bonding, as windows and reports show it."""
_EXTENTS = {"slab": "slab in vacuum", "wire": "wire in vacuum", "molecule": "molecules in a box"}
_GROUPS = {2: "pairs", 3: "groups of three", 4: "groups of four", 6: "groups of six"}


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One orbit in words; its text is ``Mo 2c · CN 6 · trigonal prism (TPR-6, S 0.3) · MoS6 · …``.

    Attributes:
        site: Label and Wyckoff position, for example ``Mo 2c``.
        coordination: Coordination number, for example ``CN 6``; ``no bonds`` for none.
        shape: Shape of the polyhedron; empty where no shape is defined.
        polyhedron: Formula of the polyhedron; empty without bonds.
        bonds: Bond lengths, for example ``Mo–S 2.417 Å ×6``.
        networks: Networks of the polyhedra, for example ``layers of edge-sharing MoS6 parallel to (001)``.
    """

    site: str
    coordination: str
    shape: str
    polyhedron: str
    bonds: str
    networks: str

    def __str__(self) -> str:
        parts = (self.site, self.coordination, self.shape, self.polyhedron, self.bonds, self.networks)
        return " · ".join(part for part in parts if part)


def site_rows(facts: GeometryFacts) -> tuple[SiteRow, ...]:
    """The rows of all orbits, in the order of the facts: cations first."""
    return tuple(_row(site, facts) for site in facts.sites)


def orbit_lines(facts: GeometryFacts, *, most: int | None = MOST_LINES) -> list[str]:
    """The rows as lines of text.

    Args:
        facts: The facts of a crystal.
        most: Largest number of orbits; those left out are counted in a last line. None: all.
    """
    lines = [str(row) for row in site_rows(facts)]
    if most is None or len(lines) <= most:
        return lines
    return [*lines[:most], f"… and {len(lines) - most} more orbits"]


def orbit_entries(facts: GeometryFacts) -> list[dict[str, object]]:
    """The orbits as entries of a table: the words of the rows beside the numbers."""
    return [_entry(site, row) for site, row in zip(facts.sites, site_rows(facts), strict=True)]


def _entry(site: SiteGeometry, row: SiteRow) -> dict[str, object]:
    near = site.shape.nearest if site.shape is not None else None
    return {
        "site": site.label,
        "element": site.element,
        "wyckoff": f"{site.multiplicity}{site.wyckoff}",
        "site_symmetry": site.site_symmetry,
        "role": site.role,
        "coordination_number": site.coordination_number,
        "neighbours_up_to_gap": site.shell,
        "shape": row.shape,
        "symbol": site.shape.symbol if site.shape is not None else None,
        "shape_measure": None if near is None else near.value,
        "polyhedron": row.polyhedron,
        "bonds": row.bonds,
        "networks": row.networks,
        "atoms": list(site.atoms),
    }


def _row(site: SiteGeometry, facts: GeometryFacts) -> SiteRow:
    return SiteRow(
        site=f"{site.label} {site.multiplicity}{site.wyckoff}",
        coordination=coordination_words(site),
        shape=shape_words(site),
        polyhedron=site.polyhedron or "",
        bonds=bond_words(site),
        networks=networks_of_site(site, facts),
    )


def coordination_words(site: SiteGeometry) -> str:
    """``CN 6``; ``CN 12 (16 up to the largest gap)`` in a metal; ``no bonds`` for a site without neighbours."""
    words = f"CN {site.coordination_number}" if site.bonds else "no bonds"
    return words if site.shell is None else f"{words} ({site.shell} up to the largest gap)"


def shape_words(site: SiteGeometry, *, measure: bool = True) -> str:
    """The shape of a site.

    Args:
        site: The site.
        measure: Add symbol and continuous shape measure.

    Returns:
        ``trigonal prism (TPR-6, S 0.3)``, ``distorted octahedron (OC-6, S 3.4)``, ``bent (144.2°)`` for two neighbours,
        ``no ideal shape (closest: trigonal prism, S 7.2)``; empty where no shape is defined.
    """
    if site.angle is not None and site.coordination_number == 2:
        name = site.shape.nearest.name if site.shape and site.shape.named and site.shape.nearest else "bent"
        return f"{name} ({site.angle:.1f}°)" if measure and name != "linear" else name
    shape = site.shape
    if shape is None or shape.nearest is None:
        return ""
    near = shape.nearest
    if not shape.named:
        return f"no ideal shape (closest: {near.name}, S {measure_words(near.value)})" if measure else "no ideal shape"
    name = shape_name(shape)
    return f"{name} ({near.symbol}, S {measure_words(near.value)})" if measure else name


def shape_name(shape: Shape) -> str:
    """``trigonal prism``, ``distorted trigonal prism``; ``no ideal shape`` for a polyhedron without a name."""
    if not shape.named or shape.nearest is None:
        return "no ideal shape"
    return f"distorted {shape.nearest.name}" if shape.distorted else shape.nearest.name


def is_adjective(name: str) -> bool:
    """True for a name of a shape that is an adjective (``square planar``), so that no article precedes it."""
    return name.endswith(_ADJECTIVES)


def plural(name: str) -> str:
    """The plural of a shape: ``octahedra``, ``trigonal prisms``; of an adjective, with a noun: ``square planar units``."""
    if is_adjective(name):
        return f"{name} units"
    return f"{name[:-2]}a" if name.endswith("hedron") else f"{name}s"


def measure_words(value: float) -> str:
    """A continuous shape measure: two decimals below 0.1, one above; ``0`` for an ideal shape."""
    if value < 0.005:
        return "0"
    return f"{value:.2f}" if value < 0.095 else f"{value:.1f}"


def bond_words(site: SiteGeometry) -> str:
    """Bond lengths as a chemist writes them: ``Mo–S 2.417 Å ×6``; a range for many different lengths."""
    by_element: dict[str, list[BondGroup]] = {}
    for group in site.bonds:
        by_element.setdefault(group.element, []).append(group)
    return "; ".join(_bonds_to(site.element, element, groups) for element, groups in by_element.items())


def _bonds_to(centre: str, element: str, groups: Sequence[BondGroup]) -> str:
    if len(groups) <= MOST_LENGTHS:
        return f"{centre}–{element} " + ", ".join(f"{group.length:.3f} Å ×{group.count}" for group in groups)
    lengths = [group.length for group in groups]
    count = sum(group.count for group in groups)
    return f"{centre}–{element} {min(lengths):.3f}–{max(lengths):.3f} Å ×{count}"


def indices_words(indices: Indices, *, plane: bool) -> str:
    """Indices of a plane, ``(001)``, or of a direction, ``[1-10]``; separated by blanks where one has two digits."""
    between = " " if any(abs(index) > 9 for index in indices) else ""
    inside = between.join(str(index) for index in indices)
    return f"({inside})" if plane else f"[{inside}]"


def sharing_words(sharing: Sequence[str]) -> str:
    """``edge-sharing``, ``corner- and edge-sharing``."""
    if len(sharing) < 2:
        return "".join(f"{way}-sharing" for way in sharing)
    return "- and ".join([", ".join(f"{way}-" for way in sharing[:-1]).removesuffix("-"), f"{sharing[-1]}-sharing"])


def polyhedra_words(network: Network | MixedNetwork) -> str:
    """The polyhedra of a network by formula: ``CoO6``, ``ZrO6 and PO4``."""
    return network.polyhedron if isinstance(network, Network) else listed(network.polyhedra)


def network_words(network: Network | MixedNetwork) -> str:
    """A network in words.

    Returns:
        For example ``layers of edge-sharing CoO6 parallel to (001)``, ``isolated SiO4``, ``pairs of corner-sharing SiO4``
        or ``framework of corner-sharing ZrO6 and PO4``.
    """
    polyhedra = polyhedra_words(network)
    linked = " ".join(part for part in (sharing_words(network.sharing), polyhedra) if part)
    if network.dimensionality == 0:
        if network.size <= 1:
            return f"isolated {polyhedra}"
        return f"{_GROUPS.get(network.size, f'groups of {network.size}')} of {linked}"
    words = f"{_UNITS[network.dimensionality]} of {linked}"
    if network.indices is None:
        return words
    return f"{words} {direction_words(network.indices, network.dimensionality)}"


def direction_words(indices: Indices, dimensionality: int) -> str:
    """``parallel to (001)`` for layers, ``along [001]`` for chains."""
    if dimensionality == 2:
        return f"parallel to {indices_words(indices, plane=True)}"
    return f"along {indices_words(indices, plane=False)}"


def listed(words: Sequence[str]) -> str:
    """Words with commas and a last "and": ``NaO6, ZrO6 and PO4``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def bonding_words(facts: GeometryFacts) -> str:
    """Dimensionality and extent in one line: ``2D, layers parallel to (001)``, ``slab in vacuum (2D, layers …)``."""
    bonding = facts.bonding
    if facts.pieces_unclear:
        return "bonds end at no clear gap"
    if bonding.extent == "atoms":
        return "isolated atoms, no bonds"
    words = DIMENSIONS.get(bonding.dimensionality, "unknown")
    if bonding.indices is not None:
        words += f" {direction_words(bonding.indices, bonding.dimensionality)}"
    extent = _EXTENTS.get(bonding.extent)
    if extent is None:
        return words
    return extent if bonding.extent == "molecule" else f"{extent} ({words})"


def networks_of_site(site: SiteGeometry, facts: GeometryFacts) -> str:
    """The networks that the polyhedra of a site are part of, separated by semicolons."""
    own: list[Network | MixedNetwork] = []
    own += telling_networks([network for network in facts.networks if site.label in network.sites])
    own += [network for network in telling_mixed(facts) if site.label in network.sites]
    return "; ".join(dict.fromkeys(network_words(network) for network in own))


def told_networks(facts: GeometryFacts) -> list[Network | MixedNetwork]:
    """The networks of a crystal that tell most, of one kind of polyhedra and of two."""
    told: list[Network | MixedNetwork] = []
    told += telling_networks(facts.networks)
    told += telling_mixed(facts)
    return told


def telling_mixed(facts: GeometryFacts) -> list[MixedNetwork]:
    """The network of two kinds of polyhedra that tells most, if there is one.

    It extends further than those that each kind builds alone: corner-sharing ZrO6 and PO4 make up a framework in which both
    are isolated. It has polyhedra of the most electronegative cation, which is bonded most strongly. Of several, the one that
    extends furthest is told, then that of the more electronegative centres.
    """
    furthest: dict[str, int] = {}
    for network in facts.networks:
        for label in network.sites:
            furthest[label] = max(furthest.get(label, -1), network.dimensionality)
    place = {site.label: number for number, site in enumerate(facts.sites)}
    cations = [site for site in facts.sites if site.role == "cation"]
    strongest = {site.label for site in cations if site.element == cations[-1].element}
    further = [
        network
        for network in facts.mixed or ()
        if len(network.polyhedra) == 2
        and not strongest.isdisjoint(network.sites)
        and all(network.dimensionality > furthest.get(each, -1) for each in network.sites)
    ]
    return sorted(
        further,
        key=lambda network: (network.dimensionality, sum(place[each] for each in network.sites) / len(network.sites)),
        reverse=True,
    )[:1]


def telling_networks(networks: Sequence[Network]) -> list[Network]:
    """The networks that tell most: for each kind of polyhedra that of all ways of sharing, and one that is part of it.

    The part has a lower dimensionality and the strongest sharing of the whole (chains of edge-sharing octahedra within a
    framework, pairs of face-sharing octahedra in corundum); one of weaker sharing is no unit of the structure, as the layers of
    corner-sharing octahedra in anatase, whose framework is one of edge-sharing octahedra.
    A network of several kinds of polyhedra (``MnO4/MnO6``) is told where it extends further than those of one kind.

    Args:
        networks: Networks of one crystal.
    """
    told: list[Network] = []
    for polyhedra in dict.fromkeys((network.polyhedron, network.sites) for network in networks):
        same = [network for network in networks if (network.polyhedron, network.sites) == polyhedra]
        whole = max(same, key=lambda network: len(network.sharing))
        told.append(whole)
        parts = [network for network in same if network.dimensionality < whole.dimensionality]
        if "/" not in polyhedra[0]:
            told += [network for network in parts if network.sharing[-1:] == whole.sharing[-1:]][:1]
    furthest = _furthest(told)
    return [
        network
        for network in told
        if "/" not in network.polyhedron
        or any(network.dimensionality > furthest.get(site, -1) for site in network.sites)
    ]


def _furthest(networks: Iterable[Network]) -> dict[str, int]:
    """The largest dimensionality of the networks of one kind of polyhedra that each site is part of."""
    furthest: dict[str, int] = {}
    for network in networks:
        if "/" not in network.polyhedron:
            for site in network.sites:
                furthest[site] = max(furthest.get(site, -1), network.dimensionality)
    return furthest
