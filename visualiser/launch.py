"""Brings main.py into a Python that has what the app needs; standard library only, readable from Python 3.7 on."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

NEEDED = ("PySide6", "pyqtgraph", "numpy", "psutil", "pygments")


def in_fit_python(main_file: str) -> None:
    """Return if this Python can carry the app; else go on in the checkout's .venv, or exit with one sentence.

    `main_file` is the path of main.py, which lies beside .venv.
    """
    lacking = missing()
    if not lacking:
        return
    root = Path(main_file).resolve().parent
    interpreter = venv_interpreter(root)
    if interpreter.exists() and Path(sys.prefix).resolve() != (root / ".venv").resolve():
        _go_on_in(interpreter, main_file)
    _exit_with(advice(root, lacking))


def missing() -> list[str]:
    """Name what this Python lacks to carry the app; a frozen app lacks nothing."""
    if getattr(sys, "frozen", False):
        return []
    too_old = ["Python 3.11 or newer"] if sys.version_info < (3, 11) else []
    return too_old + [name for name in NEEDED if importlib.util.find_spec(name) is None]


def venv_interpreter(root: Path) -> Path:
    """Return where the interpreter of the .venv in `root` is, or would be."""
    return root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def advice(root: Path, lacking: list[str]) -> str:
    """Say in one sentence what is not installed and which command installs it and opens the app."""
    python = "py" if os.name == "nt" else "python3"
    command = f'{python} "{root / "tools" / "bootstrap.py"}" run'
    return f"Not installed yet ({', '.join(lacking)}): `{command}` installs everything and opens the app."


def _go_on_in(interpreter: Path, main_file: str) -> None:
    command = [str(interpreter), main_file, *sys.argv[1:]]
    if os.name != "nt":
        os.execv(command[0], command)
    sys.exit(subprocess.call(command))


def _exit_with(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201
    if os.name == "nt" and "PROMPT" not in os.environ:
        input("Press Enter to close.")  # a double click opened this console, and it closes when we end
    sys.exit(1)
