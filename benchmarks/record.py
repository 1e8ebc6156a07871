"""What recording costs the worker: one span, and a wrapped call, beside reading the clock once."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.side_by_side import verdict
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.session import Session

GOAL_NS = 1000
_SCRIPT = Path(__file__).with_name("in_the_lab.py")


def main() -> bool:
    """Print the table; returns whether the goal is met."""
    bare = _numbers(subprocess.run([sys.executable, str(_SCRIPT)], capture_output=True, text=True, check=True).stdout)
    session = Session.start(scenario_from_file(_SCRIPT))
    while session.running:
        session.poll()
        time.sleep(0.02)
    session.close()
    recorded = _numbers(session.stdout)
    span = recorded["span"]
    clock = recorded["clock"]
    print("recording, ns, best of many (bare interpreter → under the lab)")
    print(f"  reading the clock         {bare['clock']:8.0f} → {clock:8.0f}")
    print(f"  one span, begun and ended {'':>8}   {span:8.0f}  = {span / clock:.1f} clocks  {verdict(span <= GOAL_NS)}")
    for name in ("sleep(0)", "lock, free", "print"):
        print(f"  {name:<25} {bare[name]:8.0f} → {recorded[name]:8.0f}")
    return span <= GOAL_NS


def _numbers(output: str) -> dict[str, float]:
    lines = [line.rsplit("=", 1) for line in output.splitlines() if "=" in line]
    return {name.strip(): float(value) for name, value in lines}


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
