"""Makes out of looks at one thread what it did: which of the times it was ready it ran, and in which it waited.

A look tells at once whether a thread is blocked, but not whether a ready one is on a core. Its accounts tell that
afterwards: its CPU time moves on only while it is on one (at every tick of the kernel and when it leaves), and when
it gets one its delay has grown by how long it waited. So what ready looks mean is held back until that is known.
Standard library only.
"""

from __future__ import annotations

from visualiser.lab.layout import Seen

# Who holds the GIL, seen from the thread that is looked at.
UNHELD, SELF, OTHER = 0, 1, 2
_LET_GO = 3  # nobody, and this thread has asked for it

_WITHOUT = (OTHER, _LET_GO)

_RUN, _CORE, _GIL, _READY = int(Seen.RUN), int(Seen.CORE), int(Seen.GIL), int(Seen.READY)
# Longer than two of the kernel's ticks at their slowest: a thread on a core would have been charged for it by now.
_LONGEST_HOLD_NS = 25_000_000
# Shorter waits for a core are part of any switch.
_SHORTEST_WAIT_NS = 100_000
# Moments are no more exact than the looks: of fewer nobody can say what was done in between.
_ENOUGH_LOOKS = 4
# Of CPU time: who asks for the GIL needs less by far, and who had it between two looks seldom more.
_CLEARLY_NS = 6_000_000

# CPU ns | ns it waited for a core | how often it got one
Accounts = tuple[int, int, int]
Change = tuple[int, int]


class Course:
    """What one thread did, as far as that is known.

    ``changes``: (moment in ns, ``Seen`` code) of what is known and was not taken yet, in order of time; ``looked``:
    when (ns) it was looked at last; ``floor``: no change may be told to be earlier (ns), as has been promised.
    """

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._state = 0
        self._open: list[tuple[int, int]] = []  # (moment, who holds the GIL) of ready looks not yet understood
        self._accounts: Accounts | None = None
        self._cpu_at_open = 0
        self.looked = self.floor = 0
        self._waits = False  # known to wait for a core
        self._woken_from = 0  # what it was blocked in, if it had no core since
        self._runs_free = False  # without the GIL that another thread has, or that it has let go of again
        self._pure = False  # got its core when it had no GIL, and neither was blocked nor got the GIL since
        self._beside = 0  # ns of CPU time used like that
        self._holder = UNHELD  # of the GIL, at the last look that found it ready
        self._doubt = -1  # when (ns) it last may have had the GIL without that a look saw it
        self._asks = False  # has asked for the GIL and was not seen to hold it since

    @property
    def known_until(self) -> int:
        """No change before this moment (ns) is to come."""
        return self._open[0][0] if self._open else self.looked

    def blocked(self, begin: int, now: int, code: int, accounts: Accounts) -> None:
        """A look at ``now`` finds it blocked, presumably since ``begin``; the moments of looks grow."""
        if self._open:
            self._settle(begin, now, accounts)
        elif self._accounts is not None and accounts[2] != self._accounts[2]:
            begin = self._fill_in(begin, now, code, accounts)
        self._waits = self._runs_free = self._pure = False
        self._beside, self._holder = 0, UNHELD
        self._woken_from, self._asks = code, code == _GIL
        self._remember(now, accounts)
        self._change(begin, code)

    def ready(self, begin: int, now: int, holder: int, accounts: Accounts, unsure: bool = False) -> None:
        """A look at ``now`` finds it ready, presumably since ``begin``; ``unsure``: it may have had turns meanwhile."""
        before = self._accounts
        self._asks = self._asks and holder != SELF
        self._doubt = begin if unsure else self._doubt
        if (self._asks or unsure) and holder == UNHELD:
            holder = _LET_GO
        if not self._open:
            self._cpu_at_open = before[0] if before else accounts[0]
        self._open.append((begin, holder))
        if before is None:
            pass
        elif accounts[2] != before[2]:
            self._arrive(now, accounts)
            self._pure = self._holder in _WITHOUT
        elif accounts[0] != before[0] and len(self._open) >= _ENOUGH_LOOKS:
            self._ran(now, accounts[0])
        elif self._waits or now - self._open[0][0] > _LONGEST_HOLD_NS:
            self._has_waited(accounts[0])
        self._holder = holder
        self._remember(now, accounts)

    def unclear(self, begin: int, now: int, accounts: Accounts) -> None:
        """A look at ``now`` finds it taking turns too short for looks, presumably since ``begin``.

        What was held back belongs to them: it took some looks to notice.
        """
        if self._open:
            begin = min(begin, self._open[0][0])
            self._open.clear()
        self._waits = self._runs_free = self._pure = False
        self._beside, self._holder, self._woken_from = 0, UNHELD, 0
        self._asks = True
        self._remember(now, accounts)
        self._change(begin, _READY)

    def end(self, when: int) -> None:
        """It is gone since ``when`` (ns): nothing will tell more about the last looks."""
        self._tell_running(len(self._open), when, self._cpu_at_open)
        self.looked = max(self.looked, when)

    def _remember(self, now: int, accounts: Accounts) -> None:
        self._accounts, self.looked = accounts, now

    def _arrive(self, now: int, accounts: Accounts) -> None:
        """It got a core since the look before, and is ready: what came before is understood, the last look is not."""
        assert self._accounts is not None
        holder, before = self._open[-1][1], self._accounts
        waited_already = accounts[1] - before[1] >= now - self.looked
        arrival = self._settle_wait(now, accounts)
        self._open = [(max(arrival, self._open[-1][0]) if self._open else arrival, holder)]
        # Who waited at the look before has used since what it used since it got its core.
        self._cpu_at_open = before[0] if waited_already else accounts[0]

    def _has_waited(self, cpu: int) -> None:
        """It would have been charged if it were on a core: since its last charge it has been waiting for one."""
        self._waits = True
        since = self._open[0][0] + cpu - self._cpu_at_open
        early = sum(moment < since for moment, _ in self._open)
        if early:
            holder = self._open[early - 1][1]
            self._tell_running(early, since, cpu)
            self._open.insert(0, (since, holder))
        self._tell_waiting(len(self._open))

    def _settle(self, begin: int, now: int, accounts: Accounts) -> None:
        """It is blocked since ``begin``: all ready looks are understood."""
        before = self._accounts
        if before is not None and accounts[2] != before[2]:
            arrival = min(self._settle_wait(now, accounts), begin)
            self._open = [(arrival, self._open[-1][1])] if self._open else []
        self._tell_running(len(self._open), begin, accounts[0])

    def _settle_wait(self, now: int, accounts: Accounts) -> int:
        """Tell of the looks before it got its core; returns when that was. Keeps the last look."""
        assert self._accounts is not None
        delay, gap = accounts[1] - self._accounts[1], now - self.looked
        arrival = now - (max(gap - delay, 0) // 2 if delay < gap else gap // 2)
        begin = max(arrival - delay, self._open[0][0])
        early = sum(moment < begin for moment, _ in self._open)
        holder = self._open[max(early - 1, 0)][1]
        if self._woken_from:  # it cannot have run before it got its core: it was woken so much later
            del self._open[:early]
        self._tell_running(early if not self._woken_from else 0, begin, accounts[0])
        if delay >= _SHORTEST_WAIT_NS and begin < arrival:
            if not self._open or self._open[0][0] > begin:
                self._open.insert(0, (begin, holder))
            self._tell_waiting(sum(moment < arrival for moment, _ in self._open))
        self._waits, self._woken_from = False, 0
        return arrival

    def _fill_in(self, begin: int, now: int, code: int, accounts: Accounts) -> int:
        """It had a core between two looks that both find it blocked; returns since when it is blocked now.

        How long it waited for that is told exactly, and would be missed. Of many short runs looks catch a fair share.
        """
        assert self._accounts is not None
        if code == self._state == _GIL:  # who waits for the GIL looks up now and then whether it is to be had
            return begin
        gap, waited = now - self.looked, accounts[1] - self._accounts[1]
        if not _SHORTEST_WAIT_NS <= waited < gap:
            return begin
        end = now - (gap - waited) // 2
        self._change(end - waited, _CORE)
        return end

    def _ran(self, now: int, cpu: int) -> None:
        """It was on its core at the look before, and all the time since it got that."""
        known = len(self._open) - 1
        without = 0
        while without < known and self._open[known - 1 - without][1] in _WITHOUT:
            without += 1
        # Whether it works without the GIL or is about to block for it, the next looks will tell.
        keep = without if without < min(_ENOUGH_LOOKS - 1, known) and not self._runs_free else 0
        self._tell_running(known - keep, now, cpu)
        self._cpu_at_open = cpu - (now - self._open[0][0])
        self._waits = False

    def _tell_running(self, looks: int, until: int, cpu: int) -> None:
        """The first ``looks`` of those held back found it on a core, ``until`` at the latest."""
        told, self._open = self._open[:looks], self._open[looks:]
        if not told:
            return
        # Its time on a core was its turns, perhaps: what was known of it before proves nothing then.
        free = self._is_busy(told, until, cpu - self._cpu_at_open) or (self._runs_free and told[0][0] > self._doubt)
        for moment, holder in told:
            self._runs_free = free and holder in _WITHOUT
            self._change(moment, _GIL if holder in _WITHOUT and not free else _RUN)
        self._cpu_at_open, self._woken_from = cpu, 0

    def _is_busy(self, told: list[tuple[int, int]], until: int, cpu: int) -> bool:
        """It works without the GIL: a thread that only asks for it needs a core for a moment."""
        ends = [moment for moment, _ in told[1:]] + [until]
        beside = [end - begin for (begin, holder), end in zip(told, ends, strict=True) if holder in _WITHOUT]
        doubt = told[0][0] <= self._doubt
        pure = self._pure and not doubt
        self._beside = self._beside + cpu if pure and len(beside) == len(told) else 0
        if self._beside >= _CLEARLY_NS:
            return True
        return len(beside) >= _ENOUGH_LOOKS - 1 and cpu >= until - told[0][0] - sum(beside) // (8 if doubt else 2)

    def _tell_waiting(self, looks: int) -> None:
        """The first ``looks`` of those held back found it without a core."""
        told, self._open = self._open[:looks], self._open[looks:]
        # Who wakes from a call that has nothing to do with the GIL has not asked for it yet.
        asks = self._woken_from in (0, _GIL) and not self._runs_free
        for moment, holder in told:
            wanting = _READY if moment <= self._doubt and holder in _WITHOUT else _CORE
            self._change(moment, _GIL if holder == OTHER and asks else wanting)

    def _change(self, moment: int, code: int) -> None:
        if code == self._state:
            return
        moment = max(moment, self.floor, self.changes[-1][0] if self.changes else 0)
        self._state = code
        self.changes.append((moment, code))
