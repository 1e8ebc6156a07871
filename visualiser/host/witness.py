"""Remembers, of all that the lab tells, what matters for how the run ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.batch import Batch


@dataclass(frozen=True)
class Failure:
    """An exception nobody caught; ``thread`` is None for a main thread, ``line`` counts from 1."""

    pid: int
    type: str
    text: str
    file: str | None = None
    line: int | None = None
    thread: str | None = None


@dataclass
class Witness:
    """What has been told so far.

    Attributes:
        root: pid of the script's own process.
        names: of the processes.
        pool_workers: pids of workers of a Pool.
        failures: in the order they were told.
        exits: (code, file, line) of the last ``sys.exit`` of each process.
        last_words: what a process gave ``sys.exit`` to print, "" if a code.
        codes: exit codes of processes as their parents learned them; negative is a signal.
        results: the script's simple values at its end, knobs included.
        start_ns: time of the script's first line, 0 until then.
        end_ns: time of the root's orderly end, 0 until then.
        prints: (pid, name) of the latest print, None if none was looked at.
    """

    root: int
    names: dict[int, str] = field(default_factory=dict)
    pool_workers: set[int] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    exits: dict[int, tuple[int, str | None, int | None]] = field(default_factory=dict)
    last_words: dict[int, str] = field(default_factory=dict)
    codes: dict[int, int] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    start_ns: int = 0
    end_ns: int = 0
    prints: tuple[int, int] | None = None
    _places: dict[tuple[int, int], tuple[str | None, int | None]] = field(default_factory=dict)

    def hear(self, batch: Batch, prints: bool = False) -> None:
        """Take in a batch; ``prints``: look for the latest print too, which costs a little."""
        for event in batch.story:
            handler = _HANDLERS.get(event["ev"])
            if handler is not None:
                handler(self, event["pid"], event)
        if prints:
            self._find_print(batch)

    def name_of(self, pid: int) -> str:
        """``ForkProcess-2 (pid 123)``, or the script itself."""
        if pid == self.root:
            return "the script"
        name = self.names.get(pid)
        return f"{name} (pid {pid})" if name else f"the child process {pid}"

    @property
    def print_line(self) -> tuple[str | None, int | None]:
        """File and line of the latest print."""
        return self._places.get(self.prints, (None, None)) if self.prints else (None, None)

    def failure_of(self, pid: int) -> Failure | None:
        """What ended the main thread of a process, None if nothing did."""
        return next((f for f in reversed(self.failures) if f.pid == pid and f.thread is None), None)

    def _find_print(self, batch: Batch) -> None:
        latest = 0
        for key, records in batch.records.items():
            found = np.flatnonzero(records["kind"] == Kind.PRINT)
            if found.size and int(records["t0"][found[-1]]) >= latest:
                latest = int(records["t0"][found[-1]])
                self.prints = (key.pid, int(records["object"][found[-1]]))

    def _on_process(self, pid: int, event: dict[str, Any]) -> None:
        if event.get("name"):
            self.names[pid] = str(event["name"])

    def _on_pool_worker(self, pid: int, _: dict[str, Any]) -> None:
        self.pool_workers.add(pid)

    def _on_name(self, pid: int, event: dict[str, Any]) -> None:
        self._places[pid, event.get("id", 0)] = (event.get("file"), event.get("line"))

    def _on_start(self, pid: int, event: dict[str, Any]) -> None:
        self.start_ns = self.start_ns or event["t"]

    def _on_end(self, pid: int, event: dict[str, Any]) -> None:
        if pid == self.root:
            self.end_ns = event["t"]

    def _on_error(self, pid: int, event: dict[str, Any]) -> None:
        told = (event.get(key) for key in ("type", "text", "file", "line", "thread"))
        kind, text, file, line, thread = told
        self.failures.append(Failure(pid, str(kind), str(text or ""), file, line, thread))

    def _on_exit(self, pid: int, event: dict[str, Any]) -> None:
        code = event.get("code")
        self.exits[pid] = (code if isinstance(code, int) else 1, event.get("file"), event.get("line"))
        self.last_words[pid] = code if isinstance(code, str) else ""

    def _on_child_exit(self, _: int, event: dict[str, Any]) -> None:
        if isinstance(event.get("code"), int) and isinstance(event.get("child"), int):
            self.codes.setdefault(event["child"], event["code"])

    def _on_results(self, pid: int, event: dict[str, Any]) -> None:
        if pid == self.root and isinstance(event.get("values"), dict):
            self.results = event["values"]


_HANDLERS = {
    "process": Witness._on_process,
    "process_name": Witness._on_process,
    "pool_worker": Witness._on_pool_worker,
    "name": Witness._on_name,
    "start": Witness._on_start,
    "end": Witness._on_end,
    "error": Witness._on_error,
    "exit": Witness._on_exit,
    "child_exit": Witness._on_child_exit,
    "results": Witness._on_results,
}


def place(file: str | None, line: int | None, script: Path) -> str:
    """``line 12``, or ``line 12 of other.py`` where the file is not the script; "" if unknown."""
    if line is None:
        return ""
    if file is None or Path(file) == script:
        return f"line {line}"
    return f"line {line} of {Path(file).name}"
