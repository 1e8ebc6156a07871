"""The task queue: every pool shows its tasks where they run, nothing is lost, and trouble is said in a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import venv
from contextlib import contextmanager

import psutil
import pytest

from tests.brokers import needs_redis, redis
from tests.conftest import eventually
from tests.host.runs import follow
from tests.lab.observed import Lab
from tests.scenarios.quick import text_of
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.session import Session
from visualiser.lab.layout import Kind

pytest.importorskip("celery")

__all__ = ["redis"]
SMALL = {"TASKS": 6, "SECONDS": 0.1}


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.delenv("VISUALISER_BROKER", raising=False)


@pytest.fixture
def lab(tmp_path):
    return Lab(tmp_path / "lab")


@contextmanager
def played(folder, **knobs):
    script = folder / "celery_tasks.py"
    script.write_text(text_of("celery_tasks", **knobs), encoding="utf-8")
    session = Session.start(scenario_from_file(script))
    try:
        yield session
    finally:
        session.close()


def names(seen):
    return {line["pid"]: line["name"] for line in seen.told("process_name")}


@pytest.mark.parametrize("pool", ["prefork", "threads", "solo"])
def test_every_task_is_recorded_where_it_runs(lab, pool):
    seen = lab.run(text_of("celery_tasks", POOL=pool, **SMALL))
    assert (seen.code, seen.err) == (0, "")
    assert "5 of 6 tasks done" in seen.out
    root, known = seen.told("start")[0]["pid"], names(seen)
    tasks, sent = seen.of(Kind.TASK), seen.of(Kind.SUBMIT)
    assert {record.label for record in tasks} == {"task cpu_intensive_task", "task waiting_task"}
    assert len(tasks) == 7  # one is tried again
    assert len(sent) == 6
    assert {record.pid for record in sent} == {root}
    assert {record.value for record in tasks} == {record.value for record in sent}
    assert not any(record.is_open for record in tasks)
    where = {known[record.pid] for record in tasks}
    if pool == "prefork":
        assert where == {"ForkPoolWorker-1 (celery)", "ForkPoolWorker-2 (celery)"}
        assert seen.of(Kind.IDLE)
    else:
        assert where == {"celery worker"}
    # The pool solo is the worker's main thread; Celery's timer thread runs there what is tried again.
    assert len({(record.pid, record.chain) for record in tasks}) == 2
    for kind, times in ((Kind.RECEIVED, 7), (Kind.SUCCEEDED, 5), (Kind.FAILED, 1), (Kind.RETRIED, 1)):
        assert len(seen.of(kind)) == times, kind
    assert {known[record.pid] for record in seen.of(Kind.RECEIVED)} == {"celery worker"}
    assert seen.dropped == 0


def test_many_small_tasks_all_come_back(tmp_path):
    script = tmp_path / "celery_tasks.py"
    script.write_text(text_of("celery_tasks", TASKS=300, SECONDS=0.0, FAILURES=0, RETRIES=5), encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", script], cwd=tmp_path, capture_output=True, text=True, timeout=90)
    assert (done.returncode, done.stderr) == (0, "")
    assert "300 of 300 tasks done" in done.stdout
    assert [path.name for path in tmp_path.iterdir() if path.name != "__pycache__"] == ["celery_tasks.py"]


def worker_at_work(session):
    """The worker and the only process of its pool, which has begun the second task: the long one."""
    begun = set()

    def second():
        for key, records in session.poll().records.items():
            begun.update((key.pid, when) for when in records["t0"][records["kind"] == Kind.TASK].tolist())
        assert session.running, session.outcome
        return len(begun) == 2

    eventually(second)
    ((pid, _), _) = begun
    child = psutil.Process(pid)
    return child.parent(), child


def test_a_killed_process_of_the_pool_costs_no_task(tmp_path):
    with played(tmp_path, TASKS=2, SECONDS=1.5, FAILURES=1, RETRIES=0, CONCURRENCY=1) as session:
        _, child = worker_at_work(session)
        child.kill()
        follow(session)
        outcome = session.outcome
        assert "1 of 2 tasks done" in session.stdout
    assert outcome.sentence.startswith(f"ForkPoolWorker-1 (celery) (pid {child.pid}) was killed by SIGKILL")
    assert outcome.exit_code == 0


def test_a_killed_worker_is_said(tmp_path):
    with played(tmp_path, TASKS=2, SECONDS=2.0, FAILURES=1, RETRIES=0, CONCURRENCY=1) as session:
        worker, _ = worker_at_work(session)
        worker.kill()
        follow(session)
        outcome, said = session.outcome, session._lab.console.stderr
    assert outcome.exit_code == 1
    assert said.startswith(f"The worker ended ({-signal.SIGKILL}) and left tasks undone; run again.")
    assert outcome.sentence == f"celery worker (pid {worker.pid}) was killed by SIGKILL."


def test_a_worker_that_does_not_start_says_why(tmp_path):
    with played(tmp_path, POOL="no such pool", **SMALL) as session:
        follow(session)
        outcome = session.outcome
    assert outcome.sentence.startswith("The worker ended (2) and left tasks undone; run again. Its last words: ")
    assert "no such pool" in outcome.sentence


@pytest.mark.parametrize(
    ("broker", "why"),
    [
        ("redis://:secret@127.0.0.1:1/0", "Connection refused"),
        ("redis://no.such.host.invalid:6379/0", "no.such.host.invalid"),
        ("carrier-pigeon://here", "No such transport"),
    ],
)
def test_a_broker_that_does_not_answer(tmp_path, broker, why):
    with played(tmp_path, BROKER=broker) as session:
        follow(session)
        outcome = session.outcome
    assert outcome.sentence.startswith(f"The broker {broker.replace('secret', '**')}")
    assert outcome.sentence.endswith("Start it, correct BROKER, or leave BROKER empty.")
    assert why in outcome.sentence
    assert "secret" not in outcome.sentence
    assert outcome.exit_code == 1


def test_without_broker_and_worker_nobody_would_come(tmp_path):
    with played(tmp_path, START_WORKER=False) as session:
        follow(session)
        assert session.outcome.sentence.startswith("Without a broker no other worker finds these tasks.")


@needs_redis
def test_a_broker_where_no_worker_listens(tmp_path, redis):
    with played(tmp_path, START_WORKER=False, BROKER=redis.address) as session:
        follow(session)
        assert session.outcome.sentence.startswith(f"No worker listens at {redis.address}.")


def test_what_cannot_be_sent_names_the_line_and_a_way_out(tmp_path):
    with played(tmp_path) as session:
        session.close()
    script = tmp_path / "celery_tasks.py"
    script.write_text(script.read_text(encoding="utf-8").replace("function.s(SECONDS", "function.s(object()"))
    session = Session.start(scenario_from_file(script))
    try:
        follow(session)
        outcome = session.outcome
    finally:
        session.close()
    line = next(n for n, text in enumerate(script.read_text().splitlines(), 1) if "task.delay()" in text)
    assert outcome.line == line
    assert "EncodeError: Object of type object is not JSON serializable" in outcome.sentence
    assert outcome.detail == "A task's arguments travel as JSON: send numbers, text, lists and dictionaries."


def test_a_python_without_celery_is_told_how_to_get_it(tmp_path):
    venv.create(tmp_path / "venv", with_pip=False, symlinks=os.name != "nt")
    (python,) = [*(tmp_path / "venv").glob("bin/python"), *(tmp_path / "venv").glob("Scripts/python.exe")]
    script = tmp_path / "celery_tasks.py"
    script.write_text(text_of("celery_tasks"), encoding="utf-8")
    session = Session.start(scenario_from_file(script), python=str(python))
    try:
        follow(session)
        assert session.outcome.detail == f"Install it with: {python} -m pip install celery"
    finally:
        session.close()
