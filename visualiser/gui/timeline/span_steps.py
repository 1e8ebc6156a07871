"""Goes from the selected span to another one: selects it and brings it into view at the present zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visualiser.gui.timeline.picture import Chosen
from visualiser.trace.lane import Span
from visualiser.trace.track import NS

if TYPE_CHECKING:
    from visualiser.gui.timeline.view import TimelineView


def step_to(view: TimelineView, chosen: Chosen) -> None:
    """Select that span and bring it and its lane into view."""
    box = view.unfold_to(chosen[0])
    if box is not None:
        view.scroll_to(box)
    view.select(chosen)
    _bring_into_view(view, chosen[1])


def step_beside(view: TimelineView, chosen: Chosen, by: int) -> None:
    """Select the span so many places after ``chosen`` on its lane, where there is one."""
    track, span = chosen
    number, _ = track.lane.spans_between(span.start, span.end)
    if 0 <= number + by < len(track.lane):
        step_to(view, (track, track.lane.span(number + by)))


def _bring_into_view(view: TimelineView, span: Span) -> None:
    if view.run is None:
        return
    begin, end = view.visible_s
    start, stop = ((moment - view.run.start_ns) / NS for moment in (span.start, span.end))
    if stop < begin or start > end:
        middle, half = (start + stop) / 2, (end - begin) / 2
        view.show_range(middle - half, middle + half)
        view.moved.emit()
