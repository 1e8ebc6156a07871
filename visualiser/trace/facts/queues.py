"""Facts on what went through queues and on waits for locks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.facts.fact import Fact
from visualiser.trace.facts.marks import count_marks
from visualiser.trace.flows import FlowKind

if TYPE_CHECKING:
    from visualiser.trace.run import Run

_NS_PER_MS = 1e6


def facts_of_queues(run: Run) -> Iterator[Fact]:
    """Items through queues that the script made itself.

    - ``puts``, ``gets``: items put and taken, end marks of the script's own included.
    - ``queue_depth_max``: the most items that lay in one queue at one time.
    - ``transit_ms``: median time from put to get of the items that were taken.
    """
    puts, gets = count_marks(run, Kind.PUT), count_marks(run, Kind.GET)
    yield Fact("puts", puts, "", "Items put")
    yield Fact("gets", gets, "", "Items taken")
    depths = [int(counter.value.max()) for counter in run.counters.queues if len(counter)]
    if depths:
        yield Fact("queue_depth_max", max(depths), "", "Most items in a queue")
    passed = run.flows.pairs(FlowKind.PUT_GET)
    if len(passed):
        transit = float(np.median(passed.t1 - passed.t0)) / _NS_PER_MS
        yield Fact("transit_ms", transit, "ms", "Median time in a queue")


def facts_of_locks(run: Run) -> Iterator[Fact]:
    """Waits for locks.

    - ``lock_waits``: how often a thread had to wait for a lock (helpers of libraries left out).
    - ``deadlocked``: at some time threads waited in a circle, each for a lock that the next one held, even if a timeout
      broke it. Absent if there was none that is known and somebody waited for a lock that does not tell its holder.
    """
    waits = [number for track, number in run.lock_holders.waits.items() if run.tracks[track].kind != "helper"]
    yield Fact("lock_waits", sum(waits), "", "Waits for locks")
    if run.lock_holders.deadlocks or run.lock_holders.knows_all_holders:
        yield Fact("deadlocked", bool(run.lock_holders.deadlocks), "", "Deadlock")
