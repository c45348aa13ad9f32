"""Style sheet over Qt's Fusion style: quiet borders, one accent colour."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

from clics_gui.style.colours import Role

SHEET = Template("""
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 6px; }
QMenuBar { background: $window; border-bottom: 1px solid $border; padding: 1px 4px; }
QMenuBar::item { padding: ${t}px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $surface; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: ${s}px 24px ${s}px 10px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $border; margin: 4px 6px; }
QMenu::icon { padding-left: 8px; }

QToolBar { background: $window; border: none; border-bottom: 1px solid $border; spacing: 2px; padding: 3px 6px; }
QToolBar::separator { width: 1px; background: $border; margin: 4px 5px; }
QToolButton { border: 1px solid transparent; border-radius: 5px; padding: ${s}px; color: $text; background: transparent; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $selection; }
QToolButton:disabled { color: $border; }
QToolButton:focus { border-color: $accent; }
QToolButton[popupMode="2"] { padding-right: 16px; }
QToolButton[popupMode="2"]::menu-indicator { subcontrol-origin: padding; subcontrol-position: right center; right: 4px; }
QToolBar#corner { border: none; padding: 0 4px; }
QToolBar#corner QToolButton { padding: 1px 3px; }
QToolButton[outlined="true"] { border-color: $border; background: $surface; padding: ${s}px 8px; }
QToolButton[outlined="true"]:hover { background: $hover; }
QCheckBox { spacing: 6px; }
QCheckBox::indicator { width: 13px; height: 13px; border: 1px solid $muted; border-radius: 3px; background: $surface; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($icons/check-$shade.svg); }
QCheckBox::indicator:disabled { border-color: $border; }

QPushButton { background: $surface; border: 1px solid $border; border-radius: 5px; padding: ${s}px 12px; min-width: 56px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selection; }
QPushButton:focus { border-color: $accent; }
QPushButton:default, QPushButton[primary="true"] { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton:disabled { color: $muted; background: $window; }
QPushButton[flat="true"] { border-color: transparent; background: transparent; min-width: 0; }
QPushButton[flat="true"]:hover { background: $hover; }

QPushButton[link="true"] { border: none; background: transparent; color: $accent; padding: 3px 0; text-align: left; }
QPushButton[link="true"]:hover, QPushButton[link="true"]:focus { text-decoration: underline; }
QToolButton[fold="true"] { color: $muted; padding: 2px 4px 2px 0; font-weight: 600; }
QToolButton[fold="true"]:hover, QToolButton[fold="true"]:checked { color: $text; background: transparent; }
QToolButton#tab-close { padding: 0px 3px; color: $muted; border-radius: 3px; }
QToolButton#tab-close:hover { background: $hover; color: $text; }

QLineEdit, QPlainTextEdit, QTextEdit {
    background: $surface; border: 1px solid $border; border-radius: 5px; padding: ${s}px 6px;
    selection-background-color: $selection; selection-color: $text; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $accent; }
QAbstractSpinBox { min-height: 24px; }
QComboBox { background: $surface; border: 1px solid $border; border-radius: 5px; padding: ${s}px 8px; }
QComboBox:hover { background: $hover; }
QComboBox:focus { border-color: $accent; }
QComboBox:disabled { color: $muted; background: $window; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url($icons/down-$shade.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border; selection-background-color: $selection; }

QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { background: $window; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $muted; padding: ${t}px 12px; border: none;
    border-bottom: 2px solid transparent; margin-right: 2px; }
QTabWidget QTabBar::tab { min-width: 84px; }
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent; }

QDockWidget { color: $muted; font-weight: 600; }
QDockWidget::title { background: $window; padding: ${t}px 10px; border-bottom: 1px solid $border; text-align: left; }
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $border; }

QTableView, QTreeView, QListView { background: $surface; alternate-background-color: $raised; border: none;
    gridline-color: $border; outline: none; selection-background-color: $selection; selection-color: $text; }
QTableView::item, QTreeView::item { padding: ${s}px 6px; }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected { background: $selection; color: $text; }
QListView#pages::item { padding-left: 8px; }
QHeaderView { background: $window; }
QHeaderView::section { background: $window; color: $muted; border: none; border-bottom: 1px solid $border;
    padding: ${s}px 6px; font-weight: 600; }
QTableCornerButton::section { background: $window; border: none; }

QScrollArea { border: none; background: transparent; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $border; border-radius: 4px; margin: 1px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QStatusBar { background: $window; border-top: 1px solid $border; color: $muted; }
QStatusBar::item { border: none; }
QProgressBar { background: $hover; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QGroupBox { border: none; margin-top: 20px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; color: $muted; }
*[role="muted"] { color: $muted; }
*[role="title"] { font-size: 15pt; font-weight: 600; color: $text; }
*[role="heading"] { font-size: 11pt; font-weight: 600; color: $text; }
*[role="good"] { color: $good; background: $good_surface; border-radius: 4px; padding: 1px 6px; }
*[role="bad"] { color: $bad; background: $bad_surface; border-radius: 4px; padding: 1px 6px; }
*[role="neutral"] { color: $info; background: $info_surface; border-radius: 4px; padding: 1px 6px; }
*[role="card"] { background: $surface; border: 1px solid $border; border-radius: 8px; }
QFrame[kind] { border-radius: 6px; border: 1px solid $border; background: $info_surface; }
QFrame[kind="error"] { background: $bad_surface; border-color: $bad; }
QFrame[kind="warning"] { background: $warning_surface; border-color: $warning; }
QFrame[kind="success"] { background: $good_surface; border-color: $good; }
""")


def style_sheet(colours: Mapping[Role, str], *, compact: bool, icons: Path, shade: str) -> str:
    """The style sheet in given colours.

    A label's dynamic property ``role`` (muted, title, heading, good, bad, neutral) selects its style.

    Args:
        colours: Colour of each role.
        compact: Less space around texts.
        icons: Folder of small pictures.
        shade: Variant of the pictures, "light" or "dark".
    """
    room = {"s": "2", "t": "4"} if compact else {"s": "4", "t": "6"}
    named: dict[str, str] = {str(role): colour for role, colour in colours.items()}
    return SHEET.substitute(named | room | {"icons": icons.as_posix(), "shade": shade})
