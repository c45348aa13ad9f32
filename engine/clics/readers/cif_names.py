"""Names of minerals and compounds in a CIF, against the crystal that was read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from clics.data import read_rows
from clics.elements import BY_SYMBOL
from clics.readers.cif_groups import group_of, symmetry_number
from clics.results.check import Statement

if TYPE_CHECKING:
    from clics.readers.cif_build import Built
    from clics.readers.cif_values import Values

_MINERALS = ("_chemical_name_mineral", "_amcsd_mineral_name")
_COMPOUNDS = ("_chemical_name_systematic", "_chemical_name_common")
_FORM = re.compile(r"\b(?:alpha|beta|low|high|syn|synthetic|natural)\b|[αβ]|[^a-z ]")
_COUNTING = re.compile(r"^(?:mono|di|tri|tetra|penta|hexa|hepta|octa|bis|tris|sesqui)(?=.{4})")
_UNSAID = re.compile(
    r"\b(?:type|like|structure|analog(?:ue)?|doped|free|poor|solution|pseudo\w*|anti\w*)\b|-type|-free"
)
"""Words by which a name tells something else than its elements."""
_TOLERANCES = (0.01, 0.1)  # Å; calculated and measured crystals, rounded ones


def name_statements(values: Values, built: Built) -> Iterator[Statement]:
    """Elements and space groups of named minerals, elements that names of compounds name."""
    present = {str(element) for element in built.composition}
    formula = str(built.composition.reduced_formula)
    for tag in _MINERALS:
        text = values.text(tag)
        row = _minerals().get(" ".join(_FORM.sub(" ", text.lower()).split()))
        if row is None:
            continue
        elements, groups = row
        number, name = group_of(built.operations)
        fits = number in groups or any(
            symmetry_number(built.structure, tolerance) in groups for tolerance in _TOLERANCES
        )
        known = f"space group {' or '.join(map(str, sorted(groups)))}, with {', '.join(sorted(elements))}"
        yield Statement("mineral", tag, f"'{text[:40]}' ({known})", f"{formula}, {name}",
                        fits and elements <= present)  # fmt: skip
    for tag in _COMPOUNDS:
        text = values.text(tag)
        named = set() if _UNSAID.search(text.lower()) else _elements(text)
        if named:
            yield Statement(
                "name", tag, f"'{text[:60]}' ({', '.join(sorted(named))})", formula, named - {"H"} <= present
            )


@lru_cache(maxsize=1)
def _minerals() -> dict[str, tuple[frozenset[str], frozenset[int]]]:
    """Elements that a mineral always has, and the numbers of its space groups."""
    rows = read_rows("minerals.tsv")
    return {name: (frozenset(elements.split()), frozenset(map(int, groups.split()))) for name, elements, groups in rows}


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    """The elements of a word: of the name of an element, of an anion or oxoanion."""
    words = {name: frozenset({symbol}) for symbol, element in BY_SYMBOL.items() for name in element.names}
    for names, symbols in (row for row in read_rows("compound_names.tsv") if len(row) == 2 and "|" not in row[1]):
        if set(symbols.split(",")) <= set(BY_SYMBOL):
            words |= dict.fromkeys(names.split(), frozenset(symbols.split(",")))
    del words["ferrite"]  # also iron with little carbon
    return words


def _elements(text: str) -> set[str]:
    """The elements that the words of a name name: Na and Cl of ``disodium dichloride``."""
    named: set[str] = set()
    for word in re.findall(r"[a-z]{3,}", text.lower()):
        named |= _words().get(word) or _words().get(_COUNTING.sub("", word)) or frozenset()
    return named
