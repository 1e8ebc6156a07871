"""The script's process together with what is set up around it: run directory, sampler, console."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Collection
from pathlib import Path

from visualiser.host import family, launch
from visualiser.host.catalogue import Scenario, ScenarioError
from visualiser.host.console import Console
from visualiser.host.launch import StartError
from visualiser.host.relatives import Relatives
from visualiser.host.run_dir import RunDir, RunDirError
from visualiser.host.sampler import Sampler
from visualiser.host.state_sources import make_plan
from visualiser.host.stop import Members
from visualiser.lab.layout import RUN_DIR_VARIABLE


class LabProcess:
    """A script that has been started and waits at the gate until ``go``.

    Attributes:
        pid: process id.
        script: the file that runs: a user's own where it lies, an edited text from the run directory.
        python: the interpreter.
        dir: the run directory.
        sampler: who records its core switches and cleans up after us.
        plan: where its states come from.
    """

    def __init__(
        self,
        scenario: Scenario,
        text: str | None,
        python: str | None = None,
        states: str = "auto",
        sampler: Sampler | None = None,
        cwd: Path | None = None,
        second: str = "",
        extras: Collection[str] = (),
    ) -> None:
        """Start it; raises StartError with one sentence and leaves nothing behind."""
        self.python = launch.find_python(python)
        self._own_sampler = sampler is None
        self.sampler = sampler or Sampler()
        try:
            self.plan = make_plan(states, second, self.sampler.can)
            self.source = scenario.text if text is None else text
            self._set_up(scenario, text, cwd, extras)
        except (RunDirError, ScenarioError, StartError) as error:
            self._close_sampler()
            raise StartError(str(error)) from None
        self._attach()

    @property
    def code(self) -> int | None:
        """Exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def wait(self, timeout: float) -> None:
        """Wait at most ``timeout`` seconds for its end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)

    @property
    def recorded_by(self) -> int | None:
        """Pid of the process that writes what is sampled."""
        return self.sampler.pid

    def members(self, recorded: Callable[[], set[int]]) -> Members:
        """The processes of the run; ``recorded``: the pids that have written records."""
        if sys.platform != "linux":
            return Relatives(self.pid, recorded)
        variable = f"{RUN_DIR_VARIABLE}={self.dir.path}".encode()
        spare = frozenset({self.sampler.pid} if self.sampler.pid else ())
        return family.Family(self.pid, variable, self._badge, os.getpid(), spare)

    @property
    def removed(self) -> bool:
        """The file that runs does not exist any more."""
        return not self.script.exists()

    def faults(self) -> str:
        """What faulthandler wrote when a process of the run crashed."""
        try:
            return (self.dir.path / "faults.txt").read_text("utf-8", "replace")
        except OSError:
            return ""

    def close(self) -> None:
        """Let go of everything; all processes of the run must be gone."""
        self._process.wait()
        self._reap()
        self.console.close()
        self._close_sampler()
        family.adopt_orphans(self._adopted)
        self.dir.remove()

    def _reap(self) -> None:
        """Take the exit status of what became ours when the script's process was taken off the books, a moment ago."""
        if sys.platform == "linux":
            self.members(set).count()

    def _close_sampler(self) -> None:
        if self._own_sampler:
            self.sampler.close()

    def _set_up(self, scenario: Scenario, text: str | None, cwd: Path | None, extras: Collection[str]) -> None:
        self.dir = RunDir()
        try:
            self._start(scenario, text, cwd, extras)
        except (RunDirError, ScenarioError, StartError):
            self.dir.remove()
            raise

    def _start(self, scenario: Scenario, text: str | None, cwd: Path | None, extras: Collection[str]) -> None:
        self.script, home = scenario.path, None
        if text is not None and text != scenario.text:
            self.script, home = self.dir.write_script(scenario.path.name, text), scenario.path.parent
        if cwd is None:
            cwd = self.dir.path / "script" if scenario.builtin else scenario.path.parent
        environ = launch.environment(self.dir.path, home, extras={*self.plan.extras, *extras})
        self._process = launch.launch(self.python, self.script, environ, cwd)
        self.pid = self._process.pid
        self._adopted = family.adopt_orphans()
        self._badge = family.pin_badge(self.pid)
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self.console = Console(self._process.stdout, self._process.stderr)

    def _attach(self) -> None:
        try:
            self.sampler.attach(self.pid, self.dir.path, self._badge, sources=self.plan.sampled)
            self.plan = self.plan.settle(self.sampler.sources, self.sampler.refusals)
        except BaseException:
            self._give_up()
            raise

    def _give_up(self) -> None:
        """Nothing but the interpreter's own start has run yet."""
        self._process.kill()
        self.sampler.detach()
        self.close()
