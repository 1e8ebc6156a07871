"""Looks from outside: what they cost, whether they disturb who gets the GIL when, and how far their totals are true."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from benchmarks.side_by_side import compare, machine, verdict
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.sampler import Sampler
from visualiser.host.session import Session
from visualiser.lab.layout import EXTRA_GIL, Kind, Seen
from visualiser.trace.batch import Batch

SECONDS = 2.0
ROUNDS = 8
LARGEST_SHARE = 10.0  # percent of a core, up to eight threads,
LARGEST_SHARE_OF_MANY = 15.0  # and for more
HANDOVERS = (0.9, 1.1)
LARGEST_DISTANCE = 3.0  # points of a thread's time
_BUSY_MOST = 8
_POLL_S = 1 / 60

COUNTING = f"""
import json, os, struct, threading, time
BUSY, RESTING = {{busy}}, {{resting}}
def switches():
    for line in open(os.path.join(os.environ["VISUALISER_RUN"], f"p{{{{os.getpid()}}}}.jsonl")):
        if '"gil_address"' in line:
            memory = os.open("/proc/self/mem", os.O_RDONLY)
            try:
                return struct.unpack("<24xQ", os.pread(memory, 32, json.loads(line)["address"]))[0]
            finally:
                os.close(memory)
def count():
    while time.perf_counter() < end:
        for _ in range(1000):
            pass
over = threading.Event()
resting = [threading.Thread(target=over.wait) for _ in range(RESTING)]
for thread in resting:
    thread.start()
end = time.perf_counter() + {SECONDS}
busy = [threading.Thread(target=count, name="count") for _ in range(BUSY)]
began, cpu = switches(), time.process_time()
for thread in busy:
    thread.start()
for thread in busy:
    thread.join()
PER_CPU_SECOND = (switches() - began) / (time.process_time() - cpu)
over.set()
"""


@dataclass
class Course:
    """One run: its batches, what it printed as its result, and percent of a core that the reader used."""

    batches: list[Batch] = field(default_factory=list)
    handovers: float = 0.0
    share: float = 0.0


def follow(folder: Path, sampler: Sampler, states: str, second: str = "", busy: int = 2, resting: int = 0) -> Course:
    """Run so many threads that count and that wait for something."""
    script = folder / "counting.py"
    script.write_text(COUNTING.format(busy=busy, resting=resting))
    course, began = Course(), time.perf_counter()
    scenario = scenario_from_file(script)
    session = Session.start(scenario, states=states, second=second, sampler=sampler, extras=(EXTRA_GIL,))
    try:
        while session.running:
            session.wait(_POLL_S)
            course.batches.append(session.poll())
        course.share = 100 * session.own_cpu / (time.perf_counter() - began)
        course.handovers = float(session.results["PER_CPU_SECOND"])
    finally:
        session.close()
    return course


def distances(course: Course) -> Iterator[float]:
    """For each thread that counts: points between the time on a core by looks and by the kernel's switches."""
    told = [event for batch in course.batches for event in batch.story if event["ev"] == "thread"]
    for tid in [event["tid"] for event in told if event["name"] == "count"]:
        looks = _totals((batch.seen for batch in course.batches), tid, "depth")
        switches = _totals((batch.switches for batch in course.batches), tid, "kind")
        whole = max(switches.total(), 1)
        yield abs(looks[Seen.RUN] - switches[Kind.SWITCH_IN]) * 100 / whole


def _totals(parts: Iterator[object], tid: int, column: str) -> Counter[int]:
    own = [
        (int(record["t0"]), int(record[column]))
        for part in parts
        if part is not None
        for record in part[part["object"] == tid]  # type: ignore[index]
    ]
    total: Counter[int] = Counter()
    for (begin, code), (end, _) in pairwise(own):
        total[code] += end - begin
    return total


def main() -> bool:
    """Print the figures; returns whether every goal that could be measured is met."""
    print("looks from outside")
    print(f"  {machine()}")
    sampler = Sampler()
    try:
        if sampler.can["peek"]:
            print(f"  skipped: {sampler.can['peek']}")
            return True
        with tempfile.TemporaryDirectory() as folder:
            return all([_costs(Path(folder), sampler), _disturbs(Path(folder), sampler), _tells(Path(folder), sampler)])
    finally:
        sampler.close()


def _costs(folder: Path, sampler: Sampler) -> bool:
    met = True
    for threads in (2, 4, 8, 64, 300):
        busy = threads if threads <= _BUSY_MOST else 2
        share = follow(folder, sampler, "peek", busy=busy, resting=threads - busy).share
        good = share <= (LARGEST_SHARE if threads <= _BUSY_MOST else LARGEST_SHARE_OF_MANY)
        met &= good
        rare = sampler.troubles.get("peek", "")
        print(f"  {threads:3} threads, {busy} busy: {share:4.1f} % of a core  {verdict(good)}  {rare}")
    return met


def _disturbs(folder: Path, sampler: Sampler) -> bool:
    ratio = compare(
        lambda: follow(folder, sampler, "peek").handovers, lambda: follow(folder, sampler, "calls").handovers, ROUNDS
    )
    met = HANDOVERS[0] <= ratio.median <= HANDOVERS[1]
    quartiles = f"{ratio.low:.2f} … {ratio.high:.2f}"
    print(f"  hand-overs per CPU second, looked at ÷ not: {ratio.median:.2f} ({quartiles})  {verdict(met)}")
    return met


def _tells(folder: Path, sampler: Sampler) -> bool:
    if sampler.can["perf"]:
        print(f"  totals not compared: {sampler.can['perf']}")
        return True
    met = True
    for busy in (2, 4):
        farthest = max(distances(follow(folder, sampler, "perf", "peek", busy)))
        met &= farthest <= LARGEST_DISTANCE
        goal = verdict(farthest <= LARGEST_DISTANCE)
        print(f"  {busy} busy threads, time on a core against the kernel's switches: {farthest:.1f} points off  {goal}")
    return met


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
