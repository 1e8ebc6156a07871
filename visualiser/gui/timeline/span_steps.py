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
    """Select the span so many places after ``chosen`` on its lane, where there is one that is shown."""
    track, span = chosen
    number = track.lane.spans_between(span.start, span.end)[0] + by
    if 0 <= number < len(track.lane) and (view.until_ns is None or track.lane.t[number] <= view.until_ns):
        step_to(view, (track, track.lane.span(number)))


def _bring_into_view(view: TimelineView, span: Span) -> None:
    if view.run is None:
        return
    begin, end = view.visible_s
    start, stop = ((moment - view.run.start_ns) / NS for moment in (span.start, span.end))
    if stop < begin or start > end:
        middle, half = (start + stop) / 2, (end - begin) / 2
        view.show_range(middle - half, middle + half)
        view.moved.emit()
