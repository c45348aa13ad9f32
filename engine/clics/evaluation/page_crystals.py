"""Single crystals and single concepts on the page of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from clics import html_page
from clics.concepts.concept import Kind
from clics.concepts.labels import name_alone, pretty_formula, short_phrase
from clics.concepts.registry import EVALUATED_KINDS, row_of
from clics.evaluation.concept_tables import CrystalTable, Retrieved
from clics.evaluation.evaluation import Evaluation
from clics.evaluation.page_parts import table
from clics.evaluation.relations import Neighbour
from clics.evaluation.render import mark
from clics.html_page import Cell

_SIGNS = "✓≈✗?"
_LEGEND = (
    "<p class='note'>✓ the facts hold · ✗ they do not · ≈ not the true space group, but a reasonable one · ? not known. "
    "Scores are cosine similarities.</p>"
)


def examples(evaluation: Evaluation) -> str:
    """The crystals of the paper's tables."""
    if not evaluation.examples:
        return ""
    text = "Tables 2–5 and S3 of the paper, or a crystal of the same structure type in its place."
    if evaluation.examples_missing:
        text += f" The data set does not hold: {escape(', '.join(evaluation.examples_missing))}."
    return f"<p>{text}</p>{_LEGEND}{''.join(map(_crystal, evaluation.examples))}"


def shown(evaluation: Evaluation) -> str:
    """The crystals that were asked for."""
    refused = "".join(f"<p>{escape(name)}: {escape(why)}</p>" for name, why in evaluation.refused.items())
    tables = "".join(map(_crystal, evaluation.shown))
    return (_LEGEND if tables else "") + tables + refused


def related(evaluation: Evaluation) -> str:
    """Concepts nearest to concepts."""
    relations = evaluation.relations
    if relations is None:
        return ""
    beside = any(relation.untrained for relation in relations.relations)
    rows: list[list[str | Cell]] = [
        [
            Cell(escape(short_phrase(relation.phrase)), heading=True),
            _list(relation.trained),
            *([_list(relation.untrained)] if beside else []),
        ]
        for relation in relations.relations
    ]
    names = ["Concept", "Nearest to the trained text tower", *(["Nearest to the untrained one"] if beside else [])]
    text = "The concepts of Tables S14–S19 of the paper, each with those nearest to it by the cosine of their phrases."
    if relations.mean_cosine is not None:
        text += f" Any two concepts have a mean cosine of {relations.mean_cosine:.2f} for the trained tower"
        text += (
            f", {relations.untrained_mean_cosine:.2f} for the untrained one."
            if relations.untrained_mean_cosine is not None
            else "."
        )
    missing = f" {escape(relations.untrained_missing)}" if relations.untrained_missing else ""
    return f"<p>{text}{missing}</p>{html_page.table(rows, names, kind='near')}"


def _list(near: Sequence[Neighbour]) -> str:
    lines = (
        f"<li><span>{escape(short_phrase(phrase))}</span> <small>{score:.2f}</small></li>" for phrase, score in near
    )
    return f"<ol>{''.join(lines)}</ol>"


def _crystal(crystal: CrystalTable) -> str:
    note = f"{crystal.id}{', ' if crystal.note else ''}{crystal.note}"
    blocks = "".join(
        f"<div class='{kind}'><h4>{row_of(kind).title}</h4><p class='note'>{_true(crystal, kind)}</p>{_answers(relations)}</div>"
        for kind in EVALUATED_KINDS
        if (relations := crystal.retrieved.get(kind))
    )
    name = f"{escape(pretty_formula(crystal.formula))} <small>{escape(note)}</small>"
    return f"<article><h3>{name}</h3><div class='answers'>{blocks}</div></article>"


def _true(crystal: CrystalTable, kind: Kind) -> str:
    if all(one.true is None for one in crystal.retrieved[kind]):
        return "true: not known"
    phrases = crystal.true.get(kind, ())
    return f"true: {' · '.join(escape(name_alone(phrase)) for phrase in phrases) or 'none'}"


def _answers(relations: Sequence[Retrieved]) -> str:
    rows = []
    for one in relations:
        words, sign = escape(name_alone(one.phrase)), mark(one)
        if one.relation:
            words += f" <small>{escape(one.relation)}</small>"
        rows.append([f"<span class='mark m{_SIGNS.index(sign)}'>{sign}</span> {words}", f"{one.score:.2f}"])
    return table([], rows)
