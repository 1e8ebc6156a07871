"""Looks at one thread of another process through /proc; standard library only."""

from __future__ import annotations

import os

from visualiser.host.course import OTHER, SELF, UNHELD, Course
from visualiser.host.gil_peek import NOBODY, GilPeek
from visualiser.host.syscalls import FUTEX, READY, Syscalls
from visualiser.lab.layout import Seen

_DEAD_LINE = b"-1 0x0 0x0\n"  # it has no stack any more: what is left of it waits for its parent
_LINE_BYTES = 192
_ACCOUNTS_BYTES = 96
_GIL, _BLOCKED = int(Seen.GIL), int(Seen.BLOCKED)
# Who has been blocked for long is looked at less often: the error stays a small share of the wait.
_SHARE_OF_WAIT = 32
_SHARE_OF_GIL_WAIT = 8  # it is looked at anyway as soon as it holds the GIL
_LONGEST_PAUSE_NS = 250_000_000
_STALE_NS = 20_000_000  # accounts of a thread that seems to rest are read this often, for it may run in between


class ThreadLook:
    """One thread: its files in /proc, kept open, and what it did. Raises OSError where it cannot be looked at.

    ``tid``: its id here; ``name``: the id it has for itself, which is another one in a PID namespace of its own;
    ``due``: when (ns) it is to be looked at next; ``busy``: the last look found it ready.
    """

    def __init__(self, process: int, tid: int, name: int, syscalls: Syscalls) -> None:
        """``process``: descriptor of its process' directory in /proc."""
        self.tid, self.name = tid, name
        self.course = Course()
        self.due = 0
        self.busy = True
        self._syscalls = syscalls
        self._line = b""
        self._code, self._address = _BLOCKED, 0
        self._since = self._looked = self._accounts_read = 0
        self._share = _SHARE_OF_WAIT
        self._accounts = (0, 0, 0)
        self._unclear = False  # the last look could not tell what it does
        self._syscall = os.open(f"task/{tid}/syscall", os.O_RDONLY | os.O_CLOEXEC, dir_fd=process)
        try:
            self._schedstat = os.open(f"task/{tid}/schedstat", os.O_RDONLY | os.O_CLOEXEC, dir_fd=process)
        except OSError:
            os.close(self._syscall)
            raise

    def look(self, now: int, before: int, holder: int, gil: GilPeek | None) -> None:
        """Look at it now.

        Args:
            now: ns.
            before: when (ns) the holder of the GIL was looked up before this time.
            holder: who holds the GIL now.
            gil: None where there is none, or it is not known.

        Raises:
            ProcessLookupError: the thread is gone.
            OSError: it cannot be looked at any more.
        """
        # The call first: accounts read later cover all that the call says.
        line = os.pread(self._syscall, _LINE_BYTES, 0)
        fast = gil is not None and gil.handovers.fast
        fresh = not fast and not self._unclear and now - self._accounts_read < _STALE_NS
        if line == self._line and not self.busy and fresh:
            self._rest(now)
            return
        fields = os.pread(self._schedstat, _ACCOUNTS_BYTES, 0).split()
        if line == _DEAD_LINE or not line or len(fields) < 3:
            raise ProcessLookupError
        self._accounts_read = now
        accounts = (int(fields[0]), int(fields[1]), int(fields[2]))
        # Whoever sleeps for a moment again and again is found in the same call, but has had a core in between.
        stays = line == self._line and accounts == self._accounts
        self._accounts = accounts
        if line != self._line or (fast and not stays):
            self._line, self._since = line, now
            self._code, self._address = self._syscalls.read(line)
        # Whoever has become the holder since it was last looked up was none before that.
        begin = (max(self._looked, before if self.tid == holder else 0) + now) // 2 if self._looked else now
        self.busy = self._code == READY
        self._unclear = fast and not (stays and self._is_elsewhere(gil))
        if self._unclear:
            self.course.unclear(begin, now, accounts)
            self._rest(now)
        else:
            self._tell(begin, now, holder, gil, accounts)

    def exists(self) -> bool:
        """Whether there is still such a thread."""
        try:
            return os.pread(self._syscall, _LINE_BYTES, 0) not in (b"", _DEAD_LINE)
        except OSError:
            return False

    def close(self) -> None:
        """Let go of its files."""
        os.close(self._syscall)
        os.close(self._schedstat)

    def gone(self, now: int) -> int:
        """It was not there at ``now`` (ns): the moment at which it presumably went."""
        when = max((self._looked + now) // 2 if self._looked else now, self.course.floor)
        self.course.end(when)
        return when

    def _tell(self, begin: int, now: int, holder: int, gil: GilPeek | None, accounts: tuple[int, int, int]) -> None:
        if self.busy:
            some = gil is not None and gil.handovers.some
            whose = UNHELD if holder == NOBODY else SELF if holder == self.tid else OTHER
            self.course.ready(begin, now, whose, accounts, some)
            self._looked, self.due = now, 0
            return
        # Should it be the holder: it was, and has lost the GIL since that was read.
        waits_for_gil = self._code == FUTEX and not self._is_elsewhere(gil)
        code = _GIL if waits_for_gil else _BLOCKED if self._code == FUTEX else self._code
        self._share = _SHARE_OF_GIL_WAIT if waits_for_gil else _SHARE_OF_WAIT
        self.course.blocked(begin, now, code, accounts)
        self._rest(now)

    def _is_elsewhere(self, gil: GilPeek | None) -> bool:
        """It is blocked, and not in the GIL."""
        return not self.busy and not (self._code == FUTEX and gil is not None and gil.inside(self._address))

    def _rest(self, now: int) -> None:
        """It is blocked as it was."""
        self._looked = self.course.looked = now
        self.due = now + min((now - self._since) // self._share, _LONGEST_PAUSE_NS)
