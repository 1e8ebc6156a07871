"""How often threads hand the GIL over, for each second of CPU time, while they are watched and while they are not.

A tool that watches can cause what it shows: a single write to a pipe lets go of the GIL. The script counts for itself,
so that it is counted alike with and without us, and nothing of the system need be asked.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks.side_by_side import Ratio, compare, verdict
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.sampler import Sampler
from visualiser.host.session import Session, StartError
from visualiser.host.state_sources import STATES

ROUNDS = 12
LEAST, MOST = 0.9, 1.1
_SCRIPT = Path(__file__).with_name("workloads") / "turns.py"
_POLL_S = 1 / 60


def main() -> bool:
    """Print the table; returns whether the goal is met in the median, or lies within what bare runs differ by."""
    print(f"hand-overs of the GIL for each second of CPU time, watched ÷ not, {ROUNDS} rounds in turns")
    sampler, met = Sampler(), True
    with tempfile.TemporaryDirectory() as folder:
        for threads in (2, 4):
            script = _with_threads(Path(folder), threads)
            noise = compare(partial(bare, script), partial(bare, script), ROUNDS)
            _tell(threads, "nothing", noise, "")
            for source in STATES:
                if source != "auto":
                    met &= _compare(script, threads, source, sampler, noise)
    sampler.close()
    return met


def bare(script: Path) -> float:
    """Hand-overs a second when the script runs by itself."""
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    return _turns(done.stdout)


def watched(script: Path, source: str, sampler: Sampler) -> float:
    """Hand-overs a second while we watch; raises StartError where that source cannot be had."""
    session = Session.start(scenario_from_file(script), states=source, sampler=sampler)
    try:
        while session.running:
            session.poll()
            time.sleep(_POLL_S)
    finally:
        session.close()
    return _turns(session.stdout)


def _compare(script: Path, threads: int, source: str, sampler: Sampler, noise: Ratio) -> bool:
    try:
        ratio = compare(partial(watched, script, source, sampler), partial(bare, script), ROUNDS)
    except StartError as error:
        print(f"  {threads} threads  {source:<8} skipped: {error}", flush=True)
        return True
    ok = min(LEAST, noise.low) <= ratio.median <= max(MOST, noise.high)
    _tell(threads, source, ratio, verdict(ok))
    return ok


def _tell(threads: int, source: str, ratio: Ratio, judged: str) -> None:
    print(
        f"  {threads} threads  {source:<8} {ratio.median:5.2f}  [{ratio.low:.2f} … {ratio.high:.2f}]"
        f"  {ratio.a:5.0f} ÷ {ratio.b:5.0f}  {judged}",
        flush=True,
    )


def _with_threads(folder: Path, threads: int) -> Path:
    script = folder / f"turns_{threads}.py"
    script.write_text(_SCRIPT.read_text("utf-8").replace("THREADS = 2", f"THREADS = {threads}"), encoding="utf-8")
    return script


def _turns(output: str) -> float:
    return float(output.rsplit("turns =", 1)[1])


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
