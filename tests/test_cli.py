"""The command line as a user meets it: what it prints, and the exit code."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import visualiser
from tests.conftest import ROOT
from visualiser import cli
from visualiser.host import headless

KEYS = [
    "scenario",
    "knobs",
    "python",
    "wall_s",
    "exit_code",
    "tracks",
    "spans",
    "dropped",
    "sources",
    "notes",
    "results",
    "stdout",
    "facts",
    "explained",
]
TRACK_KEYS = ["id", "kind", "name", "pid", "tid", "start_s", "end_s", "state_s"]

PLAY = """
    import sys, threading, time
    THREADS = 2  # @param {type:"slider", min:1, max:8}
    WORD = "hello"  # @param {type:"string"}
    def nap():
        time.sleep(0.05)
    workers = [threading.Thread(target=nap) for _ in range(THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(WORD, "ä")
    print("careful", file=sys.stderr)
    total = THREADS * 10
"""


@pytest.fixture
def play(tmp_path):
    path = tmp_path / "play.py"
    path.write_text(textwrap.dedent(PLAY), encoding="utf-8")
    return str(path)


def script(tmp_path, text):
    path = tmp_path / "other.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return str(path)


def test_run_json_prints_one_object_and_nothing_else(play, capsys):
    assert cli.main(["run", play, "--set", "THREADS=3", "--json"]) == 0
    printed = capsys.readouterr()
    run = json.loads(printed.out)
    assert printed.out.count("\n") == 1
    assert list(run) == KEYS
    assert run["scenario"] == "play"
    assert run["knobs"] == {"THREADS": 3, "WORD": "hello"}
    assert run["python"] == sys.executable
    assert run["exit_code"] == 0
    assert run["results"] == {"total": 30}
    assert run["stdout"] == "hello ä\n"
    assert run["sources"][0] in ("perf", "peek", "calls")
    assert run["dropped"] == 0
    assert run["spans"] > 0
    assert printed.err == "careful\n"


def test_run_json_tells_what_every_thread_did(play, capsys):
    assert cli.main(["run", play, "--json", "--states", "calls"]) == 0
    run = json.loads(capsys.readouterr().out)
    assert run["sources"] == ["calls"]
    assert all(list(track) == TRACK_KEYS for track in run["tracks"])
    workers = [track for track in run["tracks"] if "nap" in track["name"]]
    assert len(workers) == 2
    for track in workers:
        assert track["kind"] == "thread"
        assert track["state_s"]["SLEEP"] >= 0.05
        assert 0 <= track["start_s"] < track["end_s"] <= run["wall_s"] + 0.001
        assert sum(track["state_s"].values()) == pytest.approx(track["end_s"] - track["start_s"], abs=1e-6)


def test_run_prints_the_output_then_a_table_and_the_results(play, capsys):
    assert cli.main(["run", play]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0] == "hello ä"
    header = next(line.split() for line in lines if line.startswith("lane"))
    assert "SLEEP" in header
    assert any(line.startswith("MainThread") for line in lines)
    assert "total = 20" in lines
    assert lines[-1].startswith("Finished in ")
    assert err == "careful\n"


LESSON = """\
# A nap
## Explain
- `threads == THREADS` {threads} threads slept {sleep_s:.1f} s.
- `if THREADS > 5` `sleep_s > 1` Many.
- `total == 7` The total is {total}.
- `hosts > 0` On {hosts} hosts.
"""


@pytest.fixture
def lesson(play):
    path = Path(play).with_suffix(".md")
    path.write_text(LESSON, encoding="utf-8")
    return path


def test_run_says_what_the_lesson_says_of_the_run(play, lesson, capsys):
    assert cli.main(["run", play]) == 0
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "✓ 2 threads slept 0.1 s.",
        "✗ The total is 20.",
        "? On ? hosts.",
    ]


def test_run_json_has_the_facts_and_what_the_lesson_says(play, lesson, capsys):
    assert cli.main(["run", play, "--json"]) == 0
    run = json.loads(capsys.readouterr().out)
    assert (run["facts"]["threads"], run["facts"]["total"], run["facts"]["THREADS"]) == (2, 20, 2)
    assert 0.05 < run["facts"]["sleep_s"] < 0.15  # what it lacks of 0.1 was spent getting to sleep
    assert run["explained"] == [
        {"sentence": "2 threads slept 0.1 s.", "holds": True},
        {"sentence": "The total is 20.", "holds": False},
        {"sentence": "On ? hosts.", "holds": None},
    ]


def test_a_lesson_that_cannot_be_read_is_said_and_does_no_harm(play, lesson, capsys):
    lesson.write_text(LESSON + "- `total >` Half.\n", encoding="utf-8")
    assert cli.main(["run", play]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[-1].startswith("Finished in ")
    assert (
        err.splitlines()[-1]
        == "The lesson play.md cannot be read. Line 7: `total >` is no expression (invalid syntax)."
    )


def test_a_run_that_fails_is_explained_as_far_as_can_be_told(play, lesson, capsys):
    with Path(play).open("a", encoding="utf-8") as file:
        file.write("1 / 0\n")
    assert cli.main(["run", play]) == 1
    out, err = capsys.readouterr()
    assert "ZeroDivisionError" in err.splitlines()[-1]
    assert out.splitlines()[-1] == "? On ? hosts."


@pytest.mark.parametrize(
    ("source", "code", "sentence"),
    [
        ("import sys\nsys.exit(3)\n", 3, "Line 2 ended the script with exit code 3."),
        ("1 / 0\n", 1, "Line 1: ZeroDivisionError: division by zero."),
        pytest.param(
            "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
            137,
            "The script was killed by SIGKILL. Somebody killed it, or the system ran out of memory.",
            marks=pytest.mark.skipif(os.name == "nt", reason="signals as on POSIX"),
        ),
    ],
)
def test_the_exit_code_is_the_scripts_own(tmp_path, capsys, source, code, sentence):
    assert cli.main(["run", script(tmp_path, source), "--json"]) == code
    out, err = capsys.readouterr()
    assert json.loads(out)["exit_code"] == code
    assert err.splitlines()[-1] == sentence


def test_the_time_limit(tmp_path, capsys):
    assert cli.main(["run", script(tmp_path, "while True:\n    pass\n"), "--json", "--timeout", "0.3"]) == 124
    out, err = capsys.readouterr()
    assert json.loads(out)["exit_code"] == 124
    assert err.startswith("Ended by the time limit after ")


def test_another_interpreter(play, capsys):
    assert cli.main(["run", play, "--json", "--python", sys.executable]) == 0
    assert json.loads(capsys.readouterr().out)["python"] == sys.executable


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["run", "no_such_scenario"], "no_such_scenario"),
        (["run", "nowhere/at_all.py"], "There is no file"),
        (["run", "PLAY", "--set", "SPEED=3"], "SPEED"),
        (["run", "PLAY", "--set", "THREADS=99"], "THREADS"),
        (["run", "PLAY", "--set", "THREADS"], "NAME=VALUE"),
        (["run", "PLAY", "--python", "/nowhere/python9"], "There is no interpreter /nowhere/python9"),
        (["--scenario", "no_such_scenario"], "no_such_scenario"),
        (["nowhere/at_all.py"], "There is no file"),
        (["PLAY", "--set", "SPEED=3"], "SPEED"),
    ],
)
def test_bad_use_gets_one_sentence_and_2(play, capsys, words, part):
    assert cli.main([play if word == "PLAY" else word for word in words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert part in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["run", "x", "--states", "guess"],
        ["run", "x", "--timeout", "soon"],
        ["list", "x"],
        ["--quit-after", "-1"],
    ],
)
def test_words_that_make_no_sense_get_one_sentence_and_2(capsys, words):
    with pytest.raises(SystemExit) as left:
        cli.main(words)
    assert left.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_no_display_is_said_in_one_sentence(capsys, monkeypatch):
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(cli, "obstacle", lambda: "There is no display for a window.")
    assert cli.main([]) == 2
    assert capsys.readouterr().err == "There is no display for a window.\n"


def test_the_list_names_what_can_be_run(capsys):
    assert cli.main(["list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert all(set(one) == {"id", "title", "section", "subtitle", "path"} for one in listed)
    assert cli.main(["list"]) == 0
    text = capsys.readouterr().out
    assert all(one["id"] in text and one["title"] in text and one["section"] in text for one in listed)


def test_version(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"concurrency-visualiser {visualiser.__version__}\n"


def test_desktop_entry(capsys, monkeypatch):
    from visualiser import desktop

    monkeypatch.setattr(desktop, "install", lambda: "It is in your menu now.")
    monkeypatch.setattr(desktop, "uninstall", lambda: "It is gone.")
    assert cli.main(["--install-desktop"]) == 0
    assert cli.main(["--uninstall-desktop"]) == 0
    assert capsys.readouterr().out == "It is in your menu now.\nIt is gone.\n"


@pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_the_run_and_still_reports_it(tmp_path, number):
    path = script(tmp_path, "import sys, time\nprint('ready', file=sys.stderr, flush=True)\ntime.sleep(600)\n")
    command = [sys.executable, "-m", "visualiser", "run", path, "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as program:
        assert program.stderr.readline() == "ready\n"
        program.send_signal(number)
        out, err = program.communicate(timeout=60)
    assert program.returncode == 130
    assert json.loads(out)["exit_code"] == 130
    assert "Stopped by you after " in err


def test_the_terminal_may_not_know_every_letter(tmp_path):
    path = script(tmp_path, "print('ä λ')\n")
    Path(path).with_suffix(".md").write_text("# T\n## Explain\n- `pids == 1` One – alone.\n", encoding="utf-8")
    environ = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "visualiser", "run", path]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, check=True)
    assert done.stdout.startswith(b"? ?\n")
    assert done.stdout.splitlines()[-1] == b"+ One ? alone."


def test_a_script_of_ones_own_runs_where_one_is(tmp_path, capsys, monkeypatch):
    path = script(tmp_path, "import os\nhere = os.getcwd()\n")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert cli.main(["run", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["results"] == {"here": str(tmp_path / "elsewhere")}


def test_columns_line_up():
    assert headless.columns([["lane", "RUN"], ["a long one", "1.0 ms"]]) == [
        "lane           RUN",
        "a long one  1.0 ms",
    ]


def test_module_and_main_file_are_the_same_program(tmp_path):
    for start in (["-m", "visualiser"], ["main.py"]):
        done = subprocess.run(
            [sys.executable, *start, "--version"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stdout == f"concurrency-visualiser {visualiser.__version__}\n"


def test_a_reader_that_goes_away_ends_the_program_quietly(play):
    command = [sys.executable, str(ROOT / "main.py"), "run", play]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as nobody:
        done = subprocess.run(command, stdout=nobody, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert done.returncode == 141
    assert "Traceback" not in done.stderr


def test_a_menu_entry_that_cannot_be_written_is_one_sentence(tmp_path, capsys, monkeypatch):
    in_the_way = tmp_path / "data"
    in_the_way.write_text("a file where a directory should be", encoding="utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(in_the_way))
    assert cli.main(["--install-desktop"]) == 2
    assert capsys.readouterr().err.startswith("The menu entry could not be written")


def test_doctor_says_what_is_permitted_and_where_states_come_from(capsys):
    assert cli.main(["doctor"]) == 0
    words = capsys.readouterr().out
    assert "core switches" in words
    assert "states come from" in words.splitlines()[-1]
    assert cli.main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    can = {one["name"]: one["ok"] for one in found["found"]}
    best = "perf" if can["core switches"] else "peek" if can["looks from outside"] else "calls"
    assert found["states"] == best
    assert all(one["sentence"].endswith(".") for one in found["found"])


def test_run_shows_what_a_second_source_says_below(tmp_path, capsys):
    sleeps = script(tmp_path, "import time\ntime.sleep(0.05)")
    assert cli.main(["run", sleeps, "--states", "calls", "--second", "calls"]) == 0
    assert "lane, from" not in capsys.readouterr().out
    assert cli.main(["run", sleeps, "--states", "beat", "--second", "calls"]) == 0
    table = capsys.readouterr().out
    assert "lane, from calls" in table
    assert table.count("MainThread") == 2
