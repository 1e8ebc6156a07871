"""What of a run was known at a moment: a replay and a paused view show nothing that came later.

The moment is in ns on the clock of the records; None stands for all that is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from visualiser.gui.timeline.reach import AHEAD, followed
from visualiser.trace.lane import Lane, Span
from visualiser.trace.phases import Phase
from visualiser.trace.run import Run


def now_of(run: Run, until: int | None) -> int:
    """The newest moment that is shown, ns."""
    return run.now_ns if until is None else min(until, run.now_ns)


def is_all(run: Run, until: int | None) -> bool:
    """Whether nothing of the run is left out."""
    return until is None or until >= run.now_ns


def known_span(lane: Lane, when: int, until: int | None) -> Span | None:
    """The span at ``when``, whole, if that moment has come."""
    return lane.span_at(when) if until is None or when <= until else None


def cut(span: Span, until: int | None) -> Span:
    """What of a span has passed."""
    if until is None or span.end <= until:
        return span
    return replace(span, end=max(until, span.start))


def known_phases(phases: Iterable[Phase], until: int | None) -> tuple[Phase, ...]:
    """The phases that have begun; the last of them goes on."""
    if until is None:
        return tuple(phases)
    begun = (phase for phase in phases if phase.start <= until)
    return tuple(phase if phase.end is not None and phase.end <= until else replace(phase, end=None) for phase in begun)


def spans_until(run: Run, until: int) -> int:
    """How many spans had begun, all tracks together."""
    return sum(track.lane.spans_between(until, until + 1)[1] for track in run.tracks if len(track.lane))


def kept_in_view(now_s: float, begin: float, end: float) -> tuple[float, float]:
    """What a view from ``begin`` to ``end`` is to show so that ``now_s`` is in it: the same, unless it must move."""
    width = end - begin
    if begin <= now_s <= end - width * AHEAD:
        return begin, end
    begin = followed(now_s, width) if now_s >= begin else now_s - width * AHEAD
    return begin, begin + width
