"""Joins the start of every thread and process with the first moment of the child, told by another thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from visualiser.trace.track import Track

End = tuple[int, int, int]  # t ns, number of the track, number of the name
Told = tuple[int, int, int]  # t ns, number of the name, value of the record


@dataclass(frozen=True)
class _Child:
    """A start or a birth that lacks the other one; ``pid`` is the parent's of a start, the child's own of a birth."""

    end: End
    pid: int
    is_process: bool = False


class Births:
    """Starts and first moments that still lack each other.

    A start names its child by the native id of the new thread or by the pid of the new process. Systems use such
    numbers again, so a child belongs to the latest start before it.

    Args:
        join: called with (number of the child, start, first moment) of every pair.
    """

    def __init__(self, join: Callable[[int, End, End], None]) -> None:
        self._join = join
        self._started: dict[int, list[_Child]] = {}
        self._born: dict[int, list[_Child]] = {}
        self._lives: set[tuple[int, int]] = set()

    def take_spawn(self, track: Track, told: Told) -> None:
        """A track started a child: (t ns, number of the name, native id or pid; 0 if that is not known)."""
        t, name, number = told
        start = _Child((t, track.id, name), track.pid)
        if not number:
            return
        fitting = [birth for birth in self._born.get(number, ()) if _belong(start, birth)]
        if fitting:
            self._pair(number, start, min(fitting, key=_when))
        else:
            self._started.setdefault(number, []).append(start)

    def take_life(self, track: Track, told: Told) -> None:
        """A track's life began: (t ns, number of the name, …); comes again when it ends."""
        t = told[0]
        if (track.id, t) in self._lives:
            return
        self._lives.add((track.id, t))
        is_process = track.kind == "process"
        number = track.pid if is_process else track.tid
        birth = _Child((t, track.id, 0), track.pid, is_process)
        fitting = [start for start in self._started.get(number, ()) if _belong(start, birth)]
        if fitting:
            self._pair(number, max(fitting, key=_when), birth)
        else:
            self._born.setdefault(number, []).append(birth)

    def _pair(self, number: int, start: _Child, birth: _Child) -> None:
        for waiting, child in ((self._started, start), (self._born, birth)):
            if child in waiting.get(number, ()):
                waiting[number].remove(child)
        self._join(number, start.end, birth.end)


def _belong(start: _Child, birth: _Child) -> bool:
    """Whether that can be the birth of what was started: a thread lives in the process that started it."""
    return start.end[0] <= birth.end[0] and birth.is_process == (start.pid != birth.pid)


def _when(child: _Child) -> int:
    return child.end[0]
