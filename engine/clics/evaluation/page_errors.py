"""The wrong space groups on the page of an evaluation."""

from __future__ import annotations

from html import escape

from clics.concepts.labels import pretty_symbol
from clics.evaluation import plots
from clics.evaluation.confusion import SpaceGroupErrors
from clics.evaluation.evaluation import Evaluation
from clics.evaluation.formatting import interval
from clics.evaluation.page_parts import figure, table
from clics.evaluation.render import MOST_CONFUSIONS, REASONABLE
from clics.symmetry.group_relations import Relation

_BARS: tuple[tuple[str, tuple[Relation, ...]], ...] = (
    ("hand", ("enantiomorph",)),
    ("t", ("t-subgroup", "t-supergroup")),
    ("k", ("k-subgroup", "k-supergroup")),
    ("far", ("distant subgroup", "distant supergroup")),
    ("none", ("unrelated",)),
)
_BAR_NAMES = {
    "hand": "other hand",
    "t": "t-sub- or supergroup, index ≤ 4",
    "k": "maximal k-sub- or supergroup",
    "far": "t-relation of higher index",
    "none": "unrelated",
}


def errors_of(evaluation: Evaluation) -> str:
    """Recall, confusion of systems, and what the wrong answers are to the truth."""
    errors = evaluation.errors
    if errors is None:
        return ""
    recall = (
        "Each point is a space group, its size the number of its crystals here; groups without training crystals stand at 0. "
        "<span class='key ceiling'></span>mean over groups of like number"
    )
    systems = "Each row adds up to the crystals of that system."
    drawn = figure(plots.recall_by_training(errors.groups), recall) + figure(plots.systems(errors), systems)
    wrong = _wrong(errors) if errors.wrong else "<p>No first answer is wrong.</p>"
    return f"<div class='pair'>{drawn}</div>{wrong}"


def _wrong(errors: SpaceGroupErrors) -> str:
    share = interval(errors.reasonable, errors.low, errors.high)
    own = {name: sum(errors.relations[r] for r in of) / errors.wrong for name, of in _BARS}
    chance = {name: sum(errors.by_chance[r] for r in of) for name, of in _BARS}
    legend = "".join(f"<span><span class='chip {name}'></span>{_BAR_NAMES[name]}</span>" for name, _ in _BARS)
    pairs = (
        [
            _symbol(c.true),
            _symbol(c.predicted),
            f"{c.count:,} of {c.of:,}",
            f"<span class='chip {_bar_of(c.relation)}'></span>{c.relation}{f', index {c.index}' if c.index else ''}",
        ]
        for c in errors.confusions[:MOST_CONFUSIONS]
    )
    return (
        f"<h3>What the wrong answers are</h3><p>{errors.wrong:,} of {errors.crystals:,} first answers are wrong; {share} % "
        f"of them are reasonable. {_plain(REASONABLE)}</p>"
        f"<div class='stack'><span>model</span>{_stack(own)}<span>by chance</span>{_stack(chance)}</div>"
        f"<p class='legend'>{legend}</p><p class='note'>By chance: a wrong group drawn by its frequency in training.</p>"
        "<h3>The most frequent confusions</h3>"
        + table(["True", "Answered", "Crystals of the true group", "The answer is, of the true group, a"], pairs)
    )


def _bar_of(relation: Relation) -> str:
    return next(name for name, of in _BARS if relation in of)


def _stack(shares: dict[str, float]) -> str:
    parts = [
        f"<b class='{name}' style='width:{100 * share:.2f}%'>{100 * share:.0f}</b>" if share >= 0.035
        else f"<b class='{name}' style='width:{100 * share:.2f}%'></b>"
        for name, share in shares.items() if share > 0
    ]  # fmt: skip
    return f"<div class='bar'>{''.join(parts)}</div>"


def _symbol(symbol: str) -> str:
    return f"<span class='whole'>{escape(pretty_symbol(symbol))}</span>"


def _plain(markdown: str) -> str:
    return escape(markdown.replace("*", ""))
