"""State of the window between sessions: open files, docks, recent files, states of panels."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from clics.atomic_files import write_text
from clics.errors import ClicsError

log = logging.getLogger(__name__)

VERSION = 1
"""Raised when docks change so much that an old arrangement would hide something."""


@dataclass(slots=True)
class OpenFile:
    """One document of a session: file and block, or the identifier of a stored crystal, and the state of its view."""

    path: str = ""
    block: str = ""
    stored: str = ""
    view: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the document as in :func:`clics_gui.shell.document_views.name_of`."""
        return f"{self.path}\n{self.stored}\n{self.block}"


@dataclass(slots=True)
class WindowState:
    """Contents of ``session.json``; ``geometry`` and ``docks`` are Qt's, in base64. ``first``: never saved before."""

    version: int = VERSION
    geometry: str = ""
    docks: str = ""
    recent: list[str] = field(default_factory=list)
    open: list[OpenFile] = field(default_factory=list)
    current: int = 0
    panels: dict[str, dict[str, Any]] = field(default_factory=dict)
    first: bool = True

    def remember(self, path: Path, most: int) -> None:
        """Put a file on top of the recent ones."""
        name = str(path)
        self.recent = [name, *(other for other in self.recent if other != name)][:most]

    def save(self, path: Path) -> None:
        """Write the state; a failure is only logged, because the program is about to end."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, json.dumps(asdict(self) | {"first": False}, indent=1))
        except (ClicsError, OSError, TypeError, ValueError) as error:
            log.warning("session not saved: %s", error)

    @classmethod
    def load(cls, path: Path) -> WindowState:
        """The last session, or an empty one if there is none that can be read."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            state = cls(
                geometry=str(data["geometry"]),
                docks=str(data["docks"]) if data["version"] == VERSION else "",
                recent=[str(name) for name in data["recent"]],
                open=[OpenFile(**entry) for entry in data["open"]],
                current=int(data["current"]),
                panels={str(name): dict(values) for name, values in data["panels"].items()},
                first=bool(data["first"]),
            )
        except (FileNotFoundError, NotADirectoryError):
            return cls()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("session not read: %s", error)
            return cls(first=False)
        return state
