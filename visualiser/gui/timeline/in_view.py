"""What a view is to show so that a moment or a span is seen: what it shows already, unless it must move."""

from __future__ import annotations

from visualiser.gui.timeline.reach import AHEAD, followed
from visualiser.trace.lane import Span
from visualiser.trace.run import Run
from visualiser.trace.track import NS


def kept_in_view(now_s: float, begin: float, end: float) -> tuple[float, float]:
    """What a view from ``begin`` to ``end`` is to show so that ``now_s`` is in it: the same, unless it must move."""
    width = end - begin
    if begin <= now_s <= end - width * AHEAD:
        return begin, end
    begin = followed(now_s, width) if now_s >= begin else now_s - width * AHEAD
    return begin, begin + width


def brought_into_view(run: Run, span: Span, begin: float, end: float) -> tuple[float, float] | None:
    """What a view from ``begin`` to ``end`` is to show so that a span is in its middle; None if it is seen already."""
    start, stop = (span.start - run.start_ns) / NS, (span.end - run.start_ns) / NS
    if stop >= begin and start <= end:
        return None
    middle, half = (start + stop) / 2, (end - begin) / 2
    return middle - half, middle + half
