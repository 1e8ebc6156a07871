"""Reads out of the memory of a process who holds its GIL; standard library only."""

from __future__ import annotations

import os
import struct
from typing import Any

from visualiser.host.handovers import Handovers

NOBODY = 0
# interval in µs | thread state of the last holder | held | switches
_GIL = struct.Struct("<QQiiQ")
_WORD, _TID = struct.Struct("<Q"), struct.Struct("<i")
_ENDED = -1  # the interpreter has done away with its GIL
_LONGEST_INTERVAL_US = 3_600_000_000


class Garbled(Exception):
    """What is read there is no GIL (any more)."""


class NoMemory(Exception):
    """The memory is gone: the process has called ``exec``, or it ends."""


class GilPeek:
    """The GIL of one process, at the place that the process itself has told.

    ``inside(address)``: a futex there is the GIL's; ``handovers``: how often it changes hands, as of the last look. The
    file stays tied to the memory it was opened for: after ``exec`` it reads as empty, and no other process can come in
    its place. Raises OSError where the memory is not to be read.
    """

    def __init__(self, process: int, told: dict[str, Any]) -> None:
        """``process``: descriptor of its directory in /proc; ``told``: its line ``gil_address``."""
        self._address, self._size = int(told["address"]), int(told["size"])
        self._id_at, self._tid_at = int(told["id_at"]), int(told["tid_at"])
        self.handovers = Handovers()
        self._memory = os.open("mem", os.O_RDONLY | os.O_CLOEXEC, dir_fd=process)

    def inside(self, address: int) -> bool:
        """Whoever is blocked on this word waits for the GIL."""
        return 0 <= address - self._address < self._size

    def holder(self) -> int:
        """Native id of the thread that holds the GIL, ``NOBODY``; raises NoMemory, and Garbled rather than guess."""
        try:
            data = os.pread(self._memory, _GIL.size, self._address)
            if not data:
                raise NoMemory
            interval, state, held, rest, switches = _GIL.unpack(data)
            if held == _ENDED:
                return NOBODY
            if held not in (0, 1) or rest or not 0 < interval <= _LONGEST_INTERVAL_US:
                raise Garbled
            self.handovers.look(switches)
            return self._native_id(state) if held else NOBODY
        except (OSError, struct.error, OverflowError):
            raise Garbled from None

    def close(self) -> None:
        """Let go of the memory."""
        os.close(self._memory)

    def _native_id(self, state: int) -> int:
        word: int = _WORD.unpack(os.pread(self._memory, 8, state + self._id_at))[0]
        if self._tid_at < 0:
            return word
        return int(_TID.unpack(os.pread(self._memory, 4, word + self._tid_at))[0])
