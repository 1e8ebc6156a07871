"""Films of a run: what is in their frames, and that they can be cancelled."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget

from tests.gui.told_run import told_run
from visualiser.gui.export.feeder import Feeder
from visualiser.gui.export.film_dialog import FilmDialog
from visualiser.gui.export.footage import MOST_FRAMES, Footage, check
from visualiser.gui.export.options import Options
from visualiser.gui.jobs.desk import JobDesk
from visualiser.host.film.choose import Choice, choose, make_film
from visualiser.host.film.film import FilmError
from visualiser.host.film.pillow import Pillow
from visualiser.trace.document import About, Document
from visualiser.trace.outcome import Outcome


def footage(path, fps=4.0, **options):
    document = Document(told_run(), About(title="Told"), Outcome("Finished."))
    return Footage(document, Options(path, 800, 450, theme="dark", **options), fps)


def pictures(made):
    """Every frame as (height, width, 3)."""
    form = made.form
    with_frames = made.frames()
    return [np.frombuffer(frame, np.uint8).reshape(form.height, form.width, 4)[:, :, :3] for frame in with_frames]


def test_a_film_lasts_as_long_as_the_run_at_its_speed_and_stays_at_the_end(tmp_path):
    made = footage(tmp_path / "film.webp", speed=0.5)
    assert made.moving == 2 * 4 + 1
    assert len(made) == made.moving + 4
    start = made.document.run.start_ns
    assert [made.moment(frame) - start for frame in (0, 1, 8, 9)] == [0, 125_000_000, 1_000_000_000, 1_000_000_000]


def test_the_playhead_moves_on_and_nothing_is_known_beyond_it(qapp, tmp_path):
    frames = pictures(footage(tmp_path / "film.webp"))
    inked = [busy_columns(frame) for frame in frames[:5]]
    assert inked == sorted(inked)
    assert inked[-1] - inked[0] > 300
    assert (frames[-1] == frames[4]).all(), "the end stays"


def busy_columns(frame):
    """How far to the right the second lane reaches, which is blue; the playhead is white."""
    blue, _, red = (frame[190:225, 130:780, channel].mean(axis=0) for channel in range(3))
    inked = np.flatnonzero((blue > 150) & (red < 140))
    return int(inked[-1]) if len(inked) else 0


def test_how_it_ended_is_told_at_the_end(qapp, tmp_path):
    frames = pictures(footage(tmp_path / "film.webp"))
    line = slice(27, 39), slice(0, 100)
    assert np.ptp(frames[0][line]) < 40
    assert np.ptp(frames[-1][line]) > 100


def test_a_film_of_part_of_the_run_shows_that_part(qapp, tmp_path):
    made = footage(tmp_path / "film.webp", reach=(0.25, 0.5))
    assert made.moving == 2
    assert made.moment(0) - made.document.run.start_ns == 250_000_000


def test_a_film_that_would_last_for_hours_is_refused(tmp_path):
    long = footage(tmp_path / "film.webp", fps=60.0, speed=0.0001)
    assert len(long) > MOST_FRAMES
    with pytest.raises(FilmError, match=r"would last 167 minutes: choose a higher speed"):
        check(long)


def test_frames_reach_the_encoder_in_another_thread_and_the_file(qtbot, tmp_path):
    window, path = QWidget(), tmp_path / "film.webp"
    qtbot.addWidget(window)
    desk, made = JobDesk(window), footage(path, fps=10.0)
    feeder = Feeder(made.frames(), len(made), window)
    done = []
    desk.start("Filming", lambda on: make_film(feeder.taken(on), made.form, Pillow(".webp"), path), done.append)
    qtbot.waitUntil(lambda: not desk.busy, timeout=30_000)
    feeder.stop()
    assert done == [len(made)]
    with Image.open(path) as film:
        assert film.size == (800, 450)


def test_a_film_can_be_cancelled_and_leaves_nothing(qtbot, tmp_path):
    window, path = QWidget(), tmp_path / "film.webp"
    qtbot.addWidget(window)
    window.show()
    desk, made = JobDesk(window), footage(path, fps=60.0, speed=0.01)
    said = []
    desk.said.connect(said.append)
    feeder = Feeder(made.frames(), len(made), window)
    desk.start("Filming", lambda on: make_film(feeder.taken(on), made.form, Pillow(".webp"), path), pytest.fail)
    qtbot.waitUntil(desk.card.isVisible, timeout=30_000)
    QTest.mouseClick(desk.card.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not desk.busy, timeout=30_000)
    feeder.stop()
    assert said == ["Cancelled."]
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_painted_is_told(qtbot, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    desk, said = JobDesk(window), []
    desk.said.connect(said.append)

    def broken():
        yield bytes(4)
        raise FilmError("No paint left.")

    feeder = Feeder(broken(), 2, window)
    desk.start("Filming", lambda on: list(feeder.taken(on)), pytest.fail)
    qtbot.waitUntil(lambda: not desk.busy)
    feeder.stop()
    assert said == ["No paint left."]


def test_the_dialog_says_how_long_it_will_be_and_remembers(qtbot, settings, tmp_path):
    parent = QWidget()
    qtbot.addWidget(parent)
    made = footage(tmp_path / "film.mp4")
    choice = Choice(Pillow(".webp"), "MP4 needs ffmpeg.")
    reaches = {"what is seen": (0.0, 0.5), "the whole run": None}
    dialog = FilmDialog(parent, settings, made.document, made.options, choice, reaches)
    assert dialog.options.reach == (0.0, 0.5)
    dialog.boxes["reach"].setCurrentText("the whole run")
    dialog.boxes["speed"].setCurrentText("10 × slower")
    assert dialog.length.text().startswith("11.")
    dialog.boxes["speed"].setCurrentText("1000 × slower")
    assert dialog.options.speed == 0.001
    dialog.accept()
    assert dialog.result() == QDialog.DialogCode.Accepted
    again = FilmDialog(parent, settings, made.document, made.options, choose(".gif"), reaches)
    assert again.boxes["speed"].currentText() == "1000 × slower"
