"""What a look at one thread makes of its files in /proc, which the test writes."""

import os
from types import SimpleNamespace

import pytest

from visualiser.host.gil_peek import NOBODY
from visualiser.host.syscalls import Syscalls
from visualiser.host.thread_look import ThreadLook
from visualiser.lab.layout import Seen

MS = 1_000_000
TID = 7
RUNNING, SLEEPS, SLEEPS_AGAIN = b"running\n", b"230 0x1 0x0 0x7f10\n", b"230 0x1 0x0 0x7f20\n"
WANTS_GIL, WANTS_LOCK = b"202 0x1000 0x189 0x0\n", b"202 0x9000 0x189 0x0\n"


class Looked:
    """A made-up thread of a process with a GIL; ``gil.handovers`` are set by the test."""

    def __init__(self, folder):
        self.files = folder / "task" / str(TID)
        self.files.mkdir(parents=True)
        self.gil = SimpleNamespace(
            handovers=SimpleNamespace(fast=False, some=False), inside=lambda address: address == 0x1000
        )
        self.now, self.cores = 0, 1
        self._write(RUNNING)
        self._folder = os.open(folder, os.O_RDONLY)
        self.thread = ThreadLook(self._folder, TID, TID, Syscalls("x86_64"))

    def close(self):
        self.thread.close()
        os.close(self._folder)

    def _write(self, line):
        (self.files / "syscall").write_bytes(line)
        (self.files / "schedstat").write_text(f"{self.cores * 1000} 0 {self.cores}\n")

    def look(self, line, moved=0, fast=False, holder=NOBODY):
        """One more millisecond later; ``moved``: how often it got a core meanwhile."""
        self.now, self.cores = self.now + MS, self.cores + moved
        self.gil.handovers.fast = self.gil.handovers.some = fast
        self._write(line)
        self.thread.look(self.now, self.now - MS, holder, self.gil)

    @property
    def told(self):
        return [Seen(code).name for _, code in self.thread.course.changes]


@pytest.fixture
def looked(tmp_path):
    looked = Looked(tmp_path)
    yield looked
    looked.close()


def test_sleeps_of_no_length_are_no_sleep(looked):
    for number in range(10):
        looked.look((SLEEPS, SLEEPS, SLEEPS_AGAIN, RUNNING)[number % 4], moved=5, fast=True, holder=99)
    assert looked.told == ["READY"]


@pytest.mark.parametrize("holder", [NOBODY, TID, 99])
def test_who_is_awake_or_wants_the_gil_is_ready(looked, holder):
    for number in range(10):
        looked.look((RUNNING, WANTS_GIL)[number % 2], moved=number % 3, fast=True, holder=holder)
    assert looked.told == ["READY"]


@pytest.mark.parametrize(("line", "state"), [(SLEEPS, "SLEEP"), (WANTS_LOCK, "BLOCKED")])
def test_who_stays_in_a_call_keeps_its_state(looked, line, state):
    looked.look(line)
    for _ in range(10):
        looked.look(line, fast=True)
    assert looked.told == [state]


def test_who_enters_a_long_sleep_is_found_asleep_at_the_second_look(looked):
    looked.look(RUNNING, moved=3, fast=True)
    looked.look(SLEEPS, moved=3, fast=True)
    looked.look(SLEEPS, fast=True)
    assert looked.told == ["READY", "SLEEP"]


def test_who_waits_for_the_gil_is_said_to_as_soon_as_hand_overs_are_slow_again(looked):
    for _ in range(5):
        looked.look(WANTS_GIL, moved=4, fast=True)
    looked.look(WANTS_GIL)
    assert looked.told == ["READY", "GIL"]
