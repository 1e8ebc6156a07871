"""Says in one sentence why this machine cannot show a window, before Qt would abort over it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping

# Shared libraries that Qt loads and a bare machine lacks, and the Debian package of each.
_ALWAYS = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
}
_X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def obstacle(
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    load: Callable[[str], object] = ctypes.CDLL,
) -> str | None:
    """One sentence on what is missing for a window and the way out, None if nothing is."""
    if not platform.startswith("linux"):
        return None
    chosen = environ.get("QT_QPA_PLATFORM", "")
    if not (chosen or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return (
            "There is no display for a window (DISPLAY and WAYLAND_DISPLAY are unset): run this on a desktop, under "
            "xvfb-run, or use the commands list and run."
        )
    needs_x11 = chosen.startswith("xcb") or not (chosen or environ.get("WAYLAND_DISPLAY"))
    missing = _missing({**_ALWAYS, **(_X11 if needs_x11 else {})}, load)
    if not missing:
        return None
    return f"Qt needs system libraries that are not installed: sudo apt install {' '.join(missing)}"


def _missing(libraries: Mapping[str, str], load: Callable[[str], object]) -> list[str]:
    """Packages of the libraries that cannot be loaded."""
    return [package for library, package in libraries.items() if not _loads(library, load)]


def _loads(library: str, load: Callable[[str], object]) -> bool:
    try:
        load(library)
    except OSError:
        return False
    return True
