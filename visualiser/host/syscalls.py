"""Tells from one line of ``/proc/<pid>/task/<tid>/syscall`` what a thread waits for; standard library only."""

from __future__ import annotations

import platform

from visualiser.lab.layout import Seen

# What the line says of a thread that is on a core or wants one.
READY_LINE = b"running\n"
READY = 0
FUTEX = -1  # blocked on a word in memory, at the address that comes with it

_SLEEP, _IO, _PROC, _BLOCKED = int(Seen.SLEEP), int(Seen.IO), int(Seen.PROC), int(Seen.BLOCKED)

# nanosleep, clock_nanosleep | futex, futex_wait | wait4, waitid | select, pselect6 | what moves data or waits for it
_NUMBERS: dict[str, tuple[set[int], set[int], set[int], set[int], set[int]]] = {
    "x86_64": (
        {35, 230},
        {202, 455},
        {61, 247},
        {23, 270},
        {0, 1, 7, 17, 18, 19, 20, 40, 42, 43, 44, 45, 46, 47, 74, 75, 208, 232, 257, 271, 275, 276, 281, 288, 295, 296}
        | {299, 306, 307, 326, 327, 328, 426, 441},
    ),
    "aarch64": (
        {101, 115},
        {98, 455},
        {260, 95},
        {72},
        {4, 22, 56, 63, 64, 65, 66, 67, 68, 69, 70, 71, 73, 76, 77, 81, 82, 83, 202, 203, 206, 207, 211, 212, 242, 243}
        | {267, 269, 285, 286, 287, 426, 441},
    ),
}


class Syscalls:
    """The system calls of this machine. Raises LookupError where their numbers are not known."""

    def __init__(self, machine: str = "") -> None:
        sleeps, futexes, children, selects, moves = _NUMBERS[machine or platform.machine()]
        self._selects = selects
        self._codes = {
            **dict.fromkeys(sleeps, _SLEEP),
            **dict.fromkeys(children, _PROC),
            **dict.fromkeys(moves | selects, _IO),
            **dict.fromkeys(futexes, FUTEX),
        }

    def read(self, line: bytes) -> tuple[int, int]:
        """``READY``, ``FUTEX`` or a ``Seen`` code, and the first argument of the call.

        The line is ``running``, or the call's number and arguments, or ``-1`` outside of any call.
        """
        if line == READY_LINE:
            return READY, 0
        number, _, rest = line.partition(b" ")
        try:
            first = int(rest.split(None, 1)[0], 16)
            code = self._codes.get(int(number), _BLOCKED)
        except (ValueError, IndexError):
            return _BLOCKED, 0
        # Waiting for none of nothing is how some sleep.
        return (_SLEEP, 0) if not first and int(number) in self._selects else (code, first)
