"""A task queue's events become tracks of workers elsewhere: where their tasks run, and what nobody knows."""

from __future__ import annotations

import pytest

from tests.trace.story import ROOT, batch, process, records, thread
from visualiser.lab.layout import Kind, flow_of_uuid
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.flows import FlowKind
from visualiser.trace.remote_workers import LAG_NS
from visualiser.trace.run import Run
from visualiser.trace.states import State

S = 1_000_000_000
LISTENER = 7
UUIDS = {name: f"{number:032x}" for number, name in enumerate("abcdef", 1)}
CHILD = {"node": "gen1@host1", "worker": "w@host1"}


@pytest.fixture
def run():
    run = Run()
    run.extend(
        batch(1, story=[process(), thread(0, ROOT, "MainThread", main=True), event(0, "listening", host="here")])
    )
    return run


def event(when, kind, task=None, **facts):
    """A line of the listener's story at ``when`` seconds."""
    line = {"ev": "task_queue", "pid": LISTENER, "t": int(when * S), "type": kind}
    if kind not in ("listening", "broker-lost"):
        line |= {"node": "w@host1", "host": "host1", "worker_pid": 500}
    return {**line, **({"uuid": UUIDS[task], "name": f"app.{task}"} if task else {}), **facts}


def begun(when, task, process=501, thread=501):
    return event(when, "task-begun", task, **CHILD, process=process, thread=thread)


def hear(run, now, *events):
    run.extend(batch(int(now * S), story=list(events)))


def track(run, name):
    (found,) = [track for track in run.tracks if track.name == name]
    return found


def spans(track):
    """(begin, end, state) in seconds."""
    numbers = range(len(track.lane))
    every = [track.lane.span(number) for number in numbers]
    return [(span.start / S, span.end / S, span.state.name) for span in every if span.state is not State.NONE]


def marks(track):
    columns = track.marks
    return [(t / S, Kind(kind)) for t, kind in zip(columns.t.view.tolist(), columns.kind.view.tolist(), strict=True)]


def test_a_task_is_drawn_in_the_process_that_runs_it(run):
    hear(run, 1, event(1, "worker-online", freq=2.0))
    hear(run, 3, event(2, "task-received", "a"), event(2.2, "task-started", "a"), begun(2.1, "a"))
    hear(run, 5, event(4, "task-succeeded", "a"))
    run.finish(6 * S)
    worker, child = track(run, "host1 · worker 500"), track(run, "host1 · process 501")
    assert (worker.kind, child.kind, child.pid) == ("remote", "remote", 501)
    assert spans(worker) == [(1, 6, "IDLE")]
    assert spans(child) == [(2.1, 4, "READY"), (4, 6, "IDLE")]
    assert run.names[child.lane.span(0).ref].label == "task a"
    assert marks(worker) == [(2, Kind.RECEIVED)]
    assert marks(child) == [(4, Kind.SUCCEEDED)]
    assert run.labels.tasks.t1.view.tolist() == [4 * S]


def test_an_arrow_leads_to_another_machine(run):
    sent = records((S, S, Kind.SUBMIT, 0))
    sent["value"] = flow_of_uuid(UUIDS["a"])
    told = batch(S, rows={0: []})
    told.records = dict.fromkeys(told.records, sent)
    run.extend(told)
    hear(run, 3, event(2, "task-received", "a"), begun(2, "a"))
    run.finish(4 * S)
    arrow = run.flows.longest(FlowKind.SUBMIT_START)
    assert (arrow.t0, arrow.t1, arrow.target.name) == (S, 2 * S, "host1 · process 501")


def test_without_word_of_its_processes_a_worker_has_as_many_lines_as_tasks_at_once(run):
    hear(run, 1, event(1, "task-received", "a"), event(1, "task-received", "b"))
    hear(run, 3, event(2, "task-started", "a"), event(2.5, "task-started", "b"))
    hear(run, 5, event(3, "task-failed", "a"), event(3.5, "task-started", "c"), event(4, "task-succeeded", "b"))
    run.finish(5 * S)
    first, second = track(run, "host1 · worker 500"), track(run, "host1 · worker 500 #2")
    assert spans(first) == [(1, 2, "IDLE"), (2, 3, "READY"), (3, 3.5, "IDLE"), (3.5, 5, "READY")]
    assert spans(second) == [(2.5, 4, "READY"), (4, 5, "IDLE")]
    assert (3, Kind.FAILED) in marks(first)


def test_late_events_are_put_in_order(run):
    hear(run, 2.2, event(2.1, "task-succeeded", "a"))
    hear(run, 2.3, begun(2, "a"), event(1.95, "task-received", "a"))
    run.finish(3 * S)
    assert spans(track(run, "host1 · process 501")) == [(2, 2.1, "READY"), (2.1, 3, "IDLE")]


def test_what_comes_too_late_is_drawn_when_it_is_heard(run):
    hear(run, 2, event(1, "task-received", "a"), begun(1, "a"))
    hear(run, 10)
    hear(run, 11, event(1.5, "task-succeeded", "a"))
    run.finish(12 * S)
    child = track(run, "host1 · process 501")
    (_, until, _), (_, end, _) = spans(child)
    assert until == 10 - LAG_NS / S
    assert end == 12
    assert marks(child)[-1][1] is Kind.SUCCEEDED


def test_a_task_that_runs_while_the_broker_dies_is_unknown_and_never_done(run):
    hear(run, 2, event(1, "task-received", "a"), begun(1, "a"))
    hear(run, 4, event(3, "broker-lost"))
    assert run.remote_workers.away
    hear(run, 8, event(7, "listening", host="here"), event(7.5, "worker-heartbeat", freq=2.0))
    run.finish(9 * S)
    assert not run.remote_workers.away
    child = track(run, "host1 · process 501")
    assert spans(child) == [(1, 3, "READY"), (3, 9, "UNKNOWN")]
    assert Kind.SUCCEEDED not in {kind for _, kind in marks(child)}
    assert spans(track(run, "host1 · worker 500")) == [(1, 3, "IDLE"), (3, 7.5, "UNKNOWN"), (7.5, 9, "IDLE")]


def test_a_worker_without_heartbeats_is_unknown(run):
    hear(run, 1.5, event(1, "worker-online", freq=2.0))
    hear(run, 8)
    assert spans(track(run, "host1 · worker 500"))[-1][2] == "IDLE"
    hear(run, 12)
    hear(run, 13)
    assert spans(track(run, "host1 · worker 500"))[-1][2] == "UNKNOWN"


def test_a_worker_that_says_goodbye_ends(run):
    hear(run, 3, event(1, "worker-online", freq=2.0), begun(2, "a"), event(2.5, "task-succeeded", "a"))
    hear(run, 5, event(4, "worker-offline"))
    run.finish(6 * S)
    assert {found.end_ns for found in run.tracks if found.kind == "remote"} == {4 * S}


def test_a_worker_that_comes_back_goes_on_in_its_lane(run):
    hear(run, 3, event(1, "worker-online", freq=2.0), event(2, "worker-offline"))
    hear(run, 5, event(4, "worker-online", freq=2.0))
    run.finish(6 * S)
    worker = track(run, "host1 · worker 500")
    assert spans(worker) == [(1, 2, "IDLE"), (4, 6, "IDLE")]
    assert worker.end_ns == 6 * S


def test_a_goodbye_because_of_the_broker_is_none(run):
    hear(run, 2, event(1, "worker-online", freq=2.0), begun(1.5, "a"))
    hear(run, 4, event(3, "broker-lost"))
    hear(run, 6, event(5, "listening", host="here"))
    # It can be sent only now, with the time at which the worker noticed; so can what became of the task.
    hear(run, 8, event(3.1, "worker-offline"), event(7, "worker-online", freq=2.0), event(7, "task-succeeded", "a"))
    run.finish(9 * S)
    assert spans(track(run, "host1 · worker 500"))[-2:] == [(3, 7, "UNKNOWN"), (7, 9, "IDLE")]
    assert spans(track(run, "host1 · process 501")) == [(1.5, 3, "READY"), (3, 7, "UNKNOWN"), (7, 9, "IDLE")]


def test_the_run_s_own_worker_is_not_drawn_twice(run):
    run.extend(batch(2, story=[process(500, "exec"), process(501, "fork")]))
    here = {"node": "w@here", "host": "here"}
    hear(run, 3, event(1, "worker-online", **here), event(1, "task-received", "a", **here))
    hear(run, 4, begun(2, "a") | {"host": "here", "worker": "w@here"}, event(3, "task-succeeded", "a", **here))
    # The same numbers on another machine are another process.
    hear(run, 5, event(4, "worker-online"))
    run.finish(6 * S)
    assert [found.name for found in run.tracks if found.kind == "remote"] == ["host1 · worker 500"]
    assert run.remote_workers.hosts == {"here", "host1"}


def test_what_is_counted(run):
    hear(
        run, 1, event(1, "task-received", "a"), event(1, "task-received", "b"), begun(1, "a"), begun(1.1, "b", 502, 502)
    )
    hear(run, 3, event(2, "task-retried", "a"), event(2, "task-failed", "b"))
    hear(run, 5, event(3, "task-received", "a"), begun(3, "a"), event(4, "task-succeeded", "a"))
    run.finish(6 * S)
    facts = values_of(facts_of(run))
    told = {name: facts[name] for name in ("received", "succeeded", "failed", "retried", "hosts", "tasks", "task_pids")}
    expected = {"received": 3, "succeeded": 1, "failed": 1, "retried": 1, "hosts": 1, "tasks": 3, "task_pids": 2}
    assert told == expected


def test_the_number_of_a_task_is_the_same_everywhere():
    flows = {flow_of_uuid(name) for name in ("6f1d0f6e-2b7e-4c6a-9d43-2a3f5e0a1b2c", "my own id", "my other id")}
    assert len(flows) == 3
    assert all(0 <= flow < 2**63 for flow in flows)
