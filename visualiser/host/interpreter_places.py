"""Where interpreters lie: PATH, and the places in which pyenv, uv, conda and the systems put them."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_MINORS = range(15, 9, -1)
_NAMES = ("python3", "python", *(f"python3.{minor}{kind}" for minor in _MINORS for kind in ("", "t")))
_LAUNCHER_PATIENCE_S = 10.0
_LISTED = re.compile(r"([A-Za-z]:\\[^*\r\n]*?python[\w.]*\.exe)", re.IGNORECASE)


@dataclass(frozen=True)
class Machine:
    """What a search looks at; tests put in machines that are not theirs.

    Attributes:
        platform: as ``sys.platform``.
        environ: as ``os.environ``.
        home: the user's directory.
        root: what absolute directories lie under.
        own: the interpreter that runs us, empty in a frozen app, which is none.
        registered: paths that the registry of Windows has.
        launched: paths that the launcher of Windows has.
    """

    platform: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    home: Path = field(default_factory=Path.home)
    root: Path = Path("/")
    own: str = "" if getattr(sys, "frozen", False) else sys.executable
    registered: Callable[[], list[str]] = lambda: registered_pythons(importlib.import_module("winreg"))
    launched: Callable[[], list[str]] = lambda: listed_pythons(_launcher_list())


def candidates(machine: Machine) -> list[str]:
    """Paths of files that may be interpreters, our own first; each file once, whatever links to it."""
    found: dict[str, str] = {}
    for path in _all(machine):
        found.setdefault(os.path.normcase(os.path.realpath(path)), path)
    return list(found.values())


def registered_pythons(winreg: Any) -> list[str]:  # noqa: ANN401  a module that only Windows has
    """What the registry says of installed interpreters (PEP 514)."""
    found: list[str] = []
    views = [winreg.KEY_READ | view for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY)]
    for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        for access in views:
            for company in _subkeys(winreg, hive, r"Software\Python", access):
                for tag in _subkeys(winreg, hive, rf"Software\Python\{company}", access):
                    key = rf"Software\Python\{company}\{tag}\InstallPath"
                    found += filter(None, [_executable(winreg, hive, key, access)])
    return list(dict.fromkeys(found))


def listed_pythons(listing: str) -> list[str]:
    """The paths in what ``py -0p`` prints."""
    return [match[1] for match in map(_LISTED.search, listing.splitlines()) if match]


def _all(machine: Machine) -> Iterator[str]:
    if machine.own:
        yield machine.own
    for directory in _directories(machine):
        yield from _pythons_in(directory, machine)
    if machine.platform == "win32":
        yield from machine.registered()
        yield from machine.launched()


def _directories(machine: Machine) -> Iterator[Path]:
    """Directories in which interpreters may lie, the user's own choice first."""
    for part in machine.environ.get("PATH", "").split(";" if machine.platform == "win32" else os.pathsep):
        if part:
            yield Path(part)
    for place in (_pyenv, _uv, _conda, _windows if machine.platform == "win32" else _posix):
        yield from place(machine)


def _pyenv(machine: Machine) -> Iterator[Path]:
    homes = {machine.environ.get("PYENV_ROOT") or machine.home / ".pyenv", machine.home / ".pyenv"}
    if machine.platform == "win32":
        homes.add(machine.home / ".pyenv" / "pyenv-win")
    for version in _below(homes, "versions/*"):
        yield from (version / "bin", version)


def _uv(machine: Machine) -> Iterator[Path]:
    environ, home = machine.environ, machine.home
    homes = [home / ".local/share/uv/python"]
    if environ.get("UV_PYTHON_INSTALL_DIR"):
        homes.insert(0, Path(environ["UV_PYTHON_INSTALL_DIR"]))
    if environ.get("XDG_DATA_HOME"):
        homes.append(Path(environ["XDG_DATA_HOME"]) / "uv/python")
    if environ.get("APPDATA"):
        homes.append(Path(environ["APPDATA"]) / "uv/python")
    for version in _below(homes, "*"):
        yield from (version / "bin", version)


def _conda(machine: Machine) -> Iterator[Path]:
    homes = [machine.home / name for name in ("miniconda3", "anaconda3", "miniforge3", "mambaforge")]
    environments = [*homes, *_below(homes, "envs/*"), *map(Path, _conda_list(machine.home))]
    if machine.environ.get("CONDA_PREFIX"):
        environments.append(Path(machine.environ["CONDA_PREFIX"]))
    for environment in environments:
        yield from (environment / "bin", environment)


def _conda_list(home: Path) -> list[str]:
    """The environments conda has made, as it writes them down itself."""
    try:
        return (home / ".conda" / "environments.txt").read_text("utf-8", "replace").split("\n")
    except OSError:
        return []


def _posix(machine: Machine) -> Iterator[Path]:
    root = machine.root
    yield from (root / "usr/bin", root / "usr/local/bin")
    yield from _below([root / "opt"], "python*/bin")
    if machine.platform == "darwin":
        for kit in ("Python", "PythonT"):
            yield from _below([root / f"Library/Frameworks/{kit}.framework"], "Versions/*/bin")
        brews = [root / "opt/homebrew", root / "usr/local"]
        yield from (brew / "bin" for brew in brews)
        yield from _below(brews, "opt/python*/bin")


def _windows(machine: Machine) -> Iterator[Path]:
    homes = []
    if machine.environ.get("LOCALAPPDATA"):
        homes.append(Path(machine.environ["LOCALAPPDATA"]) / "Programs/Python")
    if machine.environ.get("PROGRAMFILES"):
        homes.append(Path(machine.environ["PROGRAMFILES"]))
    yield from _below(homes, "Python3*")


def _below(homes: Iterable[Path | str], pattern: str) -> list[Path]:
    """What matches below the directories that are there, sorted."""
    found: list[Path] = []
    for home in homes:
        with contextlib.suppress(OSError):
            found += sorted(Path(home).glob(pattern))
    return found


def _pythons_in(directory: Path, machine: Machine) -> Iterator[str]:
    ending = ".exe" if machine.platform == "win32" else ""
    for name in _NAMES:
        path = os.path.join(directory, name + ending)  # noqa: PTH118  hundreds of them, and a string is wanted
        if os.access(path, os.X_OK) and not os.path.isdir(path):  # noqa: PTH112
            yield path


def _subkeys(winreg: Any, hive: Any, key: str, access: int) -> list[str]:  # noqa: ANN401
    names: list[str] = []
    with contextlib.suppress(OSError), winreg.OpenKey(hive, key, 0, access) as opened:
        while True:  # until the registry says by an error that there are no more
            names.append(winreg.EnumKey(opened, len(names)))
    return names


def _executable(winreg: Any, hive: Any, key: str, access: int) -> str:  # noqa: ANN401
    """The interpreter of one installation; older ones only name their directory."""
    with contextlib.suppress(OSError), winreg.OpenKey(hive, key, 0, access) as opened:
        with contextlib.suppress(OSError):
            return str(winreg.QueryValueEx(opened, "ExecutablePath")[0])
        return str(winreg.QueryValueEx(opened, "")[0]).rstrip("\\") + "\\python.exe"
    return ""


def _launcher_list() -> str:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            ["py", "-0p"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_LAUNCHER_PATIENCE_S, check=False
        )
        return done.stdout.decode("utf-8", "replace")
    return ""
