"""Which stretch of a run is worth showing: from the end of the script's imports, or all of it."""

from __future__ import annotations

import numpy as np

from visualiser.trace.run import Run
from visualiser.trace.track import NS

_MARGIN = 0.025


def busy_reach(run: Run) -> tuple[float, float]:
    """Seconds from where the script has done its imports to its end, with a margin."""
    return _with_margin((_imported_ns(run) - run.start_ns) / NS, _end_s(run))


def whole_reach(run: Run) -> tuple[float, float]:
    """Seconds from the script's first line to its end, with a margin."""
    return _with_margin(0.0, _end_s(run))


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
