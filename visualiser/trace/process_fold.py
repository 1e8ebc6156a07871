"""Folds the threads of one process into lanes: what was recorded and seen of them becomes states, source by source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualiser.trace.beat_threads import ThreadBeats
from visualiser.trace.lane import Codes, Lane
from visualiser.trace.pieces import Pieces
from visualiser.trace.sources import Siblings, Source, make_source
from visualiser.trace.sources.beat import Beat
from visualiser.trace.sources.siblings import FreeTimes
from visualiser.trace.states import State
from visualiser.trace.thread_fold import SWITCH_NS, ThreadFold
from visualiser.trace.track import Track

_NONE, _GIL, _CORE = (np.uint8(state) for state in (State.NONE, State.GIL, State.CORE))


@dataclass
class Member:
    """A thread of the process: what is pending of it, and the track it belongs to."""

    fold: ThreadFold
    track: Track


class ProcessFold:
    """All living threads of one process, by the number of their track."""

    def __init__(self, gil: bool = True) -> None:
        self.gil = gil
        self.threads: dict[int, Member] = {}
        self._sources: dict[str, Source] = {}
        self._switch_ns = SWITCH_NS

    def add_thread(self, track: Track) -> Member:
        """A new thread, whose states go to the lanes of ``track``."""
        member = self.threads[track.id] = Member(ThreadFold(self._switch_ns), track)
        return member

    @property
    def busy_threads(self) -> int:
        """Threads that something new was heard of."""
        return sum(not member.fold.settled for member in self.threads.values())

    def set_switch_interval(self, switch_ns: int) -> None:
        """Threads that wait for the GIL ask for it as often as that, ns."""
        self._switch_ns = switch_ns
        for member in self.threads.values():
            member.fold.expect_asking(switch_ns)

    def lose(self, when: int) -> None:
        """The kernel could not deliver core switches from ``when`` (ns) on."""
        for member in self.threads.values():
            member.fold.lose(when)

    def advance(self, begin: int, end: int, sources: tuple[str, ...], free: FreeTimes) -> None:
        """Append everything between ``begin`` and ``end`` (ns) to the lanes and let go of dead threads.

        Args:
            begin: where the last call ended.
            end: everything before it is known.
            sources: the source whose states are drawn, and perhaps a second one to compare it with.
            free: when a lock was free though somebody waited for it.
        """
        siblings = self._siblings(begin, end, "beat" in sources, free)
        for place, name in enumerate(sources):
            source = self._source(name)
            told = source.states(siblings) if siblings.pieces else {}
            for number, member in self.threads.items():
                lane = (member.track.lane, member.track.second)[place]
                if number in told:
                    _append(lane, *told[number], end)
                elif len(lane):
                    lane.extend(end)
        self._forget()

    def beats_known_until(self, now: int) -> int:
        """Up to when (ns) the beats of all threads tell what they did; ``now`` at the latest."""
        source = self._source("beat")
        return source.known_until(self._rhythms(), now) if isinstance(source, Beat) else now

    def _rhythms(self) -> dict[int, ThreadBeats]:
        return {number: member.fold.rhythm() for number, member in self.threads.items()}

    def _source(self, name: str) -> Source:
        return self._sources.get(name) or self._sources.setdefault(name, make_source(name))

    def _siblings(self, begin: int, end: int, beats: bool, free: FreeTimes) -> Siblings:
        rhythms = self._rhythms() if beats else {}  # first: what is cut into pieces is gone
        changed = {number: member.fold for number, member in self.threads.items() if not member.fold.settled}
        pieces = {number: fold.pieces(begin, end) for number, fold in changed.items()}
        ahead = {number: fold.ahead(end) for number, fold in changed.items()}
        return Siblings(begin, end, pieces, rhythms, ahead, len(self.threads), self.gil, free)

    def _forget(self) -> None:
        for number, member in list(self.threads.items()):
            if member.fold.settled and member.fold.died is not None:
                del self.threads[number]


def _append(lane: Lane, pieces: Pieces, state: Codes, end: int) -> None:
    begun = 0 if len(lane) else int(np.argmax(pieces.alive)) if pieces.alive.any() else len(state)
    named = pieces.alive & (state != _GIL) & (state != _CORE)
    name = np.where(named, pieces.name, 0).astype(np.uint32)
    lane.append(pieces.t[begun:], state[begun:], name[begun:], end)
