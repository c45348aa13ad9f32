"""Names and texts of files are shown as they are written: no rich text, no mnemonics, no characters that cannot be seen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtGui import Qt as GuessingQt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QMessageBox,
    QTabBar,
    QToolTip,
    QWidget,
)

from clics_gui.panels.detail_list import DetailItem
from clics_gui.panels.ranked_list import RankedItem
from clics_gui.style.plain import caption, shown, tooltip, window_title
from clics_gui.style.widgets import PlainLabel, label, message_box

from .panel_context import MARKUP as HOSTILE

ROOT = Path(__file__).resolve().parents[2]
WINDOW = ROOT / "clics_gui"
AS_TEXT = "<b>bold</b> <img src=x> &amp; &lt;i&gt; a&b [*] \\u202eesrever\\u202c \\x1b[31mred\\x07"
UNSEEN = set("\u202e\u202c\x1b\x07")


def rendered(text: str) -> str:
    """What Qt shows of a tooltip: as rich text where it guesses so."""
    if not GuessingQt.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


def faults_of(root: QObject) -> list[str]:
    """Where a widget or its children would show a text otherwise than it is written."""
    found: list[str] = []
    for widget in (root, *root.findChildren(QObject)):
        what = f"{type(widget).__name__} {widget.objectName()}"
        guessing = isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText
        if guessing and "bold" in widget.text():  # labels of other libraries have texts of their own
            found.append(f"{what} guesses the format of {widget.text()[:80]!r}")
        texts = list(_texts(widget))
        if isinstance(widget, (QWidget, QAction)):
            texts.append(rendered(widget.toolTip()))
            if GuessingQt.mightBeRichText(widget.toolTip()) and not widget.toolTip().startswith("<span"):
                found.append(f"{what} has a rich tooltip: {widget.toolTip()[:80]!r}")
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            texts += _of_model(widget.model())
        found += [f"{what} shows {text[:120]!r}" for text in texts if UNSEEN & set(text)]
        if isinstance(widget, (QAbstractButton, QAction, QTabBar)):
            found += [f"{what} has a mnemonic: {text[:80]!r}" for text in texts if "a&b" in text.replace("&&", "")]
    return found


def _texts(widget: QObject) -> Iterator[str]:
    if isinstance(widget, (QLabel, QAbstractButton, QAction)):
        yield widget.text()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(place) for place in range(widget.count()))
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(place) for place in range(widget.count()))
        yield from (rendered(widget.tabToolTip(place)) for place in range(widget.count()))
    if isinstance(widget, QWidget):
        yield widget.windowTitle()


def _of_model(model: QAbstractItemModel) -> Iterator[str]:
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.StatusTipRole)
    for row in range(model.rowCount(QModelIndex())):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())):
            for role in roles:
                value = model.index(row, column).data(role)
                if isinstance(value, str):
                    if role == Qt.ItemDataRole.ToolTipRole and GuessingQt.mightBeRichText(value):
                        assert value.startswith("<span"), value
                    yield rendered(value)


def test_a_tooltip_shows_what_is_written(qapp: object) -> None:
    assert GuessingQt.mightBeRichText(HOSTILE), "Qt would take it for rich text"
    assert rendered(tooltip(HOSTILE)) == AS_TEXT
    assert tooltip("two\nlines") == "two\nlines"
    assert tooltip(None) == ""
    QToolTip.showText(QWidget().pos(), tooltip(HOSTILE))
    assert rendered(QToolTip.text()) == AS_TEXT
    QToolTip.hideText()


def test_labels_and_boxes_never_guess(qtbot: object) -> None:
    made = label(HOSTILE)
    qtbot.addWidget(made)  # type: ignore[attr-defined]
    assert made.text() == AS_TEXT
    made.setText("other " + HOSTILE)
    assert made.text() == "other " + AS_TEXT
    assert isinstance(made, PlainLabel)
    box = message_box(QMessageBox.Icon.Warning, HOSTILE, HOSTILE, HOSTILE)
    qtbot.addWidget(box)  # type: ignore[attr-defined]
    assert not faults_of(box)
    assert [part.text() for part in box.findChildren(QLabel) if part.text()].count(AS_TEXT) == 2


def test_captions_and_titles(qapp: object) -> None:
    assert caption("a&b") == "a&&b"
    window = QWidget()
    window.setWindowTitle(window_title("NaCl[*].cif"))
    assert window.windowTitle() == "NaCl[*][*].cif", "which Qt shows as [*]"
    assert shown("a\nb\tc") == "a\nb\\tc"


def test_rows_of_lists_are_written_out() -> None:
    for item in (RankedItem(HOSTILE, note=HOSTILE, word=HOSTILE), DetailItem(HOSTILE, detail=HOSTILE, note=HOSTILE)):
        assert (item.text, item.note) == (AS_TEXT, AS_TEXT)
    assert DetailItem("", detail=HOSTILE).detail == AS_TEXT


# ---- the kind, in the source ---------------------------------------------------------------------------------------


def _is_own(node: ast.expr) -> bool:
    """True for a text that stands in the source: a literal, a constant, or a choice among such."""
    if isinstance(node, ast.IfExp):
        return _is_own(node.body) and _is_own(node.orelse)
    if isinstance(node, ast.Subscript):
        return _is_own(node.value)
    if isinstance(node, ast.Name):
        return node.id.isupper()
    return isinstance(node, ast.Constant)


def _is_wrapped(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def _wrong(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    where = path.relative_to(ROOT)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            last = node.args[-1] if node.args else None
            if name in ("QLabel", "QMessageBox") and path.name != "widgets.py":
                yield f"{where}:{node.lineno} makes a {name}; use style.widgets"
            if name in ("setToolTip", "setTabToolTip", "setWhatsThis") and not (
                last is not None and (_is_own(last) or _is_wrapped(last, "tooltip"))
            ):
                yield f"{where}:{node.lineno} sets a tooltip without style.plain.tooltip"
            if name == "showText" and not _is_wrapped(node.args[1], "tooltip"):
                yield f"{where}:{node.lineno} shows a tooltip without style.plain.tooltip"
            if name in ("setHtml", "insertHtml", "setMarkdown", "critical", "warning", "question", "information") and (
                isinstance(node.func, ast.Attribute)
                and ast.unparse(node.func.value) in ("QMessageBox", "self", "self.text")
            ):
                yield f"{where}:{node.lineno} shows rich text by {name}"
            if name == "setWindowTitle" and not (
                last is not None and (_is_own(last) or "window_title" in ast.unparse(last))
            ):
                yield f"{where}:{node.lineno} sets a title without style.plain.window_title"
        if isinstance(node, ast.If) and "ToolTipRole" in ast.unparse(node.test):
            for part in (part for line in node.body for part in ast.walk(line) if isinstance(part, ast.Return)):
                if part.value is not None and not (_is_own(part.value) or _is_wrapped(part.value, "tooltip")):
                    yield f"{where}:{part.lineno} returns a tooltip without style.plain.tooltip"


def test_no_place_of_the_window_lets_qt_guess() -> None:
    wrong = [fault for path in sorted(WINDOW.rglob("*.py")) for fault in _wrong(path)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "line",
    [
        "self.setToolTip(path.name)",
        "item.setToolTip(0, name)",
        "x = QLabel(text)",
        "QMessageBox.critical(self, 'CLICS', sentence)",
        "QToolTip.showText(at, words, self)",
        "if role == Qt.ItemDataRole.ToolTipRole:\n    pass\ndef f():\n    if role == Qt.ToolTipRole:\n        return row.name",
        "self.setWindowTitle(f'{name} – CLICS')",
    ],
)
def test_the_scan_finds_what_it_looks_for(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    path = tmp_path / "panel.py"
    path.write_text(line)
    assert list(_wrong(path))
