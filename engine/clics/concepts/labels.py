"""Phrases, symbols and formulas as people like to read them. The fixed phrases themselves stay as they are."""

from __future__ import annotations

import math
import re

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_OVERBAR = "\N{COMBINING OVERLINE}"
_ENVIRONMENT = re.compile(r"^\[(METAL|NONMETAL|METALLOID)\] is bonded in an? (.+) geometry\.$")
_FORMS = re.compile(r"^This crystal has bondings to form (.+)\.$")
_OWN_KIND = re.compile(r"^(distorted )?(.+) sharing (corner|edge|face)s with \2$")
_GROUP = re.compile(r"^This material crystallizes in (\S+) space group\.$")
_STRUCTURE = re.compile(r"^This material has (.+) crystal structure\.$")


FULL_BAR = 0.8
"""The score that fills a bar; the best phrases of a crystal reach 0.5 to 0.75."""


def bar(score: float) -> float:
    """How much of a bar a score fills; nothing where it is no number."""
    return min(max(score / FULL_BAR, 0.0), 1.0) if math.isfinite(score) else 0.0


def short_phrase(phrase: str) -> str:
    """``"[METAL] is bonded in an octahedral geometry."`` → ``"Metal: octahedral"``; what is not known stays as it is."""
    if found := _ENVIRONMENT.match(phrase):
        return f"{found[1].capitalize()}: {found[2].replace('[REALVAL] degrees', 'by some angle')}"
    if found := _FORMS.match(phrase):
        text = found[1].replace("[POLYHEDRA] ", "").replace("that share", "sharing")
        text = _OWN_KIND.sub(lambda own: f"{own[3]}-sharing {own[1] or ''}{own[2]}", text)
        return text[:1].upper() + text[1:]
    if found := _GROUP.match(phrase):
        return f"Space group {pretty_symbol(found[1])}"
    if found := _STRUCTURE.match(phrase):
        return f"{found[1]} structure"
    return phrase


def pretty_symbol(symbol: str) -> str:
    """Hermann–Mauguin symbol with its screw axes lowered and its bars on top: ``"P4_2/mnm"`` → ``"P4₂/mnm"``."""
    text = re.sub(r"_(\d)", lambda found: found[1].translate(_SUBSCRIPTS), symbol)
    return re.sub(r"-(\d)", lambda found: found[1] + _OVERBAR, text)


def pretty_formula(formula: str) -> str:
    """``"SrTiO3"`` → ``"SrTiO₃"``; numbers with a decimal point stay on the line."""
    return re.sub(r"(?<=[A-Za-z)\]])\d+(?![\d.])", lambda found: found[0].translate(_SUBSCRIPTS), formula)


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """``"1 site"``, ``"2 sites"``."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
