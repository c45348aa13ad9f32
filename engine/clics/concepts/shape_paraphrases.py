"""Training wordings of coordination shapes and of networks of polyhedra, in the forms of typed queries."""

from __future__ import annotations

from collections.abc import Sequence

from clics.concepts import network_words, number_words, phrases, shape_words
from clics.concepts.paraphrases import CENTRES, SHARED, Wordings
from clics.results.description import ElementClass, Sharing

_FRAMES = (
    "{centre} whose coordination polyhedron is {noun}", "coordination polyhedron of {centre}: {noun}",
    "{adjective} coordination polyhedron of {centre}", "{adjective} polyhedron around {centre}",
    "polyhedron around {centre} is {noun}", "{centre} at the centre of {neighbours}", "{centre} inside {noun}",
    "{centre} centring {noun}", "{noun} that is centred by {centre}", "shape of the surroundings of {centre}: {noun}",
    "{centre}, coordination shape {adjective}", "{centre} with a polyhedron of {adjective} shape",
    "{centre} with the shape {symbol}", "{centre}, shape {symbol}", "{symbol} polyhedron around {centre}",
    "coordination polyhedron {symbol} of {centre}",
)  # fmt: skip
"""Forms that tell a shape by its polyhedron. The paper's environments have those that describe the site."""


def of_shape(element_class: ElementClass, symbol: str) -> Wordings:
    """Loose wordings of a coordination shape.

    Args:
        element_class: Class of the element at the centre.
        symbol: Symbol of the shape's family.
    """
    shape, more = shape_words.families()[symbol], shape_words.synonyms(symbol)
    number = shape.coordination_number
    nouns = [phrases.with_article(noun) for noun in (shape_words.noun(symbol), *more.nouns)]
    own = nouns[0]
    counts = (number_words.to_words(number), str(number))
    words = {
        "adjective": [shape.adjective] * 2
        + [word for word in more.adjectives if not word.endswith("coordinated")]
        + [f"{number}-coordinate {shape.adjective}"] * (shape.adjective not in ("linear", "bent")),
        "noun": [own, *nouns],
        "neighbours": [f"{own} of {count} neighbours" for count in counts],
        "centre": CENTRES[element_class],
        "symbol": shape_words.symbols_of(symbol),
    }
    return Wordings(_FRAMES, words)


_ISOLATED_FRAMES = (
    "isolated {polyhedra}", "{polyhedra} that are isolated", "{polyhedra} without connections to each other",
    "separate {polyhedra}", "discrete {polyhedra}", "single {polyhedra} that share nothing with one another",
    "unconnected {polyhedra}", "{polyhedra} that share neither corners, edges nor faces",
)  # fmt: skip
_FRAMES_BY_DIMENSIONS: tuple[tuple[str, ...], ...] = (
    (
        "finite groups of {linked}", "clusters of {linked}", "groups of {linked}", "{linked} in finite units",
        "{linked} that form clusters", "zero-dimensional units of {linked}", "0D groups of {linked}",
        "{linked} in isolated groups",
    ),
    (
        "chains of {linked}", "{linked} in chains", "{linked} forming chains", "{linked} that build chains",
        "rods of {linked}", "columns of {linked}", "one-dimensional chains of {linked}", "1D chains of {linked}",
        "{linked} linked into chains", "chain of {linked}",
    ),
    (
        "layers of {linked}", "{linked} in layers", "{linked} forming layers", "{linked} that build layers",
        "sheets of {linked}", "slabs of {linked}", "two-dimensional layers of {linked}", "2D layers of {linked}",
        "{linked} linked into sheets", "layer of {linked}",
    ),
    (
        "framework of {linked}", "{linked} in a framework", "{linked} forming a framework",
        "{linked} that build a framework", "three-dimensional network of {linked}", "3D framework of {linked}",
        "three-dimensional framework of {linked}", "{linked} linked in three dimensions", "{linked} linked into a framework",
    ),
)  # fmt: skip


def of_network(polyhedra: str, sharing: Sequence[Sharing], dimensionality: int) -> Wordings:
    """Loose wordings of a network of polyhedra.

    Args:
        polyhedra: The polyhedra as a plural noun.
        sharing: The ways of sharing, in the order corner, edge, face; empty for isolated polyhedra.
        dimensionality: Dimensionality of the network, 0 to 3.
    """
    if not sharing:
        return Wordings(_ISOLATED_FRAMES, {"polyhedra": [polyhedra]})
    many = phrases.join([SHARED[way][0][1] for way in sharing])
    linked = [
        network_words.linked(polyhedra, sharing),
        network_words.linked(polyhedra, sharing),
        f"{polyhedra} sharing {many}",
        f"{polyhedra} that share {many}",
        f"{polyhedra} linked through {many}",
    ]
    if sharing == ("corner",):
        linked += [f"vertex-sharing {polyhedra}", f"corner-linked {polyhedra}"]
    elif len(sharing) == 1:
        linked += [f"{sharing[0]}-linked {polyhedra}", f"{sharing[0]}-connected {polyhedra}"]
    return Wordings(_FRAMES_BY_DIMENSIONS[dimensionality], {"linked": linked})
