"""Opens the directory in /proc of a process of the run, whatever PID namespace it lives in; standard library only."""

from __future__ import annotations

import errno
import os

_FLAGS = os.O_RDONLY | os.O_CLOEXEC
_ELF_64 = b"\x7fELF\x02"


def open_process(pid: int, mark: bytes) -> tuple[int, bool] | None:
    """Open the process that calls itself ``pid``.

    Args:
        pid: its id in its own PID namespace.
        mark: part of the path of a file that every process of the run has mapped, and no other.

    Returns:
        A descriptor of its directory, which never comes to mean another process, and whether it lives in a namespace
        of its own; None if this very process does not (yet) bear the mark.

    Raises:
        OSError: it may not be looked into, or is none of 64 bits.
    """
    try:
        directory = os.open(f"/proc/{pid}", _FLAGS | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        if mark in _read(directory, "maps"):
            _check_width(directory)
            return directory, last_id(directory, "status") != pid
    except ProcessLookupError:
        pass
    except OSError:
        os.close(directory)
        raise
    os.close(directory)
    return None


def search_process(pid: int, mark: bytes) -> tuple[int, bool] | None:
    """Look among all processes for one that calls itself ``pid`` in another PID namespace; see ``open_process``."""
    for name in os.listdir("/proc"):  # noqa: PTH208  pathlib is slow to import
        if name.isdigit() and int(name) != pid and _calls_itself(name, pid):
            try:
                found = open_process(int(name), mark)
            except OSError:
                continue
            if found is not None:
                return found[0], True
    return None


def last_id(directory: int, path: str) -> int:
    """The id that a process or thread has in its own PID namespace; OSError if that cannot be read."""
    for line in _read(directory, path).splitlines():
        if line.startswith(b"NSpid:"):
            return int(line.split()[-1])
    raise FileNotFoundError(errno.ENOENT, "no NSpid")


def has_ended(directory: int) -> bool:
    """Nothing is left of the process but perhaps its exit status."""
    try:
        # The name stands in brackets and may hold anything, brackets too.
        return _read(directory, "stat").rpartition(b") ")[2][:1] in (b"Z", b"X", b"x")
    except OSError:
        return True


def _calls_itself(name: str, pid: int) -> bool:
    try:
        directory = os.open(f"/proc/{name}", _FLAGS | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        return last_id(directory, "status") == pid
    except OSError:
        return False
    finally:
        os.close(directory)


def _check_width(directory: int) -> None:
    """Memory and system calls are read as those of a 64-bit program."""
    if _read(directory, "exe", len(_ELF_64)) != _ELF_64:
        raise OSError(errno.ENOEXEC, "it is no 64-bit program")


def _read(directory: int, path: str, size: int = -1) -> bytes:
    with open(os.open(path, _FLAGS, dir_fd=directory), "rb", buffering=0) as file:  # noqa: PTH123
        return file.read(size) or b""
