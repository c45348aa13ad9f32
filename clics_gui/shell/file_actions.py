"""Actions on files: open, save, close, settings, quit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clics.engine_process.operation import SESSION, call
from clics.session import Session
from PySide6.QtWidgets import QFileDialog

from clics_gui.state.actions import Action

if TYPE_CHECKING:
    from clics.results import CifSymmetry

    from clics_gui.state.context import Context

KINDS_TO_OPEN = f"Crystals ({' '.join(Session.file_patterns())});;All files (*)"
SAVED_SYMMETRY: dict[str, CifSymmetry] = {
    "CIF, symmetry as in the file (*.cif)": "file",
    "CIF, symmetrised at 0.01 Å (*.cif)": "symmetrised",
    "CIF, all atoms, P1 (*.cif)": "p1",
}
"""Kinds of CIF in the save dialog."""
TOLERANCE = 0.01
"""Å at which a CIF is symmetrised; other tolerances are in the Geometry panel."""
KINDS_TO_SAVE = ";;".join([*SAVED_SYMMETRY, "POSCAR (*.vasp)"])


def actions(window: Context, folder: Callable[[], Path], close: Callable[[], object]) -> list[Action]:
    """Actions of the File menu, in its order.

    Args:
        window: The window as its parts see it.
        folder: Gives the folder in which file dialogs start.
        close: Closes the window.
    """
    documents = window.documents

    def has_document() -> bool:
        return documents.current is not None

    def close_current() -> None:
        if documents.current is not None:
            documents.close(documents.current)

    def close_others() -> None:
        for document in documents:
            if document is not documents.current:
                documents.close(document)

    return [
        Action(
            id="file.open",
            title="Open…",
            run=lambda: choose_files(window, folder()),
            menu="File",
            group=0,
            shortcut="Ctrl+O",
            tip=f"Open {Session.file_formats()}",
            icon="folder-open-outline",
            toolbar=True,
        ),
        Action(
            id="file.open-folder",
            title="Open folder…",
            run=lambda: choose_folder(window, folder()),
            menu="File",
            group=0,
            shortcut="Ctrl+Shift+O",
            tip="Open all crystals in a folder",
            icon="folder-multiple-outline",
        ),
        Action(
            id="file.save-as",
            title="Save crystal as…",
            run=lambda: save_crystal(window, folder()),
            menu="File",
            group=1,
            shortcut="Ctrl+Shift+S",
            tip="Save the current crystal as CIF or POSCAR",
            icon="content-save-outline",
            toolbar=True,
            enabled_when=has_document,
        ),
        Action(
            id="file.close",
            title="Close",
            run=close_current,
            menu="File",
            group=2,
            shortcut="Ctrl+W",
            tip="Close the current crystal",
            icon="close",
            enabled_when=has_document,
        ),
        Action(
            id="file.close-others",
            title="Close others",
            run=close_others,
            menu="File",
            group=2,
            shortcut="Ctrl+Shift+W",
            tip="Close all crystals except the current one",
            enabled_when=lambda: len(documents) > 1,
        ),
        Action(
            id="file.settings",
            title="Settings…",
            run=lambda: show_settings(window),
            menu="File",
            group=3,
            shortcut="Ctrl+,",
            tip="Change settings or reset them to defaults",
            icon="cog-outline",
        ),
        Action(
            id="file.quit",
            title="Quit",
            run=close,
            menu="File",
            group=4,
            shortcut="Ctrl+Q",
            tip="Quit CLICS; the session is restored at the next start",
        ),
    ]


def recent(window: Context, paths: Sequence[Path]) -> list[Action]:
    """One action for each recent file."""
    return [
        Action(
            id=f"recent.{n}",
            title=path.name,
            run=partial(window.open_paths, [path]),
            menu="File/Open recent",
            tip=str(path),
        )
        for n, path in enumerate(paths)
    ]


def examples(window: Context, paths: Sequence[Path]) -> list[Action]:
    """One action for each example crystal."""
    return [
        Action(
            id=f"example.{n}",
            title=path.stem,
            run=partial(window.open_paths, [path]),
            menu="File/Open example",
            tip=str(path),
        )
        for n, path in enumerate(paths)
    ]


def choose_files(window: Context, folder: Path) -> None:
    """Ask for files and open them."""
    names, _ = QFileDialog.getOpenFileNames(window.dialog_parent, "Open crystals", str(folder), KINDS_TO_OPEN)
    window.open_paths([Path(name) for name in names])


def choose_folder(window: Context, folder: Path) -> None:
    """Ask for a folder and open its crystals."""
    name = QFileDialog.getExistingDirectory(window.dialog_parent, "Open folder", str(folder))
    window.open_paths([Path(name)] if name else [])


def save_crystal(window: Context, folder: Path) -> None:
    """Ask for a file name and write the current crystal in the cell shown."""
    document = window.documents.current
    if document is None:
        return
    start = folder / f"{document.title.replace('/', '-')}.cif"
    name, kind = QFileDialog.getSaveFileName(window.dialog_parent, "Save crystal", str(start), KINDS_TO_SAVE)
    if not name:
        return
    path = Path(name)
    if not path.suffix:
        path = path.with_suffix(".vasp" if "POSCAR" in kind else ".cif")
    symmetry = SAVED_SYMMETRY.get(kind, "file")
    tolerance = TOLERANCE if symmetry == "symmetrised" else None
    window.worker.submit(
        call(SESSION.write, document.crystal, path, symmetry=symmetry, symprec=tolerance),
        title=f"Saving {path.name}",
        done=lambda _: window.notify(f"Saved {path}.", "success"),
    )


def show_settings(window: Context) -> None:
    """Open the settings dialog."""
    from clics_gui.dialogs.settings import SettingsDialog

    SettingsDialog(window.settings, window.dialog_parent).open()
