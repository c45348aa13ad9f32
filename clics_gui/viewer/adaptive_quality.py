"""How finely a moving picture is drawn, so that it keeps up with the hand where a processor draws instead of a graphics card."""

from __future__ import annotations

SLOW = 0.025
"""Seconds of a frame of full quality beyond which moving pictures are drawn as drafts."""
TOO_LONG, SHORT = 0.022, 0.010
"""Seconds of a draft beyond and below which the next one is coarser or finer; far apart, so that it does not waver."""
STEP = 0.75
COARSEST = 0.4
"""Share of the pixels along a side below which a draft does not go."""


class Pace:
    """Learns from the time that frames take. ``share``: pixels along a side of a draft, as a part of the full number."""

    def __init__(self) -> None:
        self.slow = False
        self.share = 0.75

    def drew(self, seconds: float, *, draft: bool) -> None:
        """A frame has taken so long."""
        if not draft:
            self.slow = seconds > SLOW
        elif seconds > TOO_LONG:
            self.share = max(COARSEST, self.share * STEP)
        elif seconds < SHORT:
            self.share = min(1.0, self.share / STEP)
