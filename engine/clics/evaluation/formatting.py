"""Percentages and confidence intervals as text."""

from __future__ import annotations

import math


def percent(value: float | None) -> str:
    """A fraction in [0, 1] in percent, with one digit; a dash for None and NaN."""
    return "–" if value is None or math.isnan(value) else f"{100 * value:.1f}"


def interval(value: float, low: float, high: float) -> str:
    """A fraction with its confidence interval, in percent: ``"88.8 [88.1–89.5]"``."""
    return f"{percent(value)} [{percent(low)}–{percent(high)}]"
