"""Short ways to run a script for real in a test."""

from __future__ import annotations

import os
import textwrap
from contextlib import contextmanager

import psutil
import pytest

from tests.conftest import eventually
from visualiser.host.catalogue import scenario_from_file
from visualiser.host.perf import Refused, SwitchTrace
from visualiser.host.session import Session
from visualiser.trace.run import Run


def refusal():
    try:
        SwitchTrace(os.getpid()).close()
    except Refused as error:
        return str(error)
    return ""


needs_perf = pytest.mark.skipif(bool(refusal()), reason=f"no core switches on this machine: {refusal()}")


@contextmanager
def started(folder, source, **options):
    """A session of that script; closed at the end whatever happens."""
    path = folder / "play.py"
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    session = Session.start(scenario_from_file(path), **options)
    try:
        yield session
    finally:
        session.close()


def follow(session, timeout=60.0):
    """Poll until the run is over; returns its batches."""
    batches = []

    def over():
        batches.append(session.poll())
        return not session.running

    eventually(over, timeout)
    return batches


def folded(session, heard=None):
    """Poll until the run is over; returns it as the window has it then. ``heard``: gets what the processes told."""
    run = Run()
    for batch in follow(session):
        run.extend(batch)
        if heard is not None:
            heard += batch.story
    run.finish(session.ended_ns)
    return run


def output_of(session, text, timeout=20.0):
    """Poll until the script has printed ``text``; returns its standard output."""

    def printed():
        session.poll()
        assert session.running or text in session.stdout, session.outcome
        return text in session.stdout

    eventually(printed, timeout)
    return session.stdout


def outcome_of(folder, source, **options):
    """How that script ends."""
    with started(folder, source, **options) as session:
        follow(session)
        return session.outcome


def is_gone(pid):
    """No such process, not even as a zombie."""
    return not psutil.pid_exists(pid)


def reap_orphans():
    """Take the exit status of the dead that this process, once it has had a session, inherits in place of init."""
    for child in psutil.Process().children():
        if child.status() == psutil.STATUS_ZOMBIE:
            os.waitpid(child.pid, 0)


def carriers(run_dir):
    """Pids of all processes that have the run in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("VISUALISER_RUN") == str(run_dir) and process.pid != os.getpid():
                found.append(process.pid)
        except psutil.Error:
            continue
    return found
