"""A document with something in every store, the same each time, for tests of what is saved of one."""

from __future__ import annotations

import math

import numpy as np

from tests.trace.story import ROOT, name, process, thread
from visualiser.lab.layout import Kind
from visualiser.trace.batch import RECORD_DTYPE, Batch, ThreadKey
from visualiser.trace.document import About, Bookmark, Document, Printed
from visualiser.trace.facts import facts_of
from visualiser.trace.lane import Lane
from visualiser.trace.outcome import Outcome
from visualiser.trace.run import Run
from visualiser.trace.states import STATES

MS = 1_000_000
START, END = 1000 * MS, 3000 * MS
CHILD = 101
MAIN, OTHER = 1, 2  # threads of the root, by chain; the one of the child is MAIN too
LOCK, QUEUE, TITLE, WORK = 1, 2, 3, 4  # names


def made_document(spans: int = 1500, ended: bool = True) -> Document:
    """Two seconds of two processes with about ``spans`` spans in each of three lanes; ``ended``: the run is over."""
    run = Run()
    run.extend(Batch(now=1, sampled=1, sources=("perf", "calls"), story=_story()))
    run.extend(_what_was_recorded())
    if ended:
        run.finish(END)
    for number, track in enumerate(run.tracks[:3]):
        track.lane, track.second = (_lane(10 * number + seed, spans, len(run.names), run.now_ns) for seed in (0, 1))
    facts_of(run)
    printed = [
        Printed(START + 10 * MS, "out", "== Start ==\n"),
        Printed(START + 900 * MS, "err", "Grüße ✓\n"),
        Printed(END, "out", ""),
    ]
    bookmarks = [Bookmark(START + 5 * MS, "look here"), Bookmark(END, "and there", 1)]
    outcome = Outcome("The script failed in line 7.", "Mend it.", 1, False, 7, 2.0, False)
    return Document(run, _about(), outcome if ended else None, printed, bookmarks)


def _about() -> About:
    return About(
        title="Made up",
        scenario="race",
        file="race.py",
        text="THREADS = 2  # @param\nprint('ü')\n",
        knobs={"THREADS": 2, "USE": False, "GAP": "none", "SHARE": 0.5},
        python="3.13.0",
        machine="Linux, 2 cores",
        made="2026-01-02T03:04:05+01:00",
        app="Concurrency Visualiser 0",
        note="One thing was not seen.\nAnother neither.",
    )


def _story() -> list[dict[str, object]]:
    names = {LOCK: "Lock 1", QUEUE: "jobs", TITLE: "Warm up", WORK: "work"}
    return [
        process(),
        process(CHILD, "fork", name="Process-1"),
        {"ev": "start", "pid": ROOT, "t": START},
        thread(MAIN, 11, "MainThread", main=True),
        thread(OTHER, 12, "Thread-1"),
        thread(MAIN, 21, "MainThread", pid=CHILD, main=True),
        *(name(number, label, pid=pid) for pid in (ROOT, CHILD) for number, label in names.items()),
        {"ev": "child_exit", "pid": ROOT, "child": CHILD, "code": -9, "t": END},
        {"ev": "note", "pid": ROOT, "t": 0, "text": "A module could not be watched."},
        {"ev": "error", "pid": ROOT, "t": 0},
        {"ev": "async_task", "pid": ROOT, "t": 0, "number": 1, "chain": MAIN, "name": "Task-1", "label": "fetch"},
        _heard(START + 300 * MS, "task-received", uuid="1" * 32, name="app.add"),
        _heard(START + 400 * MS, "task-started", uuid="1" * 32),
        _heard(START + 800 * MS, "task-succeeded", uuid="1" * 32),
        {"ev": "results", "pid": ROOT, "t": END - 20 * MS, "values": _results()},
    ]


def _heard(when: int, kind: str, **facts: object) -> dict[str, object]:
    line = {"ev": "task_queue", "pid": 7, "t": when, "type": kind}
    return {**line, "node": "w@far", "host": "far", "worker_pid": 500, **facts}


def _results() -> dict[str, object]:
    return {
        "THREADS": 2,
        "count": 10**30,
        "share": 0.25,
        "word": "ä",
        "done": True,
        "never": math.inf,
        "what": math.nan,
    }


def _what_was_recorded() -> Batch:
    rows = {
        ThreadKey(ROOT, MAIN): [
            (0, 0, Kind.THREAD),
            (10, 10, Kind.PHASE, TITLE),
            (20, 40, Kind.START, WORK, CHILD),
            (30, 30, Kind.SPAWN, WORK, CHILD),
            (50, 50, Kind.SPAWN, WORK, 12),
            (100, 100, Kind.PUT, QUEUE, 77),
            (120, 120, Kind.PUT, QUEUE, 78),
            (150, 150, Kind.SUBMIT, WORK, 99),
            (200, 200, Kind.HELD_BY, LOCK, 12),
            (200, 0, Kind.LOCK, LOCK),
            (400, 420, Kind.STEP, WORK, 1),
            (421, 421, Kind.TASK_DONE, WORK, 1),
            (500, 500, Kind.FRAME, WORK, 16 * MS),
            (1500, 1500, Kind.PHASE, TITLE),
        ],
        ThreadKey(ROOT, OTHER): [
            (60, 0, Kind.THREAD),
            (300, 300, Kind.RELEASE, LOCK),
            (160, 700, Kind.TASK, WORK, 99),
            (600, 640, Kind.IMPORT, WORK),
            (800, 800, Kind.PRINT, 0),
        ],
        ThreadKey(CHILD, MAIN): [(35, 0, Kind.THREAD), (110, 110, Kind.GET, QUEUE, 77), (1900, 1900, Kind.PRINT, 0)],
    }
    switches = [
        (1, 11, Kind.SWITCH_IN, 0),
        (60, 12, Kind.SWITCH_IN, 1),
        (200, 11, Kind.SWITCH_OUT, 0),
        (310, 11, Kind.SWITCH_IN, 1),
        (700, 12, Kind.SWITCH_PREEMPT, 1),
    ]
    return Batch(
        now=END - 10 * MS,
        sampled=END - 10 * MS,
        sources=("perf", "calls"),
        records={key: _records(some) for key, some in rows.items()},
        native={ThreadKey(ROOT, MAIN): 11, ThreadKey(ROOT, OTHER): 12, ThreadKey(CHILD, MAIN): 21},
        switches=np.array(
            [(START + t * MS, START + t * MS, tid, int(kind), core, ROOT) for t, tid, kind, core in switches],
            RECORD_DTYPE,
        ),
        loads=[(START + 250 * step * MS, (10.0 * step, 50.0)) for step in range(8)],
        dropped=3,
    )


def _records(rows):
    padded = [(*row, 0, 0)[:5] for row in rows]
    moments = [(t0, t1, kind, what, value) for t0, t1, kind, what, value in sorted(padded)]
    return np.array(
        [
            (START + t0 * MS, START + t1 * MS if t1 else 0, what, int(kind), 0, value)
            for t0, t1, kind, what, value in moments
        ],
        RECORD_DTYPE,
    )


def _lane(seed: int, spans: int, names: int, now: int) -> Lane:
    """Random spans up to now."""
    random = np.random.default_rng(seed)
    t = np.unique(random.integers(START, now, spans))
    lane = Lane()
    lane.append(
        t,
        random.integers(1, STATES, len(t)).astype(np.uint8),
        random.integers(0, names, len(t)).astype(np.uint32),
        now,
    )
    return lane
