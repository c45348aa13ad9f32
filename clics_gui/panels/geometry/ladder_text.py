"""Texts of the symmetry ladder. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clics_gui.style.labels import pretty_symbol

if TYPE_CHECKING:
    from clics.results import Rung, SymmetryLadder

UNMOVED = 5e-5
"""Å, or relative strain, below which a crystal is said to be idealised already."""
ANGSTROM = "\N{NO-BREAK SPACE}Å"


def rung_name(rung: Rung) -> str:
    """Symbol of the space group in the typography of print."""
    return pretty_symbol(rung.symbol)


def rung_details(rung: Rung) -> str:
    """Range of tolerances, displacement, strain, setting and mirror image of a rung."""
    parts = [tolerances(rung), moves(rung), *_notes(rung)]
    return " · ".join(part for part in parts if part)


def tolerances(rung: Rung) -> str:
    """Tolerances at which the group is found: ``"0.03–0.42 Å"``, ``"from 0.42 Å"``."""
    if rung.ends is None:
        return f"from {_length(rung.begins)}{ANGSTROM}"
    return f"{_length(rung.begins)}–{_length(rung.ends)}{ANGSTROM}"


def is_exact(rung: Rung) -> bool:
    """True if nothing moves when the crystal is idealised."""
    return rung.largest_displacement < UNMOVED and rung.strain < UNMOVED


def moves(rung: Rung) -> str:
    """How far atoms move to the idealised places, and the cell with them."""
    if is_exact(rung):
        return "exact"
    text = f"atoms move up to {rung.largest_displacement:.3f}{ANGSTROM}, {rung.rms_displacement:.3f}{ANGSTROM} rms"
    return text if rung.strain < UNMOVED else f"{text}, cell by {100 * rung.strain:.2f}\N{NO-BREAK SPACE}%"


def alone(rung: Rung, most: float) -> str:
    """One sentence for a ladder of one rung, without its setting: the crystal shown may have another."""
    notes = _notes(rung)[1 if rung.setting else 0 :]
    about = f" ({', '.join(notes)})" if notes else ""
    return f"{rung_name(rung)}{about}: {moves(rung)}; no higher symmetry within {most:g}{ANGSTROM}."


def proposal(ladder: SymmetryLadder) -> str:
    """Why a rung is proposed, in one sentence."""
    rung = ladder.proposed
    count = f"{rung.free_coordinates} free coordinates"
    return (
        f"Proposed: {rung_name(rung)}. With {count} it explains the {3 * ladder.sites} coordinates best for their number "
        "(information criterion)."
    )


def button_text(rung: Rung) -> str:
    """Label of the button that takes a rung."""
    return f"Symmetrise to {rung_name(rung)}"


def opened_text(rung: Rung) -> str:
    """What is said when the idealised crystal was opened."""
    return f"Opened as a new tab with exactly {rung_name(rung)}: {moves(rung)}. Save crystal as… writes a CIF with this group."


def _notes(rung: Rung) -> list[str]:
    mirror = f"mirror image {pretty_symbol(rung.enantiomorph)}" if rung.enantiomorph else ""
    handed = "chiral" if rung.handed and not rung.enantiomorph and rung.number > 1 else ""
    return [part for part in (rung.setting, mirror, handed) if part]


def _length(length: float) -> str:
    return f"{length:.2g}"
