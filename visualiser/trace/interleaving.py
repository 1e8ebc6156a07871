"""One interleaving of two threads that add to a shared number: its steps, its string, and which updates it loses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

NAMES = ("A", "B")
RAW = "raw"
_RAW_ORDER = re.compile(rf"{RAW}\s*(\d+\.\d+)\s*:(.*)", re.IGNORECASE | re.DOTALL)


class OrderError(Exception):
    """A string is not an order of steps; the text is one sentence."""


@dataclass(frozen=True)
class Step:
    """One step that was really made.

    Attributes:
        thread: A or B.
        does: READ, ADD, WRITE, ACQUIRE or RELEASE; "" for an instruction that is none of these.
        instruction: as Python's ``dis`` writes it.
        line: of the source, from 1.
        value: what was read, is held since, or was written; None where it is none of these.
        shared: the shared number after it.
        instructions: of this thread since its last step with a meaning, itself included.
    """

    thread: str
    does: str
    instruction: str
    line: int
    value: int | None
    shared: int
    instructions: int = 1


@dataclass(frozen=True)
class Updates:
    """What became of every update.

    Each WRITE builds on the value its thread read, and that on the WRITE which had made it; so the shared number stands
    for one chain of writes, and every other write is lost. It needs no clock and holds for any order:
    lost = writes − chain.

    Attributes:
        chain: numbers of the steps whose updates are in the shared number.
        lost: numbers of the WRITE steps whose updates are not.
        destroyed: for every step, the writes that were in the number until then and are not any more.
    """

    chain: tuple[int, ...]
    lost: frozenset[int]
    destroyed: tuple[tuple[int, ...], ...]


def updates(steps: Iterable[Step]) -> Updates:
    """Follow the updates through these steps, numbered from 0."""
    chain: tuple[int, ...] = ()
    built_on: dict[str, tuple[int, ...]] = {}
    writes: set[int] = set()
    destroyed: list[tuple[int, ...]] = []
    for number, step in enumerate(steps):
        before = chain
        if step.does == "READ":
            built_on[step.thread] = chain
        elif step.does == "WRITE":
            writes.add(number)
            chain = (*built_on[step.thread], number)
        destroyed.append(tuple(write for write in before if write not in chain))
    return Updates(chain, frozenset(writes - set(chain)), tuple(destroyed))


def parse_order(text: str) -> tuple[str, str | None]:
    """Letters of the threads, and the Python version (``3.12``) whose single instructions they count, None for steps.

    Spaces and case do not matter. Raises OrderError.
    """
    raw = _RAW_ORDER.fullmatch(text.strip())
    version, letters = (raw[1], raw[2]) if raw else (None, text)
    letters = "".join(letters.split()).upper()
    for place, letter in enumerate(letters, 1):
        if letter not in NAMES:
            raise OrderError(
                f"An order has only the letters A and B, as in ABABAB, but letter {place} is {_shown(letter)}."
            )
    return letters, version


def write_order(letters: str, version: str | None = None) -> str:
    """The short string of an order; the other way round than ``parse_order``."""
    return letters if version is None else f"{RAW}{version}:{letters}"


def raw_letters(steps: Iterable[Step]) -> str:
    """The order of single instructions that leads to the same point as these steps."""
    return "".join(step.thread * (step.instructions if step.does else 0) for step in steps)


def step_letters(steps: Iterable[Step]) -> str:
    """The order of steps with a meaning among these."""
    return "".join(step.thread for step in steps if step.does)


def _shown(letter: str) -> str:
    return letter if letter.isprintable() else "not a letter"
