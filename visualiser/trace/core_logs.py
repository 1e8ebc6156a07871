"""Which thread of the run was on which core when, as far as the kernel tells."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Records, among
from visualiser.trace.core_log import LOST, OFF, OPEN, CoreLog
from visualiser.trace.core_use import FREE, OURS, UNKNOWN, CoreUse
from visualiser.trace.shelf import Shelf
from visualiser.trace.track import Track

_IN, _EXIT = int(Kind.SWITCH_IN), int(Kind.THREAD_EXIT)
_TOLD = among(Kind.SWITCH_IN, Kind.SWITCH_OUT, Kind.SWITCH_PREEMPT, Kind.THREAD_EXIT)


class CoreLogs:
    """Logs of all threads by their native ids, in the run's script or in any program it starts, and of all cores.

    Attributes:
        begin: ns, when the first switch was told; 0 until then.
    """

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.begin = 0
        self._shelf = shelf
        self._logs: dict[int, list[CoreLog]] = {}  # ids are used again: one log a life
        self._ended: set[int] = set()  # the ids whose last life is over
        self._use: dict[int, CoreUse] = {}
        self._stopped = OPEN  # ns: nothing is told from then on
        self._lost = 0  # ns: who has not been heard of since is not known to have been anywhere before

    @property
    def told(self) -> bool:
        """Whether anything tells who is on which core."""
        return self.begin > 0

    @property
    def cores(self) -> list[int]:
        """Numbers of the cores that served the run so far."""
        return sorted(self._use)

    @property
    def logs(self) -> list[tuple[int, CoreLog]]:
        """Every log with the native id of its thread; those of one id in the order of its lives."""
        return [(tid, log) for tid, logs in self._logs.items() for log in logs]

    def restore(self, begin: int, cores: list[int], logs: list[tuple[int, CoreLog]]) -> None:
        """A run that is over had these: what was told began at ``begin`` (ns), of ``cores`` and of threads."""
        self.begin = begin
        self._use = {core: CoreUse() for core in cores}
        for tid, log in logs:
            self._logs.setdefault(tid, []).append(log)

    def of(self, track: Track) -> CoreLog | None:
        """The log of the thread a track shows; a task of asyncio is wherever the thread of its event loop is."""
        owner = track.parent or track
        logs = self._logs.get(owner.tid, []) if owner.kind != "remote" else []
        begun = [log for log in logs if log.start <= owner.start_ns]
        if begun:
            return begun[-1]
        # A thread that was there before the first switch was told has only later ones.
        end = OPEN if owner.end_ns is None else owner.end_ns
        return logs[0] if logs and logs[0].start < end else None

    def take(self, switches: Records) -> None:
        """Take in the sampler's records, in order of time."""
        lost = np.flatnonzero(switches["kind"] == Kind.LOST)
        for first, stop in pairwise((0, *lost.tolist(), len(switches))):
            if first in lost:
                self._lose(int(switches["depth"][first]), int(switches["t0"][first]))
            told = switches[first:stop]
            told = told[_TOLD[told["kind"]]]
            if len(told):
                self.begin = self.begin or int(told["t0"][0])
                self._to_threads(told)
                self._to_cores(told)

    def stop(self, when: int) -> None:
        """From ``when`` (ns) on nothing tells any more who is on which core."""
        self._stopped = min(self._stopped, when)
        for logs in self._logs.values():
            logs[-1].take([when], [LOST])

    def finish(self, end_ns: int) -> None:
        """Nothing of the run is on a core from ``end_ns`` on."""
        for logs in self._logs.values():
            logs[-1].take([end_ns], [OFF])
        for use in self._use.values():
            use.take([end_ns], [FREE])

    def used(self, core: int, begin: int, end: int) -> float:
        """Time (ns) a core served the run in [begin, end), NaN if not known; to be asked in order of time, once."""
        use = self._use.get(core)
        known = 0.0 if use is None else use.consume(begin, end)
        return known if end <= self._stopped else math.nan

    def _lose(self, core: int, when: int) -> None:
        """Switches of that core are missing from ``when`` (ns) on: any thread may have been put onto it, or off."""
        self._lost = when
        for logs in self._logs.values():
            logs[-1].take([when], [LOST])
        self._use.setdefault(core, CoreUse()).take([when], [UNKNOWN])

    def _to_threads(self, told: Records) -> None:
        order = np.argsort(told["object"], kind="stable")
        told = told[order]
        t = told["t0"].astype(np.int64).tolist()
        core = np.where(told["kind"] == _IN, told["depth"], OFF).tolist()
        for first, stop in _groups(told["object"]):
            tid, kinds = int(told["object"][first]), told["kind"][first:stop]
            begins = int(kinds[0]) == _IN
            if tid not in self._logs:
                log = self._begin(tid)
                if not begins:  # it was there before anybody looked
                    log.take([self._lost], [int(told["depth"][first])])
            elif tid in self._ended and begins:
                self._begin(tid)
            self._logs[tid][-1].take(t[first:stop], core[first:stop])
            if int(kinds[-1]) == _EXIT:
                self._ended.add(tid)

    def _begin(self, tid: int) -> CoreLog:
        log = CoreLog(self._shelf)
        self._logs.setdefault(tid, []).append(log)
        self._ended.discard(tid)
        return log

    def _to_cores(self, told: Records) -> None:
        order = np.argsort(told["depth"], kind="stable")
        told = told[order]
        t = told["t0"].astype(np.int64).tolist()
        what = np.where(told["kind"] == _IN, OURS, FREE).tolist()
        for first, stop in _groups(told["depth"]):
            self._use.setdefault(int(told["depth"][first]), CoreUse()).take(t[first:stop], what[first:stop])


def _groups(sorted_numbers: Records) -> list[tuple[int, int]]:
    """First and stop of every stretch of one number."""
    cuts = np.flatnonzero(np.diff(sorted_numbers.astype(np.int64))) + 1
    return list(pairwise((0, *cuts.tolist(), len(sorted_numbers))))
