"""The CPython interpreters of this machine, one of each version, and the file that holds their functions."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MINORS = range(10, 16)
_ASK = """
import sys
try:
    maps = [line.split()[-1] for line in open("/proc/self/maps") if "/" in line]
except OSError:
    maps = []
library = next((name for name in maps if "libpython3." in name), sys.executable)
gil = getattr(sys, "_is_gil_enabled", lambda: True)()
print("%d.%d.%d" % sys.version_info[:3] + "t" * (not gil), library, sys.executable, sep="\\n")
"""


@dataclass(frozen=True)
class Interpreter:
    """One of them: its version (with a t if it has no GIL), its executable, the ELF file of its functions."""

    version: str
    path: str
    library: Path

    @property
    def gil(self) -> bool:
        """Its threads share a GIL."""
        return not self.version.endswith("t")


def find_interpreters() -> list[Interpreter]:
    """Our own first, then one of every other minor version from 3.10 on."""
    found: dict[tuple[str, bool], Interpreter] = {}
    for path in _candidates():
        interpreter = ask(path)
        if interpreter is not None:
            found.setdefault((interpreter.version.rpartition(".")[0], interpreter.gil), interpreter)
    return list(found.values())


def ask(path: str) -> Interpreter | None:
    """What an interpreter says of itself; None if it is none."""
    try:
        asked = subprocess.run([path, "-I", "-S", "-c", _ASK], capture_output=True, text=True, timeout=20)
        version, library, executable = asked.stdout.splitlines()
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    # Ours may be that of an environment: then the packages in it are of use, and its path is what to start.
    return Interpreter(version, path if path == sys.executable else executable, Path(library).resolve())


def _candidates() -> Iterator[str]:
    yield sys.executable
    for minor in _MINORS:
        for name in (f"python3.{minor}", f"python3.{minor}t"):
            folders = sorted(Path.home().glob(f".pyenv/versions/*/bin/{name}"), reverse=True)
            yield from map(str, folders)
            found = shutil.which(name)
            if found and "shims" not in found:
                yield found
