"""One run from outside: start, poll, stop, outcome."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from visualiser.host.account_file import Accounting, collect_account
from visualiser.host.catalogue import Scenario
from visualiser.host.celery_events import CeleryEvents
from visualiser.host.collector import Collector
from visualiser.host.cores import Cores
from visualiser.host.knobs import find_knobs
from visualiser.host.lab_process import LabProcess
from visualiser.host.launch import StartError
from visualiser.host.outcome import Evidence, Outcome, Reason, capital
from visualiser.host.sampler import Sampler
from visualiser.host.standstill import Standstill
from visualiser.host.stop import Ending
from visualiser.host.verdict import judge, killed_worker, violent_ends
from visualiser.host.witness import Witness
from visualiser.lab.layout import EXTRA_VERSIONS
from visualiser.trace.batch import Batch

__all__ = ["Session", "StartError"]

_PRINTS_MATTER = 1 << 20  # bytes of output from which on it is remembered where the script prints
_LAST_WORDS_S = 0.5  # for console and sampler to finish when every process of the run is gone
_STOP_S = 3.0  # more than Ending needs; only a process that the kernel itself holds can last as long
_LOOK_S = 0.01
_GATE_S, _GATE_STEP_S = 1.0, 0.002  # an interpreter is up within a tenth of a second
NS = 1_000_000_000
VANISHED = "The sampler ended unexpectedly: from there on only recorded calls are told apart."


class Session:
    """One run of one scenario. ``poll`` is called from one thread, everything else from any.

    Attributes:
        run_dir: directory of the records, gone after ``close``.
        pid: the script's own process.
        python: interpreter that runs it.
        knobs: name and value of each knob the run started with.
        sources: where states come from: the source that is drawn, perhaps a second one to compare it with.
        warning: one sentence on trouble that has not ended the run, else None.
        outcome: how the run ended, None while it runs.
        accounting: the account of the script's counter, once a run with recorded versions has ended.
    """

    def __init__(self, lab: LabProcess, name: str, extras: Collection[str] = ()) -> None:
        """Let the script of ``lab`` begin; use ``start``."""
        self.run_dir = lab.dir.path
        self.pid = lab.pid
        self.python = lab.python
        self.knobs = {knob.name: knob.value for knob in find_knobs(lab.source)}
        self.sources = lab.plan.sources
        self.warning: str | None = None
        self.outcome: Outcome | None = None
        self.accounting: Accounting | None = None
        self._name = name
        self._extras = frozenset(extras)
        self._lab = lab
        self._lock = threading.RLock()
        self._cpu_before = lab.sampler.cpu_s
        self._collector = Collector(lab.dir.path, lab.recorded_by)
        self._cores = Cores()
        self._queue = CeleryEvents(lab.dir.path, lab.python)
        self._witness = Witness(lab.pid)
        self._standstill = Standstill()
        self._reason: Reason = ""
        self._ending: Ending | None = None
        self._last_words_until = 0.0
        self._ended_ns = 0
        self._closed = False
        self._vanished = ""  # a sentence, once the sampler is gone
        self._away = False  # the broker of a task queue does not answer
        self._await_gate()
        lab.dir.control.go()
        self._began_ns = time.perf_counter_ns()

    @classmethod
    def start(
        cls,
        scenario: Scenario,
        text: str | None = None,
        *,
        python: str | None = None,
        states: str = "auto",
        sampler: Sampler | None = None,
        cwd: Path | None = None,
        second: str = "",
        extras: Collection[str] = (),
    ) -> Session:
        """Start a run.

        Args:
            scenario: what to run.
            text: the script as edited; None for the file as it is.
            python: another interpreter, by name or path.
            states: where states come from, of ``state_sources.STATES``: "auto" is the best that is permitted; one that
                is named must be.
            sampler: one that is ready; None starts one for this run.
            cwd: working directory; by default that of the script.
            second: a source to compare the first one with, of ``state_sources.SECONDS``.
            extras: what the lab is to do besides, see ``lab.layout``.

        Raises:
            StartError: with one sentence for the user.
        """
        lab = LabProcess(scenario, text, python, states, sampler, cwd, second, extras)
        return cls(lab, scenario.path.name, extras)

    @property
    def note(self) -> str:
        """Sentences on what is missing of the states that were wanted, one a line."""
        troubles = self._lab.sampler.troubles
        return "\n".join(filter(None, (self._lab.plan.note, *map(troubles.get, self.sources), self._vanished)))

    @property
    def running(self) -> bool:
        """There is more to come from ``poll``: turns false with the last batch."""
        return self.outcome is None and not self._closed

    @property
    def results(self) -> dict[str, Any]:
        """The simple values the script ended with, knobs apart."""
        return {name: value for name, value in self._witness.results.items() if name not in self.knobs}

    @property
    def stdout(self) -> str:
        """All the script has printed on standard output."""
        return self._lab.console.stdout

    @property
    def own_cpu(self) -> float:
        """CPU seconds the sampler has used for this run."""
        return self._lab.sampler.cpu_s - self._cpu_before

    @property
    def ended_ns(self) -> int:
        """When the script ended, on the clock of the records; 0 while it runs."""
        return self._witness.end_ns or self._ended_ns

    def console(self) -> list[tuple[str, str]]:
        """New pieces of output: ("out" or "err", text)."""
        return self._lab.console.news()

    def ask(self) -> None:
        """Have the sampler write what it has, a few milliseconds before ``glance``: else it does so at its own pace."""
        with self._lock:
            if self.running:
                self._lab.sampler.ask()

    def glance(self) -> None:
        """Note what there is a moment before ``poll``, so that it comes with that batch and not with the next."""
        with self._lock:
            if self.running:
                self._collector.glance()

    def poll(self) -> Batch:
        """What is new; never blocks. ``outcome`` is set with the last batch."""
        with self._lock:
            if not self.running:
                return Batch(now=time.perf_counter_ns())
            self._lab.sampler.listen()
            self._decide()
            over = self._is_over()
            batch = self._collect(over)
            if over:
                self._settle()
            return batch

    def wait(self, timeout: float) -> None:
        """Wait ``timeout`` seconds, or less if the script ends."""
        if self._lab.code is None:
            self._lab.wait(timeout)
        else:
            time.sleep(min(timeout, _LOOK_S))

    def stop(self, why: Reason = "user") -> None:
        """End the run and all its processes, within 2 s; one more ``poll`` then gives the last batch."""
        deadline = time.monotonic() + _STOP_S
        with self._lock:
            if self.running:
                self._decide()
                self._begin_ending(why)
        while not self._is_over() and time.monotonic() < deadline:
            time.sleep(_LOOK_S)

    def close(self) -> None:
        """End the run if it still goes on, and remove its directory."""
        with self._lock:
            if self._closed:
                return
            if self.running:
                self.stop("closed")
                self.poll()
            self._closed = True
            self._queue.close()
            self._collector.close()
            self._lab.close()

    def _await_gate(self) -> None:
        """Open the script's first records before it begins: it may delete them at once."""
        deadline = time.monotonic() + _GATE_S
        while not self._collector.discover() and self._lab.code is None and time.monotonic() < deadline:
            time.sleep(_GATE_STEP_S)

    def _decide(self) -> None:
        """Begin the end if the script has ended, or if going on is of no use."""
        if self._ending is not None:
            return
        if self._lab.code is not None:
            self._begin_ending("")
        elif self._lab.console.overflow:
            self._begin_ending("output")
        elif self._lab.dir.control.fault is not None:
            self._begin_ending("fault")
        elif self._lost() and self._standstill.lasts(time.perf_counter_ns()):
            self._begin_ending("lost task")

    def _begin_ending(self, reason: Reason) -> None:
        if self._ending is not None:
            return
        self._reason = reason
        by_itself = self._lab.code is not None
        if by_itself:
            self._ended_ns = time.perf_counter_ns()
        else:
            self._lab.dir.control.ask_to_stop()
        members = self._lab.members(lambda: self._collector.pids - self._queue.pids)
        self._ending = Ending(members, None if by_itself else self.pid)

    def _is_over(self) -> bool:
        """Every process of the run is gone, and console and sampler have said their last words."""
        with self._lock:
            if not self.running:
                return True
            if self._ending is None:
                return False
            if not self._last_words_until:
                if not self._ending.advance():
                    return False
                self._ended_ns = self._ended_ns or time.perf_counter_ns()
                self._lab.wait(_LOOK_S)  # it has ended: this only takes its exit status
                self._lab.sampler.detach()
                self._queue.finish()
                self._last_words_until = time.monotonic() + _LAST_WORDS_S
            self._lab.sampler.listen()
            said = self._lab.console.ended and self._lab.sampler.detached and self._queue.ended
            return said or time.monotonic() > self._last_words_until

    def _collect(self, over: bool) -> Batch:
        batch = self._collector.poll(last=over)
        batch.loads = self._cores.poll(last=over)
        self._check_sampler()
        batch.sources = self.sources
        self._witness.hear(batch, prints=self._lab.console.read > _PRINTS_MATTER)
        self._standstill.hear(batch)
        self._queue.hear(batch)
        self._warn()
        return batch

    def _check_sampler(self) -> None:
        """Without the sampler only recorded calls are told apart from here on."""
        if not self._lab.sampler.alive and not {"perf", "peek"}.isdisjoint(self.sources):
            self.sources = tuple(source for source in self.sources if source in ("beat", "calls")) or ("calls",)
            self.warning = self._vanished = VANISHED

    def _lost(self) -> list[int]:
        """Pool workers that were killed, perhaps with a task."""
        return [pid for pid in violent_ends(self._witness) if pid in self._witness.pool_workers]

    def _warn(self) -> None:
        killed = violent_ends(self._witness)
        if killed:
            of_pool = killed[-1] in self._witness.pool_workers
            sentence = killed_worker(self._witness, killed[-1])
            sentence += "; if it was at work, its task is lost." if of_pool else "."
            self.warning = capital(sentence)
        if self._queue.warning or self._away:
            self._away, self.warning = bool(self._queue.warning), self._queue.warning

    def _settle(self) -> None:
        code = self._lab.code
        if EXTRA_VERSIONS in self._extras:
            self.accounting = collect_account(self.run_dir)
        self.outcome = judge(
            Evidence(
                witness=self._witness,
                code=-9 if code is None else code,
                script=self._lab.script,
                name=self._name,
                python=self.python,
                run_dir=self.run_dir,
                wall_s=max(self.ended_ns - (self._witness.start_ns or self._began_ns), 0) / NS,
                reason=self._reason,
                fault=self._lab.dir.control.fault,
                faults=self._lab.faults(),
                stderr=self._lab.console.stderr,
                output_limit=self._lab.console.limit,
                removed=self._lab.removed,
                lost=self._lost(),
            )
        )
