"""The virtual environment .venv: made, filled, and made again when it cannot be trusted."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools import SetupError, system
from tools.pythons import Python, objection, probe

NO_NETWORK_SIGNS = (
    "name resolution",
    "name or service not known",
    "failed to establish a new connection",
    "newconnectionerror",
    "connection refused",
    "network is unreachable",
    "nodename nor servname",
    "getaddrinfo failed",
    "dns error",
    "error sending request",
    "timed out",
    "proxyerror",
)
NO_NETWORK = (
    "The package index cannot be reached: connect this machine to the network "
    "(or name an index within reach in PIP_INDEX_URL), then run the same command again."
)


def requirements(pyproject: Path, groups: Sequence[str] = ()) -> list[str]:
    """Read the project's dependencies and those of its dependency `groups`, as pip takes them."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    wanted = list(project["project"]["dependencies"])
    for group in groups:
        wanted += project["dependency-groups"][group]
    return wanted


class Environment:
    """The .venv of the checkout in `root`.

    A stamp in it tells what was installed, where, and by which Python. It says "unfinished" while an installation is
    under way, so that one that was interrupted is never taken for whole.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / ".venv"
        self.stamp = self.path / "visualiser-setup.json"
        self.interpreter = self.path / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def provide(self, wanted: list[str], python: Python) -> None:
        """See to it that everything `wanted` is installed; quick when it is. `python` makes .venv if need be."""
        with _one_at_a_time(self.root):
            if os.path.lexists(self.path) and not self._trusted(python):
                print("Making .venv anew: what is there is unfinished, moved, or of another Python.", flush=True)
                self._discard()
            if not set(wanted) <= set(self._stamped().get("requirements", [])):
                self._install(wanted, python)

    def _stamped(self) -> dict[str, Any]:
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def _trusted(self, python: Python) -> bool:
        """Whether what is in .venv may stay: it starts, is of this place and, if one was asked for, of that Python."""
        own = probe(str(self.interpreter)) if self.interpreter.exists() else None
        if own is None or objection(own):
            return False
        if os.environ.get("PYTHON") and os.path.realpath(own.executable) != os.path.realpath(python.executable):
            return False
        if not self.stamp.exists():  # made by an editor or by hand: fill it, unless there is nothing to fill it with
            return own.pip or shutil.which("uv") is not None
        stamp = self._stamped()
        return stamp.get("root") == str(self.root) and stamp.get("python") == own.release

    def _discard(self) -> None:
        if self.path.is_symlink():
            self.path.unlink()
        elif self.path.exists():
            self.path.rename(self.root / f".venv-old-{os.getpid()}")  # at once, so that no half of it is ever taken
        for old in self.root.glob(".venv-old-*"):
            shutil.rmtree(old, ignore_errors=True)

    def _install(self, wanted: list[str], python: Python) -> None:
        print(f"Installing into {self.path} …", flush=True)
        if not (shutil.which("uv") and self._install_with_uv(wanted, python)):
            self._install_with_pip(wanted, python)
        own = probe(str(self.interpreter)) or python
        facts = {"root": str(self.root), "python": own.release, "requirements": wanted}
        self.stamp.write_text(json.dumps(facts, indent=1), encoding="utf-8")

    def _install_with_uv(self, wanted: list[str], python: Python) -> bool:
        """Try with uv; False, and a line that says so, if it could not."""
        try:
            if not self.interpreter.exists():
                _run(["uv", "venv", "--quiet", "--python", python.executable, str(self.path)])
            self._mark_unfinished()
            _run(["uv", "pip", "install", "--python", str(self.interpreter), *wanted])
        except _CommandError as error:
            print(f"uv could not do it ({error.last_line}); trying pip.", flush=True)
            return False
        return True

    def _install_with_pip(self, wanted: list[str], python: Python) -> None:
        own = probe(str(self.interpreter)) if self.interpreter.exists() else None
        try:
            if own is None or not own.pip:
                self._make_with_venv(python)
            self._mark_unfinished()
            quiet = [] if sys.stdout.isatty() else ["--quiet"]
            options = ["--disable-pip-version-check", "--no-input", *quiet]
            _run([str(self.interpreter), "-m", "pip", "install", *options, *wanted])
        except _CommandError as error:
            raise SetupError(error.sentence()) from None

    def _make_with_venv(self, python: Python) -> None:
        system.provide(system.venv_package(python))
        self._discard()
        self.path.mkdir()
        self._mark_unfinished()
        _run([python.executable, "-m", "venv", str(self.path)])

    def _mark_unfinished(self) -> None:
        self.stamp.write_text('"unfinished"', encoding="utf-8")


class _CommandError(Exception):
    """A command failed; keeps what it wrote to standard error."""

    def __init__(self, command: list[str], errors: str) -> None:
        super().__init__(command, errors)
        self.command = command
        self.errors = errors

    @property
    def last_line(self) -> str:
        lines = [line.strip() for line in self.errors.splitlines() if line.strip()]
        blamed = [line for line in lines if line.lower().startswith("error")]
        return (blamed or lines or ["it said nothing"])[-1]

    def sentence(self) -> str:
        if any(sign in self.errors.lower() for sign in NO_NETWORK_SIGNS):
            return NO_NETWORK
        with tempfile.NamedTemporaryFile("w", prefix="visualiser-setup-", suffix=".log", delete=False) as log:
            log.write(" ".join(self.command) + "\n" + self.errors)
        return f"Installing failed: {self.last_line} (all of it is in {log.name}); mend that and run the command again."


def _run(command: list[str]) -> None:
    """Run `command`, showing its progress but keeping its complaints for the one sentence at the end."""
    environment = {**os.environ, "PIP_USER": "0"}  # a user-wide `user = true` would make pip refuse in a .venv
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environment,
        check=False,
    )
    if done.returncode:
        raise _CommandError(command, done.stderr)


@contextlib.contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    """Let a second set-up of the same checkout wait for the first (where directories can be locked: not on Windows)."""
    if os.name == "nt":
        yield
        return
    import fcntl

    handle = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up of this checkout is at work; waiting for it …", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
