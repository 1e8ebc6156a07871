"""The tracks of asyncio tasks: what the thread of their event loop recorded of each, and that thread's own states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from visualiser.lab.layout import ASYNC, Kind
from visualiser.trace.batch import Records
from visualiser.trace.task_fold import LoopWindow, TaskFold
from visualiser.trace.track import Track

if TYPE_CHECKING:
    from visualiser.trace.run import Run

_STEP = int(Kind.STEP)


class AsyncTasks:
    """Makes a track for every asyncio task of a run and follows it.

    Attributes:
        steps: number of steps that began, also of tasks that have no track.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._told: dict[tuple[int, int], dict[str, Any]] = {}
        self._folds: dict[tuple[int, int], TaskFold] = {}
        self._living: list[TaskFold] = []
        self._last_step: dict[int, tuple[int, int, int]] = {}  # by thread: start, end (0: open), number of its task
        self._longest: tuple[int, Track] | None = None
        self.steps = 0

    @property
    def longest(self) -> tuple[int, Track] | None:
        """The longest step so far, one that goes on included, in ns, and its task.

        The track is that of the loop's thread where the task has none; None without any step.
        """
        found = [self._longest] if self._longest is not None else []
        for thread, (start, end, number) in self._last_step.items():
            track = self._run.tracks[thread]
            until = end or track.end_ns or self._run.now_ns
            found.append((until - start, self._owner(track, number)))
        return max(found, key=lambda step: step[0], default=None)

    def restore(self, steps: int, longest: tuple[int, Track] | None) -> None:
        """A run that is over had so many steps, the longest of them so long (ns) and of that task."""
        self.steps, self._longest = steps, longest

    def hear(self, line: dict[str, Any]) -> None:
        """A process tells of a new task, or of another name for one."""
        key = int(line["pid"]), int(line["number"])
        self._told[key] = line
        if key in self._folds:
            self._describe(key, self._folds[key].track)

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""
        kinds = records["kind"]
        mine = records[(kinds >= ASYNC.start) & (kinds < ASYNC.stop)]
        columns = (mine[name].tolist() for name in ("t0", "t1", "kind", "depth", "object", "value"))
        for t0, t1, kind, why, name, number in zip(*columns, strict=True):
            if kind == _STEP:
                self._count(track, t0, t1, number)
            if number > 0:
                self._fold(track, number).add(t0, t1, kind, why, name)

    def advance(self, begin: int, end: int) -> None:
        """The lanes of all threads now reach from ``begin`` to ``end`` (ns): let those of the tasks follow."""
        windows: dict[int, LoopWindow] = {}
        for fold in self._living:
            loop = fold.loop
            if fold.idle and loop.end_ns is None:
                if len(fold.track.lane):
                    fold.track.lane.extend(end)
                continue
            if loop.id not in windows:
                windows[loop.id] = LoopWindow(loop.lane, begin, end)
            fold.advance(begin, end, windows[loop.id])
        self._living = [fold for fold in self._living if not fold.over]

    def _fold(self, loop: Track, number: int) -> TaskFold:
        key = loop.pid, number
        fold = self._folds.get(key)
        if fold is None:
            track = self._run.add_track("task", f"Task {number}", loop.pid, parent=loop)
            fold = self._folds[key] = TaskFold(track, loop)
            self._living.append(fold)
            self._describe(key, track)
        return fold

    def _describe(self, key: tuple[int, int], track: Track) -> None:
        line = self._told.get(key)
        if line is not None:
            track.name = f"{line['name']} {line['label']}".strip()
            track.kind = "helper" if line.get("helper") else "task"

    def _count(self, track: Track, start: int, end: int, number: int) -> None:
        """Note how long a step of a loop took; they come in order of time, an open one comes again."""
        last = self._last_step.get(track.id, (0, 0, 0))[0]
        if start < last:
            return
        self.steps += start > last
        self._last_step[track.id] = (start, end, number)
        if end and (self._longest is None or end - start > self._longest[0]):
            self._longest = (end - start, self._owner(track, number))

    def _owner(self, loop: Track, number: int) -> Track:
        return self._fold(loop, number).track if number else loop
