"""The clock of a replay: a playhead over a finished run that plays at any speed, steps, jumps and goes round in a loop.

It knows no time of its own: whoever plays it feeds it with the seconds that went by.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from visualiser.trace.track import NS, Track

SPEEDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)  # even steps on a log scale, nearly
Stretch = tuple[int, int]


class Replay:
    """A playhead between the begin and the end of a run, in ns on the clock of the records.

    Attributes:
        start, end: where the run begins and ends, ns.
        speed: seconds of the run a second.
        playing: whether it moves while time goes by.
        loop: begin and end (ns) of the stretch it goes round in, None for the whole run once.
    """

    def __init__(self, start: int, end: int, speed: float = 1.0) -> None:
        self.start = start
        self.end = max(start, end)
        self.speed = speed
        self.playing = False
        self.loop: Stretch | None = None
        self._at = 0.0  # ns since the start: a clock that counts from 1970 leaves a float no room for nanoseconds

    @property
    def moment(self) -> int:
        """Where the playhead is, ns."""
        return min(self.start + int(self._at), self.end)

    @property
    def at_end(self) -> bool:
        """Whether all of the run has been seen."""
        return self.moment >= self.end

    @property
    def share(self) -> float:
        """How much of the run has been seen, 0 … 1."""
        return (self.moment - self.start) / max(1, self.end - self.start)

    def play(self) -> None:
        """Move from here; from the end, start anew."""
        if self.at_end and self._round() is None:
            self._at = 0.0
        self.playing = True

    def pause(self) -> None:
        """Stay here."""
        self.playing = False

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def advance(self, elapsed_s: float) -> None:
        """So many seconds went by; the end of the run pauses."""
        if not self.playing:
            return
        self._at += elapsed_s * NS * self.speed
        stretch = self._round()
        if stretch is not None:
            self._at = _wrapped(self._at, *stretch)
        elif self._at >= self.end - self.start:
            self._at = float(self.end - self.start)
            self.playing = False

    def seek(self, moment: int) -> None:
        """Go to ``moment``, ns, or to the end of the run that is nearer."""
        self._at = float(min(max(moment, self.start), self.end) - self.start)

    def step(self, by: int, tracks: Iterable[Track]) -> None:
        """Pause at the next (1) or the previous (-1) event of these tracks; where there is none, at the run's end."""
        self.pause()
        found = next_event(tracks, self.moment) if by > 0 else previous_event(tracks, self.moment)
        self.seek((self.end if by > 0 else self.start) if found is None else found)

    def change_speed(self, by: int) -> None:
        """Take the speed so many steps further."""
        self.speed = SPEEDS[min(max(speed_step(self.speed) + by, 0), len(SPEEDS) - 1)]

    def _round(self) -> tuple[float, float] | None:
        """The part of the loop that the run has, in ns since its start; None where it has no length."""
        if self.loop is None:
            return None
        begin, end = (min(max(moment, self.start), self.end) - self.start for moment in self.loop)
        return (float(begin), float(end)) if end > begin else None


def speed_step(speed: float) -> int:
    """Number of the one of ``SPEEDS`` that is nearest."""
    return min(range(len(SPEEDS)), key=lambda step: abs(np.log(SPEEDS[step] / speed)))


def speed_text(speed: float) -> str:
    """``× 0.01``."""
    return f"× {speed:g}"


def next_event(tracks: Iterable[Track], after: int) -> int | None:
    """When the next state begins or the next mark is set after ``after``, ns; None if nothing follows."""
    return min((when for track in tracks for when in _around(track, after + 1)[1]), default=None)


def previous_event(tracks: Iterable[Track], before: int) -> int | None:
    """When the last state began or the last mark was set before ``before``, ns; None if nothing did."""
    return max((when for track in tracks for when in _around(track, before)[0]), default=None)


def _around(track: Track, when: int) -> tuple[list[int], list[int]]:
    """The events of a track nearest to ``when``, ns: those before it, and those at it or after it; found by halving."""
    before: list[int] = []
    after: list[int] = []
    marks = track.marks.t.view
    for times in (track.lane.t, marks):
        place = int(times.searchsorted(np.int64(when), "left"))
        before += times[place - 1 : place].tolist() if place else []
        after += times[place : place + 1].tolist()
    return before, after


def _wrapped(at: float, begin: float, end: float) -> float:
    """The same place of the loop; whoever comes from outside begins at its begin."""
    if at < begin:
        return begin
    return at if at < end else begin + (at - end) % (end - begin)
