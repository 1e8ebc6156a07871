"""Expressions of lessons say what Python would say, and do nothing else."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.trace.expression import LONGEST, Expression, ExpressionError, Unknown

VALUES = {"lost": 3, "USE_LOCK": False, "GAP": "none", "wall_s": 2.5, "order": (1, 2, 3)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("lost > 0", True),
        ("not USE_LOCK and GAP == 'none'", True),
        ("0 < lost <= 3 < 4", True),
        ("0 < lost < 3", False),
        ("lost * 2 + 1 - 10 / 4", 4.5),
        ("7 // 2 % 2", 1),
        ("-lost + +1", -2),
        ("min(lost, 2) + max(1, 5) + abs(-1) + round(wall_s) + len(order)", 13),
        ("round(2.345, 1)", 2.3),
        ("USE_LOCK or GAP", "none"),
        ("(True or False) != False", True),
    ],
)
def test_it_says_what_python_says(text, value):
    assert Expression(text).value(VALUES) == value == eval(text, {}, dict(VALUES))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lost >",
        "lost = 3",
        "lost; lost",
        "__import__('os')",
        "lost.real",
        "order[0]",
        "[lost]",
        "(1, 2)",
        "2 ** 99999999",
        "1 << 9",
        "lambda: 1",
        "lost if USE_LOCK else 0",
        "open('x')",
        "min(*order)",
        "round(number=2)",
        "lost is None",
        "1 in order",
        "None",
        "b'x'",
        "1j",
        "...",
        "f'{lost}'",
        "(x := 3)",
        "~lost",
        "a @ b",
        "\0",
    ],
)
def test_everything_else_is_refused_in_one_sentence(text):
    with pytest.raises(ExpressionError) as refused:
        Expression(text)
    assert str(refused.value).count("\n") == 0
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "text", ["(" * 240 + "1" + ")" * 240, "not " * 120 + "x", "-" * 490 + "1", "1" * (LONGEST + 1)]
)
def test_nesting_and_length_do_no_harm(text):
    with contextlib.suppress(ExpressionError):
        assert Expression(text).names in ((), ("x",))


@pytest.mark.parametrize(
    "text",
    [
        "missing > 0",
        "lost / 0 > 1",
        "GAP > 1",
        "GAP * 1000000",
        "GAP + 'x'",
        "len(lost)",
        "min()",
        "-GAP",
        "1 / missing",
    ],
)
def test_what_cannot_be_told_is_unknown(text):
    expression = Expression(text)
    assert expression.holds(VALUES) is None
    with pytest.raises(Unknown):
        expression.value(VALUES)


def test_an_unknown_part_that_does_not_matter_does_no_harm():
    assert Expression("lost > 0 or missing").holds(VALUES) is True
    assert Expression("USE_LOCK and missing").holds(VALUES) is False


def test_names_come_in_order_of_use_without_the_functions():
    assert Expression("max(b, a) > b + round(c)").names == ("b", "a", "c")


@given(st.text(max_size=60))
def test_no_text_does_harm(text):
    with contextlib.suppress(ExpressionError):
        assert Expression(text).holds(VALUES) in (True, False, None)
