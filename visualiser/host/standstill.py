"""Notices that a Pool waits for a task that was lost with its killed worker."""

from __future__ import annotations

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Batch, ThreadKey

PATIENCE_NS = 3_000_000_000
# Waits that end only when another worker of the run does something. A sleep ends by itself, input may still come.
_ENDLESS = frozenset(
    {
        Kind.LOCK,
        Kind.COND,
        Kind.EVENT,
        Kind.SEM,
        Kind.BARRIER,
        Kind.QUEUE_GET,
        Kind.QUEUE_PUT,
        Kind.JOIN,
        Kind.FUTURE,
        Kind.PROC,
        Kind.IDLE,
    }
)


class Standstill:
    """Follows what every thread does last, and says since when all of them wait for each other."""

    def __init__(self) -> None:
        self._waiting: dict[ThreadKey, bool] = {}
        self._helpers: set[ThreadKey] = set()
        self._quiet_processes: set[int] = set()
        self._changed = 0

    def hear(self, batch: Batch) -> None:
        """Take in a batch."""
        for event in batch.story:
            self._sort(event["ev"], event["pid"], event)
        for key, records in batch.records.items():
            if key not in self._helpers and key.pid not in self._quiet_processes:
                self._note(key, records[-1].item(), batch.now)
        for key in [key for key in self._waiting if key.pid in batch.ended]:
            del self._waiting[key]

    def lasts(self, now: int) -> bool:
        """Nothing has run for the whole patience, and nothing that waits can end by itself."""
        return bool(self._waiting) and all(self._waiting.values()) and now - self._changed > PATIENCE_NS

    def _sort(self, what: str, pid: int, event: dict[str, object]) -> None:
        if what == "thread" and event.get("helper"):
            key = ThreadKey(pid, int(str(event["chain"])))
            self._helpers.add(key)
            self._waiting.pop(key, None)
        elif what == "process" and event.get("how") in ("tracker", "forkserver"):
            self._quiet_processes.add(pid)

    def _note(self, key: ThreadKey, last: tuple[int, int, int, int, int, int], now: int) -> None:
        _, end, _, kind, _, limit = last
        self._changed = now
        if kind == Kind.THREAD and end:
            self._waiting.pop(key, None)
        else:
            # A wait with a time limit (its value, in ns) ends by itself.
            self._waiting[key] = kind in _ENDLESS and end == 0 and limit <= 0
