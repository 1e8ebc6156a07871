"""Writes the spans of a run as CSV, a row each, for spreadsheets and data frames."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

import numpy as np

from visualiser.trace.document import Document
from visualiser.trace.exchange.errors import Progress, tell
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import Track

COLUMNS = (
    "track",
    "name",
    "process",
    "thread",
    "kind",
    "state",
    "label",
    "start_s",
    "end_s",
    "duration_s",
)
_ROWS = 8192
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(document: Document, stream: TextIO, progress: Progress | None = None) -> None:
    """Write every span of every track, in order of tracks and then of time, with a header (RFC 4180).

    Times are seconds from the script's first line (negative before it), with nine decimals. A text that a spreadsheet
    would take for a formula begins with an apostrophe.

    Args:
        document: the run.
        stream: text, opened with ``newline=""``.
        progress: told the share 0 … 1 now and then; returns False to give up, then ``Cancelled`` is raised.
    """
    run = document.run
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    done, all_spans = 0, max(run.spans, 1)
    for track in run.tracks:
        for first in range(0, len(track.lane), _ROWS):
            stop = min(first + _ROWS, len(track.lane))
            writer.writerows(_rows(run, track, first, stop))
            done += stop - first
            tell(progress, done / all_spans)
    tell(progress, 1.0)


def _rows(run: Run, track: Track, first: int, stop: int) -> Iterator[tuple[object, ...]]:
    lane = track.lane
    head = (track.id, guarded(track.name), track.pid, track.tid, track.kind)
    t = lane.t[first : stop + 1] - _zero(run)
    ends = np.append(t[1:], lane.now - _zero(run))[: stop - first]
    columns = (t[: stop - first], ends, lane.state[first:stop], lane.ref[first:stop])
    for begin, end, state, ref in zip(*(column.tolist() for column in columns), strict=True):
        if state and end > begin:
            label = guarded(run.names[ref].label)
            yield (*head, State(state).name, label, _seconds(begin), _seconds(end), _seconds(end - begin))


def guarded(text: str) -> str:
    """``text``, such that no spreadsheet runs it as a formula."""
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _zero(run: Run) -> int:
    return run.start_ns or min((track.lane.start for track in run.tracks if len(track.lane)), default=0)


def _seconds(ns: int) -> str:
    """Exact: a float would round."""
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    return f"{sign}{ns // 1_000_000_000}.{ns % 1_000_000_000:09d}"
