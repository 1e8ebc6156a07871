"""Measuring as the window has it: what its commands do, and how range, markers and bookmarks come together."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from visualiser.gui.actions import Actions
from visualiser.gui.measure.bookmark_field import WIDTH, BookmarkField
from visualiser.gui.measure.bookmark_flags import BookmarkFlags
from visualiser.gui.measure.marker_painter import MarkerPainter
from visualiser.gui.measure.markers import NAMES, Markers
from visualiser.gui.measure.measurer import Measurer
from visualiser.gui.measure.places import FLAGS, bring_into_view, flag_strip, x_of
from visualiser.gui.measure.range_painter import RangePainter
from visualiser.gui.measure.range_tool import RangeTool
from visualiser.gui.panes import Panes
from visualiser.gui.timeline.picture import Chosen
from visualiser.trace.document import Bookmark, Document
from visualiser.trace.lane import Lane

_ON_TIMELINE = (  # their keys are letters, so they hold only while the timeline has the focus
    *("marker_a", "marker_b", "step_left", "step_right", "bookmark"),
    *("range_span", "range_visible", "range_markers"),
)
DELETED = "Bookmark deleted. Ctrl+Z in the list of bookmarks brings it back."
NO_SPAN = "Click on a span first: its time is then selected."
NO_MARKERS = "Set two markers first: Shift+A and Shift+B where the mouse is."


class Measuring(QObject):
    """Connects the commands with range, markers, bookmarks and their pages.

    ``said`` carries a sentence for the user, ``bookmarks_changed`` the document whose bookmarks the user changed.
    """

    said = Signal(str)
    bookmarks_changed = Signal(object)

    def __init__(self, actions: Actions, panes: Panes, window: QWidget) -> None:
        super().__init__(window)
        self._actions = actions
        self._deck = panes.bottom
        self._timeline = panes.timeline
        self._view = view = panes.timeline.view
        self._chosen: Chosen | None = None
        self.bookmarks = panes.bookmarks
        self.list = panes.bookmark_page
        self.markers = Markers(view)
        self.measurer = Measurer(panes.timeline, panes.measure, self.markers)
        self.field = BookmarkField(view)
        self.flags = BookmarkFlags(view, self.bookmarks, self._rename)
        self.marks = MarkerPainter(view, self.markers)
        self.flags.taken = lambda: self.marks.told
        view.overlays += [RangePainter(view), self.marks, self.flags]
        view.tools += [self.markers, self.flags, RangeTool(view)]
        self._connect()
        view.installEventFilter(self)

    def show_document(self, document: Document | None) -> None:
        """Another run is on show."""
        self.field.drop()
        self.markers.clear()
        self.bookmarks.show_document(document)
        self.measurer.measure_all()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc in the timeline takes the range away, and where there is none the markers."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            return self._escape()
        return False

    def _connect(self) -> None:
        slots: dict[str, Callable[[], object]] = {
            "measure": lambda: self._deck.turn("measure"),
            "range_span": self._select_span,
            "range_visible": self._select_visible,
            "range_markers": self._select_between,
            "range_clear": lambda: self._view.select_time(None),
            "marker_a": lambda: self.markers.put(NAMES[0], self._here()),
            "marker_b": lambda: self.markers.put(NAMES[1], self._here()),
            "markers_clear": self.markers.clear,
            "step_left": lambda: self._step(-1),
            "step_right": lambda: self._step(1),
            "bookmark": self._note,
            "bookmarks": self._show_list,
        }
        for name, slot in slots.items():
            self._actions[name].triggered.connect(lambda _checked=False, slot=slot: self._only_with_run(slot))
        for name in _ON_TIMELINE:
            self._keep_to_timeline(name)
        self._view.selected.connect(self._choose)
        self._timeline.tellers.append(self.flags.told)
        self._deck.turned.connect(lambda _: self.measurer.measure_all())
        self.measurer.said.connect(self.said)
        self.markers.changed.connect(self._make_room)
        self.bookmarks.changed.connect(self._make_room)
        self.bookmarks.edited.connect(self.bookmarks_changed)
        self.list.table.chosen.connect(self._go)
        self.list.table.deleted.connect(self._delete)
        self.list.table.undone.connect(self.bookmarks.undo)

    def _keep_to_timeline(self, name: str) -> None:
        action = self._actions[name]
        window = self.parent()
        if isinstance(window, QWidget):
            window.removeAction(action)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._view.addAction(action)

    def _only_with_run(self, slot: Callable[[], object]) -> None:
        if self._view.run is not None and self._view.run.start_ns:
            slot()

    def _choose(self, chosen: Chosen | None) -> None:
        self._chosen = chosen

    def _escape(self) -> bool:
        if self._view.selection is not None:
            self._view.select_time(None)
        elif self.markers.at:
            self.markers.clear()
        else:
            return False
        return True

    def _make_room(self) -> None:
        """Below the ruler, while there are flags."""
        view = self._view
        room = view.theme.px(FLAGS) if self.markers.at or self.bookmarks.all else 0
        if room != view.flag_room:
            view.flag_room = room
            view.refresh()
        self._deck.offer("bookmarks", bool(self.bookmarks.all) or self._deck.front == "bookmarks")
        view.repaint_item()

    # -- the range and the markers -------------------------------------------------------------------------------------

    def _select_span(self) -> None:
        if self._chosen is None:
            self.said.emit(NO_SPAN)
        else:
            self._view.select_time((self._chosen[1].start, self._chosen[1].end))

    def _select_visible(self) -> None:
        area = self._view.area
        self._view.select_time((self._view.moment_at(area.left()), self._view.moment_at(area.left() + area.width())))

    def _select_between(self) -> None:
        if self.markers.between is None:
            self.said.emit(NO_MARKERS)
        else:
            self._view.select_time(self.markers.between)

    def _here(self) -> int:
        """The moment under the mouse, or in the middle of the view."""
        view = self._view
        return view.moment_at(view.area.left() + view.mouse_share() * view.area.width())

    def _step(self, by: int) -> None:
        lane = self._lane()
        if lane is not None:
            self.markers.step(lane, by)

    def _lane(self) -> Lane | None:
        boxes = self._view.layout_of_lanes.boxes
        if self._chosen is not None:
            return self._chosen[0].lane
        return boxes[0].track.lane if boxes else None

    # -- bookmarks -----------------------------------------------------------------------------------------------------

    def _note(self) -> None:
        """Ask for a text at the mouse; without it at the last marker, or in the middle."""
        view = self._view
        mouse = QPointF(view.mapFromGlobal(view.cursor().pos()))
        over = view.rect().contains(mouse.toPoint())
        when, track = self._here(), None
        if over:
            box = view.layout_of_lanes.at(mouse.y()) if mouse.y() >= view.layout_of_lanes.top else None
            track = box.track.id if box is not None else None
        elif self.markers.at:
            when = self.markers.at.get(self.markers.last, when)
        self._ask(when, "", lambda text: self.bookmarks.add(when, text, track))

    def _rename(self, mark: Bookmark) -> None:
        self._ask(mark.when_ns, mark.text, lambda text: self.bookmarks.rename(mark, text))

    def _ask(self, when: int, text: str, keep: Callable[[str], None]) -> None:
        view = self._view
        strip = flag_strip(view.theme, view.area).topLeft()
        strip.setX(round(x_of(view, when)))
        self.field.ask(strip, text, view.theme.px(WIDTH), keep)

    def _show_list(self) -> None:
        self._deck.offer("bookmarks", True)
        self._deck.turn_to("bookmarks")
        self.list.take_focus()

    def _go(self, mark: Bookmark) -> None:
        view = self._view
        view.set_follow(False)
        bring_into_view(view, mark.when_ns)
        run = view.run
        if run is not None and mark.track is not None and 0 <= mark.track < len(run.tracks):
            found = run.tracks[mark.track].lane.span_at(mark.when_ns)
            view.select((run.tracks[mark.track], found) if found is not None else None)

    def _delete(self, mark: Bookmark) -> None:
        self.bookmarks.delete(mark)
        self.said.emit(DELETED)
