"""Which stretch of a run is worth showing: its workers' time, or all of it."""

from __future__ import annotations

from visualiser.trace.run import Run
from visualiser.trace.track import NS

_MARGIN = 0.025


def busy_reach(run: Run) -> tuple[float, float]:
    """Seconds from the first worker's start to the last one's end, with a margin; without workers: of it all."""
    workers = [track for track in run.tracks[1:] if track.kind != "helper"]
    if not workers:
        return whole_reach(run)
    begin = min(track.start_ns for track in workers)
    end = max(track.end_ns or run.now_ns for track in workers)
    return _with_margin((begin - run.start_ns) / NS, (end - run.start_ns) / NS)


def whole_reach(run: Run) -> tuple[float, float]:
    """Seconds from the script's first line to its end, with a margin."""
    return _with_margin(0.0, run.wall_s)


def _with_margin(begin: float, end: float) -> tuple[float, float]:
    margin = max(end - begin, 1e-5) * _MARGIN
    return begin - margin, end + margin
