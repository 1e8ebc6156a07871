"""The script that is shown with a kept run."""

import pytest

from visualiser.host.catalogue import ScenarioError, find_scenario
from visualiser.host.kept_scripts import script_of
from visualiser.trace.document import About


def test_a_scenario_of_the_app_is_shown_as_itself_with_the_text_that_ran(tmp_path):
    scenario, text = script_of(About(scenario="race", file="race.py", text="x = 1\n"), tmp_path)
    assert scenario == find_scenario("race")
    assert text == "x = 1\n"
    assert list(tmp_path.iterdir()) == []


def test_a_script_of_somebodys_own_becomes_a_file_that_can_be_run_again(tmp_path):
    about = About(title="Play", file="play.py", text="x = 1\n")
    scenario, text = script_of(about, tmp_path)
    assert (scenario.path.name, scenario.builtin, scenario.text) == ("play.py", False, "x = 1\n")
    assert text == "x = 1\n"
    assert script_of(about, tmp_path)[0].path == scenario.path
    other, _ = script_of(About(file="play.py", text="x = 2\n"), tmp_path)
    assert other.path != scenario.path


def test_a_scenario_this_version_does_not_have_is_shown_by_its_text(tmp_path):
    scenario, _ = script_of(About(scenario="gone", file="gone.py", text="x = 1\n"), tmp_path)
    assert scenario.path.parent.parent == tmp_path


@pytest.mark.parametrize("name", ["../../evil.py", "/etc/passwd", "..", "", "a\0b.py", "c:\\x.py"])
def test_a_name_leads_nowhere_else(tmp_path, name):
    scenario, _ = script_of(About(file=name, text="x = 1\n"), tmp_path / "kept")
    assert scenario.path.resolve().parent.parent == (tmp_path / "kept").resolve()
    assert scenario.path.suffix == ".py"


def test_where_no_script_is_known_the_text_says_so_and_does_nothing(tmp_path):
    _, text = script_of(About(title="trace\nimport os"), tmp_path)
    assert text == "# trace import os: the script of this run is not known.\n"


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ScenarioError, match="cannot be written"):
        script_of(About(file="play.py", text="x = 1\n"), tmp_path / "file")
