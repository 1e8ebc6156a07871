"""Stands in for ``threading.Lock`` and ``threading.RLock``: records who waits for a lock and who holds it."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import sys
import time
import weakref
from _thread import get_ident
from collections.abc import Callable
from types import FrameType

from ..calls import hide_frame, nanoseconds
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND, Track
from . import straight_locks

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any, ClassVar

_WAIT = Kind.LOCK << KIND
_HELD_BY = Kind.HELD_BY << KIND
_ACQUIRE = Kind.ACQUIRE << KIND
_RELEASE = Kind.RELEASE << KIND
_MOST_KNOWN = 1000
# How long whoever got a lock may take to say so: a few turns with the GIL.
_DOUBT_S = 0.02


class Watched:
    """A lock of the interpreter and what must be known to tell of it. Subclasses say which lock and which lab.

    A thread that has to wait first says so in ``_waiting`` and then looks for the holder; one that acquires first says
    so and then looks for those who wait: so one of the two always tells who holds a lock that somebody waits for.
    """

    __slots__ = ("__weakref__", "_lock", "_release", "_try", "_visualiser_label", "_waiting", "holder_cell")

    keeps_holder: ClassVar[bool]
    lab: ClassVar[Lab]
    known: ClassVar[set[weakref.ref[Any]]]
    make: ClassVar[Any]
    straight: ClassVar[type[Watched] | None]
    word: ClassVar[str]
    _try: Callable[..., bool]
    holder_cell: list[int]

    def __new__(cls) -> Any:
        """Make a lock; one that the script itself makes is of the kind that is free in C."""
        if cls.straight is not None and not cls.lab.sites.is_library(sys._getframe(1).f_code.co_filename):
            return object.__new__(cls.straight)
        return object.__new__(cls)

    def __init__(self) -> None:
        self._lock = lock = self.make()
        self._try = lock.acquire
        self._release = lock.release
        self._waiting: list[None] = []  # one entry for each thread that waits; append and pop are atomic
        # Who took it last, as Python calls threads; the negative native id of one that ended and still has it.
        self.holder_cell = [0]
        self.unwatch()
        self.lab.label_new(self, self.word, sys._getframe(1))
        if self.lab.label(self, "") and len(self.known) < _MOST_KNOWN:
            self.known.add(weakref.ref(self, self.known.discard))

    @classmethod
    def leave_behind(cls, ident: int, tid: int) -> None:
        """Note which locks the calling thread, which ends, still holds: Python may call the next thread the same."""
        for reference in list(cls.known):
            lock = reference()
            if lock is not None and lock._holder_now() == ident:
                lock.holder_cell[0] = -tid

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        # For isinstance(lock, _thread.LockType): it asks here too.
        return type(self._lock)

    def __repr__(self) -> str:
        return repr(self._lock)

    def _at_fork_reinit(self) -> None:
        self._waiting.clear()  # a forked child has none of the threads that waited
        self.holder_cell[0] = 0
        self._lock._at_fork_reinit()
        self.unwatch()

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._lock.__reduce_ex__(protocol)  # raises, in the interpreter's own words

    def __getattr__(self, name: str) -> Any:
        # locked, _release_save, _recursion_count and what later versions add
        return getattr(object.__getattribute__(self, "_lock"), name)

    def _acquire_in_time(self, blocking: bool, timeout: float) -> bool:
        if self._try(False) if blocking and timeout > 0 else self._try(blocking, timeout):
            return self._acquired(sys._getframe(2))
        return blocking and timeout > 0 and self._wait(timeout, sys._getframe(2))

    def wait(self, frame: FrameType) -> bool:
        """Wait for the lock without end and return True; ``frame`` is the user's."""
        return self._wait(-1, frame)

    def watch(self) -> None:
        """Somebody waits: from now on it matters who takes the lock and who gives it back."""

    def unwatch(self) -> None:
        """Somebody waits no more."""

    def _wait(self, timeout: float, frame: FrameType) -> bool:
        track = self.lab.threads.track
        if track.quiet:
            return self._try(True, timeout) and self._acquired(frame)
        name = self._name(frame)
        handle = track.begin(_WAIT, name, nanoseconds(timeout))
        track.quiet = True
        self._waiting.append(None)
        self.watch()
        try:
            got = self._wait_for_holder(track, name, timeout)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            self._waiting.pop()
            self.unwatch()
            track.quiet = False
            track.end(handle)
        return got and self._acquired(frame)

    def _wait_for_holder(self, track: Track, name: int, timeout: float) -> bool:
        """Tell who holds the lock and wait for it.

        A thread that gave it back in C finds its own name there until whoever got it has said so. It believes that it
        waits for itself only when nobody has for a while.
        """
        holder = self._holder_now()
        if holder == get_ident() and (timeout < 0 or timeout > _DOUBT_S):
            track.mark(_HELD_BY, name, 0)
            if self._try(True, _DOUBT_S):
                return True
            timeout = timeout - _DOUBT_S if timeout > 0 else timeout
            holder = self._holder_now()
        track.mark(_HELD_BY, name, self._native_id_of(holder))
        return self._try(True, timeout)

    def __enter__(self) -> bool:
        raise NotImplementedError

    def __exit__(self, *raised: object) -> None:
        raise NotImplementedError

    def release(self) -> None:
        """Release as the lock itself would."""
        raise NotImplementedError

    def _native_id_of(self, holder: int) -> int:
        return -holder if holder < 0 else self.lab.recorder.native_ids.get(holder, 0)

    def _holder_now(self) -> int:
        """Return what Python calls the thread that holds the lock.

        0 if it is free or just changing; the negative native id of a thread that ended without having released it.
        """
        raise NotImplementedError

    def _acquired(self, frame: FrameType) -> bool:
        """Tell that this thread holds the lock now, if that matters to anyone."""
        raise NotImplementedError

    def _mark(self, word: int, frame: FrameType, when: int = 0) -> None:
        # Inside a recorded call as well: it matters to those who wait, and a mark is no wait.
        self.lab.threads.track.mark(word, self._name(frame), when=when)

    def _name(self, frame: FrameType) -> int:
        label = self.lab.label(self, "")
        if not label:  # a library made it; it is told from others once somebody waits for it
            word = f"library {self.word}"
            label = f"{word} {self.lab.number(word)}"
            self.lab.set_label(self, label)
        return self.lab.sites.name(label, frame)


class WatchedLock(Watched):
    """A lock that its owner must not take again. It does not know its holder: who took it last is kept here."""

    __slots__ = ()

    keeps_holder = True

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Acquire as the lock itself would."""
        if not blocking or timeout != -1:
            return self._acquire_in_time(blocking, timeout)
        if not self._try(False):
            return self._wait(-1, sys._getframe(1))
        self.holder_cell[0] = get_ident()
        if self._waiting:
            self._mark(_ACQUIRE, sys._getframe(1))
        return True

    def __enter__(self) -> bool:
        if not self._try(False):
            return self._wait(-1, sys._getframe(1))
        self.holder_cell[0] = get_ident()
        if self._waiting:
            self._mark(_ACQUIRE, sys._getframe(1))
        return True

    def release(self) -> None:
        """Release as the lock itself would."""
        self.holder_cell[0] = 0  # before another thread can have it
        if self._waiting:
            self._release_to_waiting(sys._getframe(1))
        else:
            self._release()

    def __exit__(self, *raised: object) -> None:
        self.holder_cell[0] = 0  # before another thread can have it
        if self._waiting:
            self._release_to_waiting(sys._getframe(1))
        else:
            self._release()

    def _release_to_waiting(self, frame: FrameType) -> None:
        when = time.perf_counter_ns()
        self._release()
        self._mark(_RELEASE, frame, when)

    def _acquired(self, frame: FrameType) -> bool:
        self.holder_cell[0] = get_ident()
        if self._waiting:
            self._mark(_ACQUIRE, frame)
        return True

    def _holder_now(self) -> int:
        # Where it was given back in C the cell was left as it was: who is in there holds the lock if anyone does.
        latest = self.holder_cell[0]
        return latest if self._lock.locked() and self.holder_cell[0] == latest else 0


class WatchedRLock(Watched):
    """A lock that its owner may take again. It knows its holder, unless that one is gone."""

    __slots__ = ()

    keeps_holder = False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Acquire as the lock itself would."""
        if not blocking or timeout != -1:
            return self._acquire_in_time(blocking, timeout)
        if not self._try(False):
            return self._wait(-1, sys._getframe(1))
        return not self._waiting or self._acquired(sys._getframe(1))

    def __enter__(self) -> bool:
        if not self._try(False):
            return self._wait(-1, sys._getframe(1))
        return not self._waiting or self._acquired(sys._getframe(1))

    def release(self) -> None:
        """Release as the lock itself would."""
        if self._waiting:
            self._release_to_waiting(sys._getframe(1))
        else:
            self._release()

    def __exit__(self, *raised: object) -> None:
        if self._waiting:
            self._release_to_waiting(sys._getframe(1))
        else:
            self._release()

    def _release_to_waiting(self, frame: FrameType) -> None:
        when = time.perf_counter_ns()
        self._release()
        if not self._lock._is_owned():
            self._mark(_RELEASE, frame, when)

    def _acquired(self, frame: FrameType) -> bool:
        if self._waiting and self._told("count") == 1:
            self._mark(_ACQUIRE, frame)
        return True

    def _holder_now(self) -> int:
        owner = self._told("owner")
        return self.holder_cell[0] or owner if owner else 0

    def _told(self, what: str) -> int:
        # Nothing but its text tells this of a lock that another thread holds: <locked ... owner=1234 count=1 at ...>
        told = [int(word.partition("=")[2]) for word in repr(self._lock).split() if word.startswith(f"{what}=")]
        return told[0] if told else 0


def make_lock_class(lab: Lab, base: type[Watched], word: str, make: Callable[[], Any]) -> type[Watched]:
    """Return the class that stands in for ``threading.Lock`` or ``threading.RLock`` in this process."""
    facts: dict[str, Any] = {
        "__slots__": (),
        "__module__": "threading",
        "lab": lab,
        "known": set(),
        "make": staticmethod(make),
        "straight": None,
        "word": word,
    }
    made: type[Watched] = type(word, (base,), facts)
    if getattr(sys, "_is_gil_enabled", lambda: True)():  # without a GIL the iterators it is made of are not safe
        made.straight = straight_locks.straight(made)
    return made
