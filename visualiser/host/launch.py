"""Starts the script's own process so that the lab is in it and nothing of ours is in its way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import visualiser
from visualiser.host.interpreter import Interpreter, ask, objection
from visualiser.host.interpreters import find_interpreters, is_version, lookup
from visualiser.lab import layout

HOME = Path(visualiser.__file__).resolve().parent.parent
BOOT = HOME / "visualiser" / "lab" / "boot"
_PLAIN_START = HOME / "visualiser" / "lab" / "plain_start.py"


class StartError(Exception):
    """The run cannot start; the text is one sentence for the user."""


def find_python(python: str | None) -> str:
    """Path of the interpreter to run the script with.

    Args:
        python: None for our own; a path, a name on PATH, or a version such as ``3.13`` or ``3.14t`` of an interpreter
            that can be found on this machine.

    Raises:
        StartError: if it is missing, too old or no Python.
    """
    if python is None:
        return sys.executable
    path = shutil.which(os.path.expanduser(python))  # noqa: PTH111  a name to look up, not always a path
    if path is not None:
        return fitting(path).path or path
    if is_version(python):
        return _of_version(python)
    raise StartError(f"There is no interpreter {python}: give the path of a Python 3.10 or newer.")


def fitting(path: str, given_up: Callable[[], bool] = lambda: False) -> Interpreter:
    """The interpreter at that path; StartError if no script can be watched in it.

    ``given_up`` is asked meanwhile whether anybody still wants to know.
    """
    interpreter = ask(path, given_up=given_up)
    if interpreter is None:
        raise StartError(f"{path} is not a Python interpreter that works: give the path of one.")
    reason = objection(interpreter)
    if reason is not None:
        raise StartError(f"{path} {reason}.")
    return interpreter


def _of_version(version: str) -> str:
    found = find_interpreters().interpreters
    interpreter = lookup(version, found)
    if interpreter is None:
        known = ", ".join(one.label for one in found)
        raise StartError(f"There is no Python {version} on this machine: there are {known}.")
    return interpreter.path


def environment(
    run_dir: Path,
    home: Path | None = None,
    base: Mapping[str, str] = os.environ,
    extras: Collection[str] = (),
) -> dict[str, str]:
    """What the script's process finds in its environment.

    Args:
        run_dir: where the lab writes.
        home: the directory a script came from, when it runs from elsewhere and its neighbours are to be imported.
        base: our own environment.
        extras: what the lab is to do beyond recording calls, see ``lab.layout``.
    """
    added = [str(BOOT), *([str(home)] if home else [])]
    if base.get("PYTHONPATH"):
        added.append(base["PYTHONPATH"])
    return {
        **base,
        layout.RUN_DIR_VARIABLE: str(run_dir),
        layout.EXTRAS_VARIABLE: ",".join(sorted(extras)),
        "VISUALISER_GATE": str(os.getpid()),
        "VISUALISER_HOME": str(HOME),
        "PYTHONPATH": os.pathsep.join(added),
        "PYTHONIOENCODING": "utf-8",
    }


def launch(python: str, script: Path, environ: dict[str, str], cwd: Path) -> subprocess.Popen[bytes]:
    """Start ``python script`` in a session of its own, waiting at the gate; StartError if the system refuses.

    Where ``environ`` asks for something that the script has to be rewritten for, Python starts with a file of the run
    directory instead, which makes the rewritten script its main module.
    """
    try:
        started = script
        if not layout.REWRITING.isdisjoint(environ.get(layout.EXTRAS_VARIABLE, "").split(",")):
            started = shutil.copyfile(_PLAIN_START, Path(environ[layout.RUN_DIR_VARIABLE], layout.START_NAME))
            environ = {**environ, layout.SCRIPT_VARIABLE: str(script)}
        return subprocess.Popen(
            [python, str(started)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environ,
            cwd=cwd,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    except OSError as error:
        raise StartError(f"{script.name} cannot be started with {python}: {error.strerror}.") from None
