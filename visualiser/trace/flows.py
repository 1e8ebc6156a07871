"""What passed from one track to another: items through queues, tasks to the workers that ran them, life to children.

Either end of a flow may come first, for different processes report in different batches. One source may have many
targets: the chunks of a map share one submission.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Records, among
from visualiser.trace.births import Births, End, Told
from visualiser.trace.column import Column
from visualiser.trace.lane import Times
from visualiser.trace.names import Names
from visualiser.trace.ordered_table import OrderedTable
from visualiser.trace.track import Track

Numbers = npt.NDArray[np.uint32]
_PUT, _GET = int(Kind.PUT), int(Kind.GET)
_FOLLOWED = among(Kind.SUBMIT, Kind.TASK, Kind.SPAWN, Kind.THREAD)
_BULK = 4096
_END = np.dtype([("flow", np.int64), ("t", np.int64), ("track", np.uint32), ("name", np.uint32)])
_Ends = npt.NDArray[np.void]
_COLUMNS: dict[str, type[np.generic]] = {
    "t0": np.int64,
    "t1": np.int64,
    "source": np.uint32,
    "target": np.uint32,
    "flow": np.int64,
    "name": np.uint32,
}


class FlowKind(Enum):
    """What passes along a flow; the value is what a lesson calls it."""

    PUT_GET = "put_get"  # an item, from the put to the get
    SUBMIT_START = "submit_start"  # a task, from its submission to the begin of its work
    START_FIRST = "start_first"  # from starting a thread or process to its first moment
    RELEASE_ACQUIRE = "release_acquire"  # a lock that somebody waited for, from its release to whoever got it


@dataclass(frozen=True)
class Flow:
    """One arrow; ``t0`` and ``t1`` in ns, ``name`` what the source's mark is called: the queue, the submission."""

    kind: FlowKind
    flow: int
    name: str
    source: Track
    t0: int
    target: Track
    t1: int


@dataclass(frozen=True)
class FlowArrays:
    """Many flows of one kind, in order of ``t0``: times in ns, numbers of tracks and of names.

    Valid until more records come in.
    """

    kind: FlowKind
    t0: Times
    t1: Times
    source: Numbers
    target: Numbers
    flow: Times
    name: Numbers

    def __len__(self) -> int:
        return len(self.t0)


class _Pairs:
    """The flows of one kind that have both ends."""

    def __init__(self) -> None:
        self.table = OrderedTable(_COLUMNS, ("t0", "t1", "flow", "target"))
        self._new: list[tuple[int, int, int, int, int, int]] = []
        self._reach: Column[np.int64] = Column(np.int64)  # latest t1 of all flows up to each

    def join(self, flow: int, source: End, target: End) -> None:
        self._new.append((source[0], target[0], source[1], target[1], flow, source[2]))

    def settled(self) -> OrderedTable:
        """The table with all that has been joined."""
        if self._new:
            columns = dict(zip(_COLUMNS, zip(*self._new, strict=True), strict=True))
            self._new = []
            self.load(columns)
        return self.table

    def load(self, columns: Mapping[str, Sequence[int] | npt.NDArray[Any]]) -> None:
        """Add many flows at once."""
        place = self.table.add(columns)
        reach = self.table["t1"][place:]
        if place:
            reach = np.maximum(reach, self._reach.view[place - 1])
        self._reach.size = place
        self._reach.append(np.maximum.accumulate(reach))

    def rows_between(self, begin: int, end: int) -> npt.NDArray[np.intp]:
        """Rows of the flows that overlap [begin, end)."""
        table = self.settled()
        first = int(self._reach.view.searchsorted(np.int64(begin), "left"))
        stop = int(table["t0"].searchsorted(np.int64(end), "left"))
        return first + np.flatnonzero(table["t1"][first:stop] >= begin)


class _Shared(_Pairs):
    """Flows of which one source may have many targets.

    Attributes:
        begun: flow and time (ns) of every source.
    """

    def __init__(self) -> None:
        super().__init__()
        self.begun = (array("q"), array("q"))
        self._sources: dict[int, End] = {}
        self._targets: dict[int, list[End]] = {}

    def add_source(self, flow: int, end: End) -> None:
        self.begun[0].append(flow)
        self.begun[1].append(end[0])
        for target in self._targets.pop(flow, []):
            self.join(flow, end, target)
        self._sources[flow] = end

    def add_target(self, flow: int, end: End) -> None:
        source = self._sources.get(flow)
        if source is None:
            self._targets.setdefault(flow, []).append(end)
        else:
            self.join(flow, source, end)


class _Passed(_Pairs):
    """Flows that have one source and one target: they are many, and are joined when somebody asks, or in bulk."""

    def __init__(self) -> None:
        super().__init__()
        self._sources, self._targets = np.empty(0, _END), np.empty(0, _END)  # that lack the other one
        self._told: tuple[list[_Ends], list[_Ends]] = ([], [])
        self._untold = 0

    def tell(self, track: int, records: Records, target: bool) -> None:
        """Either ends of flows, on one track."""
        ends = np.empty(len(records), _END)
        ends["flow"], ends["t"], ends["track"] = records["value"], records["t0"], track
        ends["name"] = records["object"]
        self._told[target].append(ends[ends["flow"] != 0])
        self._untold += len(records)
        if self._untold > _BULK + len(self._sources) + len(self._targets):
            self._join_all()

    def settled(self) -> OrderedTable:
        if self._untold:
            self._join_all()
        return super().settled()

    def _join_all(self) -> None:
        sources = np.concatenate((self._sources, *self._told[False]))
        targets = np.concatenate((self._targets, *self._told[True]))
        self._told, self._untold = ([], []), 0
        sources = sources[np.argsort(sources["flow"], kind="stable")]
        place = sources["flow"].searchsorted(targets["flow"])
        found = np.append(sources["flow"], 0)[place] == targets["flow"]
        source, target = sources[place[found]], targets[found]
        columns = (source["t"], target["t"], source["track"], target["track"], source["flow"], source["name"])
        if len(source):
            self.load(dict(zip(_COLUMNS, columns, strict=True)))
        lacking = np.ones(len(sources), np.bool_)
        lacking[place[found]] = False
        self._sources, self._targets = sources[lacking], targets[~found]


class Flows:
    """Joins the two records of every flow, in whichever order they come.

    Args:
        tracks: the tracks of the run, which may grow.
        names: the names of the run.
    """

    def __init__(self, tracks: list[Track], names: Names) -> None:
        self._tracks = tracks
        self._names = names
        self._passed, self._shared = _Passed(), _Shared()
        self._pairs: dict[FlowKind, _Pairs] = {
            FlowKind.PUT_GET: self._passed,
            FlowKind.SUBMIT_START: self._shared,
            FlowKind.START_FIRST: _Pairs(),
            FlowKind.RELEASE_ACQUIRE: _Pairs(),
        }
        self._births = Births(self._pairs[FlowKind.START_FIRST].join)
        self._last_task: dict[int, int] = {}
        self._takers: dict[int, Callable[[Track, Told], None]] = {
            int(Kind.SUBMIT): self._take_submission,
            int(Kind.TASK): self._take_task,
            int(Kind.SPAWN): self._births.take_spawn,
            int(Kind.THREAD): self._births.take_life,
        }

    def __len__(self) -> int:
        return sum(len(pairs.settled()) for pairs in self._pairs.values())

    def pass_lock(self, lock: int, source: End, target: End) -> None:
        """A lock, by its number in the run, went from one thread to another."""
        self._pairs[FlowKind.RELEASE_ACQUIRE].join(lock, source, target)

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""
        kinds = records["kind"]
        for kind in (_PUT, _GET):
            passed = records[kinds == kind]
            if len(passed):
                self._passed.tell(track.id, passed, target=kind == _GET)
        some = records[_FOLLOWED[kinds]]
        columns = (some["kind"].tolist(), some["t0"].tolist(), some["object"].tolist(), some["value"].tolist())
        for kind, t0, name, value in zip(*columns, strict=True):
            self._takers[kind](track, (t0, name, value))

    def pairs(self, kind: FlowKind) -> FlowArrays:
        """All flows of that kind."""
        return self._arrays(kind, slice(None))

    def submissions(self) -> dict[str, Times]:
        """Every submission of a task, whether or not it was begun: columns ``flow`` and ``t`` (ns)."""
        flows, times = self._shared.begun
        return {"flow": np.array(flows, np.int64), "t": np.array(times, np.int64)}

    def restore(self, kind: FlowKind, columns: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """A run that is over had these flows of that kind: the columns of ``FlowArrays``."""
        self._pairs[kind].load(columns)

    def restore_submissions(self, flow: Times, t: Times) -> None:
        """A run that is over had these submissions."""
        begun = self._shared.begun
        for column, values in zip(begun, (flow, t), strict=True):
            column.frombytes(values.tobytes())

    def between(self, begin: int, end: int, kinds: Collection[FlowKind] = tuple(FlowKind)) -> list[FlowArrays]:
        """The flows that overlap [begin, end), ns: one set of arrays for each of ``kinds`` that has any."""
        found = [self._arrays(kind, self._pairs[kind].rows_between(begin, end)) for kind in FlowKind if kind in kinds]
        return [arrays for arrays in found if len(arrays)]

    def number_between(self, begin: int, end: int, kind: FlowKind) -> int:
        """How many flows of that kind overlap [begin, end), ns."""
        return len(self._pairs[kind].rows_between(begin, end))

    def of_span(self, track: Track, t0: int, t1: int) -> list[Flow]:
        """The flows that begin or end on ``track`` within [t0, t1], ns; locks also if given back while it waited."""
        return [flow for kind in FlowKind for flow in self._touching(kind, track.id, t0, t1)]

    def flow(self, arrays: FlowArrays, place: int) -> Flow:
        """One of many."""
        return Flow(
            arrays.kind,
            int(arrays.flow[place]),
            self._names[int(arrays.name[place])].label,
            self._tracks[int(arrays.source[place])],
            int(arrays.t0[place]),
            self._tracks[int(arrays.target[place])],
            int(arrays.t1[place]),
        )

    def longest(self, kind: FlowKind) -> Flow | None:
        """The flow of that kind that took longest, the first of them if several did."""
        arrays = self.pairs(kind)
        return self.flow(arrays, int((arrays.t1 - arrays.t0).argmax())) if len(arrays) else None

    def _touching(self, kind: FlowKind, track: int, t0: int, t1: int) -> Iterator[Flow]:
        arrays = self._arrays(kind, self._pairs[kind].rows_between(t0, t1 + 1))
        begins = (arrays.source == track) & (arrays.t0 >= t0) & (arrays.t0 <= t1)
        ends = (arrays.target == track) & (arrays.t1 >= t0) & (arrays.t1 <= t1)
        if kind is FlowKind.RELEASE_ACQUIRE:  # its wait is over with the release, what follows is waking
            ends |= (arrays.target == track) & (arrays.t0 >= t0) & (arrays.t0 <= t1)
        return (self.flow(arrays, place) for place in np.flatnonzero(begins | ends).tolist())

    def _arrays(self, kind: FlowKind, rows: npt.NDArray[np.intp] | slice) -> FlowArrays:
        table = self._pairs[kind].settled()
        return FlowArrays(kind, **{name: table[name][rows] for name in _COLUMNS})

    def _take_submission(self, track: Track, told: Told) -> None:
        t0, name, flow = told
        if flow:
            self._shared.add_source(flow, (t0, track.id, name))

    def _take_task(self, track: Track, told: Told) -> None:
        t0, name, flow = told
        if self._last_task.get(track.id) != t0:  # else it is known since it was open
            self._last_task[track.id] = t0
            if flow:
                self._shared.add_target(flow, (t0, track.id, name))
