"""Plots as SVG that takes its colours from the page it stands in, so that it is at home in light, dark and print."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


def number(value: float) -> str:
    """A coordinate, no longer than it needs to be."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Scale:
    """From values between ``low`` and ``high`` to coordinates between ``start`` and ``stop``; values outside are held."""

    low: float
    high: float
    start: float
    stop: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """The coordinate."""
        low, high, value = self.low, self.high, min(max(value, self.low), self.high)
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        part = (value - low) / (high - low) if high > low else 0.5
        return self.start + part * (self.stop - self.start)


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a scatter plot; ``size`` is its radius, ``text`` what it says under the pointer."""

    x: float
    y: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line; ``kind`` is a class of the style sheet (``data/pages.css``): model, ceiling or guess."""

    kind: str
    points: Sequence[tuple[float, float]]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """A plot of shares, 0 to 100 %, against ``x_low`` … ``x_high``; ``zero`` adds a place for 0 beside a log axis."""

    title: str
    x_label: str
    x_low: float
    x_high: float
    x_ticks: Sequence[float]
    log: bool = False
    zero: bool = False
    width: int = 320
    height: int = 230

    def draw(self, lines: Sequence[Line] = (), dots: Sequence[Dot] = ()) -> str:
        """The whole ``<svg>``."""
        left, right, top, bottom = 34, self.width - 8, 24, self.height - 36
        x = Scale(self.x_low, self.x_high, left + (26 if self.zero else 6), right - 6, self.log)
        y = Scale(0.0, 1.0, bottom, top)
        parts = [text(left, 12, self.title, "title", "start")]
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            at = number(y(share))
            parts.append(f"<line class='grid' x1='{left}' x2='{right}' y1='{at}' y2='{at}'/>")
            parts.append(text(left - 5, y(share) + 4, f"{100 * share:.0f}", anchor="end"))
        if self.zero:
            parts.append(text(left + 8, bottom + 15, "0"))
        for tick in self.x_ticks:
            at = number(x(tick))
            parts.append(f"<line class='axis' x1='{at}' x2='{at}' y1='{bottom}' y2='{bottom + 4}'/>")
            parts.append(text(x(tick), bottom + 15, f"{tick:,.0f}"))
        parts.append(f"<line class='axis' x1='{left}' x2='{right}' y1='{bottom}' y2='{bottom}'/>")
        parts.append(text((left + right) / 2, self.height - 4, self.x_label))
        for dot in sorted(dots, key=lambda dot: -dot.size):  # small ones on top, so that all can be pointed at
            centre_x = left + 8 if self.zero and dot.x <= 0 else x(dot.x)
            tooltip = f"<title>{escape(dot.text)}</title>"
            centre = f"cx='{number(centre_x)}' cy='{number(y(dot.y))}' r='{number(dot.size)}'"
            parts.append(f"<circle class='point' {centre}>{tooltip}</circle>")
        for line in lines:
            points = " ".join(f"{number(x(a))},{number(y(b))}" for a, b in line.points)
            tooltip = f"<title>{escape(line.text)}</title>" if line.text else ""
            parts.append(f"<polyline class='line {line.kind}' points='{points}'>{tooltip}</polyline>")
        return svg(self.width, self.height, parts, f"{self.title}, percent, by {self.x_label}")


def heat_map(
    title: str, rows: Sequence[str], short: Sequence[str], counts: Sequence[Sequence[int]], width: int = 440
) -> str:
    """A square table of counts, each cell with its share of the row in percent; rows are true, columns answered.

    ``short`` (n,) names the columns.
    """
    left, top, n = 84, 44, len(rows)
    side = (width - left - 4) / n
    high = side * 0.72
    parts = [text(0, 12, title, "title", "start")]
    for i, name in enumerate(rows):
        parts.append(text(left - 8, top + (i + 0.5) * high + 4, name, anchor="end"))
        parts.append(text(left + (i + 0.5) * side, top - 8, short[i]))
    for i, row in enumerate(counts):
        whole = sum(row)
        for j, count in enumerate(row):
            share = count / whole if whole else 0.0
            x, y = left + j * side, top + i * high
            depth = 0.06 + 0.9 * math.sqrt(share) if count else 0.03
            tooltip = f"{rows[i]} called {rows[j]}: {count:,} of {whole:,}"
            parts.append(
                f"<rect class='cell' x='{number(x + 1)}' y='{number(y + 1)}' width='{number(side - 2)}' rx='3' "
                f"height='{number(high - 2)}' fill-opacity='{depth:.2f}'><title>{escape(tooltip)}</title></rect>"
            )
            if count:
                shown = f"{100 * share:.1f}" if share >= 0.0995 else f"{100 * share:.2g}"
                shown = "100" if share == 1 else shown
                parts.append(text(x + side / 2, y + high / 2 + 4, shown, "on" if depth > 0.5 else "value"))
    return svg(width, int(top + n * high + 4), parts, title)


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "middle") -> str:
    """A ``<text>``."""
    named = f" class='{kind}'" if kind else ""
    return f"<text{named} x='{number(x)}' y='{number(y)}' text-anchor='{anchor}'>{escape(words)}</text>"


def svg(width: int, height: int, parts: Sequence[str], label: str) -> str:
    """The element itself; ``label`` is what a screen reader says."""
    return (
        f"<svg viewBox='0 0 {width} {height}' role='img' aria-label='{escape(label, quote=True)}' "
        f"xmlns='http://www.w3.org/2000/svg'>{''.join(parts)}</svg>"
    )
