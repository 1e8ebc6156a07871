"""The command ``step`` as a user meets it."""

import json

import pytest

from visualiser import cli


def test_an_order_is_told_step_by_step(capsys):
    assert cli.main(["step", "--order", "ABABAB"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("Steered, not measured: tracing decides whose turn it is.")
    assert "        counter += 1" in lines
    assert lines[-7].split() == ["1", "A", "READ", "reads", "0", "counter", "0"]
    assert lines[-2].split("counter")[1] == " 1  ▲ loses 1 update of A"
    assert lines[-1] == "counter 1 after 2 updates: 1 lost"


def test_an_order_as_one_object(capsys):
    assert cli.main(["step", "--order", "AAABBB", "--rounds", "2", "--listing", "gap", "--json"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert printed.out.count("\n") == 1
    assert list(told) == [
        *("python", "listing", "rounds", "source", "order", "steps", "counter", "updates", "lost", "over", "refused")
    ]
    assert (told["counter"], told["updates"], told["lost"], told["over"]) == (2, 2, 0, False)
    assert [step["value"] for step in told["steps"]] == [0, 1, 1, 1, 2, 2]


def test_losing_one_and_failing_to_under_the_lock(capsys):
    assert cli.main(["step", "--lose", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["order"], told["lost"]) == ("ABABAB", 1)
    assert told["steps"][-1]["destroys"] == [5]
    assert cli.main(["step", "--lose", "--listing", "lock"]) == 1
    assert capsys.readouterr().err == "With the Lock no order loses an update.\n"
    assert cli.main(["step", "--lose", "--listing", "lock", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["order"], told["refused"]) == ("A", "With the Lock no order loses an update.")


def test_all_of_them(capsys):
    assert cli.main(["step", "--all"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3:] == [
        "20 orders run: 18 lose an update, 2 do not.",
        "      18 × counter 1  ▲ 1 lost",
        "       2 × counter 2",
    ]
    assert cli.main(["step", "--all", "--listing", "lock", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["run"], told["losing"], told["impossible"], told["finals"]) == (2, 0, 250, {"2": 2})


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--order", "AXB"], "letter 2 is X."),
        (["--order", "AAAA"], "Letter 4 of the order cannot be followed: A has no more steps."),
        (["--order", "AB", "--listing", "lock"], "B waits for the Lock, which A holds."),
        (["--all", "--python", "no-such-python"], "There is no interpreter no-such-python"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_code_2(words, sentence, capsys):
    assert cli.main(["step", *words]) == 2
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert printed.err.count("\n") == 1


def test_something_must_be_asked_for(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["step"])
    assert caught.value.code == 2
    assert "--order --lose --all is required" in capsys.readouterr().err
