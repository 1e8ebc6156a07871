"""Gives every thread of a run what was seen of it from outside: core switches, looks, and that it is gone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Records
from visualiser.trace.process import Member

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
        self._by_tid: dict[int, list[Member]] = {}  # systems use native ids again: the lives of each, in order
        self._switches: dict[int, Told] = {}
        self._looks: dict[int, Told] = {}

    def claim(self, member: Member) -> None:
        """Give a new thread what was seen before its first record."""
        tid = member.track.tid
        self._by_tid.setdefault(tid, []).append(member)
        member.fold.add_switches(*_columns(self._switches.pop(tid, [])))
        member.fold.add_looks(*_columns(self._looks.pop(tid, [])))

    def take_switches(self, switches: Records) -> None:
        """The kernel's core switches, in order of time."""
        self._end(switches)
        for member, tid, when, kind in self._by_member(switches[switches["kind"] <= Kind.SWITCH_PREEMPT], "kind"):
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
        for member, tid, when, seen in self._by_member(looks[looks["kind"] == Kind.SEEN], "depth"):
            if member is not None:
                member.fold.add_looks(when, seen)
            else:
                _keep(self._looks, tid, when, seen)

    def _by_member(self, samples: Records, column: str) -> Iterator[tuple[Member | None, int, list[int], list[int]]]:
        """What was seen of each thread, None for one that has not recorded anything: its native id, times, what."""
        for tid, group in _by_thread(samples):
            when, what = group["t0"].tolist(), group[column].tolist()
            lives = self._by_tid.get(tid, [])
            edges = [0, *(_edge(when, *pair) for pair in _with_following(lives)), len(when)]
            for member, (begin, stop) in zip([*lives, None], pairwise(edges), strict=True):
                if begin < stop:
                    yield member, tid, when[begin:stop], what[begin:stop]

    def _end(self, samples: Records) -> None:
        for gone in samples[samples["kind"] == Kind.THREAD_EXIT]:
            when = int(gone["t0"])
            lives = [life for life in self._by_tid.get(int(gone["object"]), ()) if life.track.start_ns <= when]
            if lives:
                self._end_thread(lives[-1], when)


def _with_following(lives: list[Member]) -> Iterator[tuple[Member, Member | None]]:
    return zip(lives, [*lives[1:], None][: len(lives)], strict=True)


def _edge(when: list[int], life: Member, following: Member | None) -> int:
    """The first of these moments that no longer belongs to a life."""
    if life.track.end_ns is not None:
        return bisect_right(when, life.track.end_ns)
    return len(when) if following is None else bisect_left(when, following.track.start_ns)


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
