"""What our span costs the worker beside VizTracer's event of a function, on the same script, run in turns."""

from __future__ import annotations

import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from visualiser.host.catalogue import scenario_from_file
from visualiser.host.session import Session

ROUNDS = 5
_SCRIPT = Path(__file__).parent / "workloads" / "calls.py"
_SPAN = Path(__file__).with_name("in_the_lab.py")  # opens and closes one record, nothing else
_PYTHON = "VIZTRACER_PYTHON"  # an interpreter that has VizTracer, where ours has not


def main() -> bool:
    """Print the table; there is no goal, the two tell different things."""
    python = _with_viztracer()
    if python is None:
        print(f"recording beside VizTracer: not installed (pip install viztracer, or name a Python in {_PYTHON})")
        return True
    rounds = [(_bare(), _in_the_lab(_SCRIPT) | _in_the_lab(_SPAN), _in_viztracer(python)) for _ in range(ROUNDS)]
    print("recording beside VizTracer, CPU ns a call, on the same script in turns (bare → lab → VizTracer)")
    for name, what in (("function", "an empty function"), ("wait", "a function with a sleep of 1 ns")):
        bare, lab, viztracer = (statistics.median(one[side][name] for one in rounds) for side in range(3))
        print(f"  {what:<32} {bare:8.0f} → {lab:8.0f} → {viztracer:8.0f}")
    span = statistics.median(lab["span"] for _, lab, _ in rounds)
    ours = statistics.median(lab["wait"] - bare["wait"] for bare, lab, _ in rounds)
    theirs = statistics.median(trace["function"] - bare["function"] for bare, _, trace in rounds)
    print(f"  one span of ours, begun and ended {span:.0f}; one function event of VizTracer {theirs:.0f}")
    print(f"  one sleep recorded, with its wrapper and what the kernel takes to tell two core switches {ours:.0f}")
    return True


def _with_viztracer() -> str | None:
    named = os.environ.get(_PYTHON)
    return named or (sys.executable if importlib.util.find_spec("viztracer") else None)


def _bare() -> dict[str, float]:
    return _numbers(subprocess.run([sys.executable, str(_SCRIPT)], capture_output=True, text=True, check=True).stdout)


def _in_the_lab(script: Path) -> dict[str, float]:
    session = Session.start(scenario_from_file(script))
    try:
        while session.running:
            session.poll()
            time.sleep(0.02)
        return _numbers(session.stdout)
    finally:
        session.close()


def _in_viztracer(python: str) -> dict[str, float]:
    folder = tempfile.mkdtemp()
    try:
        command = [python, "-m", "viztracer", "--quiet", "-o", f"{folder}/trace.json", str(_SCRIPT)]
        return _numbers(subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout)
    finally:
        shutil.rmtree(folder)


def _numbers(output: str) -> dict[str, float]:
    pairs = (line.partition(" = ") for line in output.splitlines())
    return {name: float(value) for name, sign, value in pairs if sign}


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
