"""Runs as documents in the real window: kept, saved, reopened, shown."""

import json
import os
import threading

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from tests.gui.test_window import LONG_MS, RACE, run_to_end, texts
from visualiser import cli
from visualiser.gui.documents.dates import date_text
from visualiser.gui.documents.documents import origin_text
from visualiser.gui.documents.files import GOES_ON, NOTHING, file_stem
from visualiser.host.kept_list import list_kept
from visualiser.host.kept_runs import KeptRuns
from visualiser.host.recordings import open_recording
from visualiser.trace.document import About, Bookmark, Document
from visualiser.trace.facts import facts_of, values_of
from visualiser.trace.run import Run

ENDLESS = "import time\nwhile True:\n    time.sleep(0.01)\n"


@pytest.fixture
def window(open_window, script):
    return open_window(script(RACE))


@pytest.fixture
def said(window):
    sentences = []
    window.documents.said.connect(sentences.append)
    return sentences


def kept():
    return list_kept(KeptRuns())


def idle(window, qtbot):
    qtbot.waitUntil(lambda: not window.documents.desk.busy, timeout=LONG_MS)


def saved(window, qtbot, path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    idle(window, qtbot)


def runs_kept(window, qtbot, number):
    qtbot.waitUntil(lambda: len(kept()) == number, timeout=LONG_MS)
    window.documents.kept.fill()
    others = (window.actions_["keep_runs"], window.actions_["forget_runs"])
    menu = window.actions_.menus["RUNS"]
    return [action for action in menu.actions() if not action.isSeparator() and action not in others]


def test_a_run_is_saved_and_shows_the_same_when_it_is_opened_in_another_window(
    window, open_window, qtbot, tmp_path, monkeypatch, said
):
    run_to_end(window, qtbot)
    before = window.run_view.document
    path = tmp_path / "mine.cvrun"
    saved(window, qtbot, path.with_suffix(""), monkeypatch)
    assert said == [f"The recording is in {path}."]
    other = open_window()
    other.documents.open_path(path)
    qtbot.waitUntil(lambda: other.run_view.document is not None, timeout=LONG_MS)
    after = other.run_view.document
    assert texts(other) == texts(window) == {"expected": "30", "counter": "7", "lost": "23"}
    assert other.panes.editor.text == RACE
    assert other.panes.console.view.toPlainText() == window.panes.console.view.toPlainText()
    assert values_of(facts_of(after.run)) == values_of(facts_of(before.run))
    assert other.panes.results.sentence.text() == window.panes.results.sentence.text()
    assert other.windowTitle().startswith(before.about.title)
    assert not other.controller.active


def test_a_reopened_run_can_be_run_again(window, qtbot, tmp_path, monkeypatch):
    run_to_end(window, qtbot)
    path = tmp_path / "mine.cvrun"
    saved(window, qtbot, path, monkeypatch)
    document = window.run_view.document
    window.documents.open_path(path)
    qtbot.waitUntil(lambda: window.run_view.document is not document, timeout=LONG_MS)
    run_to_end(window, qtbot)
    assert texts(window) == {"expected": "30", "counter": "7", "lost": "23"}
    assert window.run_view.document.run is window.controller.run


def test_every_run_is_kept_and_listed_and_opens_from_there(window, qtbot):
    run_to_end(window, qtbot)
    document = window.run_view.document
    (entry,) = runs_kept(window, qtbot, 1)
    assert date_text(document.about.made) in entry.text()
    entry.trigger()
    qtbot.waitUntil(lambda: window.run_view.document is not document, timeout=LONG_MS)
    assert window.run_view.document.about.made == document.about.made


def test_bookmarks_are_in_every_file_of_the_run_without_saving_it_again(window, qtbot, tmp_path, monkeypatch):
    run_to_end(window, qtbot)
    runs_kept(window, qtbot, 1)
    path = tmp_path / "mine.cvrun"
    saved(window, qtbot, path, monkeypatch)
    document = window.run_view.document
    document.bookmarks.append(Bookmark(document.run.start_ns, "here"))
    window.measuring.bookmarks_changed.emit(document)
    window.documents.bookmarks.close()
    assert [one.text for one in open_recording(path).bookmarks] == ["here"]
    assert [one.text for one in open_recording(kept()[0].path).bookmarks] == ["here"]


def test_bookmarks_left_while_a_run_is_still_being_kept_are_not_lost(window, qtbot, monkeypatch):
    monkeypatch.setattr(window.documents.kept, "_runs", Slow(window.documents.kept._runs))
    run_to_end(window, qtbot)
    document = window.run_view.document
    qtbot.waitUntil(window.documents.kept._runs.written.is_set, timeout=LONG_MS)
    document.bookmarks.append(Bookmark(document.run.start_ns, "early"))
    window.documents.bookmarks._rest.setInterval(0)
    window.measuring.bookmarks_changed.emit(document)
    qtbot.waitUntil(lambda: not window.documents.bookmarks._rest.isActive())
    window.documents.kept._runs.goes_on.set()
    qtbot.waitUntil(
        lambda: [one.text for one in open_recording(kept()[0].path).bookmarks] == ["early"], timeout=LONG_MS
    )


class Slow:
    """Keeps a run, and says so only when it is let."""

    def __init__(self, runs):
        self._runs = runs
        self.written, self.goes_on = threading.Event(), threading.Event()

    def keep(self, document, progress):
        path = self._runs.keep(document, progress)
        self.written.set()
        self.goes_on.wait(30)
        return path


def test_the_files_of_the_run_on_show_are_not_removed_as_too_old(window, qtbot):
    run_to_end(window, qtbot)
    runs_kept(window, qtbot, 1)
    qtbot.waitUntil(lambda: bool(window.documents.bookmarks._held), timeout=LONG_MS)
    shown = kept()[0].path
    KeptRuns(most=0).keep(Document(Run(), About(title="other")))
    assert shown in [one.path for one in kept()]
    window.close()
    KeptRuns(most=0).keep(Document(Run(), About(title="third")))
    assert shown not in [one.path for one in kept()]


def test_a_file_that_is_gone_is_told_when_a_bookmark_is_to_go_there(window, qtbot, tmp_path, monkeypatch, said):
    window.actions_["keep_runs"].trigger()
    run_to_end(window, qtbot)
    path = tmp_path / "mine.cvrun"
    saved(window, qtbot, path, monkeypatch)
    path.unlink()
    window.measuring.bookmarks_changed.emit(window.run_view.document)
    qtbot.waitUntil(lambda: len(said) == 2, timeout=LONG_MS)
    assert "mine.cvrun" in said[1]


def test_runs_are_not_kept_where_that_is_turned_off_and_it_is_remembered(window, open_window, qtbot):
    window.actions_["keep_runs"].trigger()
    run_to_end(window, qtbot)
    window.documents.kept.close()
    assert kept() == []
    assert not open_window().actions_["keep_runs"].isChecked()


def test_kept_runs_are_deleted_on_request(window, qtbot, said, monkeypatch):
    run_to_end(window, qtbot)
    runs_kept(window, qtbot, 1)
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    window.actions_["forget_runs"].trigger()
    assert len(kept()) == 1
    window.actions_["forget_runs"].trigger()
    assert kept() == []
    assert said == ["1 run deleted."]
    assert not window.actions_["forget_runs"].isEnabled()


def test_a_run_that_the_closing_window_ends_is_kept(open_window, script, qtbot):
    window = open_window(script(ENDLESS))
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: window.controller.run is not None and window.controller.run.spans > 2, timeout=LONG_MS)
    window.close()
    (run,) = kept()
    assert run.wall_s > 0


def test_there_is_nothing_to_save_before_a_run_and_while_one_goes_on(open_window, script, qtbot):
    window = open_window(script(ENDLESS))
    sentences = []
    window.documents.said.connect(sentences.append)
    window.actions_["save_recording"].trigger()
    QTest.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: window.run_view.document is not None)
    window.actions_["save_recording"].trigger()
    assert sentences == [NOTHING, GOES_ON]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_one_may_not_write_to_is_told(window, qtbot, tmp_path, monkeypatch, said):
    run_to_end(window, qtbot)
    tmp_path.chmod(0o500)
    saved(window, qtbot, tmp_path / "mine.cvrun", monkeypatch)
    tmp_path.chmod(0o700)
    assert len(said) == 1
    assert "cannot be" in said[0]


def test_a_file_that_is_no_recording_is_told_and_what_is_on_show_stays(window, qtbot, tmp_path, said):
    run_to_end(window, qtbot)
    document = window.run_view.document
    path = tmp_path / "broken.cvrun"
    path.write_bytes(b"nothing of ours")
    window.documents.open_path(path)
    idle(window, qtbot)
    assert len(said) == 1
    assert said[0].endswith(".")
    assert window.run_view.document is document


def test_a_recording_that_is_cut_off_says_so_where_one_looks(window, qtbot, tmp_path, monkeypatch, capsys):
    run_to_end(window, qtbot)
    path = tmp_path / "mine.cvrun"
    saved(window, qtbot, path, monkeypatch)
    path.write_bytes(path.read_bytes()[:-10])
    document = window.run_view.document
    window.documents.open_path(path)
    qtbot.waitUntil(lambda: window.run_view.document is not document, timeout=LONG_MS)
    assert "This recording is cut off at" in window.panes.results.sentence.text()
    assert texts(window) == {}, "numbers of the run before"
    assert "This recording is cut off at" in window.toast.text()
    assert "This recording is cut off at" in window.status_line.parts["sources"].toolTip()
    assert cli.main(["export", str(path), "--to", str(tmp_path / "run.csv")]) == 0
    assert "This recording is cut off at" in capsys.readouterr().err


def test_the_header_is_of_the_run_that_goes_on_and_not_of_the_one_before(window, qtbot, tmp_path, monkeypatch):
    run_to_end(window, qtbot)
    path = tmp_path / "mine.cvrun"
    saved(window, qtbot, path, monkeypatch)
    document = window.run_view.document
    window.documents.open_path(path)
    qtbot.waitUntil(lambda: window.run_view.document is not document, timeout=LONG_MS)
    assert window.top_bar._subtitle.toolTip().startswith("Recorded ")
    run_to_end(window, qtbot)
    assert not window.top_bar._subtitle.toolTip().startswith("Recorded ")


def test_an_imported_trace_is_of_no_text_that_could_have_been_changed(window, qtbot, tmp_path):
    path = tmp_path / "trace.json"
    event = {"ph": "X", "pid": 1, "tid": 1, "ts": 0, "dur": 5, "name": "work"}
    path.write_text(json.dumps({"traceEvents": [event]}), encoding="utf-8")
    window.documents.open_path(path)
    qtbot.waitUntil(lambda: window.run_view.document is not None, timeout=LONG_MS)
    assert window.run_view.ran is None
    assert window.panes.timeline_card.heading.text() == "Timeline"
    assert "not known" in window.panes.results.sentence.text()


def test_a_recording_dropped_on_the_window_is_opened(window, qtbot, tmp_path, monkeypatch):
    run_to_end(window, qtbot)
    path = tmp_path / "mine.cvrun"
    saved(window, qtbot, path, monkeypatch)
    document = window.run_view.document
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none))
    qtbot.waitUntil(lambda: window.run_view.document is not document, timeout=LONG_MS)


def test_what_a_run_is_called_and_where_it_comes_from():
    about = About(title="Race", scenario="race", made="2026-11-25T22:41:03+01:00", python="3.11.7", machine="Linux")
    assert origin_text(about) == "Recorded 25 Nov 2026, 22:41 · Python 3.11.7 · Linux"
    assert file_stem(Document(Run(), about)) == "race-2026-11-25-2241"
    assert file_stem(Document(Run(), About(title="a/b c"))) == "a-b-c"
    assert date_text("yesterday") == ""
