"""What a full pattern of connections is made of: the inverse of :func:`clics.concepts.phrases.pattern`."""

from __future__ import annotations

import re
from typing import NamedTuple

from clics.concepts import phrases
from clics.concepts.concept import Concept
from clics.results.description import Sharing

_POLYHEDRA = re.escape(phrases.POLYHEDRA)
_BODY = re.compile(
    rf"This crystal has bondings to form (?:a mixture of )?(?P<distorted>distorted )?(?:(?P<kinds>.+) sharing )?"
    rf"{_POLYHEDRA} (?P<noun>.+?)(?: that share (?P<shared>.+))?\."
)
_CLAUSE = re.compile(rf"(?:an? )?(corner|edge|face)(?:s|-\1) with [a-z ]+ {_POLYHEDRA} ([a-z ]+)")
_BETWEEN = re.compile(r", and |, | and ")


class Parts(NamedTuple):
    """The polyhedra of a pattern, and each of its connections once, without counts."""

    polyhedra: Concept
    connections: tuple[Concept, ...]


def parts_of(pattern: str) -> Parts | None:
    """The parts of a full pattern; None for any other phrase.

    ``"… to form distorted [POLYHEDRA] octahedra that share corners with six equivalent [POLYHEDRA] octahedra."`` → distorted
    octahedra, and octahedra that share corners with octahedra. "Corner-sharing octahedra" meet polyhedra around their own
    element, which is taken as: octahedra (that the element has other polyhedra too, the pattern does not tell).
    """
    body = _BODY.fullmatch(pattern)
    if body is None or (body["kinds"] is None) == (body["shared"] is None):
        return None
    noun = body["noun"]
    if body["kinds"] is not None:
        met = [(kind, noun) for kind in _BETWEEN.split(body["kinds"])]
    else:
        clauses = [_CLAUSE.fullmatch(clause) for clause in _BETWEEN.split(body["shared"])]
        met = [("", "") if clause is None else (clause[1], _plural(clause[2])) for clause in clauses]
    sharings: dict[str, Sharing] = {kind: kind for kind in phrases.SHARINGS}
    if any(kind not in sharings or other not in phrases.GEOMETRIES for kind, other in [("corner", noun), *met]):
        return None
    made = [phrases.connection(noun, sharings[kind], other) for kind, other in met]
    whole = phrases.polyhedra(noun, distorted=body["distorted"] is not None)
    return Parts(Concept("polyhedra", whole), tuple(Concept("connection", each) for each in dict.fromkeys(made)))


def _plural(noun: str) -> str:
    """A single polyhedron is told without its last s ("one trigonal pyramid", but "one octahedra")."""
    return noun if noun in phrases.GEOMETRIES else f"{noun}s"
