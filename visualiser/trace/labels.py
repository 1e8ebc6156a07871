"""What threads worked on: tasks, starts and imports as they were recorded, apart from the states they went through."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Records, among
from visualiser.trace.column import Column
from visualiser.trace.lane import Times
from visualiser.trace.track import Track

_FOLLOWED = among(Kind.TASK, Kind.START, Kind.IMPORT)


class Labels:
    """Every label of one kind as columns, in the order they came: those of one thread in order of time.

    Columns: ``t0`` and ``t1`` in ns (``t1`` is 0 while it is open), ``track`` (its number), ``value``, ``name``.
    """

    def __init__(self) -> None:
        self.t0: Column[np.int64] = Column(np.int64)
        self.t1: Column[np.int64] = Column(np.int64)
        self.track: Column[np.uint32] = Column(np.uint32)
        self.value: Column[np.int64] = Column(np.int64)
        self.name: Column[np.uint32] = Column(np.uint32)
        self._last: dict[int, int] = {}  # track → row of its last label

    def __len__(self) -> int:
        return self.t0.size

    def ends(self, now: int) -> Times:
        """``t1`` of each, ``now`` (ns) for those that are open."""
        ends: Times = np.where(self.t1.view == 0, now, self.t1.view)
        return ends

    def restore(self, rows: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """A run that is over had these labels, given by the names of the columns."""
        for name in ("t0", "t1", "track", "value", "name"):
            getattr(self, name).append(rows[name])

    def take(self, track: int, records: Records) -> None:
        """Add the records of one track, in order of time; one that was open may come again."""
        last = self._last.get(track)
        if last is not None:
            t0 = int(self.t0.view[last])
            for record in records[records["t0"] == t0]:
                self.t1.view[last], self.value.view[last] = record["t1"], record["value"]
            records = records[records["t0"] > t0]
        if not len(records):
            return
        if last is not None and not self.t1.view[last]:  # its end was never written: the next one shows it is over
            self.t1.view[last] = records["t0"][0]
        self._append(track, records)

    def end_track(self, track: int, when: int) -> None:
        """A thread is gone since ``when`` (ns): so is what it worked on."""
        last = self._last.get(track)
        if last is not None and not self.t1.view[last]:
            self.t1.view[last] = max(when, int(self.t0.view[last]))

    def _append(self, track: int, records: Records) -> None:
        records = records[np.append(records["t0"][1:] != records["t0"][:-1], True)]  # opened and closed in one batch
        ends = records["t1"].astype(np.int64)
        ends[:-1] = np.where(ends[:-1] == 0, records["t0"][1:], ends[:-1])
        self.t0.append(records["t0"].astype(np.int64))
        self.t1.append(ends)
        self.track.append(np.full(len(records), track))
        self.value.append(records["value"])
        self.name.append(records["object"])
        self._last[track] = len(self) - 1


class AllLabels:
    """The labels of a run by kind.

    Attributes:
        tasks: ``Kind.TASK``; their value is the flow.
        starts: ``Kind.START``; their value is the pid of the child, 0 where it is a thread.
        imports: ``Kind.IMPORT``.
    """

    def __init__(self) -> None:
        self.tasks, self.starts, self.imports = Labels(), Labels(), Labels()
        self._by_kind: dict[int, Labels] = {
            int(Kind.TASK): self.tasks,
            int(Kind.START): self.starts,
            int(Kind.IMPORT): self.imports,
        }

    @property
    def by_kind(self) -> dict[int, Labels]:
        """All of them by the number of their kind."""
        return dict(self._by_kind)

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""
        kinds = records["kind"]
        some = _FOLLOWED[kinds]
        if not some.any():
            return
        for kind in np.unique(kinds[some]).tolist():
            self._by_kind[kind].take(track.id, records[kinds == kind])

    def end_track(self, track: Track, when: int) -> None:
        """A thread is gone since ``when`` (ns)."""
        for labels in self._by_kind.values():
            labels.end_track(track.id, when)
