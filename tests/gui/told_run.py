"""A small finished run told in words: three threads whose states are known to the microsecond."""

from __future__ import annotations

from tests.trace.story import IN, OUT, PREEMPT, ROOT, batch, process, thread
from visualiser.lab.layout import Kind
from visualiser.trace.run import Run

MS = 1_000_000
START = 50 * MS  # of the script, on the clock of the records


def told_batch(workers: int = 2, **known: int):
    """Main thread joins; each worker runs, sleeps 100 … 300 ms, waits for a lock, for the GIL, and prints."""
    story = [
        process(),
        {"ev": "start", "pid": ROOT, "t": START},
        thread(1, 1, "MainThread", main=True),
        {"ev": "name", "pid": ROOT, "t": 0, "id": 5, "label": "sleep", "file": "/somewhere/two.py", "line": 12},
        {"ev": "name", "pid": ROOT, "t": 0, "id": 6, "label": "import PySide6", "file": "/somewhere/two.py", "line": 1},
        *(thread(10 + n, 10 + n, f"Thread-{n + 1} (work)") for n in range(workers)),
    ]
    imported = (START + 1 * MS, START + 5 * MS, Kind.START, 6)
    rows = {1: [(START, 0, Kind.THREAD, 0), imported, (START + 10 * MS, 0, Kind.JOIN, 0)]}
    seen = [(START, 1, IN), (START + 10 * MS, 1, OUT)]
    for n in range(workers):
        rows[10 + n] = worker_rows()
        seen += worker_switches(10 + n)
    end = START + 1000 * MS
    return batch(known.get("now", end), sampled=known.get("sampled", end), story=story, rows=rows, seen=sorted(seen))


def worker_rows() -> list[tuple[int, int, int, int]]:
    """Sleep from 100 to 300 ms, lock from 500 to 600 ms."""
    return [
        (START + 10 * MS, START + 1000 * MS, Kind.THREAD, 0),
        (START + 50 * MS, START + 50 * MS, Kind.PRINT, 0),
        (START + 100 * MS, START + 300 * MS, Kind.SLEEP, 5),
        (START + 500 * MS, START + 600 * MS, Kind.LOCK, 0),
    ]


def worker_switches(tid: int) -> list[tuple[int, int, int]]:
    """Pushed off its core from 700 to 800 ms."""
    at = [(10, IN), (100, OUT), (300, IN), (500, OUT), (600, IN), (700, PREEMPT), (800, IN)]
    return [(START + when * MS, tid, kind) for when, kind in at]


def told_run(workers: int = 2) -> Run:
    run = Run()
    run.extend(told_batch(workers))
    run.loads.extend([(START + n * 200 * MS, (100.0, 10.0)) for n in range(6)])
    run.finish(START + 1000 * MS)
    return run
