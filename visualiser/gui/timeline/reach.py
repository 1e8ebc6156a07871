"""Which stretch of a run is worth showing: from the end of the script's imports, or all of it."""

from __future__ import annotations

import numpy as np

from visualiser.trace.run import Run
from visualiser.trace.track import NS

_MARGIN = 0.025
AHEAD = 0.04  # share of the width kept free right of now
_TOLD_APART = 0.03  # share of the run from which on a stretch is seen without zooming
_CONTEXT = 7.0  # how much is shown around a shorter one, in its own lengths
_SHORTEST_NS = 2000


def busy_reach(run: Run) -> tuple[float, float]:
    """Seconds from where the script has done its imports to its end, with a margin."""
    return _with_margin((_imported_ns(run) - run.start_ns) / NS, _end_s(run))


def whole_reach(run: Run) -> tuple[float, float]:
    """Seconds from the script's first line to its end, with a margin."""
    return _with_margin(0.0, _end_s(run))


def reach_around(run: Run, start: int, end: int) -> tuple[float, float]:
    """What to show so that [start, end] ns is seen in its context: all of the run where that is enough."""
    for whole in (busy_reach(run), whole_reach(run)):
        first, last = (start - run.start_ns) / NS, (end - run.start_ns) / NS
        if first >= whole[0] and last <= whole[1] and last - first >= _TOLD_APART * (whole[1] - whole[0]):
            return whole
    width = max(end - start, _SHORTEST_NS) * _CONTEXT / NS
    middle = ((start + end) / 2 - run.start_ns) / NS
    return middle - width / 2, middle + width / 2


def followed(now_s: float, width: float) -> float:
    """Where a view ``width`` seconds wide begins that has the run's newest moment near its right edge."""
    return now_s - width * (1 - AHEAD)


def _end_s(run: Run) -> float:
    """When the last thread ended, or now where one still lives."""
    ends = [run.now_ns if track.end_ns is None else track.end_ns for track in run.tracks if track.kind != "helper"]
    return (max(ends, default=run.now_ns) - run.start_ns) / NS


def _imported_ns(run: Run) -> int:
    """End of the last import of the script's first thread before its first worker; its start where there is none."""
    workers = [track.start_ns for track in run.tracks[1:] if track.kind != "helper"]
    lane = run.tracks[0].lane if run.tracks else None
    if lane is None or not len(lane):
        return run.start_ns
    imports = np.array([run.names[number].label.startswith("import ") for number in range(len(run.names))])
    _, stop = lane.spans_between(run.start_ns, min(workers, default=run.now_ns))
    found = np.flatnonzero(imports[lane.ref[:stop]])
    return max(lane.span(int(found[-1])).end, run.start_ns) if len(found) else run.start_ns


def _with_margin(begin: float, end: float) -> tuple[float, float]:
    margin = max(end - begin, 1e-5) * _MARGIN
    return begin - margin, end + margin
