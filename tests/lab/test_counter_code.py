"""The rewritten script does what the script does, and every use of its counter goes through the register."""

import ast
import textwrap

import pytest

from visualiser.lab import counter_code
from visualiser.lab.counter_code import HOOKS, Counter, CounterError, find_counters, rewrite
from visualiser.lab.register import Register

SHARED = """
counter = 3
def work(times):
    global counter
    for _ in range(times):
        counter {statement}
work(4)
seen = counter
"""


def run_rewritten(source):
    """The variables a rewritten script ends with, and its register."""
    tree = ast.parse(textwrap.dedent(source))
    (counter, *_) = find_counters(tree)
    code = compile(rewrite(tree, counter), "<script>", "exec")
    register = Register(counter.name)
    hooks = (register.load, register.store, register.see, register.add, register.value)
    variables = dict(zip(HOOKS, hooks, strict=True))
    exec(code, variables)
    return variables, register


def run_as_it_is(source):
    variables = {}
    exec(compile(textwrap.dedent(source), "<script>", "exec"), variables)
    return variables


@pytest.mark.parametrize(
    "statement",
    [
        "+= 1",
        "-= 2",
        "*= 3",
        "= counter + 1",
        "= 1 + counter",
        "= counter - 5",
        "= max(counter, 7) + 1",
        "= sum([counter, 1])",
        "= int(str(counter)) + 1",
        "= (lambda: counter + 1)()",
        "= [counter + one for one in (1, 2)][-1]",
        "+= counter",
        "= 2.5",
        "+= 0.25",
        "= True",
        "= 1 << 70",
        ": int = counter + 1",
    ],
)
def test_it_counts_as_before(statement):
    source = SHARED.format(statement=statement)
    if statement.startswith(":"):  # an annotated name cannot be global
        touch = "counter = 3\ndef touch():\n    global counter\n    counter += 0\n"
        source = touch + "counter: int = counter + 1\nseen = counter"
    expected = run_as_it_is(source)
    variables, register = run_rewritten(source)
    assert (register.value(), type(register.value())) == (expected["counter"], type(expected["counter"]))
    assert (variables["seen"], type(variables["seen"])) == (expected["seen"], type(expected["seen"]))


def test_every_write_and_only_writes_make_versions():
    _, register = run_rewritten(SHARED.format(statement="+= 1"))
    assert len(register.log) == register.written == 1 + 4
    _, register = run_rewritten(SHARED.format(statement="= counter + 1"))
    assert len(register.log) == register.written == 1 + 4


@pytest.mark.parametrize(
    "source",
    [
        # a local of the same name, a parameter, a closure's variable, a class's own
        "def other():\n    counter = 10\n    counter += 1\n    return counter\nresult = other()",
        "def other(counter):\n    return counter * 2\nresult = other(4)",
        "def other():\n    counter = 1\n    def inner():\n        nonlocal counter\n        counter += 1\n    inner()\n"
        "    return counter\nresult = other()",
        "class Box:\n    counter = 5\n    def get(self):\n        return counter\nresult = (Box.counter, Box().get())",
        "result = [counter for counter in (8, 9)]",
        "result = (lambda counter=counter: counter)()",
        "def other(times=counter):\n    return times + counter\nresult = other()",
        'result = f"{counter:>5}|{counter=}"',
        "import types\nthing = types.SimpleNamespace(counter=4)\nthing.counter += counter\nresult = thing.counter",
        "def other():\n    global counter\n    (counter := counter + 5)\n    return counter\nresult = other()",
        "other = counter = counter + 2\nresult = other",
    ],
)
def test_other_things_of_the_same_name_stay_theirs(source):
    source = SHARED.format(statement="+= 1") + source
    assert run_rewritten(source)[0]["result"] == run_as_it_is(source)["result"]


def test_a_counter_is_a_module_level_number_that_functions_share():
    source = """
    limit = 5
    alone = 0
    text = "0"
    hits: int = 0
    misses = 0
    def work():
        global hits, misses, text
        hits += 1
        misses = limit
        text = ""
    def look():
        global alone
        return alone
    """
    assert find_counters(ast.parse(textwrap.dedent(source))) == [Counter("hits", 5), Counter("misses", 6)]
    assert find_counters(ast.parse("total = 0\nfor i in range(9): total += i")) == []


@pytest.mark.parametrize(
    "write",
    [
        "for counter in range(3): pass",
        "counter, other = 1, 2",
        "del counter",
        "import os as counter",
        "def counter(): pass",
    ],
)
def test_a_write_that_cannot_be_kept_is_refused_with_its_line(write):
    tree = ast.parse(SHARED.format(statement="+= 1") + write)
    with pytest.raises(CounterError, match=r"line 9 writes counter"):
        rewrite(tree, find_counters(tree)[0])


def test_lines_and_columns_stay():
    source = SHARED.format(statement="= counter + 1 // 0")
    tree = ast.parse(source)
    with pytest.raises(ZeroDivisionError) as caught:
        run_rewritten(source)
    frames = [entry.lineno + 1 for entry in caught.traceback if str(entry.path) == "<script>"]
    assert frames == [7, 6]
    places = {(node.lineno, node.col_offset) for node in ast.walk(tree) if hasattr(node, "lineno")}
    done = rewrite(tree, Counter("counter", 2))
    assert {(node.lineno, node.col_offset) for node in ast.walk(done) if hasattr(node, "lineno")} <= places


def test_a_counter_that_is_read_too_early_is_missing_as_before():
    source = "def work():\n    global counter\n    counter += 1\nwork()\ncounter = 0"
    with pytest.raises(NameError, match="name 'counter' is not defined"):
        run_rewritten(source)


def test_the_hooks_have_names_no_script_uses():
    assert all(name.startswith("_visualiser_") for name in counter_code.HOOKS)
