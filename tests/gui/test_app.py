"""The program as the command line starts it, in a process of its own."""

import os
import subprocess
import sys

import pytest
from PySide6.QtGui import QImage

from tests.conftest import ROOT, eventually
from tests.trace.made import made_document
from visualiser.host.recordings import save_recording

TEXT = 'N = 2  # @param {type:"slider", min:1, max:9}\nimport time\ntime.sleep(0.2)\ncounter = N\n'


@pytest.fixture
def start(tmp_path):
    """Start ``run_app`` with these arguments; it remembers in a file of its own."""
    started = []

    def go(arguments):
        code = (
            "import sys; from pathlib import Path; from visualiser.gui.app import run_app;"
            "from visualiser.gui.settings import Settings;"
            f"sys.exit(run_app({arguments}, settings=Settings(Path({str(tmp_path / 'app.ini')!r}))))"
        )
        env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
        started.append(subprocess.Popen([sys.executable, "-c", code], env=env, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield go
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.py"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def end(process):
    _, said = process.communicate(timeout=60)
    lines = [line for line in said.splitlines() if "propagateSizeHints" not in line]
    return process.returncode, lines


def test_it_runs_takes_its_picture_and_ends(start, own, tmp_path):
    shot = tmp_path / "shot.png"
    code, said = end(start(f"{own!r}, ['N=7'], run=True, screenshot={str(shot)!r}, quit_after=40"))
    assert (code, said) == (0, [])
    image = QImage(str(shot))
    assert image.width() >= 600
    assert (
        len({image.pixelColor(x, y).name() for x in range(0, image.width(), 5) for y in range(0, image.height(), 5)})
        > 20
    )


def test_it_opens_with_a_recording(start, tmp_path):
    path, shot = tmp_path / "made.cvrun", tmp_path / "shot.png"
    document = made_document(spans=200)
    save_recording(document, path)
    code, said = end(start(f"recording=Path({str(path)!r}), screenshot={str(shot)!r}"))
    assert (code, said) == (0, [])
    image = QImage(str(shot))
    hues = {image.pixelColor(x, y).name() for x in range(0, image.width(), 5) for y in range(0, image.height(), 5)}
    assert len(hues) > 20


def test_a_recording_that_cannot_be_opened_is_one_sentence(start, tmp_path):
    path = tmp_path / "made.cvrun"
    save_recording(made_document(spans=5), path)
    path.write_bytes(path.read_bytes()[:2000])
    code, said = end(start(f"recording=Path({str(path)!r}), screenshot={str(tmp_path / 'shot.png')!r}"))
    assert code == 2
    assert said == ["made.cvrun is cut off before the run begins, so nothing of it can be shown."]


def test_quit_after_ends_a_run_that_goes_on(start, tmp_path):
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass\n", encoding="utf-8")
    shot = tmp_path / "shot.png"
    code, said = end(start(f"{str(endless)!r}, run=True, screenshot={str(shot)!r}, quit_after=1.5"))
    assert (code, said) == (0, [])
    assert not QImage(str(shot)).isNull()


def test_a_picture_that_cannot_be_written_is_one_sentence_and_a_failure(start, own, tmp_path):
    code, said = end(start(f"{own!r}, screenshot={str(tmp_path / 'no' / 'shot.png')!r}, quit_after=0.2"))
    assert code == 1
    assert len(said) == 1
    assert said[0].startswith("The picture cannot be written")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("'nothing_like_it'", "There is no scenario"),
        ("'race', ['THREADS=many']", "THREADS needs a whole number"),
        ("None, ['THREADS=2']", "together with a scenario"),
    ],
)
def test_bad_use_is_one_sentence_and_code_2(start, arguments, words):
    code, said = end(start(arguments))
    assert code == 2
    assert len(said) == 1
    assert words in said[0]


@pytest.mark.skipif(sys.platform == "win32", reason="no polite kill there")
def test_a_polite_kill_closes_the_window_and_ends_the_run(start, tmp_path):
    path = tmp_path / "endless.py"
    told = tmp_path / "told"
    path.write_text(
        f"import os, pathlib, time\npathlib.Path({str(told)!r}).write_text(str(os.getpid()))\ntime.sleep(600)\n",
        encoding="utf-8",
    )
    process = start(f"{str(path)!r}, run=True")
    pid = int(eventually(lambda: told.exists() and told.read_text()))
    process.terminate()
    code, said = end(process)
    assert (code, said) == (0, ["Closing."])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
