"""main.py finds a Python that can carry the app, or says in one sentence how to get one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from visualiser import launch

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(os.name == "nt", reason="stands in for interpreters with shell scripts")


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory):
    """A Python that has nothing but its standard library."""
    path = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(path)], check=True)
    return str(path / "bin" / "python")


@pytest.fixture
def clone(tmp_path):
    """What main.py needs of a checkout before anything is installed."""
    root = tmp_path / "a clone"
    (root / "visualiser").mkdir(parents=True)
    shutil.copy(ROOT / "main.py", root)
    for name in ("__init__.py", "launch.py"):
        shutil.copy(ROOT / "visualiser" / name, root / "visualiser")
    (root / "visualiser" / "cli.py").write_text("def main():\n    print('opened')\n    return 7\n")
    return root


def start(python, clone, *arguments):
    return subprocess.run(
        [python, str(clone / "main.py"), *arguments], capture_output=True, text=True, check=False, cwd=clone.parent
    )


def test_a_python_with_everything_opens_the_app(clone):
    done = start(sys.executable, clone)
    assert (done.stdout, done.stderr, done.returncode) == ("opened\n", "", 7)


def test_nothing_installed_is_one_sentence_with_the_command(bare_python, clone):
    done = start(bare_python, clone)
    command = f'python3 "{clone}/tools/bootstrap.py" run'
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Not installed yet (PySide6, ")
    assert done.stderr.endswith(f"`{command}` installs everything and opens the app.\n")


def test_the_checkouts_venv_takes_over_with_all_arguments(bare_python, clone):
    venv_python = launch.venv_interpreter(clone)
    venv_python.parent.mkdir(parents=True)
    venv_python.write_text('#!/bin/sh\nfor argument; do echo "$argument"; done\nexit 5\n')
    venv_python.chmod(0o755)
    done = start(bare_python, clone, "run", "my script.py")
    assert done.stdout.splitlines() == [str(clone / "main.py"), "run", "my script.py"]
    assert done.returncode == 5


def test_a_half_made_venv_does_not_start_itself_for_ever(clone):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(clone / ".venv")], check=True)
    done = start(str(launch.venv_interpreter(clone)), clone)
    assert done.returncode == 1
    assert "Not installed yet" in done.stderr


def test_a_frozen_app_lacks_nothing(monkeypatch):
    monkeypatch.setattr(launch, "NEEDED", ("no_such_module",))
    assert launch.missing() == ["no_such_module"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert launch.missing() == []


def test_an_old_python_is_told_so(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert launch.missing() == ["Python 3.11 or newer"]
