"""``export`` as a user meets it: what it writes, what it prints, and the exit code."""

import csv
import json

import pytest
from PIL import Image

from tests.gui.told_run import told_run
from visualiser import cli
from visualiser.host.open_document import open_document
from visualiser.host.recordings import save_recording
from visualiser.trace.document import About, Document


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "told.cvrun"
    save_recording(Document(told_run(), About(title="Told")), path)
    return path


def test_one_recording_goes_out_in_many_formats_at_once(recording, tmp_path, capsys, qapp):
    names = ("run.png", "run.svg", "run.pdf", "run.csv", "run.json")
    wanted = [word for name in names for word in ("--to", str(tmp_path / name))]
    assert cli.main(["export", str(recording), *wanted, "--size", "1280x720"]) == 0
    assert capsys.readouterr().out.split() == [str(tmp_path / name) for name in names]
    with Image.open(tmp_path / "run.png") as picture:
        assert picture.size == (1280, 720)
    assert "<svg" in (tmp_path / "run.svg").read_text(encoding="utf-8")[:400]
    assert (tmp_path / "run.pdf").read_bytes().startswith(b"%PDF")
    with (tmp_path / "run.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["state"] for row in rows} >= {"RUN", "SLEEP", "LOCK", "JOIN"}
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["traceEvents"]
    assert open_document(tmp_path / "run.json").run.spans == open_document(recording).run.spans


def test_a_film_says_by_whom_it_was_made(recording, tmp_path, capsys, qapp):
    path = tmp_path / "run.webp"
    words = ["export", str(recording), "--to", str(path), "--size", "640x360", "--fps", "5", "--range", "0.2:0.4"]
    assert cli.main(words) == 0
    assert capsys.readouterr().out == f"{path} (7 frames, Pillow (animated WebP))\n"
    with Image.open(path) as film:
        assert film.size == (640, 360)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["missing.cvrun", "--to", "run.png"], "There is no file missing.cvrun."),
        (["told.cvrun", "--to", "run.doc"], "run.doc cannot be exported: its ending must be one of"),
        (["told.cvrun", "--to", "run.png", "--size", "big"], "'big' is no size: write it as 1920x1080."),
        (["told.cvrun", "--to", "run.png", "--range", "2:1"], "The stretch of time must begin before it ends."),
        (["told.cvrun", "--to", "no/run.csv"], "run.csv cannot be saved: there is no such folder."),
        (["told.cvrun", "--to", "run.mp4", "--speed", "0"], "A film's speed must be"),
        (["broken.cvrun", "--to", "run.png"], "broken.cvrun"),
    ],
)
def test_bad_use_is_one_sentence(recording, tmp_path, monkeypatch, capsys, qapp, words, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.cvrun").write_bytes(recording.read_bytes()[:100])
    assert cli.main(["export", *words]) == 2
    told = capsys.readouterr().err
    assert told.startswith(sentence)
    assert told.count("\n") == 1
    assert {one.name for one in tmp_path.iterdir()} == {"told.cvrun", "broken.cvrun"}
