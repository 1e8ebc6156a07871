"""The track of one process of a task queue's worker elsewhere, written as its events come in order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visualiser.lab.layout import Kind, flow_of_uuid
from visualiser.trace.batch import RECORD_DTYPE
from visualiser.trace.states import State
from visualiser.trace.track import Track

if TYPE_CHECKING:
    from visualiser.trace.run import Run


class RemoteLane:
    """What is known of one process: idle, at a task (which runs or waits, nobody can tell), or nothing.

    Attributes:
        track: its track.
        task: id of the task it works on, None without one.
    """

    def __init__(self, run: Run, track: Track, when: int) -> None:
        """``when``: it was there from then on, ns; 0 if that shows only with its first task."""
        self.track = track
        self.task: str | None = None
        self._run = run
        self._last = 0
        self._began = 0
        self._name = 0
        if when:
            self._enter(when, State.IDLE)

    def extend(self, until: int) -> None:
        """Nothing changed until then, ns."""
        if len(self.track.lane):
            self.track.lane.extend(until)

    def rest(self, when: int) -> None:
        """It is there; if nothing was known of it and it had no task, it waits for one."""
        if self.task is None:
            self._enter(when, State.IDLE)

    def lose(self, when: int) -> None:
        """Nobody knows any more what it does."""
        if len(self.track.lane) and self.track.end_ns is None:
            self._enter(when, State.UNKNOWN, self._name if self.task else 0)

    def begin_task(self, when: int, label: str, uuid: str) -> None:
        """It begins a task."""
        self.task, self._name = uuid, self._run.names.number(f"task {label}")
        self._began = self._enter(when, State.READY, self._name)
        self._tell(Kind.TASK, self._began, 0, self._name, uuid)

    def end_task(self, when: int, kind: Kind, label: str, uuid: str) -> None:
        """The task ended so; also one that was not seen to begin."""
        if self.task == uuid:
            end = self._enter(when, State.IDLE)
            self._tell(Kind.TASK, self._began, end, self._name, uuid)
            self.task = None
        self.mark(when, kind, label, uuid)

    def mark(self, when: int, kind: Kind, label: str, uuid: str) -> None:
        """Something happened at ``when``, ns."""
        self._last = max(when, self._last)
        self._tell(kind, self._last, self._last, self._run.names.number(label), uuid)

    def end(self, when: int) -> None:
        """It is gone, or the run is over."""
        if len(self.track.lane) and self.track.end_ns is None:
            self.track.end_ns = self._enter(when, State.NONE)
            self._run.labels.end_track(self.track, self.track.end_ns)

    def _enter(self, when: int, state: State, name: int = 0) -> int:
        """Change its state; not before what is drawn already. Gives the time, ns."""
        lane = self.track.lane
        when = self._last = max(when, self._last, lane.now, int(lane.t[-1]) + 1 if len(lane) else 0)
        self.track.start_ns = self.track.start_ns or when
        if state is not State.NONE:
            self.track.end_ns = None  # it may have said goodbye before
        lane.append(np.array([when]), np.array([state], np.uint8), np.array([name], np.uint32), when)
        return when

    def _tell(self, kind: Kind, t0: int, t1: int, name: int, uuid: str) -> None:
        self._run.follow(self.track, np.array([(t0, t1, name, int(kind), 0, flow_of_uuid(uuid))], RECORD_DTYPE))
