"""Sentences about libraries. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clics_gui.style.labels import counted

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import AddReport, LibraryState, Refusal

OUTCOMES = ("outcome", "crystal or file", "block", "reason")


def size_text(size: int) -> str:
    """``"0.9 MB"``."""
    for unit, one in (("GB", 1e9), ("MB", 1e6)):
        if size >= one / 10:
            return f"{size / one:.1f} {unit}"
    return f"{size / 1e3:.0f} kB"


def crystals_line(state: LibraryState) -> str:
    """``"288 crystals · 0.9 MB"``."""
    return f"{counted_large(state.info.crystals, 'crystal')} · {size_text(state.info.size)}"


def readiness(state: LibraryState) -> tuple[str, bool]:
    """Whether it can be searched with the model in use, in words, and whether that is in order."""
    if state.info.crystals == 0:
        return "empty", True
    if state.lacking == 0:
        return "ready", True
    if "shared" not in state.lacks:
        missing = "likeness" if "structural" in state.lacks else "vectors of sites"
        return f"{state.lacking:,} without {missing}", False
    if state.lacking == state.info.crystals:
        return "made with another model", False
    return f"{state.lacking:,} not embedded", False


def what_is_lacking(state: LibraryState) -> str:
    """A sentence on what cannot be searched yet; empty where all can."""
    if not state.lacking:
        return ""
    of = f"{counted_large(state.lacking, 'crystal')} of {state.info.crystals:,}"
    if state.lacks == ("sites",):
        return (
            f"{of} have no vectors of sites of the model in use: everything can be searched, phrases of local geometry less "
            "well until they are embedded with it."
        )
    if "shared" not in state.lacks:
        return (
            f"{of} have no likeness vector of the model in use: phrases find them, similar crystals cannot be asked for "
            "until they are embedded with it."
        )
    return f"{of} have no vector of the model in use, and cannot be found until they are embedded with it."


def place_line(path: Path | None, state: LibraryState | None) -> str:
    """Where it is: the file, or what the user's own library is."""
    if path is not None:
        return "Ships with CLICS and is never changed" if state is not None and state.starter else str(path)
    return "Starter library; your own begins as a copy of it" if state is None or state.starter else "Your own library"


def facts(state: LibraryState) -> list[tuple[str, str]]:
    """Name and value of what the panel says of a library."""
    info = state.info
    with_vectors = next((m.vectors for m in info.models if m.fingerprint == state.fingerprint), 0)
    without = next((m.without for m in info.models if m.fingerprint == state.fingerprint), 0)
    alike = next((m.structural for m in info.models if m.fingerprint == state.fingerprint), 0)
    sites = next((m.sites for m in info.models if m.fingerprint == state.fingerprint), 0)
    vectors = f"{with_vectors:,} by the model in use"
    vectors += "".join(f", {n:,} {of}" for n, of in ((alike, "of likeness"), (sites, "with sites")) if n)
    if without:
        vectors += f"; {counted_large(without, 'crystal')} it cannot take"
    if others := sum(1 for model in info.models if model.fingerprint != state.fingerprint):
        vectors += f"; also by {counted(others, 'other model')}"
    found = [
        ("Crystals", f"{info.crystals:,}, {info.ordered:,} ordered, {info.described:,} described"),
        ("Vectors", vectors),
    ]
    if info.crystal_systems:
        found.append(("Systems", ", ".join(f"{name} {count:,}" for name, count in info.crystal_systems.items())))
    if state.sources:
        named = [f"{_short(source)} ({count:,})" for source, count in state.sources]
        more = [f"{state.more_sources:,} more"] if state.more_sources else []
        found.append(("From", ", ".join([*named, *more])))
    found.append(("File", info.path))
    return found


def added_sentence(report: AddReport, library: str) -> str:
    """What an addition came to, in one sentence or two."""
    parts = [f"{counted_large(report.added, 'crystal')} added to {library}"]
    if report.skipped:
        parts.append(f"{report.skipped:,} there already")
    if report.completed:
        parts.append(f"{report.completed:,} embedded anew")
    if report.refused:
        parts.append(f"{len(report.refused):,} refused")
    if report.undescribed:
        parts.append(f"{len(report.undescribed):,} without a description")
    if report.unembedded:
        parts.append(f"{len(report.unembedded):,} that the model cannot take")
    return f"{', '.join(parts)}."


def outcomes(report: AddReport) -> list[tuple[str, ...]]:
    """A row for everything of an addition that is worth a look, refusals first."""
    found = refused(report.refused)
    found += [("stored under another id", given, "", f"stored as {stored}") for given, stored in report.renamed]
    found += [("stored without a description", name, "", _reason(why)) for name, why in report.undescribed]
    found += [("stored without a vector", name, "", _reason(why)) for name, why in report.unembedded]
    return found


def refused(refusals: Sequence[Refusal]) -> list[tuple[str, ...]]:
    """A row for each refusal."""
    return [("refused", refusal.source, refusal.block, refusal.message) for refusal in refusals]


def as_mappings(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Mapping[str, str]]:
    """Rows as an exported table takes them."""
    return [dict(zip(columns, row, strict=True)) for row in rows]


def error_line(error: ClicsError) -> str:
    """Why a library cannot be used, in a few words for the list; the whole sentence is beside it."""
    words = {
        "missing": "not there any more", "not-a-library": "not a library", "newer-version": "made by a newer CLICS",
        "locked": "in use by another program", "damaged": "damaged", "unreadable": "cannot be read",
    }  # fmt: skip
    return words.get(error.kind, "cannot be opened")


def counted_large(number: int, singular: str) -> str:
    """``"1,234 crystals"``."""
    return f"{number:,} {singular if number == 1 else singular + 's'}"


def _reason(why: str) -> str:
    """``kind: message`` without the kind."""
    return why.partition(": ")[2] or why


def _short(source: str) -> str:
    return Path(source).name if "/" in source or "\\" in source else source
