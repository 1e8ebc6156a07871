"""Lessons are read strictly, and their sentences speak of the run at hand."""

import pytest

from visualiser.trace.lesson import LessonError, lesson_trouble, looks_like_lesson, parse_lesson
from visualiser.trace.template import Template, TemplateError

RACE = """\
# The race
Ten threads add to one number.

They do it *at once*.

## Predict
What does the counter say
in the end?

- `lost > 0` Less than {expected}.
- `lost == 0` Exactly
  10 000.

## Watch for
- [A thread waits for the Lock](show:longest/LOCK@Thread-2): the others
  go on.
- Look at [the phase](show:phase/one_by_one).

## Explain
- `lost > 0` {lost:,} of {expected:,} updates were lost.
- `if USE_LOCK` `lost == 0` With the Lock nothing is lost.
- `not USE_LOCK` `counter += 1` is not one step ({wall_s:.2f} s, {{braces}}).

## In the article
It says 10 000.

```python
# Not a title
## Nor a section
```
"""
RUN = {"lost": 1234, "expected": 10_000, "USE_LOCK": False, "wall_s": 0.5}


def test_every_part_is_read():
    lesson = parse_lesson(RACE)
    assert lesson.title == "The race"
    assert lesson.shows == "Ten threads add to one number.\n\nThey do it *at once*."
    assert lesson.question.text == "What does the counter say in the end?"
    assert [choice.text for choice in lesson.question.choices] == ["Less than {expected}.", "Exactly 10 000."]
    assert [watch.pointer for watch in lesson.watch] == ["longest/LOCK@Thread-2", "phase/one_by_one"]
    assert lesson.watch[0].text == "[A thread waits for the Lock](show:longest/LOCK@Thread-2): the others go on."
    assert lesson.article.startswith("It says 10 000.")
    assert "## Nor a section" in lesson.article
    assert lesson.facts == ["lost", "expected", "wall_s", "USE_LOCK"]


def test_sentences_are_filled_with_the_runs_own_values():
    verdicts = parse_lesson(RACE).judge(RUN)
    assert [(verdict.sentence, verdict.holds) for verdict in verdicts] == [
        ("1,234 of 10,000 updates were lost.", True),
        ("`counter += 1` is not one step (0.50 s, {braces}).", True),
    ]


def test_a_sentence_on_other_runs_does_not_apply():
    lesson = parse_lesson(RACE)
    locked = RUN | {"USE_LOCK": True, "lost": 0}
    assert [verdict.sentence for verdict in lesson.judge(locked)][1] == "With the Lock nothing is lost."
    assert [verdict.holds for verdict in lesson.judge(locked)] == [False, True, False]
    assert [choice.is_right(locked) for choice in lesson.question.choices] == [False, True]


def test_what_the_run_cannot_tell_is_neither_true_nor_false():
    first, second, third = parse_lesson(RACE).judge({"lost": 5})
    assert (first.sentence, first.holds) == ("5 of ? updates were lost.", None)
    assert (second.holds, third.holds) == (None, None)
    assert parse_lesson(RACE).question.choices[0].is_right({}) is None


def test_a_statement_that_fails_fails_though_a_value_is_missing():
    assert parse_lesson(RACE).judge({"lost": 0, "USE_LOCK": False})[0].holds is False


def test_a_title_alone_is_a_lesson():
    lesson = parse_lesson("\n# Nothing\n")
    assert (lesson.question, lesson.watch, lesson.explain, lesson.article, lesson.facts) == (None, [], [], "", [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Line 1: a lesson begins with its title, # Title."),
        ("hello\n# T", "Line 1: a lesson begins with its title, # Title."),
        ("# T\n# U", "Line 2: a lesson has one title only."),
        ("# T\n## Summary", "Line 2: there is no section 'Summary', only Predict, Watch for, Explain, In the article."),
        ("# T\n## Explain\n## Explain", "Line 3: there are two sections 'Explain'."),
        ("# T\n## Explain\nwords", "Line 3: 'Explain' is a list, so its lines begin with \"- \"."),
        ("# T\n## Explain\n- `a` b.\n\nwords", "Line 5: in 'Explain' nothing but the items of the list may follow it."),
        ("# T\n## Explain\n- words", "Line 3: a statement is `what must hold` and then a sentence."),
        ("# T\n## Explain\n- `a > 0`", "Line 3: a statement is `what must hold` and then a sentence."),
        ("# T\n## Explain\n- `if a` words", "Line 3: a statement is `what must hold` and then a sentence."),
        ("# T\n## Explain\n- `a >` words", "Line 3: `a >` is no expression (invalid syntax)."),
        ("# T\n## Explain\n- `a[0]` words", "Line 3: `a[0]` may not be used in a lesson's expression."),
        ("# T\n## Explain\n- `a` {a.real}", "Line 3: {a.real} is no name of a fact."),
        ("# T\n## Explain\n- `a` {a", "Line 3: The braces do not match (expected '}' before end of string)."),
        ("# T\n## Watch for\n- words", "Line 3: what to watch for needs a link to it, [words](show:longest/GIL)."),
        (
            "# T\n## Watch for\n- [x](show:longest/NAP)",
            "Line 3: 'longest/NAP' points at nothing: there is no state 'NAP'.",
        ),
        ("# T\n## Predict\nWhy?\n- `a` Yes.", "Line 2: 'Predict' is a question and a list of at least two choices."),
        ("# T\n## Predict", "Line 2: 'Predict' is a question and a list of at least two choices."),
        ("# T\n## Predict\n\nWhy?\n- Yes.\n- `a` No.", "Line 5: a choice is `when it is right` and then its text."),
    ],
)
def test_trouble_is_one_sentence_with_its_line(text, sentence):
    with pytest.raises(LessonError) as refused:
        parse_lesson(text)
    assert str(refused.value) == sentence == lesson_trouble(text)


def test_a_readme_is_not_taken_for_a_lesson():
    assert not looks_like_lesson("# My project\n\n## Install\n\n## Explain it\n")
    assert looks_like_lesson("no title\n## Explain\n")
    assert lesson_trouble(RACE) is None


@pytest.mark.parametrize("text", ["{}", "{0}", "{a[0]}", "{a:{b}}", "}", "{a!}", "{a b}"])
def test_templates_hold_names_only(text):
    with pytest.raises(TemplateError):
        Template(text)


@pytest.mark.parametrize(
    ("text", "sentence", "known"),
    [
        ("{a:,} and {b!r}", "1,000 and 'x'", True),
        ("{b:.2f}", "?", False),
        ("{a!z}", "?", False),
        ("{c}", "?", False),
        ("{{a}}", "{a}", True),
    ],
)
def test_a_value_that_does_not_fit_shows_as_unknown(text, sentence, known):
    assert Template(text).fill({"a": 1000, "b": "x"}) == (sentence, known)
