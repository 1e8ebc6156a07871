"""Finds out whether this system lets a process look into another one that is its own; standard library only."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal

from visualiser.host.syscalls import Syscalls

YAMA = "/proc/sys/kernel/yama/ptrace_scope"
_NO_TICKS = "/sys/devices/system/cpu/nohz_full"
_SECRET = b"what a child knows that was made by copying its parent"


def peek_refusal() -> str:
    """Why threads cannot be looked at from outside here, one sentence; "" if they can. Takes about a millisecond."""
    return _missing() or _refused_by_child()


def first_line(path: str) -> str:
    """The first line of a file of the kernel's, "" where there is none."""
    try:
        with open(path) as file:  # noqa: PTH123  pathlib is slow to import
            return file.readline().strip()
    except OSError:
        return ""


def _missing() -> str:
    machine = platform.machine()
    try:
        Syscalls(machine)
    except LookupError:
        return f"Threads cannot be looked at from outside: the system calls of this machine ({machine}) are not known."
    if not first_line("/proc/self/syscall") or first_line("/proc/self/schedstat").split()[2:] in ([], ["0"]):
        return (
            "Threads cannot be looked at from outside: this kernel tells neither their calls nor their waits in /proc."
        )
    if first_line(_NO_TICKS).strip("()") not in ("", "null"):
        return "Running and waiting for a core cannot be told apart here: there are cores without ticks (nohz_full)."
    return ""


def _refused_by_child() -> str:
    secret = ctypes.create_string_buffer(_SECRET)
    child = os.fork()
    if child == 0:
        signal.pause()
        os._exit(0)
    try:
        _look_into(child, ctypes.addressof(secret))
    except OSError as error:
        return _reason(error)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return ""


def _look_into(child: int, address: int) -> None:
    memory = os.open(f"/proc/{child}/mem", os.O_RDONLY | os.O_CLOEXEC)
    try:
        if os.pread(memory, len(_SECRET), address) != _SECRET:
            raise OSError(errno.EIO, "its memory reads as another's")
    finally:
        os.close(memory)
    with open(f"/proc/{child}/syscall") as file:  # noqa: PTH123  pathlib is slow to import
        file.read()


def _reason(error: OSError) -> str:
    if error.errno not in (errno.EPERM, errno.EACCES):
        return f"This system does not let processes be looked into ({error.strerror})."
    scope = first_line(YAMA)
    if scope == "2":
        return (
            f"No program may look into another ({YAMA} is 2); `sudo sysctl kernel.yama.ptrace_scope=1` would allow it."
        )
    if scope == "3":
        return f"No program may look into another ({YAMA} is 3), and only a restart of the system can change that."
    return "No program may look into another here, not even into a child: a container or security module forbids it."
