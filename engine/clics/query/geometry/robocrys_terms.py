"""Concepts of robocrystallographer's language as conditions on the facts of geometry.

Words that only the rules for that language read (notations of the VSEPR model, names of oxoanions) get their meaning here.
"""

from __future__ import annotations

from collections.abc import Sequence

from clics.concepts import number_words, phrases
from clics.concepts.concept import Concept
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.polyhedra import PolyhedraConcept
from clics.concepts.kinds.shape import ShapeConcept
from clics.elements import ELEMENTS
from clics.query.geometry.terms import GeometryTerm, Polyhedra

SHAPES: dict[str, tuple[str, ...]] = {
    "linear": ("L-2",), "bent [REALVAL] degrees": ("vT-2",), "water like": ("vT-2",), "L shaped": ("vT-2",),
    "trigonal planar": ("TP-3",), "trigonal non coplanar": ("vT-3",), "T shaped": ("mvOC-3",), "tetrahedral": ("T-4",),
    "square co planar": ("SP-4",), "see saw like": ("SS-4",), "rectangular see saw like": ("SS-4",),
    "trigonal pyramidal": ("vTBPY-4",), "square pyramidal": ("SPY-5",), "trigonal bipyramidal": ("TBPY-5",),
    "pentagonal planar": ("PP-5",), "octahedral": ("OC-6",), "pentagonal pyramidal": ("PPY-6",), "hexagonal planar": ("HP-6",),
    "pentagonal bipyramidal": ("PBPY-7",), "hexagonal pyramidal": ("HPY-7",), "hexagonal bipyramidal": ("HBPY-8",),
    "body centered cubic": ("CU-8",), "cuboctahedral": ("COC-12",),
}  # fmt: skip
"""Families of shapes by robocrystallographer's names of geometries, in the words of the paper."""
_NUMBERS = {"single bond": 1}


def term_of(concepts: Sequence[Concept]) -> GeometryTerm | None:
    """The condition that alternatives of one kind state; None where no fact of geometry is like them.

    Args:
        concepts: Environments, polyhedra or connections that the words mean first.
    """
    learned = [concept for concept in concepts if isinstance(concept, ShapeConcept)]
    if learned:
        return _of_shapes(learned)
    connections = [concept for concept in concepts if isinstance(concept, ConnectionConcept)]
    if connections:
        return _of_connections(connections)
    sites = [concept for concept in concepts if isinstance(concept, EnvironmentConcept)]
    if sites:
        return _of_sites(sites)
    nouns = {concept.noun for concept in concepts if isinstance(concept, PolyhedraConcept)}
    shapes = tuple(symbol for noun in sorted(nouns) for symbol in SHAPES.get(phrases.GEOMETRIES[noun], ()))
    return GeometryTerm(Polyhedra(shapes=shapes)) if shapes else None


def _of_shapes(shapes: Sequence[ShapeConcept]) -> GeometryTerm:
    classes = {shape.element_class for shape in shapes}
    group = next(iter(classes)).lower() if len(classes) == 1 else ""
    elements = tuple(e.symbol for e in ELEMENTS if e.element_class in classes) if group else ()
    symbols = tuple(dict.fromkeys(shape.symbol for shape in shapes))
    return GeometryTerm(Polyhedra(shapes=symbols, elements=elements, group=group, role="any" if group else "cation"))


def is_learned(term: GeometryTerm, primary: Sequence[Concept]) -> bool:
    """True if a model ranks crystals by just what a term says, as far as its language goes.

    Args:
        term: The term.
        primary: The concepts by which a search ranks.
    """
    own = term_of(primary) if primary else None
    if own is None or term.network or term.network_formula or term.every or term.only or "isolated" in term.sharing:
        return False
    return _plain(own) == _plain(term)


def _plain(term: GeometryTerm) -> tuple[object, ...]:
    """What the language of models can say: shapes, numbers without shape, classes of elements, ways of sharing."""
    p = term.polyhedra
    by_class = p.group in ("metal", "nonmetal", "metalloid") or not p.elements
    partner = None if term.partner is None else term.partner.shapes
    return p.shapes, () if p.shapes else p.numbers, None if by_class else p.elements, term.sharing, partner


def _of_sites(sites: Sequence[EnvironmentConcept]) -> GeometryTerm | None:
    shapes = tuple(dict.fromkeys(symbol for site in sites for symbol in SHAPES.get(site.geometry, ())))
    numbers = tuple(dict.fromkeys(number for site in sites if (number := _number(site.geometry))))
    if not shapes and not numbers:
        return None
    classes = {site.element_class for site in sites}
    group = next(iter(classes)).lower() if len(classes) == 1 else ""
    elements = tuple(e.symbol for e in ELEMENTS if e.element_class in classes) if group else ()
    distorted = True if all(site.distorted for site in sites) else None
    numbers = () if shapes else numbers
    return GeometryTerm(
        Polyhedra(shapes=shapes, numbers=numbers, elements=elements, group=group, role="any" if group else "cation",
                  distorted=distorted if shapes else None)
    )  # fmt: skip


def _number(geometry: str) -> int:
    words, _, rest = geometry.rpartition(" ")
    return number_words.from_words(words) if rest == "coordinate" else _NUMBERS.get(geometry, 0)


def _of_connections(connections: Sequence[ConnectionConcept]) -> GeometryTerm | None:
    nouns, others = {c.noun for c in connections}, {c.other for c in connections}
    ways = tuple(way for way in phrases.SHARINGS if any(c.sharing == way for c in connections))
    own = _shape_of(nouns)
    partner = None if others == nouns else _shape_of(others)
    return GeometryTerm(own, sharing=ways, either=len(ways) > 1, partner=partner)


def _shape_of(nouns: set[str]) -> Polyhedra:
    """Polyhedra of one shape; those of any shape where several are named."""
    if len(nouns) != 1:
        return Polyhedra()
    return Polyhedra(shapes=SHAPES.get(phrases.GEOMETRIES[next(iter(nouns))], ()))
