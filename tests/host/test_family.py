import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import eventually
from visualiser.host import family
from visualiser.host.deaths import DeathWatch, _Looks
from visualiser.host.family import Family, adopt_orphans, all_processes, pin_badge, read_process

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def sleeper():
    child = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    yield child
    child.stdin.close()
    child.kill()
    child.wait()


@linux
def test_a_process_is_read_with_any_name(sleeper):
    process = read_process(sleeper.pid)
    assert (process.pid, process.parent, process.session) == (sleeper.pid, os.getpid(), sleeper.pid)
    assert not process.dead
    own_name = Path("/proc/self/comm")
    before = own_name.read_text()
    own_name.write_text("a) R 1 (b")
    try:
        assert read_process(os.getpid()).parent == os.getppid()
    finally:
        own_name.write_text(before)
    assert sleeper.pid in [process.pid for process in all_processes()]


@linux
def test_strangers_do_not_belong(sleeper):
    stranger = Family(sleeper.pid, b"VISUALISER_RUN=/nowhere/at/all")
    assert [process.pid for process in stranger.members()] == [sleeper.pid]
    assert stranger.count() == 1
    assert Family(1_000_000_000, b"VISUALISER_RUN=/nowhere/at/all").members() == []


@linux
def test_spared_processes_do_not_belong(sleeper):
    variable = b"VISUALISER_RUN=/nowhere/at/all"
    assert Family(sleeper.pid, variable, spare=frozenset({sleeper.pid})).members() == []


@linux
def test_a_badge_is_inherited_and_seen(sleeper):
    badge = pin_badge(sleeper.pid)
    assert badge > 0
    other = Family(1_000_000_000, b"VISUALISER_RUN=/nowhere/at/all", badge)
    assert [process.pid for process in other.members()] == [sleeper.pid]
    assert pin_badge(1_000_000_000) == 0


@pytest.mark.parametrize("make", [DeathWatch, _Looks])
def test_deaths_are_told_once(make, monkeypatch):
    monkeypatch.setattr("visualiser.host.deaths._LOOK_S", 0.0)
    child = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE)
    with child:
        watch = make()
        watch.add(child.pid)
        assert watch.gone() == []
        child.stdin.close()
        # Nobody has taken its exit status: a zombie is dead all the same.
        assert eventually(watch.gone) == [child.pid]
        assert watch.gone() == []
        watch.close()


@pytest.mark.parametrize("make", [DeathWatch, _Looks])
def test_who_is_gone_already_is_told_too(make):
    watch = make()
    watch.add(1_000_000_000)
    assert watch.gone() == [1_000_000_000]
    watch.close()


def test_a_machine_without_proc_has_no_badges(monkeypatch):
    monkeypatch.setattr(family, "_read", lambda path: b"")
    assert read_process(os.getpid()) is None


@linux
def test_orphans_are_adopted_only_while_wanted():
    assert not adopt_orphans()
    assert adopt_orphans(False)
    assert not adopt_orphans(False)
