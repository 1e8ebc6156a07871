"""Facts on how the GIL went from thread to thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from visualiser.trace.facts.fact import Fact
from visualiser.trace.facts.scope import Scope
from visualiser.trace.lane import Lane, Times
from visualiser.trace.states import State
from visualiser.trace.track import Track

if TYPE_CHECKING:
    from visualiser.trace.run import Run

_NS_PER_MS = 1e6


@dataclass
class _Turns:
    """Times in which a thread could hold the GIL: on a core, or pushed off it."""

    start: Times
    end: Times
    track: Times
    waited: npt.NDArray[np.bool_]  # for the GIL, right before


def facts_of_gil(run: Run, scope: Scope) -> Iterator[Fact]:
    """Whether there is a GIL, and how it went round; of that nothing where core switches are not told.

    A *turn* is a time in which a thread was on a core, or pushed off it, without blocking. A thread that waits for the
    GIL looks for it every 5 ms while another one runs: what lies within another's turn is no turn. A turn ends when
    the thread blocks, whether it had to give the GIL up or did so by itself.

    - ``gil``: every process of the run has one.
    - ``handovers``: turns that began after waiting for the GIL, where the turn before was another thread's of the same
      process. A thread that woke up and found the GIL free does not count.
    - ``turn_ms``: median length of the turns of all processes in which there were hand-overs.
    """
    if scope.processes:
        yield Fact("gil", run.gil, "", "Python has a GIL")
    if not run.sampled or not run.gil:
        return
    handovers, lengths = 0, [np.empty(0, np.int64)]
    for turns in _turns_by_process(scope):
        passed = int((turns.waited[1:] & (turns.track[1:] != turns.track[:-1])).sum())
        handovers += passed
        if passed:
            begin = np.maximum(turns.start, np.append(turns.start[:1], turns.end[:-1]))
            lengths.append(turns.end - begin)
    yield Fact("handovers", handovers, "", "GIL hand-overs")
    every = np.concatenate(lengths)
    if len(every):
        yield Fact("turn_ms", float(np.median(every)) / _NS_PER_MS, "ms", "Median turn with the GIL")


def _turns_by_process(scope: Scope) -> Iterator[_Turns]:
    by_process: dict[int, list[Track]] = {}
    for track in scope.threads:
        by_process.setdefault(track.pid, []).append(track)
    for tracks in by_process.values():
        if len(tracks) > 1:
            yield _without_glances(_in_order([_turns_of(track.id, track.lane) for track in tracks]))


def _turns_of(track: int, lane: Lane) -> _Turns:
    on = np.isin(lane.state, (State.RUN, State.CORE))
    edges = np.flatnonzero(np.diff(on, prepend=False, append=False))
    first, stop = edges[::2], edges[1::2]
    times = np.append(lane.t, lane.now)
    ran = np.append(0, np.cumsum(lane.state == State.RUN))
    waited = np.append(State.NONE, lane.state)[first] == State.GIL
    some = ran[stop] > ran[first]  # else it only waited for a core
    return _Turns(times[first][some], times[stop][some], np.full(int(some.sum()), track), waited[some])


def _in_order(parts: list[_Turns]) -> _Turns:
    start, end, track, waited = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("start", "end", "track", "waited")
    )
    order = np.lexsort((-end, start))
    return _Turns(start[order], end[order], track[order], waited[order])


def _without_glances(turns: _Turns) -> _Turns:
    """Leave out what lies within another turn: a look at the GIL that another thread holds."""
    reach = np.append(0, np.maximum.accumulate(turns.end)[:-1]) if len(turns.end) else turns.end
    real = turns.end > reach
    return _Turns(turns.start[real], turns.end[real], turns.track[real], turns.waited[real])
