"""Plots of an evaluation, as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence

from clics.concepts.labels import pretty_symbol, short_phrase
from clics.evaluation.confusion import SYSTEMS, GroupRecall, SpaceGroupErrors
from clics.evaluation.curves import DEPTH, Curve
from clics.evaluation.figures import PRECISION_K
from clics.evaluation.formatting import percent
from clics.evaluation.phrase_precision import PhraseRow
from clics.evaluation.svg import Dot, Frame, Line, heat_map

_WIDE, _HALF = 560, 470
_BINS_PER_DECADE = 3


def curve(data: Curve) -> str:
    """Share of crystals with a true concept among the first k: model, guess by frequency, ceiling."""
    frame = Frame(data.name[:1].upper() + data.name[1:], "k", 1, DEPTH, (1, 5, 10, 15, 20))
    lines = [Line("guess", _points(data.guess), "guess by frequency")]
    if data.ceiling:
        lines.append(Line("ceiling", _points(data.ceiling), "ceiling"))
    lines.append(Line("model", _points(data.model), "model"))
    marks = [
        Dot(k, data.model[k - 1], 3.4, f"top-{k}: {percent(data.model[k - 1])} % of {data.crystals:,} crystals")
        for k in (1, 5, 10, 20)
    ]
    return frame.draw(lines, marks)


def recall_by_training(groups: Sequence[GroupRecall]) -> str:
    """Recall of every space group against its crystals in training; the line is the mean over groups of like number."""
    most = max([group.training for group in groups], default=0)
    ticks = [10**i for i in range(6) if 10**i <= max(most, 10)]
    title = "First answer right, by space group, percent"
    frame = Frame(title, "crystals of the group in training", 1, max(most, 10), ticks, True, True, _WIDE, 270)
    dots = [
        Dot(
            group.training,
            group.top1,
            2.2 + 1.1 * math.log10(group.crystals),
            f"{pretty_symbol(group.symbol)} ({group.number}): {percent(group.top1)} % of {group.crystals:,} crystals, "
            f"{percent(group.top5)} % among the first five; {group.training:,} in training",
        )
        for group in groups
    ]
    bins: dict[int, list[GroupRecall]] = {}
    for group in groups:
        if group.training:
            bins.setdefault(math.floor(_BINS_PER_DECADE * math.log10(group.training)), []).append(group)
    means = [
        (
            10 ** (sum(math.log10(g.training) for g in own) / len(own)),
            sum(g.top1 for g in own) / len(own),
        )
        for _, own in sorted(bins.items())
    ]
    return frame.draw([Line("ceiling", means, "mean over groups of like number")], dots)


def systems(errors: SpaceGroupErrors) -> str:
    """True and answered crystal systems."""
    title = "Crystal system, true (rows) and answered (columns), percent"
    return heat_map(title, SYSTEMS, ("tric.", "mono.", "orth.", "tetr.", "trig.", "hex.", "cub."), errors.systems)


def precision_by_number(rows: Sequence[PhraseRow], title: str) -> str:
    """Precision at 10 of every phrase against the crystals it is true of; the dashed line is what can be reached."""
    most = max(PRECISION_K, *(row.crystals for row in rows))
    ticks = [10**i for i in range(6) if 10**i <= most]
    frame = Frame(title, "crystals it is true of", 1, most, ticks, log=True, width=_HALF, height=250)
    bound = [(n, min(1.0, n / PRECISION_K)) for n in (*range(1, PRECISION_K + 1), most)]
    dots = [
        Dot(
            row.crystals,
            row.precision,
            3.2,
            f"{short_phrase(row.phrase)}: {percent(row.precision)} % of the first ten; true of {row.crystals:,} crystals",
        )
        for row in rows
    ]
    return frame.draw([Line("ceiling", bound, "attainable")], dots)


def _points(shares: Sequence[float]) -> list[tuple[float, float]]:
    return [(k, share) for k, share in enumerate(shares, start=1)]
