"""How a stepped race stands: plain objects made of what the stepping process told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import comb
from typing import Any

from visualiser.host.step_listings import StepListing
from visualiser.trace.interleaving import NAMES, Step, Updates, updates, write_order


@dataclass(frozen=True)
class Interpreter:
    """Who runs the threads.

    Attributes:
        version: such as ``3.12.1``.
        gil: whether its threads share one.
        by: what stops them, ``sys.monitoring`` or ``sys.settrace``.
    """

    path: str
    version: str
    gil: bool
    by: str

    @property
    def minor(self) -> str:
        """Such as ``3.12``: single instructions are the same within it."""
        return ".".join(self.version.split(".")[:2])

    @property
    def told(self) -> str:
        """Version and GIL in words."""
        return f"Python {self.version} · {'GIL on' if self.gil else 'no GIL'}"


@dataclass(frozen=True)
class ThreadState:
    """One of the two threads, standing still.

    Attributes:
        next: what its next step does, "" for an instruction without a meaning and at its end.
        instruction: the instruction that comes next.
        line: of it, from 1; 0 at the end.
        part: first column and the one after the last of what comes next, None for the whole line.
        done: it has come to its end.
        waits: its next step is refused as long as the other one has the lock.
        read: the value it read last, None before that.
        holds: the value it holds now, None when it holds none.
        wrote: the value it wrote in its last step with a meaning.
    """

    name: str
    next: str = ""
    instruction: str = ""
    line: int = 0
    part: tuple[int, int] | None = None
    done: bool = False
    waits: bool = False
    read: int | None = None
    holds: int | None = None
    wrote: int | None = None


@dataclass(frozen=True)
class State:
    """All there is to show.

    Attributes:
        raw: steps are single instructions.
        shared: the shared number.
        holder: the thread that has the lock.
        refusal: why the last request was not, or not wholly, followed; "" if it was.
    """

    listing: StepListing
    rounds: int
    raw: bool
    interpreter: Interpreter
    threads: Mapping[str, ThreadState]
    steps: tuple[Step, ...] = ()
    shared: int = 0
    holder: str | None = None
    refusal: str = ""

    @property
    def source(self) -> str:
        """What both threads run."""
        return self.listing.source(self.rounds)

    @property
    def letters(self) -> str:
        """Whose step each was."""
        return "".join(step.thread for step in self.steps)

    @property
    def order(self) -> str:
        """The steps so far as a string that can be shared."""
        return write_order(self.letters, self.interpreter.minor if self.raw else None)

    @property
    def over(self) -> bool:
        """Both threads are done."""
        return all(thread.done for thread in self.threads.values())

    @cached_property
    def updates(self) -> Updates:
        """What became of every update so far."""
        return updates(self.steps)

    @property
    def writes(self) -> int:
        """Updates made so far, lost or not."""
        return sum(step.does == "WRITE" for step in self.steps)

    def refused(self, why: str) -> State:
        """The same, with a request that was not followed."""
        return replace(self, refusal=why)


def thread_states(told: Mapping[str, Any], steps: Sequence[Step]) -> dict[str, ThreadState]:
    """Both threads, from what comes next in each and the steps that were made."""
    return {name: _thread(name, told[name], steps) for name in NAMES}


def _thread(name: str, told: Mapping[str, Any], steps: Sequence[Step]) -> ThreadState:
    read = holds = wrote = None
    for step in steps:
        if step.thread != name or step.value is None:
            continue
        read = step.value if step.does == "READ" else read
        holds, wrote = (None, step.value) if step.does == "WRITE" else (step.value, None)
    part = tuple(told["part"]) if told["part"] else None
    place = {key: told[key] for key in ("next", "instruction", "line", "done", "waits")}
    return ThreadState(name, **place, part=part, read=read, holds=holds, wrote=wrote)


@dataclass(frozen=True)
class Explored:
    """The interleavings of a listing tried so far, every one of them for real.

    Attributes:
        steps: of each thread.
        finals: the number every order that was run ended with.
        impossible: orders that would step a thread which waits for the lock.
        over: there are no more.
    """

    listing: StepListing
    rounds: int
    steps: int
    finals: Mapping[str, int] = field(default_factory=dict)
    impossible: int = 0
    over: bool = False

    @property
    def expected(self) -> int:
        """What the shared number is in the end if nothing is lost."""
        return 2 * self.rounds

    @property
    def total(self) -> int:
        """Orders there are, possible or not."""
        return comb(2 * self.steps, self.steps)

    @property
    def tried(self) -> int:
        """Orders that were run."""
        return len(self.finals)

    @property
    def losing(self) -> int:
        """Orders that lost an update."""
        return sum(value != self.expected for value in self.finals.values())

    @property
    def distribution(self) -> dict[int, int]:
        """How many orders ended with which number, by number."""
        return dict(sorted(Counter(self.finals.values()).items()))

    def told(self) -> str:
        """The result in a sentence or three."""
        kept = self.tried - self.losing
        words = [f"{_orders(self.tried)} run: {self.losing:,} {_verb(self.losing)} an update, {kept:,} {_not(kept)}."]
        if self.impossible:
            words.append(f"{self.impossible:,} more are not possible: they step a thread that waits for the Lock.")
        if not self.over:
            words.append("Not all were tried.")
        return " ".join(words)


def _orders(number: int) -> str:
    return f"{number:,} {'order' if number == 1 else 'orders'}"


def _verb(number: int) -> str:
    return "loses" if number == 1 else "lose"


def _not(number: int) -> str:
    return "does not" if number == 1 else "do not"
