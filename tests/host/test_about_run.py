"""What is kept of a run beside its records."""

from datetime import datetime

from visualiser.host.about_run import about_end, about_run, machine
from visualiser.host.catalogue import find_scenario, scenario_from_file
from visualiser.trace.run import Run


def test_a_run_of_a_scenario_tells_script_knobs_machine_and_date():
    scenario = find_scenario("race")
    about = about_run(scenario, scenario.text)
    assert (about.scenario, about.title, about.file) == ("race", scenario.title, "race.py")
    assert about.text == scenario.text
    assert about.knobs["USE_LOCK"] is False
    assert about.machine == machine()
    assert datetime.fromisoformat(about.made).utcoffset() is not None
    assert about.app.startswith("Concurrency Visualiser ")


def test_a_script_of_the_users_own_is_no_scenario_of_the_app(tmp_path):
    path = tmp_path / "play.py"
    path.write_text("x = 1\n")
    assert about_run(scenario_from_file(path), "x = 1\n").scenario == ""


def test_the_interpreter_and_what_was_missing_come_at_the_end(tmp_path):
    run = Run()
    run.notes.setdefault("Some switches were lost.")
    scenario = find_scenario("race")
    about = about_end(about_run(scenario, ""), run, "States from recorded calls.")
    assert about.note == "States from recorded calls.\nSome switches were lost."
    assert about.python == ""
