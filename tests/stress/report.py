"""The report of ``make stress``: one table of counts, and a line that reproduces each fault."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

_SHOWN = 40
SUMMED = ("accepted", "unjudged")
"""Figures of which the report has the sum, not the median."""


def write_report(folder: Path) -> None:
    """Make ``report.md`` of all logs in a folder."""
    lines = ["# Report of make stress", "", "| script | row | seed | items | with faults | figures |"]
    lines.append("|---|---|---|---|---|---|")
    faults: list[str] = []
    for path in sorted(folder.glob("*.jsonl")):
        entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for row in dict.fromkeys(entry["row"] for entry in entries):
            lines.append(_row(path.stem, row, [entry for entry in entries if entry["row"] == row]))
        faults += [_fault(path.stem, entry) for entry in entries if entry["faults"]]
    lines += ["", f"## Items with faults: {len(faults)}", "", *faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(f"… and {len(faults) - _SHOWN} more in the logs.")
    (folder / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _row(script: str, row: str, entries: list[dict[str, Any]]) -> str:
    wrong = sum(bool(entry["faults"]) for entry in entries)
    seeds = ", ".join(str(seed) for seed in sorted({entry["seed"] for entry in entries}))
    names = dict.fromkeys(name for entry in entries for name in entry["figures"])
    figures = []
    for name in names:
        values = [entry["figures"][name] for entry in entries if name in entry["figures"]]
        what, value = ("", sum(values)) if name in SUMMED else ("median ", statistics.median(values))
        figures.append(f"{name.replace('_', ' ')}: {what}{value:.4g}")
    return f"| {script} | {row} | {seeds} | {len(entries)} | {wrong} | {'; '.join(figures)} |"


def _fault(script: str, entry: dict[str, Any]) -> str:
    again = f"python -m tests.stress {script} --seed {entry['seed']} --first {entry['item']} --count 1"
    told = "; ".join(fault.replace("\n", " ")[:500] for fault in entry["faults"])
    return f"- {entry['row']}: {told}\n  `{again}`"
