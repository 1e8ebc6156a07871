"""How far the states on screen agree with the kernel's own record, for every source, workload and interpreter.

``python -m benchmarks.accuracy [WORKLOAD …] [--python 3.12 …] [--states perf …]`` measures a part of it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.agreement import Agreement, confusion
from benchmarks.interpreters import Interpreter, find_interpreters
from benchmarks.side_by_side import machine, verdict
from benchmarks.true_states import History, Truly, holders_of, true_states
from benchmarks.truth import NotPermitted, Truth
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.sampler import Sampler
from visualiser.host.session import Session, StartError
from visualiser.host.state_sources import STATES
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import Track

_FOLDER = Path(__file__).with_name("workloads")
_POLL_S = 1 / 60
_READY = {"RUN", "GIL", "CORE"}
_FARTHEST = 3.0  # points by which a total of peek's may be off
_VAGUE = {State.READY.name, State.RESUME.name, State.UNKNOWN.name}


@dataclass(frozen=True)
class Workload:
    """A script to be watched.

    Attributes:
        name: of its file.
        goals: percent of agreement that each source is to reach.
        waits: what each of its threads may wait for, by name.
        threads: its workers share a process, and so a GIL.
    """

    name: str
    goals: Mapping[str, float]
    waits: Mapping[str, set[State]] = field(default_factory=dict)
    threads: bool = True

    @property
    def path(self) -> Path:
        """Its file."""
        return _FOLDER / f"{self.name}.py"


_WAITS = {
    "compute": set[State](),
    "sleeper": {State.SLEEP},
    "holder": {State.SLEEP, State.LOCK},
    "locker": {State.LOCK},
    "producer": {State.SLEEP},
    "consumer": {State.QUEUE},
    "reader": {State.IO},
}
_BUSY = {"perf": 99.0, "beat": 96.0}
WORKLOADS = (
    Workload("two_threads", _BUSY),
    Workload("four_threads", _BUSY),
    Workload("four_processes", _BUSY, threads=False),
    Workload("mix", {"perf": 95.0}, _WAITS),
)


@dataclass
class Measured:
    """What one run gave: its agreement, also by thread, and its trouble, if any, in a few words.

    ``untold``: time of which the kernel's record does not tell the truth, ns.
    """

    agreement: Agreement = field(default_factory=Agreement)
    untold: int = 0
    threads: dict[str, Agreement] = field(default_factory=dict)
    trouble: str = ""


def measure(workload: Workload, interpreter: Interpreter, source: str, sampler: Sampler) -> Measured:
    """Run it once with the kernel looking on; raises NotPermitted and StartError."""
    with Truth(interpreter.library, interpreter.gil and workload.threads) as truth:
        run = follow(workload.path, interpreter.path, source, sampler)
    tracks = [track for track in run.tracks if track.tid]
    measured = Measured()
    if truth.lost:
        measured.trouble = f"{truth.lost} events found no room in the kernel's buffer"
    compare(run, workload, truth.histories(track.tid for track in tracks), source, measured)
    return measured


def follow(script: Path, python: str, source: str, sampler: Sampler) -> Run:
    """The script's run from beginning to end."""
    run = Run()
    session = Session.start(scenario_from_file(script), python=python, states=source, sampler=sampler)
    try:
        while session.running:
            run.extend(session.poll())
            session.wait(_POLL_S)
        run.finish(session.ended_ns)
    finally:
        session.close()
    if session.outcome is None or not session.outcome.ok:
        raise StartError(f"{script.name} did not come to its end: {session.outcome}")
    return run


def compare(run: Run, workload: Workload, histories: Mapping[int, History], source: str, measured: Measured) -> None:
    """Hold every worker's lane against what it truly did; the script's main thread only waits and would flatter us."""
    for pid in run.processes:
        mine = {track.tid: histories[track.tid] for track in run.tracks if track.pid == pid and track.tid}
        holders = holders_of(mine)
        for track in _workers(run, pid):
            truth = true_states(track.tid, mine[track.tid], holders)
            lane = track.lane.t, track.lane.state.astype(np.int64)
            begin, end = max(run.start_ns, track.start_ns), min(track.end_ns or run.end_ns, run.end_ns)
            found = confusion(truth, lane, begin, end)
            measured.untold += sum(time for (true, _), time in found.items() if not true)
            pairs = _named(found, workload, track, source)
            measured.threads[track.name] = Agreement(pairs)
            measured.agreement.pairs += pairs


def _workers(run: Run, pid: int) -> Iterator[Track]:
    for track in run.tracks:
        if track.pid == pid and track.tid and track.kind != "helper" and track is not run.main_track:
            yield track


def _named(pairs: Counter[tuple[int, int]], workload: Workload, track: Track, source: str) -> Counter[tuple[str, str]]:
    """By names; our waits are BLOCK where they are waits of that thread. Moments without a truth are left out."""
    named: Counter[tuple[str, str]] = Counter()
    for (truth, ours), length in pairs.items():
        if truth:
            told = _told(State(ours), workload.waits.get(track.name))
            actual = Truly(truth).name
            if source == "calls" and actual in _READY:
                actual = "READY"
            named[actual, told] += length
    return named


def _told(state: State, waits: set[State] | None) -> str:
    is_wait = State.SLEEP <= state <= State.IDLE
    return "BLOCK" if is_wait and (waits is None or state in waits) else state.name


def main(arguments: Sequence[str] = ()) -> bool:
    """Print the table; returns whether every goal that could be measured is met."""
    wanted = _parse(arguments)
    print("what we show against what the kernel saw, percent of the workers' time; of each state the true share/ours")
    print(f"  {machine()}")
    sampler, met = Sampler(), True
    try:
        for workload in wanted.workloads:
            for interpreter in wanted.interpreters:
                for source in wanted.sources:
                    met &= _tell(workload, interpreter, source, sampler, wanted.threads)
    finally:
        sampler.close()
    return met


def _tell(workload: Workload, interpreter: Interpreter, source: str, sampler: Sampler, by_thread: bool) -> bool:
    title = f"  {workload.name:<15} {interpreter.version:<8} {source:<6}"
    try:
        measured = measure(workload, interpreter, source, sampler)
    except (NotPermitted, StartError) as error:
        print(f"{title} skipped: {error}", flush=True)
        return True
    agreement = measured.agreement
    met = _is_met(agreement, source, workload.goals.get(source))
    judged = "" if met is None else verdict(met)
    told = "" if source == "calls" else f"  of what is told {agreement.percent_told(_VAGUE):6.2f}"
    print(f"{title} {agreement.percent:6.2f}{told}  {_shares(agreement)}  {judged}  {measured.trouble}", flush=True)
    untold = 100 * measured.untold / max(measured.untold + agreement.total, 1)
    print(f"  {'':<31} {_worst(agreement)}; truth not known {untold:.1f}; load {_load()}", flush=True)
    for name, each in measured.threads.items() if by_thread else ():
        print(f"      {name:<12} {each.percent:6.2f}  {_shares(each)}  {_worst(each)}")
    return met is not False


def _is_met(agreement: Agreement, source: str, goal: float | None) -> bool | None:
    """Whether a goal is met; None where there is none.

    The kernel tells perf everything, so that what it leaves open is held against it. Beats may stop for reasons that
    nobody knows, and are to be right in what they do tell. Looks miss the edges, and are to be right in the totals.
    """
    if source == "peek":
        return agreement.farthest <= _FARTHEST
    if goal is None:
        return None
    return (agreement.percent_told(_VAGUE) if source == "beat" else agreement.percent) >= goal


def _worst(agreement: Agreement) -> str:
    return ", ".join(f"{truth} shown as {ours} {share:.2f}" for truth, ours, share in agreement.worst(4))


def _shares(agreement: Agreement) -> str:
    truth, ours = agreement.shares(0), agreement.shares(1)
    return "  ".join(f"{state} {truth.get(state, 0):.1f}/{ours.get(state, 0):.1f}" for state in sorted(truth | ours))


def _load() -> str:
    return machine().rpartition("load ")[2]


@dataclass
class _Wanted:
    workloads: list[Workload]
    interpreters: list[Interpreter]
    sources: list[str]
    threads: bool


def _parse(arguments: Sequence[str]) -> _Wanted:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="default: all")
    parser.add_argument("--python", action="append", metavar="VERSION", help="default: every one found")
    parser.add_argument("--states", action="append", metavar="SOURCE", help="default: every one there is")
    parser.add_argument("--threads", action="store_true", help="every thread by itself, too")
    asked = parser.parse_args(arguments)
    return _Wanted(
        [workload for workload in WORKLOADS if not asked.workloads or workload.name in asked.workloads],
        [each for each in find_interpreters() if not asked.python or each.version.startswith(tuple(asked.python))],
        asked.states or [source for source in STATES if source != "auto"],
        asked.threads,
    )


if __name__ == "__main__":
    import sys

    raise SystemExit(0 if main(sys.argv[1:]) else 1)
