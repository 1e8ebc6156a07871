"""The tracks of a task queue's workers on other machines, or of other terminals, as the queue's own events tell it.

Events arrive late and not in order, so the tracks follow a moment behind and then in order of time. Workers of the run
itself are left out: their own records say more.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from visualiser.lab.layout import Kind
from visualiser.trace.remote_lane import RemoteLane

if TYPE_CHECKING:
    from visualiser.trace.run import Run

LAG_NS = 300_000_000
_SILENT_BEATS = 4  # a worker that missed so many heartbeats: nobody knows what it does
_ENDS = {"task-succeeded": Kind.SUCCEEDED, "task-failed": Kind.FAILED, "task-retried": Kind.RETRIED}


@dataclass
class _Worker:
    """One worker: the process that takes tasks over, and those of its pool; ``beat``: ns between heartbeats or 0."""

    host: str
    pid: int
    lane: RemoteLane
    beat: int = 0
    heard: int = 0
    silent: bool = False
    pool: dict[tuple[int, int], RemoteLane] = field(default_factory=dict)

    @property
    def lanes(self) -> list[RemoteLane]:
        """Its own and those of its pool."""
        return [self.lane, *self.pool.values()]


class RemoteWorkers:
    """Makes a track for every worker process that is heard of and follows its tasks.

    Attributes:
        hosts: the host names of all workers that were heard of, those of the run included.
        away: the broker does not answer, so nothing is heard.
    """

    def __init__(self, run: Run) -> None:
        self.hosts: set[str] = set()
        self.away = False
        self._run = run
        self._here = ""
        self._back = 0  # when the broker answered again, ns
        self._waiting: list[tuple[int, int, dict[str, Any]]] = []
        self._order = itertools.count()
        self._workers: dict[str, _Worker] = {}
        self._names: dict[str, str] = {}  # what each task is called, by its id
        self._tell_begin: set[str] = set()  # tasks whose process says itself that it begins them
        self._at: dict[str, RemoteLane] = {}  # where each task runs

    def hear(self, line: dict[str, Any]) -> None:
        """One event of the task queue."""
        if line["type"] == "task-begun":
            self._tell_begin.add(str(line.get("uuid", "")))
        heapq.heappush(self._waiting, (int(line["t"]), next(self._order), line))

    def advance(self, begin: int, end: int) -> None:
        """Everything that the run's own processes did until ``end`` (ns) is known: follow up to a moment before."""
        self._follow(end - LAG_NS)

    def finish(self, end: int) -> None:
        """Nothing more will come: go on to the end of the run."""
        self._follow(end)
        for lane in {id(lane): lane for worker in self._workers.values() for lane in worker.lanes}.values():
            lane.end(end)

    def _follow(self, until: int) -> None:
        while self._waiting and self._waiting[0][0] <= until:
            when, _, line = heapq.heappop(self._waiting)
            handler = _HANDLERS.get(line["type"])
            if handler is not None:
                handler(self, when, line)
        for worker in self._workers.values():
            self._notice_silence(worker, until)
            for lane in worker.lanes:
                lane.extend(until)

    def _notice_silence(self, worker: _Worker, until: int) -> None:
        if worker.beat and not worker.silent and until - worker.heard > _SILENT_BEATS * worker.beat:
            worker.silent = True
            for lane in worker.lanes:
                lane.lose(until)

    def _on_listening(self, when: int, line: dict[str, Any]) -> None:
        self._here, self._back = str(line.get("host", "")), when if self.away else self._back
        self.away = False

    def _on_lost(self, when: int, line: dict[str, Any]) -> None:
        """What runs goes on unseen, and what ends now may never be told: nothing is known of it any more."""
        self.away = True
        for worker in self._workers.values():
            for lane in worker.lanes:
                lane.lose(when)

    def _on_worker(self, when: int, line: dict[str, Any]) -> None:
        worker = self._worker(when, line)
        if worker is not None:
            worker.beat = int(float(line.get("freq", 0)) * 1e9)
            worker.lane.rest(when)

    def _on_offline(self, when: int, line: dict[str, Any]) -> None:
        worker = self._workers.get(str(line["node"]))
        # A worker that lost its broker says goodbye as soon as it can, and then that it is there: it was never gone.
        if worker is None or self.away or when < self._back:
            return
        worker.beat = 0
        for lane in worker.lanes:
            lane.end(when)

    def _on_received(self, when: int, line: dict[str, Any]) -> None:
        uuid = str(line["uuid"])
        self._names[uuid] = str(line.get("name", "task")).rpartition(".")[2]
        worker = self._worker(when, line)
        if worker is not None:
            worker.lane.rest(when)
            worker.lane.mark(when, Kind.RECEIVED, self._names[uuid], uuid)

    def _on_started(self, when: int, line: dict[str, Any]) -> None:
        """All that a worker tells by itself: without more, its task is drawn on the worker's own track, or beside."""
        uuid = str(line["uuid"])
        worker = self._worker(when, line)
        if worker is None or uuid in self._tell_begin:
            return
        lanes = itertools.chain([worker.lane], (self._pool_lane(worker, 0, number) for number in itertools.count(2)))
        self._begin(when, uuid, next(lane for lane in lanes if lane.task is None))

    def _on_begun(self, when: int, line: dict[str, Any]) -> None:
        """The process, or the thread, of a pool tells that it begins a task."""
        worker = self._workers.get(str(line.get("worker", "")))
        if worker is None or self._is_own(str(line["host"]), int(line["process"])):
            return
        worker.heard = max(worker.heard, when)
        pid, thread = int(line["process"]), int(line.get("thread", 0))
        lane = worker.lane if pid == worker.pid == thread else self._pool_lane(worker, pid, thread)
        self._begin(when, str(line["uuid"]), lane)

    def _on_end(self, when: int, line: dict[str, Any]) -> None:
        uuid = str(line["uuid"])
        worker = self._worker(when, line)
        if worker is not None:
            self._at.pop(uuid, worker.lane).end_task(when, _ENDS[line["type"]], self._names.get(uuid, "task"), uuid)

    def _begin(self, when: int, uuid: str, lane: RemoteLane) -> None:
        self._at[uuid] = lane
        lane.begin_task(when, self._names.get(uuid, "task"), uuid)

    def _worker(self, when: int, line: dict[str, Any]) -> _Worker | None:
        """The worker that an event comes from; None for one of the run's own."""
        node, host, pid = str(line["node"]), str(line["host"]), int(line["worker_pid"])
        self.hosts.add(host)
        if self._is_own(host, pid):
            return None
        worker = self._workers.get(node)
        if worker is None or worker.pid != pid:
            lane = self._lane(f"{host} · worker {pid}", pid, when)
            worker = self._workers[node] = _Worker(host, pid, lane)
        worker.heard, worker.silent = max(worker.heard, when), False
        return worker

    def _pool_lane(self, worker: _Worker, pid: int, number: int) -> RemoteLane:
        lane = worker.pool.get((pid, number))
        if lane is None:
            what = f"process {pid}" if pid and pid != worker.pid else f"worker {worker.pid} thread {number}"
            what = what if pid else f"worker {worker.pid} #{number}"
            lane = worker.pool[pid, number] = self._lane(f"{worker.host} · {what}", pid or worker.pid, 0)
        return lane

    def _lane(self, name: str, pid: int, when: int) -> RemoteLane:
        return RemoteLane(self._run, self._run.add_track("remote", name, pid), when)

    def _is_own(self, host: str, pid: int) -> bool:
        process = self._run.processes.get(pid)
        return host == self._here and process is not None and bool(process.how)


_HANDLERS: dict[str, Callable[[RemoteWorkers, int, dict[str, Any]], None]] = {
    "listening": RemoteWorkers._on_listening,
    "broker-lost": RemoteWorkers._on_lost,
    "worker-online": RemoteWorkers._on_worker,
    "worker-heartbeat": RemoteWorkers._on_worker,
    "worker-offline": RemoteWorkers._on_offline,
    "task-received": RemoteWorkers._on_received,
    "task-started": RemoteWorkers._on_started,
    "task-begun": RemoteWorkers._on_begun,
    **dict.fromkeys(_ENDS, RemoteWorkers._on_end),
}
