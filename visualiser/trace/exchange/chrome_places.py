"""Where in a Chrome trace each track lies: process and thread numbers that no two tracks share, and their order."""

from __future__ import annotations

from dataclasses import dataclass

from visualiser.trace.run import Run
from visualiser.trace.track import Track

_FIRST_OF_OURS = 1 << 23  # above every number Linux gives
_MOST = 1 << 31  # readers keep the numbers as unsigned 32 bits


@dataclass(frozen=True)
class Place:
    """Process and thread of a Chrome trace."""

    pid: int
    tid: int


class Places:
    """Gives every track of a run a place.

    A thread keeps its native number unless another track has it: viewers look threads up by that number alone. What
    runs elsewhere is a process of its own, for its pid may be one of this machine as well.

    Attributes:
        order: the tracks as they are to be shown: a task below the thread of its event loop.
        processes: pid and name, in the order in which they are to be shown.
        cores: the process that stands for the cores of the machine.
    """

    def __init__(self, run: Run) -> None:
        self._next = _FIRST_OF_OURS
        self._pids = {track.pid for track in run.tracks if track.kind != "remote"}
        self._native = self._pids | {track.tid for track in run.tracks}
        self._tids: set[int] = set()
        self.order = _in_order(run)
        self._of = [Place(0, 0)] * len(run.tracks)
        self.processes: dict[int, str] = {}
        for track in self.order:
            self._of[track.id] = self._place(run, track)
        self.cores = self._fresh()

    def __getitem__(self, track: Track | int) -> Place:
        return self._of[track if isinstance(track, int) else track.id]

    def fresh_tid(self) -> int:
        """A number that nothing else has."""
        return self._fresh()

    def _place(self, run: Run, track: Track) -> Place:
        if track.kind == "remote":
            pid = self._fresh()
            self.processes[pid] = track.name
            return Place(pid, pid)
        if track.pid not in self.processes:
            self.processes[track.pid] = _process_name(run, track)
        return Place(track.pid, self._tid(track))

    def _tid(self, track: Track) -> int:
        """A main thread's number is its process's; no other thread's may be that of any process."""
        taken = track.tid in self._tids or (track.tid in self._pids and track.tid != track.pid)
        if track.kind == "task" or not 0 < track.tid < _MOST or taken:
            return self._fresh()
        self._tids.add(track.tid)
        return track.tid

    def _fresh(self) -> int:
        self._next += 1
        while self._next in self._native:
            self._next += 1
        return self._next


def _in_order(run: Run) -> list[Track]:
    below: dict[int, list[Track]] = {}
    for track in run.tracks:
        if track.parent is not None:
            below.setdefault(track.parent.id, []).append(track)
    return [one for track in run.tracks if track.parent is None for one in (track, *below.get(track.id, ()))]


def _process_name(run: Run, track: Track) -> str:
    process = run.processes.get(track.pid)
    if process is None:
        return f"process {track.pid}"
    return "script" if process.is_root else process.name
