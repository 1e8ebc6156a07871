import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.host.knobs import KnobError, apply_assignments, find_knobs, parse_assignment, set_knob

SCRIPT = '''"""Doc.

FAKE = 1  # @param {type:"integer"}
"""
THREADS = 10        # @param {type:"slider", min:1, max:64}
INCREMENTS = 1_000  # @param {type:"integer", min: 0}
USE_LOCK = False    # @param {type:"boolean"}
GAP = "none"        # @param ["none", "call", "sleep(0)"]
DELAY = 0.5         # @param {type:"slider", min:0, max:2, step:0.1}
NAME = 'a # b'      # @param {type:"string", label:"Who"}
plain = 3  # not a knob
if True:
    INNER = 1  # @param {type:"integer"}
'''


def knob(name, text=SCRIPT):
    return next(knob for knob in find_knobs(text) if knob.name == name)


def test_finds_module_level_lines_only_and_in_order():
    assert [k.name for k in find_knobs(SCRIPT)] == ["THREADS", "INCREMENTS", "USE_LOCK", "GAP", "DELAY", "NAME"]


def test_reads_kind_value_bounds_and_line():
    threads = knob("THREADS")
    assert (threads.kind, threads.value, threads.minimum, threads.maximum, threads.line) == ("int", 10, 1, 64, 5)
    assert knob("INCREMENTS").value == 1000
    assert knob("USE_LOCK").value is False
    assert knob("USE_LOCK").label == "Use lock"
    assert (knob("GAP").kind, knob("GAP").choices) == ("choice", ("none", "call", "sleep(0)"))
    assert (knob("DELAY").kind, knob("DELAY").step) == ("float", 0.1)
    assert (knob("NAME").value, knob("NAME").label) == ("a # b", "Who")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("THREADS", 4, 'THREADS = 4         # @param {type:"slider", min:1, max:64}'),
        ("THREADS", "64", 'THREADS = 64        # @param {type:"slider", min:1, max:64}'),
        ("INCREMENTS", 1000000, 'INCREMENTS = 1_000_000  # @param {type:"integer", min: 0}'),
        ("USE_LOCK", True, 'USE_LOCK = True     # @param {type:"boolean"}'),
        ("USE_LOCK", "yes", 'USE_LOCK = True     # @param {type:"boolean"}'),
        ("GAP", "sleep(0)", 'GAP = "sleep(0)"    # @param ["none", "call", "sleep(0)"]'),
        ("DELAY", 1, 'DELAY = 1.0         # @param {type:"slider", min:0, max:2, step:0.1}'),
        ("NAME", "it's", 'NAME = \'it\\\'s\'      # @param {type:"string", label:"Who"}'),
    ],
)
def test_setting_edits_that_line_and_keeps_the_comment_in_its_column(name, value, line):
    changed = set_knob(SCRIPT, name, value).split("\n")
    number = knob(name).line - 1
    assert changed[number] == line
    assert changed[:number] + changed[number + 1 :] == [
        text for index, text in enumerate(SCRIPT.split("\n")) if index != number
    ]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("THREADS", 0, "THREADS needs a whole number from 1 to 64, not 0."),
        ("THREADS", "many", "THREADS needs a whole number from 1 to 64, not 'many'."),
        ("THREADS", True, "THREADS needs a whole number from 1 to 64, not True."),
        ("INCREMENTS", -1, "INCREMENTS needs a whole number of at least 0, not -1."),
        ("INCREMENTS", 1.5, "INCREMENTS needs a whole number of at least 0, not 1.5."),
        ("USE_LOCK", "maybe", "USE_LOCK needs True or False, not 'maybe'."),
        ("GAP", "wide", "GAP needs one of none, call, sleep(0), not 'wide'."),
        ("DELAY", float("nan"), "DELAY needs a number from 0 to 2, not nan."),
        ("WORKERS", 1, "There is no knob WORKERS; this script has THREADS, INCREMENTS, USE_LOCK, GAP, DELAY, NAME."),
    ],
)
def test_what_does_not_fit_gets_one_sentence(name, value, sentence):
    with pytest.raises(KnobError) as caught:
        set_knob(SCRIPT, name, value)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("value", ["", "100", '"ten"', "os.cpu_count()", "1 +", "True"])
def test_a_line_that_does_not_fit_keeps_its_knob_and_says_so(value):
    text = SCRIPT.replace("THREADS = 10", f"THREADS = {value}")
    found = knob("THREADS", text)
    assert found.kind == "int"
    assert found.problem is not None
    assert found.problem.startswith("Line 5: THREADS needs a whole number from 1 to 64")
    assert knob("THREADS", set_knob(text, "THREADS", 8)).value == 8


def test_half_typed_scripts_still_have_their_knobs():
    assert [k.name for k in find_knobs("N = 3  # @param {type:'integer'}\ndef (:\n  '''open")] == ["N"]


def test_an_annotated_line_and_windows_line_ends_are_kept():
    text = 'N: int = 3  # @param {type:"integer"}\r\nprint(N)\r\n'
    assert set_knob(text, "N", 44) == 'N: int = 44  # @param {type:"integer"}\r\nprint(N)\r\n'


def test_assignments():
    assert parse_assignment("GAP=sleep(0)") == ("GAP", "sleep(0)")
    changed = apply_assignments(SCRIPT, ["THREADS=2", "GAP=call", "USE_LOCK=true"])
    assert [knob(name, changed).value for name in ("THREADS", "GAP", "USE_LOCK")] == [2, "call", True]
    with pytest.raises(KnobError, match=r"^'THREADS' is not of the form NAME=VALUE\.$"):
        apply_assignments(SCRIPT, ["THREADS"])


def test_a_text_knob_may_hold_an_equals_sign_from_the_command_line():
    assert knob("NAME", apply_assignments(SCRIPT, ["NAME=a=b"])).value == "a=b"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text_goes_into_the_line_and_comes_back(value):
    changed = set_knob(SCRIPT, "NAME", value)
    assert knob("NAME", changed).value == value
    ast.parse(changed)


@given(st.text(max_size=200))
def test_any_script_can_be_searched(text):
    find_knobs(text + "\nN = 1  # @param {type:'integer'}")
