"""The label of each site, the same in tables, pictures and words."""

from __future__ import annotations

from typing import Any


def site_labels(atoms: Any, geometry: Any) -> tuple[str, ...]:
    """The label of the file; without one, the name of the site's orbit; empty while neither is known."""
    # The viewer also draws cells that are no results of the engine, and have no labels.
    orbit = {atom: row.label for row in geometry.wyckoff for atom in row.atoms} if geometry is not None else {}
    own = getattr(atoms, "labels", ()) or ("",) * len(atoms.species)
    return tuple(label or orbit.get(site, "") for site, label in enumerate(own))
