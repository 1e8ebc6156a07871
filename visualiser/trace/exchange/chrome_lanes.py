"""The lanes of an imported run: one for each thread and each depth of calls in it."""

from __future__ import annotations

import numpy as np

from visualiser.trace.exchange.chrome_intake import Intake, Key, Place
from visualiser.trace.exchange.chrome_own import OwnTrace
from visualiser.trace.exchange.nesting import Numbers, Spans, depths
from visualiser.trace.made_run import MadeRun
from visualiser.trace.process import Process
from visualiser.trace.track import Track, TrackKind

DEEPEST = 16
MOST_THREADS = 1000
_FIRST_PID = 1 << 23  # of processes that are known by a text


def most_telling(intake: Intake, spans: Spans, notes: list[str], most: int = MOST_THREADS) -> list[int]:
    """The threads to show, in the order in which they are shown: those with most spans and instants, if too many.

    Metadata may ask for an order; else what began first comes first, a process's main thread before its others.
    """
    places = np.concatenate((spans[0], np.array(intake.instants.place, np.int64)))
    events = np.bincount(places, minlength=len(intake.places))
    busy = np.flatnonzero(events)
    if len(busy) > most:
        notes.append(f"Of {len(busy):,} threads, the {most:,} with most events are shown.")
        busy = np.sort(busy[np.argsort(-events[busy], kind="stable")[:most]])
    first = np.full(len(events), np.iinfo(np.int64).max)
    np.minimum.at(first, places, np.concatenate((spans[1], np.array(intake.instants.t0, np.int64))))
    began: dict[Key, int] = {}
    for number in busy.tolist():
        pid = intake.places[number].pid
        began[pid] = min(began.get(pid, int(first[number])), int(first[number]))

    def rank(number: int) -> tuple[int, int, str, bool, int, bool, int]:
        place = intake.places[number]
        process = intake.process_order.get(place.pid, 0), began[place.pid], str(place.pid)
        return *process, place.is_async, place.order, not _is_main(place), int(first[number])

    return sorted(busy.tolist(), key=rank)


class Lanes:
    """Makes the tracks of a run and fills their lanes.

    Attributes:
        names: number of the run's name for each thing that a span or instant may be.
        notes: sentences on what is not shown.
    """

    def __init__(self, made: MadeRun, intake: Intake, own: OwnTrace | None, shift: int, shown: list[int]) -> None:
        """``shift``: what to add to times of the trace, ns; ``shown``: the places to show, in order."""
        self.names = np.array([made.number(name) for _, name in intake.whats], np.uint32)
        self.notes: list[str] = []
        self._states = np.array([state for state, _ in intake.whats], np.uint8)
        self._made, self._intake, self._own, self._shift = made, intake, own, shift
        self._tracks: dict[int, list[Track]] = {}  # by place: one a depth
        self._shown = shown
        self._pids: dict[Key, int] = {}
        self._too_deep = 0
        if own is not None:
            self._make_own_tracks(own)

    def add_all(self, spans: Spans) -> None:
        """Fill the lanes; ``spans`` in order of places."""
        for number in self._shown:
            first, stop = spans[0].searchsorted([number, number + 1]).tolist()
            self._add(number, *(column[first:stop] for column in spans[1:]))
        if self._too_deep:
            self.notes.append(f"{self._too_deep:,} calls deeper than {DEEPEST} levels are not shown.")

    def first(self, place: int) -> Track | None:
        """The track of a thread's outermost calls."""
        tracks = self._tracks.get(place)
        return tracks[0] if tracks else None

    def at(self, place: int, when: int) -> Track | None:
        """The track of the innermost call at a moment, ns on the trace's clock."""
        tracks = self._tracks.get(place, [])
        open_there = (track for track in reversed(tracks) if track.lane.span_at(when + self._shift))
        return next(open_there, tracks[0] if tracks else None)

    def _add(self, number: int, t0: Numbers, t1: Numbers, what: Numbers) -> None:
        tracks = self._tracks.get(number) or [self._make_track(number)]
        self._tracks[number] = tracks
        depth = depths(t0, t1)
        self._too_deep += int(np.count_nonzero(depth >= DEEPEST))
        for level in range(min(int(depth.max(initial=-1)) + 1, DEEPEST)):
            if level == len(tracks):
                tracks.append(self._below(tracks[0], level + 1))
            mine = depth == level
            self._fill(tracks[level], t0[mine] + self._shift, t1[mine] + self._shift, what[mine])

    def _fill(self, track: Track, t0: Numbers, t1: Numbers, what: Numbers) -> None:
        states, names = self._states[what], self.names[what]
        if self._own is None:
            # Two calls of one function that touch would look like one.
            touch = (t1[:-1] == t0[1:]) & (names[:-1] == names[1:]) & (t1[:-1] - t0[:-1] > 1)
            t1 = t1 - np.append(touch, False)
        self._made.add_spans(track, t0, t1, states, names)

    def _make_track(self, number: int) -> Track:
        place, run = self._intake.places[number], self._made.run
        pid = self._pid(place.pid)
        tid = place.tid if isinstance(place.tid, int) and 0 <= place.tid < 1 << 32 else 0
        name, kind = self._name_and_kind(place)
        return run.add_track(kind, name, pid, tid)

    def _name_and_kind(self, place: Place) -> tuple[str, TrackKind]:
        """A thread's own name, as the lanes are grouped by process; a child's main thread is the process."""
        if place.is_async:
            return str(place.tid) or "asynchronous", "thread"
        if _is_main(place) and place.pid != self._intake.places[self._shown[0]].pid:
            return self._intake.process_names.get(place.pid, f"process {place.pid}"), "process"
        return place.name or (f"thread {place.tid}" if isinstance(place.tid, int) else place.tid), "thread"

    def _below(self, track: Track, depth: int) -> Track:
        return self._made.run.add_track(track.kind, f"{track.name} · depth {depth}", track.pid, track.tid)

    def _pid(self, key: Key) -> int:
        if key not in self._pids:
            known = isinstance(key, int) and 0 <= key < 1 << 32
            self._pids[key] = pid = int(key) if known else _FIRST_PID + len(self._pids)
            process = self._made.run.processes[pid] = Process(pid)
            process.name = self._intake.process_names.get(key, f"process {key}")
        return self._pids[key]

    def _make_own_tracks(self, own: OwnTrace) -> None:
        run = self._made.run
        numbers: dict[tuple[Key, Key], int] = {}
        for number, place in enumerate(self._intake.places):
            numbers.setdefault((place.pid, place.tid), number)
        for told in own.tracks:
            track = run.add_track(told["kind"], told["name"], *told["native"])
            if (place_number := numbers.get((told["pid"], told["tid"]))) is not None:
                self._tracks[place_number] = [track]
        for track, told in zip(run.tracks, own.tracks, strict=True):
            track.parent = run.tracks[told["parent"]] if told["parent"] is not None else None


def _is_main(place: Place) -> bool:
    return place.tid == place.pid or place.name == "MainThread"
