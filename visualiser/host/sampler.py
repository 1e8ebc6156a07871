"""Starts the sampler's process and talks to it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

_PROGRAM = Path(__file__).with_name("sampler_process.py")
_PATIENCE_S = 3.0
_LINUX_ONLY = "Threads are watched from outside on Linux only."
SOURCES = ("perf", "peek")
SUPPORTED = sys.platform == "linux"


class Sampler:
    """A running sampler, good for one run after the other.

    Start it early: it is ready within milliseconds, and a run then need not wait for it.

    Attributes:
        sources: what the present run is being sampled by, of ``SOURCES``.
        refusals: by source that was asked for and is not in ``sources``: why, one sentence.
        troubles: by source: what it cannot see in the present run, or not as often as it should, one sentence.
        detached: no run is looked after, and all of the last one has been written.
        cpu_s: CPU seconds its process has used.
    """

    def __init__(self) -> None:
        self.sources: frozenset[str] = frozenset()
        self.refusals: dict[str, str] = {}
        self.troubles: dict[str, str] = {}
        self.detached = True
        self.cpu_s = 0.0
        self._can: dict[str, str] | None = None
        self._rest = b""
        self._process: subprocess.Popen[bytes] | None = None
        if SUPPORTED:
            self._start()

    @property
    def can(self) -> dict[str, str]:
        """By source of ``SOURCES``: "" if this system permits it, else why not, one sentence.

        Waits until the process has found out, a few milliseconds after its start.
        """
        if self._can is None:
            self._listen_until(lambda: self._can is not None)
        if self._can is None:
            return dict.fromkeys(SOURCES, self._why_silent())
        return self._can

    @property
    def recording(self) -> bool:
        """Core switches of the present run are being recorded."""
        return "perf" in self.sources

    @property
    def refusal(self) -> str:
        """Why core switches are not recorded, one sentence; "" while they are."""
        return self.refusals.get("perf", "")

    @property
    def pid(self) -> int | None:
        """Process id; None where there is no sampler."""
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        """The process runs."""
        return self._process is not None and self._process.poll() is None

    def attach(self, pid: int, run_dir: Path, badge: int = 0, sources: Collection[str] = ("perf",)) -> None:
        """Look after the run of process ``pid`` from now on; waits for the answer, a few milliseconds.

        Args:
            pid: the script's own process.
            run_dir: its run directory, removed by the sampler should this process be killed.
            badge: see ``family.pin_badge``.
            sources: what to sample it by, of ``SOURCES``; none: the run is only looked after.
        """
        self.sources, self.refusals, self.troubles = frozenset(), {}, {}
        self.detached, self._answered = False, False
        if self.alive:
            self._send(do="attach", pid=pid, run_dir=str(run_dir), badge=badge, sources=list(sources))
            self._listen_until(lambda: self._answered)
        if not self._answered:
            self.refusals, self.detached = dict.fromkeys(sources, self._why_silent()), True

    def ask(self) -> None:
        """Have what was sampled so far written within the next milliseconds; not if the sampler is far behind."""
        if self._process is None or self._process.stdin is None or self.detached:
            return
        if select.select([], [self._process.stdin], [], 0)[1]:
            self._send(do="tell")

    def detach(self) -> None:
        """The run is over; ``detached`` turns true, after some calls of ``listen``, when all has been written."""
        if not self.detached:
            self._send(do="detach")

    def listen(self) -> None:
        """Take in what the sampler has said; does not wait."""
        self._listen(0)
        if not self.alive:
            self.detached = True

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._send(do="quit")
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close_pipes()

    def _start(self) -> None:
        # -I and -S: neither the user's environment nor site packages, it needs nothing but the standard library.
        # A session of its own, because Ctrl-C in a terminal is meant for us, and we still need it then.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _send(self, **command: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(command).encode() + b"\n")
            self._process.stdin.flush()

    def _listen(self, patience: float) -> None:
        if self._process is None or self._process.stdout is None:
            return
        source = self._process.stdout.fileno()
        while select.select([source], [], [], patience)[0]:
            data = os.read(source, 1 << 16)
            if not data:
                return
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                self._hear(json.loads(line))
            patience = 0

    def _listen_until(self, heard: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not heard() and self.alive and (left := deadline - time.monotonic()) > 0:
            self._listen(left)

    def _why_silent(self) -> str:
        if not SUPPORTED:
            return _LINUX_ONLY
        return "The sampler did not answer." if self.alive else "The sampler has ended unexpectedly."

    def _hear(self, answer: dict[str, Any]) -> None:
        self.cpu_s = float(answer["cpu_s"])
        what = answer["answer"]
        if what == "ready":
            self._can = answer["can"]
        elif what == "attached":
            self._answered = True
            self.sources, self.refusals = frozenset(answer["recording"]), answer["refused"]
        elif what == "trouble":
            self.troubles[answer["source"]] = answer["why"]
        elif what == "detached":
            self.detached = True

    def _close_pipes(self) -> None:
        assert self._process is not None
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
