"""Real interpreters beside our own: virtual environments, which have no PySide6, unlike ours."""

from __future__ import annotations

import os
import sys
import venv
from dataclasses import replace

from visualiser.host.interpreter import Interpreter, ask


def make_python(folder, **changes) -> Interpreter:
    """A virtual environment in that folder, as it answers; ``changes`` are what is claimed of it."""
    venv.create(folder, symlinks=os.name != "nt", with_pip=False)
    path = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    answer = ask(str(path))
    assert answer is not None
    assert not answer.pyside
    assert answer.path != sys.executable
    return replace(answer, **changes)
