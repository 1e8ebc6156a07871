"""Measures a stretch of a run: the exact time that each lane, each process and all of them spent in each state."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from visualiser.trace.lane import Lane
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import Track

RowKind = Literal["lane", "process", "all"]


@dataclass(frozen=True)
class Sums:
    """What one lane, or several together, did in a stretch of time.

    Attributes:
        times: ns in each state that occurs there, NONE apart.
        begun: how many spans began there.
        lanes: how many lanes these are the sums of.
    """

    times: Mapping[State, int]
    begun: int
    lanes: int = 1

    @property
    def alive(self) -> int:
        """Time in any state, ns: how long they lived there."""
        return sum(self.times.values())

    def percent(self, state: State, length: int) -> float:
        """Share of a stretch ``length`` ns long, 0 … 100; of several lanes the mean of theirs."""
        whole = length * self.lanes
        return 100 * self.times.get(state, 0) / whole if whole else 0.0


@dataclass(frozen=True)
class Row:
    """One line of a measurement; ``sums`` is None where nobody asked for it, ``track`` where it is of several."""

    kind: RowKind
    name: str
    pid: int
    track: Track | None
    sums: Sums | None


@dataclass(frozen=True)
class Measurement:
    """What was measured from ``begin`` to ``end``, ns on the clock of the records: lanes, processes, all together."""

    begin: int
    end: int
    rows: tuple[Row, ...]

    @property
    def length(self) -> int:
        """How long the stretch is, ns."""
        return self.end - self.begin

    @property
    def states(self) -> list[State]:
        """The states in which any time was spent."""
        return [state for state in State if any(row.sums and row.sums.times.get(state) for row in self.rows)]


def measure_lane(lane: Lane, begin: int, end: int) -> Sums:
    """What one lane did in [begin, end), ns; the cost hardly depends on how many spans lie there."""
    if end <= begin:
        return Sums({}, 0)
    return Sums(lane.times_between(begin, end), _begun(lane, begin, end))


def together(sums: Collection[Sums]) -> Sums:
    """Several sums added up."""
    times: dict[State, int] = {}
    for each in sums:
        for state, time in each.times.items():
            times[state] = times.get(state, 0) + time
    return Sums(times, sum(each.begun for each in sums), sum(each.lanes for each in sums))


def measure(
    run: Run, tracks: Sequence[Track], begin: int, end: int, only: Collection[int] | None = None
) -> Measurement:
    """Measure [begin, end) ns of a run: the lanes in that order, processes of several lanes, and all together.

    ``only``: the places among ``tracks`` to measure now; the others and what is added up from them stay None.
    """
    some = range(len(tracks)) if only is None else only
    lanes = [
        Row("lane", track.name, track.pid, track, measure_lane(track.lane, begin, end) if place in some else None)
        for place, track in enumerate(tracks)
    ]
    return Measurement(begin, end, (*lanes, *_processes(run, lanes), *_all(lanes)))


def whole(run: Run) -> tuple[int, int]:
    """From the script's first line to the last moment that is known, ns."""
    return run.start_ns, max(run.now_ns, run.start_ns)


def _begun(lane: Lane, begin: int, end: int) -> int:
    first, stop = (int(lane.t.searchsorted(np.int64(when), "left")) for when in (begin, end))
    return int(np.count_nonzero(lane.state[first:stop]))  # State.NONE is 0, and no span


def _processes(run: Run, lanes: Sequence[Row]) -> list[Row]:
    """A row for every process with several lanes, where there are several processes."""
    by_pid: dict[int, list[Row]] = {}
    for row in lanes:
        by_pid.setdefault(row.pid, []).append(row)
    if len(by_pid) < 2:
        return []
    return [
        Row("process", _name(run, pid, rows), pid, None, _added(rows)) for pid, rows in by_pid.items() if len(rows) > 1
    ]


def _name(run: Run, pid: int, rows: Sequence[Row]) -> str:
    process = run.processes.get(pid)
    name = "Main process" if process is not None and process.is_root else process.name if process is not None else ""
    return f"{name or f'Process {pid}'}, {len(rows)} lanes"


def _all(lanes: Sequence[Row]) -> list[Row]:
    return [Row("all", f"All {len(lanes)} lanes", 0, None, _added(lanes))] if len(lanes) > 1 else []


def _added(rows: Sequence[Row]) -> Sums | None:
    sums = [row.sums for row in rows if row.sums is not None]
    return together(sums) if len(sums) == len(rows) else None
