"""What every test gets: the checkout on the path, a deadline helper, and a guard against anything left behind."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


def eventually(condition, timeout=20.0):
    """Wait until ``condition()`` is true and return what it gave; fail after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while not (answer := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"did not become true within {timeout} s: {getattr(condition, '__name__', condition)}")
        time.sleep(0.005)
    return answer


@pytest.fixture(scope="session")
def _run_dir_root(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(autouse=True)
def _nothing_left_behind(_run_dir_root, monkeypatch, tmp_path_factory):
    """A test must leave no thread, no child process and no run directory, and keep its runs to itself."""
    monkeypatch.setenv("VISUALISER_RUN_DIR_ROOT", str(_run_dir_root))
    monkeypatch.setenv("VISUALISER_DATA_DIR", str(tmp_path_factory.mktemp("data")))
    threads, children = set(_threads()), set(_children())
    yield
    deadline = time.monotonic() + 5.0
    while (left := _left(threads, children, _run_dir_root)) and time.monotonic() < deadline:
        _reap_orphans(set(_children()) - children)
        time.sleep(0.01)
    assert not left, f"left behind: {left}"


def _left(threads, children, run_dirs):
    return [*(set(_threads()) - threads), *(set(_children()) - children), *run_dirs.iterdir()]


def _reap_orphans(children):
    """Whoever has had a session inherits orphans of whatever it started in place of init, and has to do its work.

    A process that a test started itself and never waited for is found all the same: its object complains.
    """
    for child in children:
        with contextlib.suppress(psutil.Error, ChildProcessError):
            if child.status() == psutil.STATUS_ZOMBIE and child.ppid() == os.getpid():
                os.waitpid(child.pid, os.WNOHANG)


def _threads():
    # Python makes a dummy for every foreign thread that ever called it, and never learns of its end.
    return [thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)]


def _children():
    return psutil.Process().children(recursive=True)
