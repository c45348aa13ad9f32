"""Tables of results as files and text, with their provenance."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clics.results.provenance import Provenance
    from clics.services.state import SessionState


class ExportService:
    """Writes results. ``session.exports``."""

    def __init__(self, state: SessionState) -> None:
        self._state = state

    def table(
        self,
        results: Iterable[object] | object,
        output: str | Path,
        *,
        format: str | None = None,
        title: str = "",
        query: str = "",
        library: str = "",
        model: bool = False,
        sources: Iterable[str | Path] = (),
    ) -> int:
        """Write hits, analyses or rows as a table.

        Args:
            results: One result, or several of one type.
            output: The file; one that is there is replaced.
            format: ``csv``, ``xlsx``, ``json`` or ``html``; by default the ending of ``output``.
            title: Heading of the table.
            query: What was asked for.
            library: Name of the library that hits are from.
            model: True where scores are those of the session's model.
            sources: Files that were read, which are never replaced.

        Returns:
            Number of rows.

        Raises:
            InputError: ``bad-format``, ``too-many-rows``, ``output-is-source``.
            ClicsError: ``not-written``.
        """
        from clics.export.table_files import write_table

        about = self.provenance(title=title, query=query, library=library, model=model)
        return write_table(
            results, output, format=format, title=title, library=library, model=about.model, query=query,
            licence=about.licence, sources=sources,
        )  # fmt: skip

    def text(self, results: Iterable[object]) -> str:
        """The rows for the clipboard: lines with tabs."""
        from clics.export.table_files import table_text

        return table_text(results)

    def file(self, output: str | Path, content: bytes) -> None:
        """Write a file whole or not at all. Raises ClicsError (``not-written``)."""
        from clics.atomic_files import replacing

        with replacing(Path(output)) as file:
            file.write(content)

    def provenance(self, *, title: str = "", query: str = "", library: str = "", model: bool = False) -> Provenance:
        """Provenance of results: the name of the library, and the session's model if it took part.

        Only the configuration and the card of the model are read.

        Raises:
            ModelError: The model folder cannot be read.
            LibraryError: The library cannot be read.
        """
        from clics.jobs.models import label_of
        from clics.library.state import state_of
        from clics.results.provenance import Provenance

        owed, name = [], ""
        if library and (source := self._state.library()).name == library:
            owed.append(state_of(source, ("",)).attribution)
        if model:
            label = label_of(self._state.model_path)
            name = f"{label.name} ({label.fingerprint})"
            owed.append(f"The model was trained on {label.licence}" if label.licence else "")
        licence = " ".join(part.rstrip(".") + "." for part in owed if part)
        return Provenance(title, library, name, query, licence)
