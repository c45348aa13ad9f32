"""Meaning of the phrases of ``benchmarks/data/typed.tsv``, as facts that are checked for every crystal.

A meaning is one or more facts joined by `` & ``, all of which must hold. A fact is one or more alternatives joined by
commas, one of which must hold; ``!`` before a fact: it must not hold. An alternative is one of

- ``sg 62``, ``sg 3-15``: the space group's number (in a list the word is said once: ``sg 62,221``);
- ``M?oct``: a site. The class of its element, M metal, N nonmetal, L metalloid, ``*`` any; ``?`` distorted or not, ``=``
  not distorted, ``~`` distorted; then the geometry (:data:`GEOMETRIES`) or ``cn6``, every geometry of that coordination
  number;
- ``poly?oct``: polyhedra that the description speaks of as connected;
- ``c:oct-tet``, ``e:``, ``f:``: octahedra that share corners, edges, faces with tetrahedra (``*`` any polyhedra);
- ``type:spinel``: a named structure type in whose name the word occurs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from clics.concepts import number_words, phrases
from clics.concepts.concept import Concept
from clics.concepts.kinds.connection import ConnectionConcept
from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.kinds.polyhedra import PolyhedraConcept
from clics.concepts.kinds.structure_type import StructureTypeConcept
from clics.dataset.packed_reader import PackedDataset
from clics.results.description import ElementClass
from numpy.typing import NDArray

GEOMETRIES = {
    "oct": "octahedral", "tet": "tetrahedral", "cuo": "cuboctahedral", "tpy": "trigonal pyramidal",
    "tbp": "trigonal bipyramidal", "spy": "square pyramidal", "pbp": "pentagonal bipyramidal",
    "ppy": "pentagonal pyramidal", "hbp": "hexagonal bipyramidal", "hpy": "hexagonal pyramidal",
    "sqp": "square co planar", "tp": "trigonal planar", "tnc": "trigonal non coplanar", "T": "T shaped",
    "L": "L shaped", "lin": "linear", "wat": "water like", "bcc": "body centered cubic", "sb": "single bond",
    "hp": "hexagonal planar", "pp": "pentagonal planar", "q4": "q four", "q6": "q six",
    "see": "see saw like", "rsee": "rectangular see saw like", "angle": "bent [REALVAL] degrees",
}  # fmt: skip
SETS = {"bnt": "angle wat L", "saw": "see rsee"}
OF_NUMBER = {
    1: "sb", 2: "lin angle wat L", 3: "tp tnc T", 4: "tet sqp see rsee tpy q4", 5: "spy tbp pp", 6: "oct ppy hp q6",
    7: "pbp hpy", 8: "bcc hbp", 12: "cuo",
}  # fmt: skip
"""Named geometries of a coordination number, beside "six coordinate" itself."""

_CLASSES: dict[str, tuple[ElementClass, ...]] = {
    "M": ("METAL",),
    "N": ("NONMETAL",),
    "L": ("METALLOID",),
    "*": ("METAL", "NONMETAL", "METALLOID"),
}
_DISTORTED = {"?": (False, True), "=": (False,), "~": (True,)}
_SHARING = {"c": "corner", "e": "edge", "f": "face"}
_SITE = re.compile(r"(?P<who>[MNL*]|poly)(?P<how>[?=~])(?P<geometry>\w+)$")
_SHARED = re.compile(r"(?P<sharing>[cef]):(?P<one>\w+|\*)-(?P<other>\w+|\*)$")

Column = NDArray[np.bool_]


@dataclass(frozen=True)
class Facts:
    """Facts of the crystals of a split: space group numbers (n,), and a mask (n,) for each concept."""

    groups: NDArray[np.int64]
    columns: dict[Concept, Column]

    @classmethod
    def of(cls, data: PackedDataset, rows: NDArray[np.int64]) -> Facts:
        """The facts of crystals ``rows``."""
        offsets = data.arrays["concept_offsets"]
        columns: dict[int, Column] = {}
        for index, row in enumerate(rows.tolist()):
            for concept in data.arrays["concept_ids"][offsets[row] : offsets[row + 1]].tolist():
                columns.setdefault(concept, np.zeros(len(rows), np.bool_))[index] = True
        named = {data.concepts[i]: column for i, column in columns.items() if data.concepts[i].kind != "pattern"}
        return cls(data.arrays["space_group"][rows].astype(np.int64), named)

    def any_of(self, concepts: Iterable[Concept]) -> Column:
        """Of which crystals at least one concept is true (n,)."""
        held = np.zeros(len(self.groups), np.bool_)
        for concept in concepts:
            if concept in self.columns:
                held |= self.columns[concept]
        return held

    def of_phrase(self, wanted: Callable[[Concept], bool]) -> Column:
        """Of which crystals a concept that ``wanted`` takes is true (n,)."""
        return self.any_of(concept for concept in self.columns if wanted(concept))


def holds(meaning: str, facts: Facts) -> Column:
    """Of which crystals a meaning is true (n,). Raises ValueError for one that is not in the language above."""
    held = np.ones(len(facts.groups), np.bool_)
    for fact in meaning.split(" & "):
        denied = fact.startswith("!")
        true = _fact(fact.removeprefix("!"), facts)
        held &= ~true if denied else true
    return held


def _fact(fact: str, facts: Facts) -> Column:
    held = np.zeros(len(facts.groups), np.bool_)
    if fact.startswith("sg "):
        for item in re.findall(r"\d+(?:-\d+)?", fact):
            first, _, last = item.partition("-")
            held |= (facts.groups >= int(first)) & (facts.groups <= int(last or first))
        return held
    for alternative in fact.split(","):
        held |= _alternative(alternative, facts)
    return held


def _alternative(written: str, facts: Facts) -> Column:
    if written.startswith("type:"):
        name = written.removeprefix("type:")
        return facts.of_phrase(lambda c: isinstance(c, StructureTypeConcept) and name in c.name.lower())
    if match := _SHARED.match(written):
        one, other = (None if noun == "*" else phrases.NOUNS[GEOMETRIES[noun]] for noun in match.groups()[1:])
        sharing = _SHARING[match["sharing"]]
        return facts.of_phrase(
            lambda c: (
                isinstance(c, ConnectionConcept)
                and c.sharing == sharing
                and one in (None, c.noun)
                and other in (None, c.other)
            )
        )
    match = _SITE.match(written)
    if match is None:
        raise ValueError(
            f"{written!r} is no fact that could be checked; see the top of benchmarks/typed_phrase_facts.py."
        )
    distorted = _DISTORTED[match["how"]]
    if match["who"] == "poly":
        noun = phrases.NOUNS[GEOMETRIES[match["geometry"]]]
        return facts.any_of(PolyhedraConcept(noun, how) for how in distorted)
    return facts.any_of(
        EnvironmentConcept(centre, phrases.geometry_words(geometry), how)
        for centre in _CLASSES[match["who"]]
        for how in distorted
        for geometry in _geometries(match["geometry"])
    )


def _geometries(code: str) -> list[str]:
    if code.startswith("cn"):
        number = int(code[2:])
        named = [GEOMETRIES[name] for name in OF_NUMBER.get(number, "").split()]
        return [f"{number_words.to_words(number).replace('-', ' ')} coordinate", *named]
    return [GEOMETRIES[name] for name in SETS.get(code, code).split()]
