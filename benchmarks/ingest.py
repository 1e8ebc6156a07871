"""How many records a second the fold takes in, what of a core a live run costs it, and whether that grows.

``python -m benchmarks.ingest [--spans N] [--profile]``: more spans for the growth; where the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.live_scripts import NAPS, PROCESSES, THREADS
from benchmarks.side_by_side import verdict
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.session import Session, StartError
from visualiser.lab.layout import Kind
from visualiser.trace.batch import RECORD_DTYPE, Batch, ThreadKey
from visualiser.trace.run import Run

GOAL_PER_SECOND = 400_000
MOST_GROWTH = 1.25  # of the cost of a span, from the first quarter of a run to the last
RATE, POLLS = 200_000, 60  # records a second of the made-up runs, batches a second of all
WORKERS = 8
PID = 1
NS = 1_000_000_000

SHORT_WAITS = """
import multiprocessing, queue, time
def work():
    end, items = time.perf_counter() + 3, queue.Queue()
    while time.perf_counter() < end:
        items.put(1)
        items.get()
        try:
            items.get(timeout=0.000001)
        except queue.Empty:
            pass
if __name__ == "__main__":
    workers = [multiprocessing.Process(target=work) for _ in range(4)]
    for w in workers: w.start()
    for w in workers: w.join()
"""


@dataclass(frozen=True)
class Tape:
    """The batches of one run, and when it ended, ns."""

    batches: list[Batch]
    end: int

    @property
    def told(self) -> int:
        """Records and core switches in it."""
        records = sum(len(some) for batch in self.batches for some in batch.records.values())
        return records + sum(len(batch.switches) for batch in self.batches if batch.switches is not None)

    @property
    def wall_s(self) -> float:
        """Seconds it lasted."""
        moments = [batch.now for batch in self.batches if batch.now]
        return (moments[-1] - moments[0]) / NS


def record(text: str) -> Tape:
    """Run a script without a window and keep what it told; raises StartError."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "bench.py")
        script.write_text(text, encoding="utf-8")
        session = Session.start(scenario_from_file(script))
        try:
            batches = []
            while session.running:
                batches.append(session.poll())
                session.wait(1 / POLLS)
            return Tape(batches, session.ended_ns)
        finally:
            session.close()


def fold(tape: Tape) -> tuple[Run, float]:
    """The run, and the CPU seconds it took to fold it."""
    run, began = Run(), time.thread_time()
    for batch in tape.batches:
        run.extend(batch)
    run.finish(tape.end)
    return run, time.thread_time() - began


def made_up(records: int) -> Iterator[Batch]:
    """Batches of closed waits and labels of several threads at ``RATE``, where core switches are not told."""
    keys = [ThreadKey(PID, number) for number in range(1, WORKERS + 1)]
    birth = np.array([(NS, 0, 0, int(Kind.THREAD), 0, 0)], RECORD_DTYPE)
    story = [{"ev": "process", "pid": PID, "t": 0, "how": "root", "gil": True}]
    yield Batch(now=NS, story=story, records=dict.fromkeys(keys, birth), native={key: key.chain for key in keys})
    count = RATE // POLLS // WORKERS
    step = NS // (RATE // WORKERS)
    for begin in range(NS, NS + records // WORKERS * step, count * step):
        yield Batch(now=begin + count * step, records={key: _closed(begin + 1, count, step) for key in keys})


def _closed(begin: int, count: int, step: int) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """Waits and labels in turns, each over before the next begins."""
    some = np.zeros(count, RECORD_DTYPE)
    some["t0"] = begin + np.arange(count) * step
    some["t1"] = some["t0"] + step // 2
    some["kind"] = np.where(np.arange(count) % 2, int(Kind.TASK), int(Kind.SLEEP))
    some["object"] = 1 + np.arange(count) % 5
    return some


def quarters(records: int) -> list[float]:
    """Records folded in a CPU second in each quarter of a made-up run of so many."""
    run, rates, batches = Run(), [], list(made_up(records))
    part = len(batches) // 4
    for first in range(0, 4 * part, part):
        began = time.thread_time()
        for batch in batches[first : first + part]:
            run.extend(batch)
        rates.append(records / 4 / (time.thread_time() - began))
    return rates


def main(arguments: Sequence[str] = ()) -> bool:
    """Print the table; returns whether every goal is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest")
    parser.add_argument("--spans", type=int, default=1_000_000, help="of the longest made-up run (default: a million)")
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    asked = parser.parse_args(arguments)
    print(f"folding, one core; {POLLS} batches a second")
    met = _tell_made_up(asked.spans)
    for name, text in (
        ("8 CPU-bound threads", THREADS),
        ("8 CPU-bound processes", PROCESSES),
        ("8 threads, naps of 0.6 ms", NAPS),
        ("4 processes, short waits", SHORT_WAITS),
    ):
        _tell_recorded(name, text, asked.profile)
    return met


def _tell_made_up(records: int) -> bool:
    rates = quarters(records)
    fast, even = min(rates) >= GOAL_PER_SECOND, rates[0] <= MOST_GROWTH * rates[-1]
    print(f"  {records} closed waits and labels, {WORKERS} threads: {min(rates):9.0f} records/s  {verdict(fast)}")
    print(f"  by quarters of that run: {', '.join(f'{rate:.0f}' for rate in rates)}  {verdict(even)}", flush=True)
    return fast and even


def _tell_recorded(name: str, text: str, profile: bool) -> None:
    try:
        tape = record(text)
    except StartError as error:
        print(f"  {name:<26} skipped: {error}", flush=True)
        return
    cpu = min(fold(tape)[1] for _ in range(3))
    run, _ = fold(tape)
    print(
        f"  {name:<26} {tape.told / tape.wall_s:8.0f} records and switches/s live, {tape.told / cpu:8.0f}/s of CPU"
        f"  {1000 * cpu / len(tape.batches):5.2f} ms a batch  {100 * cpu / tape.wall_s:4.0f} % of a core"
        f"  {run.dropped} dropped",
        flush=True,
    )
    if profile:
        _profile(lambda: fold(tape))


def _profile(what: Callable[[], object]) -> None:
    profile = cProfile.Profile()
    profile.runcall(what)
    pstats.Stats(profile).sort_stats("tottime").print_stats("visualiser|numpy", 16)


if __name__ == "__main__":
    import sys

    raise SystemExit(0 if main(sys.argv[1:]) else 1)
