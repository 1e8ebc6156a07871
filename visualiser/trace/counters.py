"""Numbers over time that belong to no thread: how many items lie in a queue, how long a window's frames take."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Records
from visualiser.trace.column import Column
from visualiser.trace.lane import Times
from visualiser.trace.names import Names
from visualiser.trace.ordered_table import OrderedTable
from visualiser.trace.track import Track

FRAME_TIME = "Frame time"
_NS_PER_MS = 1e6
_PUT, _GET, _FRAME = int(Kind.PUT), int(Kind.GET), int(Kind.FRAME)


class Counter:
    """A step function: from ``t[i]`` on it has ``value[i]``, up to ``t[i + 1]``; before the first it is 0.

    Attributes:
        name: what it counts: the queue's label.
        unit: "items" or "ms".
        track: the thread it belongs to; None for a queue, which many may use.
    """

    def __init__(self, name: str, unit: str, track: Track | None = None) -> None:
        self.name = name
        self.unit = unit
        self.track = track
        self._table = OrderedTable({"t": np.int64, "rank": np.int64, "step": np.float64}, ("t", "rank"))
        self._value: Column[np.float64] = Column(np.float64)

    def __len__(self) -> int:
        return len(self._table)

    @property
    def t(self) -> Times:
        """Time of every change, ns, ascending."""
        times: Times = self._table["t"]
        return times

    @property
    def value(self) -> npt.NDArray[np.float64]:
        """What it is from each ``t`` on."""
        return self._value.view

    @property
    def changes(self) -> dict[str, npt.NDArray[np.generic]]:
        """What it was told, in order: columns ``t`` (ns), ``rank`` (order of what happens at one moment), ``step``."""
        return {name: self._table[name] for name in ("t", "rank", "step")}

    def restore(self, changes: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """The counter of a run that is over was told this."""
        self._table.add(changes)
        self._value.append(self._valued())

    def _valued(self) -> npt.NDArray[np.float64]:
        values: npt.NDArray[np.float64] = self._table["step"]
        return values

    def at(self, when: int) -> float:
        """What it is at ``when``, ns."""
        place = int(self.t.searchsorted(np.int64(when), "right")) - 1
        return float(self.value[place]) if place >= 0 else 0.0

    def between(self, begin: int, end: int) -> tuple[Times, npt.NDArray[np.float64]]:
        """Changes in [begin, end), the first of them moved to ``begin``: what it is there."""
        first = int(self.t.searchsorted(np.int64(begin), "right"))
        stop = int(self.t.searchsorted(np.int64(end), "left"))
        times = np.concatenate(([begin], self.t[first:stop]))
        return times, np.concatenate(([self.at(begin)], self.value[first:stop]))


class QueueDepth(Counter):
    """How many items lie in one queue: a put is one more, a get one less.

    A put is known to have happened only when it is over, so that in records the get may come first: below 0 is shown
    as 0.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, "items")
        self._sum: Column[np.float64] = Column(np.float64)

    def _valued(self) -> npt.NDArray[np.float64]:
        self._sum.append(np.cumsum(self._table["step"]))
        return np.maximum(self._sum.view, 0.0)

    def add(self, times: Times, steps: npt.NDArray[np.int64]) -> None:
        """Items were put (1) and taken (-1) at ``times``, ns, in any order."""
        place = self._table.add({"t": times, "rank": -steps, "step": steps})
        after = np.cumsum(self._table["step"][place:]) + (self._sum.view[place - 1] if place else 0.0)
        self._sum.size = self._value.size = place
        self._sum.append(after)
        self._value.append(np.maximum(after, 0.0))


class FrameTime(Counter):
    """Milliseconds from one frame of a window to the next."""

    def __init__(self, track: Track) -> None:
        super().__init__(FRAME_TIME, "ms", track)

    def add(self, times: Times, lengths: npt.NDArray[np.int64]) -> None:
        """Frames were ready at ``times`` and had taken ``lengths``, ns."""
        place = self._table.add({"t": times, "rank": lengths, "step": lengths / _NS_PER_MS})
        self._value.size = place
        self._value.append(self._table["step"][place:])


class Counters:
    """All counters of a run, by name; those of queues of one name are one, whichever process used it.

    Args:
        names: the names of the run.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._queues: dict[str, QueueDepth] = {}
        self._frames: dict[int, FrameTime] = {}

    @property
    def all(self) -> list[Counter]:
        """Queues in order of their first record, then windows."""
        return [*self._queues.values(), *self._frames.values()]

    @property
    def queues(self) -> list[QueueDepth]:
        """How many items lie in each queue."""
        return list(self._queues.values())

    @property
    def frames(self) -> list[FrameTime]:
        """How long the frames of each window took."""
        return list(self._frames.values())

    def restore_queue(self, name: str) -> Counter:
        """A run that is over had this queue; returns its counter, still empty."""
        return self._queue(name)

    def restore_window(self, track: Track) -> Counter:
        """A run that is over had a window in this thread; returns the counter of its frames, still empty."""
        return self._frames.setdefault(track.id, FrameTime(track))

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""
        kinds = records["kind"]
        moved = records[(kinds == _PUT) | (kinds == _GET)]
        for name in np.unique(moved["object"]).tolist():
            some = moved[moved["object"] == name]
            steps = np.where(some["kind"] == _PUT, 1, -1).astype(np.int64)
            self._queue(self._names[name].label).add(some["t0"].astype(np.int64), steps)
        frames = records[(kinds == _FRAME) & (records["value"] > 0)]
        if len(frames):
            window = self._frames.setdefault(track.id, FrameTime(track))
            window.add(frames["t0"].astype(np.int64), frames["value"])

    def _queue(self, label: str) -> QueueDepth:
        return self._queues.setdefault(label, QueueDepth(label))
