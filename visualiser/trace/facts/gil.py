"""Facts on how the GIL went from thread to thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from visualiser.trace.column import Column
from visualiser.trace.facts.fact import Fact
from visualiser.trace.facts.scope import Scope
from visualiser.trace.lane import Lane, Times
from visualiser.trace.pending import OPEN
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

    def before(self, when: int) -> _Turns:
        """Those that began before ``when``, ns."""
        some = self.start < when
        return _Turns(self.start[some], self.end[some], self.track[some], self.waited[some])


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
    if run.sampled and run.gil:
        yield Fact("handovers", run.turns.handovers, "", "GIL hand-overs")
        lengths = run.turns.lengths
        if len(lengths):
            yield Fact("turn_ms", float(np.median(lengths)) / _NS_PER_MS, "ms", "Median turn with the GIL")


class Progress:
    """The turns of one process, as far as all of them before ``resume`` (ns) are over.

    Attributes:
        reach: up to when (ns) one of them went.
        last: number of the track that had the last one, -1 before the first.
        handovers: how many came from another thread.
        lengths: of each, ns.
    """

    def __init__(self) -> None:
        self.resume = 0
        self.reach = 0
        self.last = -1
        self.handovers = 0
        self.lengths: Column[np.int64] = Column(np.int64)

    def add(self, turns: _Turns) -> None:
        """Count turns, in order of their begin, none of which goes on."""
        before = np.append(self.reach, np.maximum.accumulate(np.maximum(turns.end, self.reach)))[:-1]
        real = turns.end > before  # what lies within another turn is a look at the GIL that another thread holds
        if not real.any():
            return
        track = np.append(self.last, turns.track[real])
        self.handovers += int((turns.waited[real] & (track[1:] != track[:-1]) & (track[:-1] >= 0)).sum())
        self.lengths.append(turns.end[real] - np.maximum(turns.start[real], before[real]))
        self.reach, self.last = int(turns.end[real][-1]), int(track[-1])


class Turns:
    """Follows the GIL of every process as a run goes on; a turn counts when it is over."""

    def __init__(self) -> None:
        self._processes: dict[int, Progress] = {}

    @property
    def progress(self) -> dict[int, Progress]:
        """How far the turns of every process have been followed, by its pid."""
        return dict(self._processes)

    def restore(self, processes: dict[int, Progress]) -> None:
        """So far they had been followed."""
        self._processes = processes

    @property
    def handovers(self) -> int:
        """How often it went from thread to thread."""
        return sum(process.handovers for process in self._processes.values())

    @property
    def lengths(self) -> Times:
        """Length of every turn in the processes with hand-overs, ns."""
        every = [process.lengths.view for process in self._processes.values() if process.handovers]
        return np.concatenate([np.empty(0, np.int64), *every])

    def advance(self, run: Run, scope: Scope) -> None:
        """Add what is new, at a cost that grows with that alone."""
        by_process: dict[int, list[Track]] = {}
        for track in scope.threads:
            by_process.setdefault(track.pid, []).append(track)
        for pid, tracks in by_process.items():
            if len(tracks) > 1:
                progress = self._processes.setdefault(pid, Progress())
                now = OPEN if run.finished else run.now_ns
                turns = _in_order([_turns_of(track.id, track.lane, progress.resume, now) for track in tracks])
                going_on = turns.start[turns.end >= now]
                until = int(going_on.min()) if len(going_on) else now
                progress.add(turns.before(until))
                progress.resume = until


def _turns_of(track: int, lane: Lane, since: int, now: int) -> _Turns:
    """The turns that began at ``since`` (ns) or later, and what goes on at ``now`` and may become one."""
    first = max(lane.spans_between(since, since)[0] - 1, 0)
    state, t = lane.state[first:], lane.t[first:]
    on = np.isin(state, (State.RUN, State.CORE))
    edges = np.flatnonzero(np.diff(on, prepend=False, append=False))
    begin, stop = edges[::2], edges[1::2]
    times = np.append(t, lane.now)
    ran = np.append(0, np.cumsum(state == State.RUN))
    waited = np.append(np.uint8(State.NONE), state)[begin] == State.GIL
    goes_on = times[stop] >= now
    some = ((ran[stop] > ran[begin]) | goes_on) & (times[begin] >= since)  # else it only waited for a core
    return _Turns(times[begin][some], times[stop][some], np.full(int(some.sum()), track), waited[some])


def _in_order(parts: list[_Turns]) -> _Turns:
    start, end, track, waited = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("start", "end", "track", "waited")
    )
    order = np.lexsort((-end, start))
    return _Turns(start[order], end[order], track[order], waited[order])
