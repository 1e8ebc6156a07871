"""The strip as one looks at it: zooms, pans, finds the write under the mouse, steps from lost write to lost write."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent, QWheelEvent

from visualiser.gui.account.strip_layout import RULER, Strip, StripLane, View, height_of, lay_out
from visualiser.gui.account.strip_painter import StripPainter
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.time_view import TimeView
from visualiser.trace.track import NS

_NEAR = 4  # pixels around the mouse in which a write is found
_LINES = 40  # pixels of lanes a key scrolls
_MARGIN = 0.12  # of what is shown of a write, left free on both sides
_NOT_OURS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class StripView(TimeView):
    """``selected`` carries the number of a write, 0 for none; ``pointed`` the one under the mouse, and where."""

    selected = Signal(int)
    pointed = Signal(int, QPointF)
    laid_out = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.strip: Strip | None = None
        self.boxes: tuple[StripLane, ...] = ()
        self.chosen = self.hovered_write = 0
        self.scrolled = 0
        self.setMinimumHeight(160)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Reads and writes")
        self.set_theme(theme)
        self.clicked.connect(lambda at: self.select(self.write_under(at)))
        self.hovered.connect(lambda at: self._point(self.write_under(at), at))
        self.left.connect(lambda: self._point(0, QPointF()))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.painter = StripPainter(theme)
        self._lay_out()

    def show_strip(self, strip: Strip | None) -> None:
        """Show another account, the whole of it."""
        self.strip = strip
        self.chosen = self.hovered_write = 0
        self.scrolled = 0
        self._lay_out()
        self.fit()
        self.selected.emit(0)

    def fit(self) -> None:
        """Show all of it."""
        if self.strip is not None:
            whole = max(self.strip.end - self.strip.start, 1) / NS
            self.show_range(-whole * 0.01, whole * 1.01)
        self.repaint_item()

    def select(self, number: int) -> None:
        """Point at a write, or with 0 at none."""
        self.chosen = number
        self.selected.emit(number)
        self.repaint_item()

    def go_to(self, number: int) -> None:
        """Select a write and show it together with what it read and what destroyed it."""
        self.select(number)
        if self.strip is None or not number:
            return
        account = self.strip.account
        versions = account.versions
        others = (int(versions.parent[number]), int(account.destroyer[number]))
        times = [int(versions.write[one]) for one in others if one] + [int(versions.read[number])]
        begin, end = min(times), max(*times, int(versions.write[number]))
        margin = max((end - begin) * _MARGIN, 2_000)
        self.show_range((begin - margin - self.strip.start) / NS, (end + margin - self.strip.start) / NS)
        self._scroll_to(number)

    def step(self, way: int) -> None:
        """Go to the next lost write (1), or the previous (-1), of the one selected or of what is in view."""
        if self.strip is None:
            return
        lost = np.flatnonzero(~self.strip.account.survived)
        if not len(lost):
            return
        here = self.chosen or self._last_out_of_view()
        at = int(np.searchsorted(lost, here, "right" if way > 0 else "left")) - (0 if way > 0 else 1)
        self.go_to(int(lost[min(max(at, 0), len(lost) - 1)]))

    def write_under(self, at: QPointF) -> int:
        """The write under a point of this widget, 0 where there is none."""
        box = next((box for box in self.boxes if box.top <= at.y() < box.top + box.height), None)
        if self.strip is None or box is None or at.y() < self._theme.px(RULER):
            return 0
        scale = self.time_scale(self.strip.start)
        return box.lane.nearest(scale.when(at.x() - self.area.left()), int(_NEAR * scale.step) + 1) or 0

    def scroll_lanes(self, pixels: int) -> None:
        """Scroll so that ``pixels`` of the lanes lie above the view."""
        self.scrolled = max(0, min(pixels, self.hidden_height))
        self._lay_out()

    @property
    def hidden_height(self) -> int:
        """How many pixels of lanes do not fit."""
        content = sum(box.height for box in self.boxes)
        return max(0, content - self._room)

    def paint_area(self, painter: QPainter, rect: QRect) -> None:
        """Paint what is visible."""
        if self.strip is None:
            painter.fillRect(rect, self._theme.color("surface"))
            return
        focus = dict.fromkeys(one for one in (self.chosen, self.hovered_write) if one)
        view = View(self.strip, self.time_scale(self.strip.start), self.boxes, tuple(focus))
        self.painter.paint(painter, rect, view)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """N and P go from one lost write to the next; the rest as on the timeline."""
        action = _KEYS.get(Qt.Key(event.key()))
        if action is None or event.modifiers() & _NOT_OURS:
            event.ignore()
            return
        action(self)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom; with Shift scroll the lanes, sideways pan."""
        delta = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.scroll_lanes(self.scrolled - (delta.y() or delta.x()) // 3)
        elif delta.x() and not delta.y():
            self.pan(-delta.x() / 1200)
        elif delta.y():
            self.zoom(0.8 ** (delta.y() / 120), self.share(event.position().x()))
        event.accept()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The lanes share the height."""
        super().resizeEvent(event)
        if hasattr(self, "painter"):
            self._lay_out()

    @property
    def _room(self) -> int:
        return max(1, self.area.height() - self._theme.px(RULER))

    def _lay_out(self) -> None:
        strip = self.strip
        lanes = len(strip.lanes) if strip is not None else 0
        content = height_of(lanes, self._room, self._theme.scale) * lanes
        self.scrolled = max(0, min(self.scrolled, content - self._room))
        room = (self._room, self._theme.scale, self.scrolled, self._theme.px(RULER))
        self.boxes = lay_out(strip, *room) if strip is not None else ()
        self.laid_out.emit()
        self.repaint_item()

    def _scroll_to(self, number: int) -> None:
        assert self.strip is not None
        view = View(self.strip, self.time_scale(self.strip.start), self.boxes)
        box = view.box_of(number)
        if box is not None and not self._theme.px(RULER) <= box.top <= self.area.height() - box.height:
            self.scroll_lanes(self.scrolled + box.top - self._theme.px(RULER))

    def _last_out_of_view(self) -> int:
        """The write before the first one in view."""
        assert self.strip is not None
        when = self.strip.start + int(self.visible_s[0] * NS)
        return int(np.searchsorted(self.strip.account.versions.write, np.int64(when))) - 1

    def _point(self, number: int, at: QPointF) -> None:
        if number != self.hovered_write:
            self.hovered_write = number
            self.repaint_item()
        self.pointed.emit(number, at)


_Key = Qt.Key
_KEYS: dict[Qt.Key, Callable[[StripView], None]] = {
    _Key.Key_N: lambda view: view.step(1),
    _Key.Key_P: lambda view: view.step(-1),
    _Key.Key_W: lambda view: view.zoom(0.75, view.mouse_share()),
    _Key.Key_S: lambda view: view.zoom(1 / 0.75, view.mouse_share()),
    _Key.Key_Plus: lambda view: view.zoom(0.75),
    _Key.Key_Equal: lambda view: view.zoom(0.75),
    _Key.Key_Minus: lambda view: view.zoom(1 / 0.75),
    _Key.Key_A: lambda view: view.pan(-0.15),
    _Key.Key_D: lambda view: view.pan(0.15),
    _Key.Key_Left: lambda view: view.pan(-0.15),
    _Key.Key_Right: lambda view: view.pan(0.15),
    _Key.Key_PageUp: lambda view: view.pan(-0.9),
    _Key.Key_PageDown: lambda view: view.pan(0.9),
    _Key.Key_Up: lambda view: view.scroll_lanes(view.scrolled - _LINES),
    _Key.Key_Down: lambda view: view.scroll_lanes(view.scrolled + _LINES),
    _Key.Key_F: lambda view: view.fit(),
    _Key.Key_Home: lambda view: view.fit(),
}
