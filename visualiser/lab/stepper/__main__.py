"""The program: takes commands as JSON lines on standard input and answers each with one, until its input ends."""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any, TextIO

from .explore import Exploration
from .listing import Listing, Unfit
from .pair import Pair, Pairs, Refused
from .stopped import Lost
from .tracers import Tracer

Answer = dict[str, Any]


class Program:
    """One listing, one pair of threads on it, and at most one exploration."""

    def __init__(self) -> None:
        self._pairs: Pairs | None = None
        self._pair: Pair | None = None
        self._exploration: Exploration | None = None

    def obey(self, command: Answer) -> Answer:
        """Carry out one command; trouble is an answer too."""
        try:
            return getattr(self, f"_{command.pop('do')}")(**command)  # type: ignore[no-any-return]
        except Refused as refusal:
            return {"answer": "refused", "why": str(refusal)}
        except (Unfit, Lost) as trouble:
            return {"answer": "trouble", "why": str(trouble)}
        except MemoryError:
            raise
        except Exception as error:
            return {"answer": "trouble", "why": f"The stepper failed: {type(error).__name__}: {error}"}

    def end(self) -> None:
        """Let go of the pair and its listing."""
        if self._pair is not None:
            self._pair.close()
        if self._pairs is not None:
            self._pairs.close()
        self._pair = self._pairs = self._exploration = None

    def _begin(self, source: str, function: str, shared: str, lock: str | None, raw: bool, order: str) -> Answer:
        """A new pair, with an order played at once; where a step of it is refused, it stops before that one."""
        self.end()
        self._pairs = Pairs(Listing(source, function, shared, lock), raw)
        self._pair = self._pairs.new()
        steps, why = [], ""
        for name in order:
            try:
                steps.append(self._pair.step(name))
            except Refused as refusal:
                why = str(refusal)
                break
        return {"answer": "began", "steps": steps, "why": why, **self._pair.told()}

    def _step(self, thread: str) -> Answer:
        assert self._pair is not None
        step = self._pair.step(thread)
        return {"answer": "stepped", "steps": [step], **self._pair.told()}

    def _explore(self) -> Answer:
        """Give up the present pair and get ready to try all orders."""
        assert self._pairs is not None
        if self._pair is not None:
            self._pair.close()
            self._pair = None
        self._exploration = Exploration(self._pairs)
        return {"answer": "exploring", "steps": self._exploration.steps}

    def _more(self, for_s: float) -> Answer:
        assert self._exploration is not None
        self._exploration.go_on(for_s)
        explored = self._exploration
        return {
            "answer": "explored",
            "orders": explored.take(),
            "impossible": explored.impossible,
            "over": explored.over,
        }


def main() -> None:
    """Obey until standard input ends."""
    # What a listing prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    program = Program()
    _say(answers, _hello())
    for line in sys.stdin:
        _say(answers, program.obey(json.loads(line)))
    os._exit(0)  # a thread that hangs in its listing must not keep the process


def _hello() -> Answer:
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    version = ".".join(map(str, sys.version_info[:3]))
    return {"answer": "ready", "version": version, "gil": gil, "by": Tracer.name, "pid": os.getpid()}


def _say(answers: TextIO, answer: Answer) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    threading.stack_size(256 * 1024)  # thousands of short threads, none of them deep
    main()
