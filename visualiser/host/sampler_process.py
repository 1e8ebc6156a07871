"""The sampler: a small process beside the window that records core switches and cleans up if the window is killed.

It is started as a program by ``host.sampler``, before any run and for many of them. Commands come as JSON lines on
standard input, answers go as JSON lines to standard output; standard library only, because it must be up in
milliseconds. A process of its own keeps the window's GIL from ever delaying it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import sys
import time

# Started as a file by an interpreter without site packages: its own checkout is all it needs.
_HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH120, PTH100
if __name__ == "__main__":
    sys.path[:] = [_HOME, *(path for path in sys.path if path != os.path.dirname(__file__))]  # noqa: PTH120

from visualiser.host.family import Family  # noqa: E402
from visualiser.host.perf import Refused, Switch, SwitchTrace  # noqa: E402
from visualiser.host.switch_file import SwitchFile  # noqa: E402
from visualiser.lab.layout import RUN_DIR_VARIABLE, Kind  # noqa: E402

_DRAIN_S = 0.015
# While the rings fill fast they are emptied sooner, but no sooner than this: a drain that finds little costs tens of
# microseconds, so even eight times as many of them take few percent of a core.
_SHORTEST_DRAIN_S = _DRAIN_S / 8
# A switch is in its ring within microseconds, but on a virtual machine the core itself may be held up on the way.
_SETTLE_NS = 5_000_000
_REPORT_S = 0.5
_CLEAN_UP_S = 2.0


class Recording:
    """The core switches of one run, written in the order of their times.

    ``pause_s``: when to drain next.
    """

    def __init__(self, trace: SwitchTrace, run_dir: str) -> None:
        self.pause_s = _DRAIN_S
        self._trace = trace
        self._file = SwitchFile(run_dir)
        self._held: list[Switch] = []
        self._promised = 0
        self._write_until(time.perf_counter_ns())

    def drain(self) -> None:
        """Write every switch that is old enough for no earlier one to come, then the watermark that says so."""
        settled = time.perf_counter_ns() - _SETTLE_NS
        self._take()
        # Beyond a full ring switches may be missing, and where the hole ends only the next drain can tell.
        self._write_until(int(min(settled, self._trace.known_until)))
        self.pause_s = min(self.pause_s * 2, _DRAIN_S) if self._trace.calm else max(self.pause_s / 2, _SHORTEST_DRAIN_S)

    def close(self) -> None:
        """Write what is left and let go."""
        now = time.perf_counter_ns()
        self._take()
        self._write_until(now)
        self._trace.close()
        self._file.close()

    def _take(self) -> None:
        self._held += self._trace.drain(self._promised)
        self._held.sort()

    def _write_until(self, safe: int) -> None:
        self._promised = safe = max(safe, self._promised)
        ready = [switch for switch in self._held if switch[0] < safe]
        self._held = self._held[len(ready) :]
        ready.append((safe, safe, 0, Kind.WATERMARK, 0, 0))
        self._file.write(ready)


class Sampler:
    """One run at a time: what to record, and what to clean up if the window disappears."""

    def __init__(self) -> None:
        self.recording: Recording | None = None
        self._run_dir = ""
        self._family: Family | None = None
        self._next_report = 0.0

    def obey(self, command: dict[str, object]) -> bool:
        """Carry out one command and answer; False when it was the last."""
        what = command["do"]
        if what == "attach":
            self._attach(command)
        elif what == "detach":
            self._detach()
        return what != "quit"

    def tick(self) -> None:
        """Drain, and tell now and then what that has cost."""
        assert self.recording is not None
        self.recording.drain()
        if time.monotonic() >= self._next_report:
            self._next_report = time.monotonic() + _REPORT_S
            _answer("cost")

    def orphaned(self) -> None:
        """The window is gone: so is its run, with all its processes and its directory."""
        if self._family is None:
            return
        # The orphans of the run now have the same new parent as this process.
        self._family.adopter = os.getppid()
        deadline = time.monotonic() + _CLEAN_UP_S
        while self._family.signal(signal.SIGKILL) and time.monotonic() < deadline:
            time.sleep(0.02)
        shutil.rmtree(self._run_dir, ignore_errors=True)

    def _attach(self, command: dict[str, object]) -> None:
        pid, badge = int(str(command["pid"])), int(str(command["badge"]))
        self._run_dir = str(command["run_dir"])
        variable = f"{RUN_DIR_VARIABLE}={self._run_dir}".encode()
        self._family = Family(pid, variable, badge, os.getppid(), frozenset((os.getpid(), os.getppid())))
        if not command["perf"]:
            _answer("watching")
            return
        try:
            self.recording = Recording(SwitchTrace(pid), self._run_dir)
        except (Refused, OSError) as refusal:
            _answer("refused", why=str(refusal))
        else:
            _answer("recording")

    def _detach(self) -> None:
        if self.recording is not None:
            self.recording.close()
        self.recording = self._family = None
        _answer("detached")


def main() -> None:
    """Obey until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sampler = Sampler()
    _answer("ready")
    rest = b""
    while True:
        pause_s = sampler.recording.pause_s if sampler.recording else None
        waiting = select.select([0], [], [], pause_s)[0]
        if sampler.recording:
            sampler.tick()
        if not waiting:
            continue
        data = os.read(0, 1 << 16)
        if not data:
            sampler.orphaned()
            return
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            if not sampler.obey(json.loads(line)):
                return


def _answer(what: str, **more: object) -> None:
    line = json.dumps({"answer": what, "cpu_s": time.process_time(), **more}) + "\n"
    with contextlib.suppress(BrokenPipeError):
        os.write(1, line.encode())


if __name__ == "__main__":
    main()
