"""The kernel's own record of a run: every switch and wake-up of the scheduler, and every visit to the GIL's lock.

For this the kernel is asked to trace ``sched_switch`` and ``sched_waking``, and to put probes on ``take_gil`` and
``drop_gil`` in the interpreter's machine code. That needs root, and an interpreter whose symbols were not stripped.
Everything is traced and sorted out later: the kernel's filter by process loses the switches back to a core.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from benchmarks.elf import NoSymbols, function_offsets
from benchmarks.tracefs import Instance, NotPermitted
from benchmarks.true_states import Grip, History, Place, Steps

__all__ = ["Event", "NotPermitted", "Truth", "histories", "parse"]

_PROBES = {"gil_take": ("take_gil", False), "gil_taken": ("take_gil", True)} | {
    "gil_drop": ("drop_gil", False),
    "gil_dropped": ("drop_gil", True),
}
_LINE = re.compile(r"-(\d+) +\[\d+\] \S+ +(\d+)\.(\d{6}): (\w+): (.*)")
_SWITCH = re.compile(r"prev_pid=(\d+) prev_prio=-?\d+ prev_state=(\S+) ==> .*next_pid=(\d+) next_prio")
_WAKING = re.compile(r" pid=(\d+) prio=")
# A thread that takes the GIL again after so little work, ns, dropped it because another one had asked for it.
_AT_ONCE_NS = 50_000


@dataclass(frozen=True, slots=True)
class Event:
    """One thing the kernel saw: when (ns), which thread, and what: out, pushed, in, wake or one of the probes."""

    t: int
    tid: int
    what: str


class Truth:
    """Traces from entry to exit. A context manager.

    Raises:
        NotPermitted: with one sentence on what is needed.
    """

    def __init__(self, library: Path, gil: bool = True) -> None:
        """Prepare to trace.

        Args:
            library: the file that holds the interpreter's functions.
            gil: threads share a GIL; without one the scheduler tells all there is to know.
        """
        self._offsets = _find_gil_functions(library) if gil else {}
        self._library = library
        self._instance = Instance()
        self._text = ""
        self.lost = 0

    def __enter__(self) -> Truth:
        instance = self._instance.__enter__()
        try:
            for name, (function, at_return) in _PROBES.items() if self._offsets else ():
                instance.add_probe(name, self._library, self._offsets[function], at_return)
            for event in ("sched/sched_switch", "sched/sched_waking"):
                instance.enable(event)
            instance.enable_probes()
            instance.write("tracing_on", "1")
        except OSError as error:
            instance.__exit__(None, None, None)
            raise NotPermitted(f"The kernel refuses the probes ({error.strerror}).") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._instance.write("tracing_on", "0")
        if kind is None:
            self._text, self.lost = self._instance.text(), self._instance.lost
        self._instance.__exit__(kind, error, trace)

    def histories(self, tids: Iterable[int]) -> dict[int, History]:
        """What was seen of these threads."""
        return histories(parse(self._text), set(tids))


def _find_gil_functions(library: Path) -> dict[str, int]:
    wanted = {function for function, _ in _PROBES.values()}
    try:
        offsets = function_offsets(library, wanted)
    except (NoSymbols, OSError) as error:
        raise NotPermitted(f"The places where the GIL is taken are not known. {error}") from None
    if set(offsets) != wanted:
        raise NotPermitted(f"{library} has no function {' or '.join(sorted(wanted - set(offsets)))} to put a probe on.")
    return offsets


def parse(text: str) -> Iterator[Event]:
    """The events in the kernel's text, in its order."""
    for line in text.splitlines():
        found = _LINE.search(line)
        if found is None:
            continue
        tid, seconds, micros, name, rest = found.groups()
        t = (int(seconds) * 1_000_000 + int(micros)) * 1000
        if name == "sched_switch" and (switch := _SWITCH.search(rest)):
            out, state, into = switch.groups()
            yield Event(t, int(out), "pushed" if state.startswith("R") else "out")
            yield Event(t, int(into), "in")
        elif name == "sched_waking" and (waking := _WAKING.search(rest)):
            yield Event(t, int(waking[1]), "wake")
        elif name in _PROBES:
            yield Event(t, int(tid), name)


def histories(events: Iterable[Event], tids: set[int]) -> dict[int, History]:
    """Sort the events out by thread."""
    found = {tid: History() for tid in tids}
    for event in events:
        history = found.get(event.tid)
        if history is not None:
            _take(history, event)
    for history in found.values():
        _find_switching(history)
    return found


_PLACES = {"out": Place.BLOCKED, "pushed": Place.READY}
_GRIPS = {"gil_take": Grip.TAKING, "gil_taken": Grip.HOLDS, "gil_drop": Grip.DROPPING, "gil_dropped": Grip.FREE}


def _take(history: History, event: Event) -> None:
    place = history.place
    if event.what == "wake":
        if place.last in (Place.BLOCKED, Place.NOWHERE):
            place.add(event.t, Place.READY)
    elif event.what == "in":
        place.add(event.t, Place.ON)
    else:
        _be_there(place, event.t)
        if event.what in _PLACES:
            place.add(event.t, _PLACES[event.what])
        else:
            history.grip.add(event.t, _GRIPS[event.what])


def _be_there(place: Steps, t: int) -> None:
    """Only a thread on a core can do something.

    If the kernel has not told how it came there, nobody knows when: some kernels hide the switches away from threads
    of their own guard.
    """
    if place.last != Place.ON:
        if place.value:
            place.value[-1] = Place.NOWHERE
        place.add(t, Place.ON)


def _find_switching(history: History) -> None:
    """Mark where a thread dropped the GIL only because it was asked to: it wants it back at once."""
    grip = history.grip
    for number in range(len(grip.t) - 2):
        dropping, free, taking = grip.value[number : number + 3]
        if (dropping, free, taking) != (Grip.DROPPING, Grip.FREE, Grip.TAKING):
            continue
        if _at_once(history.place, grip.t[number + 1], grip.t[number + 2]):
            grip.value[number] = grip.value[number + 1] = int(Grip.SWITCHING)


def _at_once(place: Steps, begin: int, end: int) -> bool:
    """It neither blocked nor did anything of note in between, though it may have been pushed off its core."""
    first = bisect_right(place.t, begin) - 1
    on_core = 0
    for number in range(max(first, 0), bisect_left(place.t, end)):
        if place.value[number] == Place.BLOCKED:
            return False
        if place.value[number] == Place.ON:
            until = place.t[number + 1] if number + 1 < len(place.t) else end
            on_core += min(until, end) - max(place.t[number], begin)
    return on_core <= _AT_ONCE_NS
