"""Two stopped threads on one module: gives each its next step and tells what that step really did."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from .listing import Listing
from .meaning import ACQUIRE, ADD, READ, RELEASE, WRITE
from .stopped import Lost, Stopped
from .tracers import Tracer

NAMES = ("A", "B")
Step = dict[str, Any]


class Refused(Exception):
    """The step cannot be given; the text is one sentence."""


class Pairs:
    """Makes pairs on one listing, one at a time; they share what calls back before every instruction."""

    def __init__(self, listing: Listing, raw: bool = False) -> None:
        self.listing = listing
        self.stops = listing.instructions if raw else listing.meanings
        self._idents: dict[int, Stopped] = {}
        self._tracer = Tracer(listing.code, self._before)

    def new(self) -> Pair:
        """Two new threads on a new module, both standing before their first stop."""
        self._idents.clear()
        return Pair(self)

    def close(self) -> None:
        """Call back no more; the last pair must have been closed."""
        self._tracer.close()

    def live(self, thread: Stopped, function: Callable[[], object]) -> None:
        """The life of one of the threads, in that thread."""
        self._idents[threading.get_ident()] = thread
        self._tracer.call(function)

    def _before(self, offset: int) -> None:
        thread = self._idents.get(threading.get_ident())
        if thread is not None:
            thread.before(offset)


class Pair:
    """Both threads run the very same function; at most one of them moves at any time.

    So whatever is looked at between two steps stays as it is until the next step: the shared value that is there when
    a READ is given is the value that thread gets, because everybody who could change it stands still. What a thread
    holds after its ADD lies on its frame's stack, out of Python's reach: it is worked out from what was read, and
    checked against what the WRITE really writes.
    """

    def __init__(self, pairs: Pairs) -> None:
        self._listing = listing = pairs.listing
        self._module, function = listing.fresh()
        self._lock = self._module[listing.lock] if listing.lock else None
        self._holder: str | None = None
        self._holds: dict[str, int] = {}
        self._counted = dict.fromkeys(NAMES, 0)
        self.threads = {name: Stopped(name, listing.instructions, pairs.stops) for name in NAMES}
        for thread in self.threads.values():
            thread.start(lambda one: pairs.live(one, function))

    @property
    def shared(self) -> int:
        """The shared value as it is."""
        return int(self._module[self._listing.shared])

    def waits(self, name: str) -> bool:
        """Whether its next step is to take the lock while the other one has it."""
        at = self.threads[name].at
        return at is not None and self._listing.meanings.get(at) == ACQUIRE and bool(self._lock and self._lock.locked())

    def step(self, name: str) -> Step:
        """Give a thread its next step and tell what it did; Refused where it has none or waits, Lost on a surprise."""
        thread = self.threads[name]
        if thread.at is None:
            raise Refused(f"{name} has no more steps.")
        if self.waits(name):
            raise Refused(f"{name} waits for the Lock, which {self._holder} holds.")
        at, counted, before = thread.at, thread.passed, self.shared
        does = self._listing.meanings.get(at, "")
        thread.step()
        value = self._observe(name, does, before)
        step = {"thread": name, "does": does, "instruction": self._listing.text(at), "line": self._listing.line(at)}
        step |= {"value": value, "shared": self.shared, "instructions": counted - self._counted[name]}
        if does:
            self._counted[name] = counted
        return step

    def told(self) -> dict[str, Any]:
        """How things stand: what comes next in each thread, the shared value, who holds the lock."""
        threads = {name: self._thread(name) for name in NAMES}
        return {"threads": threads, "shared": self.shared, "holder": self._holder}

    def close(self) -> None:
        """Let both run to their ends; a lock that one holds is given back on its way."""
        for thread in self.threads.values():
            thread.let_go()
        for thread in self.threads.values():
            thread.join()

    def _thread(self, name: str) -> dict[str, Any]:
        at = self.threads[name].at
        if at is None:
            return {"done": True, "waits": False, "next": "", "instruction": "", "line": 0, "part": None}
        told = {"done": False, "waits": self.waits(name), "next": self._listing.meanings.get(at, "")}
        return told | {
            "instruction": self._listing.text(at),
            "line": self._listing.line(at),
            "part": self._listing.part(at),
        }

    def _observe(self, name: str, does: str, before: int) -> int | None:
        """The value that the step read, made or wrote; Lost if it did anything else than its meaning says."""
        self._check_lock(name, does)
        if does == WRITE:
            if self.shared != self._holds[name]:
                raise Lost(f"{name} wrote {self.shared} where {self._holds[name]} was expected.")
            return self.shared
        if self.shared != before:
            raise Lost(f"{self._listing.shared} changed in a step of {name} that does not write.")
        if does == READ:
            self._holds[name] = before
        elif does == ADD:
            self._holds[name] += self._listing.added
        return self._holds[name] if does in (READ, ADD) else None

    def _check_lock(self, name: str, does: str) -> None:
        if self._lock is None:
            return
        if does in (ACQUIRE, RELEASE):
            self._holder = name if does == ACQUIRE else None
        if self._lock.locked() != (self._holder is not None):
            raise Lost(f"The Lock changed hands in a step of {name} that should not touch it.")
