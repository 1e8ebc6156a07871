"""What keys and wheel do on the timeline: W and S zoom, A and D pan, and what else a viewer's hands expect."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent

if TYPE_CHECKING:
    from visualiser.gui.timeline.view import TimelineView

_Key = Qt.Key
_NOT_OURS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_LINES = 40  # pixels of lanes a key scrolls

_ACTIONS: dict[Qt.Key, Callable[[TimelineView], None]] = {
    _Key.Key_W: lambda view: view.zoom(0.75, view.mouse_share()),
    _Key.Key_S: lambda view: view.zoom(1 / 0.75, view.mouse_share()),
    _Key.Key_Plus: lambda view: view.zoom(0.75),
    _Key.Key_Equal: lambda view: view.zoom(0.75),
    _Key.Key_Minus: lambda view: view.zoom(1 / 0.75),
    _Key.Key_A: lambda view: view.pan(-0.15),
    _Key.Key_D: lambda view: view.pan(0.15),
    _Key.Key_Left: lambda view: view.pan(-0.15),
    _Key.Key_Right: lambda view: view.pan(0.15),
    _Key.Key_Up: lambda view: view.scroll_lanes(view.scrolled - _LINES),
    _Key.Key_Down: lambda view: view.scroll_lanes(view.scrolled + _LINES),
    _Key.Key_PageUp: lambda view: view.pan(-0.9),
    _Key.Key_PageDown: lambda view: view.pan(0.9),
    _Key.Key_Home: lambda view: view.jump(0.0),
    _Key.Key_End: lambda view: view.set_follow(True) if view.is_live else view.jump(1.0),
    _Key.Key_Comma: lambda view: view.step_selection(-1),
    _Key.Key_Period: lambda view: view.step_selection(1),
    _Key.Key_F: lambda view: view.fit(),
    _Key.Key_BracketLeft: lambda view: view.folding.choose(-1),
    _Key.Key_BracketRight: lambda view: view.folding.choose(1),
}


def press(view: TimelineView, event: QKeyEvent) -> None:
    """Do what the key says, or leave it to others."""
    if not event.modifiers() & _NOT_OURS and view.folding.press(_Key(event.key())):
        event.accept()
        return
    action = _ACTIONS.get(_Key(event.key()))
    if action is None or event.modifiers() & _NOT_OURS:
        event.ignore()
        return
    action(view)
    event.accept()


def turn_wheel(view: TimelineView, event: QWheelEvent) -> None:
    """Zoom; with Shift scroll the lanes, sideways (or with Alt) pan."""
    delta = event.angleDelta()
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        view.scroll_lanes(view.scrolled - (delta.y() or delta.x()) // 3)
    elif delta.x() and not delta.y():
        view.pan(-delta.x() / 1200)
    elif delta.y():
        view.zoom(0.8 ** (delta.y() / 120), view.share(event.position().x()))
    event.accept()
