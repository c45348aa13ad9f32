"""Dialogs for files and names. None blocks; each passes its answer to a function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QMessageBox, QWidget

from clics_gui.style.widgets import message_box

SUFFIX = ".clics"
_LIBRARIES = f"Libraries (*{SUFFIX});;All files (*)"


def ask_new(parent: QWidget, folder: Path, answer: Callable[[Path], object]) -> None:
    """Ask for the file of a new library."""
    dialog = QFileDialog(parent, "New library", str(folder), _LIBRARIES)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # nothing is ever overwritten
    dialog.setDefaultSuffix(SUFFIX[1:])
    _ask(dialog, lambda paths: answer(paths[0]))


def ask_library(parent: QWidget, answer: Callable[[Path], object]) -> None:
    """Ask for a library file to open."""
    dialog = QFileDialog(parent, "Open library", "", _LIBRARIES)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    _ask(dialog, lambda paths: answer(paths[0]))


def ask_files(parent: QWidget, answer: Callable[[list[Path]], object]) -> None:
    """Ask for files to add."""
    dialog = QFileDialog(parent, "Add files to the library")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    _ask(dialog, answer)


def ask_folder(parent: QWidget, answer: Callable[[list[Path]], object]) -> None:
    """Ask for a folder to add."""
    dialog = QFileDialog(parent, "Add a folder to the library")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _ask(dialog, answer)


def ask_name(parent: QWidget, name: str, answer: Callable[[str], object]) -> None:
    """Ask for a name of a library."""
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Rename library")
    dialog.setLabelText("Name")
    dialog.setTextEchoMode(QLineEdit.EchoMode.Normal)
    dialog.setTextValue(name)
    dialog.textValueSelected.connect(answer)
    dialog.open()


def confirm_delete(parent: QWidget, name: str, path: Path, crystals: int | None, answer: Callable[[], object]) -> None:
    """Ask for confirmation before a file is deleted; Enter and Escape keep it."""
    held = f"with {crystals:,} crystals " if crystals is not None else ""
    box = message_box(
        QMessageBox.Icon.Warning, "Delete library", f"Delete “{name[:200]}” permanently?",
        f"The file {path} {held}will be deleted. This cannot be undone.", parent,
    )  # fmt: skip
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    yes = box.addButton("Delete file", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole))
    yes.clicked.connect(lambda _checked=False: answer())
    box.open()


def _ask(dialog: QFileDialog, answer: Callable[[list[Path]], object]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: answer([Path(name) for name in names]))
    dialog.open()
