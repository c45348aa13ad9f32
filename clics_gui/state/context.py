"""Interface of the window for panels and dialogs. They take a :class:`Context` and never see the main window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from clics.results import BondRules, CellKind, Rung
    from PySide6.QtWidgets import QWidget

    from clics_gui.engine_thread.worker import Worker
    from clics_gui.state.actions import Action
    from clics_gui.state.documents import Document, Documents
    from clics_gui.state.libraries import Libraries
    from clics_gui.state.settings import SettingsStore
    from clics_gui.style.theme import Theme


NotificationKind = Literal["info", "success", "warning", "error"]
NotificationAction = tuple[str, Callable[[], object]]
"""Label and function of a button in a notification."""


class Context(Protocol):
    """The window as its parts see it."""

    @property
    def worker(self) -> Worker:
        """Access to the engine: requests run on its threads."""

    @property
    def documents(self) -> Documents:
        """The open crystals and the current one."""

    @property
    def settings(self) -> SettingsStore:
        """``settings.value.<section>.<name>`` reads, ``settings.set(section, name, value)`` writes."""

    @property
    def libraries(self) -> Libraries:
        """Known libraries, the active one, and signals of their changes."""

    @property
    def theme(self) -> Theme:
        """Colours by role, icons, and the signal ``changed`` of a new theme."""

    @property
    def dialog_parent(self) -> QWidget | None:
        """Widget over which dialogs open."""

    def notify(
        self,
        message: str,
        kind: NotificationKind = "info",
        *,
        details: str = "",
        action: NotificationAction | None = None,
    ) -> None:
        """Show a notification; never modal.

        Args:
            message: One sentence.
            kind: Severity.
            details: Longer text behind a button "Details".
            action: Label and function of a further button.
        """

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files, folders and archives: a tab for each crystal, a notification for each refusal."""

    def open_stored(self, library_id: str, library: Path | None = None, phrase: str = "") -> None:
        """Open a crystal of a library (None: the active one) and highlight the sites that match ``phrase`` best."""

    def change_cell(self, document: Document, kind: CellKind) -> None:
        """Show another cell of a crystal; its geometry is analysed again."""

    def correct_bonds(self, document: Document, rules: BondRules | None) -> None:
        """Describe a crystal with bonds that the user corrected (None: with those of geometric analysis)."""

    def symmetrise(self, document: Document, rung: Rung, said: str) -> None:
        """Open a crystal with exactly the symmetry of a rung of its ladder as a new document, and say so."""

    def rank(self, document: Document) -> None:
        """Run the model on a document, even if the settings do not run it on opening."""

    def add_actions(self, actions: Sequence[Action]) -> None:
        """Add actions to menus, toolbar, shortcuts and command palette."""

    def refresh_actions(self) -> None:
        """Evaluate every ``enabled_when`` and ``checked_when`` again, after the state they depend on has changed."""

    def show_panel(self, panel_id: str) -> None:
        """Bring a panel to the front and give it the keyboard."""


@runtime_checkable
class AsksBeforeClosing(Protocol):
    """A panel that may ask a question before the window closes."""

    def may_close(self) -> bool:
        """True if the window may close now; False if the panel asks first and closes the window itself."""


@runtime_checkable
class RemembersState(Protocol):
    """A panel whose state (plain JSON values) is kept from one session to the next."""

    def save_state(self) -> dict[str, Any]:
        """State to keep, as JSON values."""

    def restore_state(self, state: dict[str, Any]) -> None:
        """Restore a state of :meth:`save_state`, perhaps of an older version: unknown entries are ignored."""
