"""Recordings on the command line: a run is saved, and the window opens with it."""

from __future__ import annotations

import json
import textwrap

import pytest

from visualiser import cli
from visualiser.host import headless
from visualiser.host.recordings import RecordingError, open_recording

PLAY = """
    import threading
    THREADS = 2  # @param {type:"slider", min:1, max:8}
    def work():
        print("hello")
    for _ in range(THREADS):
        one = threading.Thread(target=work)
        one.start()
        one.join()
    done = 7
"""


@pytest.fixture
def play(tmp_path):
    path = tmp_path / "play.py"
    path.write_text(textwrap.dedent(PLAY), encoding="utf-8")
    return str(path)


def test_a_run_is_saved_with_all_that_belongs_to_it(play, tmp_path, capsys):
    out = tmp_path / "run.cvrun"
    assert cli.main(["run", play, "--set", "THREADS=3", "--out", str(out)]) == 0
    assert f"Saved as {out}.\n" in capsys.readouterr().out
    document = open_recording(out)
    assert document.about.file == "play.py"
    assert document.about.knobs == {"THREADS": 3}
    assert "THREADS = 3" in document.about.text
    assert document.about.python
    assert document.results == {"done": 7}
    assert document.outcome.ok
    assert "".join(one.text for one in document.printed) == "hello\n" * 3
    assert all(document.run.start_ns <= one.when_ns for one in document.printed)
    assert len([track for track in document.run.tracks if track.kind == "thread"]) == 4


def test_json_stays_one_object(play, tmp_path, capsys):
    out = tmp_path / "run.cvrun"
    assert cli.main(["run", play, "--json", "--out", str(out)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["spans"] == open_recording(out).run.spans


def test_the_script_is_not_run_if_there_is_no_place_for_the_recording(play, tmp_path, capsys):
    for out, reason in ((tmp_path / "no" / "x.cvrun", "there is no such folder"), (tmp_path, "a folder of that name")):
        assert cli.main(["run", play, "--out", str(out)]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert reason in told.err
        assert told.err.count("\n") == 1


def test_a_run_that_cannot_be_saved_is_reported_all_the_same(play, tmp_path, capsys, monkeypatch):
    def fail(*_):
        raise RecordingError("x.cvrun cannot be saved: the disk is full.")

    monkeypatch.setattr(headless, "save_recording", fail)
    assert cli.main(["run", play, "--out", str(tmp_path / "x.cvrun")]) == 1
    told = capsys.readouterr()
    assert "hello" in told.out
    assert told.err.endswith("x.cvrun cannot be saved: the disk is full.\n")


@pytest.mark.parametrize("words", [["open"], []])
def test_the_window_opens_with_a_recording(play, tmp_path, capsys, monkeypatch, words):
    out = tmp_path / "run.cvrun"
    assert cli.main(["run", play, "--out", str(out)]) == 0
    from visualiser.gui import app

    asked = []
    monkeypatch.setattr(cli, "obstacle", lambda: "")
    monkeypatch.setattr(app, "run_app", lambda *args, **named: asked.append((args, named)) or 0)
    assert cli.main([*words, str(out)]) == 0
    assert asked == [((), {"screenshot": None, "quit_after": None, "recording": out})]
    assert cli.main(["open", play]) == 0
    assert asked[1][0][0] == play


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "There is no file"),
        (b"", "is empty."),
        (b"#!/bin/sh\n", "is not a recording of the Concurrency Visualiser."),
        (b"\x93CVRUN\xff\x00", "was written by a newer version"),
    ],
)
def test_what_is_no_recording_is_refused_before_a_window_opens(tmp_path, capsys, monkeypatch, content, sentence):
    path = tmp_path / "x.cvrun"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(cli, "obstacle", lambda: pytest.fail("a window was to be opened"))
    assert cli.main(["open", str(path)]) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_open_wants_a_file(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["open"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("Name the recording or script to open")
