"""Tables of the geometry panel for export: Wyckoff positions, coordination, networks, predictions of the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clics.results.facts import MixedNetwork, Network
from clics.results.geometry_words import network_words, orbit_entries, polyhedra_words

from clics_gui.export.table import ExportTable
from clics_gui.panels.geometry.description_text import label_of

if TYPE_CHECKING:
    from clics.results import GeometryFacts, RankedPhrase

    from clics_gui.state.documents import Document


def wyckoff(document: Document) -> ExportTable:
    """One row for each orbit."""
    orbits = document.geometry.wyckoff if document.geometry is not None else ()
    rows = [
        {
            "site": row.label, "element": row.element, "multiplicity": row.multiplicity, "letter": row.letter,
            "site_symmetry": row.site_symmetry, "x": row.position[0], "y": row.position[1], "z": row.position[2],
            "sites_of_the_cell": [atom + 1 for atom in row.atoms],
        }
        for row in orbits
    ]  # fmt: skip
    return ExportTable(f"Wyckoff positions of {document.title}", rows, source(document))


def sites(document: Document) -> ExportTable:
    """One row for each orbit with its coordination, in the words of the panel."""
    facts = facts_of(document)
    entries = orbit_entries(facts) if facts is not None else []
    rows = [
        {
            **{key: value for key, value in entry.items() if key != "atoms"},
            "sites_of_the_cell": _from_one(entry["atoms"]),
        }
        for entry in entries
    ]
    return ExportTable(f"Coordination of {document.title}", rows, source(document))


def networks(document: Document) -> ExportTable:
    """One row for each network of cation-centred polyhedra, of one kind or of two."""
    facts = facts_of(document)
    rows: list[dict[str, object]] = []
    if facts is not None:
        rows += [_network(each) for each in facts.networks]
        rows += [_network(each) for each in facts.mixed or ()]
    return ExportTable(f"Networks of {document.title}", rows, source(document))


def _network(network: Network | MixedNetwork) -> dict[str, object]:
    of_one_kind = network if isinstance(network, Network) else None
    return {
        "network": network_words(network), "polyhedron": polyhedra_words(network),
        "shape": of_one_kind and of_one_kind.symbol, "sharing": ", ".join(network.sharing),
        "dimensionality": network.dimensionality, "name": of_one_kind and of_one_kind.name,
        "centres": ", ".join(network.sites),
    }  # fmt: skip


def space_groups(document: Document) -> ExportTable:
    """Space groups predicted by the model, and their relation to the one that symmetry analysis finds."""
    ranked = document.analysis.space_groups if document.analysis is not None else ()
    rows = [
        {
            "rank": rank,
            "space_group": one.symbol,
            "number": one.number,
            "score": one.score,
            "agrees": one.agrees,
            "relation": one.relation,
        }
        for rank, one in enumerate(ranked, 1)
    ]
    return ExportTable(f"Predicted space groups of {document.title}", rows, source(document), model=True)


def shapes(document: Document) -> ExportTable:
    """Coordination shapes predicted by the model, and whether the facts confirm them."""
    ranked = document.analysis.shapes if document.analysis is not None else ()
    return ExportTable(f"Predicted shapes of {document.title}", _rows(ranked), source(document), model=True)


def ranked_networks(document: Document) -> ExportTable:
    """Networks predicted by the model, and whether the facts confirm them."""
    ranked = document.analysis.networks if document.analysis is not None else ()
    return ExportTable(f"Predicted networks of {document.title}", _rows(ranked), source(document), model=True)


def environments(document: Document) -> ExportTable:
    """Environments predicted by the model, and their agreement with geometric analysis."""
    ranked = document.analysis.environments if document.analysis is not None else ()
    return ExportTable(f"Predicted environments of {document.title}", _rows(ranked), source(document), model=True)


def connections(document: Document) -> ExportTable:
    """Connections predicted by the model, and their agreement with geometric analysis."""
    ranked = document.analysis.connections if document.analysis is not None else ()
    return ExportTable(f"Predicted connections of {document.title}", _rows(ranked), source(document), model=True)


def source(document: Document) -> str:
    """File of a document, or its identifier in the library."""
    return document.path.name if document.path is not None else document.library_id or document.title


def facts_of(document: Document) -> GeometryFacts | None:
    """Facts of geometry of a document; None while unknown."""
    description = document.geometry.description if document.geometry is not None else None
    return None if description is None else description.geometry


def _from_one(atoms: object) -> list[int]:
    return [atom + 1 for atom in atoms] if isinstance(atoms, list) else []


def _rows(ranked: Sequence[RankedPhrase]) -> list[dict[str, object]]:
    return [
        {"rank": rank, "phrase": label_of(one), "score": one.score, "in_description": one.in_description}
        for rank, one in enumerate(ranked, 1)
    ]
