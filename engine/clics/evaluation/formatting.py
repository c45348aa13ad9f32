"""How figures are written."""

from __future__ import annotations

import math


def percent(value: float | None) -> str:
    """A share in [0, 1] in percent; a dash where there is none."""
    return "–" if value is None or math.isnan(value) else f"{100 * value:.1f}"


def interval(value: float, low: float, high: float) -> str:
    """``"88.8 [88.1–89.5]"``."""
    return f"{percent(value)} [{percent(low)}–{percent(high)}]"
