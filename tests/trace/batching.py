"""Hands a finished history over in portions, as polls at any moments would have."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.trace.story import Row, batch
from visualiser.trace.run import Run

Told = tuple[int, int, Row]  # pid, thread id (which serves as chain too), record


def delivered(story: list[dict], told: list[Told], cuts: list[int], end: int) -> Run:
    """A run to which each record comes when it has begun, open if its end lies beyond the poll, and again when closed.

    A thread lags behind by as many polls as the tens of its id say, so that threads report in any order.
    """
    run = Run()
    run.extend(batch(0, story=story))
    polls = [0, *sorted(cuts), end]
    most = max((tid // 10 for _, tid, _ in told), default=0)
    polls += [end] * (most + 1)
    for number in range(1, len(polls)):
        for pid in {pid for pid, _, _ in told}:
            rows: dict[int, list[Row]] = {}
            for _, tid, row in sorted((one for one in told if one[0] == pid), key=lambda one: one[2][0]):
                lag = tid // 10
                since, until = polls[max(number - 1 - lag, 0)], polls[max(number - lag, 0)]
                rows.setdefault(tid, []).extend(_seen(row, since, until))
            run.extend(batch(0, rows={tid: some for tid, some in rows.items() if some}, pid=pid))
    run.finish(end)
    return run


def _seen(row: Row, since: int, until: int) -> list[Row]:
    t0, t1, *rest = row
    began = since < t0 <= until
    ended = t0 <= since < t1 <= until
    return [(t0, t1 if t1 <= until else 0, *rest)] if began or ended else []


def cuts(end: int) -> st.SearchStrategy[list[int]]:
    """Moments of polls."""
    return st.lists(st.integers(1, end - 1), max_size=6, unique=True)
