"""Selects a range of time with the mouse: Shift and a drag, then its edges by themselves."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from visualiser.gui.measure.places import hits, snapped
from visualiser.gui.timeline.view import TimelineView

_CLICK = 3  # pixels a click may move


class RangeTool(QObject):
    """Takes drags with Shift, and those that begin on an edge of the range.

    Shift and a click select the time of the span under the mouse, and beside the spans none.
    """

    def __init__(self, view: TimelineView) -> None:
        super().__init__(view)
        self._view = view
        self._anchor: int | None = None  # ns, the edge that stays
        self._from: QPointF | None = None  # where a new range began, None once it is one
        view.hovered.connect(self._show_grip)

    def press(self, at: QPointF, event: QMouseEvent) -> bool:
        """Begin a range, or take one of its edges."""
        view = self._view
        if event.button() != Qt.MouseButton.LeftButton or view.run is None or not view.run.start_ns:
            return False
        edge = self._edge_at(at)
        if edge is not None:
            self._anchor, self._from = edge, None
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._anchor, self._from = snapped(view, at), at
        else:
            return False
        view.left.emit()  # nothing is pointed at while something is measured
        return True

    def drag(self, at: QPointF) -> None:
        """Move the other edge."""
        if self._from is not None and abs(at.x() - self._from.x()) <= _CLICK:
            return
        self._from = None
        anchor, moment = self._anchor, snapped(self._view, at)
        if anchor is not None and anchor != moment:
            self._view.select_time((min(anchor, moment), max(anchor, moment)))

    def release(self, at: QPointF) -> None:
        """Keep the range; without a drag it was a click."""
        self.drag(at)
        if self._from is not None:
            found = self._view.span_under(at)
            self._view.select_time((found[1].start, found[1].end) if found is not None else None)
        self._anchor = self._from = None

    def _edge_at(self, at: QPointF) -> int | None:
        """The edge opposite to the one under the mouse."""
        selection = self._view.selection
        if selection is None:
            return None
        begin, end = selection
        if hits(self._view, at, end):
            return begin
        return end if hits(self._view, at, begin) else None

    def _show_grip(self, at: QPointF) -> None:
        """Show that an edge can be taken."""
        if self._edge_at(at) is not None:
            self._view.viewport().setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self._view.viewport().unsetCursor()
