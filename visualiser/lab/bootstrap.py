"""Sets up the observation of this process before its script runs."""

from __future__ import annotations

import faulthandler
import os
import sys
import time

from .endings import watch_endings
from .hooks import hook_imports
from .imports import watch_imports
from .instruments import make_hooks
from .lab import Lab
from .layout import EXTRA_GIL, REWRITING, RUN_DIR_VARIABLE, SCRIPT_VARIABLE, story_name
from .switch_interval import watch_switch_interval

GATE_VARIABLE = "VISUALISER_GATE"
HOME_VARIABLE = "VISUALISER_HOME"
FAULTS_NAME = "faults.txt"
_GATE_STEP_S = 0.0005
_GATE_PATIENCE_S = 5.0
_ROLES = {
    "multiprocessing.spawn": "spawn",
    "multiprocessing.forkserver": "forkserver",
    "multiprocessing.resource_tracker": "tracker",
}


def observe() -> Lab | None:
    """Observe this process if it belongs to a run. Raises OSError where the run directory cannot be used."""
    run_dir = os.environ.get(RUN_DIR_VARIABLE)
    if not run_dir:
        return None
    host = os.environ.pop(GATE_VARIABLE, None)
    root = host is not None
    how = _role(root)
    continues_root = _continues_root(run_dir)
    home = os.environ.get(HOME_VARIABLE)
    lab = Lab(os.path.abspath(run_dir), _own_files(home), how, _name(how, root))
    _extend_path(home)
    hook_imports(make_hooks(lab))
    watch_imports(lab)
    watch_endings(lab, root or continues_root)
    if not lab.extras.isdisjoint(REWRITING):
        _rewrite_script(lab, root)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lab.renew)
    if EXTRA_GIL in lab.extras:
        from .gil_address import watch_gil

        watch_gil(lab)
    watch_switch_interval(lab)
    _print_by_lines()
    _write_faults(run_dir)
    if how in ("forkserver", "tracker"):
        lab.threads.track.quiet = True  # a servant of the library; what it forks is recorded again
    if root:
        _wait_for_go(lab, run_dir, host or "")
        lab.story.tell("start")
    return lab


def _role(root: bool) -> str:
    if root:
        return "root"
    arguments = sys.orig_argv
    if "-c" in arguments[:-1]:
        code = arguments[arguments.index("-c") + 1]
        for module, role in _ROLES.items():
            if f"from {module} import" in code:
                return role
    return "exec"


def _continues_root(run_dir: str) -> bool:
    """Tell whether the script's own process has called exec and goes on as this one."""
    try:
        with open(os.path.join(run_dir, story_name(os.getpid())), encoding="ascii") as story:
            return '"how": "root"' in story.readline()
    except OSError:
        return False


def _name(how: str, root: bool) -> str:
    names = {"forkserver": "fork server", "tracker": "resource tracker", "spawn": "spawn"}
    if how in names:
        return names[how]
    if root and SCRIPT_VARIABLE in os.environ:
        return os.path.basename(os.environ[SCRIPT_VARIABLE])
    # sys.argv does not exist yet: of the interpreter's own arguments, the first that is no option.
    rest = [argument for argument in sys.orig_argv[1:] if not argument.startswith("-")]
    return os.path.basename(rest[0]) if rest else "python"


def _own_files(home: str | None) -> tuple[str, ...]:
    package = os.path.dirname(os.path.abspath(__file__))
    beside = os.path.join(os.path.dirname(package), "qthread.py")
    return (package + os.sep, beside, *((os.path.join(home, "visualiser", "qthread.py"),) if home else ()))


def _rewrite_script(lab: Lab, root: bool) -> None:
    from .rewriting import rewrite_script  # only where it is wanted

    rewrite_script(lab, root)


def _extend_path(home: str | None) -> None:
    if home and home not in sys.path:
        sys.path.append(home)


def _print_by_lines() -> None:
    """Let a pipe show lines as they are printed, as a terminal would, and whole even where PYTHONUNBUFFERED is set."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(line_buffering=True, write_through=False)


def _write_faults(run_dir: str) -> None:
    fd = os.open(os.path.join(run_dir, FAULTS_NAME), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    faulthandler.enable(fd)


def _wait_for_go(lab: Lab, run_dir: str, host: str) -> None:
    """Wait until the host has everything in place, so that the first line of the script is seen already.

    ``host`` is its pid. If it is killed meanwhile nobody would ever end this run: then nothing of it is left.
    """
    give_up = time.monotonic() + _GATE_PATIENCE_S
    sleep = getattr(time.sleep, "__wrapped__", time.sleep)
    while not lab.control.go and time.monotonic() < give_up:
        if os.name == "posix" and host.isdigit() and _is_gone(int(host)):
            _remove(run_dir)
            os._exit(1)
        sleep(_GATE_STEP_S)


def _is_gone(pid: int) -> bool:
    if os.getppid() == pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False


def _remove(directory: str) -> None:
    for folder, folders, files in os.walk(directory, topdown=False):
        for name in files:
            os.unlink(os.path.join(folder, name))
        for name in folders:
            os.rmdir(os.path.join(folder, name))
    os.rmdir(directory)
