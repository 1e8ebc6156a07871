"""How fast runs are saved and opened and how large the files are, beside numpy's own file and zipped JSON."""

from __future__ import annotations

import gzip
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_up_run import make_run
from benchmarks.side_by_side import machine, verdict
from visualiser.host.recordings import open_recording, save_recording
from visualiser.trace.document import Document
from visualiser.trace.lane import Lane
from visualiser.trace.run import Run

SIZES = (100_000, 1_000_000, 10_000_000)
LANES = 8
MOST_OPEN_S = 3.0  # for ten million spans
MOST_JSON = 1_000_000  # spans; more take minutes
ROUNDS = 3
Ways = dict[str, tuple[Callable[[Run, Path], None], Callable[[Path], object]]]


def save_ours(run: Run, path: Path) -> None:
    """As a recording."""
    save_recording(Document(run), path)


def save_numpy(run: Run, path: Path) -> None:
    """The three columns of every lane in one ``.npz``."""
    arrays: dict[str, Any] = {
        f"{name}{track.id}": column for track in run.tracks for name, column in _columns(track.lane)
    }
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def open_numpy(path: Path) -> list[Lane]:
    """The lanes of such a file."""
    with np.load(path, allow_pickle=False) as found:
        lanes = [Lane() for _ in range(LANES)]
        for number, lane in enumerate(lanes):
            t, state, ref = (found[f"{name}{number}"] for name in ("t", "state", "ref"))
            lane.append(t, state, ref, int(t[-1]))
    return lanes


def save_json(run: Run, path: Path) -> None:
    """The same three columns as zipped JSON."""
    plain = [{name: column.tolist() for name, column in _columns(track.lane)} for track in run.tracks]
    with gzip.open(path, "wt", encoding="ascii") as file:
        json.dump(plain, file)


def open_json(path: Path) -> list[Lane]:
    """The lanes of such a file."""
    with gzip.open(path, "rt", encoding="ascii") as file:
        plain = json.load(file)
    lanes = []
    for columns in plain:
        lane = Lane()
        t, state, ref = (
            np.array(columns["t"]),
            np.array(columns["state"], np.uint8),
            np.array(columns["ref"], np.uint32),
        )
        lane.append(t, state, ref, int(t[-1]))
        lanes.append(lane)
    return lanes


def _columns(lane: Lane) -> list[tuple[str, np.ndarray]]:
    return [("t", lane.t), ("state", lane.state), ("ref", lane.ref)]


WAYS: Ways = {
    "recording": (save_ours, open_recording),
    "numpy.savez_compressed": (save_numpy, open_numpy),
    "gzip'd JSON": (save_json, open_json),
}


def main() -> bool:
    """Print the table; gives whether opening is quick enough."""
    print("Recordings: save and open, best of some rounds in turns")
    print(f"{'spans':>10}  {'way':<24}{'save s':>9}{'open s':>9}{'bytes a span':>14}")
    ok = True
    with tempfile.TemporaryDirectory() as folder:
        for spans in SIZES:
            best = _measure(make_run(spans, LANES), Path(folder) / "file")
            for way, (save, opened, size) in best.items():
                print(f"{spans:>10,}  {way:<24}{save:>9.2f}{opened:>9.2f}{size / spans:>14.2f}")
            ok = ok and best["recording"][1] <= MOST_OPEN_S
    print(f"10^7 spans open within {MOST_OPEN_S:.0f} s: {verdict(ok)}; most memory {_peak_mb():.0f} MB")
    return ok


def _measure(run: Run, path: Path) -> dict[str, tuple[float, float, int]]:
    """Seconds to save, seconds to open and bytes, by way."""
    ways = {way: pair for way, pair in WAYS.items() if run.spans <= MOST_JSON or "JSON" not in way}
    found = {way: (float("inf"), float("inf"), 0) for way in ways}
    for _ in range(ROUNDS):
        for way, (save, opened) in ways.items():
            times = _timed(lambda save=save: save(run, path)), _timed(lambda opened=opened: opened(path))  # type: ignore[misc]
            found[way] = (min(found[way][0], times[0]), min(found[way][1], times[1]), path.stat().st_size)
    return found


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(machine())
    sys.exit(0 if main() else 1)
