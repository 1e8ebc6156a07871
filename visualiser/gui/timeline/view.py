"""The lanes' view: follows the run's end or stays where the user put it, finds what lies under the mouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.lane_layout import LaneLayout, hues, lay_out, shown_tracks
from visualiser.gui.timeline.painter import Picture, TimelinePainter
from visualiser.gui.timeline.reach import busy_reach, whole_reach
from visualiser.gui.timeline.time_view import TimeView
from visualiser.trace.lane import Span
from visualiser.trace.run import Run
from visualiser.trace.track import Track

FOLLOW_S = 3.0  # how much a followed run shows at first
_STILL_MS = 90
_AHEAD = 0.04  # share of the width kept free right of now

Chosen = tuple[Track, Span]


@dataclass
class _Focus:
    selected: Chosen | None = None
    hovered: Chosen | None = None


class TimelineView(TimeView):
    """Paints the run's lanes over time."""

    follow_changed = Signal(bool)
    selected = Signal(object)  # Chosen or None
    pointed = Signal(object, QPointF)  # Chosen or None, where
    laid_out = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.run: Run | None = None
        self.painter = TimelinePainter(theme)
        self.layout_of_lanes = LaneLayout((), 0)
        self.following = True
        self.helpers = False
        self.scrolled = 0
        self._focus = _Focus()
        self._fitted_whole = False
        self._width_s = 0.0
        self.setMinimumHeight(120)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.show_range(0.0, FOLLOW_S)
        self._still = QTimer(self)  # runs out when the view has stood still: then exact columns replace quick ones
        self._still.setSingleShot(True)
        self._still.setInterval(_STILL_MS)
        self._still.timeout.connect(self.repaint_item)
        self.box.sigXRangeChanged.connect(self._on_range)
        self.moved.connect(self._on_moved)
        self.clicked.connect(lambda at: self.select(self.span_under(at)))
        self.hovered.connect(self._on_hover)
        self.left.connect(lambda: self._point(None, QPointF()))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.painter = TimelinePainter(theme)
        self.refresh()

    def set_run(self, run: Run | None) -> None:
        """Show another run, from its beginning, and follow it."""
        self.run = run
        self.set_follow(True)
        self.painter.forget()
        self._focus = _Focus()
        self._fitted_whole = False
        self.scrolled = 0
        self.show_range(0.0, FOLLOW_S)
        self.select(None)
        self.refresh()

    def refresh(self) -> None:
        """The run has grown: lay out its tracks and move along if following."""
        self._lay_out()
        if self.run is not None and self.following and not self.run.finished:
            self._follow(self.run.wall_s)
        self.repaint_item()

    def set_follow(self, on: bool) -> None:
        """Keep the run's end in view, or leave the view to the user."""
        if on != self.following:
            self.following = on
            self.follow_changed.emit(on)
        self.refresh()

    def fit(self) -> None:
        """Show the run without the script's imports; once more: with them."""
        if self.run is None:
            return
        self._fitted_whole = not self._fitted_whole
        reach = busy_reach(self.run) if self._fitted_whole else whole_reach(self.run)
        self.set_follow(False)
        self.show_range(*reach)
        self.refresh()

    def fit_busy(self) -> None:
        """Show the run without the script's imports."""
        self._fitted_whole = False
        self.fit()

    def scroll_lanes(self, pixels: int) -> None:
        """Scroll so that ``pixels`` of the lanes lie above the view."""
        self.scrolled = max(0, min(pixels, self.hidden_height))
        self._lay_out()
        self.repaint_item()

    @property
    def hidden_height(self) -> int:
        """How many pixels of lanes do not fit."""
        return max(0, self.layout_of_lanes.content - self._room())

    def span_under(self, at: QPointF) -> Chosen | None:
        """The span under a point of this widget; the nearest within a few pixels if it is too short to hit."""
        box = self.layout_of_lanes.at(at.y())
        if self.run is None or box is None or at.y() < self.painter.ruler_height:
            return None
        scale = self.time_scale(self.run.start_ns)
        for x in (at.x(), at.x() - 2, at.x() + 2):
            span = box.track.lane.span_at(scale.when(x - self.area.left()))
            if span is not None:
                return box.track, span
        return None

    def select(self, chosen: Chosen | None) -> None:
        """Outline a span and tell the others."""
        self._focus.selected = chosen
        self.selected.emit(chosen)
        self.repaint_item()

    def step_selection(self, by: int) -> None:
        """Select the next or the previous span of the selected lane and bring it into view."""
        chosen = self._focus.selected
        if chosen is None:
            return
        track, span = chosen
        number, _ = track.lane.spans_between(span.start, span.end)
        if 0 <= number + by < len(track.lane):
            self.select((track, track.lane.span(number + by)))
            self._bring_into_view(track.lane.span(number + by))

    def paint_area(self, painter: QPainter, rect: QRect) -> None:
        """Paint the lanes."""
        if self.run is None or not self.run.start_ns:
            painter.fillRect(rect, self._theme.color("surface"))
            return
        scale = self.time_scale(self.run.start_ns)
        live = not self.run.finished
        focus = self._focus
        moving = self._still.isActive()
        picture = Picture(self.run, scale, self.layout_of_lanes, live, moving, focus.selected, focus.hovered)
        self.painter.paint(painter, rect, picture)
        if not self.painter.exact:
            self._still.start()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Share the new height among the lanes."""
        super().resizeEvent(event)
        if hasattr(self, "run"):  # pyqtgraph resizes while it is still being made
            self._lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom; with Shift scroll the lanes, sideways (or with Alt) pan."""
        delta = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.scroll_lanes(self.scrolled - (delta.y() or delta.x()) // 3)
        elif delta.x() and not delta.y():
            self.pan(-delta.x() / 1200)
        elif delta.y():
            self.zoom(0.8 ** (delta.y() / 120), self._share(event.position().x()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """W and S zoom, A and D pan, and what else a viewer's hands expect."""
        action = self._keys().get(Qt.Key(event.key()))
        if action is None or event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        ):
            event.ignore()
            return
        action()
        event.accept()

    def _keys(self) -> dict[Qt.Key, Callable[[], None]]:
        key = Qt.Key
        return {
            key.Key_W: lambda: self.zoom(0.75, self._mouse_share()),
            key.Key_S: lambda: self.zoom(1 / 0.75, self._mouse_share()),
            key.Key_Plus: lambda: self.zoom(0.75),
            key.Key_Equal: lambda: self.zoom(0.75),
            key.Key_Minus: lambda: self.zoom(1 / 0.75),
            key.Key_A: lambda: self.pan(-0.15),
            key.Key_D: lambda: self.pan(0.15),
            key.Key_Left: lambda: self.pan(-0.15),
            key.Key_Right: lambda: self.pan(0.15),
            key.Key_Up: lambda: self.scroll_lanes(self.scrolled - 40),
            key.Key_Down: lambda: self.scroll_lanes(self.scrolled + 40),
            key.Key_PageUp: lambda: self.pan(-0.9),
            key.Key_PageDown: lambda: self.pan(0.9),
            key.Key_Home: lambda: self._jump(0.0),
            key.Key_End: lambda: self.set_follow(True) if self.run and not self.run.finished else self._jump(1.0),
            key.Key_Comma: lambda: self.step_selection(-1),
            key.Key_Period: lambda: self.step_selection(1),
            key.Key_F: self.fit,
        }

    def _jump(self, share: float) -> None:
        """Show the beginning (0) or the end (1) of the run at the present zoom."""
        begin, end = self.visible_s
        width = end - begin
        last = self.run.wall_s if self.run else 0.0
        start = -width * 0.02 if share == 0 else last - width * (1 - _AHEAD)
        self.show_range(start, start + width)
        self._on_moved()

    def _follow(self, now_s: float) -> None:
        begin, end = self.visible_s
        width = end - begin
        last = max(now_s + width * _AHEAD, width)
        scale = self.time_scale(0)
        quantum = scale.step / 1e9  # whole columns, so that the kept ones stay good
        start = round((last - width) / quantum) * quantum
        if abs(start - begin) >= quantum / 2:
            self.show_range(start, start + width)

    def _bring_into_view(self, span: Span) -> None:
        if self.run is None:
            return
        begin, end = self.visible_s
        start, stop = ((moment - self.run.start_ns) / 1e9 for moment in (span.start, span.end))
        if stop < begin or start > end:
            middle, half = (start + stop) / 2, (end - begin) / 2
            self.show_range(middle - half, middle + half)
            self._on_moved()

    def _lay_out(self) -> None:
        tracks = shown_tracks(self.run, self.helpers)
        top = self.painter.ruler_height
        layout = lay_out(tracks, hues(self.run), top, self._room(), self._theme.scale, self.scrolled)
        if layout != self.layout_of_lanes:
            self.layout_of_lanes = layout
            self.scrolled = min(self.scrolled, self.hidden_height)
            self.laid_out.emit()

    def _room(self) -> int:
        return max(1, self.area.height() - self.painter.ruler_height)

    def _on_moved(self) -> None:
        self._fitted_whole = False
        if self.following:
            self.following = False
            self.follow_changed.emit(False)
        self.repaint_item()

    def _on_range(self) -> None:
        """Another width of time means another scale: the next frames are in motion."""
        begin, end = self.visible_s
        width = round(end - begin, 9)
        if width != self._width_s:
            self._width_s = width
            self._still.start()

    def _on_hover(self, at: QPointF) -> None:
        self._point(self.span_under(at), at)

    def _point(self, chosen: Chosen | None, at: QPointF) -> None:
        if chosen != self._focus.hovered:
            self._focus.hovered = chosen
            self.repaint_item()
        self.pointed.emit(chosen, at)

    def _share(self, x: float) -> float:
        return min(max((x - self.area.left()) / max(1, self.area.width()), 0.0), 1.0)

    def _mouse_share(self) -> float:
        at = self.mapFromGlobal(self.cursor().pos())
        return self._share(at.x()) if self.rect().contains(at) else 0.5
