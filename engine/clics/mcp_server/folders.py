"""The folders below which an agent may read, named by the user."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from clics.errors import InputError
from clics.mcp_server.names import from_text
from clics.readers.registry import file_patterns

_MOST_FILES = 1000


class AllowedFolders:
    """Folders that a server may read.

    Args:
        folders: The folders. Without any, no file can be read; crystals of the library can.

    Raises:
        InputError: ``missing-folder`` for one that is no folder.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        for folder in folders:
            if not folder.is_dir():
                raise InputError(f"{folder}: there is no such folder.", kind="missing-folder")
        self._folders = [folder.resolve() for folder in folders]

    def path(self, name: str) -> Path:
        """The file of a name, which is absolute or relative to one of the folders.

        Symbolic links and ``..`` are resolved before it is compared with the folders, and a name outside them gets the
        same answer whether there is such a file or not. Bytes that are no text may be spelt as in answers
        (:mod:`clics.mcp_server.names`).

        Raises:
            InputError: ``not-allowed`` outside the folders, ``missing-file``, or ``no-file`` for a folder.
        """
        if "\0" in name:
            raise InputError("A file name holds no character of code 0.", kind="not-allowed")
        spellings = dict.fromkeys((name, from_text(name)))
        candidates = [self._resolved(folder / spelt) for folder in self._folders for spelt in spellings]
        inside = [path for path in candidates if path is not None and self._allows(path)]
        if not inside:
            listed = ", ".join(map(str, self._folders)) or "none"
            raise InputError(
                f"{name}: not below a folder that this server may read ({listed}); clics mcp --folder adds one.",
                kind="not-allowed",
            )
        found = list(dict.fromkeys(path for path in inside if _exists(path)))
        if not found:
            raise InputError(f"{name}: there is no such file.", kind="missing-file")
        if len(found) > 1:
            raise InputError(f"{name}: several folders hold it; name {' or '.join(map(str, found))}.", kind="ambiguous")
        if not found[0].is_file():
            raise InputError(f"{name}: name one file; the tool 'files' lists them.", kind="no-file")
        return found[0]

    def files(self, part: str = "") -> tuple[list[str], bool]:
        """Files below the folders whose names a reader of crystals or libraries knows.

        Args:
            part: Text that the path must hold, without regard to case.

        Returns:
            Absolute paths in order, at most 1000, and True where there are more.
        """
        found: list[str] = []
        for path in self._walk():
            if part.lower() in path.lower():
                if len(found) == _MOST_FILES:
                    return found, True
                found.append(path)
        return found, False

    def _walk(self) -> Iterator[str]:
        patterns = [pattern.lower() for pattern in (*file_patterns(), "*.clics")]
        for folder in self._folders:
            for place, below, names in os.walk(folder):
                below.sort()
                for name in sorted(names):
                    path = self._resolved(Path(place, name))
                    if any(fnmatch(name.lower(), pattern) for pattern in patterns) and path and self._allows(path):
                        yield os.path.join(place, name)

    def _allows(self, path: Path) -> bool:
        return any(path.is_relative_to(folder) for folder in self._folders)

    @staticmethod
    def _resolved(path: Path) -> Path | None:
        try:
            return path.resolve()
        except (OSError, RuntimeError, ValueError):  # a circle of symbolic links; no name that a disk can have
            return None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long for the disk
        return False
