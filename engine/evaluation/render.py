"""Evaluations as Markdown: what ``clics evaluate`` prints and ``docs/results.md`` holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from engine.evaluation.evaluate import Evaluation
from engine.evaluation.figures import Figure
from engine.evaluation.ranking import Agreement
from engine.evaluation.relations import Neighbour, Relation
from engine.evaluation.tables import CrystalTable

_MARKS = {True: "✓", False: "✗", None: "?"}
_BESIDE = ("top5", "map", "macro")


def render(evaluation: Evaluation) -> str:
    """The whole evaluation."""
    parts = [
        f"Model `{evaluation.model}` on {evaluation.crystals:,} crystals of the split `{evaluation.split}`, "
        f"{evaluation.described:,} of them described. All figures in percent; in brackets the 95 % interval "
        "(bootstrap by crystal). Equal scores count against the model.",
        _figures(evaluation),
        f"Paper: Table 1, {evaluation.paper_split}; SL is ALIGNN trained on space groups alone. Its split is not ours: "
        "a reference, no comparison.",
        _table(["Left out or not to be found", "crystals"], ([k, f"{n:,}"] for k, n in evaluation.left_out.items())),
        "### Ceiling: how sure the labels are",
        "What readers of the geometry that make no mistake score on a sample of these crystals when they are told "
        "another convention than the labels'; the lowest stands as ceiling above.",
        _labels(evaluation.space_group_labels, evaluation.environment_labels),
        "### Concepts nearest to a concept (Tables S14–S19)",
        *([evaluation.relations.untrained_missing] if evaluation.relations.untrained_missing else []),
        *(_relation(relation) for relation in evaluation.relations.relations),
    ]
    return "\n\n".join(parts) + "\n"


def render_tables(tables: Sequence[CrystalTable]) -> str:
    """Single crystals, each with its best concepts: ✓ the facts hold, ✗ they do not, ? nothing is known."""
    parts = []
    for table in tables:
        kinds = list(table.retrieved)
        depth = max((len(found) for found in table.retrieved.values()), default=0)
        rows = []
        for i in range(depth):
            cells = []
            for kind in kinds:
                found = table.retrieved[kind]
                cells += (
                    [f"{_MARKS[found[i].true]} {found[i].phrase}", f"{found[i].score:.3f}"]
                    if i < len(found)
                    else ["", ""]
                )
            rows.append(cells)
        header = [cell for kind in kinds for cell in (kind.replace("_", " ").capitalize(), "Score")]
        true = " ".join(phrase for kind in kinds for phrase in table.true[kind])
        parts += [f"**{table.formula}** ({table.id}). True: {true or 'nothing known'}", _table(header, rows)]
    return "\n\n".join(parts) + "\n"


def _figures(evaluation: Evaluation) -> str:
    header = ["Figure", "Model", "Guess by frequency", "Ceiling", "Paper", "Paper, SL", "Crystals", "Concepts"]
    return _table(header, (_figure(figure) for figure in evaluation.figures))


def _figure(figure: Figure) -> list[str]:
    bound = _percent(figure.ceiling)
    if figure.attainable is not None:
        bound = f"{_percent(figure.attainable)} (attainable)"
    return [
        figure.name[:1].upper() + figure.name[1:],
        _interval(figure),
        _percent(figure.guess),
        bound,
        _percent(figure.paper),
        _percent(figure.paper_supervised),
        f"{figure.crystals:,}",
        f"{figure.concepts:,}",
    ]


def _labels(*groups: Sequence[Agreement]) -> str:
    """One row per reader and top-1 figure, with what goes beside it."""
    rows = []
    for agreement in (a for agreements in groups for a in agreements):
        by_key = {figure.key: figure for figure in agreement.figures}
        for key in ("space_group", "environment.stated", "environment.held"):
            if f"{key}.top1" in by_key:
                first = by_key[f"{key}.top1"]
                others = [by_key[f"{key}.{which}"].value if f"{key}.{which}" in by_key else None for which in _BESIDE]
                what = f"{agreement.what}: {first.name.removesuffix(', top-1')}"
                rows.append([what, _interval(first), *map(_percent, others), f"{first.crystals:,}"])
    return _table(["Reader", "Top-1", "Top-5", "Mean average precision", "Macro", "Crystals"], rows)


def _relation(relation: Relation) -> str:
    depth = max(len(relation.trained), len(relation.untrained))
    rows = [[*_neighbour(relation.trained, i), *_neighbour(relation.untrained, i)] for i in range(depth)]
    return f"**{relation.phrase}**\n\n" + _table(["Trained", "Score", "Untrained", "Score"], rows)


def _neighbour(found: Sequence[Neighbour], i: int) -> list[str]:
    return [found[i][0], f"{found[i][1]:.3f}"] if i < len(found) else ["", ""]


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _interval(figure: Figure) -> str:
    return f"{_percent(figure.value)} [{_percent(figure.low)}–{_percent(figure.high)}]"


def _percent(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{100 * value:.1f}"
