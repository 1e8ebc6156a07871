"""Builds batches as the collector would, from a few words, so that tests read like the run they describe."""

from __future__ import annotations

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.batch import RECORD_DTYPE, Batch, Records, ThreadKey

ROOT = 100


Row = tuple[int, ...]


def records(*rows: Row) -> Records:
    """Rows of (t0, t1, kind, object), and, if wanted, value and depth."""
    padded = [(*row, 0, 0)[:6] for row in rows]
    return np.array(
        [(t0, t1, name, int(kind), depth, value) for t0, t1, kind, name, value, depth in padded], RECORD_DTYPE
    )


def name(number: int, label: str, *, pid: int = ROOT) -> dict[str, object]:
    """A process calls its object ``number`` so."""
    return {"ev": "name", "pid": pid, "t": 0, "id": number, "label": label, "file": "x.py", "line": number}


def switches(*rows: tuple[int, int, int]) -> Records:
    """Rows of (t, tid, kind)."""
    return np.array([(t, t, tid, int(kind), 0, ROOT) for t, tid, kind in rows], RECORD_DTYPE)


def looked(*rows: tuple[int, int, int]) -> Records:
    """Rows of (t, tid, Seen)."""
    return np.array([(t, t, tid, int(Kind.SEEN), int(seen), ROOT) for t, tid, seen in rows], RECORD_DTYPE)


def process(pid: int = ROOT, how: str = "root", *, gil: bool = True, name: str = "") -> dict[str, object]:
    return {"ev": "process", "pid": pid, "t": 0, "how": how, "gil": gil, "python": "3.13.0", "name": name}


def thread(
    chain: int, tid: int, name: str, *, pid: int = ROOT, main: bool = False, helper: bool = False
) -> dict[str, object]:
    return {
        "ev": "thread",
        "pid": pid,
        "t": 0,
        "chain": chain,
        "tid": tid,
        "name": name,
        "main": main,
        "helper": helper,
    }


def batch(
    now: int,
    *,
    sampled: int = 0,
    story: list[dict[str, object]] | None = None,
    rows: dict[int, list[Row]] | None = None,
    seen: list[tuple[int, int, int]] | None = None,
    pid: int = ROOT,
    looks: list[tuple[int, int, int]] | None = None,
    sources: tuple[str, ...] = (),
) -> Batch:
    """A batch of one process; ``rows`` by thread id, which serves as chain too; ``looks``: rows of (t, tid, Seen)."""
    keyed = {ThreadKey(pid, tid): records(*threads) for tid, threads in (rows or {}).items()}
    return Batch(
        now=now,
        sampled=sampled,
        story=list(story or []),
        records=keyed,
        native={key: key.chain for key in keyed},
        switches=switches(*seen) if seen else None,
        seen=looked(*looks) if looks else None,
        seen_until=now if looks is not None else 0,
        sources=sources,
    )


IN, OUT, PREEMPT = Kind.SWITCH_IN, Kind.SWITCH_OUT, Kind.SWITCH_PREEMPT
