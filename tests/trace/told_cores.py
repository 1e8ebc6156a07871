"""Core switches told in words: who came onto which core, or left it, when."""

from __future__ import annotations

import numpy as np

from tests.trace.story import ROOT
from visualiser.lab.layout import Kind
from visualiser.trace.batch import RECORD_DTYPE, Records
from visualiser.trace.core_log import CoreLog
from visualiser.trace.core_logs import CoreLogs
from visualiser.trace.track import Track

EXIT, LOST = Kind.THREAD_EXIT, Kind.LOST


def told(*rows: tuple[int, int, Kind, int]) -> Records:
    """Rows of (t, tid, kind, core)."""
    return np.array([(t, t, tid, int(kind), core, ROOT) for t, tid, kind, core in rows], RECORD_DTYPE)


def log_of(tid: int, *rows: tuple[int, int, Kind, int]) -> CoreLog:
    """The log of one thread of those."""
    logs = CoreLogs()
    logs.take(told(*rows))
    log = logs.of(Track(0, "thread", "T", ROOT, tid, start_ns=max(t for t, *_ in rows)))
    assert log is not None
    return log
