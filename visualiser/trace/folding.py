"""Folds all threads of a run into lanes: what was recorded and seen of them becomes states, source by source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from visualiser.trace.beat_threads import ThreadBeats
from visualiser.trace.cutting import Cut, due_of
from visualiser.trace.lane import Codes, Lane
from visualiser.trace.layers import Layers
from visualiser.trace.pending import OPEN
from visualiser.trace.pieces import Pieces
from visualiser.trace.process import Member, Process
from visualiser.trace.sources import Group, Last, Siblings, Source, make_source
from visualiser.trace.sources.beat import Beat
from visualiser.trace.sources.siblings import FreeTimes
from visualiser.trace.states import State
from visualiser.trace.thread_fold import ThreadFold
from visualiser.trace.track import Track

_NONE, _GIL, _CORE = (np.uint8(state) for state in (State.NONE, State.GIL, State.CORE))


class Folding:
    """All living threads of a run.

    Args:
        processes: those of the run, which may grow.
        free: when locks were free.
    """

    def __init__(self, processes: Mapping[int, Process], free: FreeTimes) -> None:
        self.folds: dict[int, ThreadFold] = {}  # by track, also of threads that are gone
        self._processes = processes
        self._free = free
        self._layers = Layers()
        self._sources: dict[str, Source] = {}
        self._used: tuple[str, ...] = ()
        self._folded = -1  # everything before it is, ns

    def add_thread(self, track: Track) -> Member:
        """A new thread, whose states go to the lanes of ``track``."""
        process = self._processes[track.pid]
        fold = self.folds[track.id] = ThreadFold(track.id, self._layers, process.switch_ns)
        member = process.threads[track.id] = Member(fold, track)
        return member

    @property
    def busy_threads(self) -> int:
        """Threads that something new was heard of."""
        return sum(not member.fold.settled for member in self._members())

    def lose(self, when: int) -> None:
        """The kernel could not deliver core switches from ``when`` (ns) on."""
        for member in self._members():
            member.fold.lose(when)

    def advance(self, begin: int, end: int, sources: tuple[str, ...], last: bool = False) -> int:
        """Append what has been settled of the time between ``begin`` and ``end`` (ns) to the lanes.

        Args:
            begin: what the last call gave.
            end: everything before it is known.
            sources: the source whose states are drawn, and perhaps a second one to compare it with.
            last: nothing more will come: fold all.

        Returns:
            Up to when it was settled, ns.
        """
        self._use(sources)
        groups, members = self._changed("beat" in sources)
        if not members:
            return self._extend(end)
        folds = [member.fold for member in members]
        cut = Cut(folds, self._layers, begin, end)
        siblings = Siblings(begin, end, groups, folds, cut.pieces, self._layers, self._free)
        settled = min(self._source(name).settle(siblings) for name in sources)
        until = end if last else settled
        if until > begin:
            siblings = replace(siblings, end=until, pieces=cut.pieces.before(until))
            for number, name in enumerate(sources):
                lanes = [(member.track.lane, member.track.second)[number] for member in members]
                _append(lanes, *self._source(name).states(siblings), until)
            self._consume(cut, siblings, members)
            self._extend(until)
        return until

    def beats_known_until(self, now: int) -> int:
        """Up to when (ns) the beats of all threads tell what they did; ``now`` at the latest."""
        source = self._source("beat")
        if not isinstance(source, Beat):
            return now
        known = (source.known_until(pid, self._rhythms(one), now) for pid, one in self._processes.items())
        return min(known, default=now)

    def _members(self) -> Iterator[Member]:
        return (member for process in self._processes.values() for member in process.threads.values())

    def _use(self, sources: tuple[str, ...]) -> None:
        if sources != self._used:  # what goes on as it is for one does not for another
            self._used = sources
            for member in self._members():
                member.fold.settled = False

    def _changed(self, beats: bool) -> tuple[list[Group], list[Member]]:
        """The threads that something may have changed for, process by process."""
        groups: list[Group] = []
        members: list[Member] = []
        for pid, process in self._processes.items():
            first = len(members)
            members += [member for member in process.threads.values() if not member.fold.settled]
            if len(members) > first:
                rhythms = self._rhythms(process) if beats else {}
                groups.append(Group(pid, process.gil, len(process.threads) == 1, first, len(members), rhythms))
        return groups, members

    def _rhythms(self, process: Process) -> dict[int, ThreadBeats]:
        return {number: self._rhythm(member.fold) for number, member in process.threads.items()}

    def _rhythm(self, fold: ThreadFold) -> ThreadBeats:
        """The beats and waits of a thread that have not been folded."""
        every = (one.columns.of(fold.number) for one in (self._layers.beats, self._layers.waits))
        beats, waits = (one.some(one.end > self._folded) for one in every)
        ends = np.where(beats.end == OPEN, beats.start, beats.end)  # its first beat is just being recorded
        due = np.minimum(due_of(waits), waits.end)
        born, died = (OPEN if moment is None else moment for moment in (fold.born, fold.died))
        return ThreadBeats(beats.start, ends, beats.value, waits.start, waits.end, due, born, died)

    def _source(self, name: str) -> Source:
        return self._sources.get(name) or self._sources.setdefault(name, make_source(name))

    def _extend(self, end: int) -> int:
        """What nothing changed for goes on until ``end``, ns."""
        for member in self._members():
            for lane in (member.track.lane, member.track.second):
                if len(lane):
                    lane.extend(end)
        return end

    def _consume(self, cut: Cut, siblings: Siblings, members: list[Member]) -> None:
        end, pieces = siblings.end, siblings.pieces
        cut.remember(end)
        self._layers.forget_before(end)
        self._folded = end
        last = pieces.bounds[1:] - 1
        columns = (pieces.wait, pieces.core, pieces.first_block, pieces.due)
        rows = list(zip(*(column[last].tolist() for column in columns), strict=True))
        unfinished, due = self._layers.unfinished(end), cut.due_after(end)
        sources = [self._source(name) for name in self._used]
        for group in siblings.groups:
            for place in range(group.first, group.stop):
                fold, track = members[place].fold, members[place].track
                going = place not in due and fold.number not in unfinished and _goes_on(fold, rows[place][0], end)
                told = Last(track.id, *rows[place])
                fold.settled = going and all(source.is_settled(told, group) for source in sources)
                if fold.died is not None and fold.died < end and going:
                    fold.settled = True
                    del self._processes[group.pid].threads[track.id]


def _goes_on(fold: ThreadFold, wait: int, end: int) -> bool:
    """Whether nothing that was told of a thread by ``end`` (ns) changes what it does then; its waits and work apart."""
    if fold.switches.t or not fold.looks.quiet(end) or fold.born is None or fold.born >= end:
        return False
    if fold.died is not None:
        return fold.died < end
    return not fold.beaten or wait != State.NONE


def _append(lanes: list[Lane], pieces: Pieces, state: Codes, end: int) -> None:
    """Add to each lane the states of the thread in its place."""
    named = pieces.alive & (state != _GIL) & (state != _CORE)
    name = np.where(named, pieces.name, np.uint32(0))
    new = np.ones(len(state), np.bool_)
    new[1:] = (state[1:] != state[:-1]) | (name[1:] != name[:-1]) | (pieces.place[1:] != pieces.place[:-1])
    t, state, name = pieces.t[new], state[new], name[new]
    bounds = pieces.place[new].searchsorted(np.arange(len(lanes) + 1)).tolist()
    for lane, first, stop in zip(lanes, bounds[:-1], bounds[1:], strict=True):
        if not len(lane) and first < stop and state[first] == _NONE:
            first += 1  # a lane begins when its thread does
        lane.append(t[first:stop], state[first:stop], name[first:stop], end)
