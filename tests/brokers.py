"""A Redis server of the tests' own, and Celery workers outside of any run, as they would be on other machines."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.conftest import eventually

needs_redis = pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not installed")


class Redis:
    """A server on a free port of this machine that forgets nothing when it is killed."""

    def __init__(self, folder):
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"redis://127.0.0.1:{self.port}/0"
        self._process = None

    def start(self):
        keep = ["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", *keep], stdout=subprocess.DEVNULL
        )
        eventually(self._answers)

    def kill(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
        except OSError:
            return False


@pytest.fixture
def redis(tmp_path):
    """A server that runs."""
    folder = tmp_path / "redis"
    folder.mkdir()
    server = Redis(folder)
    server.start()
    yield server
    server.kill()


@contextmanager
def workers(script, broker, *nodes):
    """Workers of the app in ``script``, ready for tasks, one for each node name; killed with their pools at the end."""
    started = [_start(script, broker, node) for node in nodes]
    try:
        for process, log in started:
            eventually(lambda process=process, log=log: _is_ready(process, log), 40)
        yield [process for process, _ in started]
    finally:
        for process, _ in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _start(script, broker, node):
    log = script.parent / f"{node}.log"
    options = ["--pool", "prefork", "--concurrency", "1", "--loglevel", "INFO", "--task-events", "--hostname", node]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "celery",
                "-A",
                script.stem,
                "worker",
                *options,
                "--without-gossip",
                "--without-mingle",
            ],
            cwd=script.parent,
            env={**os.environ, "VISUALISER_BROKER": broker, "CELERY_TASKS_FOLDER": str(script.parent)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    return process, log


def _is_ready(process, log):
    text = log.read_text(errors="replace")
    assert process.poll() is None, text
    return re.search(r"\bready\.$", text, re.MULTILINE)
