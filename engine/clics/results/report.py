"""What stands on the one-page report of a crystal, in words and numbers that need nothing but setting."""

from __future__ import annotations

from dataclasses import dataclass

from clics.results.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Scored:
    """A line of the model: what it says, its cosine, and whether the facts agree (None: nothing to compare with)."""

    text: str
    score: float
    true: bool | None


@dataclass(frozen=True, slots=True)
class Orbit:
    """A row of the Wyckoff table."""

    label: str
    wyckoff: str
    site_symmetry: str
    position: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class SimilarCrystal:
    """A crystal of a library that is built like this one."""

    id: str
    formula: str
    space_group: str
    score: float


@dataclass(frozen=True, slots=True)
class Report:
    """One crystal on one page.

    ``formula`` and symbols are plain ASCII; whoever sets the page raises and lowers their figures. ``symmetry`` holds
    tolerance, symbol and number; ``figures`` name and value. Where a part is missing, ``notes`` say why.
    """

    title: str
    formula: str
    source: str
    headline: str
    figures: tuple[tuple[str, str], ...]
    symmetry: tuple[tuple[str, str, int], ...]
    orbits: tuple[Orbit, ...]
    space_groups: tuple[Scored, ...]
    environments: tuple[Scored, ...]
    connections: tuple[Scored, ...]
    alike: tuple[SimilarCrystal, ...]
    words: str
    notes: tuple[str, ...]
    about: Provenance

    def explained(self) -> str:
        """What the signs mean, where there are any, and where the facts come from."""
        facts = "Symmetry by spglib and moyopy, description by Robocrystallographer's rules"
        if not self.space_groups:
            return f"{facts}."
        signs = "Scores are cosine similarities. ✓ the space group of symmetry analysis, or found in the description; ✗ not so."
        return f"{signs} {facts}; neither is shown to the model."

    def origin(self) -> str:
        """Model, library and program, in one line for the foot of the page."""
        parts = [
            f"Model: {self.about.model}" if self.about.model else "",
            f"Library: {self.about.library}" if self.about.library else "",
            "Made with CLICS desktop",
        ]
        return " · ".join(part for part in parts if part)


VERDICTS = {True: "✓", False: "✗", None: "–"}
