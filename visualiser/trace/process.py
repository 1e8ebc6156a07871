"""What is known of one process of a run, as it tells it itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from visualiser.trace.thread_fold import SWITCH_NS, ThreadFold
from visualiser.trace.track import Track

_HELPERS = ("tracker", "forkserver")
_SIGTERM = 15


@dataclass
class Member:
    """A thread of the process: what is pending of it, and the track it belongs to."""

    fold: ThreadFold
    track: Track


class Process:
    """A process of the lab.

    Attributes:
        how: how it came to be: root, fork, spawn, forkserver, tracker or exec.
        python: version of its interpreter, empty until told.
        ready_ns: when multiprocessing named it, just before it calls what it was started for; None until then.
        switch_ns: its threads that wait for the GIL ask for it as often as that.
        threads: those that are not gone or not folded to their end, by the number of their track.
        exit_code: as its parent learned it, negative for a signal; None until then.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.name = f"process {pid}"
        self.how = ""
        self.python = ""
        self.gil = True
        self.ready_ns: int | None = None
        self.exit_code: int | None = None
        self.main_track: Track | None = None
        self.switch_ns = SWITCH_NS
        self.threads: dict[int, Member] = {}

    @property
    def is_root(self) -> bool:
        """The process that runs the script itself."""
        return self.how == "root"

    @property
    def was_killed(self) -> bool:
        """A signal ended it, and not the SIGTERM with which a Pool ends its workers."""
        return self.exit_code is not None and self.exit_code < 0 and self.exit_code != -_SIGTERM

    @property
    def is_helper(self) -> bool:
        """A process of multiprocessing's own."""
        return self.how in _HELPERS

    def hear(self, line: dict[str, Any]) -> None:
        """Take in one line of its story that concerns itself."""
        event = line["ev"]
        if event == "process":
            self.how = self.how if self.is_root else str(line["how"])  # the script stays the script when it calls exec
            self.python = str(line.get("python", ""))
            self.gil = bool(line.get("gil", True))
            if line.get("name"):
                self.name = str(line["name"])
            if "switch_interval" in line:
                self._set_switch_interval(int(1e9 * line["switch_interval"]))
        elif event == "switch_interval":
            self._set_switch_interval(int(1e9 * line["seconds"]))
        elif event == "process_name":
            self.name = str(line["name"])
            self.ready_ns = int(line["t"])

    def _set_switch_interval(self, switch_ns: int) -> None:
        self.switch_ns = switch_ns
        for member in self.threads.values():
            member.fold.expect_asking(switch_ns)
