"""Hands a finished history over in portions, as polls at any moments would have."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from tests.trace.story import Row, batch
from visualiser.lab.layout import Kind
from visualiser.trace.batch import LOOK_AHEAD_NS, Batch, Records
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


def as_one(batches: Sequence[Batch]) -> Batch:
    """All that some batches tell, every record once, as it is in the end."""
    whole = Batch(now=0)
    for each in batches:
        whole.story += each.story
        whole.native |= each.native
        whole.sources = whole.sources or each.sources
        for key, some in each.records.items():
            whole.records[key] = np.concatenate((whole.records[key], some)) if key in whole.records else some
        for name in ("switches", "seen"):
            parts = [one for one in (getattr(whole, name), getattr(each, name)) if one is not None]
            setattr(whole, name, np.concatenate(parts) if parts else None)
    whole.records = {key: _once(some) for key, some in whole.records.items()}
    return whole


def _once(records: Records) -> Records:
    last = {(int(row["t0"]), int(row["kind"]), int(row["object"])): place for place, row in enumerate(records)}
    return records[sorted(last.values(), key=lambda place: int(records["t0"][place]))]


def cut_up(whole: Batch, polls: Sequence[int], lead: int = 0) -> list[Batch]:
    """The same as polls at these moments (ns, ascending) would have told it.

    A record comes when it has begun, open if it goes on, and again when it is over; a stretch of beats comes with its
    end. ``lead``: so much earlier (ns) than it must does a poll find that what was open is over.
    """
    first = Batch(now=0, story=list(whole.story), native=dict(whole.native), sources=whole.sources)
    return [first, *(_poll(whole, since, until, lead) for since, until in pairwise((-1, *polls)))]


def _poll(whole: Batch, since: int, until: int, lead: int) -> Batch:
    found = {key: _new(records, since, until, lead) for key, records in whole.records.items()}
    return Batch(
        now=until,
        sources=whole.sources,
        sampled=max(until - LOOK_AHEAD_NS, 0) if whole.switches is not None else 0,
        records={key: some for key, some in found.items() if len(some)},
        switches=_between(whole.switches, since, until),
        seen=_between(whole.seen, since, until),
        seen_until=until,
    )


def _new(records: Records, since: int, until: int, lead: int) -> Records:
    t0, t1 = records["t0"].astype(np.int64), records["t1"].astype(np.int64)
    over = (t1 <= until + lead) | (records["kind"] == Kind.BEAT)
    ended = records[(t0 <= since) & (t1 > since + lead) & over & (records["kind"] != Kind.BEAT)]
    begun = records[(t0 > since) & (t0 <= until)]
    begun["t1"][~over[(t0 > since) & (t0 <= until)]] = 0
    return np.concatenate((ended, begun))


def _between(samples: Records | None, since: int, until: int) -> Records | None:
    if samples is None:
        return None
    t = samples["t0"].astype(np.int64)
    return samples[(t > since) & (t <= until)]
