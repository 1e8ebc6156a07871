"""How a run ended, in a sentence and in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        sentence: one sentence for the user.
        detail: the way out, may be empty.
        exit_code: as a shell gives it: 128 + signal when killed, 124 after the time limit, 130 when stopped.
        ok: the script ran to its end and nothing failed.
        line: line of the script to look at, 1-based.
        wall_s: seconds from the script's first line to its end.
        stopped: it was ended by the user, the time limit or the closing window.
    """

    sentence: str
    detail: str = ""
    exit_code: int = 0
    ok: bool = False
    line: int | None = None
    wall_s: float = 0.0
    stopped: bool = False
