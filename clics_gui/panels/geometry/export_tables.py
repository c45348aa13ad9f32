"""The tables of the geometry panel on their way out: Wyckoff positions, true phrases, the model's rankings."""

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
    """One row for each phrase that is true by the description, with the sites that make it true."""
    links = document.geometry.phrases if document.geometry is not None else ()
    rows = [
        {
            "kind": link.kind, "phrase": link.phrase, "sites": [atom + 1 for atom in link.atoms],
            "partners": [atom + 1 for atom in link.partners],
        }
        for link in links
    ]  # fmt: skip
    return ExportTable(f"Local geometry of {document.title}", rows, source(document))


def space_groups(document: Document) -> ExportTable:
    """The model's ranking, and whether symmetry analysis agrees."""
    ranked = document.analysis.space_groups if document.analysis is not None else ()
    rows = [
        {"rank": rank, "space_group": one.symbol, "number": one.number, "score": one.score, "agrees": one.agrees}
        for rank, one in enumerate(ranked, 1)
    ]
    return ExportTable(f"Space groups of {document.title} by the model", rows, source(document), model=True)


def environments(document: Document) -> ExportTable:
    """The model's ranking, and what the description finds."""
    ranked = document.analysis.environments if document.analysis is not None else ()
    return ExportTable(f"Environments of {document.title} by the model", _rows(ranked), source(document), model=True)


def connections(document: Document) -> ExportTable:
    """The model's ranking, and what the description finds."""
    ranked = document.analysis.connections if document.analysis is not None else ()
    return ExportTable(f"Connections of {document.title} by the model", _rows(ranked), source(document), model=True)


def source(document: Document) -> str:
    """The file, or the id in the library, that a document is from."""
    return document.path.name if document.path is not None else document.library_id or document.title


def _rows(ranked: Sequence[RankedPhrase]) -> list[dict[str, object]]:
    return [
        {"rank": rank, "phrase": one.phrase, "score": one.score, "in_description": one.in_description}
        for rank, one in enumerate(ranked, 1)
    ]
