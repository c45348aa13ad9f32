"""Files that are whole or not there: written beside their place, synced, then put into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from engine.errors import ClicsError


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A binary file to write that takes the place of ``path`` when the block ends well, and vanishes when it does not.

    Raises ClicsError of kind ``not-written`` where the folder is missing, not to be written to, or the disk is full.
    """
    temporary: Path | None = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part", delete=False) as file:
            temporary = Path(file.name)
            yield file
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)  # a temporary file is private, a result is not
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        raise ClicsError(f"{path} could not be written: {error.strerror or error}.", kind="not-written") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
