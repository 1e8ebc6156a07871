"""Two moments of a run, A and B, and the time between them; dragged by their flags, stepped from edge to edge."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from visualiser.gui.measure.places import bring_into_view, flag_strip, snapped, x_of
from visualiser.gui.timeline.view import TimelineView
from visualiser.trace.lane import Lane
from visualiser.trace.span_edges import next_edge

NAMES = ("A", "B")
FLAG = 18  # width of a flag, at scale 1


class Markers(QObject):
    """The markers of the run on show.

    Attributes:
        at: moment of each marker that is set, ns on the clock of the records.
        last: name of the one that was set or moved last.
    """

    changed = Signal()

    def __init__(self, view: TimelineView) -> None:
        super().__init__(view)
        self._view = view
        self.at: dict[str, int] = {}
        self.last = NAMES[0]
        self._dragged: str | None = None

    @property
    def delta(self) -> int | None:
        """From A to B, ns, negative where B is before A; None unless both are set."""
        return self.at["B"] - self.at["A"] if len(self.at) == len(NAMES) else None

    @property
    def between(self) -> tuple[int, int] | None:
        """From the earlier to the later one, ns; None unless both are set and differ."""
        first, last = (min(self.at.values()), max(self.at.values())) if self.delta else (0, 0)
        return (first, last) if first < last else None

    def put(self, name: str, when: int) -> None:
        """Set a marker, or move it."""
        self.last = name
        if self.at.get(name) != when:
            self.at[name] = when
            self.changed.emit()

    def clear(self) -> None:
        """Take both away."""
        if self.at:
            self.at.clear()
            self.changed.emit()

    def step(self, lane: Lane, by: int) -> None:
        """Move the last marker to the next (1) or the previous (-1) edge of a span; from the middle without one."""
        view = self._view
        when = self.at.get(self.last)
        if when is None:
            when = view.moment_at(view.area.center().x())
        edge = next_edge(lane, when, by)
        if edge is not None:
            self.put(self.last, edge)
            bring_into_view(view, edge)

    def name_at(self, at: QPointF) -> str | None:
        """The marker whose flag is at a place of the view."""
        view = self._view
        if not self.at or not flag_strip(view.theme, view.area).contains(at.toPoint()):
            return None
        near = {name: abs(x_of(view, when) - at.x()) for name, when in self.at.items()}
        name = min(near, key=lambda name: (near[name], name != self.last))
        return name if near[name] <= view.theme.px(FLAG) / 2 + 1 else None

    def press(self, at: QPointF, event: QMouseEvent) -> bool:
        """Take a flag."""
        name = self.name_at(at) if event.button() == Qt.MouseButton.LeftButton else None
        self._dragged = name
        if name is not None:
            self._view.left.emit()
        return name is not None

    def drag(self, at: QPointF) -> None:
        """Move it, from edge to edge where spans are near."""
        if self._dragged is not None:
            self.put(self._dragged, snapped(self._view, at))

    def release(self, at: QPointF) -> None:
        """Let it stay there."""
        self._dragged = None
