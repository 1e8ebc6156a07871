"""The tool's own cost: of the last seconds, and of the whole run."""

import math

import pytest

from visualiser.gui.own_cost import OwnCost


class Machine:
    """A clock and a CPU meter, moved by hand."""

    def __init__(self):
        self.now, self.cpu = 100.0, 7.0

    def work(self, cost, seconds, share, sampler=0.0):
        for _ in range(round(seconds / 0.25)):
            self.now += 0.25
            self.cpu += 0.25 * share
            cost.note(sampler)


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def cost(machine):
    return OwnCost(lambda: machine.now, lambda: machine.cpu)


def test_a_young_run_has_no_cost_yet(machine, cost):
    machine.work(cost, 0.25, 2.0)
    assert math.isnan(cost.lately)
    machine.work(cost, 0.25, 2.0)
    assert cost.lately == pytest.approx(2.0)


def test_what_is_said_is_of_the_last_seconds(machine, cost):
    machine.work(cost, 10, 0.9)
    machine.work(cost, 3, 0.2)
    assert cost.lately == pytest.approx(0.2)
    assert cost.whole == pytest.approx((9 + 0.6) / 13)


def test_the_helpers_count_too(machine, cost):
    machine.work(cost, 1, 0.3)
    machine.work(cost, 1, 0.3, sampler=0.2)
    assert cost.lately == pytest.approx(0.4)


def test_what_cannot_be_told_is_not_told(machine, cost):
    machine.work(cost, 1, 0.3, sampler=math.nan)
    assert math.isnan(cost.lately)


def test_another_run_begins_anew(machine, cost):
    machine.work(cost, 5, 0.9)
    cost.begin()
    assert math.isnan(cost.whole)
    machine.work(cost, 1, 0.1)
    assert cost.whole == pytest.approx(0.1)
    assert cost.lately == pytest.approx(0.1)
