"""Makes segment files: filled with zeros by writing, then mapped, so that a full disk is an error and not a crash."""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Iterator

from .layout import HEADER, MAGIC, segment_name

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_FLAGS = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
# A mapping keeps a file descriptor of its own before 3.13; the script should not run out of them because of us.
_MAP_OPTIONS: dict[str, Any] = {"trackfd": False} if sys.version_info >= (3, 13) and os.name == "posix" else {}

_FEW_DESCRIPTORS = 64


def make_segment(run_dir: str, pid: int, numbers: Iterator[int], size: int) -> tuple[int, memoryview]:
    """Make the next free segment of ``pid`` with ``size`` bytes.

    Returns its number and its content as 64-bit words. Raises OSError; then no file is left behind.
    """
    number, path, fd = _create(run_dir, pid, numbers)
    try:
        _fill(fd, size)
        mapped = mmap.mmap(fd, size, **_MAP_OPTIONS)
        _leave_descriptors(fd)
    except OSError:
        os.unlink(path)
        raise
    finally:
        os.close(fd)
    return number, memoryview(mapped).cast("B").cast("q")


def write_header(words: memoryview, pid: int, native_id: int, chain: int) -> None:
    """Write the head of a fresh segment."""
    HEADER.pack_into(words.cast("B"), 0, MAGIC, 0, pid, native_id, chain, 0)


def _create(run_dir: str, pid: int, numbers: Iterator[int]) -> tuple[int, str, int]:
    # A number may be taken: the process called exec, or the system reuses the pid of one that ended.
    while True:
        number = next(numbers)
        path = os.path.join(run_dir, segment_name(pid, number))
        try:
            return number, path, os.open(path, _FLAGS, 0o600)
        except FileExistsError:
            continue


def _fill(fd: int, size: int) -> None:
    while size:
        size -= os.write(fd, bytes(size))


def _leave_descriptors(fd: int) -> None:
    """Raise the soft limit of open files once half of it is in use, as far as the system lets us."""
    if _MAP_OPTIONS or os.name != "posix":
        return
    free = os.dup(fd)
    os.close(free)
    if free < _FEW_DESCRIPTORS:
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 2 * free >= soft:
        wanted = 4 * soft if hard == resource.RLIM_INFINITY else min(4 * soft, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
