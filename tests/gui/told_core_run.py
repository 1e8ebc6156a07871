"""The small told run with the cores its threads were on, and everything else taking a share of them."""

from __future__ import annotations

from tests.gui.told_run import MS, START, told_batch
from visualiser.lab.layout import Kind
from visualiser.trace.run import Run

# Core of each worker by when it came onto it, in ms: the two change places at 300 and at 800 ms.
CORES = {10: {10: 0, 300: 1, 600: 1, 800: 0}, 11: {10: 1, 300: 0, 600: 0, 800: 1}}
LOAD = (100.0, 60.0)


def told_core_run(load: tuple[float, ...] = LOAD) -> Run:
    """Finished; the main thread was on core 1 for its first 10 ms."""
    run, batch = Run(), told_batch()
    switches = batch.switches
    assert switches is not None
    where = {1: 1}
    for row in switches:
        tid, when = int(row["object"]), (int(row["t0"]) - START) // MS
        if row["kind"] == Kind.SWITCH_IN and tid in CORES:
            where[tid] = CORES[tid][when]
        row["depth"] = where[tid]
    batch.loads = [(START + n * 200 * MS, load) for n in range(1, 6)]
    run.extend(batch)
    run.finish(START + 1000 * MS)
    return run
