from collections import namedtuple

import psutil

from visualiser.host.cores import PERIOD_NS, Cores

Times = namedtuple("Times", "user system idle iowait guest")


class Machine:
    """Cores and a clock that move when told."""

    def __init__(self, *cores):
        self.now = 1_000
        self.cores = cores

    def cores_after(self, *cores):
        self.now += PERIOD_NS
        self.cores = cores


def test_percent_of_each_core_since_the_last_look():
    machine = Machine(Times(0, 0, 0, 0, 0), Times(10, 10, 10, 10, 5))
    cores = Cores(lambda: machine.now, lambda: machine.cores)
    assert cores.poll() == []
    machine.cores_after(Times(2, 1, 1, 0, 0), Times(10, 10, 11, 13, 5))
    assert cores.poll() == [(machine.now, (75.0, 0.0))]
    assert cores.poll() == []
    machine.cores_after(Times(2, 1, 1, 0, 0), Times(14, 10, 11, 13, 9))
    assert cores.poll() == [(machine.now, (0.0, 100.0))]


def test_counters_that_run_backwards_do_no_harm():
    machine = Machine(Times(5, 5, 5, 5, 0))
    cores = Cores(lambda: machine.now, lambda: machine.cores)
    machine.cores_after(Times(4, 5, 8, 5, 0))
    assert cores.poll() == [(machine.now, (0.0,))]


def test_the_real_machine_has_a_load_for_every_core():
    now = [0]
    cores = Cores(lambda: now[0])
    now[0] += PERIOD_NS
    [(when, loads)] = cores.poll()
    assert when == PERIOD_NS
    assert len(loads) == psutil.cpu_count()
    assert all(0 <= load <= 100 for load in loads)


def test_a_short_run_has_a_load_too():
    machine = Machine(Times(0, 0, 0, 0, 0))
    cores = Cores(lambda: machine.now, lambda: machine.cores)
    machine.cores_after(Times(2, 1, 1, 0, 0))
    machine.now -= PERIOD_NS // 2
    assert cores.poll() == []
    assert cores.poll(last=True) == [(machine.now, (75.0,))]
    assert cores.poll(last=True) == []
