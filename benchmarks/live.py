"""The live window: frames a second, what they cost and how late they are, beside CPU-bound workers and many spans."""

from __future__ import annotations

import sys

from benchmarks import live_scripts
from benchmarks.live_watch import REST_S, Seen, watch
from benchmarks.side_by_side import verdict
from visualiser.gui.app import application

LEAST_FRAMES = 55.0
MOST_SHARE = 0.35
MOST_LATE_MS = 40.0
MOST_AT_REST = 0.01
MOST_GROWTH = 1.25
SCRIPTS = {
    "a sleeping script": live_scripts.IDLE,
    "8 CPU-bound threads": live_scripts.THREADS,
    "8 CPU-bound processes": live_scripts.PROCESSES,
    "8 threads that nap": live_scripts.NAPS,
    "calls on two sockets": live_scripts.CALLS,
}


def main(names: list[str] | None = None) -> bool:
    """Print the table, of all scripts or some of them; returns whether every goal is met."""
    app = application()
    print(f"the live window at 1280 × 720, runs of {live_scripts.SECONDS:.0f} s; goals: {_goals()}")
    met = True
    for name, text in SCRIPTS.items():
        if names and not any(part in name for part in names):
            continue
        seen = watch(app, text, rest=text == live_scripts.IDLE)
        ok = _ok(text, seen)
        met &= ok
        print(_line(name, seen), verdict(ok), flush=True)
        if text == live_scripts.IDLE:
            ok = seen.rest <= MOST_AT_REST
            met &= ok
            print(f"  {'at rest, ' + f'{REST_S:.0f} s':<22} {'':15} {100 * seen.rest:5.2f} % of a core ", verdict(ok))
    return met


def _goals() -> str:
    return (
        f"{LEAST_FRAMES:.0f} frames/s, {MOST_SHARE:.0%} of a core, spans on screen in {MOST_LATE_MS:.0f} ms (95 %),"
        f" no later at the end than before, nothing dropped"
    )


def _ok(text: str, seen: Seen) -> bool:
    keeps_up = seen.growth <= MOST_GROWTH and not seen.dropped
    if text == live_scripts.IDLE:
        return keeps_up and seen.frames_per_second >= LEAST_FRAMES and seen.share <= MOST_SHARE
    if text in (live_scripts.THREADS, live_scripts.PROCESSES):
        return keeps_up and seen.frames_per_second >= LEAST_FRAMES and seen.late_ms(95) <= MOST_LATE_MS
    return keeps_up


def _line(name: str, seen: Seen) -> str:
    return (
        f"  {name:<22} {seen.frames_per_second:5.1f} frames/s  {100 * seen.share:3.0f} % of a core"
        f" (paints and folds {100 * seen.gui_share:2.0f} %)  {seen.spans / seen.wall:7.0f} spans/s"
        f"  on screen in {seen.late_ms(50):3.0f} ms, 95 % in {seen.late_ms(95):3.0f} ms"
        f"  later at the end × {seen.growth:.2f}  {seen.dropped} dropped "
    )


if __name__ == "__main__":
    raise SystemExit(0 if main(sys.argv[1:]) else 1)
