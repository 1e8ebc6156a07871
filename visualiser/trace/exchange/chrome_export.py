"""Writes a run as Chrome trace JSON, for the Perfetto UI, chrome://tracing and every other reader of that format.

Times are microseconds with three decimals, so that no nanosecond is lost, from the first moment that is known of the
run: some readers drop what lies before 0. Every state is a complete event of its thread; they neither overlap nor nest.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator
from typing import TextIO

import numpy as np

from visualiser.lab.layout import Kind
from visualiser.trace.counters import Counter
from visualiser.trace.document import Document
from visualiser.trace.exchange.chrome_arrows import flow_events
from visualiser.trace.exchange.chrome_cores import core_events
from visualiser.trace.exchange.chrome_places import Places
from visualiser.trace.exchange.errors import Progress, tell
from visualiser.trace.exchange.micros import in_micros
from visualiser.trace.flows import FlowKind
from visualiser.trace.names import Name
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import Track

MADE_BY = "Concurrency Visualiser"
_ROWS = 8192


def write_chrome_trace(document: Document, stream: TextIO, progress: Progress | None = None) -> None:
    """Write a run with its bookmarks and what is known about it.

    Args:
        document: the run; one that goes on is written as far as it is known.
        stream: text, without translation of line ends or with; ASCII alone is written.
        progress: told the share 0 … 1 now and then; returns False to give up, then ``Cancelled`` is raised.
    """
    trace = _Trace(document)
    stream.write(f'{{"displayTimeUnit":"ns","otherData":{_other_data(document, trace)},\n"traceEvents":[\n')
    stream.write(",\n".join(trace.metadata()))
    done, all_spans = 0, max(document.run.spans, 1)
    for rows, text in trace.spans():
        stream.write(text)
        done += rows
        tell(progress, done / all_spans)
    for events in (trace.marks(), trace.counters(), trace.cores(), trace.moments(document), trace.flows()):
        for event in events:
            stream.write(",\n" + event)
    stream.write("\n]}\n")
    tell(progress, 1.0)


class _Trace:
    """The events of one run, text by text."""

    def __init__(self, document: Document) -> None:
        self._run = document.run
        self.places = Places(document.run)
        self.zero = _first_moment(document.run, [bookmark.when_ns for bookmark in document.bookmarks])
        self._labels: dict[int, str] = {}

    def micros(self, when: int) -> str:
        """A moment, ns, on the trace's clock."""
        return in_micros(when - self.zero)

    def metadata(self) -> Iterator[str]:
        """Names of processes and threads and the order in which they are to be shown."""
        processes = self.places.processes or {self.places.cores: "nothing"}
        for number, (pid, name) in enumerate(processes.items()):
            yield _meta("process_name", pid, pid, "name", name)
            yield _meta("process_sort_index", pid, pid, "sort_index", number)
        for number, track in enumerate(self.places.order):
            place = self.places[track]
            yield _meta("thread_name", place.pid, place.tid, "name", track.name)
            yield _meta("thread_sort_index", place.pid, place.tid, "sort_index", number)

    def spans(self) -> Iterator[tuple[int, str]]:
        """Pieces of text, with the number of spans each is of."""
        for track in self.places.order:
            for first in range(0, len(track.lane), _ROWS):
                yield self._rows(track, first, min(first + _ROWS, len(track.lane)))

    def _rows(self, track: Track, first: int, stop: int) -> tuple[int, str]:
        lane, place = track.lane, self.places[track]
        t = lane.t[first : stop + 1] - self.zero
        ends = np.append(t[1:], lane.now - self.zero)[: stop - first]
        where = f'"pid":{place.pid},"tid":{place.tid},"ts":'
        heads = {state: f',\n{{"ph":"X","cat":"state","name":"{State(state).name}",{where}' for state in State}
        texts = [
            f'{heads[state]}{in_micros(begin)},"dur":{in_micros(end - begin)}{self._args(ref)}}}'
            for begin, end, state, ref in zip(
                t[: stop - first].tolist(),
                ends.tolist(),
                lane.state[first:stop].tolist(),
                lane.ref[first:stop].tolist(),
                strict=True,
            )
            if state and end > begin
        ]
        return stop - first, "".join(texts)

    def _args(self, ref: int) -> str:
        text = self._labels.get(ref)
        if text is None:
            args = _named(self._run.names[ref])
            text = self._labels[ref] = f',"args":{json.dumps(args)}' if args else ""
        return text

    def marks(self) -> Iterator[str]:
        """What happened at single moments of a track."""
        for track in self.places.order:
            place, marks = self.places[track], track.marks
            where = f'"pid":{place.pid},"tid":{place.tid}'
            for when, code, ref in zip(
                marks.t.view.tolist(), marks.kind.view.tolist(), marks.name.view.tolist(), strict=True
            ):
                kind, args = Kind(code).name, _named(self._run.names[ref])
                name = json.dumps(f"{kind} {args.get('label', '')}".strip())
                told = json.dumps({"kind": kind, **args})
                yield f'{{"ph":"i","s":"t","cat":"mark","name":{name},{where},"ts":{self.micros(when)},"args":{told}}}'

    def counters(self) -> Iterator[str]:
        """Numbers over time; those of no thread are the script's."""
        used: set[tuple[int, str]] = set()
        for counter in self._run.counters.all:
            place = self._place_of(counter)
            name, number = counter.name, 2
            while (place, name) in used:  # viewers take counters of one process and name for one
                name, number = f"{counter.name} ({number})", number + 1
            used.add((place, name))
            head = f'{{"ph":"C","cat":"counter","name":{json.dumps(name)},"pid":{place},"tid":{place},"ts":'
            unit = json.dumps(counter.unit or "value")
            for when, value in zip(counter.t.tolist(), counter.value.tolist(), strict=True):
                if math.isfinite(value):
                    yield f'{head}{self.micros(when)},"args":{{{unit}:{value!r}}}}}'

    def _place_of(self, counter: Counter) -> int:
        track = counter.track or self._run.main_track
        return self.places[track].pid if track else next(iter(self.places.processes), self.places.cores)

    def cores(self) -> Iterator[str]:
        """Who was on which core, and the loads."""
        return core_events(self._run, self.places, self.micros)

    def flows(self) -> Iterator[str]:
        """Arrows, last: viewers bind them to what they have read before of the same moment."""
        return flow_events(self._run, self.places, self.micros)

    def moments(self, document: Document) -> Iterator[str]:
        """Where the script began, and the bookmarks: instants of the whole trace."""
        root = next(iter(self.places.processes), self.places.cores)
        where = f'"s":"g","pid":{root},"tid":{root}'
        if self._run.start_ns:
            when = self.micros(self._run.start_ns)
            yield f'{{"ph":"i","cat":"run","name":"first line of the script",{where},"ts":{when}}}'
        for bookmark in document.bookmarks:
            name, args = (
                json.dumps(bookmark.text or "bookmark"),
                json.dumps({"track": bookmark.track, "text": bookmark.text}),
            )
            when = self.micros(bookmark.when_ns)
            yield f'{{"ph":"i","cat":"bookmark","name":{name},{where},"ts":{when},"args":{args}}}'

    def tracks(self) -> list[dict[str, object]]:
        """What a Chrome trace has no words for."""
        return [
            {
                "pid": self.places[track].pid,
                "tid": self.places[track].tid,
                "kind": track.kind,
                "name": track.name,
                "native": [track.pid, track.tid],
                "parent": None if track.parent is None else track.parent.id,
            }
            for track in self._run.tracks
        ]


def _other_data(document: Document, trace: _Trace) -> str:
    run = document.run
    about = {name: value for name, value in dataclasses.asdict(document.about).items() if value}
    outcome = dataclasses.asdict(document.outcome) if document.outcome else None
    told = {
        "made_by": MADE_BY,
        "version": 1,
        "about": about,
        "outcome": outcome,
        "notes": list(run.notes),
        "sources": list(run.sources),
        "states": {state.name: _MEANINGS[state] for state in State if state},
        "zero_ns": trace.zero,
        "start_ns": run.start_ns,
        "end_ns": run.end_ns or run.now_ns,
        "processes": [
            {"pid": one.pid, "name": one.name, "how": one.how, "python": one.python, "gil": one.gil}
            for one in run.processes.values()
        ],
        "tracks": trace.tracks(),
    }
    return json.dumps(told, default=str)


def _first_moment(run: Run, noted: list[int]) -> int:
    """The earliest time (ns) of anything in the run, or ``noted`` about it."""
    found = [*noted, *(when for when in (run.start_ns, run.core_logs.begin) if when)]
    found += [track.lane.start for track in run.tracks if len(track.lane)]
    found += [int(track.marks.t.view.min()) for track in run.tracks if track.marks.t.size]
    found += [int(counter.t[0]) for counter in run.counters.all if len(counter)]
    found += [int(run.loads.t[0])] if len(run.loads) else []
    found += [int(min(flows.t0.min(), flows.t1.min())) for flows in map(run.flows.pairs, FlowKind) if len(flows)]
    return min(found, default=0)


def _meta(name: str, pid: int, tid: int, key: str, value: object) -> str:
    return f'{{"ph":"M","name":"{name}","pid":{pid},"tid":{tid},"args":{{"{key}":{json.dumps(value)}}}}}'


def _named(name: Name) -> dict[str, object]:
    told = {"label": name.label, "file": name.file, "line": name.line}
    return {key: value for key, value in told.items() if value}


_MEANINGS = {
    State.RUN: "on a core",
    State.READY: "in no recorded call: runs, or waits for the GIL or a core",
    State.GIL: "wants to run Python while another thread holds the GIL",
    State.CORE: "ready, wants a core",
    State.RESUME: "its call is over, it waits for the GIL or a core",
    State.SLEEP: "sleeps",
    State.LOCK: "waits for a lock",
    State.COND: "waits for a condition",
    State.EVENT: "waits for an event",
    State.SEM: "waits for a semaphore",
    State.BARRIER: "waits at a barrier",
    State.QUEUE: "waits for a queue",
    State.JOIN: "waits for another worker or its result",
    State.IO: "waits for a pipe, a socket or a file",
    State.PROC: "waits for a process",
    State.IDLE: "a pool's worker without a task",
    State.UNKNOWN: "not known",
    State.LOOP: "a task that could go on and waits for its event loop",
}
