"""What the lab costs a script: listings of the article under it and bare, in turns, start-up apart."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks.side_by_side import compare, verdict
from visualiser.host.catalogue import find_scenario, scenario_from_file
from visualiser.host.sampler import Sampler
from visualiser.host.session import Session

GOAL = 1.03
ROUNDS = 5
# Enough work that starting threads and processes, measured by itself below, is not what is compared.
SETTINGS = {
    "two_threads": {"PAUSE": "0.2"},
    "cpu_threads": {"N": "5_000_000"},
    "race": {"GAP": '"none"', "INCREMENTS": "1_000_000"},
    "lock_price": {},
    "cpu_processes": {},
    "queue_processes": {"PAUSE": "0.05"},
    "shared_memory": {},
    "pool_map": {"NUMBERS": "1_000_000", "CHUNKSIZE": "10_000"},
    "more_tasks": {},
    "as_completed": {},
    "asyncio_pool": {"PAUSE": "0.1"},
}
STARTS = {
    "start and join a thread": """
import threading
for _ in range(200):
    t = threading.Thread(target=int)
    t.start()
    t.join()
""",
    "start and join a process": """
import multiprocessing
if __name__ == "__main__":
    for _ in range(20):
        p = multiprocessing.Process(target=int)
        p.start()
        p.join()
""",
}
TIMES = {"start and join a thread": 200, "start and join a process": 20}
_BEGIN = "import time as _time; _begin = _time.perf_counter()\n"
_END = "\nif __name__ == '__main__':\n    print('took =', _time.perf_counter() - _begin)\n"


def main() -> bool:
    """Print the table; returns whether the goal is met in the median, or lies within what bare runs differ by."""
    met = True
    print(f"the scenarios under the lab ÷ bare, {ROUNDS} rounds in turns, from the first line to the last")
    sampler = Sampler()
    with tempfile.TemporaryDirectory() as folder:
        for scenario in map(find_scenario, SETTINGS):
            script = Path(folder, f"{scenario.id}_timed.py")
            script.write_text(timed(scenario.text, SETTINGS[scenario.id]), encoding="utf-8")
            ratio = compare(partial(under_the_lab, script, sampler), partial(bare, script), ROUNDS)
            noise = compare(partial(bare, script), partial(bare, script), ROUNDS)
            ok = ratio.median <= max(GOAL, noise.high)
            met &= ok
            print(
                f"  {scenario.id:<16} {ratio.median:6.3f}  [{ratio.low:.3f} … {ratio.high:.3f}]"
                f"  {ratio.a:7.3f} s ÷ {ratio.b:7.3f} s  {verdict(ok)}"
                f"  bare ÷ bare {noise.median:.3f}  [{noise.low:.3f} … {noise.high:.3f}]"
            )
        for name, text in STARTS.items():
            script = Path(folder, "starts.py")
            script.write_text(timed(text, {}), encoding="utf-8")
            ratio = compare(partial(under_the_lab, script, sampler), partial(bare, script), ROUNDS)
            inside, outside = (1000 * seconds / TIMES[name] for seconds in (ratio.a, ratio.b))
            print(f"  {name:<25} {inside:6.3f} ms instead of {outside:6.3f} ms")
    sampler.close()
    return met


def timed(text: str, settings: dict[str, str]) -> str:
    """The scenario with these settings, plain threads (no import of Qt is measured) and a clock around it."""
    plain = {"WORKERS": '"threading"'} if '"threading"' in text else {}
    for name, value in {**settings, **plain}.items():
        text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
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
