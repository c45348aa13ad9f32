"""Evaluations as Markdown: printed by ``clics evaluate``, and kept in ``docs/lab-notebook/results.md``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clics.concepts.labels import name_alone, short_phrase
from clics.concepts.registry import CONNECTED_KINDS, FIRST_KINDS, GEOMETRY_KINDS, row_of
from clics.evaluation.concept_tables import CrystalTable, Retrieved
from clics.evaluation.confusion import SpaceGroupErrors
from clics.evaluation.evaluation import Evaluation
from clics.evaluation.figures import Figure
from clics.evaluation.formatting import interval, percent
from clics.evaluation.relations import Neighbour, Relations

REASONABLE = (
    "A wrong space group is *reasonable* where a small step of symmetry leads from it to the true one: one is a "
    "translationengleiche (t-) subgroup of the other at an index of at most 4, or a maximal klassengleiche (k-) subgroup, or "
    "they are an enantiomorphic pair."
)
MOST_CONFUSIONS = 20
_BESIDE = ("top5", "map", "macro")


def render(evaluation: Evaluation) -> str:
    """The whole evaluation; what was not taken is left out."""
    parts = [
        f"Model `{evaluation.model}` on {evaluation.crystals:,} crystals of the split `{evaluation.split}`, "
        f"{evaluation.described:,} of them described. All figures in percent; in brackets the 95 % interval "
        "(bootstrap by crystal). Equal scores count against the model.",
    ]
    if evaluation.figures:
        parts += [_figures(evaluation), footnote(evaluation)]
        left_out = ([reason, f"{count:,}"] for reason, count in evaluation.left_out.items())
        parts.append(_table(["Left out or not to be found", "crystals"], left_out))
    if evaluation.errors is not None and evaluation.errors.wrong:
        parts += ["### Where space groups go wrong", _errors(evaluation.errors)]
    if evaluation.space_group_labels or evaluation.environment_labels:
        parts += [
            "### Ceiling: how sure the labels are",
            "What readers of the geometry that make no mistake score on a sample of these crystals when they are told "
            "another convention than the labels'; the lowest stands as ceiling above.",
            _table(["Reader", "Top-1", "Top-5", "Mean average precision", "Macro", "Crystals"], label_rows(evaluation)),
        ]
    if evaluation.examples:
        missing = f" The data set does not hold: {', '.join(evaluation.examples_missing)}." * bool(
            evaluation.examples_missing
        )
        parts += [
            "### The crystals of the paper's tables",
            f"Tables 2–5 and S3, or a crystal of the same structure type in its place.{missing}",
            render_tables(evaluation.examples).rstrip(),
        ]
    if evaluation.shown or evaluation.refused:
        parts += ["### Crystals that were asked for", render_tables(evaluation.shown).rstrip()]
        parts += [f"{name}: {why}" for name, why in evaluation.refused.items()]
    if evaluation.relations is not None:
        parts += ["### Concepts nearest to a concept (Tables S14–S19)", _relations(evaluation.relations)]
    return "\n\n".join(part for part in parts if part) + "\n"


def render_tables(tables: Sequence[CrystalTable]) -> str:
    """Single crystals, each with its best concepts: ✓ the facts hold, ✗ they do not, ? nothing is known.

    A wrong space group that is reasonable has ≈ and what it is to the true one.
    """
    parts = []
    for table in tables:
        true = " · ".join(short_phrase(p) for kind in FIRST_KINDS for p in table.true.get(kind, ()))
        note = f", {table.note}" if table.note else ""
        parts.append(f"**{table.formula}** ({table.id}{note}). True: {true or 'nothing known'}")
        for kinds in (FIRST_KINDS, CONNECTED_KINDS, GEOMETRY_KINDS):
            present = {kind: table.retrieved[kind] for kind in kinds if table.retrieved.get(kind)}
            depth = max(map(len, present.values()), default=0)
            header = [cell for kind in present for cell in (row_of(kind).title, "Score")]
            rows = [[cell for own in present.values() for cell in _retrieved(own, i)] for i in range(depth)]
            if rows:
                parts.append(_table(header, rows))
    return "\n\n".join(parts) + "\n"


def mark(retrieved: Retrieved) -> str:
    """Mark of a retrieved concept: ✓ true, ✗ false, ≈ reasonable, ? unknown."""
    if retrieved.true is None:
        return "?"
    return "✓" if retrieved.true else "≈" if retrieved.reasonable else "✗"


def footnote(evaluation: Evaluation) -> str:
    """Explanation of the columns of the figures."""
    parts = [
        f"Paper: Table 1, {evaluation.paper_split}; SL is ALIGNN trained on space groups alone. Its split is not ours: "
        "a reference, no comparison."
    ]
    if evaluation.supervised:
        parts.append(f"Supervised: {evaluation.supervised}.")
    return " ".join(parts)


def _retrieved(own: Sequence[Retrieved], i: int) -> list[str]:
    if i >= len(own):
        return ["", ""]
    relation = f" ({own[i].relation})" if own[i].relation else ""
    return [
        f"{mark(own[i])} {name_alone(own[i].phrase)}{relation}",
        f"{own[i].score:.3f}",
    ]


def _figures(evaluation: Evaluation) -> str:
    beside = ["Supervised"] if evaluation.supervised else []
    header = ["Figure", "Model", "Guess by frequency", "Ceiling", *beside, "Paper", "Paper, SL", "Crystals", "Concepts"]
    return _table(header, (_figure(figure, bool(beside)) for figure in evaluation.figures))


def _figure(figure: Figure, beside: bool) -> list[str]:
    bound = percent(figure.ceiling)
    if figure.attainable is not None:
        bound = f"{percent(figure.attainable)} (attainable)"
    return [
        figure.name[:1].upper() + figure.name[1:],
        interval(figure.value, figure.low, figure.high),
        percent(figure.guess),
        bound,
        *([percent(figure.supervised)] if beside else []),
        percent(figure.paper),
        percent(figure.paper_supervised),
        f"{figure.crystals:,}",
        f"{figure.concepts:,}",
    ]


def _errors(errors: SpaceGroupErrors) -> str:
    rows = [
        [relation, f"{count:,}", percent(count / errors.wrong), percent(errors.by_chance[relation])]
        for relation, count in errors.relations.items()
        if count or errors.by_chance[relation] > 0
    ]
    share = interval(errors.reasonable, errors.low, errors.high)
    pairs = [
        [c.true, c.predicted, f"{c.count:,} of {c.of:,}", f"{c.relation}{f', index {c.index}' if c.index else ''}"]
        for c in errors.confusions[:MOST_CONFUSIONS]
    ]
    return "\n\n".join(
        [
            f"{errors.wrong:,} of {errors.crystals:,} first answers are wrong; {share} % of them are reasonable. {REASONABLE} "
            "By chance: a wrong group drawn by its frequency in training. Index: of the t-subgroup.",
            _table(["The answer is, of the true group, a", "crystals", "share", "by chance"], rows),
            _table(["True", "Most frequent wrong answer", "crystals", "the answer is a"], pairs),
        ]
    )


def label_rows(evaluation: Evaluation) -> list[list[str]]:
    """One row per reader and top-1 figure, with what goes beside it."""
    rows = []
    for agreement in (*evaluation.space_group_labels, *evaluation.environment_labels):
        by_key = {figure.key: figure for figure in agreement.figures}
        for key in ("space_group", "environment.stated", "environment.held"):
            if f"{key}.top1" in by_key:
                first = by_key[f"{key}.top1"]
                others = [by_key[f"{key}.{which}"].value if f"{key}.{which}" in by_key else None for which in _BESIDE]
                what = f"{agreement.what}: {first.name.removesuffix(', top-1')}"
                value = interval(first.value, first.low, first.high)
                rows.append([what, value, *map(percent, others), f"{first.crystals:,}"])
    return rows


def _relations(relations: Relations) -> str:
    rows = [
        [short_phrase(relation.phrase), _neighbours(relation.trained), _neighbours(relation.untrained)]
        for relation in relations.relations
    ]
    table = _table(["Concept", "Nearest to the trained text tower", "Nearest to the untrained one"], rows)
    return f"{relations.untrained_missing}\n\n{table}".strip()


def _neighbours(neighbours: Sequence[Neighbour]) -> str:
    return "<br>".join(f"{score:.2f} {short_phrase(phrase)}" for phrase, score in neighbours) or "–"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
