"""The keys of a replay, wherever on timeline and transport bar they are pressed, and the mouse on the ruler."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

Key = Qt.Key
_NOT_OURS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
# What Shift makes of comma and full stop depends on the keyboard.
_SLOWER = (Key.Key_Less, Key.Key_Comma, Key.Key_Semicolon)
_FASTER = (Key.Key_Greater, Key.Key_Period, Key.Key_Colon)


def name_of(event: QKeyEvent) -> str:
    """What a key stands for: ``play``, ``back``, ``on``, ``slower``, ``faster``, ``loop``, or nothing."""
    if event.modifiers() & _NOT_OURS:
        return ""
    key, shift = Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    if shift:
        return "slower" if key in _SLOWER else "faster" if key in _FASTER else "loop" if key == Key.Key_L else ""
    return {Key.Key_Space: "play", Key.Key_K: "play", Key.Key_J: "back", Key.Key_L: "on"}.get(key, "")


class Keys(QObject):
    """Takes keys before the widget that has the focus.

    Args:
        does: what to do for each name of a key; false leaves it to others.
    """

    def __init__(self, parent: QObject, does: Mapping[str, Callable[[], bool]]) -> None:
        super().__init__(parent)
        self._does = does

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key says, if it says anything."""
        does = self._does.get(name_of(event))
        return does is not None and does()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the timeline."""
        return event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.press(event)


class RulerTool:
    """A drag along the ruler moves the playhead.

    Args:
        height: pixels of the ruler.
        seek: gets the place in pixels of the view; false leaves the drag to others.
    """

    def __init__(self, height: Callable[[], int], seek: Callable[[float], bool]) -> None:
        self._height = height
        self._seek = seek

    def press(self, at: QPointF, event: QMouseEvent) -> bool:
        """Take a drag that begins on the ruler."""
        plain = event.button() == Qt.MouseButton.LeftButton and event.modifiers() == Qt.KeyboardModifier.NoModifier
        return plain and at.y() < self._height() and self._seek(at.x())

    def drag(self, at: QPointF) -> None:
        """The playhead follows the mouse."""
        self._seek(at.x())

    def release(self, at: QPointF) -> None:
        """It stays there."""
