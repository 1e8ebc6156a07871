"""What each verb of the bootstrap does once a fit Python runs it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools import screen, system
from tools.environment import Environment, requirements
from tools.pythons import Python, hand_over


def do(root: Path, verb: str, arguments: list[str], python: Python) -> int:
    """Install what `verb` needs, then do it in `root`; returns the exit code."""
    environment = Environment(root)
    system.provide(_missing(verb, environment, python))
    if verb == "test":
        system.offer(system.broker())
    groups = ("dev",) if verb in ("test", "check") else ()
    environment.provide(requirements(root / "pyproject.toml", groups), python)
    interpreter = str(environment.interpreter)
    if verb == "run":
        return hand_over([interpreter, str(root / "main.py"), *arguments])
    if verb == "test":
        return _test(root, [interpreter, "-m", "pytest", *arguments])
    if verb == "check":
        return _check(root, interpreter)
    return 0


def _missing(verb: str, environment: Environment, python: Python) -> list[system.Missing]:
    """List all system packages at once and before anything else: who must ask an administrator wants to ask once."""
    makes_venv = not (environment.interpreter.exists() or shutil.which("uv"))
    missing = system.venv_package(python) if makes_venv else []
    missing += system.libraries() if verb != "check" else []
    missing += system.virtual_screen() if verb == "test" else []
    return missing


def _test(root: Path, command: list[str]) -> int:
    with screen.for_tests() as environment:
        return _wait_for(subprocess.Popen(command, cwd=root, env=environment))


def _wait_for(process: subprocess.Popen[bytes]) -> int:
    """Wait for `process`; whatever ends the waiting ends the process as well."""
    try:
        return process.wait()
    except KeyboardInterrupt:  # the terminal told both of us: let pytest write its summary
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _check(root: Path, interpreter: str) -> int:
    tools = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])
    codes = [subprocess.call([interpreter, "-m", *tool], cwd=root) for tool in tools]
    sys.stdout.flush()
    return max(codes)
