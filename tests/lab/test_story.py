"""The story file: what is written is JSON, and names keep their numbers apart."""

import json
import math
import os

from hypothesis import given
from hypothesis import strategies as st

from visualiser.lab import layout
from visualiser.lab.control import Control
from visualiser.lab.story import Story, to_json

simple = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


@given(st.dictionaries(st.text(), simple | st.dictionaries(st.text(), simple)))
def test_every_simple_value_comes_back(value):
    written = to_json(value)
    assert json.loads(written) == value
    assert "\n" not in written


def test_numbers_that_are_none():
    assert math.isnan(json.loads(to_json(math.nan)))
    assert json.loads(to_json(-math.inf)) == -math.inf


def test_half_a_surrogate_pair_is_kept():
    assert json.loads(to_json("a\ud800b")) == "a\ud800b"


def test_a_name_is_told_once(lab):
    story = Story(str(lab.run_dir), Control(str(lab.run_dir)))
    first = story.name("sleep", "a.py", 1)
    assert story.name("sleep", "a.py", 1) == first
    assert story.name("sleep", "a.py", 2) != first
    assert [(line["id"], line["line"]) for line in lab.read().told("name")] == [(first, 1), (first + 1, 2)]


def test_names_of_a_process_that_calls_exec_do_not_collide(lab):
    control = Control(str(lab.run_dir))
    before = Story(str(lab.run_dir), control).name("before")
    assert Story(str(lab.run_dir), control).name("after") > before


def test_a_lost_run_directory_is_a_fault_and_no_exception(lab):
    control = Control(str(lab.run_dir))
    story = Story(str(lab.run_dir / "gone"), control)
    story.tell("end")
    assert lab.control(layout.CONTROL_FAULT)
    assert lab.control(layout.CONTROL_FAULT_PID, layout.LONG) == os.getpid()
