"""Rules by which a user corrects the bonds of geometric analysis, for pairs of elements."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from clics.elements import BY_SYMBOL, ISOTOPES
from clics.errors import InputError

LONGEST = 6.0
"""Å. Nothing beyond is a bond."""

_RULE = re.compile(
    r"\s*(?P<first>[A-Z][a-z]?)\s*[-–]\s*(?P<second>[A-Z][a-z]?)\s*[:=]\s*"
    r"(?:(?P<hidden>none|hidden)|(?:(?P<shortest>\d+(?:\.\d*)?|\.\d+)\s*[-–]\s*)?(?P<longest>\d+(?:\.\d*)?|\.\d+)?)\s*(?:Å)?\s*"
)


@dataclass(frozen=True, slots=True)
class BondRule:
    """The rule of one pair of elements.

    Attributes:
        pair: The elements, in alphabetical order.
        shown: False: the pair has no bonds.
        shortest: Shortest bond in Å.
        longest: Longest bond in Å: all pairs of atoms within the range are bonded. None: the bonds of geometric analysis
            that are not shorter than ``shortest``.
    """

    pair: tuple[str, str]
    shown: bool = True
    shortest: float = 0.0
    longest: float | None = None

    def __post_init__(self) -> None:
        for symbol in self.pair:
            if symbol not in BY_SYMBOL and symbol not in ISOTOPES:
                raise _refusal(f"{symbol} is not the symbol of an element")
        first, second = sorted(self.pair)
        object.__setattr__(self, "pair", (first, second))
        name = f"{first}-{second}"
        lengths = [self.shortest] if self.longest is None else [self.shortest, self.longest]
        if not all(math.isfinite(length) and 0 <= length <= LONGEST for length in lengths):
            raise _refusal(f"the lengths of {name} must lie between 0 and {LONGEST:g} Å")
        if self.longest is not None and self.longest <= self.shortest:
            raise _refusal(f"the longest bond of {name} must be longer than the shortest")

    @classmethod
    def parse(cls, text: str) -> BondRule:
        """The rule of a text: ``Ti-O:1.8-2.2``, ``Ti-O:2.2`` (up to), ``Ti-O:1.8-`` (from) or ``Ti-Ti:none``.

        Raises:
            InputError: It is none (kind ``bad-bond-rule``).
        """
        match = _RULE.fullmatch(text)
        if match is None or not (match["hidden"] or match["shortest"] or match["longest"]):
            raise _refusal(f"{text!r} is no such rule")
        pair = match["first"], match["second"]
        if match["hidden"]:
            return cls(pair, shown=False)
        return cls(
            pair,
            shortest=float(match["shortest"] or 0),
            longest=float(match["longest"]) if match["longest"] else None,
        )


@dataclass(frozen=True, slots=True)
class BondRules:
    """Rules of pairs of elements; all other pairs keep the bonds of geometric analysis.

    Attributes:
        rules: At most one for each pair.
    """

    rules: tuple[BondRule, ...] = ()

    def __post_init__(self) -> None:
        pairs = [rule.pair for rule in self.rules]
        for pair in pairs:
            if pairs.count(pair) > 1:
                raise _refusal(f"there are two rules of {'-'.join(pair)}")

    def __bool__(self) -> bool:
        return bool(self.rules)

    @classmethod
    def parse(cls, texts: Iterable[str]) -> BondRules:
        """The rules of several texts, each as :meth:`BondRule.parse` reads it.

        Raises:
            InputError: One is no rule, or two are of one pair (kind ``bad-bond-rule``).
        """
        return cls(tuple(BondRule.parse(text) for text in texts))

    def to_json(self) -> list[dict[str, Any]]:
        """The rules as plain dictionaries; :meth:`from_json` is the inverse."""
        return [asdict(rule) for rule in self.rules]

    @classmethod
    def from_json(cls, data: Iterable[dict[str, Any]]) -> BondRules:
        """The rules of :meth:`to_json`, in which tuples may have become lists."""
        return cls(tuple(BondRule(**{**rule, "pair": tuple(rule["pair"])}) for rule in data))


def _refusal(why: str) -> InputError:
    return InputError(
        f"A rule of bonds reads Ti-O:1.8-2.2 (lengths in Å), Ti-O:2.2 or Ti-Ti:none; {why}.", kind="bad-bond-rule"
    )
