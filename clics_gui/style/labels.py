"""Labels of phrases, symbols, formulas and scores: the engine's own, which its reports use too."""

from __future__ import annotations

from clics.results import bar, counted, pretty_formula, pretty_symbol, short_phrase

__all__ = ["bar", "counted", "pretty_formula", "pretty_symbol", "short_phrase"]
