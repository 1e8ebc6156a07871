"""A Python that can carry the app is found, or its absence is said in a sentence."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import SetupError, pythons

ROOT = Path(__file__).parent.parent
READ_BY_OLD_PYTHONS = (
    "main.py",
    "tools/__init__.py",
    "tools/bootstrap.py",
    "tools/pythons.py",
    "visualiser/__init__.py",
    "visualiser/launch.py",
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="stands in for interpreters with shell scripts")


@pytest.fixture
def path(tmp_path, monkeypatch):
    """An empty PATH, and an interpreter that is too old running us."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(stand_in(tmp_path, "old", version=[3, 9, 2])))
    return tmp_path


def stand_in(directory, name, **changes):
    """Write a program that answers a probe as an interpreter with `changes` from ours would."""
    program = directory / name
    facts = pythons.probe(sys.executable)._asdict() if not changes else {**FACTS, "executable": str(program), **changes}
    program.write_text(f"#!/bin/sh\necho '{json.dumps(facts)}'\n")
    program.chmod(0o755)
    return program


FACTS = {
    "version": [3, 13, 0],
    "implementation": "cpython",
    "free_threaded": False,
    "bits": 64,
    "ensurepip": True,
    "pip": True,
}


@pytest.mark.parametrize("file", READ_BY_OLD_PYTHONS)
def test_what_runs_first_can_be_read_by_old_pythons(file):
    ast.parse((ROOT / file).read_text(encoding="utf-8"), feature_version=(3, 7))


def test_this_python_is_taken_when_it_will_do():
    assert pythons.runs_here(pythons.choose_python(None))


def test_a_newer_python_on_path_is_taken_when_this_one_is_too_old(path):
    stand_in(path, "python3", version=[3, 9, 2])
    newer = stand_in(path, "python3.12", version=[3, 12, 1])
    assert pythons.choose_python(None).executable == str(newer)


def test_a_name_on_path_that_cannot_be_started_is_passed_over(path):
    broken = path / "python3.13"
    broken.write_text("#!/bin/sh\necho 'version 3.13 is not installed' >&2\nexit 127\n")
    broken.chmod(0o755)
    newer = stand_in(path, "python3.12", version=[3, 12, 1])
    assert pythons.choose_python(None).executable == str(newer)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"version": [3, 9, 2]}, "is Python 3.9"),
        ({"implementation": "pypy"}, "needs CPython"),
        ({"free_threaded": True}, "without the GIL"),
        ({"bits": 32}, "64-bit"),
    ],
)
def test_a_named_python_that_will_not_do_is_refused_with_the_reason(tmp_path, changes, complaint):
    with pytest.raises(SetupError, match=complaint):
        pythons.choose_python(str(stand_in(tmp_path, "python", **changes)))


def test_a_named_python_that_is_not_there_is_refused():
    with pytest.raises(SetupError, match=r"PYTHON=python3\.99 cannot be started"):
        pythons.choose_python("python3.99")


def test_no_fit_python_at_all_is_one_sentence_with_the_way_out(path):
    with pytest.raises(SetupError, match=r"Python 3.11 or newer is needed.*python.org"):
        pythons.choose_python(None)


def test_uv_brings_a_python_where_there_is_none(path):
    brought = stand_in(path, "brought-by-uv", version=[3, 13, 1])
    uv = path / "uv"
    uv.write_text(f"#!/bin/sh\n[ \"$2\" = find ] && echo '{brought}'\nexit 0\n")
    uv.chmod(0o755)
    assert pythons.choose_python(None).executable == str(brought)


def test_a_virtual_environment_is_seen_through(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    inner = pythons.probe(str(tmp_path / "venv" / "bin" / "python"))
    assert os.path.realpath(inner.executable) == os.path.realpath(pythons.probe(sys.executable).executable)
    assert not inner.pip
