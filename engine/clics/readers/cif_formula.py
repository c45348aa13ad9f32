"""The sum formula that a CIF states, compared with the atoms that were read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clics.crystals.atom_symbols import SYMBOLS

if TYPE_CHECKING:
    from clics.readers.cif_values import Values

_TOKEN = re.compile(r"([A-Z][a-z]?)\s*(\d*\.?\d*)(?:\(\d+\))?")
_BRACKETS = re.compile(r"\(([^()]*)\)\s*(\d+\.?\d*)?")
_TOLERANCE = 0.02
_TAG = "_chemical_formula_sum"


@dataclass(frozen=True, slots=True)
class Formula:
    """A sum formula.

    Attributes:
        tag: Where the file states it.
        text: As the file has it.
        counts: Atoms of each element in the formula unit.
        errors: Half the last printed digit of each count.
    """

    tag: str
    text: str
    counts: dict[str, float]
    errors: dict[str, float]

    def ratios(self, counted: dict[str, float]) -> list[float]:
        """Atoms in the cell over atoms in the formula, for every element of the formula."""
        return [counted.get(element, 0.0) / count for element, count in self.counts.items()]

    def units(self, counted: dict[str, float]) -> float:
        """Formula units in the cell; hydrogen, which X-rays often do not see, counts only where nothing else is."""
        heavy = [counted.get(e, 0.0) / n for e, n in self.counts.items() if e != "H"] or self.ratios(counted)
        return sorted(heavy)[len(heavy) // 2]

    def agrees(self, counted: dict[str, float]) -> bool:
        """True where the atoms of the cell are a multiple of the formula, to within its printed digits."""
        return self._deviates(counted) == set()

    def lacks_hydrogen(self, counted: dict[str, float]) -> bool:
        """True where nothing but hydrogen is missing from the atoms."""
        units = self.units(counted)
        return self._deviates(counted) == {"H"} and counted.get("H", 0.0) < self.counts.get("H", 0.0) * units

    def absent(self, counted: dict[str, float]) -> list[str]:
        """Elements but hydrogen of which there is no atom, where there is none that the formula does not have."""
        if any(element not in self.counts for element in counted):
            return []
        return sorted(element for element in self.counts if element != "H" and not counted.get(element))

    def _deviates(self, counted: dict[str, float]) -> set[str]:
        units = self.units(counted)
        if units <= 0:
            return set(self.counts) | set(counted)
        wrong = {element for element in counted if element not in self.counts}
        for element, count in self.counts.items():
            allowed = max(_TOLERANCE * count, self.errors[element] * 1.01) * units
            if abs(counted.get(element, 0.0) - count * units) > allowed:
                wrong.add(element)
        return wrong


def stated_formula(values: Values) -> Formula | None:
    """The sum formula of a block, None where there is none or it is not plainly one (``'C H x'``)."""
    return parse_formula(values.text(_TAG), _TAG)


def unknown_elements(values: Values) -> list[str]:
    """Symbols in a plain sum formula (``'Xx2 Ti1'``) that are of no element."""
    plain = values.text(_TAG).strip().strip("'\"")
    words = re.split(r"[,\s]+", plain)
    if len(words) < 2 or not all(re.fullmatch(r"[A-Z][a-z]?\d*\.?\d*(?:\(\d+\))?", word) for word in words):
        return []  # no formula of words: a name, or letters for unknown amounts
    symbols = [re.match(r"[A-Z][a-z]?", word)[0] for word in words]  # type: ignore[index]
    return sorted({symbol for symbol in symbols if symbol not in SYMBOLS and symbol not in ("D", "T")})


def parse_formula(text: str, tag: str = _TAG) -> Formula | None:
    """A sum formula such as ``'H2 Mg O2'`` or ``'Fe2O3'``; None for anything else. Isotopes of hydrogen count as H."""
    plain = re.sub(r"[,~]|(?<=\d)\s*\(\d+\)", " ", text.strip().strip("'\"")).strip()
    if "(" in plain:
        plain = _without_brackets(plain)
    if not plain or _TOKEN.sub("", plain).strip():
        return None
    counts: dict[str, float] = {}
    errors: dict[str, float] = {}
    for symbol, count in _TOKEN.findall(plain):
        symbol = "H" if symbol in ("D", "T") else symbol
        if symbol not in SYMBOLS or count == ".":
            return None
        counts[symbol] = counts.get(symbol, 0.0) + (float(count) if count else 1.0)
        decimals = len(count.partition(".")[2])
        errors[symbol] = errors.get(symbol, 0.0) + (0.5 * 10.0**-decimals if decimals else 0.0)
    counts = {symbol: count for symbol, count in counts.items() if count > 0}
    return Formula(tag, text, counts, errors) if counts else None


def _without_brackets(text: str) -> str:
    """``Mg O2 H2`` of ``Mg (O H)2``; "" for what is no formula."""
    while match := _BRACKETS.search(text):
        factor = float(match[2] or 1)
        inner = [f"{symbol}{(float(count) if count else 1.0) * factor:g}" for symbol, count in _TOKEN.findall(match[1])]
        if _TOKEN.sub("", match[1]).strip():
            return ""
        text = f"{text[: match.start()]} {' '.join(inner)} {text[match.end() :]}"
    return text
