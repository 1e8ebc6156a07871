"""Every scenario as it comes: how long until its first line, its first span here, and its end."""

from __future__ import annotations

import time
from dataclasses import dataclass

from benchmarks.side_by_side import verdict
from visualiser.host.catalogue import Scenario, builtin_scenarios
from visualiser.host.sampler import Sampler
from visualiser.host.session import Session
from visualiser.trace.run import Run

LONGEST_S = 10.0
FIRST_SPAN_S = 0.5
WITH_IMPORTS_S = 1.5
HEAVY = ("requests", "celery", "PySide6", "visualiser.qthread")
_POLL_S = 1 / 62


@dataclass
class Course:
    """Seconds from pressing Run to the script's first line, to its first span in our hands, and to its end."""

    line: float = 0.0
    span: float = 0.0
    end: float = 0.0
    ok: bool = False


def follow(scenario: Scenario, sampler: Sampler) -> Course:
    """Run it once, as the window would."""
    run, course, began = Run(), Course(), time.perf_counter()
    session = Session.start(scenario, sampler=sampler)
    try:
        while session.running:
            run.extend(session.poll())
            if not course.span and run.start_ns and run.now_ns > run.start_ns:
                course.span = time.perf_counter() - began
                course.line = run.start_ns / 1e9 - began
            session.wait(_POLL_S)
        course.end = time.perf_counter() - began
        course.ok = session.outcome is not None and session.outcome.ok
    finally:
        session.close()
    return course


def main() -> bool:
    """Print the table; False if one misses its goal."""
    print("scenarios with the knobs they come with, seconds after Run")
    sampler = Sampler()
    good = [_tell(scenario, follow(scenario, sampler)) for scenario in builtin_scenarios()]
    sampler.close()
    return all(good)


def _tell(scenario: Scenario, course: Course) -> bool:
    limit = WITH_IMPORTS_S if any(name in scenario.text for name in HEAVY) else FIRST_SPAN_S
    good = course.ok and course.end <= LONGEST_S and course.span <= limit
    print(
        f"  {scenario.id:20s} first line {course.line:5.2f}   first span {course.span:5.2f}   end {course.end:5.2f}"
        f"  {verdict(good)}",
        flush=True,
    )
    return good


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
