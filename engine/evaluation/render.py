"""Evaluations as Markdown: what ``clics evaluate`` prints and ``docs/results.md`` holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from engine.evaluation.ceiling import Agreement
from engine.evaluation.evaluate import Evaluation
from engine.evaluation.figures import Figure
from engine.evaluation.relations import Neighbour, Relation
from engine.evaluation.tables import CrystalTable

_MARKS = {True: "✓", False: "✗", None: "?"}


def render(evaluation: Evaluation) -> str:
    """The whole evaluation."""
    parts = [
        f"Model `{evaluation.model}` on {evaluation.crystals:,} crystals of the split `{evaluation.split}`, "
        f"{evaluation.described:,} of them described. All figures in percent; in brackets the 95 % interval "
        "(bootstrap by crystal). Equal scores count against the model.",
        _figures(evaluation),
        f"Paper: Table 1, {evaluation.paper_split}; SL is ALIGNN trained on space groups alone. Another split, so a "
        "reference and not a comparison.",
        _table(["Left out or not to be found", "crystals"], ([k, f"{n:,}"] for k, n in evaluation.left_out.items())),
        "### Ceiling: how sure the labels are",
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
        f"{_percent(figure.value)} [{_percent(figure.low)}–{_percent(figure.high)}]",
        _percent(figure.guess),
        bound,
        _percent(figure.paper),
        _percent(figure.paper_supervised),
        f"{figure.crystals:,}",
        f"{figure.concepts:,}",
    ]


def _labels(*groups: Iterable[Agreement]) -> str:
    rows = [
        [a.what, f"{_percent(a.value)} [{_percent(a.low)}–{_percent(a.high)}]", _percent(a.macro), f"{a.crystals:,}"]
        for agreements in groups
        for a in agreements
    ]
    return _table(["Labels against", "Agreement", "Mean over groups", "Crystals"], rows)


def _relation(relation: Relation) -> str:
    depth = max(len(relation.trained), len(relation.untrained))
    rows = [[*_neighbour(relation.trained, i), *_neighbour(relation.untrained, i)] for i in range(depth)]
    return f"**{relation.phrase}**\n\n" + _table(["Trained", "Score", "Untrained", "Score"], rows)


def _neighbour(found: Sequence[Neighbour], i: int) -> list[str]:
    return [found[i][0], f"{found[i][1]:.3f}"] if i < len(found) else ["", ""]


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _percent(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{100 * value:.1f}"
