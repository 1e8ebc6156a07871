"""What is wanted, held against what the system permits."""

import pytest

from visualiser.host.launch import StartError
from visualiser.host.state_sources import make_plan

ALL = {"perf": "", "peek": ""}
NO_PERF = {"perf": "The kernel keeps its switches.", "peek": ""}
NONE = {"perf": "The kernel keeps its switches.", "peek": "No looks here."}


@pytest.mark.parametrize(
    ("can", "drawn", "note"),
    [
        (ALL, "perf", ""),
        (NO_PERF, "peek", "The kernel keeps its switches."),
        (NONE, "calls", "The kernel keeps its switches.\nNo looks here."),
    ],
)
def test_by_itself_the_best_that_is_permitted_is_chosen_and_what_is_missing_is_said(can, drawn, note):
    plan = make_plan("auto", "", can)
    assert (plan.drawn, plan.note, plan.second) == (drawn, note, "")


def test_what_is_named_is_taken_or_refused():
    assert make_plan("peek", "", ALL).drawn == "peek"
    assert make_plan("calls", "", NONE) == make_plan("calls", "", ALL)
    with pytest.raises(StartError, match="keeps its switches"):
        make_plan("perf", "", NO_PERF)
    with pytest.raises(StartError, match="'gdb' is no source of states: choose one of auto, perf"):
        make_plan("gdb", "", ALL)


def test_the_lab_and_the_sampler_are_told_what_the_sources_need():
    plan = make_plan("beat", "perf", ALL)
    assert (plan.sources, plan.sampled, plan.extras) == (("beat", "perf"), ("perf",), {"beats"})
    plan = make_plan("perf", "peek", ALL)
    assert (plan.sources, plan.sampled, plan.extras) == (("perf", "peek"), ("perf", "peek"), {"gil"})
    assert not make_plan("calls", "", ALL).sampled


@pytest.mark.parametrize(
    ("states", "second", "can", "found"),
    [
        ("perf", "auto", ALL, "peek"),
        ("peek", "auto", ALL, "perf"),
        ("peek", "auto", NO_PERF, "calls"),
        ("calls", "auto", NONE, ""),
        ("perf", "perf", ALL, ""),
        ("auto", "calls", ALL, "calls"),
    ],
)
def test_the_second_source_is_another_one(states, second, can, found):
    assert make_plan(states, second, can).second == found


def test_a_second_source_that_is_the_first_is_said():
    assert "name another one" in make_plan("perf", "perf", ALL).note
    assert make_plan("calls", "auto", NONE).note == ""


def test_a_second_source_that_is_refused_is_left_out_and_said():
    plan = make_plan("calls", "perf", NO_PERF)
    assert (plan.second, plan.note) == ("", "The kernel keeps its switches.")


def test_what_the_sampler_refuses_after_all_is_replaced_unless_it_was_named():
    refusals = {"perf": "No more room.", "peek": "Not this one."}
    plan = make_plan("auto", "auto", ALL)
    assert plan.settle({"perf", "peek"}, {}) == plan
    left = plan.settle({"peek"}, refusals)
    assert (left.sources, left.note) == (("peek",), "No more room.")
    left = plan.settle({"perf"}, refusals)
    assert (left.sources, left.note) == (("perf",), "Not this one.")
    assert plan.settle((), refusals).sources == ("calls",)
    with pytest.raises(StartError, match="No more room"):
        make_plan("perf", "", ALL).settle((), refusals)
