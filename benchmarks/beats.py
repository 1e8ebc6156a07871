"""Beats in loops: what they cost, whether they change the hand-overs of the GIL, how far they agree with the kernel."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.side_by_side import compare, verdict
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.launch import StartError
from visualiser.host.session import Session
from visualiser.trace.lane import Lane
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import Track

MOST_TIMES_AS_LONG = 2.0
HANDOVERS = 0.9, 1.1
LEAST_AGREEMENT = 0.96
ROUNDS = 9
AGREEMENT_RUNS = 3

_WITHOUT_GOAL = "an empty loop"
_LOOPS = {
    _WITHOUT_GOAL: "for i in range(300_000): pass",
    "a sum": "for i in range(150_000): total += i",
    "a while loop": "while total < 150_000: total += 1",
    "some arithmetic": "for i in range(40_000): total = (total + i * i // 7) % 1_000_003",
    "calls of a short loop": "for i in range(10_000): total += shortest(i)",
}
_TIMED = """
import time
def shortest(number):
    for divisor in (2, 3, 5, 7, 11):
        if number % divisor == 0:
            return divisor
    return number
def work():
    total = 0
    {loop}
    return total
def measured():
    begin = time.thread_time()
    work()
    return time.thread_time() - begin
took = min(measured() for _ in range(20))
"""
_BUSY = """
import {module}, time
def work(seconds):
    total, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for k in range(2000):
            total += k * k
if __name__ == "__main__":
    workers = [{module}.{kind}(target=work, args=(2.0,)) for _ in range({count})]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
"""
_MIXES = {
    "2 threads": {"module": "threading", "kind": "Thread", "count": "2"},
    "4 threads": {"module": "threading", "kind": "Thread", "count": "4"},
    "4 processes": {"module": "multiprocessing", "kind": "Process", "count": "4"},
}


def main() -> bool:
    """Print the tables; returns whether the goals are met."""
    with tempfile.TemporaryDirectory() as folder:
        met = _costs(Path(folder))
        try:
            return _handovers(Path(folder)) & _agreements(Path(folder)) & met
        except StartError as error:
            print(f"  not compared with the kernel's switches: {error}")
            return met


def _costs(folder: Path) -> bool:
    print(f"loops with beats ÷ without, CPU time, best of 20 each, {ROUNDS} rounds in turns")
    met = True
    for name, loop in _LOOPS.items():
        script = _write(folder, _TIMED.format(loop=loop))
        ratio = compare(partial(_took, script, "beat"), partial(_took, script, "calls"), ROUNDS)
        ok = ratio.median <= MOST_TIMES_AS_LONG or name == _WITHOUT_GOAL
        met &= ok
        print(f"  {name:<22} {ratio.median:5.2f}  [{ratio.low:.2f} … {ratio.high:.2f}]  {_judged(name, ok)}")
    return met


def _judged(name: str, ok: bool) -> str:
    return "no goal: nothing is done in it" if name == _WITHOUT_GOAL else verdict(ok)


def _took(script: Path, states: str) -> float:
    run = _follow(script, states)
    return float(run.results["took"])


def _handovers(folder: Path) -> bool:
    """Hand-overs of the GIL in a CPU-second, counted by the kernel's switches."""
    script = _write(folder, _BUSY.format(**_MIXES["2 threads"]))
    ratio = compare(partial(_handed_over, script, "beat"), partial(_handed_over, script, ""), ROUNDS)
    ok = HANDOVERS[0] <= ratio.median <= HANDOVERS[1]
    print("hand-overs of the GIL in a CPU-second, 2 threads, with beats ÷ without")
    print(f"  {ratio.median:.2f}  [{ratio.low:.2f} … {ratio.high:.2f}]  {ratio.a:.0f} ÷ {ratio.b:.0f}  {verdict(ok)}")
    return ok


def _handed_over(script: Path, second: str) -> float:
    run = _follow(script, "perf", second)
    turns = sorted(
        (int(start), number, int(end) - int(start))
        for number, worker in enumerate(_workers(run))
        for start, end in zip(*_running(worker.lane, run), strict=True)
        if end - start > 200_000  # shorter ones only ask for the GIL
    )
    changes = sum(one[1] != other[1] for one, other in pairwise(turns))
    return changes / (sum(length for *_, length in turns) / 1e9)


def _agreements(folder: Path) -> bool:
    print("time in which beats and the kernel's switches agree, from each worker's first beat to its last")
    print("                 runs or not      all states     beats do not tell")
    met = True
    for name, settings in _MIXES.items():
        script = _write(folder, _BUSY.format(**settings))
        runs_of_it = [_follow(script, "perf", "beat") for _ in range(AGREEMENT_RUNS)]
        found = [_agreement(worker.lane, worker.second) for run in runs_of_it for worker in _workers(run)]
        total = sum(each.total for each in found)
        runs, states, untold = (
            sum(getattr(each, part) for each in found) / total for part in ("runs", "states", "untold")
        )
        met &= runs >= LEAST_AGREEMENT
        print(f"  {name:<12} {runs:10.1%}  {states:14.1%}  {untold:14.1%}  {verdict(runs >= LEAST_AGREEMENT)}")
    return met


@dataclass(frozen=True)
class Agreement:
    """How long, in ns: in all, agreed whether it runs, agreed on the state, and not told by the second lane."""

    total: int
    runs: int
    states: int
    untold: int


def _agreement(lane: Lane, second: Lane) -> Agreement:
    t, told, expected = _side_by_side(lane, second)
    beats = np.flatnonzero(told == State.RUN)
    part = slice(beats[0], beats[-1] + 1)
    length = np.diff(t)[part]
    told, expected = told[:-1][part], expected[:-1][part]
    untold = told == State.READY
    same = (told == State.RUN) == (expected == State.RUN)
    return Agreement(
        int(length.sum()),
        int(length[same & ~untold].sum()),
        int(length[told == expected].sum()),
        int(length[untold].sum()),
    )


def _side_by_side(
    lane: Lane, second: Lane
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Every moment at which either changes; the second's states and the first's from then on."""
    t = np.union1d(lane.t, second.t)
    t = np.append(t[(t >= second.t[0]) & (t >= lane.t[0])], min(lane.now, second.now))
    told, expected = (each.state[np.searchsorted(each.t, t, "right") - 1] for each in (second, lane))
    return t, told, expected


def _running(lane: Lane, run: Run) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    runs = lane.state == State.RUN
    return lane.t[runs], np.append(lane.t[1:], run.now_ns)[runs]


def _workers(run: Run) -> list[Track]:
    return [track for track in run.tracks if "work" in track.name or track.kind == "process"]


def _write(folder: Path, text: str) -> Path:
    path = folder / "busy.py"
    path.write_text(text, encoding="utf-8")
    return path


def _follow(script: Path, states: str, second: str = "") -> Run:
    session = Session.start(scenario_from_file(script), states=states, second=second)
    run = Run()
    while session.running:
        run.extend(session.poll())
        time.sleep(1 / 60)
    session.close()
    return run


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
