"""One run inside the window, with the face of a session of the host: the reader need not know the difference."""

from __future__ import annotations

import math
import os
import sys
import time
from pathlib import Path
from typing import Any

from visualiser.gui.in_window.script import ScriptThread
from visualiser.host.collector import Collector
from visualiser.host.cores import Cores
from visualiser.host.knobs import find_knobs
from visualiser.host.outcome import Evidence, Outcome, Reason
from visualiser.host.run_dir import RunDir
from visualiser.host.sampler import Sampler
from visualiser.host.verdict import judge
from visualiser.host.witness import Witness
from visualiser.trace.batch import Batch

_STOP_S = 3.0
_ASK_AGAIN_S = 0.02
_LAST_WORDS_S = 0.5
STUCK = "A thread of the script does not react: it goes on inside this window until you close it."
NS = 1_000_000_000


class WindowSession:
    """Follows a script that runs in this process; see ``host.session.Session`` for what its parts mean."""

    def __init__(self, run_dir: RunDir, script: ScriptThread, path: Path, text: str, sampler: Sampler) -> None:
        self.run_dir = run_dir.path
        self.pid = os.getpid()
        self.python = sys.executable
        self.knobs = {knob.name: knob.value for knob in find_knobs(text)}
        self.warning: str | None = None
        self.outcome: Outcome | None = None
        self.ended_ns = 0
        self.own_cpu = math.nan  # the script's work and the window's are one process's
        self._dir = run_dir
        self._script = script
        self._path = path
        self._sampler = sampler
        self._witness = Witness(self.pid)
        self._cores = Cores()
        self._reason: Reason = ""
        self._stuck = False
        self._last_words_until = 0.0
        sampler.attach(self.pid, run_dir.path)
        self.sources: tuple[str, ...] = ("perf",) if sampler.recording else ("calls",)
        self.note = "" if sampler.recording else sampler.refusal
        self._collector = Collector(run_dir.path, sampler.pid if sampler.recording else None)
        self._began_ns = time.perf_counter_ns()

    @property
    def running(self) -> bool:
        """There is more to come from ``poll``."""
        return self.outcome is None

    @property
    def results(self) -> dict[str, Any]:
        """The simple values the script ended with, knobs apart."""
        return {name: value for name, value in self._witness.results.items() if name not in self.knobs}

    def console(self) -> list[tuple[str, str]]:
        """New pieces of output."""
        return self._script.console()

    def ask(self) -> None:
        """Have the sampler write what it has, a few milliseconds before ``glance``."""
        self._sampler.ask()

    def glance(self) -> None:
        """Note what there is, a moment before ``poll``."""
        self._collector.glance()

    def poll(self) -> Batch:
        """What is new; ``outcome`` is set with the last batch."""
        self._sampler.listen()
        last = self._is_over()
        batch = self._collector.poll(last=last)
        batch.loads = self._cores.poll(last=last)
        batch.sources = self.sources
        self._witness.hear(batch)
        if last and self.outcome is None:
            self.outcome = self._judge()
        return batch

    def stop(self, why: Reason = "user") -> None:
        """Interrupt the script's threads until they have ended; one that waits in C may outlast our patience."""
        self._reason = why
        self._dir.control.ask_to_stop()
        deadline = time.monotonic() + _STOP_S
        while not self._script.over.is_set() and time.monotonic() < deadline:
            self._script.stop()
            self._script.over.wait(_ASK_AGAIN_S)
        self._stuck = not self._script.over.is_set()

    def close(self) -> None:
        """End the run if it still goes on, and remove its directory."""
        if not self._script.over.is_set() and not self._stuck:
            self.stop("closed")
        self._sampler.detach()
        self._collector.close()
        self._dir.remove()

    def _is_over(self) -> bool:
        if not (self._script.over.is_set() or self._stuck):
            return False
        if not self._last_words_until:
            self.ended_ns = time.perf_counter_ns()
            self._sampler.detach()
            self._last_words_until = time.monotonic() + _LAST_WORDS_S
        return self._sampler.detached or time.monotonic() > self._last_words_until

    def _judge(self) -> Outcome:
        if self._stuck:
            return Outcome(STUCK, exit_code=1, stopped=True)
        began = self._witness.start_ns or self._began_ns
        evidence = Evidence(
            witness=self._witness,
            code=self._script.code,
            script=self._path,
            name=self._path.name,
            python=self.python,
            run_dir=self.run_dir,
            wall_s=(self.ended_ns - began) / NS,
            reason=self._reason,
        )
        return judge(evidence)
