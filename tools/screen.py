"""The tests' own screen: an Xvfb that lives as long as they do and looks the same everywhere."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tools import SetupError

GEOMETRY = "1920x1200x24"  # 16 bits, Xvfb's own choice, would change every pixel that is compared
START_TIMEOUT_S = 30
PR_SET_PDEATHSIG = 1


@contextlib.contextmanager
def for_tests() -> Iterator[dict[str, str]]:
    """Yield the environment to run tests in: on Linux with an own virtual screen, elsewhere with the machine's."""
    if not (sys.platform.startswith("linux") and shutil.which("Xvfb")):
        yield dict(os.environ)
        return
    with (
        tempfile.TemporaryDirectory(prefix="visualiser-runtime-") as runtime_dir,
        _ended_by_sigterm(),
        virtual_screen() as display,
    ):
        yield _environment(display, runtime_dir)


@contextlib.contextmanager
def virtual_screen() -> Iterator[str]:
    """Yield the display name, such as ":99", of an Xvfb that ends with the context or with this process."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", GEOMETRY, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(
        command,
        pass_fds=[write],
        preexec_fn=_die_with_parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        yield _display_number(read)
    finally:
        os.close(read)
        server.terminate()
        server.wait()


def _display_number(read: int) -> str:
    """Wait for the server to write its display number: from then on it takes connections."""
    ready, _, _ = select.select([read], [], [], START_TIMEOUT_S)
    number = os.read(read, 32).decode().strip() if ready else ""
    if not number:
        raise SetupError("The virtual screen did not start: run `Xvfb :99` to see why, mend it, and run this again.")
    return f":{number}"


def _environment(display: str, runtime_dir: str) -> dict[str, str]:
    """Take the session's own desktop out of the tests' sight, so that they see the same one everywhere."""
    desktop = ("WAYLAND_DISPLAY", "XAUTHORITY", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "QT_QPA_PLATFORMTHEME")
    environment = {name: value for name, value in os.environ.items() if name not in desktop}
    return environment | {
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "XDG_RUNTIME_DIR": runtime_dir,
        "LC_ALL": "C.UTF-8",
    }


def _die_with_parent() -> None:
    """Ask Linux to end the server with us even if we are killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Turn SIGTERM into an ordinary way out, so that the contexts around it clean up."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
