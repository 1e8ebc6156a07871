"""Where a thread ran, in words: for the card beside the mouse and for the names of the lanes."""

from __future__ import annotations

from visualiser.gui.numbers import number_text
from visualiser.gui.timeline.ruler import duration_text
from visualiser.trace.core_log import CoreLog
from visualiser.trace.facts.moves import moves_of
from visualiser.trace.lane import Lane, Span
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import NS, Track

_MOST = 6  # cores that are listed


def about_core(run: Run, track: Track, span: Span) -> str:
    """``on core 1, moved there from core 0``; empty for a span that is on no core, or where that is not known."""
    log = run.core_logs.of(track) if span.state is State.RUN else None
    if log is None:
        return ""
    cores = [*log.times_between(span.start, span.end)]
    if len(cores) != 1:
        return f"on {_listed(cores)}" if cores else ""
    return f"on core {cores[0]}{_came_from(log, track.lane, span)}"


def _came_from(log: CoreLog, lane: Lane, span: Span) -> str:
    """Where it was before, if this is the first it runs of its stay on another core."""
    stay = log.stay_at(span.start)
    if stay is None or stay.before in (None, stay.core):
        return ""
    first, stop = lane.spans_between(stay.start, span.start)  # on a core it may ask for the GIL before it runs
    return "" if State.RUN in lane.state[first:stop] else f", moved there from core {stay.before}"


def about_cores(run: Run, track: Track) -> tuple[str, ...]:
    """How long a thread was on which core, and how often it moved to another; nothing where that is not known."""
    log = run.core_logs.of(track)
    if log is None:
        return ()
    end = run.now_ns if track.end_ns is None else track.end_ns
    times = log.times_between(max(track.start_ns, run.start_ns), end)
    most = sorted(times, key=lambda core: times[core], reverse=True)[:_MOST]
    stays = [f"core {core}: {duration_text(times[core] / NS)}" for core in sorted(most)]
    if len(times) > len(most):
        stays.append(f"{len(times) - len(most)} more cores: less than each of these")
    return (*stays, moves_text(moves_of(run, track)))


def moves_text(moves: int) -> str:
    """``12 times to another core``."""
    if not moves:
        return "never moved to another core"
    return f"moved {'once' if moves == 1 else f'{number_text(moves)} times'} to another core"


def _listed(cores: list[int]) -> str:
    shown = [*map(str, cores[:_MOST]), *(["more"] if len(cores) > _MOST else [])]
    return f"cores {', '.join(shown[:-1])} and {shown[-1]}"
