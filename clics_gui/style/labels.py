"""Labels of phrases, symbols, formulas and scores: the engine's own, which its reports use too."""

from __future__ import annotations

import re

from clics.results import bar, counted, pretty_formula, pretty_symbol, short_phrase

__all__ = ["bar", "counted", "plain_phrase", "pretty_formula", "pretty_symbol", "short_phrase", "split_class"]

_OF_CLASS = re.compile("(Metal|Nonmetal|Metalloid): (.+)")


def plain_phrase(phrase: str) -> str:
    """A phrase of the model in plain words: ``"octahedral metal"``, ``"trigonal prism around a metal"``."""
    geometry, element_class = split_class(phrase)
    if not element_class:
        return geometry
    return f"{geometry} {element_class}" if "is bonded in" in phrase else f"{geometry} around a {element_class}"


def split_class(phrase: str) -> tuple[str, str]:
    """The label of a phrase without its element class, and the class; empty where the phrase has none."""
    label = short_phrase(phrase)
    match = _OF_CLASS.fullmatch(label)
    return (label, "") if match is None else (match[2], match[1].lower())
