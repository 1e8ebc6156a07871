"""Every other CPython from 3.10 on that this machine has, with and without GIL."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = [f"python3.{minor}{suffix}" for minor in range(10, 16) for suffix in ("", "t")]
_ASK = "import sys; print(*sys.version_info[:3], getattr(sys, '_is_gil_enabled', lambda: True)())"


@functools.cache
def every_python():
    """{"3.12.1": path, "3.13.0 without GIL": path}, our own among them."""
    found = {}
    for path in [sys.executable, *_candidates()]:
        told = _ask(path)
        if told is not None and told not in found:
            found[told] = str(path)
    return found


def _candidates():
    yield from filter(None, map(shutil.which, NAMES))
    for folder in (Path.home() / ".pyenv/versions", Path.home() / ".local/share/uv/python"):
        yield from sorted(folder.glob("*/bin/python3"))
    yield from os.environ.get("VISUALISER_TEST_PYTHONS", "").split(os.pathsep)


def _ask(path):
    if not path:
        return None
    try:
        done = subprocess.run([path, "-I", "-S", "-c", _ASK], capture_output=True, text=True, timeout=20, check=True)
        major, minor, micro, gil = done.stdout.split()
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    if (int(major), int(minor)) < (3, 10):
        return None
    return f"{major}.{minor}.{micro}" + ("" if gil == "True" else " without GIL")
