"""Words between the items of geometry by which the grammar tells what they build and of what they speak."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_]+")
FORMED = re.compile(
    r"(?:(?:that|which|to)\s+)?(?:form|mak|build|arrange|link|connect|stack|condens|polymeri|assembl|in\b|into\b|as\b)",
    re.IGNORECASE,
)
IN_A_FRAMEWORK = re.compile(r"in\s+(?:an?|the)\s", re.IGNORECASE)
BEFORE_PART = re.compile(r"\b(?:(?:infinite|extended|endless|continuous|single|flat)\s+)+$", re.IGNORECASE)
RUNNING = re.compile(r"(?:running|extending|propagating|aligned)\b", re.IGNORECASE)
GROUP = re.compile(r"[\s-]*(?:groups?|units?|pairs?|dimers?|clusters?)\b", re.IGNORECASE)
EXPLICIT = re.compile(r"(?:an?\s+)?(?:three|two|one|[123])[\s-]*(?:D\b|dimensional)", re.IGNORECASE)
