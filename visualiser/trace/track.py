"""One line of activity of a run: a thread, or the main thread of a child process, with its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from visualiser.trace.column import Column
from visualiser.trace.lane import Lane
from visualiser.trace.shelf import Shelf

TrackKind = Literal["thread", "process", "helper", "task", "remote"]
NS = 1_000_000_000


@dataclass
class Marks:
    """Instants on a track: time in ns, ``Kind`` and name number of each."""

    t: Column[np.int64] = field(default_factory=lambda: Column(np.int64))
    kind: Column[np.uint16] = field(default_factory=lambda: Column(np.uint16))
    name: Column[np.uint32] = field(default_factory=lambda: Column(np.uint32))

    @classmethod
    def on(cls, shelf: Shelf) -> Marks:
        """Marks that move to the disk when the shelf wants it."""
        return cls(Column(np.int64, shelf=shelf), Column(np.uint16, shelf=shelf), Column(np.uint32, shelf=shelf))


@dataclass
class Track:
    """A thread of the run.

    Attributes:
        id: its number in the run, in order of appearance.
        kind: ``process`` is the main thread of a child process; ``helper`` belongs to a library and is hidden at first;
            ``task`` is a task of asyncio, ``remote`` a process on another machine.
        parent: of a task, the track of the thread that runs its event loop.
        start_ns: when it began, on the clock of the records.
        end_ns: when it ended, None while it lives.
        lane: its states, as the source tells them that the run is drawn from.
        second: the same as a second source tells it, empty without one.
    """

    id: int
    kind: TrackKind
    name: str
    pid: int
    tid: int
    start_ns: int = 0
    end_ns: int | None = None
    lane: Lane = field(default_factory=Lane)
    second: Lane = field(default_factory=Lane)
    marks: Marks = field(default_factory=Marks)
    parent: Track | None = None

    def state_s(self, second: bool = False) -> dict[str, float]:
        """Seconds spent in each state that occurred, as the one source tells it or as the ``second`` does."""
        lane = self.second if second else self.lane
        return {state.name: lane.total(state) / NS for state in lane.states}
