"""What there is to say when a run has ended, and what it is said from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from visualiser.host.witness import Witness, place
from visualiser.trace.outcome import Outcome

__all__ = ["Evidence", "Outcome"]

# Why we ended the run; "" if it ended by itself.
Reason = Literal["", "user", "timeout", "closed", "output", "fault", "lost task"]

TIMEOUT_CODE = 124
INTERRUPTED_CODE = 130


@dataclass
class Evidence:
    """All that is known when a run has ended.

    Attributes:
        code: of the root as ``subprocess`` gives it; negative is a signal.
        script: the file that ran.
        name: what the user calls it.
        fault: (errno, pid) of the process whose recording ended early.
        faults: what faulthandler wrote.
        output_limit: bytes the script may print.
        removed: the script's directory does not exist any more.
        lost: pids of pool workers that took a task with them.
    """

    witness: Witness
    code: int
    script: Path
    name: str
    python: str
    run_dir: Path
    wall_s: float
    reason: Reason = ""
    fault: tuple[int, int] | None = None
    faults: str = ""
    stderr: str = ""
    output_limit: int = 0
    removed: bool = False
    lost: list[int] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """See Outcome."""
        ours = {"": None, "timeout": TIMEOUT_CODE, "user": INTERRUPTED_CODE, "closed": INTERRUPTED_CODE}
        code = ours.get(self.reason, 1)
        if code is not None:
            return code
        return self.code if self.code >= 0 else 128 - self.code

    def place(self, file: str | None, line: int | None) -> str:
        """See witness.place."""
        return place(file, line, self.script)

    def own(self, file: str | None, line: int | None) -> int | None:
        """The line if it is the script's."""
        return line if file is None or Path(file) == self.script else None

    def end(self, sentence: str, detail: str = "", line: int | None = None, ok: bool = False) -> Outcome:
        """The outcome with what is common to all."""
        stopped = self.reason in ("user", "timeout", "closed")
        return Outcome(capital(sentence), detail, self.exit_code, ok, line, self.wall_s, stopped)


def capital(sentence: str) -> str:
    """With a capital first letter, unless it begins with a name."""
    return sentence[0].upper() + sentence[1:] if sentence.startswith(("line ", "the ")) else sentence
