"""Files that are whole or not there: written beside their place, synced, then put into it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from clics.errors import ClicsError

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another place",
    errno.EACCES: "the folder may not be written to; choose another",
    errno.EPERM: "the folder may not be written to; choose another",
    errno.EROFS: "the disk can only be read; choose another place",
    errno.ENOENT: "there is no such folder; choose another",
    errno.ENOTDIR: "there is no such folder; choose another",
    errno.EISDIR: "a folder of that name is there already; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


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
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise ClicsError(f"{path} could not be written: {reason}.", kind="not-written") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
