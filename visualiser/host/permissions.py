"""Tells what this system lets us see of the threads of a script, and what would let us see more."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from visualiser.host.peek_permission import YAMA, first_line
from visualiser.host.perf import PARANOIA
from visualiser.host.sampler import SUPPORTED, Sampler

_MOUNTS = Path("/proc/self/mounts")
_ONE_CLOCK = ("CLOCK_MONOTONIC", "QueryPerformanceCounter", "mach_absolute_time")
_SCOPES = {
    "": "every program may look into those of the same user (the kernel has no Yama)",
    "0": "every program may look into those of the same user",
    "1": "programs may look into their descendants, and into a script that permits it: ours does",
    "2": "only the administrator may look into programs",
    "3": "nobody may look into programs",
}


@dataclass(frozen=True)
class Permission:
    """One thing that was tried. ``ok``: nothing stands in the way; ``sentence``: what was found and what would help."""

    name: str
    ok: bool
    sentence: str


def report() -> list[Permission]:
    """Everything that decides how well states can be known here; tries it for real, in a few hundredths of a second."""
    if not SUPPORTED:
        return [Permission("sampling", False, "Threads are watched from outside on Linux only."), _clock()]
    sampler = Sampler()
    try:
        can = sampler.can
    finally:
        sampler.close()
    return [_switches(can), _looks(can), _scope(), _hidden(_read(_MOUNTS)), _clock()]


def _switches(can: Mapping[str, str]) -> Permission:
    value = first_line(PARANOIA) or "missing"
    if not can["perf"]:
        return Permission(
            "core switches", True, f"The kernel tells every core switch, exactly (perf_event_paranoid is {value})."
        )
    gain = "Exact core switches are right 99 % of the time, at about 2 % of a core; looks from outside cost up to 10 %."
    return Permission("core switches", False, f"{can['perf']} {gain}")


def _looks(can: Mapping[str, str]) -> Permission:
    if not can["peek"]:
        return Permission("looks from outside", True, "Memory and system calls of an own child could be read.")
    gain = "Without them and without core switches a thread in no recorded call is only known to run or to be ready."
    return Permission("looks from outside", False, f"{can['peek']} {gain}")


def _scope() -> Permission:
    value = first_line(YAMA)
    meaning = _SCOPES.get(value, "what that means is not known here")
    return Permission("ptrace_scope", value in ("", "0", "1"), f"It is {value or 'not there'}: {meaning}.")


def _hidden(mounts: str) -> Permission:
    options = [line.split()[3] for line in mounts.splitlines() if line.split()[1:3] == ["/proc", "proc"]]
    hides = any("hidepid=" in option and "hidepid=0" not in option for option in options)
    if hides:
        return Permission("/proc", True, "It hides the processes of other users; a script's are your own.")
    return Permission("/proc", bool(options), "It shows all processes." if options else "It is not mounted.")


def _clock() -> Permission:
    name = time.get_clock_info("perf_counter").implementation
    ok = any(clock in name for clock in _ONE_CLOCK)
    return Permission(
        "clock", ok, f"perf_counter is {name}: {'one clock' if ok else 'perhaps not one'} for all processes."
    )


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
