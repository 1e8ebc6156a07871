"""What the lab costs a script: the article's listings under it and bare, in turns, start-up apart."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks.side_by_side import compare, verdict
from visualiser.host.catalogue import builtin_scenarios, scenario_from_file
from visualiser.host.knobs import apply_assignments, find_knobs
from visualiser.host.sampler import Sampler
from visualiser.host.session import Session

GOAL = 1.03
ROUNDS = 9
_BEGIN = "import time as _time; _begin = _time.perf_counter()\n"
_END = "\nif __name__ == '__main__':\n    print('took =', _time.perf_counter() - _begin)\n"


def main() -> bool:
    """Print the table; returns whether the goal is met in the median."""
    met = True
    print(f"the scenarios under the lab ÷ bare, {ROUNDS} rounds in turns, from the first line to the last")
    sampler = Sampler()
    with tempfile.TemporaryDirectory() as folder:
        for scenario in builtin_scenarios():
            script = Path(folder, f"{scenario.id}_timed.py")
            script.write_text(timed(scenario.text), encoding="utf-8")
            ratio = compare(partial(under_the_lab, script, sampler), partial(bare, script), ROUNDS)
            met &= ratio.median <= GOAL
            print(
                f"  {scenario.id:<16} {ratio.median:6.3f}  [{ratio.low:.3f} … {ratio.high:.3f}]"
                f"  {ratio.a:7.3f} s ÷ {ratio.b:7.3f} s  {verdict(ratio.median <= GOAL)}"
            )
    sampler.close()
    return met


def timed(text: str) -> str:
    """The scenario with plain threads, so that no import of Qt is measured, and a clock around it."""
    names = {knob.name for knob in find_knobs(text)}
    if "WORKERS" in names and '"threading"' in text:
        text = apply_assignments(text, ["WORKERS=threading"])
    return _BEGIN + text + _END


def bare(script: Path) -> float:
    """Seconds the script takes by itself."""
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    return took(done.stdout)


def under_the_lab(script: Path, sampler: Sampler) -> float:
    """Seconds it takes in the lab."""
    session = Session.start(scenario_from_file(script), sampler=sampler)
    while session.running:
        session.poll()
        time.sleep(1 / 60)
    session.close()
    return took(session.stdout)


def took(output: str) -> float:
    """The seconds a timed script printed."""
    return float(output.rsplit("took =", 1)[1])


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
