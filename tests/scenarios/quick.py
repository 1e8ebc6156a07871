"""One line for every scenario: knobs small enough for a test, and what it prints with them on any interpreter."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import ROOT
from visualiser.host.catalogue import find_scenario
from visualiser.host.session import Session
from visualiser.trace.run import Run

FOLDER = ROOT / "visualiser" / "scenarios"
SCENARIOS = sorted(path.stem for path in FOLDER.glob("*.py") if not path.name.startswith("_"))


@dataclass(frozen=True)
class Quick:
    """How the tests run a scenario.

    Attributes:
        prints: regular expression, found in what it prints.
        knobs: set for every run; the scenarios' own values are made to be watched.
        also: knobs, on top of those, for more runs in which its lesson must hold.
        needs: modules beyond the standard library, without which it is not run.
        elsewhere: the test that holds its lesson against a run, where that takes more than a run without a window.
    """

    prints: str
    knobs: dict[str, Any] = field(default_factory=dict)
    also: tuple[dict[str, Any], ...] = ()
    needs: tuple[str, ...] = ()
    elsewhere: str = ""


MANY = (os.cpu_count() or 1) + 2  # threads that cannot all have a core

QUICK = {
    "all_models": Quick(
        r"ProcessPoolExecutor +[\d.]+ +[\d.]+\n",
        {"WORK": 3000000, "PAUSE": 0.1},
        also=({"KIND": "io"}, {"KIND": "mixed", "WORKERS": "threading"}),
    ),
    "as_completed": Quick(
        "20 of 20 tasks done",
        {"WORK": 1000000},
        also=(
            {"BROKEN": "task raises"},
            {"BROKEN": "task cannot be pickled"},
            {"NUM_CORES": 1},
        ),
    ),
    "asyncio_pool": Quick(
        r"20 tasks took [\d.]+ s\. The heartbeat ticked \d+ times",
        {"SIZE": 200000, "PAUSE": 0.1},
        also=({"BLOCKING": True}, {"TASKS": 1, "NUM_CORES": 3}, {"PAUSE": 0.0, "SIZE": 0}),
    ),
    "batches": Quick(
        r"One Pool was [\d.]+ times as fast", {"TASKS": 40}, also=({"NUM_CORES": 1, "TASKS": 10}, {"TASKS": 1})
    ),
    "celery_tasks": Quick(
        "5 of 6 tasks done by . processes",
        {"TASKS": 6, "SECONDS": 0.1},
        also=({"POOL": "threads", "FAILURES": 0, "RETRIES": 0},),
        needs=("celery", "kombu"),
    ),
    "concepts": Quick(
        "One after another: .* In parallel: ",
        {"PARTS": 2, "N": 4000000, "PAUSE": 0.03},
        also=({"PARTS": 1, "N": 0, "PAUSE": 0.0},),
    ),
    "cpu_processes": Quick("Task result: 4499998500000", {"N": 3000000}, also=({"WORKERS": "Pool"},)),
    "cpu_threads": Quick("Task result: 499999500000", {"N": 1000000}, also=({"N": 100000},)),
    "deadlock": Quick(
        "Deadlock: thread A waits|Both threads have finished",
        {"PAUSE": 0.05, "PATIENCE": 0.5},
        also=({"WAY_OUT": "same order"}, {"WAY_OUT": "timeout"}),
    ),
    "freeze_window": Quick(
        "There is no window in this process", {"SECONDS": 0.2}, elsewhere="tests/gui/test_in_window.py"
    ),
    "io_cpu_bound": Quick("CPU-bound .*×", {"DELAY": 0.1, "N": 3000000}),
    "lock_price": Quick("One lock per batch: .* lost 0", {"INCREMENTS": 100000}),
    "more_tasks": Quick(
        r"20 tasks on \d+ workers took",
        {"WORK": 200000},
        also=({"CHUNKSIZE": 0, "LENGTHS": "growing"}, {"TASKS": 2, "NUM_CORES": 3}, {"NUM_CORES": 1}),
    ),
    "pool_map": Quick(re.escape(str([n * n for n in range(10)]))),
    "priorities": Quick(
        r"By priority ==\nAn urgent task waited [\d.]+ s",
        {"WORK": 1000000},
        also=({"NUM_CORES": 1}, {"TASKS": 1, "URGENT": 1, "NUM_CORES": 3}),
    ),
    "producer_consumer": Quick(
        r"\d+ items made and \d+ used",
        {"PRODUCE": 0.01, "CONSUME": 0.05},
        also=({"PRODUCERS": 1, "CONSUMERS": 3, "PRODUCE": 0.05},),
    ),
    "queue_processes": Quick(
        "Received 5 items, and the process has ended",
        {"PAUSE": 0.02, "PATIENCE": 0.5},
        also=({"ORDER": "drain first"}, {"ITEM_SIZE": 100000}, {"ITEM_SIZE": 100000, "ORDER": "drain first"}),
    ),
    "race": Quick(
        r"Counter value: \d+, expected: 2000",
        {"INCREMENTS": 200},
        also=(
            {"GAP": "none"},
            {"GAP": "call"},
            {"USE_LOCK": True},
            {"GAP": "none", "USE_LOCK": True},
            {"GAP": "call", "USE_LOCK": True},
        ),
    ),
    "shared_memory": Quick("Lost of 40000 each", {"INCREMENTS": 20000}, also=({"USE_LOCK": True},)),
    "two_threads": Quick("Finished both tasks", {"PAUSE": 0.05}),
    "waiting": Quick(
        r"14 threads lived side by side, for [\d.]+ s\.",
        {"SECONDS": 1.0},
        also=(
            {"HASHING": MANY},
            {"COMPUTING": 0, "SECONDS": 0.5},
            {"COMPUTING": 1, "WORKERS": "threading"},
        ),
    ),
    "web_scraping": Quick(
        "4 pages one by one: .* In 4 threads: ",
        {"PAGES": 4, "LATENCY": 0.1},
        also=({"ERRORS": 1, "TIMEOUTS": 1, "TIMEOUT": 0.5}, {"PAGES": 1}, {"LATENCY": 0.0}, {"WORKERS": "threading"}),
        needs=("requests",),
    ),
}


def text_of(name: str, **knobs: Any) -> str:
    """The scenario's text with its small knobs and ``knobs`` on top."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    small = QUICK[name].knobs if name in QUICK else {}
    for knob, value in {**small, **knobs}.items():
        line = f"{knob} = {value!r}"
        text, found = re.subn(rf"^{knob} = [^#\n]*?(?=  #|$)", lambda _, line=line: line, text, flags=re.MULTILINE)
        assert found == 1, f"{name} has no knob {knob}"
    return text


def follow(name: str, python: str | None = None, /, **knobs: object) -> tuple[Run, Session]:
    """Run a scenario with its small knobs and these, as the window would; gives the finished run and its session.

    ``python``: another interpreter than our own.
    """
    session = Session.start(find_scenario(name), text_of(name, **knobs), python=python)
    try:
        run = Run()
        while session.running:
            session.wait(0.02)
            run.extend(session.poll())
        run.finish(session.ended_ns)
    finally:
        session.close()
    return run, session
