"""Training wordings beyond those of the paper, in the forms of typed queries.

A text encoder that is trained on one sentence form does not know "vertex-linked tetrahedra". Therefore part of the
training phrases combine frames and words: the same concept in the short and loose forms of a query. The masking of the
paper applies here too: no element, no formula, no bond length; only classes of elements, geometries, symbols
of space groups and their numbers. Retrieval is never measured with these wordings, but with the fixed phrases.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clics.concepts import number_words
from clics.results.description import ElementClass, Sharing
from clics.symmetry import space_groups

Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Wordings:
    """Wordings of one concept.

    Attributes:
        frames: Templates with slots.
        words: For each slot, its words.
    """

    frames: tuple[str, ...]
    words: Words

    def drawn(self, rng: random.Random) -> str:
        """Draw one wording; all frames are equally likely, and so are all words of a slot."""
        return rng.choice(self.frames).format(**{slot: rng.choice(choice) for slot, choice in self.words.items()})

    def all(self) -> Iterator[str]:
        """All wordings."""
        for frame in self.frames:
            slots = [slot for slot in self.words if f"{{{slot}}}" in frame]
            for choice in itertools.product(*(self.words[slot] for slot in slots)):
                yield frame.format(**dict(zip(slots, choice, strict=True)))


_GROUP_FRAMES = (
    "{symbol}", "space group {symbol}", "{symbol} space group", "{system} {symbol}", "crystals of symmetry {symbol}",
    "{symbol} symmetry", "crystallises in {symbol}", "{system}, space group {symbol}", "{symbol} ({number})",
    "space group number {number}", "space group {number}", "SG {number}", "no. {number}",
    "{system}, number {number} of the space groups", "compounds of space group {symbol}, no. {number}",
)  # fmt: skip


def of_space_group(symbol: str) -> Wordings | None:
    """Loose wordings of a space group.

    Args:
        symbol: Its symbol in spglib's ASCII spelling.

    Returns:
        The wordings; None for a symbol that is not standard.
    """
    group = space_groups.by_symbol(symbol)
    if group is None:
        return None
    standard = group.symbol
    spelled = [
        *[standard] * 4,
        *[standard.replace("_", "")] * 3,
        _opened(standard),
        _opened(standard.replace("_", "")),
        re.sub(r"_(\d)", r"(\1)", standard),
        re.sub(r"-(\d)", "\\1\N{COMBINING OVERLINE}", standard),
        *(spelling.replace("_", "") for spelling in group.spellings[:8]),
    ]
    words = {"symbol": spelled, "system": [group.crystal_system], "number": [str(group.number)]}
    return Wordings(_GROUP_FRAMES, words)


def _opened(symbol: str) -> str:
    """``"P6_3/mmc"`` → ``"P 6_3/m m c"``."""
    return " ".join(re.findall(r"-?\d(?:_?\d)?(?:/[a-z])?|[A-Za-z]", symbol))


CENTRES: dict[ElementClass, tuple[str, ...]] = {
    "METAL": ("[METAL]", "[METAL]", "metal", "the metal", "metal atoms", "a metal atom", "metal ion", "metal cation"),
    "NONMETAL": ("[NONMETAL]", "[NONMETAL]", "nonmetal", "non-metal", "the nonmetal", "nonmetal atoms", "anion"),
    "METALLOID": ("[METALLOID]", "[METALLOID]", "metalloid", "the metalloid", "metalloid atoms", "semimetal"),
}
_SITE_FRAMES = (
    "{adjective} {centre}", "{centre}, {adjective}", "{centre} that is {adjective}", "{centre} in {noun}",
    "{centre} in the middle of {noun}", "{noun} around {centre}", "{centre} with {neighbours}",
    "{neighbours} around {centre}", "{centre} bonded to {neighbours}", "{adjective} coordination of {centre}",
    "{centre} in {adjective} coordination", "{adjective} coordinated {centre}",
    "{adjective} environment of {centre}", "{centre} on a {adjective} site",
)  # fmt: skip
MARKS = ("distorted", "irregular", "deformed", "distorted", "non-ideal")
_SHAPES: dict[str, tuple[str, str, str]] = {
    "octahedral": (
        "octahedral",
        "octahedron/octahedron of six neighbours",
        "six neighbours at the vertices of an octahedron/six atoms arranged octahedrally",
    ),
    "tetrahedral": (
        "tetrahedral",
        "tetrahedron/tetrahedron of four neighbours",
        "four neighbours at the vertices of a tetrahedron/four atoms arranged tetrahedrally",
    ),
    "cuboctahedral": (
        "cuboctahedral",
        "cuboctahedron/cuboctahedron of twelve neighbours",
        "twelve neighbours at the vertices of a cuboctahedron/twelve atoms as in close packing",
    ),
    "square co planar": (
        "square planar/square-planar/square coplanar",
        "square/flat square/square plane",
        "four neighbours at the corners of a square/four atoms around it in one plane",
    ),
    "square pyramidal": (
        "square pyramidal/square-pyramidal",
        "square pyramid/pyramid with a square base",
        "five neighbours, four in a square and one on top/five atoms that make a square pyramid",
    ),
    "trigonal bipyramidal": (
        "trigonal bipyramidal/trigonal-bipyramidal",
        "trigonal bipyramid/triangular bipyramid",
        "five neighbours, three around the waist and two at the poles/five atoms that make a trigonal bipyramid",
    ),
    "trigonal pyramidal": (
        "trigonal pyramidal/trigonal-pyramidal",
        "trigonal pyramid/pyramid on a triangle",
        "four neighbours, three in a triangle around it and one on top/four atoms that make a trigonal pyramid",
    ),
    "pentagonal bipyramidal": (
        "pentagonal bipyramidal/pentagonal-bipyramidal",
        "pentagonal bipyramid/bipyramid on a pentagon",
        "seven neighbours, five around the waist and two at the poles",
    ),
    "pentagonal pyramidal": (
        "pentagonal pyramidal/pentagonal-pyramidal",
        "pentagonal pyramid/pyramid on a pentagon",
        "six neighbours, five in a ring and one on top",
    ),
    "hexagonal bipyramidal": (
        "hexagonal bipyramidal/hexagonal-bipyramidal",
        "hexagonal bipyramid/bipyramid on a hexagon",
        "eight neighbours, six around the waist and two at the poles",
    ),
    "hexagonal pyramidal": (
        "hexagonal pyramidal/hexagonal-pyramidal",
        "hexagonal pyramid/pyramid on a hexagon",
        "seven neighbours, six in a ring and one on top",
    ),
    "hexagonal planar": (
        "hexagonal planar/planar hexagonal",
        "hexagon/flat hexagon",
        "six neighbours in one plane/a flat ring of six atoms",
    ),
    "pentagonal planar": (
        "pentagonal planar/planar pentagonal",
        "pentagon/flat pentagon",
        "five neighbours in one plane/a flat ring of five atoms",
    ),
    "trigonal planar": (
        "trigonal planar/trigonal-planar/planar threefold",
        "triangle/flat triangle/plane triangle of neighbours",
        "three neighbours in one plane/three coplanar bonds",
    ),
    "trigonal non coplanar": (
        "trigonal non-coplanar/pyramidal three-coordinate",
        "low three-sided pyramid/tripod of three bonds",
        "three neighbours on one side/three bonds that are not in a plane",
    ),
    "T shaped": ("T-shaped/T shape", "T of three neighbours", "three neighbours like the letter T"),
    "L shaped": ("L-shaped/right-angled", "L of two neighbours", "two neighbours at right angles"),
    "linear": (
        "linear/two-coordinate linear",
        "straight line between two neighbours",
        "two neighbours on opposite sides/two bonds in one line",
    ),
    "bent [REALVAL] degrees": (
        "bent/bent two-coordinate/angular",
        "bent bridge between two neighbours",
        "two neighbours at an angle/two bonds that make an angle",
    ),
    "water like": (
        "water-like/bent as in water",
        "water-like arrangement of two neighbours",
        "two neighbours like those of the centre of a water molecule",
    ),
    "body centered cubic": (
        "body-centred cubic/cubic eight-coordinate/bcc-like",
        "cube/cube of eight neighbours",
        "eight neighbours at the corners of a cube",
    ),
    "single bond": ("single-bonded/terminal", "single bond", "only one neighbour/one bond alone"),
    "see saw like": (
        "see-saw-like/seesaw",
        "seesaw of four neighbours",
        "four neighbours arranged like a seesaw",
    ),
    "rectangular see saw like": (
        "rectangular see-saw-like/rectangular seesaw",
        "rectangular seesaw of four neighbours",
        "four neighbours arranged like a rectangular seesaw",
    ),
    "q six": ("trigonal prismatic/q6", "trigonal prism", "six neighbours at the corners of a prism"),
    "q four": ("q4", "q4 arrangement of four neighbours", "four neighbours in q4 arrangement"),
}
"""Adjectives, nouns and neighbours ("with …") of each geometry; alternatives are separated by slashes."""

_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI")


def of_environment(element_class: ElementClass, geometry: str, *, distorted: bool) -> Wordings | None:
    """Loose wordings of a local environment.

    Args:
        element_class: Class of the element at the centre.
        geometry: The geometry in the words of the paper.
        distorted: True for a distorted geometry.

    Returns:
        The wordings; None for a geometry without any.
    """
    if geometry.endswith(" coordinate"):
        adjectives, nouns, neighbours = _numbered(geometry.removesuffix(" coordinate"))
        shapes = nouns
    elif geometry in _SHAPES:
        adjectives, shapes, neighbours = (words.split("/") for words in _SHAPES[geometry])
        nouns = [_with_article(shape) for shape in shapes]
    else:
        return None
    if distorted:
        adjectives = [f"{mark} {words}" for words in adjectives for mark in MARKS]
        nouns = [_with_article(f"{mark} {shape}") for shape in shapes for mark in MARKS]
        neighbours = [f"{words}, {mark}" for words in neighbours for mark in MARKS]
    words = {"adjective": adjectives, "noun": nouns, "neighbours": neighbours, "centre": CENTRES[element_class]}
    return Wordings(_SITE_FRAMES, words)


def _with_article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _numbered(word: str) -> tuple[list[str], list[str], list[str]]:
    number = number_words.from_words(word)
    joined = word.replace(" ", "-")
    plural = "neighbours" if number > 1 else "neighbour"
    adjectives = [f"{joined}-coordinate", f"{number}-coordinate", f"{number}-fold", f"{joined}fold"]
    adjectives += [f"{_ROMAN[number]}-coordinate"] if number < len(_ROMAN) else []
    nouns = [f"{joined}fold coordination", f"coordination number {number}", f"CN {number}", f"CN{number}"]
    neighbours = [f"{word} {plural}", f"{number} {plural}", f"{number} nearest {plural}", f"{word} bonded atoms"]
    return adjectives, nouns, neighbours


_UNITS = ("{noun}", "[POLYHEDRA] {noun}", "{noun}")
_POLYHEDRA_FRAMES = (
    "{unit}", "{mark} {unit}", "built from {unit}", "a structure that has {unit}", "crystal with {unit}",
    "{unit} as units of the structure", "network of {unit}", "made up of {unit}", "there are {unit}",
    "bonds that make {unit}", "arrangement of {unit}",
)  # fmt: skip


def of_polyhedra(noun: str, *, distorted: bool) -> Wordings:
    """Loose wordings of polyhedra.

    Args:
        noun: Plural noun of the polyhedra.
        distorted: True for distorted polyhedra.
    """
    units = [unit.format(noun=noun) for unit in _UNITS]
    if distorted:
        units = [f"{mark} {unit}" for unit in units for mark in MARKS]
        return Wordings(tuple(f for f in _POLYHEDRA_FRAMES if "{mark}" not in f), {"unit": units})
    return Wordings(_POLYHEDRA_FRAMES, {"unit": units, "mark": ("regular", "undistorted", "ideal", "symmetric")})


SHARED: dict[Sharing, tuple[tuple[str, str], ...]] = {
    "corner": (("corner", "corners"), ("corner", "corners"), ("vertex", "vertices"), ("apex", "apices")),
    "edge": (("edge", "edges"),),
    "face": (("face", "faces"),),
}
_OWN_FRAMES = (
    "{one}-sharing {unit}", "{one}-linked {unit}", "{one}-connected {unit}", "{one} sharing {unit}",
    "{one} shared {unit}", "{unit} joined at their {many}", "{unit} joined by common {many}",
    "{unit} linked through {many}", "{unit} connected via {many}", "{unit} with common {many}",
    "{unit} that share {many} with one another", "{unit} sharing {many} with {noun}", "network of {one}-sharing {unit}",
    "{unit} fused at {many}", "{unit} share {many} with other {noun}", "{unit} held together by shared {many}",
)  # fmt: skip
_OTHER_FRAMES = (
    "{unit} sharing {many} with {other}", "{unit} that share {many} with {other}", "{unit} joined to {other} at {many}",
    "{unit} linked to {other} through {many}", "{unit} connected with {other} via common {many}",
    "{unit} {one}-linked to {other}", "{one}-sharing {unit} and {other}", "{unit} and {other} joined by {many}",
    "{unit} having {many} in common with {other}", "{one} sharing of {unit} with {other}",
    "{unit} fused with {other} at {many}", "{unit} {one}-connected with {other}",
)  # fmt: skip


def of_connection(noun: str, sharing: Sharing, other: str) -> Wordings:
    """Loose wordings of connected polyhedra.

    Args:
        noun: Plural noun of the polyhedra.
        sharing: The shared element: corner, edge or face.
        other: Plural noun of the polyhedra that they share it with.
    """
    frames = _OWN_FRAMES if noun == other else _OTHER_FRAMES
    spelled = tuple(
        frame.replace("{one}", one).replace("{many}", many) for one, many in SHARED[sharing] for frame in frames
    )
    words = {"unit": [unit.format(noun=noun) for unit in _UNITS], "noun": [noun], "other": [other]}
    return Wordings(spelled, words)
