"""Runs made at random, with everything that an export has to carry."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import strategies as st

from tests.trace.told_cores import told
from visualiser.lab.layout import Kind
from visualiser.trace.document import About, Bookmark, Document
from visualiser.trace.flows import FlowKind
from visualiser.trace.made_run import MadeRun
from visualiser.trace.names import Name
from visualiser.trace.process import Process
from visualiser.trace.states import State

STATES = [state for state in State if state]
LABELS = ["", "work", "=1+1", 'quo"te', "Schloß 🔒", "a\nb", "x" * 50]


def documents():
    """Documents of up to 5 tracks, one for each seed: shrinking what is drawn one by one would take minutes."""
    return st.integers(0, 1 << 32).map(document)


def document(seed):
    """Times are ns, so that a rounding by the format would show."""
    random, made = Random(seed), MadeRun()
    start = random.choice([1000, random.randrange(1000, 10**12)])
    run = made.run
    process = run.processes[100] = Process(100)
    process.how, process.name = "root", "script"
    for number in range(random.randint(1, 5)):
        kind = random.choice(["thread", "process", "helper", "remote", "task"])
        pid = 100 if kind != "process" else 200 + number
        parent = run.tracks[0] if kind == "task" and number and run.tracks[0].kind == "thread" else None
        tid = 0 if kind == "task" else random.choice([pid, 101, 102, 103, 1 << 40])
        track = run.add_track(kind, random.choice(LABELS) or f"T{number}", pid, tid, parent)
        _fill(random, made, track, start)
    for _ in range(random.randint(0, 4)):
        ends = [(start + random.randint(-50, 9000), random.choice(run.tracks).id) for _ in "st"]
        label = made.number(_name(random))
        kind = random.choice(list(FlowKind))
        run.flows.add(kind, random.randrange(1 << 62), (*ends[0], label), (*ends[1], 0))
    for number in range(random.randint(0, 2)):
        t = np.unique([start + random.randrange(10_000) for _ in range(random.randint(1, 9))])
        made.add_counter(f"Queue {number}", "items", None, t, [random.uniform(-1e9, 1e9) for _ in t])
    _core(random, run, start)
    bookmarks = [Bookmark(start + 5, "here", None), Bookmark(start, "=there", 0)][: random.randint(0, 2)]
    made.finish(start, start + 20_000)
    return Document(run, About(title="made", knobs={"N": 3}, python="3.13.1"), bookmarks=bookmarks)


def _name(random):
    return Name(random.choice(LABELS), random.choice([None, "x.py"]), random.choice([None, random.randint(1, 99)]))


def _fill(random, made, track, start):
    when, rows = start + random.randint(-100, 100), []
    when = max(when, 0)
    for _ in range(random.randint(0, 8)):
        when += random.choice([0, random.randint(1, 900)])
        length = random.randint(1, 900)
        rows.append((when, when + length, int(random.choice(STATES)), made.number(_name(random))))
        when += length
    t0, t1, state, ref = (np.array([row[i] for row in rows], np.int64) for i in range(4))
    if rows:
        made.add_spans(track, t0, t1, state.astype(np.uint8), ref.astype(np.uint32))
    t = np.array(sorted(start + random.randrange(5000) for _ in range(random.randint(0, 3))), np.int64)
    kinds = [int(random.choice([Kind.PRINT, Kind.PUT, Kind.SPAWN, Kind.NOTE])) for _ in t]
    names = [made.number(_name(random)) for _ in t]
    made.add_marks(track, t, np.array(kinds, np.uint16), np.array(names, np.uint32))


def _core(random, run, start):
    track = run.tracks[0]
    if track.kind == "remote" or not 0 < track.tid < 1 << 32 or not len(track.lane) or random.random() < 0.3:
        return
    begin, end = max(track.start_ns, 1), max(track.lane.now, start + 300)
    track.end_ns = end
    run.core_logs.take(told((begin, track.tid, Kind.SWITCH_IN, 1), (end - 1, track.tid, Kind.SWITCH_OUT, 1)))
    run.loads.extend([(start + 100, (3.5, 50.0)), (start + 400, (0.0, 100.0))])


def spans_of(run):
    """All spans of a run, by track: name, kind and (begin, end, state, label, file, line) of each."""
    found = []
    for track in run.tracks:
        spans = [track.lane.span(number) for number in range(len(track.lane))]
        real = [(s.start, s.end, s.state, run.names[s.ref]) for s in spans if s.state and s.end > s.start]
        found.append((track.name, track.kind, track.pid, track.tid, track.parent and track.parent.id, real))
    return found


def flows_of(run):
    """All flows: kind, number, name, and where they begin and end."""
    found = []
    for kind in FlowKind:
        arrays = run.flows.pairs(kind)
        flows = (run.flows.flow(arrays, row) for row in range(len(arrays)))
        found += [(kind.value, f.flow, f.name, f.source.id, f.t0, f.target.id, f.t1) for f in flows]
    return sorted(found)


def marks_of(run):
    return [
        [
            (t, kind, run.names[name])
            for t, kind, name in zip(
                track.marks.t.view.tolist(), track.marks.kind.view.tolist(), track.marks.name.view.tolist(), strict=True
            )
        ]
        for track in run.tracks
    ]


def counters_of(run):
    return [(c.name, c.unit, c.t.tolist(), c.value.tolist()) for c in run.counters.all]
