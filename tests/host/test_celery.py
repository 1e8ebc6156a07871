"""A task queue's workers elsewhere are seen, a broker that goes away is survived, and nothing outlives the run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.brokers import needs_redis, redis, workers
from tests.conftest import ROOT, eventually
from tests.host.runs import carriers, follow, is_gone, output_of, reap_orphans
from tests.scenarios.quick import FOLDER, text_of
from visualiser.host import celery_listener
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.session import Session
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.flows import FlowKind
from visualiser.trace.run import Run
from visualiser.trace.states import State

pytest.importorskip("celery")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the sampler cleans up on Linux only")

__all__ = ["redis"]


@pytest.fixture
def script(tmp_path):
    """The scenario where anybody may lay it."""
    return shutil.copy(FOLDER / "celery_tasks.py", tmp_path / "celery_tasks.py")


@contextmanager
def played(script, **knobs):
    session = Session.start(scenario_from_file(script), text_of("celery_tasks", **knobs))
    try:
        yield session
    finally:
        session.close()


def folded(batches, session):
    run = Run()
    for batch in batches:
        run.extend(batch)
    run.finish(session.ended_ns)
    return run


def remote(run):
    tracks = [track for track in run.tracks if track.kind == "remote"]
    named = {track.name: track for track in tracks}
    assert len(named) == len(tracks)  # one lane for each process, whatever happened meanwhile
    return named


@needs_redis
def test_workers_of_two_hosts_are_lanes_with_their_tasks(script, redis):
    knobs = {"BROKER": redis.address, "START_WORKER": False, "TASKS": 8, "SECONDS": 0.1}
    with workers(script, redis.address, "a@host1", "b@host2") as started, played(script, **knobs) as session:
        batches = follow(session)
        run = folded(batches, session)
        assert session.outcome.ok, session.outcome
        children = {process.pid: psutil.Process(process.pid).children()[0].pid for process in started}
        said = session.stdout
    (first, first_child), (second, second_child) = children.items()
    tracks = remote(run)
    assert tracks.keys() == {
        f"host1 · worker {first}",
        f"host2 · worker {second}",
        f"host1 · process {first_child}",
        f"host2 · process {second_child}",
    }
    assert {pid for pid in children.values() if f"done by process {pid}" in said} == set(children.values())
    facts = values_of(facts_of(run))
    told = {name: facts[name] for name in ("sent", "received", "succeeded", "failed", "retried", "hosts")}
    assert told == {"sent": 8, "received": 9, "succeeded": 7, "failed": 1, "retried": 1, "hosts": 2}
    assert facts["tasks"] == 9
    notes = {line["text"] for batch in batches for line in batch.story if line["ev"] == "note"}
    assert notes == {
        f"Times of {host} are as exact as its clock and the way from there." for host in ("host1", "host2")
    }
    arrows = run.flows.pairs(FlowKind.SUBMIT_START)
    assert {run.tracks[number].pid for number in arrows.target.tolist()} == set(children.values())
    for child in (tracks[f"host1 · process {first_child}"], tracks[f"host2 · process {second_child}"]):
        assert {State.READY, State.IDLE} <= set(child.lane.states)
        assert State.UNKNOWN not in child.lane.states


@needs_redis
def test_a_broker_that_is_killed_and_started_again(script, redis):
    knobs = {"BROKER": redis.address, "TASKS": 4, "SECONDS": 1.0, "FAILURES": 0, "RETRIES": 0, "CONCURRENCY": 1}
    with workers(script, redis.address, "a@host1"), played(script, **knobs) as session:
        batches, sentences = [], set()

        def poll():
            batches.append(session.poll())
            sentences.add(session.warning)

        def says(text):
            poll()
            assert session.running, session.outcome
            return text in session.stdout

        eventually(lambda: says("Task 1 was done"))
        redis.kill()
        eventually(lambda: says("") and session.warning)
        warning = session.warning
        redis.start()
        eventually(lambda: (poll(), not session.running)[1], 60)
        run = folded(batches, session)
        assert session.outcome.ok, session.outcome
        assert "4 of 4 tasks done" in session.stdout
    away = f"The broker {redis.address} does not answer; what is known stays, and the run goes on when it is back."
    assert warning == away
    assert sentences == {None, away}
    assert session.warning is None
    assert run.remote_workers.away is False
    # Nobody knows what host1 did meanwhile. Our own worker's records need no broker.
    (worker,) = [track for name, track in remote(run).items() if "worker" in name]
    assert State.UNKNOWN in worker.lane.states
    assert {track.name.partition(" · ")[0] for track in remote(run).values()} == {"host1"}


def test_stopping_ends_worker_and_pool(script):
    with played(script, TASKS=4, SECONDS=5.0, FAILURES=1) as session:
        output_of(session, "Task 1 failed")
        assert len(carriers(session.run_dir)) >= 4  # script, worker, and two processes of its pool
        session.stop()
        session.poll()
        assert carriers(session.run_dir) == []
        assert session.outcome.stopped


@needs_redis
def test_the_listener_ends_with_the_run(script, redis):
    with played(script, BROKER=redis.address, TASKS=1, FAILURES=1, POOL="solo") as session:
        follow(session)
        assert "0 of 1 tasks done" in session.stdout
        (listener,) = session._queue.pids
    assert is_gone(listener)


APP = """
import sys
sys.path.insert(0, {root!r})
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.session import Session
session = Session.start(scenario_from_file({script!r}))
while "Task 1 failed" not in session.stdout:
    session.poll()
print(session.run_dir, *session._queue.pids, flush=True)
sys.stdin.read()
"""


@linux
@needs_redis
def test_a_killed_app_takes_worker_and_listener_with_it(script, redis):
    knobs = {"BROKER": redis.address, "TASKS": 4, "SECONDS": 5.0, "RETRIES": 0}
    Path(script).write_text(text_of("celery_tasks", **knobs), encoding="utf-8")
    program = APP.format(root=str(ROOT), script=str(script))
    app = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with app:
        run_dir, listener = app.stdout.readline().split()
        assert len(carriers(run_dir)) >= 4  # script, worker, and two processes of its pool
        app.kill()
        eventually(lambda: not Path(run_dir).exists() and not carriers(run_dir))
        eventually(lambda: is_gone(int(listener)) or psutil.Process(int(listener)).status() == psutil.STATUS_ZOMBIE)
        reap_orphans()


class TestTheListener:
    """As it is when whoever started it is killed: nothing but its standard input tells it."""

    @contextmanager
    def started(self, folder, address):
        with subprocess.Popen([sys.executable, celery_listener.__file__], stdin=subprocess.PIPE) as process:
            order = {"run": str(folder), "broker": address, "ready": "ready"}
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
            eventually(lambda: (folder / "ready").exists())
            (story,) = folder.glob("p*.jsonl")
            yield process, lambda: [json.loads(line) for line in story.read_text().splitlines()]
            process.stdin.close()

    @needs_redis
    def test_it_ends_when_nobody_holds_its_input(self, tmp_path, redis):
        with self.started(tmp_path, redis.address) as (process, _):
            pass
        assert process.returncode == 0

    def test_it_tells_once_that_nobody_answers_and_goes_on(self, tmp_path):
        with self.started(tmp_path, "redis://user:secret@127.0.0.1:1/0") as (process, told):
            (line,) = told()
            assert process.poll() is None
        assert line["type"] == "broker-lost"
        assert line["broker"] == "redis://user:**@127.0.0.1:1/0"
        assert process.returncode == 0


def test_times_of_another_host_are_set_by_its_fastest_event(monkeypatch):
    clocks = celery_listener.Clocks("here")
    assert (clocks.meets("here"), clocks.meets("there")) == (False, True)
    monkeypatch.setattr(time, "time", lambda: 1000.0)
    monkeypatch.setattr(time, "perf_counter_ns", lambda: 5_000_000_000)
    assert clocks.moment("here", 999.5) == 4_500_000_000
    assert clocks.moment("here", 1000.5) == 5_000_000_000  # nothing happens later than it is heard
    assert clocks.moment("there", 960.0) == 5_000_000_000  # its clock is late, or its event: nobody can tell
    assert clocks.moment("there", 961.0) == 5_000_000_000
    assert clocks.moment("there", 960.5) == 4_500_000_000
