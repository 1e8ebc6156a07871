"""Gives every thread of a run what was seen of it from outside: core switches, looks, and that it is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Records
from visualiser.trace.process_fold import Member

# Kept of a thread that has not recorded anything (yet): some threads never will.
MOST_UNCLAIMED = 4096
Told = list[tuple[int, int]]  # (t ns, what was seen)


class Sightings:
    """Sorts the sampler's records by thread; what comes before a thread's first own record waits for it.

    Args:
        end_thread: called with a thread and the moment (ns) at which it was seen to be gone.
        lose: called with the moment (ns) from which on core switches were lost.
    """

    def __init__(self, end_thread: Callable[[Member, int], None], lose: Callable[[int], None]) -> None:
        self.lost = 0  # core switches that the kernel could not deliver
        self._end_thread = end_thread
        self._lose = lose
        self._by_tid: dict[int, Member] = {}
        self._switches: dict[int, Told] = {}
        self._looks: dict[int, Told] = {}

    def claim(self, member: Member) -> None:
        """Give a new thread what was seen before its first record."""
        tid = member.track.tid
        self._by_tid[tid] = member
        member.fold.add_switches(*_columns(self._switches.pop(tid, [])))
        member.fold.add_looks(*_columns(self._looks.pop(tid, [])))

    def take_switches(self, switches: Records) -> None:
        """The kernel's core switches, in order of time."""
        self._end(switches)
        for tid, group in _by_thread(switches[switches["kind"] <= Kind.SWITCH_PREEMPT]):
            when, kind = group["t0"].tolist(), group["kind"].tolist()
            member = self._owner(tid, when[0])
            if member is not None:
                member.fold.add_switches(when, kind)
            else:
                _keep(self._switches, tid, when, kind)
        for lost in switches[switches["kind"] == Kind.LOST]:
            self.lost += int(lost["value"])
            self._lose(int(lost["t0"]))

    def take_looks(self, looks: Records, exits: bool) -> None:
        """What looks from outside found, in order of time; ``exits``: believe that a thread is gone, too."""
        if exits:
            self._end(looks)
        for tid, group in _by_thread(looks[looks["kind"] == Kind.SEEN]):
            when, seen = group["t0"].tolist(), group["depth"].tolist()
            member = self._owner(tid, when[0])
            if member is not None:
                member.fold.add_looks(when, seen)
            else:
                _keep(self._looks, tid, when, seen)

    def _owner(self, tid: int, when: int) -> Member | None:
        """The thread that had that native id at ``when`` (ns): systems use them again."""
        member = self._by_tid.get(tid)
        ended = member.track.end_ns if member is not None else None
        return member if ended is None or when <= ended else None

    def _end(self, samples: Records) -> None:
        for gone in samples[samples["kind"] == Kind.THREAD_EXIT]:
            member = self._by_tid.get(int(gone["object"]))
            if member is not None and member.track.start_ns <= int(gone["t0"]):
                self._end_thread(member, int(gone["t0"]))


def _keep(kept: dict[int, Told], tid: int, when: list[int], what: list[int]) -> None:
    waiting = kept.setdefault(tid, [])
    waiting.extend(zip(when, what, strict=True))
    del waiting[:-MOST_UNCLAIMED]


def _columns(told: Told) -> tuple[list[int], list[int]]:
    return [when for when, _ in told], [what for _, what in told]


def _by_thread(samples: Records) -> Iterator[tuple[int, Records]]:
    """The sampler's records of each thread, by its native id."""
    samples = samples[np.argsort(samples["object"], kind="stable")]
    starts = np.flatnonzero(np.diff(samples["object"], prepend=-1))
    for group in np.split(samples, starts[1:]) if len(samples) else []:
        yield int(group["object"][0]), group
