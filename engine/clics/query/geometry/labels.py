"""Conditions on the facts of geometry in words for people, for the chips of a query."""

from __future__ import annotations

from collections.abc import Sequence

from clics.concepts import phrases
from clics.descriptions.shapes.reference import all_shapes
from clics.query.geometry.terms import GeometryTerm, Polyhedra
from clics.results.facts import Indices

_BONDING = ("molecules (0D)", "chains (1D)", "layers (2D)", "framework (3D)")
_NETWORKS = ("finite groups", "chains", "layers", "framework")
_EXTENTS = {
    "crystal": "crystal without vacuum", "slab": "slab with vacuum", "wire": "wire with vacuum",
    "molecule": "molecule in vacuum", "atoms": "atoms without bonds",
}  # fmt: skip
_MOST_NAMED = 6


def words_of_term(term: GeometryTerm) -> str:
    """What a term says, in the words of the field.

    Args:
        term: The term.

    Returns:
        For example ``"layers of edge-sharing CoO6"`` or ``"trigonal prism (TPR-6) around Mo"``.
    """
    if term.name:
        return term.name + _along(term)
    if term.extent is not None:
        return _EXTENTS[term.extent]
    if term.bonding:
        return "bonded in " + " or ".join(_BONDING[number] for number in term.bonding) + _along(term)
    own = words_of_polyhedra(term.polyhedra, plural=term.connected) or "polyhedra"
    if term.sharing == ("isolated",):
        own = f"isolated {own}"
    elif term.partner is not None and (
        not term.sharing or (term.either and len(term.sharing) == len(phrases.SHARINGS))
    ):
        other = words_of_polyhedra(term.partner, plural=True)
        own = f"{own} {'connected to' if term.sharing else 'and'} {other}"
    elif term.sharing and term.partner is None:
        own = f"{_shared(term)} {own}"
    elif term.sharing:
        other = words_of_polyhedra(term.partner or Polyhedra(), plural=True) or "polyhedra"
        ways = (" or " if term.either else " and ").join(f"{way}s" for way in term.sharing)
        own = f"{own} sharing {'only ' if term.only else ''}{ways} with {other}"
    if term.network:
        unit = "rings" if term.ring else " or ".join(_NETWORKS[number] for number in term.network)
        built = f"{term.network_formula} {unit}" if term.network_formula else unit
        own = f"{built} of {own}" if not term.network_formula else f"{built} ({own})"
    return ("all sites: " if term.every else "") + own + _along(term)


def words_of_polyhedra(polyhedra: Polyhedra, *, plural: bool = False) -> str:
    """Coordination polyhedra in words: ``"TiO6 octahedra (OC-6)"``, ``"CN 8 around Ca"``.

    Args:
        polyhedra: The polyhedra.
        plural: In the plural.
    """
    shape = " or ".join(_shape(symbol, plural=plural) for symbol in polyhedra.shapes)
    if polyhedra.distorted is not None and shape:
        shape = f"{'distorted' if polyhedra.distorted else 'regular'} {shape}"
    if polyhedra.distorted is not None and not shape:
        shape = "distorted polyhedron" if polyhedra.distorted else "regular polyhedron"
        shape = f"{shape[:-2]}a" if plural else shape
    words = " ".join(filter(None, (polyhedra.formula, shape)))
    number = _number(polyhedra)
    if number and not polyhedra.formula and not polyhedra.shapes:
        words = number
    elif number and polyhedra.shapes and not polyhedra.formula and not _implied(polyhedra):
        words = f"{words}, {number}"
    if not polyhedra.formula:
        words += _centre(polyhedra, bool(words))
        if polyhedra.ligands:
            words += f" with {polyhedra.ligand_group or ' and '.join(polyhedra.ligands)} neighbours"
    return words.strip()


def _shape(symbol: str, *, plural: bool) -> str:
    shape = all_shapes().get(symbol)
    if shape is None:
        return f"pentagonal dodecahedron ({symbol})"
    return f"{shape.plural if plural else shape.name} ({symbol})"


def _number(polyhedra: Polyhedra) -> str:
    if polyhedra.least:
        return f"CN ≥ {polyhedra.least}"
    return f"CN {' or '.join(map(str, polyhedra.numbers))}" if polyhedra.numbers else ""


def _implied(polyhedra: Polyhedra) -> bool:
    return {int(symbol.rpartition("-")[2]) for symbol in polyhedra.shapes} <= set(polyhedra.numbers)


def _centre(polyhedra: Polyhedra, follows: bool) -> str:
    around = " around " if follows else "around "
    if polyhedra.group:
        return f"{around}{polyhedra.group}"
    if polyhedra.elements:
        return around + " or ".join(polyhedra.elements[:_MOST_NAMED])
    return f"{around}anions" if polyhedra.role == "anion" else ""


def _shared(term: GeometryTerm) -> str:
    ways: Sequence[str] = term.sharing
    if term.either:
        words = f"{' or '.join(ways)}-sharing"
    else:
        words = phrases.join([*(f"{way}-" for way in ways[:-1]), f"{ways[-1]}-sharing"])
    return f"only {words}" if term.only else words


def _along(term: GeometryTerm) -> str:
    if term.plane is not None:
        return f" parallel to ({_indices(term.plane)})"
    return f" along [{_indices(term.direction)}]" if term.direction is not None else ""


def _indices(indices: Indices) -> str:
    return "".join(map(str, indices)) if all(0 <= index < 10 for index in indices) else " ".join(map(str, indices))
