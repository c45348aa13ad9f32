"""An evaluation as one HTML page that needs nothing beside itself, at home in light and dark and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from html import escape

from clics.concepts.kinds.environment import EnvironmentConcept
from clics.concepts.labels import short_phrase
from clics.concepts.registry import CONNECTED_KINDS, GEOMETRY_KINDS, row_of
from clics.evaluation import plots
from clics.evaluation.evaluation import Evaluation
from clics.evaluation.figures import PRECISION_K, Figure
from clics.evaluation.formatting import percent
from clics.evaluation.page_crystals import examples, related, shown
from clics.evaluation.page_errors import errors_of
from clics.evaluation.page_parts import Cells, row, table
from clics.evaluation.render import footnote, label_rows
from clics.html_page import document
from clics.symmetry.group_relations import REASONABLE as REASONABLE_RELATIONS

_TILES = (
    ("space_group.top1", "space group, first answer"),
    ("space_group.top5", "space group, first five"),
    ("environment.stated.top1", "environment, first answer"),
    ("environment.stated.top5", "environment, first five"),
    ("environment.stated.map", "environments, mean average precision"),
)
_SHOWN_PHRASES = 24


def page(evaluation: Evaluation, title: str) -> str:
    """The whole page."""
    sections = [(name, content) for name, make in _SECTIONS if (content := make(evaluation))]
    links = "".join(f"<a href='#{_id(name)}'>{escape(name)}</a>" for name, _ in sections)
    lead = (
        f"Model <code>{escape(evaluation.model)}</code> on {evaluation.crystals:,} crystals, "
        f"{evaluation.described:,} of them described."
    )
    if not evaluation.described:
        lead += " Without descriptions only space groups can be checked."
    body = "".join(
        f"<section id='{_id(name)}'><h2>{escape(name)}</h2>{content}</section>" for name, content in sections
    )
    content = (
        "<main>\n<header><p class='kicker'>CLICS, evaluation</p>"
        f"<h1>{escape(title)}</h1><p>{lead}</p>{_tiles(evaluation)}<nav>{links}</nav></header>\n{body}\n"
        f"<footer><p>Figures in percent; in brackets the 95 % interval, by bootstrap over crystals. Equal scores count "
        f"against the model.</p><p>{_made(evaluation)}</p></footer>\n</main>"
    )
    return document(f"{title} – CLICS", content, "evaluation")


def _made(evaluation: Evaluation) -> str:
    """Of what, by what and when."""
    packages = ", ".join(f"{name} {version}" for name, version in evaluation.made_with.items())
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return escape(
        f"Data set {evaluation.data}, sections {', '.join(evaluation.sections) or 'none'}; {packages}. Written {when}."
    )


def _tiles(evaluation: Evaluation) -> str:
    figures = {figure.key: figure for figure in evaluation.figures}
    tiles = [
        _tile(percent(f.value), words, f"guess {percent(f.guess)}") for key, words in _TILES if (f := figures.get(key))
    ]
    errors = evaluation.errors
    if errors is not None and errors.wrong:
        chance = sum(errors.by_chance[relation] for relation in REASONABLE_RELATIONS)
        tiles.append(_tile(percent(errors.reasonable), "of wrong groups are reasonable", f"chance {percent(chance)}"))
    return f"<div class='tiles'>{''.join(tiles)}</div>" if tiles else ""


def _tile(value: str, words: str, beside: str) -> str:
    return f"<div><b>{value}</b><span>{words}</span><small>{beside}</small></div>"


def _table1(evaluation: Evaluation) -> str:
    figures = [
        f for f in evaluation.figures if f.key.startswith(("space_group", "environment")) and f.attainable is None
    ]
    if not figures:
        return ""
    names = ("space_group", "environment.stated", "environment.held")
    left_out = table(
        ["Left out or not to be found", "crystals"],
        ([escape(reason), f"{count:,}"] for reason, count in evaluation.left_out.items() if count),
    )
    return (
        _figures(figures, evaluation)
        + f"<p class='note'>{escape(footnote(evaluation))}</p>"
        + _curves(evaluation, names)
        + (
            f"<details><summary>What is left out</summary>{left_out}</details>"
            if any(evaluation.left_out.values())
            else ""
        )
    )


def _connected(evaluation: Evaluation) -> str:
    names = CONNECTED_KINDS
    figures = [f for f in evaluation.figures if f.key.split(".")[0] in names and f.attainable is None]
    if not figures:
        return ""
    text = (
        "Which polyhedra there are, what they share with which others, and the whole pattern with counts (Table S1 of the "
        "paper). At least one true among the first k; a true one that the model's vocabulary lacks cannot be found."
    )
    return f"<p>{text}</p>" + _figures(figures, evaluation) + _curves(evaluation, names)


def _geometry(evaluation: Evaluation) -> str:
    figures = [f for f in evaluation.figures if f.key.split(".")[0] in GEOMETRY_KINDS and f.attainable is None]
    if not figures:
        return ""
    text = (
        "Shapes of coordination polyhedra by continuous shape measures, networks of cation-centred polyhedra, and the "
        "dimensionality of the bonded network; the paper does not have them. At least one true among the first k."
    )
    return f"<p>{text}</p>" + _figures(figures, evaluation) + _curves(evaluation, GEOMETRY_KINDS)


def _figures(figures: Sequence[Figure], evaluation: Evaluation) -> str:
    columns: list[tuple[str, Callable[[Figure], str]]] = [
        ("Figure", lambda f: escape(f.name[:1].upper() + f.name[1:])),
        (
            "Model",
            lambda f: f"<span class='whole'><b>{percent(f.value)}</b> <i>{percent(f.low)}–{percent(f.high)}</i></span>",
        ),
        ("Guess", lambda f: percent(f.guess)),
    ]
    if any(f.ceiling is not None for f in figures):
        columns.append(("Ceiling", lambda f: percent(f.ceiling)))
    if any(f.attainable is not None for f in figures):
        columns.append(("Attainable", lambda f: percent(f.attainable)))
    if evaluation.supervised and any(f.supervised is not None for f in figures):
        columns.append(("Supervised", lambda f: percent(f.supervised)))
    if any(f.paper is not None for f in figures):
        columns.append(("Paper", lambda f: percent(f.paper)))
        columns.append(("Paper, SL", lambda f: percent(f.paper_supervised)))
    columns += [("Crystals", lambda f: f"{f.crystals:,}"), ("Concepts", lambda f: f"{f.concepts:,}")]
    return table([name for name, _ in columns], ([cell(figure) for _, cell in columns] for figure in figures))


def _curves(evaluation: Evaluation, keys: Sequence[str]) -> str:
    by_key = {curve.key: curve for curve in evaluation.curves}
    drawn = [plots.curve(by_key[key]) for key in keys if key in by_key]
    legend = "<span class='key model'></span>model <span class='key guess'></span>guess by frequency"
    if any(by_key[key].ceiling for key in keys if key in by_key):
        legend += " <span class='key ceiling'></span>ceiling"
    caption = f"Crystals with a true concept among the first k, percent. {legend}"
    return row(drawn, caption) if drawn else ""


def _phrases(evaluation: Evaluation) -> str:
    figures = [figure for figure in evaluation.figures if figure.attainable is not None]
    if not figures:
        return ""
    kinds = list(dict.fromkeys(row.kind for row in evaluation.phrases))
    drawn = [
        plots.precision_by_number(
            [row for row in evaluation.phrases if row.kind == kind], row_of(kind).plural.capitalize()
        )
        for kind in kinds
    ]
    caption = (
        f"Of the first {PRECISION_K} crystals that a phrase finds, the share of which it is true, percent; each point is a "
        "phrase. <span class='key ceiling'></span>attainable"
    )
    return _figures(figures, evaluation) + row(drawn, caption, "quads") + _environments(evaluation)


def _environments(evaluation: Evaluation) -> str:
    rows = [row for row in evaluation.phrases if row.kind == EnvironmentConcept.KIND]
    if not rows:
        return ""

    def listed(some: Iterable[Cells]) -> str:
        return table(["Environment", "In training", "Here", "Average precision", "", f"First {PRECISION_K}"], some)

    cells = [
        [
            escape(short_phrase(row.phrase)),
            f"{row.training:,}",
            f"{row.crystals:,}",
            percent(row.average_precision),
            f"<i class='meter'><b style='width:{100 * row.average_precision:.1f}%'></b></i>",
            percent(row.precision),
        ]
        for row in rows
    ]
    mean = percent(sum(row.average_precision for row in rows) / len(rows))
    more = listed(cells[_SHOWN_PHRASES:]) if len(cells) > _SHOWN_PHRASES else ""
    return (
        f"<h3>Environments, one by one</h3><p>How high a phrase ranks all its crystals; the mean over {len(rows)} phrases is "
        f"{mean}. The most frequent of training first.</p>{listed(cells[:_SHOWN_PHRASES])}"
        + (f"<details><summary>{len(cells) - _SHOWN_PHRASES} more</summary>{more}</details>" if more else "")
    )


def _ceiling(evaluation: Evaluation) -> str:
    rows = label_rows(evaluation)
    text = (
        "What readers of the geometry that make no mistake score on a sample of these crystals when they are told another "
        "convention than the labels'. The lowest stands as ceiling above."
    )
    header = ["Reader", "Top-1", "Top-5", "Mean average precision", "Macro", "Crystals"]
    cells = [[f"<span class='whole'>{escape(cell)}</span>" for cell in one] for one in rows]
    return f"<p>{text}</p>{table(header, cells)}" if rows else ""


def _id(name: str) -> str:
    return name.lower().replace(" ", "-").replace("→", "to")


_SECTIONS: tuple[tuple[str, Callable[[Evaluation], str]], ...] = (
    ("Crystal → concepts", _table1),
    ("Where space groups go wrong", errors_of),
    ("Connected polyhedra", _connected),
    ("Shapes, networks, dimensionality", _geometry),
    ("Phrase → crystals", _phrases),
    ("How sure the labels are", _ceiling),
    ("Concepts near concepts", related),
    ("The paper's crystals", examples),
    ("Crystals that were asked for", shown),
)
