"""One run: everything that was recorded of it, live or finished, folded into tracks as the batches come in."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from visualiser.lab.layout import ASYNC, LABELS, MARKS, Kind
from visualiser.trace.async_tasks import AsyncTasks
from visualiser.trace.batch import Batch, Records, ThreadKey
from visualiser.trace.core_logs import CoreLogs
from visualiser.trace.counters import Counters
from visualiser.trace.facts.cores import Running
from visualiser.trace.facts.gil import Turns
from visualiser.trace.flows import Flows
from visualiser.trace.folding import Folding
from visualiser.trace.labels import AllLabels
from visualiser.trace.lane import Lane, Times
from visualiser.trace.loads import Loads
from visualiser.trace.lock_holders import LockHolders
from visualiser.trace.names import Name, Names
from visualiser.trace.pending import OPEN
from visualiser.trace.phases import Phases
from visualiser.trace.process import Member, Process
from visualiser.trace.remote_workers import RemoteWorkers
from visualiser.trace.shelf import Shelf
from visualiser.trace.sightings import Sightings
from visualiser.trace.track import NS, Marks, Track, TrackKind
from visualiser.trace.used_sources import UsedSources

FEW_THREADS = 12
PATIENCE_PER_THREAD_NS = 1_000_000
MOST_PATIENCE_NS = 100_000_000
_CAST = ("process", "process_name", "thread", "async_task")  # lines on who takes part


class Follower(Protocol):
    """Takes in what was recorded, apart from the states."""

    def take(self, track: Track, records: Records) -> None:
        """New records of a track, their names already numbers of the run; a record that was open may come again."""


# By kind, whom a record concerns: bits in the order of ``Run._followers``. All have to hear of a thread's life.
_CONCERNS = np.zeros(256, np.uint8)
_CONCERNS[[Kind.THREAD, *range(LABELS.start, LABELS.stop)]] |= 0b100011
_CONCERNS[[Kind.PUT, Kind.GET, Kind.FRAME]] |= 0b000101
_CONCERNS[[Kind.SUBMIT, Kind.SPAWN]] |= 0b000001
_CONCERNS[Kind.PHASE] |= 0b001000
_CONCERNS[[Kind.LOCK, Kind.RELEASE, Kind.ACQUIRE, Kind.HELD_BY, Kind.THREAD]] |= 0b010000
_CONCERNS[ASYNC.start : ASYNC.stop] |= 0b100000


LOST_SWITCHES = "The kernel could not deliver all core switches (the machine is too busy): there states are unknown."


class Run:
    """Append-only store of one run.

    Attributes:
        tracks: in order of appearance.
        start_ns: when the script's first line ran, on the clock of the records; 0 until then.
        now_ns: everything before it has been folded.
        finished: no more batches will come.
        notes: sentences on what could not be observed in full, each once, in order.
        end_ns: when the script ended; 0 until ``finished``. What is known may reach a little further.
        used: where the states come from.
        shelf: where its lanes live, in memory or on the disk.
        errors: exceptions that nobody caught, in any process or thread.
        told: grows whenever there is another track, or a track's name or kind may have changed.
    """

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf = Shelf(tell=lambda note: self.notes.setdefault(note)) if shelf is None else shelf
        self.tracks: list[Track] = []
        self.names = Names()
        self.processes: dict[int, Process] = {}
        self.core_logs = CoreLogs(self.shelf)
        self.loads = Loads(self.core_logs)
        self.flows = Flows(self.tracks, self.names)
        self.labels = AllLabels()
        self.counters = Counters(self.names)
        self.phases = Phases(self.names)
        self.lock_holders = LockHolders(self.tracks, self.names, self.flows.pass_lock)
        self.running = Running()
        self.turns = Turns()
        self.async_tasks = AsyncTasks(self)
        self.remote_workers = RemoteWorkers(self)
        self._followers: tuple[Follower, ...] = (
            self.flows, self.labels, self.counters, self.phases, self.lock_holders, self.async_tasks,
        )  # fmt: skip
        self.start_ns = 0
        self.now_ns = 0
        self.end_ns = 0
        self.finished = False
        self.results: dict[str, Any] = {}
        self.notes: dict[str, None] = {}
        self.errors = 0
        self.told = 0
        self.used = UsedSources()
        self._script_end = 0  # ns; its threads are over by then, too
        self._dropped = 0
        self._by_key: dict[ThreadKey, Track] = {}
        self._folding = Folding(self.processes, self._free_times)
        self._sightings = Sightings(self._end_thread, self._lose)

    @property
    def dropped(self) -> int:
        """Records and core switches that were lost."""
        return self._dropped + self._sightings.lost

    def restore(self, now: int, end: int, dropped: int) -> None:
        """It was over at ``end`` (ns), known until ``now``, and had lost so many records; its stores have theirs."""
        self.now_ns, self.end_ns, self._dropped, self.finished = now, end, dropped, True

    @property
    def spans(self) -> int:
        """Number of spans folded so far, all tracks together."""
        return sum(len(track.lane) for track in self.tracks)

    @property
    def main_track(self) -> Track | None:
        """The main thread of the process that runs the script itself."""
        return next((process.main_track for process in self.processes.values() if process.is_root), None)

    @property
    def wall_s(self) -> float:
        """Seconds from the script's first line to its end, or until now."""
        return max((self.end_ns or self.now_ns) - self.start_ns, 0) / NS if self.start_ns else 0.0

    @property
    def gil(self) -> bool:
        """Whether the interpreter that ran the script has a GIL."""
        return all(process.gil for process in self.processes.values())

    @property
    def sources(self) -> tuple[str, ...]:
        """The source that is drawn, perhaps a second one to compare it with."""
        return self.used.now

    @property
    def sampled(self) -> bool:
        """The source that is drawn tells who is on a core."""
        return self.sources[0] not in ("calls", "imported")

    def extend(self, batch: Batch) -> None:
        """Take in what is new and fold as far as every source has reported."""
        for line in batch.story:
            self._hear(line)
        for key, records in batch.records.items():
            self._take_records(key, records, batch.native.get(key))
        if batch.switches is not None:
            self.core_logs.take(batch.switches)
            self._sightings.take_switches(batch.switches)
        if batch.seen is not None:
            self._sightings.take_looks(batch.seen, exits="perf" not in self.sources)
        for pid, when in batch.ended.items():
            self._end_process(pid, when)
        self.loads.extend(batch.loads, batch.sampled)
        self._dropped = max(self._dropped, batch.dropped)
        if self.used.take(batch, self.now_ns):
            self.core_logs.stop(batch.sampled)
        end = self.used.known_until(batch, self._folding.beats_known_until)
        if end - self.now_ns >= self._patience():
            self._advance(end)

    def _patience(self) -> int:
        """How long to gather before folding, ns: a fold costs about the same for a few spans as for hundreds."""
        busy = self._folding.busy_threads
        return min(busy * PATIENCE_PER_THREAD_NS, MOST_PATIENCE_NS) if busy > FEW_THREADS else 0

    def finish(self, end_ns: int) -> None:
        """The run ended at ``end_ns`` (on the clock of the records): fold the rest and close what is open."""
        for pid in list(self.processes):
            self._end_process(pid, end_ns)
        self._advance(end_ns, last=True)
        self.core_logs.finish(end_ns)
        self.loads.finish(told="perf" in self.sources)
        self.remote_workers.finish(end_ns)
        self.lock_holders.advance(OPEN)
        self.phases.finish(self._script_end or end_ns)  # that Python shuts down then is no work of the last phase
        self.end_ns = end_ns
        self.finished = True

    def _advance(self, end: int, last: bool = False) -> None:
        if end <= self.now_ns:
            return
        self.lock_holders.advance(end)
        end = self._folding.advance(self.now_ns, end, self.sources, last)
        if end <= self.now_ns:
            return
        self.async_tasks.advance(self.now_ns, end)
        self.remote_workers.advance(self.now_ns, end)
        self.now_ns = end

    def _hear(self, line: dict[str, Any]) -> None:
        """One line of a process's story."""
        pid = int(line["pid"])
        process = self.processes.setdefault(pid, Process(pid))
        event = line["ev"]
        if event == "name":
            self.names.tell(pid, int(line["id"]), Name(line["label"], line.get("file"), line.get("line")))
        elif event == "start":
            self.start_ns = int(line["t"])
        elif event == "child_exit":
            self.processes.setdefault(int(line["child"]), Process(int(line["child"]))).exit_code = int(line["code"])
        elif event == "results":
            self.results = dict(line["values"])
            self._script_end = int(line["t"])
        elif event == "error":
            self.errors += 1
        elif event == "note":
            self.notes.setdefault(str(line["text"]))
        elif event == "async_task":
            self.async_tasks.hear(line)
        elif event == "task_queue":
            self.remote_workers.hear(line)
        else:
            if event == "process" and process.how:
                self._begin_anew(process, line)
            process.hear(line)
        if event in _CAST:
            self.told += 1
        if event in ("process", "process_name"):
            self._rename(process)
        elif event == "thread":
            key = ThreadKey(pid, int(line["chain"]))
            self._describe(self._track(key, int(line["tid"])), process, line)

    def _begin_anew(self, process: Process, line: dict[str, Any]) -> None:
        """The process called exec, or the system used its number again."""
        self._end_process(process.pid, int(line["t"]))
        if process.main_track is not None and line["how"] == "exec":
            process.main_track.name += " (before exec)"
        process.main_track = None

    def _describe(self, track: Track, process: Process, line: dict[str, Any]) -> None:
        """What the process tells of one of its threads."""
        track.kind = _track_kind(process, bool(line["main"]), bool(line["helper"]))
        track.name = process.name if line["main"] and not process.is_root else str(line["name"])
        if line["main"]:
            process.main_track = track

    def _rename(self, process: Process) -> None:
        track = process.main_track
        if track is not None and not process.is_root:
            track.name = process.name
            track.kind = _track_kind(process, main=True, helper=False)

    def add_track(self, kind: TrackKind, name: str, pid: int, tid: int = 0, parent: Track | None = None) -> Track:
        """A new track, without anything on it yet."""
        track = Track(len(self.tracks), kind, name, pid, tid, parent=parent)
        track.lane, track.second, track.marks = Lane(self.shelf), Lane(self.shelf), Marks.on(self.shelf)
        self.tracks.append(track)
        self.told += 1
        return track

    def _track(self, key: ThreadKey, tid: int) -> Track:
        track = self._by_key.get(key)
        if track is None:
            track = self._by_key[key] = self.add_track("thread", f"thread {tid}", key.pid, tid)
            self.processes.setdefault(key.pid, Process(key.pid))
            self._sightings.claim(self._folding.add_thread(track))
        return track

    def _take_records(self, key: ThreadKey, records: Records, tid: int | None) -> None:
        track = self._track(key, tid or 0)
        records = records.copy()
        records["object"] = self.names.translate(key.pid, records["object"])
        fold = self._folding.folds[track.id]
        marks = fold.add_records(records)
        track.start_ns = fold.born or track.start_ns
        track.end_ns = fold.died
        if marks is not None:
            self._mark(track, marks)
        self._follow(track, records)

    def follow(self, track: Track, records: Records) -> None:
        """Take in what is known of a track that no process of the run recorded, its names numbers of the run."""
        kinds = records["kind"]
        self._mark(track, records[(kinds >= MARKS.start) & (kinds < MARKS.stop)])
        self._follow(track, records)

    def _mark(self, track: Track, marks: Records) -> None:
        track.marks.t.append(marks["t0"].astype(np.int64))
        track.marks.kind.append(marks["kind"])
        track.marks.name.append(marks["object"])

    def _follow(self, track: Track, records: Records) -> None:
        """Hand the records to those whom some of them concern."""
        concerned = int(np.bitwise_or.reduce(_CONCERNS[records["kind"]]))
        for number, follower in enumerate(self._followers):
            if concerned >> number & 1:
                follower.take(track, records)

    def _free_times(self, pid: int, lock: int) -> tuple[Times, Times]:
        return self.lock_holders.free_times(pid, lock, self.now_ns)

    def _lose(self, when: int) -> None:
        self.notes.setdefault(LOST_SWITCHES)
        self._folding.lose(max(when, self.now_ns))

    def _end_thread(self, member: Member, when: int) -> None:
        """A thread was seen to be gone."""
        member.fold.end(when)
        member.track.end_ns = member.fold.died
        self._end_what_it_did(member.track, when)

    def _end_process(self, pid: int, when: int) -> None:
        """A process was found gone; where the kernel tells of its threads it says so more exactly."""
        process = self.processes.get(pid)
        if process is None:
            return
        for member in process.threads.values():
            if member.fold.died is None:
                member.fold.end(when)
                self._end_what_it_did(member.track, when)
            member.track.end_ns = member.fold.died

    def _end_what_it_did(self, track: Track, when: int) -> None:
        """A thread is gone without having said so."""
        self.labels.end_track(track, when)
        self.lock_holders.end_track(track, when)


def _track_kind(process: Process, main: bool, helper: bool) -> TrackKind:
    if helper or process.is_helper:
        return "helper"
    return "process" if main and not process.is_root else "thread"
