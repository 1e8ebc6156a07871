"""The sampler: a small process beside the window that watches the run's threads and cleans up if the window is killed.

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
from visualiser.host.peek import Peek  # noqa: E402
from visualiser.host.peek_permission import peek_refusal  # noqa: E402
from visualiser.host.perf import Refused, SwitchTrace, perf_refusal  # noqa: E402
from visualiser.host.recording import Recording  # noqa: E402
from visualiser.lab.layout import RUN_DIR_VARIABLE  # noqa: E402

_REPORT_S = 0.5
_CLEAN_UP_S = 2.0


class Sampler:
    """One run at a time: by what it is sampled, and what to clean up if the window disappears."""

    def __init__(self) -> None:
        self._recordings: list[Recording | Peek] = []
        self._run_dir = ""
        self._family: Family | None = None
        self._next_report = 0.0

    @property
    def pause_s(self) -> float | None:
        """Seconds until ``tick`` has something to do; None if there is nothing to wait for."""
        if not self._recordings:
            return None
        return max(min(recording.due for recording in self._recordings) - time.monotonic(), 0.0)

    def obey(self, command: dict[str, object]) -> bool:
        """Carry out one command and answer; False when it was the last."""
        what = command["do"]
        if what == "attach":
            self._attach(command)
        elif what == "detach":
            self._detach()
        elif what == "tell":
            for recording in self._recordings:
                recording.tell()
        return what != "quit"

    def tick(self) -> None:
        """Let every source look that is due, and tell now and then what that has cost."""
        now = time.monotonic()
        for recording in self._recordings:
            if recording.due <= now and (trouble := recording.tick()):
                _answer("trouble", source=recording.source, why=trouble)
        if self._recordings and now >= self._next_report:
            self._next_report = now + _REPORT_S
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
        refused: dict[str, str] = {}
        for source in _words(command["sources"]):
            try:
                self._recordings.append(_open(source, pid, self._run_dir))
            except (Refused, OSError) as error:
                refused[source] = str(error)
        _answer("attached", recording=[recording.source for recording in self._recordings], refused=refused)

    def _detach(self) -> None:
        for recording in self._recordings:
            recording.close()
        self._recordings = []
        self._family = None
        _answer("detached")


def _open(source: str, pid: int, run_dir: str) -> Recording | Peek:
    if source == "perf":
        return Recording(SwitchTrace(pid), run_dir)
    if source == "peek":
        return Peek(run_dir)
    raise Refused(f"This sampler knows no source {source}.")


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []


def main() -> None:
    """Obey until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sampler = Sampler()
    _answer("ready", can={"perf": perf_refusal(), "peek": peek_refusal()})
    rest = b""
    while True:
        waiting = select.select([0], [], [], sampler.pause_s)[0]
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
