"""Finds what a lesson points at, ``longest/GIL@Thread-2``, in a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

import numpy as np

from visualiser.trace.counters import Counter
from visualiser.trace.flows import Flow, FlowKind
from visualiser.trace.lane import Lane, Span
from visualiser.trace.states import State
from visualiser.trace.track import Track

if TYPE_CHECKING:
    from visualiser.trace.run import Run

_BY_STATE = ("longest", "first", "last")
_KINDS = (*_BY_STATE, "track", "phase", "flow", "counter", "task")
_SCHEME = "show:"


class PointerError(ValueError):
    """A text that points at nothing that a run can have; one sentence."""


@dataclass(frozen=True)
class Pointer:
    """What a lesson points at.

    Attributes:
        kind: longest, first or last (span in a state), track, phase, flow, counter or task.
        what: name of the state, words of the track's name, slug of the phase and so on.
        track: words of the name of the track it must be on; may be empty.
    """

    kind: str
    what: str
    track: str = ""


@dataclass(frozen=True)
class Found:
    """Where it is.

    Attributes:
        track: the line it is on, None where it is on none (a phase, a queue's counter).
        start, end: ns on the clock of the records.
        span: of kind "span", unless it is a whole task.
        flow, counter: of these kinds.
    """

    kind: Literal["span", "track", "phase", "flow", "counter"]
    track: Track | None
    start: int
    end: int
    span: Span | None = None
    flow: Flow | None = None
    counter: Counter | None = None


def parse_pointer(text: str) -> Pointer:
    """Read ``longest/GIL@Thread-2``, with or without ``show:``; %20 is a space. Raises PointerError."""
    kind, slash, rest = unquote(text.strip()).removeprefix(_SCHEME).partition("/")
    what, _, track = rest.partition("@") if kind in (*_BY_STATE, "task") else (rest, "", "")
    if kind not in _KINDS or not slash or not what:
        raise PointerError(f"{text!r} points at nothing: write {_kinds()} with a name after a slash.")
    if kind in _BY_STATE and what not in State.__members__:
        raise PointerError(f"{text!r} points at nothing: there is no state {what!r}.")
    flows = [one.value for one in FlowKind]
    if kind == "flow" and what not in flows:
        raise PointerError(f"{text!r} points at nothing: flows are {', '.join(flows)}.")
    return Pointer(kind, what, track)


def find(run: Run, pointer: str) -> Found | None:
    """What ``pointer`` points at in ``run``, None if there is no such thing; raises PointerError."""
    parsed = parse_pointer(pointer)
    return _FINDERS[parsed.kind](run, parsed)


def _kinds() -> str:
    return f"{', '.join(_KINDS[:-1])} or {_KINDS[-1]}"


def _tracks(run: Run, words: str) -> Iterator[list[Track]]:
    """Where to look first, and where if nothing is there: the root's main thread comes last."""
    shown = [track for track in run.tracks if track.kind != "helper" and words.lower() in track.name.lower()]
    main = run.main_track
    yield [track for track in shown if track is not main]
    yield [track for track in shown if track is main]


def _find_span(run: Run, pointer: Pointer) -> Found | None:
    for tracks in _tracks(run, pointer.track):
        found = [_best(track, pointer) for track in tracks]
        spans = [(track, span) for track, span in zip(tracks, found, strict=True) if span is not None]
        if spans:
            track, span = min(spans, key=lambda pair: _ORDER[pointer.kind](pair[1]))
            return Found("span", track, span.start, span.end, span=span)
    return None


_ORDER: dict[str, Callable[[Span], int]] = {
    "longest": lambda span: span.start - span.end,
    "first": lambda span: span.start,
    "last": lambda span: -span.start,
}


def _best(track: Track, pointer: Pointer) -> Span | None:
    lane = track.lane
    numbers = np.flatnonzero(lane.state == State[pointer.what])
    if not len(numbers):
        return None
    if pointer.kind == "longest":
        ends = np.append(lane.t[1:], lane.now)
        return lane.span(int(numbers[(ends[numbers] - lane.t[numbers]).argmax()]))
    return lane.span(int(numbers[0 if pointer.kind == "first" else -1]))


def _find_track(run: Run, pointer: Pointer) -> Found | None:
    words = pointer.what.lower()
    named = [track for track in run.tracks if words in track.name.lower()]
    named.sort(key=lambda track: (track.name.lower() != words, track.kind == "helper"))
    if not named:
        return None
    track = named[0]
    return Found("track", track, track.start_ns, run.now_ns if track.end_ns is None else track.end_ns)


def _find_phase(run: Run, pointer: Pointer) -> Found | None:
    for phase in run.phases.all:
        if phase.slug == pointer.what.lower():
            return Found("phase", None, phase.start, run.now_ns if phase.end is None else phase.end)
    return None


def _find_flow(run: Run, pointer: Pointer) -> Found | None:
    flow = run.flows.longest(FlowKind(pointer.what))
    return None if flow is None else Found("flow", flow.source, flow.t0, flow.t1, flow=flow)


def _find_counter(run: Run, pointer: Pointer) -> Found | None:
    """Where it is highest."""
    words = pointer.what.lower()
    named = [counter for counter in run.counters.all if words in counter.name.lower() and len(counter)]
    if not named:
        return None
    counter = min(named, key=lambda one: one.name.lower() != words)
    top = int(counter.value.argmax())
    end = int(counter.t[top + 1]) if top + 1 < len(counter) else run.now_ns
    return Found("counter", counter.track, int(counter.t[top]), end, counter=counter)


def _find_task(run: Run, pointer: Pointer) -> Found | None:
    """A task as a whole where there is one of that name, else a span."""
    words = pointer.what.lower()
    named = [number for number in range(len(run.names)) if words in run.names[number].label.lower()]
    for tracks in _tracks(run, pointer.track):
        found = _first_task(run, tracks, named) or _first_named(tracks, named)
        if found is not None:
            return found
    return None


def _first_task(run: Run, tracks: list[Track], named: list[int]) -> Found | None:
    tasks = run.labels.tasks
    fitting = np.flatnonzero(
        np.isin(tasks.name.view, named) & np.isin(tasks.track.view, [track.id for track in tracks])
    )
    if not len(fitting):
        return None
    first = fitting[tasks.t0.view[fitting].argmin()]
    start, end = int(tasks.t0.view[first]), int(tasks.ends(run.now_ns)[first])
    return Found("span", run.tracks[int(tasks.track.view[first])], start, end)


def _first_named(tracks: list[Track], named: list[int]) -> Found | None:
    spans = [(track, _first_with(track.lane, named)) for track in tracks]
    found = [Found("span", track, span.start, span.end, span=span) for track, span in spans if span is not None]
    return min(found, key=lambda one: one.start, default=None)


def _first_with(lane: Lane, named: list[int]) -> Span | None:
    numbers = np.flatnonzero(np.isin(lane.ref, named))
    return lane.span(int(numbers[0])) if len(numbers) else None


_FINDERS: dict[str, Callable[[Run, Pointer], Found | None]] = {
    **dict.fromkeys(_BY_STATE, _find_span),
    "track": _find_track,
    "phase": _find_phase,
    "flow": _find_flow,
    "counter": _find_counter,
    "task": _find_task,
}
