"""Resolution of moving pictures, reduced while a processor draws instead of a graphics card."""

from __future__ import annotations

SLOW = 0.025
"""Seconds of a frame of full quality beyond which moving pictures are drawn as drafts."""
TOO_LONG, SHORT = 0.022, 0.010
"""Seconds of a draft beyond and below which the next one is coarser or finer; far apart, so that it does not waver."""
STEP = 0.75
COARSEST = 0.4
"""Share of the pixels along a side below which a draft does not go."""


class AdaptiveQuality:
    """Adapts drafts to the time that frames take.

    Attributes:
        slow: Frames of full quality take too long for moving pictures.
        share: Pixels along a side of a draft as a fraction of full resolution.
    """

    def __init__(self) -> None:
        self.slow = False
        self.share = 0.75

    def drew(self, seconds: float, *, draft: bool) -> None:
        """Take note of the time of one frame in seconds."""
        if not draft:
            self.slow = seconds > SLOW
        elif seconds > TOO_LONG:
            self.share = max(COARSEST, self.share * STEP)
        elif seconds < SHORT:
            self.share = min(1.0, self.share / STEP)
