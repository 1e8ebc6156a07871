"""The lanes' view: follows the run's end or stays where the user put it, finds what lies under the mouse."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from visualiser.gui.theme import Theme
from visualiser.gui.timeline import controls
from visualiser.gui.timeline.arrangement import Arrangement, Space
from visualiser.gui.timeline.as_of import kept_in_view, known_span
from visualiser.gui.timeline.folding import Folding
from visualiser.gui.timeline.lane_layout import CounterBox, HeaderBox, LaneBox, LaneLayout
from visualiser.gui.timeline.painter import TimelinePainter
from visualiser.gui.timeline.picture import Chosen, Overlay, Picture, Shown
from visualiser.gui.timeline.reach import busy_reach, followed, reach_around, whole_reach
from visualiser.gui.timeline.second import HEIGHT as SECOND
from visualiser.gui.timeline.span_steps import step_beside
from visualiser.gui.timeline.time_view import TimeView, alarm
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import NS, Track

FOLLOW_S = 3.0  # how much a followed run shows at first
_STILL_MS = 90
_SHOWN_MS = 6000  # how long what somebody was pointed at stays outlined


@dataclass
class _Focus:
    selected: Chosen | None = None
    hovered: Chosen | None = None
    shown: Shown | None = None


class TimelineView(TimeView):
    """Paints the run's lanes over time."""

    follow_changed = Signal(bool)
    selected = Signal(object)  # Chosen or None
    pointed = Signal(object, QPointF)  # Chosen or None, where
    laid_out = Signal()
    selection_changed = Signal(object)  # begin and end, ns, or None

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.run: Run | None = None
        self.painter = TimelinePainter(theme)
        self.overlays: list[Overlay] = []
        self.layout_of_lanes = LaneLayout()
        self.following = True
        self.helpers = False
        self.arrows = True
        self.by_core = False
        self.flag_room = 0  # pixels kept below the ruler, for overlays
        self.selection: tuple[int, int] | None = None  # the range of time that is selected, ns
        self.only: frozenset[State] = frozenset()  # the states that are shown alone; none: all are shown
        self.arrangement = Arrangement()
        self.folding: Folding = Folding(self)
        self.until_ns: int | None = None  # the run is painted as it was known then, see Picture; None: all of it
        self._focus = _Focus()
        self._fitted_whole = False
        self._width_s = 0.0
        self.setMinimumHeight(120)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # every pixel is ours
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.show_range(0.0, FOLLOW_S)
        # When the view has stood still, exact columns replace quick ones.
        self._still = alarm(self, _STILL_MS, self.repaint_item)
        self._shown = alarm(self, _SHOWN_MS, lambda: self._show_outline(None))
        self.box.sigXRangeChanged.connect(self._on_range)
        self.moved.connect(self._on_moved)
        self.clicked.connect(lambda at: None if self.folding.click(at) else self.select(self.span_under(at)))
        self.hovered.connect(self._on_hover)
        self.left.connect(lambda: self._point(None, QPointF()))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self.theme = theme
        self.painter = TimelinePainter(theme)
        self.refresh()

    def set_run(self, run: Run | None) -> None:
        """Show another run, from its beginning, and follow it."""
        self.run, self.until_ns = run, None
        self.set_follow(True)
        self.painter.forget()
        self._focus = _Focus()
        self._fitted_whole = False
        self.arrangement.forget()
        self.show_range(0.0, FOLLOW_S)
        self.select(None)
        self.select_time(None)
        self.refresh()

    def refresh(self) -> None:
        """The run has grown: lay out its tracks and move along if following."""
        self.lay_out()
        if self.run is not None and self.following and self.until_ns is None and not self.run.finished:
            self._follow(self.run.wall_s)
        self.repaint_item()

    def show_until(self, until_ns: int | None) -> None:
        """Show the run as it was known at that moment (ns), None: all of it; keeps the moment in view if following."""
        self.until_ns = until_ns
        if self.run is not None and until_ns is not None and self.following:
            self.show_range(*kept_in_view((until_ns - self.run.start_ns) / NS, *self.visible_s))
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
        self.arrangement.scrolled = pixels
        self.lay_out()
        self.repaint_item()

    @property
    def scrolled(self) -> int:
        """Pixels of the lanes above the view."""
        return self.arrangement.scrolled

    @property
    def hidden_height(self) -> int:
        """How many pixels of lanes do not fit."""
        return max(0, self.layout_of_lanes.content - max(1, self.area.height() - self.layout_of_lanes.top))

    @property
    def is_live(self) -> bool:
        """Whether there is a run that has not ended."""
        return self.run is not None and not self.run.finished

    def span_under(self, at: QPointF) -> Chosen | None:
        """The span under a point of this widget; the nearest within a few pixels if it is too short to hit."""
        box = self.layout_of_lanes.at(at.y())
        if self.run is None or box is None or at.y() < self.layout_of_lanes.top:
            return None
        for x in (at.x(), at.x() - 2, at.x() + 2):
            span = known_span(box.track.lane, self.moment_at(x), self.until_ns)
            if span is not None:
                return box.track, span
        return None

    def moment_at(self, x: float) -> int:
        """The moment (ns) at a horizontal place of this widget."""
        scale = self.time_scale(self.run.start_ns if self.run else 0)
        return scale.when(x - self.area.left())

    def select(self, chosen: Chosen | None) -> None:
        """Outline a span and tell the others."""
        self._focus.selected = chosen
        self.selected.emit(chosen)
        self.repaint_item()

    def select_time(self, stretch: tuple[int, int] | None) -> None:
        """Select a range of time, begin and end in ns, or none."""
        if stretch != self.selection:
            self.selection = stretch
            self.selection_changed.emit(stretch)
            self.repaint_item()

    @property
    def chosen(self) -> Chosen | None:
        """The span that is selected."""
        return self._focus.selected

    def step_selection(self, by: int) -> None:
        """Select the next or the previous span of the selected lane and bring it into view."""
        if self.chosen is not None:
            step_beside(self, self.chosen, by)

    def unfold_to(self, track: Track) -> LaneBox | None:
        """Where a track is shown, its group unfolded if need be."""
        if self.arrangement.unfold_to(track):
            self.lay_out()
        return self.layout_of_lanes.box_of(track)

    def show_stretch(self, shown: Shown) -> bool:
        """Bring a stretch of time into view, with its lane and some context, and outline it for a while."""
        if self.run is None or not self.run.start_ns:
            return False
        self.set_follow(False)
        box = self._box_of(shown)
        if box is None and (shown.track is not None or shown.counter is not None):
            return False
        if box is not None:
            self.scroll_to(box)
        self.show_range(*reach_around(self.run, shown.start, shown.end))
        self._on_moved()
        self._show_outline(shown)
        self._shown.start()
        return True

    def paint_area(self, painter: QPainter, rect: QRect) -> None:
        """Paint the lanes."""
        if self.run is None or not self.run.start_ns:
            painter.fillRect(rect, self.theme.color("surface"))
            return
        picture = self._picture(self.run)
        self.painter.paint(painter, rect, picture)
        for overlay in self.overlays:
            overlay.paint(painter, rect, picture)
        if not self.painter.exact:
            self._still.start()

    def _picture(self, run: Run) -> Picture:
        focus = self._focus
        return Picture(
            run,
            self.time_scale(run.start_ns),
            self.layout_of_lanes,
            live=not run.finished,
            moving=self._still.isActive(),
            selected=focus.selected,
            hovered=focus.hovered,
            shown=focus.shown,
            arrows=self.arrows,
            by_core=self.by_core and run.core_logs.told,
            phases=self.painter.bands.phases(run, self.until_ns),
            only=self.only,
            group=self.arrangement.grouping.chosen,
            until_ns=self.until_ns,
        )

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Share the new height among the lanes."""
        super().resizeEvent(event)
        if hasattr(self, "run"):  # pyqtgraph resizes while it is still being made
            self.lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, scroll or pan."""
        controls.turn_wheel(self, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, pan, scroll, jump or select."""
        controls.press(self, event)

    def jump(self, share: float) -> None:
        """Show the beginning (0) or the end (1) of the run at the present zoom."""
        begin, end = self.visible_s
        width = end - begin
        last = self.run.wall_s if self.run else 0.0
        start = -width * 0.02 if share == 0 else followed(last, width)
        self.show_range(start, start + width)
        self._on_moved()

    def _follow(self, now_s: float) -> None:
        begin, end = self.visible_s
        width = end - begin
        quantum = self.time_scale(0).step / NS  # whole columns, so that the kept ones stay good
        start = round(max(followed(now_s, width), 0.0) / quantum) * quantum
        if abs(start - begin) >= quantum / 2:
            self.show_range(start, start + width)

    def _box_of(self, shown: Shown) -> LaneBox | CounterBox | None:
        if shown.track is not None:
            return self.unfold_to(shown.track)
        return next((box for box in self.layout_of_lanes.counters if box.counter is shown.counter), None)

    def scroll_to(self, box: LaneBox | CounterBox | HeaderBox) -> None:
        """Scroll by as little as brings the whole lane into view."""
        above = self.layout_of_lanes.top - box.top
        below = box.top + box.height - self.area.height()
        if above > 0 or below > 0:
            self.scroll_lanes(self.scrolled - above if above > 0 else self.scrolled + below)

    def _show_outline(self, shown: Shown | None) -> None:
        self._focus.shown = shown
        self.repaint_item()

    def lay_out(self) -> None:
        """Arrange the lanes, if anything about them has changed."""
        run, top = self.run, self.painter.head(self.run) + self.flag_room
        second = self.theme.px(SECOND) if run is not None and run.used.compared else 0
        space = Space(top, max(1, self.area.height() - top), self.theme.scale, second, self.helpers)
        layout = self.arrangement.layout(run, space)
        if layout != self.layout_of_lanes:
            self.layout_of_lanes = layout
            self.laid_out.emit()

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
