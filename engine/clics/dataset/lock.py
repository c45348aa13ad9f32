"""One writer at a time: a lock of the operating system on a file in a folder, gone with the process that held it."""

from __future__ import annotations

import sys
from pathlib import Path

from clics.errors import InputError


class FolderLock:
    """Held from construction to :meth:`release`, or until the process ends in any way.

    Raises :class:`~clics.errors.InputError` (kind ``busy``) where another process holds it.
    """

    def __init__(self, folder: Path) -> None:
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
        """Let others write."""
        self._file.close()
