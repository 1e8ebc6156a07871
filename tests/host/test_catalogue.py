import pytest

from visualiser.host import catalogue
from visualiser.host.catalogue import (
    LARGEST_SCRIPT_BYTES,
    ScenarioError,
    builtin_scenarios,
    describe,
    find_scenario,
    scenario_from_file,
    syntax_sentence,
    write_source,
)

RACE = '# @title The race\n# @section 4.1 Memory and threads\n"""Lost updates.\n\nMore.\n"""\nN = 1\n'
TWO = '# @title Two threads\n# @section 2.10 Threads\n"""Both at once."""\n'
ONE = '# @title One thread\n# @section 2.9 Threads\n"""Alone."""\n'


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    for name, text in {"race": RACE, "two": TWO, "one": ONE, "__init__": "", "_private": ""}.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalogue, "scenarios_directory", lambda: tmp_path)
    return tmp_path


def test_builtin_scenarios_come_in_the_articles_order(shelf):
    listed = builtin_scenarios()
    assert [s.id for s in listed] == ["one", "two", "race"]
    race = listed[-1]
    assert (race.title, race.section, race.order, race.subtitle, race.builtin) == (
        "The race",
        "4 Memory and threads",
        (4, 1),
        "Lost updates.",
        True,
    )
    assert race.text == RACE


def test_found_by_id_in_either_spelling_or_by_file(shelf, tmp_path):
    (shelf / "two_threads.py").write_text("x = 1\n", encoding="utf-8")
    assert find_scenario("race").title == "The race"
    assert find_scenario("two-threads").id == "two_threads"
    assert find_scenario(str(shelf / "race.py")).builtin


def test_an_unknown_id_names_the_nearest(shelf):
    with pytest.raises(ScenarioError, match=r"^There is no scenario 'rase': did you mean race\?$"):
        find_scenario("rase")
    with pytest.raises(ScenarioError, match=r"^There is no scenario 'zzzz': there are one, two, race\.$"):
        find_scenario("zzzz")


def test_own_scripts_are_scenarios_with_or_without_comments(tmp_path):
    path = tmp_path / "my_test.py"
    path.write_text("print(1)\n", encoding="utf-8")
    mine = scenario_from_file(path)
    assert (mine.id, mine.title, mine.section, mine.subtitle, mine.builtin) == (
        "my_test",
        "My test",
        catalogue.OWN_SECTION,
        "",
        False,
    )


def test_a_script_with_a_syntax_error_can_be_opened_and_its_line_is_named(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text('"""Half done."""\ndef f(:\n', encoding="utf-8")
    broken = scenario_from_file(path)
    assert broken.subtitle == "Half done."
    sentence = syntax_sentence(broken.text)
    assert sentence is not None
    assert sentence.startswith("Line 2: Python cannot read this (")
    assert syntax_sentence("x = 1\n") is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00\x01ELF", "is no text file"),
        (b"x = '\xe4'\n", "save it as UTF-8"),
        (b"# coding: nope\n", "save it as UTF-8"),
    ],
)
def test_files_that_are_no_scripts_get_one_sentence(tmp_path, data, words):
    path = tmp_path / "odd.py"
    path.write_bytes(data)
    with pytest.raises(ScenarioError, match=words):
        scenario_from_file(path)


def test_missing_files_and_folders_get_one_sentence(tmp_path):
    with pytest.raises(ScenarioError, match=r"^There is no file .*gone\.py\.$"):
        find_scenario(str(tmp_path / "gone.py"))
    with pytest.raises(ScenarioError) as told:
        scenario_from_file(tmp_path)
    assert str(told.value) == f"{tmp_path} is a folder: name a Python file in it."


def test_a_file_that_is_too_large_gets_one_sentence(tmp_path):
    path = tmp_path / "large.py"
    with path.open("wb") as file:
        file.truncate(LARGEST_SCRIPT_BYTES + 1)
    with pytest.raises(ScenarioError) as told:
        scenario_from_file(path)
    assert str(told.value) == f"{path} is larger than 4 MB: that is no script."


def test_declared_encodings_and_line_ends_are_read_and_written(tmp_path):
    path = tmp_path / "latin.py"
    path.write_bytes("# coding: latin-1\r\nx = 'ä'\r\n".encode("latin-1"))
    text = scenario_from_file(path).text
    assert text == "# coding: latin-1\nx = 'ä'\n"
    write_source(path, text)
    assert path.read_bytes() == "# coding: latin-1\nx = 'ä'\n".encode("latin-1")
    with pytest.raises(ScenarioError, match="cannot be written"):
        write_source(tmp_path / "no" / "such.py", "")


def test_describe_of_a_builtin_without_a_section_comes_last(tmp_path):
    assert describe(tmp_path / "x.py", "", builtin=True).section == "More"


LESSON = "# Mine\n\n## Explain\n- `x > 0` It is {x}.\n"


def test_a_builtin_has_the_lesson_of_its_id(shelf, tmp_path, monkeypatch):
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    monkeypatch.setattr(catalogue, "lessons_directory", lambda: lessons)
    (lessons / "race.md").write_text(LESSON, encoding="utf-8")
    (shelf / "two.md").write_text(LESSON, encoding="utf-8")
    assert find_scenario("race").lesson == LESSON
    assert find_scenario("two").lesson == ""


def test_lessons_come_with_the_app():
    assert catalogue.lessons_directory().is_dir()


@pytest.mark.parametrize(
    ("text", "lesson", "sentence"),
    [
        (None, "", None),
        (LESSON, LESSON, None),
        ("# My project\n\n## Install\n", "", None),
        ("\xff", "", None),
        (
            LESSON + "- words\n",
            "",
            "The lesson mine.md cannot be read. Line 5: a statement is `what must hold` and then",
        ),
    ],
)
def test_an_own_script_has_the_lesson_beside_it_if_it_is_one(tmp_path, text, lesson, sentence):
    script = tmp_path / "mine.py"
    script.write_text("x = 1\n", encoding="utf-8")
    if text is not None:
        script.with_suffix(".md").write_text(text, encoding="latin-1")
    mine = scenario_from_file(script)
    assert mine.lesson == lesson
    assert (mine.lesson_sentence or "").startswith(sentence or "")
    assert (mine.lesson_sentence is None) == (sentence is None)


def test_a_folder_in_the_place_of_a_lesson_is_none(tmp_path):
    (tmp_path / "mine.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "mine.md").mkdir()
    assert scenario_from_file(tmp_path / "mine.py").lesson == ""
