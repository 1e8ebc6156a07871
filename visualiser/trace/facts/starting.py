"""Facts on the time it takes until children can work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from visualiser.trace.facts.fact import Fact
from visualiser.trace.facts.intervals import Intervals, covered
from visualiser.trace.facts.scope import Scope
from visualiser.trace.flows import FlowKind
from visualiser.trace.track import NS

if TYPE_CHECKING:
    from visualiser.trace.run import Run


def facts_of_starting(run: Run, scope: Scope) -> Iterator[Fact]:
    """The time until children can work.

    - ``start_up_s``: seconds in which at least one thread or process was on its way: from the call of ``start`` to the
      moment its own code could begin. That is the first moment of a thread; for a process the moment multiprocessing
      calls what it was started for, so that a new interpreter and its imports are part of it. Absent where nothing was
      started.
    - ``start_up_percent``: its share of the wall time.
    - ``<slug>_start_up_s``: the part of ``start_up_s`` in a phase that is over; absent where none of it lies in there.
    - ``imports_s``: seconds in which at least one thread, of any process, was importing a module for the script, in
      imports of a millisecond and more.
    """
    started = _start_ups(run)
    if len(started):
        seconds = covered(started).total / NS
        yield Fact("start_up_s", seconds, "s", "Starting threads and processes")
        if scope.wall_ns:
            yield Fact("start_up_percent", 100 * seconds * NS / scope.wall_ns, "%", "Start-up, share of the wall time")
        yield from _in_phases(run, started)
    imports = run.labels.imports
    spans = Intervals(imports.t0.view, imports.ends(run.now_ns)).clipped(run.start_ns, run.now_ns)
    yield Fact("imports_s", covered(spans).total / NS, "s", "Importing modules")


def _in_phases(run: Run, started: Intervals) -> Iterator[Fact]:
    for phase in run.phases.all:
        inside = started.clipped(phase.start, phase.end or phase.start)
        if len(inside):
            yield Fact(f"{phase.slug}_start_up_s", covered(inside).total / NS, "s", f"{phase.title}: start-up")


def _start_ups(run: Run) -> Intervals:
    flows = run.flows.pairs(FlowKind.START_FIRST)
    ready = flows.t1.copy()
    for place, number in enumerate(flows.target.tolist()):
        track = run.tracks[number]
        named = run.processes[track.pid].ready_ns if track.kind == "process" else None
        ready[place] = max(ready[place], named or 0)
    return Intervals(flows.t0, np.maximum(flows.t0, ready)).clipped(run.start_ns, max(run.now_ns, run.start_ns))
