"""Writes the core switches of one run, as the kernel tells them, into a segment; standard library only."""

from __future__ import annotations

import time

from visualiser.host.perf import SwitchTrace
from visualiser.host.switch_file import OrderedFile
from visualiser.lab.layout import SWITCH_CHAIN

_DRAIN_S = 0.015
# While the rings fill fast they are emptied sooner, but no sooner than this: a drain that finds little costs tens of
# microseconds, so even eight times as many of them take few percent of a core.
_SHORTEST_DRAIN_S = _DRAIN_S / 8
# Whoever asks for what there is does so in every frame: until that is overdue no other drain is needed.
_ASKED = 4 / 3
# A switch is in its ring within microseconds, but on a virtual machine the core itself may be held up on the way.
_SETTLE_NS = 5_000_000


class Recording:
    """The core switches of one run, written in the order of their times.

    ``due``: when ``tick`` is to be called next, in seconds of the monotonic clock.
    """

    source = "perf"

    def __init__(self, trace: SwitchTrace, run_dir: str) -> None:
        self.pause_s = _DRAIN_S
        self.due = 0.0
        self._trace = trace
        self._file = OrderedFile(run_dir, SWITCH_CHAIN)
        self._file.write_until(time.perf_counter_ns())

    def tick(self) -> str:
        """Drain, and say when to do so again; there is no trouble to tell."""
        self.drain()
        self.due = time.monotonic() + self.pause_s
        return ""

    def tell(self) -> None:
        """Somebody waits for what there is."""
        self.drain()
        self.due = time.monotonic() + self.pause_s * _ASKED

    def drain(self) -> None:
        """Write every switch that is old enough for no earlier one to come, then the watermark that says so."""
        settled = time.perf_counter_ns() - _SETTLE_NS
        self._take()
        # Beyond a full ring switches may be missing, and where the hole ends only the next drain can tell.
        self._file.write_until(int(min(settled, self._trace.known_until)))
        self.pause_s = min(self.pause_s * 2, _DRAIN_S) if self._trace.calm else max(self.pause_s / 2, _SHORTEST_DRAIN_S)

    def close(self) -> None:
        """Write what is left and let go."""
        now = time.perf_counter_ns()
        self._take()
        self._file.write_until(now)
        self._trace.close()
        self._file.close()

    def _take(self) -> None:
        self._file.hold(self._trace.drain(self._file.promised))
