"""Facts on how soon windows were ready for their next frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from visualiser.trace.facts.fact import Fact

if TYPE_CHECKING:
    from visualiser.trace.run import Run

_NS_PER_MS = 1e6


def facts_of_frames(run: Run) -> Iterator[Fact]:
    """Frames of windows.

    - ``frames``: how many frames' times were taken.
    - ``frame_ms_median``, ``frame_ms_max``: the time from one frame to the next.
    """
    yield Fact("frames", sum(len(counter) for counter in run.counters.frames), "", "Frames")
    yield from facts_of_frame_times(run)


def facts_of_frame_times(
    run: Run, prefix: str = "", title: str = "", between: tuple[int, int] | None = None
) -> Iterator[Fact]:
    """The times of the frames whose middle lies within [begin, end), ns, with a prefix to their names."""
    times = np.concatenate([np.empty(0), *(counter.value for counter in run.counters.frames)])
    if between is not None:
        ends = np.concatenate([np.empty(0, np.int64), *(counter.t for counter in run.counters.frames)])
        middle = ends - times * _NS_PER_MS / 2
        times = times[(middle >= between[0]) & (middle < between[1])]
    if len(times):
        yield Fact(f"{prefix}frame_ms_median", float(np.median(times)), "ms", _words(title, "median time of a frame"))
        yield Fact(f"{prefix}frame_ms_max", float(times.max()), "ms", _words(title, "longest time of a frame"))


def _words(title: str, words: str) -> str:
    return title + words if title else words.capitalize()
