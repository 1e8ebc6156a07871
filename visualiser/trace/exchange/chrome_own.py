"""What a trace that this program has written says beyond the format: states, tracks, cores, where it comes from."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.batch import RECORD_DTYPE
from visualiser.trace.document import About, Bookmark
from visualiser.trace.exchange.chrome_export import MADE_BY
from visualiser.trace.exchange.chrome_intake import Event, What, ns_of, value_of
from visualiser.trace.names import Name
from visualiser.trace.outcome import Outcome
from visualiser.trace.process import Process
from visualiser.trace.run import Run
from visualiser.trace.states import State

_KINDS = ("thread", "process", "helper", "task", "remote")
_NOT_A_STATE = -1


class OwnTrace:
    """The part of one of our traces that lies beside its events.

    Attributes:
        zero: time of the trace's 0, ns on the clock of the records.
        tracks: as the run had them.
        bookmarks, stays, loads: told by events that are no activity of a thread.

    Raises KeyError, TypeError or ValueError where it is not what we write.
    """

    def __init__(self, told: dict[str, Any]) -> None:
        data = told["otherData"]
        if data["made_by"] != MADE_BY or data["version"] != 1:
            raise ValueError(data)
        self.zero, self.start_ns, self.end_ns = (_whole(data[key]) for key in ("zero_ns", "start_ns", "end_ns"))
        self.tracks = [_track(one, data["tracks"]) for one in data["tracks"]]
        self.bookmarks: list[Bookmark] = []
        self.stays: list[tuple[int, int, int, int]] = []  # begin, end (ns), core, number of the track
        self.loads: dict[int, dict[int, float]] = {}  # ns → core → percent
        self._data = data
        self._cores: dict[int, int] = {}  # thread of the trace → core

    def set_aside(self, event: object) -> bool:
        """Take in what is no activity of a thread; False for all else."""
        if not isinstance(event, dict):
            return False
        category, args, when = event.get("cat"), event.get("args"), ns_of(event.get("ts"))
        args = args if isinstance(args, dict) else {}
        if event.get("ph") == "M" and str(args.get("name", "")).startswith("Core "):
            self._name_core(event, str(args["name"]))
        elif when is None:
            return False
        elif category == "bookmark":
            self.bookmarks.append(Bookmark(self.zero + when, str(args.get("text", "")), _number(args.get("track"))))
        elif category == "core":
            self._take_stay(event, when, _number(args.get("track")))
        elif category == "load":
            self._take_load(event, when, value_of(args.get("all")))
        return category in ("bookmark", "core", "load", "flow", "run")

    def what_is(self, event: Event) -> What:
        """A span's state, or a mark's kind, and its name."""
        args = event.get("args")
        args = args if isinstance(args, dict) else {}
        label, file, line = args.get("label"), args.get("file"), args.get("line")
        name = Name(str(label or ""), str(file) if file else None, line if isinstance(line, int) else None)
        if event.get("ph") == "i":
            return getattr(Kind, str(args.get("kind")), Kind.NOTE), name
        return getattr(State, str(event.get("name")), State.UNKNOWN), name

    @property
    def about(self) -> About:
        """Where the run came from when it was exported."""
        told = self._data.get("about")
        told = told if isinstance(told, dict) else {}
        texts = {one.name: told[one.name] for one in fields(About) if isinstance(told.get(one.name), str)}
        return About(**texts, knobs=told["knobs"] if isinstance(told.get("knobs"), dict) else {})

    @property
    def outcome(self) -> Outcome | None:
        """How it ended."""
        told = self._data.get("outcome")
        try:
            return Outcome(**told) if isinstance(told, dict) and isinstance(told.get("sentence"), str) else None
        except TypeError:
            return None

    def complete(self, run: Run) -> None:
        """Tell a run what else is known: its processes, sources, notes, cores and loads."""
        for note in self._list("notes"):
            run.notes.setdefault(str(note))
        sources = tuple(one for one in self._list("sources") if one in ("perf", "peek", "beat", "calls", "imported"))
        run.used.now = sources or run.used.now
        for told in self._list("processes"):
            if isinstance(told, dict) and isinstance(pid := told.get("pid"), int):
                process = run.processes[pid] = Process(pid)
                process.name, process.how = str(told.get("name")), str(told.get("how"))
                process.python, process.gil = str(told.get("python")), bool(told.get("gil", True))
                process.main_track = next((track for track in run.tracks if track.pid == pid), None)
        self._complete_cores(run)

    def _complete_cores(self, run: Run) -> None:
        known = [stay for stay in self.stays if 0 <= stay[3] < len(run.tracks)]
        rows = [(t, 0, run.tracks[track].tid, int(Kind.SWITCH_IN), core, 0) for t, _, core, track in known]
        rows += [(t, 0, run.tracks[track].tid, int(Kind.SWITCH_OUT), core, 0) for _, t, core, track in known]
        rows = [row for row in rows if 0 < row[0] < 1 << 62 and 0 <= row[2] < 1 << 32]
        if rows:
            records = np.array(rows, RECORD_DTYPE)
            # At one moment the one leaves before the other comes.
            run.core_logs.take(records[np.lexsort((-records["kind"].astype(np.int64), records["t0"]))])
        cores = range(max((len(percent) for percent in self.loads.values()), default=0))
        samples = [
            (when, tuple(self.loads[when][core] for core in cores))
            for when in sorted(self.loads)
            if self.loads[when].keys() == set(cores)
        ]
        run.loads.extend(samples)
        run.loads.finish(told=bool(rows))

    def _list(self, key: str) -> list[Any]:
        told = self._data.get(key)
        return told if isinstance(told, list) else []

    def _name_core(self, event: Event, name: str) -> None:
        core = name.removeprefix("Core ")
        if isinstance(tid := event.get("tid"), int) and core.isascii() and core.isdecimal() and len(core) < 5:
            self._cores[tid] = int(core)

    def _take_stay(self, event: Event, when: int, track: int | None) -> None:
        length, tid = ns_of(event.get("dur")), event.get("tid")
        core = self._cores.get(tid) if isinstance(tid, int) else None
        if core is not None and track is not None and length and length > 0:
            self.stays.append((self.zero + when, self.zero + when + length, core, track))

    def _take_load(self, event: Event, when: int, percent: float | None) -> None:
        core = str(event.get("name")).removeprefix("Core ").partition(" ")[0]
        if percent is not None and core.isascii() and core.isdecimal() and len(core) < 5:
            self.loads.setdefault(self.zero + when, {})[int(core)] = percent


def read_own(told: dict[str, Any]) -> OwnTrace | None:
    """What a trace says of itself, if it is one of ours."""
    try:
        return OwnTrace(told)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _track(told: dict[str, Any], everything: list[Any]) -> dict[str, Any]:
    native, parent = told["native"], told["parent"]
    if told["kind"] not in _KINDS or not all(isinstance(one, int) for one in (told["pid"], told["tid"], *native)):
        raise ValueError(told)
    if parent is not None and everything[_whole(parent)]["parent"] is not None:
        raise ValueError(told)
    pid, tid = native
    return {**told, "name": str(told["name"]), "native": (_whole(pid), _whole(tid))}


def _whole(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < 1 << 61:
        raise ValueError(value)
    return value


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
