"""The starter library: 288 AFLOW prototypes with the names of their structure types, as one file that ships."""

from __future__ import annotations

from pathlib import Path

from clics.atomic_files import not_written, put_in_place
from clics.library.add import add
from clics.library.encoder_protocol import CrystalEncoder
from clics.library.store import Library
from clics.progress import CancelToken, ProgressCallback, silent
from clics.results.library import AddReport

NAME = "AFLOW prototypes"
OWN_NAME = "My library"
"""Name of a user's own library, which begins as a copy of the starter library."""


def build_starter(
    path: str | Path,
    encoder: CrystalEncoder,
    *,
    workers: int = 1,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> AddReport:
    """Build the starter library with descriptions, structure types, facts and embeddings.

    The prototypes are those of the AFLOW library of crystallographic prototypes (Mehl et al., Comput. Mater. Sci. 136,
    S1 (2017), doi:10.1016/j.commatsci.2017.01.017), as pymatgen ships them. The file is built beside ``path`` and
    replaces it when it is complete; a call after an interruption continues. It has no write-ahead log, so that it can
    be read from folders without write permission.

    Args:
        path: The library file.
        encoder: The model.
        workers: Number of describing processes.
        progress: Called after each batch.
        cancel: Checked between crystals.

    Returns:
        The report of the addition.

    Raises:
        LibraryError: The library cannot be built.
        ClicsError: It cannot be put in its place (kind ``not-written``).
        Cancelled: The token was set.
    """
    from clics.sources.prototypes import PrototypeSource

    path = Path(path)
    growing = path.with_name(f"{path.name}.part")
    with Library(growing, "create") as library:
        library.rename(NAME)
        report = add(
            library, PrototypeSource(), encoder, workers=workers, mineral=True, progress=progress, cancel=cancel
        )
        library.database.vacuum(single_file=True)
    try:
        put_in_place(growing, path)
    except OSError as error:
        raise not_written(path, error) from error
    return report
