"""Words for coordination polyhedra: those of the reference shapes, and "seven-coordinate polyhedra" without a shape.

Concepts name a shape by its family: shapes that share a name are one (``JTBPY-5`` and ``TBPY-5`` are trigonal
bipyramids).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clics import data
from clics.concepts import number_words
from clics.descriptions.shapes.reference import ReferenceShape, all_shapes
from clics.results.facts import Shape

_WITHOUT_SHAPE = "-coordinate polyhedra"


@cache
def families() -> dict[str, ReferenceShape]:
    """The shape that stands for each family, by its symbol, by ascending coordination number."""
    return {symbol: shape for symbol, shape in all_shapes().items() if shape.family == symbol}


def family(symbol: str) -> str | None:
    """Symbol of the family of a shape: ``TBPY-5`` for ``JTBPY-5``; None for a symbol that is not known."""
    shape = all_shapes().get(symbol)
    return None if shape is None else shape.family


def family_of(shape: Shape | None) -> str | None:
    """Symbol of the family by which a polyhedron is named; None where it has no ideal shape."""
    return None if shape is None or shape.symbol is None else family(shape.symbol)


def noun(symbol: str) -> str:
    """The noun of a shape: ``"trigonal prism"``; ``"linear group"`` where its name is an adjective."""
    shape = all_shapes()[symbol]
    return shape.plural.removesuffix("s") if shape.plural.startswith(f"{shape.name} ") else shape.name


@cache
def _symbols_by_noun() -> dict[str, str]:
    return {noun(symbol): symbol for symbol in families()}


@cache
def _symbols_by_plural() -> dict[str, str]:
    return {shape.plural: symbol for symbol, shape in families().items()}


def symbol_of_noun(words: str) -> str | None:
    """The inverse of :func:`noun`; None for other words."""
    return _symbols_by_noun().get(words)


def polyhedra(symbol: str | None, coordination_number: int) -> str:
    """Polyhedra in the plural: ``"octahedra"``, or ``"seven-coordinate polyhedra"`` without a shape.

    Args:
        symbol: Symbol of their shape; None: they have no ideal shape.
        coordination_number: Number of their vertices.
    """
    if symbol is not None:
        return all_shapes()[symbol].plural
    return f"{number_words.to_words(coordination_number)}{_WITHOUT_SHAPE}"


def of_polyhedra(words: str) -> tuple[str | None, int] | None:
    """The inverse of :func:`polyhedra`: symbol and coordination number; None for other words."""
    symbol = _symbols_by_plural().get(words)
    if symbol is not None:
        return symbol, all_shapes()[symbol].coordination_number
    number = words.removesuffix(_WITHOUT_SHAPE)
    try:
        return None if number == words else (None, number_words.from_words(number))
    except KeyError:
        return None


def capitalised(words: str) -> str:
    """Words with their first letter in upper case; the others stay."""
    return words[:1].upper() + words[1:]


def of_polyhedra_at_start(words: str) -> tuple[str | None, int] | None:
    """:func:`of_polyhedra` of words that begin a sentence."""
    return of_polyhedra(words) or of_polyhedra(words[:1].lower() + words[1:])


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Words for a shape beside those of the table of shapes.

    Attributes:
        nouns: Nouns in the singular.
        plurals: Nouns in the plural.
        adjectives: Adjectives.
    """

    nouns: tuple[str, ...] = ()
    plurals: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()


@cache
def _synonyms() -> dict[str, Synonyms]:
    rows = data.read_rows("shape_synonyms.tsv")
    return {symbol: Synonyms(*(tuple(filter(None, words.split("; "))) for words in cells)) for symbol, *cells in rows}


def synonyms(symbol: str) -> Synonyms:
    """Further words for a shape, by the symbol of its family."""
    return _synonyms().get(symbol, Synonyms())


@cache
def words_of(symbol: str) -> tuple[str, ...]:
    """All words for a shape in lower case, with hyphens for dashes: nouns, plurals, adjectives; no symbols.

    Args:
        symbol: Symbol of its family.
    """
    shape, more = families()[symbol], synonyms(symbol)
    words = (noun(symbol), shape.name, shape.plural, shape.adjective, *more.nouns, *more.plurals, *more.adjectives)
    return tuple(dict.fromkeys(map(_key, words)))


@cache
def symbols_of(symbol: str) -> tuple[str, ...]:
    """All symbols for a shape: the family's, those of its other members, and IUPAC's.

    Args:
        symbol: Symbol of its family.
    """
    members = [shape for shape in all_shapes().values() if shape.family == symbol]
    of_iupac = [shape.iupac for shape in members if shape.iupac]
    return tuple(dict.fromkeys((symbol, *(shape.symbol for shape in members), *of_iupac)))


@cache
def _symbols_by_word() -> dict[str, str]:
    known = {word: symbol for symbol in families() for word in words_of(symbol)}
    return known | {word: symbol for symbol in families() for word in map(_key, symbols_of(symbol))}


def named(words: str) -> str | None:
    """Symbol of the shape that words name: a noun, plural, adjective, synonym or symbol, in any case.

    Args:
        words: For example ``"Square-antiprismatic"`` or ``"sapr-8"``.

    Returns:
        The symbol of the family; None for other words.
    """
    return _symbols_by_word().get(_key(words))


def _key(words: str) -> str:
    return " ".join(words.casefold().replace("\N{EN DASH}", "-").split())
