"""Families of space groups in a query: crystal systems, lattices, point groups; polar, chiral and centric groups."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from clics.concepts.kinds.space_group import SpaceGroupConcept
from clics.concepts.mentions import Mention, is_negated
from clics.symmetry import point_groups, space_groups
from clics.symmetry.space_groups import SpaceGroupType

_CENTRIC = frozenset({"-1", "2/m", "mmm", "4/m", "4/mmm", "-3", "-3m", "6/m", "6/mmm", "m-3", "m-3m"})
"""Point groups with an inversion centre."""
_POLAR = frozenset({"1", "2", "m", "mm2", "4", "4mm", "3", "3m", "6", "6mm"})
"""Point groups with a polar axis."""
_CHIRAL = frozenset({"1", "2", "222", "4", "422", "3", "32", "6", "622", "23", "432"})
"""Point groups of proper rotations alone."""
_NOT_A_SYSTEM = r"""
    (?!
        (?:ly)? [\s-]+
        (?:
            (?:bi|di)?pyramid | prism | antiprism | plan | coordinat | hole | environment | site | surround
            | geometr | faces?\b | rings?\b | eight | six | three | non-?\s*coplanar | cavit | channel
            | tunnel | order | setting | axes\b | dodecahed | clos | pack | array | arrangement | nets?\b
            | layer | sheet | pattern | form\b | window | void | cage | tungsten | bronze | habit | tabular
            | cleavage | plate | tube | bipyr | dense | met(?:re|er)s?\b | anvil | interst | fashion
            | \S+\s+ (?:(?:bi|di)?pyramid|(?:anti)?prism)
        )
    )
"""
"""Words after the name of a crystal system that make it a geometry, a habit or a packing: "hexagonal planar"."""
_NOT_ATOMS = r"""
    (?!
        [\s-]*
        (?:
            like | metal | structure | type | surround | coordinat | environment | site | geometr | space
            | group | an-?ion | cat-?ion | oxide | oxygen | sublattice | framework | pack | array
            | arrangement | stack
        )
    )
"""
"""Words after "fcc" or "bcc" that make it an arrangement of atoms."""
_LATTICE = r"""
    (?=
          [\s-]+
          (?:
              tetragonal | orthorhombic | monoclinic
              | (?:cubic\s+)? (?:bravais|lattice|space|crystal|structure|[FI][mda]?\b)
          )
        | , | \s*$
    )
"""
"""Words after "face-centred" that make it a Bravais lattice."""
_CLASS = r"""
    (?:
          point[\s-]+ (?:symmetry[\s-]+)? groups?
        | (?:crystal|point|symmetry) [\s-]+ class (?:es)?
        | H-?M[\s-]+symbol | point[\s-]+symmetry
    )
"""
"""Names of a point group."""
_NO_INVERSION = r"""
    (?:an?\s+|the\s+|any\s+)?
    (?:
          inversion (?:[\s-]+(?:cent(?:re|er)|symmetry))?
        | (?:symmetry|cent(?:re|er)\s+of) \s+ (?:symmetry|inversion|cent(?:re|er))
    )
"""
"""Names of the inversion centre, for texts that exclude it."""
_PEARSON = {"a": (1, 2), "m": (3, 15), "o": (16, 74), "t": (75, 142), "h": (143, 194), "c": (195, 230)}
"""First and last space group of each crystal family, by the first letter of its Pearson symbols."""


@dataclass(frozen=True, slots=True)
class _Family:
    """A family of space groups.

    Attributes:
        about: The property that defines it; two families of one property are alternatives ("cubic or hexagonal").
        words: Its names in a text.
        takes: True for the space groups of the family, given the match of its name.
    """

    about: str
    words: re.Pattern[str]
    takes: Callable[[SpaceGroupType, re.Match[str]], bool]


def _family(about: str, words: str, takes: Callable[[SpaceGroupType, re.Match[str]], bool]) -> _Family:
    return _Family(about, re.compile(words, re.IGNORECASE | re.VERBOSE), takes)


_OTHER_NAMES = {"isometric": "cubic", "anorthic": "triclinic", "orthorombic": "orthorhombic", "rhombic": "orthorhombic"}

_FAMILIES: tuple[_Family, ...] = (
    _family(
        "system",
        rf"""
            (?<!pseudo) (?<!pseudo-) \b
            (?P<system>
                triclinic | monoclinic | orthor?hombic | orthorombic | tetragonal | trigonal | hexagonal
                | cubic | anorthic | isometric
            )
            \b {_NOT_A_SYSTEM}
        """,
        lambda group, match: group.crystal_system == _OTHER_NAMES.get(match["system"].lower(), match["system"].lower()),
    ),
    _family(
        "system", r"\bquadratic\b(?=\s+(?:\(|crystal|system|lattice))", lambda g, _: g.crystal_system == "tetragonal"
    ),
    _family(
        "system",
        rf"""
            \brhombohedral\b{_NOT_A_SYSTEM}
            | \bR[\s-]* (?:centred|centered|lattice) \b
        """,
        lambda g, _: g.symbol[0] == "R",
    ),
    _family("system", r"\bhexagonal\s+(?:crystal\s+)?family\b", lambda g, _: 143 <= g.number <= 194),
    _family("system", r"\bhexagonal\s+lattice\s+system\b", lambda g, _: 143 <= g.number <= 194 and g.symbol[0] == "P"),
    _family("system", rf"\bbct\b{_NOT_ATOMS}", lambda g, _: g.crystal_system == "tetragonal" and g.symbol[0] == "I"),
    _family(
        "system",
        r"""
              (?<!\w) (?-i:(?P<family>[aomthc])(?P<centring>[PSABCFIR])) (?=\d{1,4}\b)
            | \b (?:Bravais|lattice) \s+ (?:lattice\s+)? (?:type\s+|symbol\s+)? :?\s*
              (?-i:(?P<letter>[aomthc])(?P<type>[PSABCFIR])) \b
        """,
        lambda g, match: _has_pearson(g, match["family"] or match["letter"], match["centring"] or match["type"]),
    ),
    _family("system", rf"\bfcc\b{_NOT_ATOMS}", lambda g, _: g.number > 194 and g.symbol[0] == "F"),
    _family("system", rf"\bbcc\b{_NOT_ATOMS}", lambda g, _: g.number > 194 and g.symbol[0] == "I"),
    _family(
        "lattice",
        rf"""
              \b (?:all[\s-]+)? face[\s-]+ cent (?:ere|re) d\b {_LATTICE}
            | (?<=cubic\s) face[\s-]+ cent (?:ere|re) d\b
            | \bF[\s-]* (?:lattice|cent(?:ere|re)d) \b
        """,
        lambda g, _: g.symbol[0] == "F",
    ),
    _family(
        "lattice",
        rf"""
              \bbody[\s-]+ cent (?:ere|re) d\b {_LATTICE}
            | \bI[\s-]* (?:lattice|cent(?:ere|re)d) \b
        """,
        lambda g, _: g.symbol[0] == "I",
    ),
    _family(
        "lattice",
        r"""
              \b (?:base|side) [\s-]+ cent (?:ere|re) d\b
            | \b[CAB][\s-]*cent(?:ere|re)d\b
        """,
        lambda g, _: g.symbol[0] in "ABC",
    ),
    _family(
        "lattice",
        r"""
              \b (?:primitive|simple)
              (?=[\s,]+(?:cubic|tetragonal|orthorhombic|monoclinic|hexagonal|lattice|cell))
            | (?<=,\s)primitive\b
        """,
        lambda g, _: g.symbol[0] == "P",
    ),
    _family(
        "inversion",
        rf"""
            \b
            (?:
                non-?\s*centro-?\s*symmetric | a?centric(?<!\bcentric)
                | (?:
                      without | no | lack(?:s|ing) | lacks?\s+an? | lack\s+of | absence\s+of | absent
                      | break(?:s|ing) | broken
                  )
                  \s+ {_NO_INVERSION}
                | {_NO_INVERSION} \s+ (?:is\s+)? (?:broken|absent|missing|breaking)
                | (?-i:\bNCS\b)
            )
        """,
        lambda g, _: g.point_group not in _CENTRIC,
    ),
    _family(
        "inversion",
        r"""
              (?<!non-) (?<!non) \bcentro-?symmetric\b
            | \b (?:with|having|has|contain(?:s|ing)|preserv(?:es|ing)) \s+ (?:an?\s+)?
              (?:inversion\s+(?:cent(?:re|er)|symmetry)|cent(?:re|er)\s+of\s+(?:symmetry|inversion))
        """,
        lambda g, _: g.point_group in _CENTRIC,
    ),
    _family(
        "polar",
        r"""
            \bpyroelectric(?:ity|s)?\b
            | (?<!anti) (?<!anti-) \bferroelectric (?:ity|s)? \b (?=\s+(?:crystals?|crystal\s+class\w*|space|point|class\w*)\b)
            | \bunique\s+polar\s+axis\b
            | \bpolar\b
              (?=
                    [\s,]+ (?:\w+[\s,]+){0,2}
                    (?:
                        space | point | group | crystal | structure | class(?:es)? | orthorhombic
                        | tetragonal | hexagonal | monoclinic | rhombohedral | trigonal | phase
                    )
                  | \s*(?:$|,|with\b)
              )
        """,
        lambda g, _: g.point_group in _POLAR,
    ),
    _family("inversion", r"\bpiezoelectric(?:ity|s)?\b", lambda g, _: g.point_group not in _CENTRIC | {"432"}),
    _family(
        "chiral",
        r"""
            \b
            (?:
                  chiral (?!\s+(?:molecul|ligand|amine|organic|edge|fermion|phonon))
                | enantiomorph\w* | sohncke
            )
            \b
        """,
        lambda g, _: g.point_group in _CHIRAL,
    ),
    _family(
        "symmorphic", r"\b(?P<non>non-?\s*)?symmorphic\b", lambda g, match: _is_symmorphic(g) == (match["non"] is None)
    ),
    _family(
        "point group",
        rf"""
              \b (?:{_CLASS}|(?<!-)\bclass(?:es)?) \W*?\s* [:=]?\s* (?P<point>{point_groups.SYMBOL})
              (?![\w-])
            | (?<![\w-]) (?P<before>{point_groups.SYMBOL}) \)?\s+ {_CLASS} \b
        """,
        lambda g, match: g.point_group == point_groups.by_symbol(match["point"] or match["before"]),
    ),
    _family(
        "point group",
        rf"""
              \b {_CLASS} \W*?\s* (?P<point>{point_groups.SCHOENFLIES}) (?![\w^-])
            | (?<![\w-]) (?P<before>{point_groups.SCHOENFLIES}) \s+ {_CLASS} \b
            | (?<![\w-]) (?P<with>{point_groups.SCHOENFLIES}) \s* \( (?={point_groups.SYMBOL}\))
        """,
        lambda g, match: (
            g.point_group == point_groups.by_schoenflies(match["point"] or match["before"] or match["with"])
        ),
    ),
    _family("point group", point_groups.NAME.pattern, lambda g, match: g.point_group == point_groups.named(match)),
    _family("system", r"\bno\s+symmetry\b(?!\s+(?:found|given|known))", lambda g, _: g.number == 1),
)


def _has_pearson(group: SpaceGroupType, family: str, centring: str) -> bool:
    """True if a space group has the crystal family and centring of a Pearson symbol; S is any one-face centring."""
    first, last = _PEARSON[family]
    return first <= group.number <= last and group.symbol[0] in ("ABC" if centring == "S" else centring)


def _is_symmorphic(group: SpaceGroupType) -> bool:
    """True if the symbol of a space group has neither screw axes nor glide planes."""
    return re.search(r"[_abcden]", group.symbol[1:]) is None


def family_mentions(text: str) -> Iterator[Mention]:
    """Find the families of space groups that a text names.

    Args:
        text: A text as typed, with blanks for the parts that have been read.

    Yields:
        One mention of the space groups that belong to all families named, and one for each family that is negated,
        with spans in ``text``.
    """
    members: dict[str, set[int]] = {}
    spans: list[tuple[int, int]] = []
    for family in _FAMILIES:
        for match in family.words.finditer(text):
            numbers = {group.number for group in space_groups.SPACE_GROUPS if family.takes(group, match)}
            if _is_geometry(text, match) or not numbers:
                continue
            if is_negated(text, match.start(), match.end()):
                yield _mention(match.start(), match.end(), numbers, negated=True)
                continue
            members[family.about] = members.get(family.about, set()) | numbers
            spans.append(match.span())
    if not spans:
        return
    common = set.intersection(*members.values())
    if common:
        spans.sort()
        end = spans[0][1]
        for start, further in spans[1:]:
            end = max(end, further) if start - end < _APART else end
        yield replace(_mention(spans[0][0], end, common), spans=tuple(spans))


_APART = 12
"""Characters between the names of two families that are still shown as one span."""


def _is_geometry(text: str, match: re.Match[str]) -> bool:
    """True if "cubic" belongs to "body-centred cubic metal", which is a local environment."""
    return (
        match.group().lower() == "cubic"
        and re.search(r"body[\s-]+cent(?:ere|re)d[\s-]*$", text[: match.start()], re.IGNORECASE) is not None
        and (re.match(r"\s+(?:bravais|lattice|space|crystal|structure)", text[match.end() :], re.IGNORECASE) is None)
    )


def _mention(start: int, end: int, numbers: set[int], *, negated: bool = False) -> Mention:
    return Mention(start, end, tuple(map(SpaceGroupConcept.of_number, sorted(numbers))), negated=negated)
