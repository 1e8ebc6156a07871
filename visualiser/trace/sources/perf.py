"""States from the kernel's core switches: on a core, pushed off it, or blocked; why it blocks is told by the records.

A thread that blocks outside any recorded call, or blocks again after the wait it recorded was over, waits for the
GIL only while another one has it: see ``gil_holders``. So does one that is awake and asks for it. Otherwise the reason
is not known and is shown as such.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.lane import Codes, Times
from visualiser.trace.pieces import Flags, Pieces, Places
from visualiser.trace.sources.calls import free_cuts, over
from visualiser.trace.sources.gil_holders import DEAD, Event, Held, Holders, takes_gil
from visualiser.trace.sources.siblings import Group, Last, Siblings
from visualiser.trace.states import State

# Plain numbers: looking up members of enumerations would be a good part of the cost.
_IN, _OUT, _PREEMPT, _LOST = (int(kind) for kind in (Kind.SWITCH_IN, Kind.SWITCH_OUT, Kind.SWITCH_PREEMPT, Kind.LOST))
_NONE, _RUN, _GIL, _CORE, _SLEEP, _UNKNOWN = (
    np.uint8(state) for state in (State.NONE, State.RUN, State.GIL, State.CORE, State.SLEEP, State.UNKNOWN)
)
_LOCK = int(State.LOCK)


class Perf:
    """Follows the GIL of every process."""

    def __init__(self) -> None:
        self._holders: dict[int, Holders] = {}

    def settle(self, siblings: Siblings) -> int:
        """See ``Source``."""
        until = siblings.end
        events = _Events(siblings)
        for group in siblings.groups:
            if group.gil:
                holders = self._holders.get(group.pid) or self._holders.setdefault(group.pid, Holders())
                alone = self._is_alone(group, siblings)
                holders.follow(events.of(group, holders, alone), siblings.end, events.takes)
                until = min(until, holders.settled_until())
        return until

    def states(self, siblings: Siblings) -> tuple[Pieces, Codes]:
        """See ``Source``."""
        told = [(group, self._holders[group.pid].held(siblings.end)) for group in siblings.groups if group.gil]
        with_gil = [(group, held) for group, held in told if not self._is_alone(group, siblings)]
        pieces = siblings.pieces
        cuts = [cut for group, held in with_gil for cut in _cuts(siblings, group, held)]
        pieces, _ = pieces.split([*cuts, *free_cuts(pieces, siblings)])
        waits = _waits(pieces)
        reason = np.where(pieces.wait != _NONE, pieces.wait, _UNKNOWN)
        held, asking, handed = (np.zeros(len(pieces), np.bool_) for _ in range(3))
        bounds = pieces.bounds
        for group, known in with_gil:
            mine = slice(int(bounds[group.first]), int(bounds[group.stop]))
            held[mine] = _within(pieces.t[mine], known.times)
            for flags, stretches in ((asking, known.asking), (handed, known.handed)):
                for place, times in _by_place(siblings, group, stretches):
                    some = slice(int(bounds[place]), int(bounds[place + 1]))
                    flags[some] = _within(pieces.t[some], times)
        reason[held & ~waits] = _GIL
        # What it waited for is there, or the GIL is free for it, and yet it is on no core.
        reason[(waits & over(pieces, siblings)) | (~waits & handed)] = _CORE
        state = np.where(pieces.core == _PREEMPT, _CORE, reason)
        state[pieces.core == _IN] = _RUN
        state[asking] = _GIL
        state[pieces.core == _LOST] = _UNKNOWN
        state[~pieces.alive] = _NONE
        return pieces, state

    def is_settled(self, last: Last, group: Group) -> bool:
        """See ``Source``."""
        if last.core == _OUT:
            return last.first_block and last.wait not in (_NONE, _LOCK)
        holders = self._holders.get(group.pid)
        return not group.gil or (last.core == _IN and holders is not None and holders.runs_on(last.track))

    def _is_alone(self, group: Group, siblings: Siblings) -> bool:
        """Whether no other thread takes part: what happened to the GIL does not matter, only how it stands."""
        return group.lonely and self._holders[group.pid].knows_only(siblings.folds[group.first].number)


class _Events:
    """What happens to the threads of each process, in order of time."""

    def __init__(self, siblings: Siblings) -> None:
        self._siblings = siblings
        self._folds = {fold.number: fold for fold in siblings.folds}
        pieces = siblings.pieces
        self._bounds = pieces.bounds
        self._told: dict[int, list[int]] = {}
        self._core = np.where(pieces.alive, pieces.core, np.uint8(DEAD))
        self._new = np.ones(len(pieces), np.bool_)
        self._new[1:] = self._core[1:] != self._core[:-1]

    def takes(self, track: int, when: int) -> bool:
        """Whether a thread that got a core then has the GIL."""
        told = self._told.get(track)
        if told is None:
            owner, t = self._siblings.told
            first, stop = owner.searchsorted(np.array([track, track + 1])).tolist()
            told = self._told[track] = t[first:stop].tolist()
        return takes_gil(self._folds[track], told, when)

    def of(self, group: Group, holders: Holders, alone: bool) -> list[Event]:
        """What these holders have not followed yet; of a thread that is ``alone`` what counts of it in the end."""
        pieces, folds = self._siblings.pieces, self._siblings.folds
        first, stop = int(self._bounds[group.first]), int(self._bounds[group.stop])
        now = max(holders.now, pieces.axis.begin)
        at = first + np.flatnonzero(self._new[first:stop] & (pieces.t[first:stop] > now))
        at = np.concatenate((self._unheard(group, holders, now), at[np.argsort(pieces.t[at], kind="stable")]))
        if alone:
            blocks = np.flatnonzero((self._core[at] != _IN) & (self._core[at] != _PREEMPT))
            at = at[blocks[-1] if len(blocks) else -1 :]
        unexplained = (pieces.wait[at] == _NONE) | ~pieces.first_block[at]
        columns = (np.maximum(pieces.t[at], now), pieces.place[at], self._core[at], unexplained)
        events = zip(*(column.tolist() for column in columns), strict=True)
        return [(t, folds[place].number, core, why) for t, place, core, why in events]

    def _unheard(self, group: Group, holders: Holders, now: int) -> Places:
        """The pieces that go on at ``now`` (ns) and are news to the holders."""
        places = np.arange(group.first, group.stop)
        if now >= self._siblings.end:
            return places[:0]
        going = self._siblings.pieces.number_at(self._siblings.pieces.axis.keys(places, np.full(len(places), now)))
        known = [holders.core_of(fold.number) for fold in self._siblings.folds[group.first : group.stop]]
        news: Places = going[self._core[going] != known]
        return news


def _waits(pieces: Pieces) -> Flags:
    """Whether a blocked thread waits for what it recorded."""
    sleeps = (pieces.wait == _SLEEP) & ~pieces.due  # whatever blocks it before its time is over, it would sleep on
    waits: Flags = (pieces.wait != _NONE) & (pieces.first_block | sleeps)
    return waits


def _cuts(siblings: Siblings, group: Group, held: Held) -> Iterator[Times]:
    """Where what is known of the GIL cuts the pieces of a process."""
    pieces, bounds = siblings.pieces, siblings.pieces.bounds
    mine = np.arange(bounds[group.first], bounds[group.stop])
    yield _cut_blocked(pieces, mine[(pieces.core[mine] == _OUT) & pieces.alive[mine]], held.times)
    for stretches in (held.asking, held.handed):
        for place, times in _by_place(siblings, group, stretches):
            yield pieces.cuts(np.full(len(times), place), times)


def _cut_blocked(pieces: Pieces, blocked: Places, times: Times) -> Times:
    """Keys of those of the moments (ns) that lie in these pieces, in each of them."""
    first = times.searchsorted(pieces.t[blocked], "right")
    count = times.searchsorted(pieces.until[blocked], "left") - first
    some = count > 0
    blocked, first, count = blocked[some], first[some], count[some]
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return pieces.cuts(np.repeat(pieces.place[blocked], count), times[np.repeat(first, count) + within])


def _by_place(siblings: Siblings, group: Group, stretches: dict[int, Times]) -> Iterator[tuple[int, Times]]:
    for place in range(group.first, group.stop):
        times = stretches.get(siblings.folds[place].number)
        if times is not None:
            yield place, times


def _within(t: Times, stretches: Times) -> Flags:
    """Whether each moment lies in one of the stretches, a flat array of starts and stops."""
    result: Flags = np.searchsorted(stretches, t, "right") % 2 == 1
    return result
