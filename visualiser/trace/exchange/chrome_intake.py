"""Sorts the events of a Chrome trace into columns, whoever wrote them, and counts what has to be left out."""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from visualiser.trace.names import Name
from visualiser.trace.states import State

Key = int | str
Event = dict[str, Any]
What = tuple[int, Name]  # a state and what it is called

NO_END = -1
MOST_COUNTERS = 500
_MOST_US = (1 << 61) // 1000
_LONGEST = 200  # characters of a name
_VIZTRACER = re.compile(r"(.+) \((.+):(\d+)\)")
_TORCH = re.compile(r"(.+\.py)\((\d+)\): (.+)")
_NS = 1000  # in a microsecond


@dataclass
class Columns:
    """Spans, edges or instants: place, begin and end in ns (one for instants and edges), number of what it is."""

    place: array[int] = field(default_factory=lambda: array("q"))
    t0: array[int] = field(default_factory=lambda: array("q"))
    t1: array[int] = field(default_factory=lambda: array("q"))
    what: array[int] = field(default_factory=lambda: array("q"))

    def add(self, place: int, t0: int, t1: int, what: int) -> None:
        """Add a row."""
        self.place.append(place)
        self.t0.append(t0)
        self.t1.append(t1)
        self.what.append(what)


@dataclass
class Place:
    """A thread of the trace, or the asynchronous events of one process and category."""

    pid: Key
    tid: Key
    name: str = ""
    order: int = 0
    is_async: bool = False


@dataclass
class Series:
    """A counter: times in ns and values."""

    pid: Key
    name: str
    unit: str
    t: array[int] = field(default_factory=lambda: array("q"))
    value: array[float] = field(default_factory=lambda: array("d"))


class Intake:
    """Everything that a trace says, as columns.

    Attributes:
        places: threads, in order of appearance.
        whats: what spans and instants are.
        spans: complete ones.
        edges: begins and ends to be matched; ``t1`` is 1 for a begin; ``what`` of an end may be ``NO_END``.
        strands: what edges are matched within: for an asynchronous one its id, else its thread.
        instants: single moments.
        arrows: begins (``s``), steps (``t``) and ends (``f``) of flows: by identity, (phase, ns, place, label).
        series: counters.
        process_names, process_order: what metadata says of processes.
        left_out: how many events, by what is wrong with them.
    """

    def __init__(self, what_is: Callable[[Event], What] | None = None) -> None:
        """``what_is``: tells what a span or instant is, where that is not simply the name of a function."""
        self.places: list[Place] = []
        self.whats: list[What] = []
        self.spans, self.edges, self.instants = Columns(), Columns(), Columns()
        self.strands: array[int] = array("q")
        self.arrows: dict[tuple[str, str, str], list[tuple[str, int, int, Event]]] = {}
        self.series: dict[tuple[Key, str, str], Series] = {}
        self.process_names: dict[Key, str] = {}
        self.process_order: dict[Key, int] = {}
        self.left_out: Tally[str] = Tally()
        self._what_is = what_is or _a_function
        self._place_numbers: dict[tuple[Key, Key, bool], int] = {}
        self._what_numbers: dict[What, int] = {}
        self._strand_numbers: dict[tuple[int, str], int] = {}

    def take(self, event: object) -> None:
        """Take in one event."""
        if not isinstance(event, dict):
            self.left_out["that are no objects"] += 1
            return
        phase = event.get("ph")
        taker = _TAKERS.get(phase) if isinstance(phase, str) else None
        if phase == "M":
            self._take_metadata(event)
        elif taker is None:
            self.left_out["of a kind that has no place here"] += 1
        elif (when := ns_of(event.get("ts"))) is None:
            self.left_out["without a time"] += 1
        else:
            taker(self, event, when)

    def place(self, event: Event, is_async: bool = False) -> int:
        """The number of the thread an event belongs to."""
        pid, tid = event.get("pid", 0), event.get("cat", "") if is_async else event.get("tid")
        pid = pid if type(pid) is int else key_of(pid)
        tid = pid if tid is None else tid if type(tid) is int else key_of(tid)
        key = (pid, tid, is_async)
        number = self._place_numbers.get(key)
        if number is None:
            number = self._place_numbers[key] = len(self.places)
            self.places.append(Place(pid, tid, is_async=is_async))
        return number

    def what(self, event: Event) -> int:
        """The number of what an event is."""
        what = self._what_is(event)
        number = self._what_numbers.get(what)
        if number is None:
            number = self._what_numbers[what] = len(self.whats)
            self.whats.append(what)
        return number

    def _take_complete(self, event: Event, when: int) -> None:
        length = ns_of(event.get("dur"))
        if length is None or length < 0:
            self.left_out["without a duration" if length is None else "with a duration below 0"] += 1
            return
        place = self.place(event)
        self.spans.add(place, when, when + max(length, 1), self.what(event))
        self._take_bound(event, when, place)

    def _take_begin(self, event: Event, when: int) -> None:
        place = self.place(event)
        self._edge(place, when, 1, self.what(event), "")
        self._take_bound(event, when, place)

    def _take_end(self, event: Event, when: int) -> None:
        self._edge(self.place(event), when, 0, self.what(event) if event.get("name") else NO_END, "")

    def _take_async_begin(self, event: Event, when: int) -> None:
        self._edge(self.place(event, is_async=True), when, 1, self.what(event), identity(event))

    def _take_async_end(self, event: Event, when: int) -> None:
        what = self.what(event) if event.get("name") else NO_END
        self._edge(self.place(event, is_async=True), when, 0, what, identity(event))

    def _edge(self, place: int, when: int, begins: int, what: int, strand: str) -> None:
        self.edges.add(place, when, begins, what)
        self.strands.append(self._strand_numbers.setdefault((place, strand), len(self._strand_numbers)))

    def _take_instant(self, event: Event, when: int) -> None:
        self.instants.add(self.place(event), when, when, self.what(event))

    def _take_async_instant(self, event: Event, when: int) -> None:
        self.instants.add(self.place(event, is_async=True), when, when, self.what(event))

    def _take_arrow(self, event: Event, when: int) -> None:
        self._arrow(str(event["ph"]), event, when, self.place(event), identity(event))

    def _take_bound(self, event: Event, when: int, place: int) -> None:
        """The newer form of flows: a span says that one comes in, goes out, or both."""
        if "bind_id" in event and (event.get("flow_in") or event.get("flow_out")):
            phase = "t" if event.get("flow_in") and event.get("flow_out") else "f" if event.get("flow_in") else "s"
            self._arrow(phase, event, when, place, f"bound {event['bind_id']}"[:_LONGEST])

    def _arrow(self, phase: str, event: Event, when: int, place: int, which: str) -> None:
        label = str(event.get("name", ""))[:_LONGEST]
        key = ("", "", which) if which.startswith("bound ") else (str(event.get("cat", ""))[:_LONGEST], label, which)
        args = event.get("args")
        self.arrows.setdefault(key, []).append((phase, when, place, args if isinstance(args, dict) else {}))

    def _take_counter(self, event: Event, when: int) -> None:
        args = event.get("args")
        numbers = {unit: value_of(value) for unit, value in args.items()} if isinstance(args, dict) else {}
        for unit, value in numbers.items():
            if value is not None:
                self._count(event, when, str(unit)[:_LONGEST], value)
        if not numbers or None in numbers.values():
            self.left_out["of counters without a number"] += 1

    def _count(self, event: Event, when: int, unit: str, value: float) -> None:
        which = f" {identity(event)}" if "id" in event else ""
        name = str(event.get("name", "counter"))[:_LONGEST] + which
        key = (key_of(event.get("pid", 0)), name, unit)
        series = self.series.get(key)
        if series is None:
            if len(self.series) >= MOST_COUNTERS:
                self.left_out[f"of counters beyond the first {MOST_COUNTERS}"] += 1
                return
            series = self.series[key] = Series(key[0], name, unit)
        series.t.append(when)
        series.value.append(value)

    def _take_metadata(self, event: Event) -> None:
        args, about = event.get("args"), event.get("name")
        if not isinstance(args, dict):
            return
        pid, name, order = key_of(event.get("pid", 0)), args.get("name"), value_of(args.get("sort_index"))
        if about == "process_name" and name:
            self.process_names[pid] = str(name)[:_LONGEST]
        elif about == "thread_name" and name:
            self.places[self.place(event)].name = str(name)[:_LONGEST]
        elif about == "process_sort_index" and order is not None:
            self.process_order[pid] = int(order)
        elif about == "thread_sort_index" and order is not None:
            self.places[self.place(event)].order = int(order)


_TAKERS: dict[str, Callable[[Intake, Event, int], None]] = {
    "X": Intake._take_complete,
    "B": Intake._take_begin,
    "E": Intake._take_end,
    **dict.fromkeys("bS", Intake._take_async_begin),
    **dict.fromkeys("eF", Intake._take_async_end),
    **dict.fromkeys("iIR", Intake._take_instant),
    **dict.fromkeys("nTp", Intake._take_async_instant),
    **dict.fromkeys("stf", Intake._take_arrow),
    "C": Intake._take_counter,
}


def value_of(value: object) -> float | None:
    """A finite number, also one written as a text."""
    if isinstance(value, str | int | float):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            return None
        return number if math.isfinite(number) else None
    return None


def ns_of(micros: object) -> int | None:
    """Microseconds, perhaps as a text, in whole ns; None for what is no time, or too far away to reckon with."""
    if type(micros) is float and -_MOST_US < micros < _MOST_US:  # nearly all of them: no detour
        return round(micros * _NS)
    if isinstance(micros, int) and abs(micros) < _MOST_US:
        return micros * _NS
    number = value_of(micros)
    return None if number is None or abs(number) >= _MOST_US else round(number * _NS)


def key_of(value: object) -> Key:
    """The number of a process or thread, or what else it is known by."""
    if isinstance(value, int):
        return int(value)
    text = str(value)[:_LONGEST]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else text


def identity(event: Event) -> str:
    """What tells an asynchronous event or a flow from others of its category."""
    inside = event.get("id2")
    if isinstance(inside, dict):
        local = inside.get("local")
        return f"{inside.get('global')}" if local is None else f"{event.get('pid')} {local}"[:_LONGEST]
    return str(event.get("id", ""))[:_LONGEST]


def _a_function(event: Event) -> What:
    """What another tracer's event is: a function that was called, with its source line where that is told."""
    args = event.get("args")
    if isinstance(args, dict) and isinstance(args.get("filename"), str) and isinstance(args.get("line"), int):
        return State.RUN, Name(str(event.get("name", ""))[:_LONGEST], args["filename"][:_LONGEST], args["line"])
    return _named(str(event.get("name", ""))[: 4 * _LONGEST])


@lru_cache(1 << 14)
def _named(text: str) -> What:
    if text.endswith(")") and (match := _VIZTRACER.fullmatch(text)):
        return State.RUN, Name(match[1][:_LONGEST], match[2], _line(match[3]))
    if match := _TORCH.fullmatch(text):
        return State.RUN, Name(match[3][:_LONGEST], match[1], _line(match[2]))
    return State.RUN, Name(text[:_LONGEST])


def _line(text: str) -> int | None:
    return int(text) if len(text) < 10 else None
