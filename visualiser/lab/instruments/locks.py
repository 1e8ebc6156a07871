"""Stands in for ``threading.Lock`` and ``threading.RLock``: waits for a lock that another thread holds are recorded."""

# ruff: noqa: ANN401 - what is wrapped has any signature

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType

from ..calls import hide_frame
from ..lab import Lab
from ..layout import Kind
from ..recorder import KIND

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any, ClassVar

_WAIT = Kind.LOCK << KIND
_RELEASE = Kind.RELEASE << KIND


class WatchedLock:
    """A lock of the interpreter and what must be known to tell of it. Subclasses say which lock and which lab."""

    __slots__ = ("__weakref__", "_lock", "_release", "_try", "_visualiser_label", "_waiting")

    lab: ClassVar[Lab]
    make: ClassVar[Any]
    word: ClassVar[str]
    _try: Callable[..., bool]

    def __init__(self) -> None:
        self._lock = lock = self.make()
        self._try = lock.acquire
        self._release = lock.release
        self._waiting: list[None] = []  # one entry for each thread that waits; append and pop are atomic
        self.lab.label_new(self, self.word, sys._getframe(1))

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Acquire as the lock itself would."""
        if not blocking or timeout != -1:
            return self._acquire_in_time(blocking, timeout)
        return self._try(False) or self._wait(-1, sys._getframe(1))

    def __enter__(self) -> bool:
        return self._try(False) or self._wait(-1, sys._getframe(1))

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

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        # For isinstance(lock, _thread.LockType): it asks here too.
        return type(self._lock)

    def __repr__(self) -> str:
        return repr(self._lock)

    def _at_fork_reinit(self) -> None:
        self._waiting.clear()  # a forked child has none of the threads that waited
        self._lock._at_fork_reinit()

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._lock.__reduce_ex__(protocol)  # raises, in the interpreter's own words

    def __getattr__(self, name: str) -> Any:
        # locked, _release_save, _recursion_count and what later versions add
        return getattr(object.__getattribute__(self, "_lock"), name)

    def _acquire_in_time(self, blocking: bool, timeout: float) -> bool:
        if not blocking or timeout <= 0:
            return self._try(blocking, timeout)
        return self._try(False) or self._wait(timeout, sys._getframe(2))

    def _wait(self, timeout: float, frame: FrameType) -> bool:
        track = self.lab.threads.track
        if track.quiet:
            return self._try(True, timeout)
        handle = track.begin(_WAIT, self._name(frame))
        track.quiet = True
        self._waiting.append(None)
        try:
            return self._try(True, timeout)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            self._waiting.pop()
            track.quiet = False
            track.end(handle)

    def _release_to_waiting(self, frame: FrameType) -> None:
        when = time.perf_counter_ns()
        self._release()
        track = self.lab.threads.track
        if not track.quiet and not self._still_held():
            track.mark(_RELEASE, self._name(frame), when=when)

    def _still_held(self) -> bool:
        return False

    def _name(self, frame: FrameType) -> int:
        return self.lab.sites.name(self.lab.label(self, self.word), frame)


class WatchedRLock(WatchedLock):
    """A lock that its owner may take again."""

    __slots__ = ()

    def _still_held(self) -> bool:
        return bool(self._lock._is_owned())


def make_lock_class(lab: Lab, base: type[WatchedLock], word: str, make: Callable[[], Any]) -> type[WatchedLock]:
    """Return the class that stands in for ``threading.Lock`` or ``threading.RLock`` in this process."""
    facts = {"__slots__": (), "__module__": "threading", "lab": lab, "make": staticmethod(make), "word": word}
    return type(word, (base,), facts)
