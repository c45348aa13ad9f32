"""What is kept of a file beyond the cell and the elements of its atoms, in words."""

from __future__ import annotations

from clics.crystals.as_stated import IDENTITY, AsStated, StatedAtom

_COLUMNS = {
    "disorder_assembly": "disorder groups",
    "disorder_group": "disorder groups",
    "calc_flag": "flags of calculated atoms",
    "calc_attached_atom": "flags of calculated atoms",
    "attached_hydrogens": "numbers of attached hydrogen atoms",
    "refinement_flags_posn": "flags of the refinement",
    "refinement_flags_adp": "flags of the refinement",
    "refinement_flags_occupancy": "flags of the refinement",
}


def kept_items(stated: AsStated | None) -> tuple[str, ...]:
    """What a file states and a crystal keeps, for example ``("labels", "the setting 'P n m a'", "oxidation states")``."""
    if stated is None:
        return ()
    atoms = stated.atoms
    items = ["labels"] * any(atom.label for atom in atoms)
    if stated.operations != (IDENTITY,):
        items.append(f"the setting '{stated.symbol}'" if stated.symbol else "the symmetry operations")
    items += ["oxidation states"] * any(atom.oxidation is not None for atom in atoms)
    isotopes = sorted({atom.isotope for atom in atoms if atom.isotope})
    items += [f"isotopes ({', '.join(isotopes[:6])})"] * bool(isotopes)
    items += ["occupancies"] * any(atom.occupancy != 1.0 for atom in atoms)
    items += ["displacement parameters"] * any(atom.u is not None or atom.u_iso is not None for atom in atoms)
    items += ["standard uncertainties"] * (stated.cell_uncertainty is not None or any(map(_is_uncertain, atoms)))
    items += ["Wyckoff letters"] * any(atom.wyckoff for atom in atoms)
    named = dict.fromkeys(name for atom in atoms for name, _ in atom.further)
    items += dict.fromkeys(_COLUMNS.get(name, name) for name in named)
    return tuple(items)


def _is_uncertain(atom: StatedAtom) -> bool:
    stated = (atom.uncertainty, atom.occupancy_uncertainty, atom.u_iso_uncertainty, atom.u_uncertainty)
    return any(each is not None for each in stated)
