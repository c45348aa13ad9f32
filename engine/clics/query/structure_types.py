"""Structure types by their common names, with the space group of each prototype (``data/structure_types.tsv``).

A row of the table has the number of the space group; the names that people type; the minerals by which
robocrystallographer calls crystals of that type (none: it has no name for it), whose "-derived" and "-like"
structures count too; and crystals of the type, any of which will do: ids in the starter library, which are labels of
the AFLOW encyclopedia of prototypes (doi 10.1016/j.commatsci.2017.01.017), or names of blocks in
``resources/structure-types.cif``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clics.concepts.concept import Concept
from clics.concepts.kinds.structure_type import ENDINGS, StructureTypeConcept
from clics.data import read_rows


@dataclass(frozen=True, slots=True)
class Prototype:
    """A structure type.

    Attributes:
        names: The names that people type.
        group: Number of the space group of the prototype.
        minerals: Names that robocrystallographer gives to crystals of the type.
        crystals: Ids of crystals of the type, any of which will do as the prototype.
    """

    names: tuple[str, ...]
    group: int
    minerals: tuple[str, ...]
    crystals: tuple[str, ...]

    @property
    def concept(self) -> StructureTypeConcept:
        """The type by its first name, by which a search ranks; it is no stored fact."""
        return StructureTypeConcept(self.names[0])

    def concepts(self) -> tuple[StructureTypeConcept, ...]:
        """The stored facts of crystals of this type or derived from it; empty if robocrystallographer has no name."""
        called = (f"{mineral}{ending}" for mineral in self.minerals for ending in ("", *ENDINGS))
        return tuple(map(StructureTypeConcept, called))


def _prototypes() -> tuple[Prototype, ...]:
    return tuple(
        Prototype(_listed(names), int(group), _listed(minerals), tuple(crystals.split()))
        for group, names, minerals, crystals in read_rows("structure_types.tsv")
    )


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split("; ")) if words else ()


PROTOTYPES = _prototypes()
_BY_NAME = {name.lower(): prototype for prototype in PROTOTYPES for name in prototype.names}
_BY_CONCEPT: dict[Concept, Prototype] = {prototype.concept: prototype for prototype in PROTOTYPES}
_SUBSCRIPT = re.compile(r"^([a-l]\d?)(\d+|b)$")
"""A Strukturbericht symbol, whose last part may stand as a subscript: L1_2, D0_{3}, C1_b."""


def _spellings(name: str) -> str:
    subscript = _SUBSCRIPT.match(name)
    if subscript is not None:
        return rf"{subscript[1]}_?\{{?{subscript[2]}\}}?"
    return re.escape(name).replace(r"\ ", r"[\s-]+").replace(r"\-", "[-\u2010-\u2013]")


_NAMES = "|".join(map(_spellings, sorted(_BY_NAME, key=len, reverse=True)))
NAME = re.compile(rf"(?<![\w-])(?P<name>{_NAMES})s?(?![\w])", re.IGNORECASE)
"""Any of the names, in a text."""


def named(words: str) -> Prototype | None:
    """Look a structure type up by name.

    Args:
        words: A name in any usual spelling, with or without a plural s.

    Returns:
        The structure type; None if no type has the name.
    """
    key = re.sub(r"[\u2010-\u2013]", "-", re.sub(r"\s+", " ", words.strip().lower()))
    key = re.sub(r"[_{}]", "", key)
    return _BY_NAME.get(key) or _BY_NAME.get(key.replace("-", " ")) or _BY_NAME.get(key.removesuffix("s"))


def of_concept(concept: Concept) -> Prototype | None:
    """The structure type of a concept; None for a mineral name that is no first name of a type."""
    return _BY_CONCEPT.get(concept)
