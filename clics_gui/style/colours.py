"""Colours of the window by role, for the light and the dark theme; no other module defines one.

Good and bad are blue and orange, which every kind of colour vision distinguishes; a sign (✓, ✗) always accompanies
them. Text has a contrast of at least 4.5 : 1 with its background (WCAG AA), which a test checks.
"""

from __future__ import annotations

from typing import Literal

Role = Literal[
    "window", "surface", "raised", "hover", "border", "text", "muted", "accent", "on_accent", "selection",
    "good", "good_surface", "bad", "bad_surface", "warning", "warning_surface", "info", "info_surface",
]  # fmt: skip

LIGHT: dict[Role, str] = {
    "window": "#f4f5f7",
    "surface": "#ffffff",
    "raised": "#fafbfc",
    "hover": "#e9edf3",
    "border": "#d5dae1",
    "text": "#1b2430",
    "muted": "#596575",
    "accent": "#0a63b0",
    "on_accent": "#ffffff",
    "selection": "#d3e5f7",
    "good": "#0a63b0",
    "good_surface": "#e3eefa",
    "bad": "#a84300",
    "bad_surface": "#fdebdd",
    "warning": "#7a5600",
    "warning_surface": "#fcf3d4",
    "info": "#3f4b5b",
    "info_surface": "#e9edf3",
}

DARK: dict[Role, str] = {
    "window": "#1c2027",
    "surface": "#14171c",
    "raised": "#232831",
    "hover": "#2d3440",
    "border": "#39424f",
    "text": "#e6eaf0",
    "muted": "#9ca8b8",
    "accent": "#5fb0f5",
    "on_accent": "#0b1725",
    "selection": "#24476a",
    "good": "#74b9f7",
    "good_surface": "#1c3148",
    "bad": "#ff9d5c",
    "bad_surface": "#412614",
    "warning": "#edc54f",
    "warning_surface": "#3a3013",
    "info": "#b9c4d2",
    "info_surface": "#2a313b",
}

CATEGORIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c8c8c", "#b8a900")
"""Okabe & Ito's palette for unordered things (crystal systems), its yellow darkened and its black greyed to be seen on both."""

CIVIDIS = ("#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838")
"""Ordered things (scores): cividis (Nuñez, Anderton & Renslow, PLoS ONE 13, e0199239 (2018)), ten steps."""
