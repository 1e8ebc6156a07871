"""One Python interpreter: what it answers when it is asked about itself, and whether a script can be watched in it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

OLDEST = (3, 10)
PATIENCE_S = 20.0
_LOOK_S = 0.1  # how soon whoever gives up is heard
# Read by any Python, the oldest too, so that it can be named. The working directory must not lend it a ``json``.
_QUESTION = """
import sys
if sys.path[:1] == [""]:
    del sys.path[0]
import json, platform
def found(name):
    try:
        from importlib.util import find_spec
        return find_spec(name) is not None
    except Exception:
        return False
def free_threaded():
    if sys.version_info < (3, 13):
        return False
    import sysconfig
    return bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
print("")
print(json.dumps({
    "path": sys.executable,
    "base": getattr(sys, "base_prefix", sys.prefix),
    "version": list(sys.version_info[:3]),
    "release": sys.version.split()[0],
    "implementation": platform.python_implementation().lower(),
    "free_threaded": free_threaded(),
    "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
    "pyside": found("PySide6"),
}))
"""


@dataclass(frozen=True)
class Interpreter:
    """What an interpreter says of itself.

    Attributes:
        path: what it is started by; of a shim, the interpreter behind it.
        base: the directory of the installation it belongs to, the same for its links and virtual environments.
        version: major, minor, micro.
        release: the version as people write it, such as ``3.14.0rc2``.
        implementation: ``cpython``, ``pypy`` …
        free_threaded: it was built to run without a GIL.
        gil: it has one all the same when it starts, as things stand.
        pyside: PySide6 can be found there; nobody has tried to import it.
    """

    path: str
    base: str
    version: tuple[int, int, int]
    release: str
    implementation: str = "cpython"
    free_threaded: bool = False
    gil: bool = True
    pyside: bool = False

    @property
    def has_qthread(self) -> bool:
        """Scripts find ``visualiser.qthread`` there; on free-threaded builds it is not tried: PySide6 crashes them."""
        return self.pyside and not self.free_threaded

    @property
    def label(self) -> str:
        """``3.13.0``, ``3.14.1 free-threaded``."""
        if not self.free_threaded:
            return self.release
        return f"{self.release} free-threaded{', GIL on' if self.gil else ''}"

    @property
    def short(self) -> str:
        """The same for a narrow place: ``3.13.0``, ``3.14.1 · no GIL``."""
        return self.release if self.gil else f"{self.release} · no GIL"


# What interpreters have answered, by path, time of change (ns) and size (bytes): a file that stays says the same again.
_Key = tuple[str, int, int]
_answers: dict[_Key, Interpreter] = {}


def ask(path: str, patience_s: float = PATIENCE_S, given_up: Callable[[], bool] = lambda: False) -> Interpreter | None:
    """What the interpreter at ``path`` says of itself; None if it is none that works.

    Args:
        path: an executable file.
        patience_s: seconds after which it is taken for one that does not work.
        given_up: asked meanwhile whether anybody still wants to know.
    """
    key = _key(path)
    if key is None:
        return None
    if key not in _answers:
        answer = _read(_answer(path, patience_s, given_up))
        if answer is None:
            return None
        _answers[key] = answer
    return _answers[key]


def objection(interpreter: Interpreter) -> str | None:
    """Why no script can be watched in it, as the end of a sentence; None if one can."""
    if interpreter.implementation == "cpython" and interpreter.version >= OLDEST:
        return None
    version = "{}.{}".format(*interpreter.version)
    return f"is {interpreter.implementation} {version}, but CPython 3.10 or newer is needed to watch a script"


def _key(path: str) -> _Key | None:
    try:
        status = os.stat(path)  # noqa: PTH116  a name as it was found
    except OSError:
        return None
    return path, status.st_mtime_ns, status.st_size


def _answer(path: str, patience_s: float, given_up: Callable[[], bool]) -> str:
    """What it prints, empty if it does not get that far."""
    try:
        process = subprocess.Popen(
            [path, "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError):
        return ""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and not given_up():
        with contextlib.suppress(subprocess.TimeoutExpired):
            out, _ = process.communicate(timeout=_LOOK_S)
            return out.decode("utf-8", "replace") if process.returncode == 0 else ""
    _end(process)
    return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it, and what it started: a shim is a script that starts others."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _read(printed: str) -> Interpreter | None:
    """The last line of what it printed: who starts with it may print more."""
    try:
        told: dict[str, Any] = json.loads(printed.strip().rpartition("\n")[2])
        major, minor, micro = told["version"]
        return Interpreter(
            path=str(told["path"]),
            base=os.path.realpath(str(told["base"])),
            version=(int(major), int(minor), int(micro)),
            release=str(told["release"]),
            implementation=str(told["implementation"]),
            free_threaded=bool(told["free_threaded"]),
            gil=bool(told["gil"]),
            pyside=bool(told["pyside"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
