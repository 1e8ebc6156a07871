"""Finds spans: the next one in a state, those whose name holds a text, the longest ones of each state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualiser.trace.lane import Lane, Span
from visualiser.trace.names import Names
from visualiser.trace.states import State
from visualiser.trace.track import Track

PIECE = 500_000  # spans looked at in one go: a few milliseconds
_CROWDED = 3  # times as many as wanted are gathered before they are sorted
_STEP = 4096  # spans a step looks at first; four times as many each time it finds none
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Hit:
    """A span that was found, and on which track."""

    track: Track
    span: Span

    @property
    def duration(self) -> int:
        """How long it lasts, ns."""
        return self.span.end - self.span.start


@dataclass(frozen=True)
class Wanted:
    """What to look for.

    Attributes:
        text: part of a span's name or of its track's, in any case; empty for all.
        state: None for all.
        most: so many spans for each state, the longest ones.
    """

    text: str = ""
    state: State | None = None
    most: int = 100


def neighbour(tracks: Sequence[Track], state: State, when: int, forward: bool) -> Hit | None:
    """The first span in ``state`` that begins after ``when`` (ns), or the last one that begins before it, on any track.

    Spans of one moment are taken in the order of ``tracks``, the earliest (or, backward, the last) of them.
    """
    found = [hit for track in tracks if (hit := _beside(track, state, when, forward)) is not None]
    if not found:
        return None
    return min(found, key=_start) if forward else max(reversed(found), key=_start)


def _start(hit: Hit) -> int:
    return hit.span.start


def _beside(track: Track, state: State, when: int, forward: bool) -> Hit | None:
    """As ``neighbour``, on one track: looks in growing steps, so that what is near is found at once."""
    lane = track.lane
    if state not in lane.states:
        return None
    place = int(lane.t.searchsorted(np.int64(when), "right" if forward else "left"))
    step = _STEP
    while 0 <= place <= len(lane) and (place < len(lane) if forward else place > 0):
        first, stop = (place, min(place + step, len(lane))) if forward else (max(place - step, 0), place)
        some = np.flatnonzero(lane.state[first:stop] == state)
        if len(some):
            return Hit(track, lane.span(first + int(some[0 if forward else -1])))
        place, step = (stop if forward else first), step * 4
    return None


def search(tracks: Iterable[Track], names: Names, wanted: Wanted) -> list[Hit]:
    """The longest spans of each state that are ``wanted``, the longest first."""
    *_, found = in_pieces(tracks, names, wanted)
    return found.hits


def in_pieces(tracks: Iterable[Track], names: Names, wanted: Wanted) -> Iterator[Longest]:
    """As ``search``, a few milliseconds at a time: yields after each piece what has been found so far."""
    best = Longest(wanted.most)
    named = _named(names, wanted.text)
    for track in tracks:
        whole = wanted.text.casefold() in track.name.casefold()
        for first in range(0, len(track.lane), PIECE):
            if len(named) != len(names):  # the run grows meanwhile
                named = _named(names, wanted.text)
            piece = _Piece(track.lane, first, min(first + PIECE, len(track.lane)), None if whole else named)
            for state in track.lane.states if wanted.state is None else [wanted.state]:
                best.take(track, state, piece.longest(state, wanted.most, best.least(state)))
            yield best
    yield best


def _named(names: Names, text: str) -> npt.NDArray[np.bool_]:
    """Which of the names hold that text; 0 is no name."""
    low = text.casefold()
    found: npt.NDArray[np.bool_] = np.array([low in names[number].label.casefold() for number in range(len(names))])
    return found


class _Piece:
    """Spans [first, stop) of a lane; ``matches``: which names are wanted, None for all."""

    def __init__(self, lane: Lane, first: int, stop: int, matches: npt.NDArray[np.bool_] | None) -> None:
        self._first = first
        self._states, self._refs = lane.state[first:stop], lane.ref[first:stop]
        ends = lane.t[first + 1 : stop + 1]
        self._durations = (np.append(ends, np.int64(lane.now)) if stop == len(lane) else ends) - lane.t[first:stop]
        self._matches = matches

    def longest(self, state: State, most: int, least: int) -> list[tuple[int, int]]:
        """Duration (ns, at ``least``) and number of the longest in a state; of those that last as long the earliest."""
        some = np.flatnonzero(self._states == state)
        if self._matches is not None:
            some = some[self._matches[self._refs[some]]]
        durations = self._durations[some]
        if least:
            enough = durations >= least
            some, durations = some[enough], durations[enough]
        if len(some) > most:
            chosen = _top(durations, most)
            some, durations = some[chosen], durations[chosen]
        return list(zip(durations.tolist(), (some + self._first).tolist(), strict=True))


def _top(durations: npt.NDArray[np.int64], most: int) -> Numbers:
    """Places of the ``most`` longest, the earliest of those that last as long."""
    least = np.partition(durations, len(durations) - most)[len(durations) - most]
    above = np.flatnonzero(durations > least)
    level = np.flatnonzero(durations == least)[: most - len(above)]
    return np.concatenate((above, level))


class Longest:
    """The longest spans of each state so far."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._best: dict[State, list[tuple[int, int, int, Track]]] = {}  # minus its ns, track, number
        self._least: dict[State, int] = {}

    @property
    def hits(self) -> list[Hit]:
        """They, of all states, the longest first."""
        for state in self._best:
            self._prune(state)
        every = sorted((entry for best in self._best.values() for entry in best), key=lambda entry: entry[:3])
        return [Hit(track, track.lane.span(number)) for _, _, number, track in every]

    def least(self, state: State) -> int:
        """Shorter spans (ns) of a state have no place any more."""
        return self._least.get(state, 0)

    def take(self, track: Track, state: State, found: list[tuple[int, int]]) -> None:
        """More of one state: duration (ns) and number of each."""
        if not found:
            return
        mine = self._best.setdefault(state, [])
        mine += [(-duration, track.id, number, track) for duration, number in found]
        if len(mine) > _CROWDED * self._most:
            self._prune(state)

    def _prune(self, state: State) -> None:
        best = sorted(self._best[state], key=lambda entry: entry[:3])[: self._most]
        self._best[state] = best
        if len(best) == self._most and best:
            self._least[state] = -best[-1][0]
