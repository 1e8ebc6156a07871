"""System packages Qt and the tests need on Linux: found missing, then installed where that is allowed, or named."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from typing import NamedTuple

from tools import SetupError
from tools.pythons import Python


class Missing(NamedTuple):
    """Something this machine lacks, and the Debian package that brings it."""

    what: str
    package: str


QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
}
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def libraries() -> list[Missing]:
    """List the shared libraries of Qt and its X11 plug-in that cannot be loaded here."""
    if not sys.platform.startswith("linux"):
        return []
    return [Missing(name, package) for name, package in (QT_LIBRARIES | X11_LIBRARIES).items() if not _loads(name)]


def virtual_screen() -> list[Missing]:
    """List Xvfb if it is missing on a Linux machine that has no screen of its own."""
    if not sys.platform.startswith("linux") or shutil.which("Xvfb") or has_screen():
        return []
    return [Missing("Xvfb", "xvfb")]


def broker() -> list[Missing]:
    """List the server that the tests of the task queue start, if it is missing on Linux."""
    if not sys.platform.startswith("linux") or shutil.which("redis-server"):
        return []
    return [Missing("redis-server", "redis-server")]


def venv_package(python: Python) -> list[Missing]:
    """Name the package that completes a Debian Python without ensurepip."""
    return [] if python.ensurepip else [Missing("the venv module", f"python{python.release}-venv")]


def has_screen() -> bool:
    """Whether this session has an X or Wayland display."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def provide(missing: list[Missing]) -> None:
    """Install what is `missing` with apt-get; SetupError naming the exact command where that is not allowed."""
    if not missing:
        return
    things = ", ".join(thing.what for thing in missing)
    if not shutil.which("apt-get"):
        raise SetupError(f"This machine lacks {things}: install them with its package manager and run this again.")
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *sorted({thing.package for thing in missing})]
    prefix = _privilege()
    if prefix is not None:
        print(f"Installing the system packages {' '.join(command[4:])} …", flush=True)
        if _succeeds(prefix + command) or (_succeeds([*prefix, "apt-get", "update"]) and _succeeds(prefix + command)):
            return
    by_hand = " ".join(["sudo apt-get install", *command[4:]])
    raise SetupError(f"This machine lacks {things}: install with `{by_hand}` and run the same command again.")


def offer(missing: list[Missing]) -> None:
    """Install what is `missing` where that is allowed; where it is not, say so and go on without."""
    try:
        provide(missing)
    except SetupError as error:
        print(f"{error} Until then, the tests that need it are skipped.", flush=True)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _privilege() -> list[str] | None:
    """What to put before a command so that it runs as root and asks nothing; None if there is no way."""
    asks_nothing = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return asks_nothing
    if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n", *asks_nothing]
    return None


def _succeeds(command: list[str]) -> bool:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0
