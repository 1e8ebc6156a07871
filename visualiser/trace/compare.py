"""Compares two or more runs: speed-up, efficiency, Amdahl's ceiling, spread over repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualiser.trace.document import Document
from visualiser.trace.facts.intervals import covered, in_state, joined
from visualiser.trace.facts.scope import Scope
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import NS, Track


@dataclass(frozen=True)
class Measure:
    """How long a run took and how much of it ran at the same time.

    Attributes:
        wall_s: from the script's first line to its end.
        work_s: time on a core, all threads and processes together; None where the run does not tell.
        alone_s: the part of it that ran while nobody else did: the measured serial part; None likewise.
        workers: most threads and processes that ever lived at once and ran, the main thread only where it is all
            there is.
    """

    wall_s: float
    work_s: float | None
    alone_s: float | None
    workers: int

    @property
    def cores_used(self) -> float | None:
        """Mean number of threads on a core over the wall time."""
        return self.work_s / self.wall_s if self.work_s is not None and self.wall_s else None

    @property
    def serial_share(self) -> float | None:
        """The share of the work that ran alone, 0 … 1."""
        return self.alone_s / self.work_s if self.alone_s is not None and self.work_s else None

    @property
    def ceiling(self) -> float | None:
        """Amdahl's limit: how many times as fast as one core this work can be with any number of cores.

        None where it is not known, infinite where nothing ran alone.
        """
        share = self.serial_share
        return None if share is None else 1 / share if share else float("inf")


@dataclass(frozen=True)
class Spread:
    """How much a number differs from repeat to repeat.

    Attributes:
        count: number of repeats.
        low, high: first and third quartile.
        least, most: the extremes.
    """

    count: int
    median: float
    low: float
    high: float
    least: float
    most: float


def measure(run: Run) -> Measure:
    """Measure a run that is over; reads all of its lanes once."""
    end = run.end_ns or run.now_ns
    begin = run.start_ns or min((track.lane.start for track in run.tracks if len(track.lane)), default=end)
    threads = Scope(run).threads
    wall_s = max(end - begin, 0) / NS
    ran = [(track, in_state(track.lane, State.RUN, between=(begin, end))) for track in threads]
    ran = [(track, intervals) for track, intervals in ran if len(intervals)]
    workers = _workers(run, [track for track, _ in ran])
    if not run.sampled or not ran:
        return Measure(wall_s, None, None, workers)
    every = joined(intervals for _, intervals in ran)
    several = covered(every, 2).total
    return Measure(wall_s, every.total / NS, (covered(every).total - several) / NS, workers)


def speed_up(base: Measure, other: Measure) -> float | None:
    """How many times as fast as ``base`` the other is; None where a run took no time."""
    return base.wall_s / other.wall_s if base.wall_s and other.wall_s else None


def efficiency(base: Measure, other: Measure) -> float | None:
    """The speed-up for each worker more than ``base`` has: 1 where twice the workers need half the time."""
    gained = speed_up(base, other)
    return gained * base.workers / other.workers if gained is not None and other.workers else None


def spread(values: Sequence[float]) -> Spread:
    """Of at least one number."""
    low, median, high = np.quantile(np.asarray(values, np.float64), (0.25, 0.5, 0.75)).tolist()
    return Spread(len(values), median, low, high, min(values), max(values))


def repeats(documents: Sequence[Document]) -> list[list[Document]]:
    """The documents in groups of the same script, knobs and interpreter, in order of appearance.

    One that did not get to its end is nobody's repeat.
    """
    groups: dict[tuple[str, str, str, str], list[Document]] = {}
    for document in documents:
        about = document.about
        # Where no script is known, as of imported traces, nobody knows whether two runs are of the same.
        own = "" if about.text and document.is_whole else str(id(document))
        groups.setdefault((about.file, about.text, about.python, own), []).append(document)
    return list(groups.values())


def middle(documents: Sequence[Document]) -> Document:
    """The one whose wall time is the median, of an even number the shorter of the two in the middle."""
    return sorted(documents, key=lambda document: document.run.wall_s)[(len(documents) - 1) // 2]


def differing_knobs(documents: Sequence[Document]) -> list[str]:
    """Names of the knobs that all of them have, but not with the same value, in order of appearance."""
    every = [document.about.knobs for document in documents]
    names = [name for name in (every[0] if every else ()) if all(name in knobs for knobs in every)]
    return [name for name in names if len({repr(knobs[name]) for knobs in every}) > 1]


def _workers(run: Run, ran: list[Track]) -> int:
    """Most of those that ran and lived at once, the main thread apart unless it is all there is."""
    workers = [track for track in ran if track is not run.main_track]
    if not workers:
        return min(len(ran), 1)
    last = run.end_ns or run.now_ns
    ends = [last if track.end_ns is None else track.end_ns for track in workers]
    edges = np.array([*(track.lane.start for track in workers), *ends], np.int64)
    steps = np.repeat(np.array([1, -1]), len(workers))
    return int(np.cumsum(steps[np.lexsort((steps, edges))]).max())
