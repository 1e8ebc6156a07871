"""Where things of time lie in the timeline's view, and how they are pulled to the edges of spans nearby."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.painter import RULER
from visualiser.gui.timeline.picture import Picture
from visualiser.gui.timeline.view import TimelineView
from visualiser.trace.lane import Lane
from visualiser.trace.span_edges import nearest_edge

SNAP = 6  # pixels within which the edge of a span attracts
GRIP = 5  # pixels around a line in which it can be taken
FLAGS = 24  # height of the strip of flags, at scale 1


def flag_strip(theme: Theme, rect: QRect) -> QRect:
    """Where markers and bookmarks have their flags: right below the ruler of a view painted into ``rect``."""
    return QRect(rect.left(), rect.top() + theme.px(RULER), rect.width(), theme.px(FLAGS))


def x_of(view: TimelineView, when: int) -> float:
    """Horizontal place of a moment (ns) in pixels of the view."""
    start = view.run.start_ns if view.run is not None else 0
    return view.area.left() + view.time_scale(start).x(when)


def snapped(view: TimelineView, at: QPointF) -> int:
    """The moment (ns) at a place of the view, or the edge of a span a few pixels beside it.

    On a lane it is an edge of that lane, above the lanes one of any lane in view.
    """
    when = view.moment_at(at.x())
    within = view.moment_at(at.x() + SNAP) - when
    edge = nearest_edge(_lanes(view, at.y()), when, within)
    return when if edge is None else edge


def hits(view: TimelineView, at: QPointF, when: int) -> bool:
    """Whether a place of the view is on the line at that moment."""
    return abs(x_of(view, when) - at.x()) <= GRIP


def visible_x(picture: Picture, when: int) -> float | None:
    """Pixels of a moment from the left edge of a picture, None where it is out of view."""
    x = picture.scale.x(when)
    return x if 0 <= x < picture.scale.width else None


def bring_into_view(view: TimelineView, when: int) -> None:
    """Move, but do not zoom, until that moment is in view."""
    if view.run is None:
        return
    begin, end = view.visible_s
    at = (when - view.run.start_ns) / 1e9
    if not begin <= at <= end:
        half = (end - begin) / 2
        view.show_range(at - half, at + half)
        view.moved.emit()


def _lanes(view: TimelineView, y: float) -> list[Lane]:
    layout = view.layout_of_lanes
    box = layout.at(y) if y >= layout.top else None
    if box is not None:
        return [box.track.lane]
    high = view.area.height()
    seen = [each for each in layout.boxes if each.top + each.height > layout.top and each.top < high]
    return [each.track.lane for each in seen] if y < layout.top else []
