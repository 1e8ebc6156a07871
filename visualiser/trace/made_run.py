"""Builds a run out of columns, where there are no records to fold: for one that another program has recorded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from visualiser.trace.lane import Codes, Refs, Times
from visualiser.trace.names import Name
from visualiser.trace.process import Process
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import Track

_NOBODY = -1  # no process has this pid


class MadeRun:
    """A run that grows by whole columns.

    Attributes:
        run: what has been built so far.
    """

    def __init__(self) -> None:
        self.run = Run()
        self._names: dict[Name, int] = {Name(): 0}

    def number(self, name: Name) -> int:
        """The number of a name in the run."""
        number = self._names.get(name)
        if number is None:
            number = self._names[name] = len(self.run.names)
            self.run.names.tell(_NOBODY, number, name)
        return number

    def label(self, text: str) -> int:
        """The number of a name without a place in any source."""
        return self.number(Name(text))

    def add_spans(self, track: Track, t0: Times, t1: Times, states: Codes, refs: Refs) -> None:
        """Give a track its spans: between them it is not alive.

        Args:
            track: without spans yet.
            t0: begins, ns, strictly ascending.
            t1: ends, ns, each after its begin and not after the next one.
            states: one ``State`` each.
            refs: one name number each.
        """
        if not len(t0):
            return
        holes = np.append(t1[:-1] < t0[1:], False)
        places = np.arange(len(t0)) + np.concatenate(([0], np.cumsum(holes[:-1])))
        size = int(places[-1]) + 1
        t, state, ref = np.empty(size, np.int64), np.full(size, State.NONE, np.uint8), np.zeros(size, np.uint32)
        t[places], state[places], ref[places] = t0, states, refs
        t[places[holes] + 1] = t1[holes]
        track.start_ns, track.end_ns = int(t0[0]), int(t1[-1])
        track.lane.append(t, state, ref, int(t1[-1]))

    def add_marks(self, track: Track, t: Times, kinds: npt.NDArray[np.uint16], names: Refs) -> None:
        """Give a track its instants: ns, ascending, a ``Kind`` and a name number each."""
        track.marks.t.append(t)
        track.marks.kind.append(kinds)
        track.marks.name.append(names)

    def add_counter(self, name: str, unit: str, track: Track | None, t: Times, values: Sequence[float]) -> None:
        """A number over time: it has each of ``values`` from that ``t`` (ns) on."""
        counter = self.run.counters.restore_told(name, unit, track)
        counter.restore({"t": t, "rank": np.arange(len(t)), "step": np.asarray(values, np.float64)})

    def finish(self, start_ns: int, end_ns: int) -> Run:
        """Nothing more will come; the script ran, as far as anybody knows, from ``start_ns`` to ``end_ns``."""
        run = self.run
        for track in run.tracks:
            if track.kind != "remote":
                run.processes.setdefault(track.pid, Process(track.pid))
        run.start_ns, run.now_ns, run.end_ns = start_ns, end_ns, end_ns
        run.phases.finish(end_ns)
        run.finished = True
        return run
