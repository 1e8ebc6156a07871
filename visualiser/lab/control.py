"""The control file: the few words that the host and all processes of a run share, mapped so that they always work."""

from __future__ import annotations

import mmap
import os

from .layout import (
    CONTROL_BYTES,
    CONTROL_FAULT,
    CONTROL_FAULT_PID,
    CONTROL_GO,
    CONTROL_HOST,
    CONTROL_NAME,
    CONTROL_STOP,
    LONG,
    WORD,
)


class Control:
    """The mapped control file of one run. Raises OSError where the run directory has none."""

    def __init__(self, run_dir: str) -> None:
        fd = os.open(os.path.join(run_dir, CONTROL_NAME), os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            self._map = mmap.mmap(fd, CONTROL_BYTES)
        finally:
            os.close(fd)

    @property
    def go(self) -> bool:
        """True once the script may start."""
        return bool(WORD.unpack_from(self._map, CONTROL_GO)[0])

    @property
    def stopping(self) -> bool:
        """True once the user asked for the end."""
        return bool(WORD.unpack_from(self._map, CONTROL_STOP)[0])

    @property
    def host(self) -> int:
        """Pid of the host, 0 if it is not known."""
        return int(LONG.unpack_from(self._map, CONTROL_HOST)[0])

    def report_fault(self, errno: int) -> None:
        """Tell the host that this process cannot be recorded any longer. The first fault of a run is kept."""
        if not WORD.unpack_from(self._map, CONTROL_FAULT)[0]:
            LONG.pack_into(self._map, CONTROL_FAULT_PID, os.getpid())
            WORD.pack_into(self._map, CONTROL_FAULT, errno)
