"""Condensed form → words, the same words whatever Python's hash seed."""

from __future__ import annotations

import re
from typing import Any

import inflect
from robocrys import StructureDescriber

_BEGIN, _END = "\x02", "\x03"
_LENGTHS = re.compile(f" {_BEGIN}[^{_END}]*{_END}")
_english = inflect.engine()
_MIXTURE = re.compile(r"(a mixture of (?:distorted )?)((?:corner|edge|face)[a-z, ]*?)(-sharing)")
_ORIENTED = re.compile(r"(oriented in the )(\([^)]*\)(?:,? and \([^)]*\)|, \([^)]*\))+)( directions)")


class SteadyDescriber(StructureDescriber):  # type: ignore[misc]
    """Robocrystallographer's describer; what it lists from sets is put in alphabetical order."""

    def describe(self, condensed_structure: dict[str, Any]) -> str:
        """The description in words: mineral, components, and sites with their bond lengths."""
        return self.describe_both(condensed_structure)[0]

    def describe_both(self, condensed_structure: dict[str, Any]) -> tuple[str, str]:
        """The description with bond lengths, and the one that ``describe_bond_lengths=False`` gives."""
        marked = steady(super().describe(condensed_structure))
        return marked.replace(_BEGIN, "").replace(_END, ""), _LENGTHS.sub("", marked)

    def _get_nearest_neighbor_bond_length_descriptions(self, site_index: int) -> str:
        """The parent's sentences, between marks that :meth:`describe_both` takes out again."""
        lengths: str = super()._get_nearest_neighbor_bond_length_descriptions(site_index)
        return f"{_BEGIN}{lengths}{_END}" if lengths else ""


def steady(text: str) -> str:
    """A robocrystallographer text with what it lists from sets in alphabetical order."""
    return _ORIENTED.sub(_sorted_directions, _MIXTURE.sub(_sorted_connectivities, text))


def _sorted_connectivities(match: re.Match[str]) -> str:
    found = sorted(re.findall("corner|edge|face", match[2]))
    return f"{match[1]}{_english.join(found)}{match[3]}"


def _sorted_directions(match: re.Match[str]) -> str:
    found = sorted(re.findall(r"\([^)]*\)", match[2]))
    return f"{match[1]}{_english.join(found)}{match[3]}"
