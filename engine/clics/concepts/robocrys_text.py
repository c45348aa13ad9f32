"""Parser of robocrystallographer's texts, for data sets that exist only as text.

A text becomes a :class:`~clics.results.description.Description`, so that :func:`clics.concepts.truth.true_concepts`
alone decides truth. A text does not contain all facts: the atoms of a site are unknown, a likeness is 0.0 (distorted)
or 1.0, and a connection without a count ("corner-sharing") has the count 0 and the bare element as its label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clics.concepts import number_words, phrases
from clics.descriptions.element_classes import element_class
from clics.errors import DescriptionError
from clics.results.description import Connection, Description, Neighbours, Sharing, Site, SpaceGroup
from clics.symmetry import space_groups

TEXT_SYMPREC = 0.01
"""Symprec in Å of the space groups in the shared descriptions, and robocrystallographer's default."""

SENTENCE_END = re.compile(r"(?<=\.)\s+(?=[A-Z(])")

OPENING = re.compile(
    r"^(?P<formula>.+?)(?: is (?P<mineral>.+?) structured and)? crystallizes in (?:the )?"
    r"(?:(?P<system>triclinic|monoclinic|orthorhombic|tetragonal|trigonal|hexagonal|cubic) )?"
    r"(?P<symbol>\S+) space group\.?$"
)
"""The first sentence: formula, mineral name, crystal system, space group."""

_LABEL = r"[A-Z][a-z]?\d*[+-]?(?:\([\d,]+\))?"
_SITE = re.compile(
    rf"(?:^|, )(?P<label>{_LABEL}) is bonded "
    r"(?:in an? (?P<distorted>distorted )?(?P<geometry>.+?) geometry to (?P<bonded>.*?) ?atoms?"
    r"|to (?P<corners>.*?) atoms? to form (?P<form>.+?))\.?$"
)
_SHARING = re.compile(
    r"^(?:a mixture of )?(?P<distorted>distorted )?"
    r"(?P<kinds>(?:corner|edge|face)(?:(?:, | and |, and )(?:corner|edge|face))*)-sharing \S+ (?P<noun>[a-z ]+)$"
)
_CONNECTED = re.compile(r"^(?P<distorted>distorted )?\S+ (?P<noun>[a-z ]+?) that share (?P<clauses>.+)$")
_CLAUSE = re.compile(
    r"(?P<kind>corner|edge|face)(?:s|-?(?:corner|edge|face)) with (?P<count>[a-z -]+?) (?:equivalent )?"
    r"(?P<element>[A-Z][a-z]?)(?P<label>\([\d,]+\))?\S* "
    r"(?P<noun>octahedra|tetrahedra|cuboctahedra|(?:trigonal|square|pentagonal|hexagonal) (?:bi)?pyramid)"
)
_NEIGHBOURS = re.compile(rf"(?P<count>[a-z][a-z -]*?) (?:equivalent )?(?P<label>{_LABEL})(?=,| and |$)")
_DIMENSIONS = {"zero": 0, "one": 1, "two": 2, "three": 3}
_DIMENSIONALITY = re.compile(r"The structure is (zero|one|two|three)-dimensional")


def description_from_text(
    text: str, *, symbol: str | None = None, crystal_system: str | None = None, dimensionality: int | None = None
) -> Description:
    """Parse a text of robocrystallographer (raw format, with or without bond lengths).

    Args:
        text: The text.
        symbol: Symbol of the space group; None: that of the text.
        crystal_system: The crystal system; None: that of the text.
        dimensionality: Dimensionality of the bonded network, 0 to 3; None: that of the text.

    Raises:
        DescriptionError: The first sentence names no space group, or a sentence about a bonded site is in no known form
            (kind ``unreadable-description``).
    """
    sentences = SENTENCE_END.split(text.strip())
    opening = OPENING.match(sentences[0])
    if opening is None:
        raise DescriptionError(
            f"The text does not begin as robocrystallographer's do: {sentences[0][:80]!r}.",
            kind="unreadable-description",
        )
    symbol = symbol or opening["symbol"]
    group = space_groups.by_symbol(symbol) or space_groups.by_spelling(symbol)
    dimensions = _DIMENSIONALITY.search(text)
    return Description(
        formula=opening["formula"],
        space_group=SpaceGroup(
            group.symbol if group else symbol, number=group.number if group else 0, symprec=TEXT_SYMPREC
        ),
        crystal_system=crystal_system or opening["system"] or (group.crystal_system if group else ""),
        dimensionality=dimensionality
        if dimensionality is not None
        else (_DIMENSIONS[dimensions[1]] if dimensions else 3),
        sites=tuple(_sites(sentences[1:])),
        text=text,
        mineral=opening["mineral"],
    )


def _sites(sentences: list[str]) -> Iterator[Site]:
    for sentence in sentences:
        if " is bonded " not in sentence:
            continue
        match = _SITE.search(sentence)
        try:
            site = _read_site(match) if match else None
        except KeyError:  # an unknown element, polyhedron or number word
            site = None
        if site is None:
            raise DescriptionError(
                f"A sentence about a bonded site is in no known form: {sentence[:120]!r}.",
                kind="unreadable-description",
            )
        yield site


def _read_site(match: re.Match[str]) -> Site | None:
    label = match["label"]
    element = _element(label)
    neighbours = tuple(_neighbours(match["bonded"] if match["form"] is None else match["corners"]))
    if match["form"] is None:
        likeness = 0.0 if match["distorted"] else 1.0
        return Site(label, element, element_class(element), (), match["geometry"], likeness, neighbours)
    connected = _CONNECTED.match(match["form"])
    sharing = _SHARING.match(match["form"])
    if connected is not None:
        form, connections = connected, tuple(_clauses(connected["clauses"]))
    elif sharing is not None:
        form, connections = sharing, tuple(_same_kind(sharing, element))
    else:
        return None
    noun = _plural(form["noun"])
    likeness = 0.0 if form["distorted"] else 1.0
    return Site(
        label,
        element,
        element_class(element),
        (),
        phrases.GEOMETRIES[noun],
        likeness,
        neighbours,
        polyhedra=noun,
        connections=connections,
    )


def _neighbours(words: str) -> Iterator[Neighbours]:
    for match in _NEIGHBOURS.finditer(words):
        count = number_words.from_words(match["count"].removeprefix("and ").strip())
        yield Neighbours(_element(match["label"]), match["label"], count)


def _clauses(words: str) -> Iterator[Connection]:
    for match in _CLAUSE.finditer(words):
        label = match["element"] + (match["label"] or "")
        count = number_words.from_words(match["count"])
        yield Connection(_sharing(match["kind"]), _plural(match["noun"]), match["element"], label, count)


def _same_kind(form: re.Match[str], element: str) -> Iterator[Connection]:
    for kind in phrases.SHARINGS:
        if kind in form["kinds"]:
            yield Connection(kind, _plural(form["noun"]), element, element, 0)


def _sharing(word: str) -> Sharing:
    return next(kind for kind in phrases.SHARINGS if kind == word)


def _plural(noun: str) -> str:
    return noun if noun.endswith(("s", "hedra")) else f"{noun}s"


def _element(label: str) -> str:
    match = re.match(r"[A-Z][a-z]?", label)
    assert match is not None, label
    return match.group()
