"""The stepping process seen from outside: starts it, sends it one command after the other, and never waits for ever."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import subprocess
import threading
from typing import Any

from visualiser.host.launch import HOME
from visualiser.host.step_state import Interpreter

START_S = 20.0
PATIENCE_S = 12.0  # longer than the program's own patience with a thread, so that it can say what is the matter
_LEAVE_S = 1.0
_START = (
    "import runpy, sys; sys.path.append(sys.argv.pop(1)); "
    "runpy.run_module('visualiser.lab.stepper', run_name='__main__', alter_sys=True)"
)


class StepperError(Exception):
    """Stepping cannot go on; the text is one sentence."""


class StepProcess:
    """One child that runs the two threads; it ends with ``close`` and whenever its standard input ends."""

    def __init__(self, path: str, patience_s: float = PATIENCE_S) -> None:
        """Start it with that interpreter; raises StepperError."""
        self._patience_s = patience_s
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        try:
            # -I and -S: neither the user's environment nor site packages, it needs nothing but the standard library.
            # A session of its own, because Ctrl-C in a terminal is meant for us.
            self._process = subprocess.Popen(
                [path, "-I", "-S", "-c", _START, str(HOME)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise StepperError(f"{path} cannot be started: {error.strerror}.") from None
        # A thread of its own reads, because a pipe can be waited for with a deadline on no other way everywhere.
        self._reader = threading.Thread(target=self._read, name="stepper's answers", daemon=True)
        self._reader.start()
        hello = self._hear(START_S)
        self.pid = self._process.pid
        self.interpreter = Interpreter(path, str(hello["version"]), bool(hello["gil"]), str(hello["by"]))

    def ask(self, **command: object) -> dict[str, Any]:
        """Send a command and wait for its answer; StepperError, and the process is gone, if there is none to be had."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # a dead child is noticed by its missing answer
            self._process.stdin.write(json.dumps(command).encode() + b"\n")
            self._process.stdin.flush()
        answer = self._hear(self._patience_s)
        if answer["answer"] == "trouble":
            self.close()
            raise StepperError(str(answer["why"]))
        return answer

    def kill(self) -> None:
        """End it by force and leave the rest to ``close``."""
        self._process.kill()

    def close(self) -> None:
        """End it, by force if it must be."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(_LEAVE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put(b"")

    def _hear(self, patience_s: float) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=patience_s)
            answer = json.loads(line) if line else None
        except queue.Empty:
            self._give_up(f"The stepping process did not answer within {patience_s:g} seconds")
        except ValueError:
            self._give_up("The stepping process gave an answer that makes no sense")
        if answer is None:
            self._process.wait()
            self._give_up(f"The stepping process ended unexpectedly ({_ending(self._process.returncode)})")
        assert isinstance(answer, dict)
        return answer

    def _give_up(self, what: str) -> None:
        self._process.kill()
        self.close()
        raise StepperError(f"{what}.")


def _ending(code: int) -> str:
    """``signal SIGSEGV`` or ``exit code 1``."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"signal {signal.Signals(-code).name}"
    return f"signal {-code}"
