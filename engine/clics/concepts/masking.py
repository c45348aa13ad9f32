"""Masking of robocrystallographer's sentences, as in the paper: no elements, formulas or measured values remain.

The first of :data:`SENTENCE_RULES` that matches a sentence keeps it or leaves it out; all :data:`WORD_RULES` are
applied, in order, to the words of a sentence that is kept. Source: section 2 and "Example texts …" of the supplement
of the CLICS paper (Ozawa et al. 2024).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from clics.concepts import number_words, phrases
from clics.descriptions.element_classes import ELEMENT_CLASSES

SentenceKind = Literal["space_group", "structure_type", "environment", "connection"]


@dataclass(frozen=True, slots=True)
class SentenceRule:
    """A rule for whole sentences.

    Attributes:
        name: Description of the sentences.
        pattern: A pattern that occurs in them.
        kind: Their kind (an ``opening`` is split in two); None: they are left out.
    """

    name: str
    pattern: re.Pattern[str]
    kind: Literal["opening", "environment", "connection"] | None


@dataclass(frozen=True, slots=True)
class WordRule:
    """A rule for the words of a sentence.

    Attributes:
        name: Description of the words.
        pattern: A pattern of the words.
        replacement: A template for :meth:`re.Match.expand`, or a function of the match.
    """

    name: str
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]


SENTENCE_RULES: tuple[SentenceRule, ...] = (
    SentenceRule(
        "space group, and mineral name if there is one", re.compile(r" crystallizes in .* space group"), "opening"
    ),
    SentenceRule("local environment", re.compile(r" (?:is|are) bonded in .* geometry"), "environment"),
    SentenceRule("connected polyhedra", re.compile(r" (?:is|are) bonded to .* to form "), "connection"),
    SentenceRule("bond lengths and distances", re.compile(r"bond (?:lengths?|distances?)"), None),
    SentenceRule("tilts and angles", re.compile(r"corner-sharing octahedra(?:l tilt| are not tilted)"), None),
    SentenceRule("count of inequivalent sites", re.compile(r"[Tt]here (?:are|is) .* inequivalent "), None),
    SentenceRule("make-up and dimensionality", re.compile(r"^The structure (?:is|consists)"), None),
)
"""Rules for sentences, first match first. Other sentences are left out: they might contain a composition or a value."""


_ELEMENT = "(?:" + "|".join(sorted(ELEMENT_CLASSES, key=len, reverse=True)) + ")"
_OXIDATION_STATE = r"\d*(?:\.\d+)?[+-]"
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_GROUP = rf"(?:{_ELEMENT}|\((?:{_ELEMENT}\d*)+\))\d*"
_START, _END = r"(?<![\w\[(])", r"(?![\w\])(])"


def _plain_subscripts(match: re.Match[str]) -> str:
    return match.group().translate(_SUBSCRIPTS)


def _in_order(match: re.Match[str]) -> str:
    kinds = [kind for kind in phrases.SHARINGS if kind in match.group()]
    return f"{phrases.join(kinds)}-sharing"


def _class_mask(match: re.Match[str]) -> str:
    return f"[{ELEMENT_CLASSES[match['element']]}]"


def _component_mask(match: re.Match[str]) -> str:
    element_class = ELEMENT_CLASSES.get(match["component"])
    return f"[{element_class}]" if element_class else phrases.POLYHEDRA


def _number_words(match: re.Match[str]) -> str:
    return number_words.to_words(int(match.group()))


WORD_RULES: tuple[WordRule, ...] = (
    WordRule("subscript digits are digits", re.compile("[₀-₉]+"), _plain_subscripts),
    WordRule("superscripts are oxidation states: out", re.compile("[⁰¹²³⁴-⁹⁺⁻]+"), ""),
    WordRule("oxidation states: out", re.compile(rf"{_START}({_ELEMENT}){_OXIDATION_STATE}(?=[\s(,.])"), r"\1"),
    WordRule("lists whose items hold commas are joined by semicolons: commas", re.compile(";"), ","),
    WordRule("one blank between words", re.compile(r"\s+"), " "),
    WordRule("shared once: edgeedge", re.compile(r"\b(corner|edge|face)-?\1\b"), r"\1-\1"),
    WordRule(
        "ways of sharing in one order (robocrystallographer takes them from a set)",
        re.compile(r"\b(?:corner|edge|face)(?:(?:, | and |, and )(?:corner|edge|face))+-sharing"),
        _in_order,
    ),
    WordRule(
        "names of components: In each NH4 cluster",
        re.compile(r"(?<= )(?P<component>\S+)(?= (?:cluster|ribbon|sheet|framework|molecule)s?,)"),
        _component_mask,
    ),
    WordRule(
        "coordinations, TiO6 and Ti(1)O6",
        re.compile(rf"{_START}(?:{_ELEMENT}\([\d,]+\)(?:{_GROUP})+|(?!{_ELEMENT}{_END})(?:{_GROUP})+){_END}"),
        phrases.POLYHEDRA,
    ),
    WordRule(
        "element symbols, with or without their symmetry label",
        re.compile(rf"{_START}(?!In (?:the|each|\w+ of the) )(?P<element>{_ELEMENT})(?:\([\d,]+\)|{_END}(?!-shaped))"),
        _class_mask,
    ),
    WordRule("angles of bent geometries", re.compile(r"\d+(?:\.\d+)? degrees"), f"{phrases.REAL} degrees"),
    WordRule("real numbers", re.compile(r"\d+\.\d+"), phrases.REAL),
    WordRule("letters apart from digits: q6", re.compile(r"(?<=[a-z])(?=\d)"), " "),
    WordRule("integers in words", re.compile(r"\d+"), _number_words),
    WordRule("hyphens opened, but for edge-edge", re.compile(r"(?<=\w)-(?!(?:corner|edge|face) with)(?=\w)"), " "),
)


def rule_of(sentence: str) -> SentenceRule | None:
    """The first sentence rule that matches a sentence, or None."""
    return next((rule for rule in SENTENCE_RULES if rule.pattern.search(sentence)), None)


def mask(sentence: str) -> str:
    """Mask the elements, formulas and numbers of a sentence about a site.

    Args:
        sentence: A sentence of robocrystallographer that :func:`rule_of` keeps.

    Returns:
        The sentence after all word rules.
    """
    for rule in WORD_RULES:
        sentence = rule.pattern.sub(rule.replacement, sentence)
    return sentence.strip()
