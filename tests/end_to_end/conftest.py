"""Starts the real program as a user would, on the screen there is, and ends it whatever happens."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT, eventually

if not sys.platform.startswith("linux") or not os.environ.get("DISPLAY"):
    collect_ignore_glob = ["test_*.py"]
else:
    from tests.end_to_end.desktop import Desktop

    @pytest.fixture
    def desktop():
        desktop = Desktop()
        yield desktop
        desktop.close()


class Program:
    """The app as a process of its own, with its window."""

    def __init__(self, desktop, home, *arguments: str) -> None:
        self.desktop = desktop
        environ = {**os.environ, "XDG_CONFIG_HOME": str(home), "QT_QPA_PLATFORM": "xcb"}
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), *arguments],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.window = eventually(lambda: desktop.window("Concurrency Visualiser"), 40)
        desktop.focus(self.window)

    def press(self, keys: str) -> None:
        self.desktop.press(keys)

    def wait(self) -> tuple[int, str]:
        """Exit code, and what it said on standard error."""
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def start(desktop, tmp_path):
    programs = []

    def start(*arguments: str) -> Program:
        program = Program(desktop, tmp_path / "config", *arguments)
        programs.append(program)
        return program

    yield start
    for program in programs:
        if program.process.poll() is None:
            program.kill()
