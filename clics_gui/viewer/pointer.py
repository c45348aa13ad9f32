"""Pointer over a canvas: drag to rotate, zoom and pan; click to pick; hover for tooltips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent

if TYPE_CHECKING:
    from clics_gui.viewer.canvas import CrystalCanvas

DRAG = 4.0
"""Pixels that the pointer may tremble during a click."""
TURN = 0.0095
"""Radians for each pixel of a turn."""


class Pointer(QObject):
    """Event filter of the drawing area, which passes mouse actions to the canvas."""

    def __init__(self, canvas: CrystalCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragging = False
        canvas.setMouseTracking(True)
        for child in canvas.children():
            if child.isWidgetType():
                child.setMouseTracking(True)  # type: ignore[attr-defined]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Handle mouse, wheel and gesture events."""
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
            self._pressed = self._last = event.position()
            self._dragging = False
        elif kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._move(event)
        elif kind == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            if self._pressed is not None and not self._dragging and event.button() == Qt.MouseButton.LeftButton:
                self._canvas.click(event.position().x(), event.position().y(), event.modifiers())
            self._pressed = None
        elif kind == QEvent.Type.MouseButtonDblClick:
            self._pressed = None
        elif kind == QEvent.Type.Wheel and isinstance(event, QWheelEvent):
            self._canvas.zoom(1.0016 ** event.angleDelta().y())
            event.accept()
        elif kind == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._canvas.zoom(1.0 + event.value())
        else:
            return False
        return True

    def _move(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._canvas.hover(event.position().x(), event.position().y())
            return
        if not self._dragging and (event.position() - self._pressed).manhattanLength() < DRAG:
            return
        self._dragging = True
        step = event.position() - self._last
        self._last = event.position()
        buttons, shift = event.buttons(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if buttons & Qt.MouseButton.MiddleButton or (buttons & Qt.MouseButton.LeftButton and shift):
            self._canvas.move(step.x(), step.y())
        elif buttons & Qt.MouseButton.RightButton:
            self._canvas.zoom(1.006 ** -step.y())
        elif buttons & Qt.MouseButton.LeftButton:
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if control:
                self._canvas.turn(roll=-step.x() * TURN)
            else:
                self._canvas.turn(right=step.x() * TURN, up=-step.y() * TURN)
