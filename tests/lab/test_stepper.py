"""The stepper's program on every interpreter there is: what is forced happens, and nothing else."""

import sys

import pytest

from tests.every_python import every_python
from tests.lab.stepper_program import all_orders, on_paper, program

PYTHONS = every_python()
ROUNDS = 20

every = pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS)


def test_the_oldest_ways_and_the_newest_are_among_those_tested():
    """Else nothing below says anything of sys.settrace or of sys.monitoring."""
    ways = set()
    for python in PYTHONS.values():
        with program(python) as stepper:
            hello = stepper.hello
            ways.add(hello["by"])
            version = tuple(map(int, hello["version"].split(".")))
            assert hello["by"] == ("sys.settrace" if version < (3, 12) else "sys.monitoring")
    assert "sys.settrace" in ways or sys.version_info >= (3, 12)


@every
def test_forty_of_forty_lost_updates_are_forced(python):
    with program(python) as stepper:
        for order, listing in [("ABABAB", "plain"), ("AABBAB", "gap")] * ROUNDS:
            began = stepper.begin(listing, order=order)
            assert (began["answer"], began["why"]) == ("began", "")
            assert began["shared"] == 1
            assert [step["value"] for step in began["steps"] if step["does"] == "READ"] == [0, 0]
            assert all(thread["done"] for thread in began["threads"].values())


@every
@pytest.mark.parametrize("listing", ["plain", "gap"])
def test_all_orders_of_one_round_end_as_on_paper(python, listing):
    expected = {order: on_paper(order) for order in all_orders(3)}
    assert len(expected) == 20
    assert sum(value != 2 for value in expected.values()) == 18
    with program(python) as stepper:
        stepper.begin(listing)
        assert stepper.explore() == (expected, 0, 3)


@every
def test_all_orders_of_two_rounds_end_as_on_paper(python):
    with program(python) as stepper:
        stepper.begin("plain", rounds=2)
        finals, impossible, steps = stepper.explore()
    assert (impossible, steps) == (0, 6)
    assert finals == {order: on_paper(order) for order in all_orders(6)}
    assert len(finals) == 924


@every
def test_under_the_lock_no_order_loses_and_most_are_not_possible(python):
    with program(python) as stepper:
        stepper.begin("lock")
        finals, impossible, steps = stepper.explore()
        assert steps == 5
        assert finals == {"AAAAABBBBB": 2, "BBBBBAAAAA": 2}
        assert impossible == 252 - 2
        stepper.begin("lock", rounds=2)
        finals, impossible, _ = stepper.explore()
    assert set(finals.values()) == {4}
    assert len(finals) == 6
    assert impossible + 6 == 184_756


@every
def test_a_step_of_a_thread_that_waits_is_refused_and_changes_nothing(python):
    with program(python) as stepper:
        before = stepper.begin("lock", order="AA")
        assert [step["does"] for step in before["steps"]] == ["ACQUIRE", "READ"]
        assert before["holder"] == "A"
        assert before["threads"]["B"]["waits"]
        assert not before["threads"]["A"]["waits"]
        refused = stepper.ask(do="step", thread="B")
        assert refused == {"answer": "refused", "why": "B waits for the Lock, which A holds."}
        for expected in ("ADD", "WRITE", "RELEASE"):
            after = stepper.ask(do="step", thread="A")
            assert after["steps"][0]["does"] == expected
        assert after["holder"] is None
        assert not after["threads"]["B"]["waits"]
        assert stepper.ask(do="step", thread="A") == {"answer": "refused", "why": "A has no more steps."}
        assert stepper.ask(do="step", thread="B")["holder"] == "B"


@every
def test_single_instructions_lead_where_steps_lead(python):
    with program(python) as stepper:
        steps = stepper.begin("plain", rounds=2, order="ABABAABB")["steps"]
        letters = "".join(step["thread"] * step["instructions"] for step in steps)
        raw = stepper.begin("plain", rounds=2, order=letters, raw=True)
    assert raw["why"] == ""
    assert [step for step in steps if step.pop("instructions")] == [
        step for step in raw["steps"] if step.pop("instructions") and step["does"]
    ]
    names = {step["instruction"].split()[0] for step in raw["steps"]}
    assert {"LOAD_GLOBAL", "STORE_GLOBAL", "GET_ITER"} <= names
    assert not {"RESUME", "CACHE"} & names


@every
def test_what_comes_next_is_shown_where_it_stands_in_the_source(python):
    source = "counter = 0\ndef gap(v): return v\ndef increment():\n    global counter\n    counter = gap(counter) + 1\n"
    line = source.splitlines()[4]
    with program(python) as stepper:
        told = [stepper.begin_source(source, order="A" * made)["threads"]["A"] for made in range(4)]
    shown = [(one["next"], line[slice(*one["part"])]) for one in told[:3]]
    assert shown == [("READ", "counter"), ("ADD", "gap(counter) + 1"), ("WRITE", "counter")]
    assert {one["line"] for one in told[:3]} == {5}
    assert told[0]["part"][0] > told[2]["part"][0]  # the one read stands to the right of the one written
    assert told[3]["done"]


@every
def test_a_listing_that_does_something_else_is_not_called_understood(python):
    hidden = "counter = 0\ndef sly(v):\n    global counter\n    counter += 5\n    return v\n"
    hidden += "def increment():\n    global counter\n    counter = sly(counter) + 1\n"
    twice = "counter = 0\ndef increment():\n    global counter\n    counter += 1\n    counter += 1\n"
    with program(python) as stepper:
        assert "does not write" in stepper.begin_source(hidden, order="AAA")["why"]
        assert "not the ones" in stepper.begin_source(twice)["why"]
        assert stepper.begin_source("counter = = 1")["why"].startswith("The listing is not Python")
        assert "no function increment" in stepper.begin_source("counter = 0\nincrement = 3")["why"]
        assert stepper.begin("plain", order="ABABAB")["shared"] == 1  # and goes on afterwards


def test_what_a_listing_prints_does_not_get_between_the_answers():
    source = "counter = 0\ndef increment():\n    global counter\n    print('hello')\n    counter += 1\n"
    with program(sys.executable) as stepper:
        assert stepper.begin_source(source, order="AAABBB")["shared"] == 2


def test_a_thread_that_fails_is_told():
    source = "counter = 0\ndef increment():\n    global counter\n    [][0]\n    counter += 1\n"
    with program(sys.executable) as stepper:
        told = stepper.begin_source(source, order="A")
    assert told["answer"] == "trouble"
    assert told["why"] == "Thread A ended with IndexError: list index out of range"
