"""What looks at one thread mean: told from its accounts afterwards, never guessed before."""

from visualiser.host.course import OTHER, SELF, UNHELD, Course
from visualiser.lab.layout import Seen

MS = 1_000_000


class Thread:
    """Looks at a made-up thread, one a millisecond."""

    def __init__(self):
        self.course, self.now, self.accounts = Course(), 0, [0, 0, 1]

    def _next(self, cpu, delay, cores):
        before, self.now = self.now, self.now + MS
        self.accounts = [old + new for old, new in zip(self.accounts, (cpu, delay, cores), strict=True)]
        return (before + self.now) // 2

    def ready(self, holder=UNHELD, cpu=0, delay=0, cores=0, times=1, unsure=False):
        for _ in range(times):
            begin = self._next(cpu, delay, cores)
            self.course.ready(begin, self.now, holder, tuple(self.accounts), unsure)

    def unclear(self, cpu=0, delay=0, cores=0, times=1):
        for _ in range(times):
            begin = self._next(cpu, delay, cores)
            self.course.unclear(begin, self.now, tuple(self.accounts))

    def blocked(self, code=Seen.SLEEP, cpu=0, delay=0, cores=0, times=1):
        for _ in range(times):
            begin = self._next(cpu, delay, cores)
            self.course.blocked(begin, self.now, code, tuple(self.accounts))
            cpu = delay = cores = 0

    @property
    def told(self):
        return [(moment / MS, Seen(code).name) for moment, code in self.course.changes]


def test_a_sleeper_sleeps():
    thread = Thread()
    thread.blocked(times=50)
    assert thread.told == [(0.5, "SLEEP")]
    assert thread.course.known_until == 50 * MS


def test_what_a_ready_look_means_is_held_back():
    thread = Thread()
    thread.blocked()
    thread.ready(cores=1)
    thread.ready(times=2)
    assert thread.told == [(0.5, "SLEEP")]
    assert thread.course.known_until < 3 * MS


def test_a_charge_proves_that_it_ran():
    thread = Thread()
    thread.blocked()
    thread.ready(cores=1)
    thread.ready(times=2)
    thread.ready(cpu=3 * MS)
    assert thread.told == [(0.5, "SLEEP"), (1.5, "RUN")]
    assert thread.course.known_until == 4.5 * MS  # where the last look begins: it may have left its core since


def test_the_time_it_waited_for_its_core_is_told_when_it_gets_it():
    thread = Thread()
    thread.ready()
    thread.ready(cpu=MS)
    thread.ready(cpu=MS // 2, times=1)  # was made to leave its core
    thread.ready(times=9)
    thread.ready(delay=10 * MS, cores=1)
    thread.ready(times=2)
    thread.ready(cpu=4 * MS)
    assert [name for _, name in thread.told] == ["RUN", "CORE", "RUN"]
    _, (left, _), (came, _) = thread.told
    assert came - left == 10
    assert 12 <= came <= 13


def test_one_that_is_not_charged_for_long_waits_for_a_core():
    thread = Thread()
    thread.ready()
    thread.ready(cpu=MS)
    thread.ready(times=30)
    assert [name for _, name in thread.told] == ["RUN", "CORE"]
    assert thread.course.known_until == thread.now
    thread.ready(delay=30 * MS, cores=1)
    thread.ready(cpu=MS, times=4)
    assert [name for _, name in thread.told] == ["RUN", "CORE", "RUN"]


def test_a_sleeper_that_wakes_without_a_core_wants_one_and_cannot_have_run():
    thread = Thread()
    thread.blocked(times=3)
    thread.ready(OTHER, times=5)
    thread.blocked(Seen.GIL, delay=5 * MS, cores=1)
    assert [name for _, name in thread.told] == ["SLEEP", "CORE", "GIL"]


def test_a_sleeper_that_may_have_had_turns_is_ready_rather_than_without_a_core():
    thread = Thread()
    thread.blocked(times=3)
    thread.ready(OTHER, times=5, unsure=True)
    thread.blocked(Seen.GIL, delay=5 * MS, cores=1)
    assert [name for _, name in thread.told] == ["SLEEP", "READY", "GIL"]


def test_a_wait_for_a_core_between_two_looks_is_not_lost():
    thread = Thread()
    thread.blocked(times=3)
    thread.blocked(Seen.IO, cpu=MS // 4, delay=MS // 2, cores=1)
    assert thread.told == [(0.5, "SLEEP"), (3.25, "CORE"), (3.75, "IO")]


def test_who_asks_for_the_gil_now_and_then_still_waits_for_it():
    thread = Thread()
    thread.blocked(Seen.GIL, times=3)
    thread.blocked(Seen.GIL, cpu=MS // 4, delay=MS // 4, cores=1)
    thread.ready(OTHER, cpu=20_000, cores=1)
    thread.blocked(Seen.GIL, cpu=10_000)
    assert thread.told == [(0.5, "GIL")]


def test_ready_while_another_holds_the_gil_is_waiting_for_it_even_without_a_core():
    thread = Thread()
    thread.blocked(Seen.GIL, times=3)
    thread.ready(OTHER, times=40)
    assert thread.told == [(0.5, "GIL")]


def test_the_holder_without_a_core_waits_for_one():
    thread = Thread()
    thread.ready(SELF)
    thread.ready(SELF, cpu=MS)
    thread.ready(SELF, times=30)
    assert [name for _, name in thread.told] == ["RUN", "CORE"]


def test_work_beside_the_holder_of_the_gil_is_work():
    thread = Thread()
    thread.ready(SELF, cpu=MS, times=4)
    thread.ready(OTHER, cpu=MS, times=12)
    thread.blocked()
    assert [name for _, name in thread.told] == ["RUN", "SLEEP"]


def test_work_beside_the_holder_is_known_even_if_it_gets_a_core_rarely():
    thread = Thread()
    thread.blocked(Seen.GIL, times=2)
    thread.ready(SELF, cores=1)
    for _ in range(9):
        thread.ready(OTHER, cpu=MS)
        thread.ready(OTHER, times=9)
        thread.ready(OTHER, delay=9 * MS, cores=1)
    names = [name for _, name in thread.told]
    assert names[-4:] == ["RUN", "CORE", "RUN", "CORE"]


def in_turns(thread, unsure):
    """It has short turns that looks miss, each on a core of its own, and is found ready in between."""
    thread.blocked(Seen.GIL, times=2)
    for _ in range(20):
        thread.ready(OTHER, cpu=MS // 2, delay=MS // 2, cores=3, unsure=unsure)
        thread.ready(OTHER, cpu=MS // 2, unsure=unsure)
    thread.blocked(Seen.GIL)
    return "RUN" in [name for _, name in thread.told]


def test_time_on_a_core_in_turns_that_looks_missed_is_no_work_beside_the_holder():
    assert not in_turns(Thread(), unsure=True)
    assert in_turns(Thread(), unsure=False), "without those turns nothing else explains it"


def test_work_all_the_time_is_work_whoever_has_turns():
    thread = Thread()
    thread.blocked(Seen.GIL, times=2)
    thread.ready(OTHER, cpu=MS, cores=1, unsure=True)
    thread.ready(OTHER, cpu=MS, times=12, unsure=True)
    thread.blocked()
    assert "RUN" in [name for _, name in thread.told]


def test_nobody_runs_because_the_gil_is_free_for_a_moment_between_short_turns():
    thread = Thread()
    thread.blocked(Seen.SLEEP, times=2)
    thread.ready(UNHELD, cores=1, unsure=True)
    thread.ready(UNHELD, cpu=MS // 10, times=12, unsure=True)
    thread.blocked(Seen.SLEEP)
    assert [name for _, name in thread.told] == ["SLEEP", "GIL", "SLEEP"]


def test_what_was_held_back_when_turns_are_noticed_to_be_short_belongs_to_them():
    thread = Thread()
    thread.blocked(times=3)
    thread.ready(SELF, cores=1)
    thread.ready(OTHER)
    thread.unclear(cpu=MS // 9, cores=7, times=5)
    assert thread.told == [(0.5, "SLEEP"), (3.5, "READY")]
    assert thread.course.known_until == thread.now, "no later look will tell more"
    thread.ready(SELF, cores=1)
    thread.ready(SELF, cpu=MS, times=5)
    assert [name for _, name in thread.told] == ["SLEEP", "READY", "RUN"]


def test_losing_the_gil_on_a_core_is_not_work_beside_its_holder():
    thread = Thread()
    thread.ready(SELF, cpu=MS, times=5)
    thread.ready(OTHER, cpu=MS // 2)
    thread.blocked(Seen.GIL, cpu=10_000)
    assert [name for _, name in thread.told] == ["RUN", "GIL"]


def test_changes_come_in_order_and_never_before_what_was_promised():
    thread, promised = Thread(), 0
    steps = [
        lambda: thread.ready(SELF, cpu=MS),
        lambda: thread.ready(OTHER),
        lambda: thread.ready(UNHELD, delay=3 * MS, cores=1),
        lambda: thread.blocked(Seen.GIL, cpu=MS // 3, delay=MS // 3, cores=2),
        lambda: thread.blocked(Seen.SLEEP),
        lambda: thread.unclear(cpu=MS // 5, cores=3),
        lambda: thread.ready(SELF, times=40),
    ]
    for number in range(300):
        steps[number * number % 7 % len(steps)]()
        moments = [moment for moment, _ in thread.course.changes]
        assert moments == sorted(moments)
        assert not moments or moments[0] >= promised
        thread.course.changes.clear()
        assert thread.course.known_until >= promised
        promised = thread.course.known_until


def test_its_end_settles_what_was_held_back():
    thread = Thread()
    thread.ready(SELF, cpu=MS, times=2)
    thread.course.end(3 * MS)
    assert [name for _, name in thread.told] == ["RUN"]
    assert thread.course.known_until == 3 * MS
