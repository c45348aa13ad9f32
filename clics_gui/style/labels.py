"""Phrases, symbols, formulas and scores as people like to read them; the engine's own wording, which its reports use too."""

from __future__ import annotations

from clics.results import bar, counted, pretty_formula, pretty_symbol, short_phrase

__all__ = ["bar", "counted", "pretty_formula", "pretty_symbol", "short_phrase"]
