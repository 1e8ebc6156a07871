"""The kernel's tracing files: an instance of our own, with events and probes, and nothing left behind.

The file system is opened by itself (``fsopen``), so it need not be mounted anywhere and nobody else sees it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path
from types import TracebackType

# The same numbers on every architecture.
_FSOPEN, _FSCONFIG, _FSMOUNT = 430, 431, 432
_CLOSE_ON_EXEC = 1
_CREATE = 6
_BUFFER_KB = 32_768  # for each core


class NotPermitted(Exception):
    """The kernel does not let us trace; the text is one sentence that says what is needed."""


class Instance:
    """A trace buffer of our own. A context manager; raises NotPermitted."""

    def __init__(self) -> None:
        self._root_file = -1
        self._probes: list[str] = []
        self.name = f"truth_{os.getpid()}"

    def __enter__(self) -> Instance:
        self._root_file = _open_tracefs()
        self.root = Path(f"/proc/self/fd/{self._root_file}")
        self.path = self.root / "instances" / self.name
        try:
            self.path.mkdir(parents=False, exist_ok=True)
            self.write("trace_clock", "mono")  # that of time.perf_counter_ns
            self.write("buffer_size_kb", str(_BUFFER_KB))
            self.write("tracing_on", "0")
        except OSError as error:
            self._leave()
            raise NotPermitted(f"The kernel's tracing refuses ({error.strerror}).") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def write(self, name: str, text: str) -> None:
        """Write to a file of the instance."""
        _write(self.path / name, text)

    def add_probe(self, name: str, file: Path, offset: int, at_return: bool = False) -> None:
        """An event ``name`` whenever a process comes to ``offset`` of ``file``, or returns from the function there."""
        _write(
            self.root / "uprobe_events",
            f"{'r' if at_return else 'p'}:{self.name}/{name} {file}:{offset:#x}",
            os.O_APPEND,
        )
        self._probes.append(name)

    def enable(self, event: str) -> None:
        """Let an event (``system/name``) be written from now on."""
        self.write(f"events/{event}/enable", "1")

    def enable_probes(self) -> None:
        """Let all probes be written from now on."""
        for name in self._probes:
            self.enable(f"{self.name}/{name}")

    def text(self) -> str:
        """All that was traced, oldest first."""
        return (self.path / "trace").read_text("utf-8", "replace")

    @property
    def lost(self) -> int:
        """Number of events that found no room."""
        count = 0
        for stats in (self.path / "per_cpu").glob("cpu*/stats"):
            words = stats.read_text().split()
            count += int(words[words.index("overrun:") + 1])
        return count

    def _leave(self) -> None:
        with contextlib.suppress(OSError):
            self.write("tracing_on", "0")
            self.write("events/enable", "0")
        with contextlib.suppress(OSError):
            self.path.rmdir()
        for name in self._probes:
            with contextlib.suppress(OSError):
                _write(self.root / "uprobe_events", f"-:{self.name}/{name}", os.O_APPEND)
        self._probes.clear()
        os.close(self._root_file)


def _open_tracefs() -> int:
    """A directory file of the tracing file system; raises NotPermitted."""
    if not sys.platform.startswith("linux"):
        raise NotPermitted("Only Linux tells the truth by its tracing files.")
    libc = ctypes.CDLL(None, use_errno=True)
    context = libc.syscall(_FSOPEN, b"tracefs", _CLOSE_ON_EXEC)
    try:
        if context < 0 or libc.syscall(_FSCONFIG, context, _CREATE, None, None, 0) < 0:
            raise _refusal()
        mount = libc.syscall(_FSMOUNT, context, _CLOSE_ON_EXEC, 0)
        if mount < 0:
            raise _refusal()
        return int(mount)
    finally:
        if context >= 0:
            os.close(context)


def _refusal() -> NotPermitted:
    why = os.strerror(ctypes.get_errno())
    return NotPermitted(f"The kernel's tracing files (tracefs) can be opened by root only, Linux 5.2 or newer ({why}).")


def _write(path: Path, text: str, how: int = os.O_TRUNC) -> None:
    """One write, and no seeking, which these files do not allow."""
    file = os.open(path, os.O_WRONLY | os.O_CLOEXEC | how)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)
