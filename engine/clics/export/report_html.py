"""A report as one HTML page that needs nothing beside itself, and that prints on one sheet of A4."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape

from clics.concepts.labels import bar
from clics.results.provenance import now
from clics.results.report import VERDICTS, Report, Scored

MOST_ORBITS = 8
MOST_WORDS = 900
"""Characters of the description; a page holds that much beside the rest."""
MOST_NOTES = 500
_STYLE = """
@page { size: A4; margin: 0; }
:root { --ink: #1b2430; --soft: #596575; --line: #d5dae1; --accent: #0a63b0; --against: #a84300; }
* { box-sizing: border-box; }
body { margin: 0; background: #eceff3; color: var(--ink); font: 9pt/1.35 "Segoe UI", "Helvetica Neue", Roboto,
  "Noto Sans", "DejaVu Sans", sans-serif; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
main { width: 210mm; min-height: 297mm; margin: 8mm auto; padding: 14mm 16mm 11mm; background: #fff; display: flex;
  flex-direction: column; box-shadow: 0 1px 6px #0002; }
@media print { body { background: #fff; } main { display: block; min-height: 0; margin: 0; box-shadow: none; } }
header { border-bottom: 0.6mm solid var(--accent); padding-bottom: 2.5mm; margin-bottom: 4mm; }
h1 { font-size: 24pt; line-height: 1.15; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
header p { margin: 0.8mm 0 0; color: var(--soft); overflow-wrap: anywhere; }
header p.lead { font-size: 12pt; color: var(--ink); }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 8mm; }
section { margin-bottom: 3.6mm; min-width: 0; }
h2 { font-size: 9pt; font-weight: 600; color: var(--accent); margin: 0 0 0.8mm; }
img { display: block; width: 100%; max-height: 70mm; object-fit: contain; margin-bottom: 3mm; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 500; color: var(--soft); }
th, td { padding: 0.5mm 2mm 0.5mm 0; border-bottom: 0.2mm solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.verdict { width: 4mm; text-align: center; font-weight: 600; color: var(--soft); }
td.verdict.yes { color: var(--accent); }
td.bar { width: 16mm; }
td.bar i, td.bar b { display: block; height: 1.6mm; border-radius: 0.8mm; }
td.bar i { margin-top: 1.2mm; background: #e9edf3; }
td.bar b { background: var(--accent); }
td.wide { width: 100%; }
td.more { color: var(--soft); border-bottom: none; }
.over { text-decoration: overline; }
sub { font-size: 70%; line-height: 0; }
p { margin: 0 0 1.5mm; overflow-wrap: anywhere; }
p.note { color: var(--soft); }
footer { margin-top: auto; border-top: 0.2mm solid var(--line); padding-top: 2mm; font-size: 7pt; color: var(--soft); }
footer p { margin: 0 0 0.6mm; }
"""


def page(report: Report, picture: bytes = b"") -> str:
    """The whole page; ``picture`` is a PNG."""
    left = [_picture(picture, report.formula), _orbits(report)]
    right = [_figures(report), _scored("Space groups by the model", report.space_groups, symbols=True)]
    if not picture:  # without one the columns would be of unequal height
        left, right = [right[0], left[1]], right[1:]
    left.append(_scored("Environments by the model", report.environments))
    right += [_scored("Connections by the model", report.connections), _alike(report)]
    title = escape(f"{report.formula} – {report.title}")
    return "\n".join(
        [
            "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>",
            "<meta name='viewport' content='width=device-width, initial-scale=1'>",
            f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<header>",
            f"<h1>{formula(report.formula)}</h1>",
            f"<p class='lead'>{symbol(report.headline)}</p>\n<p>{escape(_source(report))}</p>\n</header>",
            f"<div class='columns'>\n<div>{''.join(left)}</div>\n<div>{''.join(right)}</div>\n</div>",
            _section("In words", f"<p>{escape(cut(report.words, MOST_WORDS))}</p>" if report.words else ""),
            _section("Remarks", f"<p class='note'>{escape(cut(' '.join(report.notes), MOST_NOTES))}</p>" if report.notes else ""),
            f"<footer>\n<p>{escape(report.explained())}</p>",
            f"<p>{escape(report.about.licence)}</p>" if report.about.licence else "",
            f"<p>{escape(report.origin())} · {now()[:10]}</p>\n</footer>\n</main>\n</body>\n</html>\n",
        ]
    )  # fmt: skip


def formula(text: str) -> str:
    """``SrTiO3`` with lowered figures, escaped."""
    return re.sub(r"(?<=[A-Za-z)\]])(\d+(?:\.\d+)?)", r"<sub>\1</sub>", escape(text))


def symbol(text: str) -> str:
    """``P4_2/mnm`` with lowered screw axes and bars over what is rotoinverted, escaped."""
    lowered = re.sub(r"_(\d)", r"<sub>\1</sub>", escape(text))
    return re.sub(r"-(\d)", r"<span class='over'>\1</span>", lowered)


def cut(text: str, most: int) -> str:
    """At most so many characters, ending with a whole word and an ellipsis."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    return f"{kept.rpartition(' ')[0] or kept} …"


def _source(report: Report) -> str:
    return cut(report.source or report.title, 160)


def _section(title: str, inside: str) -> str:
    return f"<section><h2>{title}</h2>{inside}</section>" if inside else ""


def _rows(rows: Iterable[Sequence[str]], head: str = "", more: int = 0) -> str:
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    if more:
        body += f"<tr><td class='more' colspan='9'>… {more} more</td></tr>"
    return f"<table>{f'<tr>{head}</tr>' if head else ''}{body}</table>"


def _picture(picture: bytes, name: str) -> str:
    if not picture:
        return ""
    data = b64encode(picture).decode()
    return f"<img alt='The crystal structure of {escape(name, quote=True)}' src='data:image/png;base64,{data}'>"


def _figures(report: Report) -> str:
    rows = [(f"<th>{escape(name)}</th>", f"<td class='number'>{escape(value)}</td>") for name, value in report.figures]
    rows += [
        (f"<th>Symmetry at {escape(tolerance)}</th>", f"<td class='number'>{symbol(name)} ({number})</td>")
        for tolerance, name, number in report.symmetry
    ]
    return _section("Cell and symmetry", _rows(rows))


def _orbits(report: Report) -> str:
    shown = report.orbits[:MOST_ORBITS]
    if not shown:
        return ""
    head = "<th>Site</th><th>Wyckoff</th><th>Symmetry</th>" + "".join(
        f"<th class='number'>{name}</th>" for name in "xyz"
    )
    rows = [
        (f"<td>{escape(row.label)}</td>", f"<td>{escape(row.wyckoff)}</td>", f"<td>{symbol(row.site_symmetry)}</td>",
         *(f"<td class='number'>{escape(value)}</td>" for value in row.position))
        for row in shown
    ]  # fmt: skip
    return _section("Wyckoff positions", _rows(rows, head, len(report.orbits) - len(shown)))


def _scored(title: str, lines: Sequence[Scored], *, symbols: bool = False) -> str:
    if not lines:
        return ""
    rows = []
    for line in lines:
        part = bar(line.score)
        yes = " yes" if line.true else ""
        rows.append(
            (
                f"<td class='wide'>{symbol(line.text) if symbols else escape(cut(line.text, 120))}</td>",
                f"<td class='bar'><i><b style='width:{part:.0%}'></b></i></td>",
                f"<td class='number'>{line.score:.2f}</td>",
                f"<td class='verdict{yes}'>{VERDICTS[line.true]}</td>",
            )
        )
    return _section(title, _rows(rows))


def _alike(report: Report) -> str:
    if not report.alike:
        return ""
    rows = [
        (f"<td>{formula(hit.formula)}</td>", f"<td>{symbol(hit.space_group)}</td>",
         f"<td>{escape(cut(hit.id, 40))}</td>", f"<td class='number'>{hit.score:.2f}</td>")
        for hit in report.alike
    ]  # fmt: skip
    return _section("Crystals that are built alike", _rows(rows))
