"""Tables of the geometry panel for export: Wyckoff positions, environments, predictions of the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clics_gui.export.table import ExportTable

if TYPE_CHECKING:
    from clics.results import RankedPhrase

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


def phrases(document: Document) -> ExportTable:
    """One row for each environment or connection found by geometric analysis, with its sites (from 1)."""
    links = document.geometry.phrases if document.geometry is not None else ()
    rows = [
        {
            "kind": link.kind, "phrase": link.phrase, "sites": [atom + 1 for atom in link.atoms],
            "partners": [atom + 1 for atom in link.partners],
        }
        for link in links
    ]  # fmt: skip
    return ExportTable(f"Coordination environments of {document.title}", rows, source(document))


def space_groups(document: Document) -> ExportTable:
    """Space groups predicted by the model, and their agreement with symmetry analysis."""
    ranked = document.analysis.space_groups if document.analysis is not None else ()
    rows = [
        {"rank": rank, "space_group": one.symbol, "number": one.number, "score": one.score, "agrees": one.agrees}
        for rank, one in enumerate(ranked, 1)
    ]
    return ExportTable(f"Predicted space groups of {document.title}", rows, source(document), model=True)


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


def _rows(ranked: Sequence[RankedPhrase]) -> list[dict[str, object]]:
    return [
        {"rank": rank, "phrase": one.phrase, "score": one.score, "in_description": one.in_description}
        for rank, one in enumerate(ranked, 1)
    ]
