"""Saves and restores what is remembered of locks: who waited, who held which, and the deadlocks."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from visualiser.trace.document import Document
from visualiser.trace.lock_history import NOBODY, LockOwners, LockWaits
from visualiser.trace.lock_holders import Deadlock, LockHistory, LockName
from visualiser.trace.pending import OPEN
from visualiser.trace.recording.errors import RecordingError
from visualiser.trace.recording.json_values import Values
from visualiser.trace.recording.recorded import (
    Array,
    Recorded,
    by_owner,
    check_ascending,
    check_below,
    check_times,
    joined,
)
from visualiser.trace.recording.snapshot import Snapshot, Timed
from visualiser.trace.run import Run


def keep_locks(document: Document, snapshot: Snapshot) -> None:
    """All that ``LockHolders`` remembers."""
    holders = document.run.lock_holders
    locks, waits, owners = holders.history
    snapshot.numbered["locks"] = {"pid": [lock.pid for lock in locks], "label": [lock.label for lock in locks]}
    for track, waited in waits.items():
        t0, t1, lock = (np.array(column, np.int64) for column in (waited.t0, waited.t1, waited.lock))
        columns = {"track": np.uint32(track), "t0": t0, "t1": t1, "lock": lock}
        snapshot.timed.append(Timed("lock_waits", t0, columns))
    for number, owned in enumerate(owners):
        t, track_numbers = np.array(owned.t, np.int64), np.array(owned.track, np.int64)
        columns = {"lock": np.uint32(number), "t": t, "track": track_numbers}
        snapshot.timed.append(Timed("lock_owners", t, columns))
    snapshot.head["lock_holders"] = {
        "now_ns": min(holders.now, OPEN),
        "knows_all": holders.knows_all_holders,
        "deadlocks": [_plain(deadlock) for deadlock in holders.deadlocks],
    }


def _plain(deadlock: Deadlock) -> dict[str, Any]:
    return {
        "threads": [track.id for track in deadlock.threads],
        "begin_ns": deadlock.begin,
        "end_ns": deadlock.end,
        "broken": deadlock.broken,
    }


def restore_locks(recorded: Recorded, document: Document) -> None:
    """The same from a file."""
    run, told = document.run, recorded.head.part("lock_holders")
    locks = [LockName(row["pid"], row["label"]) for row in recorded.objects("locks")]
    deadlocks = [one for one in told.parts("deadlocks") if one.count("begin_ns") < recorded.until]
    run.lock_holders.restore(
        LockHistory(locks, _waits(recorded, run, len(locks)), _owners(recorded, run, len(locks))),
        [_deadlock(one, run, recorded.until) for one in deadlocks],
        told.get("knows_all", bool),
        min(told.count("now_ns", OPEN + 1), recorded.until),
    )


def _waits(recorded: Recorded, run: Run, locks: int) -> dict[int, LockWaits]:
    found = by_owner(recorded.pieces("lock_waits"), "track", len(run.tracks), "track")
    waits: dict[int, LockWaits] = {}
    for track, pieces in found.items():
        t0, t1, lock = (joined(pieces, name) for name in ("t0", "t1", "lock"))
        check_ascending(t0, "waits for locks")
        check_times(t1)
        check_below(lock, locks, "lock")
        t1 = np.where(t1 > recorded.until, OPEN, t1)
        waits[track] = LockWaits(_array(t0), _array(t1), _array(lock))
    return waits


def _owners(recorded: Recorded, run: Run, locks: int) -> list[LockOwners]:
    owners = [LockOwners() for _ in range(locks)]
    for lock, pieces in by_owner(recorded.pieces("lock_owners"), "lock", locks, "lock").items():
        t, track = joined(pieces, "t"), joined(pieces, "track")
        check_ascending(t, "owners of locks")
        check_below(track - NOBODY, len(run.tracks) - NOBODY, "track")
        owners[lock].t, owners[lock].track = _array(t), _array(track)
    return owners


def _array(values: Array) -> array[int]:
    return array("q", values.astype(np.int64).tobytes())


def _deadlock(told: Values, run: Run, until: int) -> Deadlock:
    numbers = told.get("threads", list)
    if not all(type(number) is int and 0 <= number < len(run.tracks) for number in numbers):
        raise RecordingError("The recording is damaged: a deadlock names a thread that there is not.")
    end = told.count_or_none("end_ns")
    ended = end is not None and end <= until
    threads = [run.tracks[number] for number in numbers]
    return Deadlock(threads, told.count("begin_ns"), end if ended else None, told.get("broken", bool) and ended)
