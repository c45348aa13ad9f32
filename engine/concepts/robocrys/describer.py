"""Condensed form → words, the same words whatever Python's hash seed."""

from __future__ import annotations

import re
from typing import Any

import inflect
from robocrys import StructureDescriber

_english = inflect.engine()
_MIXTURE = re.compile(r"(a mixture of (?:distorted )?)((?:corner|edge|face)[a-z, ]*?)(-sharing)")
_ORIENTED = re.compile(r"(oriented in the )(\([^)]*\)(?:,? and \([^)]*\)|, \([^)]*\))+)( directions)")


class SteadyDescriber(StructureDescriber):  # type: ignore[misc]
    """Robocrystallographer's describer; what it lists from sets is put in alphabetical order."""

    def describe(self, condensed_structure: dict[str, Any]) -> str:
        """The description in words, mineral, components and sites."""
        text: str = super().describe(condensed_structure)
        return _ORIENTED.sub(_sorted_directions, _MIXTURE.sub(_sorted_connectivities, text))


def _sorted_connectivities(match: re.Match[str]) -> str:
    found = sorted(re.findall("corner|edge|face", match[2]))
    return f"{match[1]}{_english.join(found)}{match[3]}"


def _sorted_directions(match: re.Match[str]) -> str:
    found = sorted(re.findall(r"\([^)]*\)", match[2]))
    return f"{match[1]}{_english.join(found)}{match[3]}"
