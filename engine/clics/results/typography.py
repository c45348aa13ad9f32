"""Symbols and formulas in the typography of print: subscripts and overbars.

Tables, reports and windows show symbols so to people; data (JSON, CSV, data frames) and phrases of models have the plain
spelling, ``"P4_2/mnm"``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_OVERBAR = "\N{COMBINING OVERLINE}"


def pretty_symbol(symbol: str) -> str:
    """Hermann–Mauguin symbol with subscripts for screw axes and overbars: ``"P4_2/mnm"`` → ``"P4₂/mnm"``."""
    text = re.sub(r"_(\d)", lambda match: match[1].translate(_SUBSCRIPTS), symbol)
    return re.sub(r"-(\d)", lambda match: match[1] + _OVERBAR, text)


def pretty_formula(formula: str) -> str:
    """Formula with subscripts: ``"SrTiO3"`` → ``"SrTiO₃"``; numbers with a decimal point are not changed."""
    return re.sub(r"(?<=[A-Za-z)\]])\d+(?![\d.])", lambda match: match[0].translate(_SUBSCRIPTS), formula)


def with_pretty_symbols(text: str, symbols: Iterable[str]) -> str:
    """A text with these Hermann–Mauguin symbols as :func:`pretty_symbol` writes them."""
    for symbol in {symbol for symbol in symbols if pretty_symbol(symbol) != symbol}:
        text = re.sub(rf"(?<!\w){re.escape(symbol)}(?!\w)", pretty_symbol(symbol), text)
    return text


def width_of(text: str) -> int:
    """Number of columns that a text fills in a terminal: a combining overbar fills none."""
    return sum(not unicodedata.combining(letter) for letter in text)
