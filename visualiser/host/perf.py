"""Reads from the Linux kernel which thread of a process tree was on which core when; standard library only."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import math
import mmap
import os
import platform
import struct
import sys
import time

from visualiser.lab.layout import Kind

_SYSCALL = {"x86_64": 298, "aarch64": 241, "riscv64": 241, "ppc64le": 319, "s390x": 331}
PARANOIA = "/proc/sys/kernel/perf_event_paranoid"
_ONLINE = "/sys/devices/system/cpu/online"

# perf_event_open(2)
_TYPE_SOFTWARE = 1
_COUNT_DUMMY = 9
_SAMPLE_TID, _SAMPLE_TIME, _SAMPLE_CPU = 1 << 1, 1 << 2, 1 << 7
_INHERIT, _EXCLUDE_KERNEL, _EXCLUDE_HYPERVISOR = 1 << 1, 1 << 5, 1 << 6
_TASK, _SAMPLE_ID_ALL, _USE_CLOCK, _CONTEXT_SWITCH = 1 << 13, 1 << 18, 1 << 25, 1 << 26
_CLOSE_ON_EXEC = 1 << 3
_RECORD_LOST, _RECORD_EXIT, _RECORD_SWITCH = 2, 4, 14

# Places of the ring's head and tail in its first page, in words of eight bytes.
_HEAD, _TAIL = 128, 129
# Pages of a ring: what an administrator may lock, what fits the usual limit for one user, and less where that is lower.
_PAGES = (2048, 128, 64, 16)

_HEADER = struct.Struct("<IHH")
# type | misc | size | pid | tid | time | core | unused: all switch records look like this
_SWITCH = struct.Struct("<IHHIIQII")
# number | time of the report itself
_LOST = struct.Struct("<16xQ8xQ")
# pid | parent's pid | tid | parent's tid | time
_EXIT = struct.Struct("<8xIIIIQ")

# By the two bits of ``misc`` that say whether a thread left its core and whether it was made to. Plain numbers, for
# looking up a member of an enumeration at every switch would be half of the sampler's cost.
_MISC_SHIFT = 13
_MEANING = (int(Kind.SWITCH_IN), int(Kind.SWITCH_OUT), int(Kind.SWITCH_IN), int(Kind.SWITCH_PREEMPT))
_FIRST_BYTE = bytes([_RECORD_SWITCH])

# A ring with less room than this may have had none for the next record.
_TIGHT_BYTES = 128
# A ring this full at one drain could overflow before the next but one.
_CALM_SHARE = 0.25

# The fields of a record, in the order of the layout.
Switch = tuple[int, int, int, int, int, int]


class Refused(Exception):
    """The kernel does not let us look; the text is one sentence that says why and what would help."""


class _Attributes(ctypes.Structure):
    """struct perf_event_attr as of its fifth version, 112 bytes."""

    _fields_ = (
        ("type", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("config", ctypes.c_uint64),
        ("sample_period", ctypes.c_uint64),
        ("sample_type", ctypes.c_uint64),
        ("read_format", ctypes.c_uint64),
        ("flags", ctypes.c_uint64),
        ("wakeup_events", ctypes.c_uint32),
        ("bp_type", ctypes.c_uint32),
        ("config1", ctypes.c_uint64),
        ("config2", ctypes.c_uint64),
        ("branch_sample_type", ctypes.c_uint64),
        ("sample_regs_user", ctypes.c_uint64),
        ("sample_stack_user", ctypes.c_uint32),
        ("clockid", ctypes.c_int32),
        ("sample_regs_intr", ctypes.c_uint64),
        ("aux_watermark", ctypes.c_uint32),
        ("sample_max_stack", ctypes.c_uint16),
        ("reserved", ctypes.c_uint16),
    )


class SwitchTrace:
    """Core switches of process ``pid`` and of every thread and process that descends from it from now on.

    Raises:
        Refused: the system has no such source or forbids it.
    """

    def __init__(self, pid: int) -> None:
        self._rings: list[_Ring] = []
        try:
            for core in online_cores():
                self._add_ring(pid, core)
        except OSError as error:
            self.close()
            raise Refused(_reason(error)) from None

    def drain(self, since: int = 0) -> list[Switch]:
        """All switches the kernel has written since the last time, core by core.

        Args:
            since: ns; a time of lost switches is not said to begin earlier.
        """
        switches: list[Switch] = []
        for ring in self._rings:
            ring.drain(switches, since)
        return switches

    @property
    def known_until(self) -> float:
        """After this time (ns) the last drain may have missed switches, for a ring was full; else infinite."""
        return min((ring.known_until for ring in self._rings), default=math.inf)

    @property
    def calm(self) -> bool:
        """The rings were far from full at the last drain."""
        return all(ring.filled <= _CALM_SHARE for ring in self._rings)

    def close(self) -> None:
        """Stop looking."""
        for ring in self._rings:
            ring.close()
        self._rings.clear()

    def _add_ring(self, pid: int, core: int) -> None:
        try:
            self._rings.append(_open_ring(pid, core))
        except OSError as error:
            if error.errno != errno.ENODEV:  # a core that was switched off
                raise


class _Ring:
    """The kernel's ring buffer for one core.

    ``filled``: the share of it that the last drain found in use.
    ``known_until``: after this time (ns) the last drain may have missed switches, because the ring was full.
    """

    def __init__(self, core: int, file: int, mapped: mmap.mmap) -> None:
        self._core = core
        self._file = file
        self._map = mapped
        self.filled = 0.0
        self.known_until = math.inf
        self._last = time.perf_counter_ns()  # time of the last record, until one comes that of the beginning
        self._size = len(self._map) - mmap.PAGESIZE
        self._bytes = memoryview(self._map)
        # Through this view a word is one load or one store; struct would store byte by byte, and the kernel may look.
        self._words = self._bytes[: mmap.PAGESIZE].cast("Q")
        self._done = 0

    def drain(self, switches: list[Switch], since: int) -> None:
        head = self._words[_HEAD]
        used = head - self._done
        self.filled = used / self._size
        if used:
            self._take(self._between(self._done, head), switches, since)
            self._words[_TAIL] = self._done = head
        # Of what it lost the kernel tells no sooner than with the next switch that it can write.
        self.known_until = self._last if self._size - used < _TIGHT_BYTES else math.inf

    def close(self) -> None:
        self._words.release()
        self._bytes.release()
        self._map.close()
        os.close(self._file)

    def _between(self, begin: int, end: int) -> bytes:
        first, last = begin % self._size, end % self._size
        data = self._bytes[mmap.PAGESIZE :]
        if first < last:
            return bytes(data[first:last])
        return bytes(data[first:]) + bytes(data[:last])

    def _take(self, data: bytes, switches: list[Switch], since: int) -> None:
        if _take_plain(data, switches):
            self._last = switches[-1][0]
        else:
            self._take_mixed(data, switches, since)

    def _take_mixed(self, data: bytes, switches: list[Switch], since: int) -> None:
        """The slow way, record by record, where threads came and went or the kernel tells that it lost some."""
        at = 0
        while at < len(data):
            kind, _, size = _HEADER.unpack_from(data, at)
            if kind == _RECORD_SWITCH:
                _take_plain(data[at : at + size], switches)
                self._last = switches[-1][0]
            elif kind == _RECORD_LOST:
                lost, when = _LOST.unpack_from(data, at)
                begin = max(self._last, since)
                switches.append((begin, max(begin, when), 0, Kind.LOST, self._core, lost))
                self._last = when
            elif kind == _RECORD_EXIT:
                pid, _, tid, _, self._last = _EXIT.unpack_from(data, at)
                switches.append((self._last, self._last, tid, Kind.THREAD_EXIT, self._core, pid))
            at += size


def perf_refusal() -> str:
    """Why this system would not tell core switches, one sentence; "" if it would."""
    try:
        _open_ring(os.getpid(), online_cores()[0]).close()
    except OSError as error:
        return _reason(error)
    return ""


def _take_plain(data: bytes, switches: list[Switch]) -> bool:
    """Take data that holds nothing but switch records; False, with nothing taken, if it holds anything else."""
    count, rest = divmod(len(data), _SWITCH.size)
    if rest or data[:: _SWITCH.size] != _FIRST_BYTE * count:
        return False
    switches += [
        (when, when, tid, _MEANING[misc >> _MISC_SHIFT & 3], core, pid)
        for _, misc, _, pid, tid, when, core, _ in _SWITCH.iter_unpack(data)
    ]
    return True


def _open_ring(pid: int, core: int) -> _Ring:
    file = _open_event(pid, core)
    try:
        return _Ring(core, file, _map_ring(file))
    except OSError:
        os.close(file)
        raise


def _open_event(pid: int, core: int) -> int:
    if not sys.platform.startswith("linux") or platform.machine() not in _SYSCALL:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    attributes = _Attributes(
        type=_TYPE_SOFTWARE,
        size=ctypes.sizeof(_Attributes),
        config=_COUNT_DUMMY,
        sample_type=_SAMPLE_TID | _SAMPLE_TIME | _SAMPLE_CPU,
        flags=_INHERIT | _EXCLUDE_KERNEL | _EXCLUDE_HYPERVISOR | _TASK | _SAMPLE_ID_ALL | _USE_CLOCK | _CONTEXT_SWITCH,
        clockid=time.CLOCK_MONOTONIC,
    )
    libc = ctypes.CDLL(None, use_errno=True)
    number = _SYSCALL[platform.machine()]
    file = int(libc.syscall(number, ctypes.byref(attributes), pid, core, -1, ctypes.c_ulong(_CLOSE_ON_EXEC)))
    if file < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return file


def _map_ring(file: int) -> mmap.mmap:
    """The largest ring the kernel lets us have: the larger, the longer the sampler may be kept from its core."""
    for pages in _PAGES[:-1]:
        with contextlib.suppress(OSError):
            return mmap.mmap(file, mmap.PAGESIZE * (1 + pages))
    return mmap.mmap(file, mmap.PAGESIZE * (1 + _PAGES[-1]))


def online_cores() -> list[int]:
    """Numbers of the cores in use: the kernel's list looks like ``0-3,6``."""
    try:
        with open(_ONLINE) as file:  # noqa: PTH123  pathlib is slow to import
            return _parse_cores(file.read())
    except (OSError, ValueError):
        return list(range(os.cpu_count() or 1))


def _parse_cores(text: str) -> list[int]:
    cores: list[int] = []
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        cores += range(int(first), int(last or first) + 1)
    return cores


def _reason(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"The kernel keeps its core switches to itself ({PARANOIA} is {_paranoia()}); "
            "`sudo sysctl kernel.perf_event_paranoid=2` would allow them."
        )
    return f"This system does not tell core switches ({error.strerror})."


def _paranoia() -> str:
    try:
        with open(PARANOIA) as file:  # noqa: PTH123  pathlib is slow to import
            return file.read().strip()
    except OSError:
        return "unknown"
