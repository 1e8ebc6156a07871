"""Small finished runs told in words, one for each thing the timeline draws besides states."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tests.gui.told_run import MS, START
from tests.trace.story import ROOT, process, thread
from visualiser.lab.layout import Kind
from visualiser.trace.batch import RECORD_DTYPE, Batch, ThreadKey
from visualiser.trace.lane import Lane
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import Track

Row = tuple[float, float, Kind, int, int]  # begin and end in ms since the start, kind, number of the name, value


def mark(at: float, kind: Kind, name: int = 0, value: int = 0) -> Row:
    return (at, at, kind, name, value)


def name(number: int, label: str) -> dict[str, object]:
    return {"ev": "name", "pid": ROOT, "t": 0, "id": number, "label": label, "file": "/somewhere/script.py", "line": 9}


def told(
    rows: dict[int, list[Row]], labels: Iterable[str] = (), end_ms: float = 1000, names: dict[int, str] | None = None
) -> Run:
    """A run of threads 1 (the main one), 2, 3 …; labels are names 1, 2, 3 …"""
    run = Run()
    story = [process(), {"ev": "start", "pid": ROOT, "t": START}]
    for tid in rows:
        called = (names or {}).get(tid, "MainThread" if tid == 1 else f"Thread-{tid - 1} (work)")
        story.append(thread(tid, tid, called, main=tid == 1))
    story += [name(number, label) for number, label in enumerate(labels, 1)]
    keyed = {ThreadKey(ROOT, tid): _records(tid, mine, end_ms) for tid, mine in rows.items()}
    now = START + int(end_ms * MS)
    run.extend(Batch(now=now, story=story, records=keyed, native={key: key.chain for key in keyed}))
    run.finish(now)
    return run


def _records(tid: int, rows: list[Row], end_ms: float) -> np.ndarray:
    life: Row = (0.0 if tid == 1 else 10.0, end_ms, Kind.THREAD, 0, 0)
    ordered = sorted([life, *rows], key=lambda row: row[0])
    told = [
        (START + int(t0 * MS), START + int(t1 * MS) if t1 >= 0 else 0, name, int(kind), 0, value)
        for t0, t1, kind, name, value in ordered
    ]
    return np.array(told, RECORD_DTYPE)


def run_with_phases(phases: int = 3) -> Run:
    """Phases at 20, 420 and 980 ms."""
    headings = [mark(20, Kind.PHASE, 1), mark(420, Kind.PHASE, 2), mark(980, Kind.PHASE, 3)]
    main = [*headings[:phases], (30, 400, Kind.JOIN, 0, 0)]
    worker = [(100, 300, Kind.SLEEP, 4, 0), (500, 700, Kind.IO, 4, 0)]
    return told({1: main, 2: worker, 3: worker}, ["One by one", "In threads", "The very end of it all", "sleep"])


def run_with_queue(items: int = 12) -> Run:
    """The main thread puts, two workers take turns at taking, later each time."""
    puts = [mark(50 + 900 / items * n, Kind.PUT, 1, n + 1) for n in range(items)]
    gets: list[list[Row]] = [[], []]
    for n in range(items):
        gets[n % 2].append(mark(min(60 + 930 / items * n * 1.01, 995), Kind.GET, 1, n + 1))
    return told({1: puts, 2: gets[0], 3: gets[1]}, ["Queue 1"])


def run_with_frames() -> Run:
    """Frames of 16 ms, one of 70 ms and one of 300 ms."""
    frames, at = [], 20.0
    for length in [16.0] * 15 + [70.0] + [16.0] * 10 + [300.0] + [16.0] * 8:
        at += length
        frames.append(mark(at, Kind.FRAME, 0, int(length * MS)))
    return told({1: frames, 2: [(100, 300, Kind.SLEEP, 0, 0)]})


def run_with_tasks() -> Run:
    """A pool: the main thread submits three tasks at once, one worker does them one after another."""
    submits = [mark(50 + n, Kind.SUBMIT, 1, 7 + n) for n in range(3)]
    work: list[Row] = [(100 + 200 * n, 280 + 200 * n, Kind.TASK, 1, 7 + n) for n in range(3)]
    return told({1: submits, 2: work}, ["square"])


def deadlocked_run() -> Run:
    """Two threads, each waits from 300 ms on for the lock that the other one holds."""
    first = [mark(100, Kind.ACQUIRE, 1), mark(300, Kind.HELD_BY, 2, 3), (300, -1, Kind.LOCK, 2, 0)]
    second = [mark(120, Kind.ACQUIRE, 2), mark(310, Kind.HELD_BY, 1, 2), (310, -1, Kind.LOCK, 1, 0)]
    return told({1: [(20, -1, Kind.JOIN, 0, 0)], 2: first, 3: second}, ["Lock 1", "Lock 2"])


def run_with_signs() -> Run:
    """A worker of a task queue: three tasks, one of which fails and one is tried again."""
    work: list[Row] = []
    for n, end in enumerate((Kind.SUCCEEDED, Kind.FAILED, Kind.RETRIED)):
        work += [mark(60 + 300 * n, Kind.RECEIVED, 1), (100 + 300 * n, 250 + 300 * n, Kind.TASK, 1, 0)]
        work.append(mark(251 + 300 * n, end, 1))
    return told({1: [mark(40 + 300 * n, Kind.SUBMIT, 1, 90 + n) for n in range(3)], 2: work}, ["add"])


def run_with_event_loop(tasks: int = 3) -> Run:
    """Tasks that take turns in the main thread's event loop; one thread besides."""
    run = told({1: [], 2: [(100, 900, Kind.SLEEP, 0, 0)]})
    for number in range(tasks):
        _turns(run.add_track("task", f"Task-{number + 1} fetch", ROOT, parent=run.tracks[0]), number, tasks)
    return run


def _turns(track: Track, number: int, tasks: int) -> None:
    states = (State.LOOP, State.RUN, State.SLEEP)
    t = START + (np.arange(9) * 100 + number * 100 / tasks + 20) * MS
    codes = np.resize(np.array(states, np.uint8), 9)
    fill(track.lane, t.astype(np.int64), codes, START + 990 * MS)
    track.start_ns, track.end_ns = int(t[0]), START + 990 * MS


def fill(lane: Lane, t: np.ndarray, states: np.ndarray, now: int) -> None:
    lane.append(t, states, np.zeros(len(t), np.uint32), now)


def run_on_hosts() -> Run:
    """Two workers on each of two other machines, told of in turns."""
    run = told({1: [], 2: []})
    for pid, host in ((501, "beta"), (502, "alpha"), (503, "beta"), (504, "alpha")):
        track = run.add_track("remote", f"{host} · worker {pid}", pid)
        fill(
            track.lane,
            np.array([START, START + 300 * MS]),
            np.array([State.IDLE, State.RUN], np.uint8),
            START + 900 * MS,
        )
        track.start_ns = START
    return run
