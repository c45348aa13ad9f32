"""Alternatives of a disordered crystal (assemblies and groups of the CIF dictionary) that exclude each other."""

from __future__ import annotations

from collections.abc import Sequence

from clics.readers.cif_atoms import Atom, Variant
from clics.readers.cif_structure import OCCUPANCY_TOLERANCE

_EVERYWHERE = frozenset({"", "0", ".", "?"})
"""Names of no group: atoms that all alternatives have (SHELX writes 0)."""


def with_major_components(variants: Sequence[Variant]) -> list[Variant]:
    """Before each reading of an atom list whose alternatives exclude each other, the same with the major ones alone."""
    result = []
    for variant in variants:
        if (major := major_component(variant.atoms)) is not None:
            result.append(Variant(major[0], (*variant.notes, major[1])))
        result.append(variant)
    return result


def major_component(atoms: Sequence[Atom]) -> tuple[list[Atom], str] | None:
    """The atoms of the most occupied group of each assembly whose groups have occupancies of more than 1 together.

    Args:
        atoms: The asymmetric unit; groups of equal occupancies are taken in the order of their names.

    Returns:
        The atoms that are left and what must be said; None where the groups of all assemblies can be there in turn.
    """
    groups: dict[str, dict[str, list[float]]] = {}
    for atom in atoms:
        if atom.group not in _EVERYWHERE:
            groups.setdefault(atom.assembly, {}).setdefault(atom.group, []).append(atom.occupancy)
    shares = {
        assembly: {group: sum(each) / len(each) for group, each in named.items()} for assembly, named in groups.items()
    }
    excessive = {
        assembly: of for assembly, of in shares.items() if len(of) > 1 and sum(of.values()) > OCCUPANCY_TOLERANCE
    }
    if not excessive:
        return None
    chosen = {
        assembly: min(of, key=lambda group: (-of[group], len(group), group)) for assembly, of in excessive.items()
    }
    kept = [atom for atom in atoms
            if atom.group in _EVERYWHERE or chosen.get(atom.assembly, atom.group) == atom.group]  # fmt: skip
    parts = [_named(assembly, of, chosen[assembly]) for assembly, of in excessive.items()]
    count = len(atoms) - len(kept)
    return kept, (
        f"alternatives of disorder have occupancies of more than 1 together: {'; '.join(parts)}; {count} "
        f"{'atom is' if count == 1 else 'atoms are'} left out."
    )


def _named(assembly: str, shares: dict[str, float], chosen: str) -> str:
    listed = ", ".join(f"'{group[:12]}' ({share:.3g})" for group, share in list(shares.items())[:4])
    of = f" of assembly '{assembly[:12]}'" if assembly not in _EVERYWHERE else ""
    return f"of the groups {listed}{of} group '{chosen[:12]}' is read"
