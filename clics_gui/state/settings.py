"""Settings of the user: read once, saved as JSON in the user's data folder at every change."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from clics.atomic_files import not_written, write_text
from clics.errors import ClicsError
from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from clics_gui.state.settings_migrations import migrated
from clics_gui.state.settings_schema import Section, Settings

log = logging.getLogger(__name__)


class SettingsStore(QObject):
    """Typed settings with change signals; every change goes through :meth:`set`.

    An invalid value is replaced by its default. A file that cannot be read is renamed to ``settings.json.unreadable``.

    Args:
        path: Settings file; None: nothing is read or saved.
        parent: Qt parent.

    Attributes:
        value: The settings, to be read only.
        problem: One sentence about an unreadable file or invalid values, to be shown once; None if all is well.
    """

    changed = Signal(str, str)
    """Section and name of a setting that has another value now."""
    unsaved = Signal(str)
    """One sentence, told once: the settings cannot be saved."""

    def __init__(self, path: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self.problem: str | None = None
        self.value = Settings()
        self._told = False
        if path is not None and path.exists():
            self.value = self._read(path)

    def get(self, section: str, name: str) -> Any:
        """Value of a setting by name."""
        return getattr(getattr(self.value, section), name)

    def set(self, section: str, name: str, value: Any) -> None:
        """Change and save one setting.

        Raises:
            pydantic.ValidationError: The value is outside its limits.
        """
        page = getattr(self.value, section)
        if getattr(page, name) != value:
            setattr(page, name, value)
            self._save()
            self.changed.emit(section, name)

    def default(self, section: str, name: str) -> Any:
        """Default of a setting."""
        page = getattr(self.value, section)
        return type(page).model_fields[name].default

    def reset(self, section: str, name: str) -> None:
        """Reset a setting to its default."""
        self.set(section, name, self.default(section, name))

    def reset_all(self) -> None:
        """Reset every setting of the dialog to its default."""
        for section, page in pages(self.value).items():
            if not page.heading:
                continue
            for name in type(page).model_fields:
                self.reset(section, name)

    def _save(self) -> None:
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # not durable: waiting for the disk at every step of a slider would hold up the window
            write_text(self._path, self.value.model_dump_json(indent=2), durable=False)
        except (OSError, ClicsError) as error:  # a full disk must not stop the work; the setting holds until the end
            log.warning("settings not saved: %s", error)
            if not self._told:
                self._told = True
                self.unsaved.emit(_unsaved(self._path, error))

    def _read(self, path: Path) -> Settings:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(data, dict):
                raise ValueError("not an object")
            data = migrated(data)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("settings not read: %s", error)
            renamed = f", and the file was renamed to {path.name}.unreadable" if self._set_aside(path) else ""
            self.problem = f"The settings in {path} could not be read; defaults are used{renamed}."
            return Settings()
        return self._usable(data)

    def _usable(self, data: dict[str, Any]) -> Settings:
        try:
            return Settings.model_validate(data)
        except ValidationError:
            pass
        settings, dropped = Settings(), []
        for section, page in pages(settings).items():
            stored = data.get(section)
            for name, value in stored.items() if isinstance(stored, dict) else ():
                if name not in type(page).model_fields:
                    continue  # of a later or an earlier version
                try:
                    setattr(page, name, value)
                except ValidationError:
                    dropped.append(f"{section}.{name}")
        if dropped:
            self.problem = f"Invalid settings were reset to their defaults: {', '.join(dropped)}."
        return settings

    def _set_aside(self, path: Path) -> bool:
        try:
            path.replace(path.with_name(f"{path.name}.unreadable"))
        except OSError as error:
            log.warning("settings not set aside: %s", error)
            return False
        return True


def _unsaved(path: Path, error: OSError | ClicsError) -> str:
    told = not_written(path, error) if isinstance(error, OSError) else error
    return f"Settings cannot be saved and hold until the window is closed. {told.message}"


def pages(settings: Settings) -> dict[str, Section]:
    """Sections by name, in the order of the schema."""
    values = ((name, getattr(settings, name)) for name in type(settings).model_fields)
    return {name: value for name, value in values if isinstance(value, Section)}
