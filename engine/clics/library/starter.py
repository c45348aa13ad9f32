"""The starter library: the 288 AFLOW prototypes with their mineral names, as one small file to be shipped."""

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
"""What a user's own library is called that began as a copy of the starter library."""


def build_starter(
    path: str | Path,
    encoder: CrystalEncoder,
    *,
    workers: int = 1,
    progress: ProgressCallback = silent,
    cancel: CancelToken | None = None,
) -> AddReport:
    """Build the starter library by the ordinary addition: mineral names, descriptions, facts, vectors.

    It grows beside ``path`` and takes its place when it is whole; interrupted, it goes on. The file keeps no log,
    so that it can be read from folders that cannot be written to. The prototypes are those of the AFLOW
    encyclopedia (Mehl et al., Computational Materials Science 136, S1 (2017)) as pymatgen ships them. Raises
    LibraryError, ClicsError of kind ``not-written`` and Cancelled.
    """
    from clics.sources.prototypes import aflow_prototypes

    path = Path(path)
    growing = path.with_name(f"{path.name}.part")
    with Library(growing, "create") as library:
        library.rename(NAME)
        report = add(
            library, aflow_prototypes(), encoder, workers=workers, named=True, progress=progress, cancel=cancel
        )
        library.database.vacuum(single_file=True)
    try:
        put_in_place(growing, path)
    except OSError as error:
        raise not_written(path, error) from error
    return report
