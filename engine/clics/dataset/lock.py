"""A lock on a folder for one writer at a time; the operating system releases it with the process that holds it."""

from __future__ import annotations

import sys
from pathlib import Path

from clics.errors import InputError


class FolderLock:
    """A lock held from construction to :meth:`release`, or to the end of the process."""

    def __init__(self, folder: Path) -> None:
        """Lock ``folder``.

        Raises:
            InputError: another process holds the lock (kind ``busy``).
        """
        self._file = (folder / ".lock").open("ab")
        try:
            if sys.platform == "win32":
                import msvcrt

                self._file.seek(0)
                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            message = f"Another program is writing to {folder}; wait for it to end, or name another folder."
            raise InputError(message, kind="busy") from error

    def release(self) -> None:
        """Release the lock."""
        self._file.close()
