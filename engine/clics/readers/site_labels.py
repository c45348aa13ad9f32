"""Labels and oxidation states that files other than CIF give to their atoms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clics.crystals.as_stated import AsStated, StatedAtom
from clics.readers.record import Record

_MOST = 40
_PLAIN = re.compile(r"[^\x21-\x7e]+")


def with_labels(
    record: Record, labels: Sequence[Sequence[str]], oxidation: Sequence[Sequence[float | None]] | None = None
) -> Record:
    """The record with labels of its atoms, where they say more than the elements.

    Args:
        record: The record; it is changed.
        labels: For each site, the label of each occupant; ``""`` for none.
        oxidation: For each site, the oxidation state of each occupant.
    """
    atoms: list[StatedAtom] = []
    sites = []
    for place, (occupants, at) in enumerate(zip(record.sites, record.coords, strict=True)):
        charges = oxidation[place] if oxidation is not None else [None] * len(occupants)
        here = []
        for (symbol, share), label, charge in zip(occupants, labels[place], charges, strict=True):
            here.append((len(atoms), 0))
            clean = _PLAIN.sub("", label)[:_MOST]
            atoms.append(StatedAtom("" if clean == symbol else clean, symbol, (at[0], at[1], at[2]), share, charge))
        sites.append(tuple(here))
    if any(atom.label or atom.oxidation is not None for atom in atoms):
        named = any(atom.label for atom in atoms)  # beside Fe1, an atom that is called O is called so
        atoms = [_called(atom) for atom in atoms] if named else atoms
        record.stated = AsStated(tuple(atoms), tuple(sites))
    return record


def _called(atom: StatedAtom) -> StatedAtom:
    return atom if atom.label else StatedAtom(atom.element, atom.element, atom.coords, atom.occupancy, atom.oxidation)
