"""What looking from outside costs: the share of a core that the sampler's process takes while threads compute."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.side_by_side import verdict
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.sampler import Sampler
from visualiser.host.session import Session, StartError
from visualiser.host.state_sources import STATES

# Percent of a core, by source and number of threads.
GOALS = {("perf", 2): 2.0, ("perf", 4): 2.0, ("perf", 8): 2.0, ("peek", 8): 10.0}
THREADS = (2, 4, 8)
_SCRIPT = Path(__file__).with_name("workloads") / "two_threads.py"
_POLL_S = 1 / 60


def main() -> bool:
    """Print the table; returns whether every goal is met."""
    print("the sampler's share of a core beside CPU-bound threads")
    sampler, met = Sampler(), True
    with tempfile.TemporaryDirectory() as folder:
        for source in STATES:
            for threads in THREADS if source != "auto" else ():
                met &= _tell(_with_threads(Path(folder), threads), threads, source, sampler)
    sampler.close()
    return met


def share(script: Path, source: str, sampler: Sampler) -> float:
    """Percent of a core that the sampler takes while the script runs; raises StartError if it cannot be had."""
    session = Session.start(scenario_from_file(script), states=source, sampler=sampler)
    began = time.perf_counter()
    try:
        while session.running:
            session.poll()
            time.sleep(_POLL_S)
        return 100 * session.own_cpu / (time.perf_counter() - began)
    finally:
        session.close()


def _tell(script: Path, threads: int, source: str, sampler: Sampler) -> bool:
    try:
        percent = share(script, source, sampler)
    except StartError as error:
        print(f"  {source:<6} {threads} threads  skipped: {error}", flush=True)
        return True
    goal = GOALS.get((source, threads))
    ok = goal is None or percent <= goal
    print(f"  {source:<6} {threads} threads  {percent:5.2f} %  {verdict(ok) if goal else ''}", flush=True)
    return ok


def _with_threads(folder: Path, threads: int) -> Path:
    script = folder / f"compute_{threads}.py"
    script.write_text(_SCRIPT.read_text("utf-8").replace("THREADS = 2", f"THREADS = {threads}"), encoding="utf-8")
    return script


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
