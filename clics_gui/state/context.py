"""What a panel may ask of the window. Panels and dialogs take a :class:`Context` and never see the main window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from clics.results import CellKind

    from clics_gui.engine_thread.worker import Worker
    from clics_gui.shell.notifications import Kind
    from clics_gui.state.actions import Action
    from clics_gui.state.documents import Document, Documents
    from clics_gui.state.libraries import Libraries
    from clics_gui.state.settings import SettingsStore
    from clics_gui.style.theme import Theme


class Context(Protocol):
    """The window as its parts see it."""

    @property
    def worker(self) -> Worker:
        """The way to the engine."""

    @property
    def documents(self) -> Documents:
        """What is open."""

    @property
    def settings(self) -> SettingsStore:
        """``settings.value.<section>.<name>`` reads, ``settings.set(section, name, value)`` writes."""

    @property
    def libraries(self) -> Libraries:
        """Which libraries there are, which one is searched, and word of changes in them."""

    @property
    def theme(self) -> Theme:
        """Colours by role, icons, and ``changed`` when light turns to dark."""

    def notify(
        self, message: str, kind: Kind = "info", *, details: str = "", action: NotifyAction | None = None
    ) -> None:
        """One sentence in the one notification place; never modal. ``action``: (label, function) of a button."""

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files, folders and archives; every crystal gets a tab, every refusal a notification."""

    def open_stored(self, library_id: str, library: Path | None = None, phrase: str = "") -> None:
        """Open a crystal of the current library (or of another one); the sites that ``phrase`` speaks of are lit."""

    def change_cell(self, document: Document, kind: CellKind) -> None:
        """Show ``"primitive"``, ``"conventional"``, ``"niggli"`` or the cell as ``"read"``; geometry is found anew."""

    def rank(self, document: Document) -> None:
        """Ask the model about a document now, where the settings say not to ask at once."""

    def add_actions(self, actions: Sequence[Action]) -> None:
        """Contribute to menus, toolbar, shortcuts and the command palette."""

    def refresh_actions(self) -> None:
        """Ask every ``enabled_when`` and ``checked_when`` again, after a state they look at has changed."""

    def show_panel(self, panel_id: str) -> None:
        """Bring a panel to the front and give it the keyboard."""


NotifyAction = tuple[str, Callable[[], object]]


@runtime_checkable
class Panel(Protocol):
    """A QWidget made with ``(window: Context)`` that the main window docks."""

    panel_id: str
    title: str


@runtime_checkable
class AsksBeforeClosing(Protocol):
    """A panel that may have something to ask before the window closes."""

    def may_close(self) -> bool:
        """False: it asks now, and closes the window itself if the answer is so."""


@runtime_checkable
class RemembersState(Protocol):
    """A panel whose state (plain JSON values) is kept from one session to the next."""

    def save_state(self) -> dict[str, Any]:
        """What to remember."""

    def restore_state(self, state: dict[str, Any]) -> None:
        """What :meth:`save_state` gave once; may be of an older version, so unknown things are ignored."""
