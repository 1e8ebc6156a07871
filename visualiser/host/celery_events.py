"""Has a process of its own listen to the broker of a script's Celery app, and says when that broker is away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from visualiser.host import celery_listener
from visualiser.lab.layout import BROKER_READY_NAME, RUN_DIR_VARIABLE
from visualiser.trace.batch import Batch

_KILL_S = 2.0


class CeleryEvents:
    """The listener of one run; there is none until the script's app looks for a broker that other machines can reach.

    Attributes:
        warning: one sentence while the broker does not answer, else None.
    """

    def __init__(self, run_dir: Path, python: str) -> None:
        self.warning: str | None = None
        self._run_dir = run_dir
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pids(self) -> set[int]:
        """The listener, which writes into the run directory and is no process of the run."""
        return {self._process.pid} if self._process else set()

    @property
    def ended(self) -> bool:
        """No more events will come."""
        return self._process is None or self._process.poll() is not None

    def hear(self, batch: Batch) -> None:
        """Take in a batch."""
        for event in batch.story:
            handler = _HANDLERS.get(event["ev"])
            if handler is not None:
                handler(self, event)

    def finish(self) -> None:
        """Let the listener come to its end; blocks nobody."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def close(self) -> None:
        """End the listener; nothing of it is left."""
        if self._process is None:
            return
        self.finish()
        if not self.ended:
            self._process.kill()
        self._process.wait(_KILL_S)

    def _on_broker(self, event: dict[str, Any]) -> None:
        if self._process is None:
            self._start(str(event["url"]))

    def _on_event(self, event: dict[str, Any]) -> None:
        if event["type"] == "broker-lost":
            self.warning = self._why_away(event)
        elif event["type"] == "listening":
            self.warning = None

    def _why_away(self, event: dict[str, Any]) -> str:
        broker, missing = event["broker"], event.get("missing")
        if missing:
            return f"The broker {broker} needs a module: {self._python} -m pip install {missing} gets it."
        return f"The broker {broker} does not answer; what is known stays, and the run goes on when it is back."

    def _start(self, broker: str) -> None:
        environ = {name: value for name, value in os.environ.items() if name != RUN_DIR_VARIABLE}
        try:
            self._process = subprocess.Popen(
                [self._python, celery_listener.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environ,
                cwd=self._run_dir,
                start_new_session=sys.platform != "win32",
            )
        except OSError:  # the interpreter that runs the script starts no second time: then without events
            return
        assert self._process.stdin is not None
        order = {"run": str(self._run_dir), "broker": broker, "ready": BROKER_READY_NAME}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()


_HANDLERS: dict[str, Callable[[CeleryEvents, dict[str, Any]], None]] = {
    "task_broker": CeleryEvents._on_broker,
    "task_queue": CeleryEvents._on_event,
}
