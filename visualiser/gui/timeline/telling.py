"""What else the run knows of a span, a mark, a counter or a phase: how long it waited, for whom, from where it came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from visualiser.gui.timeline.as_of import now_of
from visualiser.gui.timeline.core_words import about_core
from visualiser.gui.timeline.levels import bar_at, is_duration
from visualiser.gui.timeline.ruler import brief, duration_text
from visualiser.lab.layout import Kind
from visualiser.trace.counters import Counter
from visualiser.trace.flows import Flow, FlowKind
from visualiser.trace.lane import Span
from visualiser.trace.phases import Phase
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import NS, Track

_MARKS = {
    Kind.PRINT: "prints",
    Kind.PUT: "puts an item into {}",
    Kind.GET: "takes an item from {}",
    Kind.SUBMIT: "submits {}",
    Kind.SPAWN: "starts {}",
    Kind.ACQUIRE: "acquires {}",
    Kind.RELEASE: "releases {}",
    Kind.RECEIVED: "received {}",
    Kind.SUCCEEDED: "succeeded: {}",
    Kind.FAILED: "failed: {}",
    Kind.RETRIED: "retried: {}",
    Kind.NOTE: "{}",
}


class Told(NamedTuple):
    """A heading and what follows it, for the card."""

    heading: str
    lines: tuple[str, ...]


def more_about(run: Run, track: Track, span: Span, until: int | None = None) -> list[str]:
    """What is known at ``until`` (ns, None: now) besides its state and its times, a short sentence each."""
    holder = [_holder(run, track, span)] if span.state is State.LOCK else []
    flows = run.flows.of_span(track, span.start, span.end) if len(run.flows) else []
    flows = [flow for flow in flows if until is None or flow.t1 <= until]
    return [
        line
        for line in (about_core(run, track, span), *holder, _task_around(run, track, span), *_flows(flows, track))
        if line
    ]


def mark_near(run: Run, track: Track, begin: int, end: int) -> str:
    """What happened on a track in [begin, end), ns: the last of it that has words."""
    t = track.marks.t.view
    first, stop = t.searchsorted(np.array([begin, end], np.int64))
    for place in range(int(stop) - 1, int(first) - 1, -1):
        words = _MARKS.get(Kind(int(track.marks.kind.view[place])))
        if words is not None:
            return words.format(run.names[int(track.marks.name.view[place])].label or "it").strip()
    return ""


def about_counter(run: Run, counter: Counter, when: int, until: int | None = None) -> Told:
    """A counter at a moment (ns), as far as it is known at ``until``."""
    bar = bar_at(counter.t, counter.value, counter.unit, when) if is_duration(counter) else None
    number = amount(counter.at(when) if bar is None else bar[2], counter.unit)
    highest = amount(highest_until(counter, until), counter.unit)
    so_far = "so far" if until is not None else "in this run"
    return Told(counter.name, (f"{number} at {(when - run.start_ns) / NS:.6f} s, at most {highest} {so_far}",))


def highest_until(counter: Counter, until: int | None) -> float:
    """The highest value up to ``until`` (ns, None: of all)."""
    stop = len(counter) if until is None else int(counter.t.searchsorted(np.int64(until), "right"))
    return float(counter.value[:stop].max()) if stop else 0.0


def amount(value: float, unit: str) -> str:
    """A counter's value in words: ``1 item``, ``12 items``, ``16.7 ms``."""
    if unit == "items":
        return f"{value:g} item" if value == 1 else f"{value:g} items"
    return f"{value:.3g} {unit}" if value < 1000 else f"{value:.0f} {unit}"


def about_phase(run: Run, phase: Phase, until: int | None = None) -> Told:
    """A part of the run, as far as it has come at ``until`` (ns, None: now)."""
    now = now_of(run, until)
    end = max(now, phase.start) if phase.end is None or phase.end > now else phase.end
    start_s = (phase.start - run.start_ns) / NS
    return Told(phase.title, (f"from {start_s:.6f} s for {duration_text((end - phase.start) / NS)}",))


def _task_around(run: Run, track: Track, span: Span) -> str:
    """How long the task had waited that a span is a later part of."""
    tasks = run.labels.tasks
    mine = np.flatnonzero((tasks.track.view == track.id) & (tasks.t0.view < span.start))
    if not len(mine) or tasks.ends(run.now_ns)[mine[-1]] <= span.start:
        return ""
    begin = int(tasks.t0.view[mine[-1]])
    came = [flow for flow in run.flows.of_span(track, begin, begin) if flow.target is track and flow.t1 == begin]
    label = run.names[int(tasks.name.view[mine[-1]])].label or "a task"
    return f"in {label}: {_one(came[0], arrives=True)}" if came else f"in {label}"


def _holder(run: Run, track: Track, span: Span) -> str:
    graph = run.lock_holders.graph((span.start + span.end) // 2)
    locks = {lock for waiting, lock in graph.waits if waiting is track}
    held = [f"{lock} is held by {holder.name}" for lock, holder in graph.holds if lock in locks]
    return ", ".join(held)


def _flows(flows: Sequence[Flow], track: Track) -> list[str]:
    """One sentence for each kind and direction; a number where there are several."""
    lines = []
    for kind in FlowKind:
        for arrives in (True, False):
            some = [flow for flow in flows if flow.kind is kind and (flow.target if arrives else flow.source) is track]
            if some:
                lines.append(_one(some[0], arrives) if len(some) == 1 else _many(some, arrives))
    return lines


# What an arrow is called where it has no name, and what is said at its target and at its source.
_SENTENCES = {
    FlowKind.PUT_GET: (
        "the queue",
        "took what {source} had put into {name} {took} before",
        "put into {name}: {target} took it {took} later",
    ),
    FlowKind.SUBMIT_START: (
        "",
        "started {took} after {source} had submitted it",
        "submitted to {target}: started {took} later",
    ),
    FlowKind.RELEASE_ACQUIRE: (
        "the lock",
        "got {name} {took} after {source} gave it back",
        "gave {name} back: {target} got it {took} later",
    ),
    FlowKind.START_FIRST: ("", "started by {source}, alive {took} later", "starts {target}: alive {took} later"),
    FlowKind.OTHER: ("an arrow", "{name} from {source}, {took} before", "{name} to {target}, {took} later"),
}


def _one(flow: Flow, arrives: bool) -> str:
    nameless, at_target, at_source = _SENTENCES[flow.kind]
    return (at_target if arrives else at_source).format(
        name=flow.name or nameless,
        source=flow.source.name,
        target=flow.target.name,
        took=brief((flow.t1 - flow.t0) / NS),
    )


_MANY = {
    (FlowKind.PUT_GET, True): "took {} items",
    (FlowKind.PUT_GET, False): "put {} items",
    (FlowKind.SUBMIT_START, True): "started {} tasks",
    (FlowKind.SUBMIT_START, False): "submitted {} tasks",
    (FlowKind.START_FIRST, True): "was started {} times",
    (FlowKind.START_FIRST, False): "started {} workers",
    (FlowKind.RELEASE_ACQUIRE, True): "got a lock {} times",
    (FlowKind.RELEASE_ACQUIRE, False): "gave a lock back {} times",
    (FlowKind.OTHER, True): "{} arrows end here",
    (FlowKind.OTHER, False): "{} arrows begin here",
}


def _many(flows: Sequence[Flow], arrives: bool) -> str:
    longest = max(flow.t1 - flow.t0 for flow in flows) / NS
    words = _MANY[flows[0].kind, arrives].format(len(flows))
    return f"{words}, each at most {brief(longest)} under way"
