"""Texts about libraries. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath, PureWindowsPath
from typing import TYPE_CHECKING

from clics_gui.style.labels import counted

if TYPE_CHECKING:
    from clics.errors import ClicsError
    from clics.results import AddReport, LibraryState, Refusal

OUTCOMES = ("outcome", "crystal or file", "block", "reason")


def size_text(size: int) -> str:
    """Size of a file: ``"0.9 MB"``."""
    for unit, one in (("GB", 1e9), ("MB", 1e6)):
        if size >= one / 10:
            return f"{size / one:.1f} {unit}"
    return f"{size / 1e3:.0f} kB"


def crystals_line(state: LibraryState) -> str:
    """Number of crystals and size: ``"288 crystals · 0.9 MB"``."""
    return f"{counted_large(state.info.crystals, 'crystal')} · {size_text(state.info.size)}"


def readiness(state: LibraryState) -> tuple[str, bool]:
    """State of the embeddings in a few words, and True if it is in order."""
    if state.info.crystals == 0:
        return "empty", True
    if state.lacking == 0:
        return "ready", True
    if "shared" not in state.lacks:
        missing = "similarity embedding" if "structural" in state.lacks else "site embeddings"
        return f"{state.lacking:,} without {missing}", False
    if state.lacking == state.info.crystals:
        return "embedded by another model", False
    return f"{state.lacking:,} not embedded", False


def missing_embeddings(state: LibraryState) -> str:
    """Sentence about missing embeddings and their effect; empty if there are none."""
    if not state.lacking:
        return ""
    of = f"{counted_large(state.lacking, 'crystal')} of {state.info.crystals:,}"
    if state.lacks == ("sites",):
        return (
            f"No site embeddings of the current model for {of}: phrases of local geometry are ranked less accurately until "
            "the embeddings are updated."
        )
    if "shared" not in state.lacks:
        return (
            f"No similarity embedding of the current model for {of}: the Similar panel does not find them until the "
            "embeddings are updated."
        )
    return f"No embedding of the current model for {of}: searches do not find them until the embeddings are updated."


def missing_descriptions(state: LibraryState) -> str:
    """Sentence about missing facts of geometry and their effect; empty if there are none."""
    if not state.without_geometry:
        return ""
    of = f"{counted_large(state.without_geometry, 'crystal')} of {state.info.crystals:,}"
    return (
        f"No facts of geometry for {of}: searches for shapes and networks leave them unknown until they are described."
    )


def location_line(path: Path | None, state: LibraryState | None) -> str:
    """Path of a library, or its role if it is built in or the user's own."""
    if path is not None:
        return "Built-in library (read-only)" if state is not None and state.starter else str(path)
    return (
        "Built-in library; adding crystals creates your own copy"
        if state is None or state.starter
        else "Your own library"
    )


def facts(state: LibraryState) -> list[tuple[str, str]]:
    """Names and values of the details of a library."""
    info = state.info
    with_vectors = next((m.vectors for m in info.models if m.fingerprint == state.fingerprint), 0)
    without = next((m.without for m in info.models if m.fingerprint == state.fingerprint), 0)
    similarity = next((m.structural for m in info.models if m.fingerprint == state.fingerprint), 0)
    sites = next((m.sites for m in info.models if m.fingerprint == state.fingerprint), 0)
    vectors = f"{with_vectors:,} of {info.crystals:,}"
    vectors += "".join(
        f", {n:,} with {kind}" for n, kind in ((similarity, "similarity"), (sites, "sites")) if n != with_vectors
    )
    if without:
        vectors += f"; {counted_large(without, 'crystal')} not searchable by the model"
    if others := sum(1 for model in info.models if model.fingerprint != state.fingerprint):
        vectors += f"; also by {counted(others, 'other model')}"
    rows = [
        ("Crystals", f"{info.crystals:,}, {info.ordered:,} ordered, {info.described:,} described"),
        ("Embeddings", vectors),
    ]
    if info.crystal_systems:
        rows.append(("Crystal systems", ", ".join(f"{name} {count:,}" for name, count in info.crystal_systems.items())))
    if state.sources:
        named = [f"{_short(source)} ({count:,})" for source, count in state.sources]
        more = [f"{state.more_sources:,} more"] if state.more_sources else []
        rows.append(("Source", ", ".join([*named, *more])))
    rows.append(("File", info.path))
    return rows


def added_sentence(report: AddReport, library: str) -> str:
    """Result of an addition in one sentence."""
    parts = [f"{counted_large(report.added, 'crystal')} added to {library}"]
    if report.skipped:
        parts.append(f"{report.skipped:,} already there")
    if report.duplicates:
        done = "skipped" if report.left_out == len(report.duplicates) else "added"
        parts.append(f"{counted_large(len(report.duplicates), 'duplicate')} {done}")
    if report.completed:
        parts.append(f"{report.completed:,} embeddings updated")
    if report.refused:
        parts.append(f"{len(report.refused):,} refused")
    if report.undescribed:
        parts.append(f"{len(report.undescribed):,} without a description")
    if report.unembedded:
        parts.append(f"{len(report.unembedded):,} not searchable by the model")
    return f"{', '.join(parts)}."


def outcomes(report: AddReport) -> list[tuple[str, ...]]:
    """Row for each entry of an addition that was not simply added, refusals first."""
    rows = refused(report.refused)
    for each in report.duplicates:
        equal = f"identical to {each.of}" if each.exact else f"the same crystal as {each.of}"
        rows.append(("duplicate, added" if each.added else "duplicate, skipped", each.id, "", equal))
    rows += [("added under another id", given, "", f"added as {stored}") for given, stored in report.renamed]
    rows += [("no description", name, "", _reason(why, name)) for name, why in report.undescribed]
    rows += [("not searchable by model", name, "", _reason(why, name)) for name, why in report.unembedded]
    rows += [("note of the reader", name, "", note) for name, note in report.notes]
    return rows


def refused(refusals: Sequence[Refusal]) -> list[tuple[str, ...]]:
    """Row for each refusal."""
    return [
        ("refused", refusal.source, refusal.block, without_place(refusal.message, refusal.source, refusal.block))
        for refusal in refusals
    ]


def without_place(message: str, place: str, block: str = "") -> str:
    """A message without the file and block that it begins with, which stand in columns of their own."""
    for name in filter(None, (place, PurePath(place).name, PureWindowsPath(place).name, block)):
        rest = message.removeprefix(name)
        if rest != message:
            rest = rest.removeprefix(f" [{block}]")
            if rest.startswith(": "):
                return rest[2:3].upper() + rest[3:]
    return message


def as_mappings(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Mapping[str, str]]:
    """Rows as mappings of column to value, for export."""
    return [dict(zip(columns, row, strict=True)) for row in rows]


def error_line(error: ClicsError) -> str:
    """Reason why a library cannot be used, in a few words for the list."""
    words = {
        "missing": "file not found", "not-a-library": "not a library", "newer-version": "made by a newer CLICS",
        "locked": "in use by another program", "damaged": "damaged", "unreadable": "cannot be read",
    }  # fmt: skip
    return words.get(error.kind, "cannot be opened")


def counted_large(number: int, singular: str) -> str:
    """Number and noun with thousands separators: ``"1,234 crystals"``."""
    return f"{number:,} {singular if number == 1 else singular + 's'}"


def _reason(why: str, name: str) -> str:
    """The message of ``"kind: message"``, without the name of the crystal."""
    return without_place(why.partition(": ")[2] or why, name)


def _short(source: str) -> str:
    return Path(source).name if "/" in source or "\\" in source else source
