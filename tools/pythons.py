"""Finds a Python that can carry the app; itself readable by any Python from 3.7 on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import NamedTuple

from tools import SetupError

OLDEST = (3, 11)
NAMES = ("python3", "python3.13", "python3.12", "python3.14", "python3.11", "python")
LAUNCHER_VERSIONS = ("3.13", "3.12", "3.14", "3.11")
UV_VERSION = "3.13"

# `sys._base_executable` sees through a virtual environment, so that .venv is never made of another one.
PROBE = """
import importlib.util, json, sys, sysconfig
print(json.dumps({
    "executable": getattr(sys, "_base_executable", None) or sys.executable,
    "version": list(sys.version_info[:3]),
    "implementation": sys.implementation.name,
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "bits": 64 if sys.maxsize > 2**32 else 32,
    "ensurepip": importlib.util.find_spec("ensurepip") is not None,
    "pip": importlib.util.find_spec("pip") is not None,
}))
"""


class Python(NamedTuple):
    """What is known of one interpreter."""

    executable: str
    version: tuple[int, int, int]
    implementation: str
    free_threaded: bool
    bits: int
    ensurepip: bool
    pip: bool

    @property
    def release(self) -> str:
        """Major and minor version, such as "3.12"; a virtual environment belongs to one of these."""
        return "{}.{}".format(*self.version[:2])


def probe(*command: str) -> Python | None:
    """Ask the interpreter started by `command` about itself; None if there is none or it cannot be started."""
    try:
        done = subprocess.run(
            [*command, "-c", PROBE], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60
        )
        facts = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return Python(**{**facts, "version": tuple(facts["version"])})


def objection(python: Python) -> str | None:
    """Why the app cannot live in `python`, as the end of a sentence; None if it can."""
    if python.version[:2] < OLDEST:
        return f"is Python {python.release}, and 3.11 or newer is needed"
    if python.implementation != "cpython":
        return f"is {python.implementation}, and Qt for Python needs CPython"
    if python.free_threaded:
        return "is a build without the GIL, and Qt for Python has none yet (scripts can still run in one)"
    if python.bits != 64:
        return "is a 32-bit build, and Qt for Python needs a 64-bit one"
    return None


def choose_python(wanted: str | None) -> Python:
    """Return the interpreter to make .venv of: `wanted`, else this one, else the first fit one on PATH, else uv's.

    Raises SetupError when `wanted` cannot carry the app or no interpreter can.
    """
    if wanted:
        return _named_python(wanted)
    for command in _candidates():
        python = probe(*command)
        if python and objection(python) is None:
            return python
    from_uv = _python_from_uv()
    if from_uv:
        return from_uv
    mine = ".".join(map(str, sys.version_info[:2]))
    raise SetupError(
        f"Python 3.11 or newer is needed, and only {mine} is here: install one from "
        "https://www.python.org/downloads/ and run the same command again, or name it with PYTHON=/path/to/python3.13."
    )


def runs_here(python: Python) -> bool:
    """Whether this very process runs on `python`."""
    mine = getattr(sys, "_base_executable", None) or sys.executable
    return os.path.realpath(mine) == os.path.realpath(python.executable)


def hand_over(command: list[str]) -> int:
    """Become `command`; on Windows, where a process cannot, wait for it and return its exit code."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)


def _named_python(wanted: str) -> Python:
    python = probe(wanted)
    if python is None:
        raise SetupError(f"PYTHON={wanted} cannot be started; name a Python 3.11 or newer, such as PYTHON=python3.13.")
    complaint = objection(python)
    if complaint:
        raise SetupError(f"PYTHON={wanted} {complaint}; choose another, such as PYTHON=python3.13.")
    return python


def _candidates() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [(sys.executable,)]
    found += [(name,) for name in NAMES if shutil.which(name)]
    if os.name == "nt" and shutil.which("py"):
        found += [("py", f"-{version}") for version in LAUNCHER_VERSIONS]
    return found


def _python_from_uv() -> Python | None:
    """Let uv, where it is installed, find or download a Python."""
    if not shutil.which("uv"):
        return None
    subprocess.run(["uv", "python", "install", "--quiet", UV_VERSION], stdin=subprocess.DEVNULL, check=False)
    found = subprocess.run(["uv", "python", "find", UV_VERSION], capture_output=True, text=True, check=False)
    return probe(found.stdout.strip()) if found.returncode == 0 else None
