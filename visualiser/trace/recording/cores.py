"""Saves and restores what is known of cores: where every thread was, and their loads."""

from __future__ import annotations

import numpy as np

from visualiser.trace.core_log import OFF, CoreLog
from visualiser.trace.document import Document
from visualiser.trace.recording.errors import RecordingError
from visualiser.trace.recording.recorded import LATEST, Array, Recorded, by_owner, check_ascending, check_finite, joined
from visualiser.trace.recording.snapshot import Snapshot, Timed
from visualiser.trace.run import Run

_MOST_CORES = OFF - 1


def keep_cores(document: Document, snapshot: Snapshot) -> None:
    """Stays of all threads on cores, and the samples of the cores' loads."""
    run = document.run
    logs = run.core_logs.logs
    snapshot.numbered["core_logs"] = {"tid": [tid for tid, _ in logs]}
    for number, (_, log) in enumerate(logs):
        t, core = log.rows
        if len(t):
            columns = {"log": np.uint32(number), "t": t, "core": core}
            snapshot.timed.append(Timed("cores", t, columns))
    known, others = run.loads.sums_ns
    snapshot.head["cores"] = {
        "begin_ns": run.core_logs.begin,
        "used": run.core_logs.cores,
        "known_ns": known,
        "others_ns": others,
    }
    _keep_loads(run, snapshot)


def _keep_loads(run: Run, snapshot: Snapshot) -> None:
    loads, cores = run.loads, run.loads.cores
    if not len(loads):
        return
    ours = np.full((len(loads), cores), np.nan, np.float32)
    for core in range(cores):
        ours[: loads.shared, core] = loads.ours(core)[: loads.shared]
    when = np.repeat(loads.t, cores)
    columns = {
        "t": when,
        "core": np.tile(np.arange(cores, dtype=np.uint16), len(loads)),
        "percent": np.stack([loads.percent(core) for core in range(cores)], axis=1).ravel(),
        "ours": ours.ravel(),
    }
    snapshot.timed.append(Timed("loads", when, columns))


def restore_cores(recorded: Recorded, document: Document) -> None:
    """The same from a file."""
    run, told = document.run, recorded.head.part("cores")
    owners = [(row["tid"], CoreLog()) for row in recorded.objects("core_logs")]
    rows = by_owner(recorded.pieces("cores"), "log", len(owners), "thread")
    for number, pieces in rows.items():
        t, core = joined(pieces, "t"), joined(pieces, "core")
        check_ascending(t, "core switches")
        owners[number][1].load(t, core)
    used = told.get("used", list)
    if not all(type(core) is int and 0 <= core < _MOST_CORES for core in used):
        raise RecordingError("The recording is damaged: a core in it has an impossible number.")
    run.core_logs.restore(
        told.count("begin_ns"), used, [owners[number] for number in range(len(owners)) if number in rows]
    )
    if recorded.until != LATEST:
        run.core_logs.finish(recorded.until)
    sums = told.number("known_ns"), told.number("others_ns")
    _restore_loads(recorded, run, sums)


def _restore_loads(recorded: Recorded, run: Run, sums_ns: tuple[float, float]) -> None:
    loads = recorded.table("loads")
    t, core = loads["t"], loads["core"]
    if not len(t):
        return
    cores = int(core.max()) + 1
    if len(t) % cores or (core.reshape(-1, cores) != np.arange(cores)).any():
        raise RecordingError("The recording is damaged: a sample of the cores' load is not complete.")
    check_finite(loads["percent"])
    shape = (-1, cores)
    times: Array = t.reshape(shape)
    check_ascending(times[:, 0], "load samples")
    run.loads.restore(times[:, 0], loads["percent"].reshape(shape), loads["ours"].reshape(shape), sums_ns)
