"""Symbols and formulas in the typography of print: subscripts and overbars."""

from __future__ import annotations

import re

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_OVERBAR = "\N{COMBINING OVERLINE}"


def pretty_symbol(symbol: str) -> str:
    """Hermann–Mauguin symbol with subscripts for screw axes and overbars: ``"P4_2/mnm"`` → ``"P4₂/mnm"``."""
    text = re.sub(r"_(\d)", lambda match: match[1].translate(_SUBSCRIPTS), symbol)
    return re.sub(r"-(\d)", lambda match: match[1] + _OVERBAR, text)


def pretty_formula(formula: str) -> str:
    """Formula with subscripts: ``"SrTiO3"`` → ``"SrTiO₃"``; numbers with a decimal point are not changed."""
    return re.sub(r"(?<=[A-Za-z)\]])\d+(?![\d.])", lambda match: match[0].translate(_SUBSCRIPTS), formula)
