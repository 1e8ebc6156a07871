"""What the beats and recorded waits of one thread alone say of every moment: it ran, was kept from it, or is not seen.

Between two stretches of beats lies a *gap*; the CPU time used in it says of what kind. Nearly all of it: the thread ran
something without beats. Next to none: it was kept from running. Recorded waits inside a gap are no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from visualiser.lab.layout import BEAT_GOES_ON
from visualiser.trace.lane import Codes, Times

Flags = npt.NDArray[np.bool_]

OPEN = int(np.iinfo(np.int64).max)
# What lies between a beat and a recorded wait and is too short for another beat: the thread ran.
SHORT_NS = 500_000
# Used by a thread that was kept from running: up to a tenth of a millisecond on either side of the gap, before it
# beats, and asking for the GIL every 5 ms.
IDLE_NS, IDLE_PART = 250_000, 0.05
BUSY_PART = 0.8

# Not alive | not seen: before the first and after the last beat, or in a gap with some of the CPU time | ran | kept
# from running | in a gap whose CPU time is not known | in a recorded wait
ABSENT, UNSEEN, RAN, KEPT, UNSURE, WAITED = (np.uint8(code) for code in range(6))


def _nothing() -> Times:
    return np.empty(0, np.int64)


@dataclass(frozen=True)
class ThreadBeats:
    """What one thread recorded that ends after the stretch of time that is asked for begins; all times in ns.

    Attributes:
        start: start of each stretch in which beats came without a gap, in order.
        end: end of each.
        cpu: CPU time used between the end before and the start of each, ``BEAT_UNKNOWN`` or ``BEAT_GOES_ON``.
        wait_start: start of each recorded wait, in order.
        wait_end: end of each, ``OPEN`` if it goes on.
        due: when what each wait was for is known to be there, so that it only wants to go on; ``OPEN`` if it is not.
        born: start of its life.
        died: end of its life, ``OPEN`` if it lives.
    """

    start: Times = field(default_factory=_nothing)
    end: Times = field(default_factory=_nothing)
    cpu: Times = field(default_factory=_nothing)
    wait_start: Times = field(default_factory=_nothing)
    wait_end: Times = field(default_factory=_nothing)
    due: Times = field(default_factory=_nothing)
    born: int = 0
    died: int = OPEN


@dataclass
class Carried:
    """What must be remembered of a thread when its older records are forgotten.

    Attributes:
        beat: end of its last stretch that is over, ns, -1 if there is none.
        waited: time it waited since then in waits that are over, ns.
        known: end of its last stretch or wait that is over, ns.
    """

    beat: int = -1
    waited: int = 0
    known: int = -1

    def forget_before(self, when: int, thread: ThreadBeats) -> None:
        """Remember what ends until ``when``, ns."""
        ended = thread.end[thread.end <= when]
        over = thread.wait_end <= when
        if len(ended):
            self.beat, self.waited = int(ended[-1]), 0
        begin = np.maximum(thread.wait_start[over], self.beat)
        self.waited += int(np.maximum(thread.wait_end[over] - begin, 0).sum())
        known = (self.known, *ended[-1:].tolist(), *thread.wait_end[over][-1:].tolist())
        self.known = max(known)


@dataclass(frozen=True)
class Course:
    """What is known of a thread: from ``t`` on it holds what ``code`` says; ``ran``: moments at which it surely ran."""

    t: Times
    code: Codes
    ran: Times

    def at(self, t: Times) -> Codes:
        """The code at each of these moments, none of them before the first."""
        result: Codes = self.code[np.searchsorted(self.t, t, "right") - 1]
        return result


def course(begin: int, thread: ThreadBeats, carried: Carried) -> Course:
    """All that is known from ``begin`` (ns) on."""
    life = (moment for moment in (thread.born, thread.died) if moment < OPEN)
    each = (thread.start, thread.end, thread.wait_start, thread.wait_end, thread.due)
    every = np.concatenate(([begin], np.fromiter(life, np.int64), *each)).astype(np.int64)
    t = np.unique(every[(every >= begin) & (every < OPEN)])
    code = _between(t, thread, carried)
    code[_around(t, thread.start, thread.end)] = RAN
    waits = _around(t, thread.wait_start, thread.wait_end)
    code[waits] = WAITED
    code[waits & _around(t, thread.due, thread.wait_end)] = KEPT
    code[(t < thread.born) | (t >= thread.died)] = ABSENT
    ran = np.concatenate((thread.wait_start, thread.wait_end))
    return Course(t, code, ran[(ran >= max(begin, thread.born)) & (ran < min(thread.died, OPEN))])


def explained_until(thread: ThreadBeats, carried: Carried, now: int) -> int:
    """Up to when it is known why the thread did not beat, ns: it is in a recorded wait, or its next beat has told."""
    if len(thread.wait_end) and thread.wait_end[-1] == OPEN:
        now = min(now, int(thread.due[-1]))  # from then on it lacks the GIL or a core, and it may run any moment
    last = int(thread.end[-1]) if len(thread.end) else carried.beat
    if last < 0:
        return now
    reached = max(last, carried.known)
    for start, end in zip(thread.wait_start.tolist(), thread.wait_end.tolist(), strict=True):
        if start - reached >= SHORT_NS:
            break
        reached = max(reached, end)
    return min(reached, now)


def _between(t: Times, thread: ThreadBeats, carried: Carried) -> Codes:
    """What holds outside of stretches and waits: what the gap says, except where it is too short to be one."""
    number = np.searchsorted(thread.start, t, "right")
    kinds = np.append(_gaps(thread, carried), UNSEEN)
    kind = kinds[number]
    starts = np.sort(np.concatenate((thread.start, thread.wait_start)))
    ends = np.sort(np.concatenate(([carried.known], thread.end, thread.wait_end)))
    upper = np.append(starts, OPEN)[np.searchsorted(starts, t, "right")]
    lower = ends[np.maximum(np.searchsorted(ends, t, "right") - 1, 0)]
    begun = (number > 0) | (carried.beat >= 0)
    short = begun & (upper - lower < SHORT_NS)
    result: Codes = np.where(short, RAN, kind).astype(np.uint8)
    return result


def _gaps(thread: ThreadBeats, carried: Carried) -> Codes:
    """The kind of the gap before each stretch."""
    if not len(thread.start):
        return np.empty(0, np.uint8)
    before = np.concatenate(([carried.beat], thread.end[:-1]))
    waited = _waited(thread, thread.start) - _waited(thread, before)
    waited[0] += carried.waited
    length = thread.start - before - waited
    cpu = thread.cpu
    kind = np.where(cpu <= IDLE_NS + IDLE_PART * length, KEPT, UNSEEN)
    kind = np.where(cpu >= BUSY_PART * length, RAN, kind)
    kind = np.where(cpu < 0, UNSURE, kind)
    kind = np.where(cpu == BEAT_GOES_ON, RAN, kind)
    result: Codes = np.where(before < 0, UNSEEN, kind).astype(np.uint8)
    return result


def _waited(thread: ThreadBeats, t: Times) -> Times:
    """How long the thread has waited until each moment, in the waits that are not forgotten, ns."""
    lengths = np.where(thread.wait_end < OPEN, thread.wait_end - thread.wait_start, 0)
    total = np.concatenate(([0], np.cumsum(lengths)))
    number = np.searchsorted(thread.wait_start, t, "right")
    last = np.maximum(number - 1, 0)
    if not len(lengths):
        return np.zeros(len(t), np.int64)
    within = np.where(number > 0, np.minimum(t - thread.wait_start[last], lengths[last]), 0)
    result: Times = total[last] + within
    return result


def _around(t: Times, start: Times, end: Times) -> Flags:
    number = np.searchsorted(start, t, "right") - 1
    found: Flags = number >= 0
    return found & (t < end[number]) if len(end) else found
