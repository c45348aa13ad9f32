"""Whether the facts of the geometry of a crystal are as a phrase says."""

from __future__ import annotations

import re

from clics.descriptions.facts.polyhedra_kinds import polyhedra_kinds
from clics.descriptions.shapes.reference import all_shapes
from clics.query.geometry.terms import GeometryTerm, Polyhedra
from clics.results.facts import Bonding, GeometryFacts, Indices, MixedNetwork, Network, SiteGeometry

_PARTS = re.compile(r"([A-Z][a-z]?)(\d*)")
_CENTRE = re.compile(r"REE|RE|TM|[A-Z][a-z]?")


def holds(term: GeometryTerm, facts: GeometryFacts) -> bool | None:
    """True if a crystal is as a term says; None where no fact tells.

    Args:
        term: The term.
        facts: The facts of the crystal.
    """
    if term.bonding or term.extent is not None:
        return None if term.bonding and facts.pieces_unclear else _holds_of_bonding(term, facts.bonding)
    if term.name:
        return any(_named(term.name, network) and _along(term, network.indices) for network in facts.networks)
    sites = [site for site in facts.sites if matches(term.polyhedra, site)]
    if not sites:
        return None if _unmeasured(term.polyhedra, facts) else False
    if term.every and any(site not in sites for site in facts.sites if _counts(term.polyhedra, site)):
        return False
    if term.partner is not None and not any(matches(term.partner, site) for site in facts.sites):
        return None if _unmeasured(term.partner, facts) else False
    if term.sharing and not _share(term, sites, facts):
        return False
    if not (term.network or term.network_formula):
        return True
    return _build_together(term, sites, facts) if term.partner is not None else _build(term, sites, facts)


def _unmeasured(polyhedra: Polyhedra, facts: GeometryFacts) -> bool:
    """True if a site has the neighbours of a shape that has no measure: the pentagonal dodecahedron."""
    numbers = {int(symbol.rpartition("-")[2]) for symbol in polyhedra.shapes if symbol not in all_shapes()}
    return any(site.coordination_number in numbers for site in facts.sites)


def _counts(polyhedra: Polyhedra, site: SiteGeometry) -> bool:
    """True if a site is one of those that a phrase speaks of when it says "all": of its elements, else of the cations."""
    return site.element in polyhedra.elements if polyhedra.elements else site.role != "anion"


def matches(polyhedra: Polyhedra, site: SiteGeometry) -> bool:
    """True if the polyhedron around a site is as it is said to be."""
    if polyhedra.role != "any" and not polyhedra.elements and (site.role == "anion") != (polyhedra.role == "anion"):
        return False
    if polyhedra.elements and site.element not in polyhedra.elements:
        return False
    number = site.coordination_number
    if (polyhedra.numbers and number not in polyhedra.numbers) or number < polyhedra.least:
        return False
    if polyhedra.shapes or polyhedra.distorted is not None:
        symbol = None if site.shape is None else site.shape.symbol
        if symbol is None or (polyhedra.shapes and all_shapes()[symbol].family not in polyhedra.shapes):
            return False
        if polyhedra.distorted is not None and site.shape is not None and site.shape.distorted != polyhedra.distorted:
            return False
    ligands = {group.element for group in site.bonds}
    if polyhedra.ligand_group:
        if ligands.isdisjoint(polyhedra.ligands):
            return False
    elif not ligands.issuperset(polyhedra.ligands):
        return False
    return not polyhedra.formula or _has_formula(polyhedra.formula, site)


def atoms_of(polyhedra: Polyhedra, facts: GeometryFacts) -> tuple[int, ...]:
    """The atoms at the centres of the polyhedra: indices into the crystal as it was read."""
    return tuple(sorted(atom for site in facts.sites if matches(polyhedra, site) for atom in site.atoms))


def counts_of(formula: str) -> dict[str, int]:
    """Atoms by element of a formula without brackets."""
    counts: dict[str, int] = {}
    for element, count in _PARTS.findall(formula):
        counts[element] = counts.get(element, 0) + int(count or 1)
    return counts


def ligands_of(formula: str) -> dict[str, int]:
    """The ligands of a polyhedron by element; the first symbol or letters of its formula are the centre."""
    first = _CENTRE.match(formula)
    return counts_of(formula[first.end() :] if first is not None else formula)


def _has_formula(formula: str, site: SiteGeometry) -> bool:
    found: dict[str, int] = {}
    for group in site.bonds:
        found[group.element] = found.get(group.element, 0) + group.count
    return found == ligands_of(formula)


def _share(term: GeometryTerm, sites: list[SiteGeometry], facts: GeometryFacts) -> bool:
    """True if one of the sites shares ligands as the term says."""
    partners = {s.label for s in facts.sites if matches(term.partner, s)} if term.partner is not None else None
    others = partners if partners is not None else {site.label for site in sites}
    for site in sites:
        of_site = [each for each in facts.connections if each.site == site.label]
        ways = {each.sharing for each in of_site if each.to in others}
        if "isolated" in term.sharing:
            if not ways:
                return True
            continue
        wanted = set(term.sharing)
        if not (wanted & ways if term.either else wanted <= ways):
            continue
        if not term.only or ways <= wanted:
            return True
    return False


def _build_together(term: GeometryTerm, sites: list[SiteGeometry], facts: GeometryFacts) -> bool | None:
    """True if polyhedra of some of the sites and of the partner build the network that the term says.

    False where no such polyhedra are connected, or all networks of just these are known; None otherwise, and where an
    earlier version stored the facts.
    """
    assert term.partner is not None  # the caller has looked
    one = {site.label for site in sites}
    other = {site.label for site in facts.sites if matches(term.partner, site)}
    if not any(each.site in one and each.to in other for each in facts.connections):
        return False
    if facts.mixed is None:
        return None
    for network in facts.mixed:
        inside = set(network.sites)
        if inside <= one | other and inside & one and inside & other and _is_built(term, network):
            return True
    kinds, complete = polyhedra_kinds(facts.sites)
    covered = {label for kind in kinds for label in kind}
    return False if complete and {frozenset(one & covered), frozenset(other & covered)} <= set(kinds) else None


def _is_built(term: GeometryTerm, network: Network | MixedNetwork) -> bool:
    """True if a network has the dimensionality, the ways of sharing and the direction that a term says."""
    wanted = () if "isolated" in term.sharing else term.sharing
    if term.network and network.dimensionality not in term.network:
        return False
    ways = set(network.sharing)
    if wanted and ways != set(wanted) and not (term.either and ways and ways <= set(wanted)):
        return False
    return _along(term, network.indices)


def _build(term: GeometryTerm, sites: list[SiteGeometry], facts: GeometryFacts) -> bool | None:
    """True if the polyhedra of some of the sites build the network that the term says; None where its formula is unknown."""
    labels = {site.label for site in sites}
    answer: bool | None = False
    for network in facts.networks:
        if not labels.issuperset(network.sites) or not _is_built(term, network):
            continue
        if "isolated" in term.sharing and network.size > 1:
            continue
        if term.network_formula and network.dimensionality == 0 and network.size != _centres(term):
            continue
        if term.ring and "cyclo" not in (network.name or ""):
            continue
        composed = _has_stoichiometry(term, network, facts) if term.network_formula and network.dimensionality else True
        if composed:
            return True
        answer = None if composed is None else answer
    return answer


def _has_stoichiometry(term: GeometryTerm, network: Network, facts: GeometryFacts) -> bool | None:
    """True if a layer, chain or framework has the ligands that its formula says: MoS2, CoO2.

    Ligands that only one centre has may be left out, as the apical oxygen of the CuO2 planes in La2CuO4. None where several
    elements are centres, or atoms of the centre's element stand outside the network, so that their ligands are not told apart.
    """
    counts = counts_of(term.network_formula)
    if len(counts) != 2 or not term.polyhedra.elements:
        return None
    centre, ligand = term.polyhedra.elements[0], next(e for e in counts if e != term.polyhedra.elements[0])
    centres = [site for site in facts.sites if site.element == centre and _bonds_to(site, ligand)]
    if {site.label for site in centres} != set(network.sites):
        return None
    number = sum(site.multiplicity for site in centres)
    ligands = [(_bonds_to(site, centre), site.multiplicity) for site in facts.sites if site.element == ligand]
    shells = (sum(many for bonds, many in ligands if bonds >= least) for least in (1, 2))
    return any(shell * counts[centre] == number * counts[ligand] for shell in shells)


def _bonds_to(site: SiteGeometry, element: str) -> int:
    return sum(group.count for group in site.bonds if group.element == element)


def _centres(term: GeometryTerm) -> int:
    """Centres of a finite group by its formula: 2 of Si2O7."""
    counts = counts_of(term.network_formula)
    return sum(counts.get(element, 0) for element in term.polyhedra.elements)


def _named(name: str, network: Network) -> bool:
    """True for the name, and for the general one of a special kind: "inosilicate (single chain)" is an inosilicate."""
    return network.name is not None and name in (network.name, network.name.partition(" (")[0])


def _holds_of_bonding(term: GeometryTerm, bonding: Bonding) -> bool:
    if term.extent is not None and bonding.extent != term.extent:
        return False
    return (not term.bonding or bonding.dimensionality in term.bonding) and _along(term, bonding.indices)


def _along(term: GeometryTerm, indices: Indices | None) -> bool:
    """True if chains run, or layers lie, as the term says; the normal of a plane is given by its own indices."""
    wanted = term.plane or term.direction
    return wanted is None or (indices is not None and _smallest(indices) == _smallest(wanted))


def _smallest(indices: Indices) -> Indices:
    """The indices with the first that is not zero positive."""
    first = next((index for index in indices if index), 1)
    return tuple(index if first > 0 else -index for index in indices)
