"""Puts the app into the desktop's menu (entry and icon in the user's own data directory) and takes it out again."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from visualiser import paths

NAME = "concurrency-visualiser"
REFRESH_TIMEOUT_S = 20
PLAIN = re.compile(r"[\w@+=:,./-]+", re.ASCII)
ELSEWHERE = {
    "darwin": "on macOS, keep main.py in the Dock or let Automator make an application of `python main.py`",
    "win32": "on Windows, right-click main.py and choose Send to ▸ Desktop (create shortcut)",
}


class DesktopError(Exception):
    """The menu entry could not be written or removed; the message is one sentence."""


def install() -> str:
    """Write the menu entry and the icon; returns a sentence that says where, or why not here. Raises DesktopError."""
    if not _has_menu():
        return _elsewhere()
    try:
        entry, icon = _entry_path(), _icon_path()
        _write(entry, entry_text(command()))
        _write(icon, (paths.resources() / "icons" / f"{NAME}.svg").read_text(encoding="utf-8"))
    except OSError as error:
        raise DesktopError(f"The menu entry could not be written: {error}.") from error
    _refresh()
    return f"The Concurrency Visualiser is in your menu now ({entry}); --uninstall-desktop takes it out again."


def uninstall() -> str:
    """Remove the menu entry and the icon; returns a sentence that says so. Raises DesktopError."""
    if not _has_menu():
        return _elsewhere()
    there = [path for path in (_entry_path(), _icon_path()) if path.exists()]
    try:
        for path in there:
            path.unlink()
    except OSError as error:
        raise DesktopError(f"The menu entry could not be removed: {error}.") from error
    if not there:
        return "The Concurrency Visualiser was not in your menu; nothing to remove."
    _refresh()
    return "The Concurrency Visualiser is out of your menu."


def command() -> list[str]:
    """Return what starts the app from anywhere: the frozen app, the checkout's main.py, or the installed program."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    checkout = paths.checkout()
    if checkout:
        return [sys.executable, str(checkout / "main.py")]
    program = Path(sysconfig.get_path("scripts")) / NAME
    return [str(program)] if program.is_file() else [sys.executable, "-m", "visualiser"]


def entry_text(command: list[str]) -> str:
    """Return the text of the desktop entry that starts `command`, with a script dropped on it if there is one."""
    template = (paths.resources() / "desktop" / f"{NAME}.desktop").read_text(encoding="utf-8")
    exec_line = "Exec=" + " ".join([*map(quoted, command), "%f"])
    return "\n".join(exec_line if line.startswith("Exec=") else line for line in template.splitlines()) + "\n"


def quoted(argument: str) -> str:
    """Quote one argument of an Exec line, if it needs it, as the Desktop Entry Specification asks."""
    if PLAIN.fullmatch(argument):
        return argument
    inner = argument.replace("%", "%%")
    for special in ("\\", '"', "`", "$"):
        inner = inner.replace(special, "\\" + special)
    return '"' + inner.replace("\\", "\\\\") + '"'  # a value's own escaping lies over that of the argument


def _has_menu() -> bool:
    return sys.platform not in ELSEWHERE


def _elsewhere() -> str:
    return f"Menu entries are for Linux desktops only; {ELSEWHERE[sys.platform]}."


def _data_home() -> Path:
    """Return where the user's own data lives; the specification has relative paths ignored."""
    named = os.environ.get("XDG_DATA_HOME", "")
    return Path(named) if named.startswith("/") else Path.home() / ".local" / "share"


def _entry_path() -> Path:
    return _data_home() / "applications" / f"{NAME}.desktop"


def _icon_path() -> Path:
    return _icon_theme() / "scalable" / "apps" / f"{NAME}.svg"


def _icon_theme() -> Path:
    return _data_home() / "icons" / "hicolor"


def _write(path: Path, text: str) -> None:
    """Write whole or not at all: a menu may be reading the directory at this moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _refresh() -> None:
    """Tell running desktops. Caches are renewed, never begun: one that we began would hide what others add later."""
    if (_icon_theme() / "icon-theme.cache").exists():
        _run_if_there("gtk-update-icon-cache", "--quiet", "--force", "--ignore-theme-index", str(_icon_theme()))
    elif _icon_theme().exists():
        os.utime(_icon_theme())
    if (_entry_path().parent / "mimeinfo.cache").exists():
        _run_if_there("update-desktop-database", "-q", str(_entry_path().parent))


def _run_if_there(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                [found, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=REFRESH_TIMEOUT_S,
            )
