"""Families of space groups that a free text names: crystal systems, lattices, point groups, with or without inversion."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.concepts import phrases, spacegroups
from engine.concepts.concept import Concept
from engine.concepts.mention import Mention, negated
from engine.concepts.spacegroups import SpaceGroupType

_CENTRIC = frozenset({"-1", "2/m", "mmm", "4/m", "4/mmm", "-3", "-3m", "6/m", "6/mmm", "m-3", "m-3m"})
_POLAR = frozenset({"1", "2", "m", "mm2", "4", "4mm", "3", "3m", "6", "6mm"})
_CHIRAL = frozenset({"1", "2", "222", "4", "422", "3", "32", "6", "622", "23", "432"})
_NOT_A_SYSTEM = (
    r"(?!(?:ly)?[\s-]+(?:(?:bi|di)?pyramid|prism|antiprism|plan|coordinat|hole|environment|site|surround|geometr|faces?\b"
    r"|rings?\b"
    r"|eight|six|three|non-?\s*coplanar|cavit|channel|tunnel|order|setting|axes\b))"
)
_NOT_ATOMS = r"(?![\s-]*(?:like|metal|structure|type|surround|coordinat|environment|site|geometr|space|group))"
_LATTICE = (
    r"(?=[\s-]+(?:tetragonal|orthorhombic|monoclinic|(?:cubic\s+)?(?:bravais|lattice|space|crystal|structure"
    r"|[FI][mda]?\b))|,|\s*$)"
)
_CLASS = r"(?:point[\s-]+group|(?:crystal|point|symmetry)[\s-]+class)"


@dataclass(frozen=True, slots=True)
class _Family:
    """Words, and the groups they take; ``about`` the same thing, two families are either ("cubic or hexagonal")."""

    about: str
    words: re.Pattern[str]
    takes: Callable[[SpaceGroupType, re.Match[str]], bool]


def _family(about: str, words: str, takes: Callable[[SpaceGroupType, re.Match[str]], bool]) -> _Family:
    return _Family(about, re.compile(words, re.IGNORECASE), takes)


_OTHER_NAMES = {"isometric": "cubic", "anorthic": "triclinic", "orthorombic": "orthorhombic", "rhombic": "orthorhombic"}

_FAMILIES: tuple[_Family, ...] = (
    _family(
        "system",
        rf"\b(?P<system>triclinic|monoclinic|orthor?hombic|orthorombic|tetragonal|trigonal|hexagonal|cubic|anorthic"
        rf"|isometric)\b{_NOT_A_SYSTEM}",
        lambda group, found: group.crystal_system == _OTHER_NAMES.get(found["system"].lower(), found["system"].lower()),
    ),
    _family("system", r"\bquadratic\b(?=\s+(?:\(|crystal|system|lattice))", lambda g, _: g.crystal_system == "tetragonal"),
    _family("system", rf"\brhombohedral\b{_NOT_A_SYSTEM}|\bR[\s-]*(?:centred|centered"
          rf"|lattice)\b", lambda g, _: g.symbol[0] == "R"),
    _family("system", rf"\bfcc\b{_NOT_ATOMS}", lambda g, _: g.number > 194 and g.symbol[0] == "F"),
    _family("system", rf"\bbcc\b{_NOT_ATOMS}", lambda g, _: g.number > 194 and g.symbol[0] == "I"),
    _family("lattice", rf"\b(?:all[\s-]+)?face[\s-]+cent(?:ere|re)d\b{_LATTICE}|\bF[\s-]*(?:lattice|cent(?:ere"
          rf"|re)d)\b", lambda g, _: g.symbol[0] == "F"),
    _family("lattice", rf"\bbody[\s-]+cent(?:ere|re)d\b{_LATTICE}|\bI[\s-]*(?:lattice|cent(?:ere"
          rf"|re)d)\b", lambda g, _: g.symbol[0] == "I"),
    _family("lattice", r"\b(?:base|side)[\s-]+cent(?:ere|re)d\b|\b[CAB][\s-]*cent(?:ere"
          r"|re)d\b", lambda g, _: g.symbol[0] in "ABC"),
    _family("lattice", r"\b(?:primitive|simple)(?=[\s,]+(?:cubic|tetragonal|orthorhombic|monoclinic|hexagonal|lattice"
          r"|cell))|(?<=,\s)primitive\b",
            lambda g, _: g.symbol[0] == "P"),
    _family("inversion", r"\b(?:non-?\s*centro-?\s*symmetric|a?centric(?<!\bcentric)|(?:without|no|lack(?:s|ing)"
          r"|lacks?\s+an?)\s+(?:an?\s+)?(?:inversion|cent(?:re|er)\s+of\s+(?:symmetry|inversion))(?:\s+cent(?:re|er))?)",
            lambda g, _: g.point_group not in _CENTRIC),
    _family("inversion", r"(?<!non-)(?<!non)\bcentro-?symmetric\b|\b(?:with|having"
          r"|has)\s+(?:an?\s+)?(?:inversion\s+cent(?:re|er)|cent(?:re|er)\s+of\s+(?:symmetry|inversion))",
            lambda g, _: g.point_group in _CENTRIC),
    _family("polar", r"\bpyroelectric\b|\bpolar\b(?=[\s,]+(?:\w+[\s,]+){0,2}(?:space|group|crystal|structure"
          r"|orthorhombic|tetragonal|hexagonal|monoclinic|rhombohedral|trigonal|phase)|\s*$)",
            lambda g, _: g.point_group in _POLAR),
    _family("inversion", r"\bpiezoelectric\b", lambda g, _: g.point_group not in _CENTRIC | {"432"}),
    _family("chiral", r"\b(?:chiral|enantiomorphic|sohncke)\b", lambda g, _: g.point_group in _CHIRAL),
    _family("point group", rf"\b{_CLASS}\s+(?P<point>[-\dm/]+)|(?<!\S)(?P<before>[-\dm/]+)\s+{_CLASS}\b",
            lambda g, found: g.point_group == (found["point"] or found["before"])),
    _family("system", r"\bno\s+symmetry\b(?!\s+(?:found|given|known))", lambda g, _: g.number == 1),
)  # fmt: skip


def family_mentions(text: str) -> Iterator[Mention]:
    """One mention of the space groups that belong to every family named, and one for each family that is denied."""
    members: dict[str, set[int]] = {}
    spans: list[tuple[int, int]] = []
    for family in _FAMILIES:
        for found in family.words.finditer(text):
            numbers = {group.number for group in spacegroups.SPACE_GROUPS if family.takes(group, found)}
            if _is_geometry(text, found) or not numbers:
                continue
            if negated(text, found.start(), found.end()):
                yield _mention(found.start(), found.end(), numbers, denied=True)
                continue
            members[family.about] = members.get(family.about, set()) | numbers
            spans.append(found.span())
    if not spans:
        return
    common = set.intersection(*members.values())
    if common:
        spans.sort()
        end = spans[0][1]
        for start, further in spans[1:]:
            end = max(end, further) if start - end < _APART else end
        yield _mention(spans[0][0], end, common)


_APART = 12
"""Characters between the words of one family that are still shown as one."""


def _is_geometry(text: str, found: re.Match[str]) -> bool:
    """Whether "cubic" belongs to "body-centred cubic metal", which is the surroundings of an atom."""
    return (
        found.group().lower() == "cubic"
        and re.search(r"body[\s-]+cent(?:ere|re)d[\s-]*$", text[: found.start()], re.IGNORECASE) is not None
        and (re.match(r"\s+(?:bravais|lattice|space|crystal|structure)", text[found.end() :], re.IGNORECASE) is None)
    )


def _mention(start: int, end: int, numbers: set[int], *, denied: bool = False) -> Mention:
    return Mention(start, end, tuple(concept_of(spacegroups.by_number(n)) for n in sorted(numbers)), denied=denied)


def concept_of(group: SpaceGroupType) -> Concept:
    """The concept of a space group."""
    return Concept("space_group", phrases.space_group(group.symbol))
