"""The tolerance of a symmetry analysis in a query: "Pnma at 0.1 Å", "space group 194 (within 0.05 angstrom)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clics.concepts.mentions import Mention

_UNIT = r"(?:Å|\N{ANGSTROM SIGN}|A\b|angstr(?:o|ö)ms?\b)"
_AT = r"\b(?:at|within|with|using|for|to|up\s+to|below|under)\s+(?:an?\s+|the\s+)?"
_NAME = r"(?:(?:symmetry\s+)?tolerance|symprec|tol\b)"
_TOLERANCE = re.compile(
    rf"""
        \(? \s* (?:,\s*)?
        (?:
            (?:{_AT})? {_NAME} (?:\s+(?:of|is))? \s* [=:]?\s* (?P<named>\d*\.\d+) (?:\s*{_UNIT})?
          | (?:{_AT})? (?P<before>\d*\.\d+) \s* (?:{_UNIT}\s*)? {_NAME}
          | {_AT} (?P<value>\d*\.\d+) \s* {_UNIT}
          | \( (?P<bracketed>\d*\.\d+) \s* {_UNIT} (?=\s*\))
        )
        \s* \)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
SMALLEST, LARGEST = 1e-4, 0.5
"""Å. Tolerances that are asked for; crystals have no symmetry beyond."""


def parts_by_tolerance(text: str) -> Iterator[str]:
    """The parts of a text of which each has one tolerance at most, with blanks for the rest of the text.

    Args:
        text: The text.
    """
    ends = [match.end() for match in _TOLERANCE.finditer(text)][:-1]
    for start, end in zip([0, *ends], [*ends, len(text)], strict=True):
        yield " " * start + text[start:end] + " " * (len(text) - end)


def with_tolerance(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Space groups with the tolerance that the text gives for them.

    Args:
        text: The text.
        mentions: Mentions of space groups in it.

    Returns:
        The mentions; those to which a tolerance belongs have it, and its words among those that were read.
    """
    found = list(mentions)
    for match in _TOLERANCE.finditer(text):
        value = float(match["named"] or match["before"] or match["value"] or match["bracketed"])
        before = [place for place, mention in enumerate(found) if mention.end <= match.start()]
        if not before or not SMALLEST <= value <= LARGEST:
            continue
        place = max(before, key=lambda each: found[each].end)
        mention = found[place]
        end = match.end() - (len(match.group()) - len(match.group().rstrip()))
        found[place] = replace(mention, end=end, spans=(*mention.read, (match.start(), end)), tolerance=value)
    return found
