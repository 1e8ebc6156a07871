"""A document as plain values: all that panels, facts and the timeline ask of it, to hold two side by side."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from visualiser.trace.core_row import CoreRowCache
from visualiser.trace.facts import facts_of
from visualiser.trace.flows import FlowKind
from visualiser.trace.pointers import find
from visualiser.trace.row import row
from visualiser.trace.states import State
from visualiser.trace.time_scale import TimeScale

_MOMENTS = 40
_ARRAYS = ("t0", "t1", "source", "target", "flow", "name")


def portrait(document):
    """Nested lists and dicts; equal for two documents that cannot be told apart."""
    run = document.run
    moments = np.linspace(run.start_ns, max(run.now_ns, run.start_ns + 1), _MOMENTS).astype(np.int64)
    facts = {name: repr(fact) for name, fact in facts_of(run).items()}
    return {
        "facts": facts,
        "run": _run(run),
        "about": asdict(document.about),
        "outcome": None if document.outcome is None else asdict(document.outcome),
        "printed": [(one.when_ns, one.stream, one.text) for one in document.printed],
        "bookmarks": [asdict(one) for one in document.bookmarks],
        "results": repr(document.results),
        "names": [asdict(run.names[number]) for number in range(len(run.names))],
        "processes": [_process(one) for one in run.processes.values()],
        "tracks": [_track(run, one) for one in run.tracks],
        "flows": {kind.name: _flows(run, kind) for kind in FlowKind if len(run.flows.pairs(kind))},
        "arrows": [[flow_of_span(run, track) for track in run.tracks], _table(run.flows.submissions())],
        "labels": {kind: _labels(labels, run.now_ns) for kind, labels in run.labels.by_kind.items()},
        "counters": [_counter(one) for one in run.counters.all],
        "phases": [asdict(phase) for phase in run.phases.all],
        "locks": _locks(run, moments.tolist()),
        "cores": [run.core_logs.told, run.core_logs.begin, run.core_logs.cores],
        "loads": _loads(run.loads),
        "pointers": {one: _found(find(run, one)) for one in _pointers(run)},
        "sums": [_sums(run), sorted(run.turns.lengths.tolist()), run.turns.handovers],
    }


def differences(one, other, place=""):
    """Where two portraits differ, in words; empty if they do not."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [found for key in one for found in differences(one[key], other[key], f"{place}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [found for number, pair in pairs for found in differences(*pair, f"{place}[{number}]")]
    return [] if one == other else [f"{place}: {str(one)[:200]} != {str(other)[:200]}"]


def _run(run):
    names = ("start_ns", "now_ns", "end_ns", "finished", "errors", "dropped", "gil", "sources", "sampled", "spans")
    used = [run.used.now, run.used.before, run.used.changed_ns, run.used.compared]
    steps = (
        run.async_tasks.steps,
        run.async_tasks.longest and (run.async_tasks.longest[0], _id(run.async_tasks.longest[1])),
    )
    queue = sorted(run.remote_workers.hosts), run.remote_workers.away
    return {name: getattr(run, name) for name in names} | {
        "notes": list(run.notes),
        "used": used,
        "steps": steps,
        "queue": queue,
        "main": _id(run.main_track),
        "results": repr(run.results),
    }


def _process(process):
    names = ("pid", "name", "how", "python", "gil", "ready_ns", "exit_code", "is_root", "was_killed", "is_helper")
    return {name: getattr(process, name) for name in names} | {"main": _id(process.main_track)}


def _track(run, track):
    names = ("id", "kind", "name", "pid", "tid", "start_ns", "end_ns")
    log = run.core_logs.of(track)
    marks = [track.marks.t.view.tolist(), track.marks.kind.view.tolist(), track.marks.name.view.tolist()]
    return {name: getattr(track, name) for name in names} | {
        "parent": _id(track.parent),
        "lane": _lane(run, track.lane),
        "second": _lane(run, track.second),
        "marks": sorted(zip(*marks, strict=True)),
        "cores": None if log is None else _log(run, log),
    }


def _lane(run, lane):
    spans = [lane.t.tolist(), lane.state.tolist(), lane.ref.tolist(), lane.now, lane.start]
    totals = {state.name: lane.total(state) for state in lane.states}
    rows = [_row(lane, scale) for scale in _scales(run)] if len(lane) else []
    return {"spans": spans, "totals": totals, "rows": rows}


def _scales(run):
    """All of it on 200 columns, its middle third, and a piece of a millisecond."""
    wall = max(run.now_ns - run.start_ns, 1000)
    return [
        TimeScale(run.start_ns, wall / 200, 0, 200),
        TimeScale(run.start_ns, wall / 900, 300, 300),
        TimeScale(run.start_ns, 10_000, int(wall / 20_000), 100),
    ]


def _row(lane, scale):
    found = row(lane, scale.edges())
    return [found.main.tobytes(), found.hidden.tobytes()]


def _log(run, log):
    rows = [(one.core.tobytes(), one.moved.tobytes()) for one in _core_rows(run, log)]
    return [[column.tolist() for column in log.rows], log.moves.tolist(), log.times_between(0, run.now_ns), rows]


def _core_rows(run, log):
    return (CoreRowCache().row(log, scale, run.now_ns) for scale in _scales(run))


def _flows(run, kind):
    arrays = run.flows.pairs(kind)
    longest = run.flows.longest(kind)
    found = [(longest.name, longest.t0, longest.t1, _id(longest.source), _id(longest.target))] if longest else []
    middle = run.start_ns + (run.now_ns - run.start_ns) // 2
    between = [len(one) for one in run.flows.between(run.start_ns, middle, [kind])]
    return [_table({name: getattr(arrays, name) for name in _ARRAYS}), found, between]


def flow_of_span(run, track):
    """The arrows at a track."""
    return [(flow.kind.value, flow.name, flow.t0, flow.t1) for flow in run.flows.of_span(track, 0, run.now_ns)]


def _labels(labels, now):
    columns = (labels.t0.view, labels.ends(now), labels.track.view, labels.value.view, labels.name.view)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def _counter(counter):
    return [
        type(counter).__name__,
        counter.name,
        counter.unit,
        _id(counter.track),
        counter.t.tolist(),
        counter.value.tolist(),
    ]


def _locks(run, moments):
    holders = run.lock_holders
    deadlocks = [([_id(one) for one in lock.threads], lock.begin, lock.end, lock.broken) for lock in holders.deadlocks]
    return {
        "graphs": [_graph(holders.graph(moment)) for moment in [*moments, None]],
        "deadlocks": deadlocks,
        "rest": [holders.waits, holders.deadlock_since, holders.knows_all_holders],
    }


def _graph(graph):
    return [
        [_id(one) for one in graph.threads],
        graph.locks,
        [(_id(track), lock) for track, lock in graph.waits],
        [(lock, _id(track)) for lock, track in graph.holds],
        [_id(one) for one in graph.cycle],
    ]


def _loads(loads):
    columns = [(loads.percent(core).tobytes(), loads.ours(core).tobytes()) for core in range(loads.cores)]
    return [loads.t.tolist(), loads.cores, loads.shared, loads.others_percent, columns]


def _pointers(run):
    words = [f"{how}/{state.name}" for how in ("longest", "first", "last") for state in State if state]
    words += [f"flow/{kind.value}" for kind in FlowKind] + [f"phase/{phase.slug}" for phase in run.phases.all]
    words += [f"counter/{counter.name}" for counter in run.counters.all]
    return words + [f"track/{track.name}" for track in run.tracks] + ["task/a", "track/nobody"]


def _found(found):
    if found is None:
        return None
    return [found.kind, _id(found.track), found.start, found.end, found.span, found.flow and found.flow.name]


def _sums(run):
    whole = asdict(run.running.whole)
    return whole, {phase.slug: asdict(run.running.in_phase(phase)) for phase in run.phases.all}


def _table(columns):
    return {name: column.tolist() for name, column in columns.items()}


def _id(track):
    return None if track is None else track.id
