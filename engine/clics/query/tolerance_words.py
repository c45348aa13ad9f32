"""The tolerance of a symmetry analysis in a query: "Pnma at 0.1 Å", "space group 194 (within 0.05 angstrom)"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from clics.concepts.mentions import Mention

_TOLERANCE = re.compile(
    r"""
        \(? \s* (?:,\s*)?
        (?:
            (?: \b(?:at|within|with|using|for|to|up\s+to|below|under) \s+ (?:an?\s+|the\s+)? )?
            (?: (?:symmetry\s+)?tolerance (?:\s+(?:of|is))? | symprec ) \s* =?\s*
          | \b (?:at|within|with|using|for|to|up\s+to|below|under) \s+
        )
        (?P<value>\d*\.\d+) \s* (?:Å|\N{ANGSTROM SIGN}|A\b|angstr(?:o|ö)ms?\b) \s* \)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
SMALLEST, LARGEST = 1e-4, 0.5
"""Å. Tolerances that are asked for; crystals have no symmetry beyond."""


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
        value = float(match["value"])
        before = [place for place, mention in enumerate(found) if mention.end <= match.start()]
        if not before or not SMALLEST <= value <= LARGEST:
            continue
        place = max(before, key=lambda each: found[each].end)
        mention = found[place]
        end = match.end() - (len(match.group()) - len(match.group().rstrip()))
        found[place] = replace(mention, end=end, spans=(*mention.read, (match.start(), end)), tolerance=value)
    return found
