"""End of the application by a signal (Ctrl+C, SIGTERM): no question is asked then."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

_PROPERTY = "signalled"


def mark_signalled(application: QCoreApplication) -> None:
    """Note that a signal ends the application."""
    application.setProperty(_PROPERTY, True)


def signalled() -> bool:
    """True if a signal ends the application."""
    application = QCoreApplication.instance()
    return application is not None and bool(application.property(_PROPERTY))
