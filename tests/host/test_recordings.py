"""Saving is all or nothing, opening says what is wrong in one sentence, and bookmarks can be added later."""

from __future__ import annotations

import builtins
import errno
import os
import stat
from pathlib import Path

import pytest

from tests.trace.made import made_document
from tests.trace.portrait import differences, portrait
from visualiser.host import whole_file
from visualiser.host.recordings import (
    Cancelled,
    RecordingError,
    open_recording,
    save_bookmarks,
    save_recording,
    save_snapshot,
    snapshot_of,
)
from visualiser.trace.document import Bookmark


@pytest.fixture(scope="module")
def document():
    return made_document(spans=60)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.cvrun"


def test_a_document_is_saved_and_opened(document, path):
    save_recording(document, path)
    assert not differences(portrait(open_recording(path)), portrait(document))
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_file_is_as_readable_as_the_user_wants_new_files(document, path):
    before = os.umask(0o027)
    try:
        save_recording(document, path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o604)
        save_recording(document, path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o604
    finally:
        os.umask(before)


def old_file_stays(path, act, sentence, error=RecordingError):
    """Whatever ``act`` meets, the old file is what it was and nothing else is left."""
    path.write_bytes(b"old")
    with pytest.raises(error, match=sentence):
        act()
    assert path.read_bytes() == b"old"
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("when", ["write", "flush", "fsync"])
def test_a_full_disk_leaves_the_old_file(document, path, monkeypatch, when):
    full = OSError(errno.ENOSPC, "No space left on device")
    if when == "fsync":
        monkeypatch.setattr(os, "fsync", _raiser(full))
    else:
        instead_of_part(monkeypatch, lambda part, mode: _Full(REAL_OPEN(part, mode), when, full))
    old_file_stays(path, lambda: save_recording(document, path), r"^run\.cvrun cannot be saved: the disk is full\.$")


REAL_OPEN = Path.open


def instead_of_part(monkeypatch, opened):
    """What is given to whoever opens the file beside the real one to write to it."""

    def open_(path, mode="r", *rest, **named):
        if path.name.endswith(whole_file.PART) and mode == "wb":
            return opened(path, mode)
        return REAL_OPEN(path, mode, *rest, **named)

    monkeypatch.setattr(Path, "open", open_)


def _raiser(error):
    def fail(*_):
        raise error

    return fail


class _Full:
    """A file on a disk that has no room left after a kilobyte."""

    def __init__(self, file, when, error):
        self._file, self._when, self._error, self._room = file, when, error, 1000

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        if self._when == "flush":
            raise self._error

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, data):
        self._room -= len(data)
        if self._when == "write" and self._room < 0:
            raise self._error
        return self._file.write(data)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_disk_that_is_really_full(document, path, monkeypatch):
    instead_of_part(monkeypatch, lambda part, mode: REAL_OPEN(Path("/dev/full"), mode))
    old_file_stays(path, lambda: save_recording(document, path), "the disk is full")


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to(document, path):
    path.write_bytes(b"old")
    path.parent.chmod(0o500)
    try:
        old_file_stays(path, lambda: save_recording(document, path), "this folder may not be written to")
    finally:
        path.parent.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EACCES, "this folder may not be written to"),
        (errno.EROFS, "this disk is read-only"),
        (errno.EDQUOT, "your share of the disk is full"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_every_trouble_has_its_sentence(document, path, monkeypatch, number, reason):
    monkeypatch.setattr(whole_file, "_beside", _raiser(OSError(number, os.strerror(number))))
    old_file_stays(path, lambda: save_recording(document, path), rf"^run\.cvrun cannot be saved: {reason}\.$")


def test_a_folder_that_is_not_there(document, tmp_path):
    with pytest.raises(RecordingError, match=r"^run\.cvrun cannot be saved: there is no such folder\.$"):
        save_recording(document, tmp_path / "nowhere" / "run.cvrun")


def test_a_folder_of_that_name(document, tmp_path):
    (tmp_path / "run.cvrun").mkdir()
    with pytest.raises(RecordingError, match=r"^run\.cvrun cannot be saved: there is a folder of that name\.$"):
        save_recording(document, tmp_path / "run.cvrun")
    assert [one.name for one in tmp_path.iterdir()] == ["run.cvrun"]


def test_saving_can_be_cancelled(document, path):
    old_file_stays(path, lambda: save_recording(document, path, lambda share: share < 0.4), None, Cancelled)


def test_any_other_failure_leaves_the_old_file_too(document, path):
    def fail(share):
        raise KeyboardInterrupt

    old_file_stays(path, lambda: save_recording(document, path, fail), None, KeyboardInterrupt)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_stays_one(document, path, tmp_path):
    real = tmp_path / "real.cvrun"
    path.symlink_to(real)
    save_recording(document, path)
    assert path.is_symlink()
    assert open_recording(real).about == document.about


def test_a_file_that_is_write_protected_stays(document, path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    old_file_stays(path, lambda: save_recording(document, path), "the file of that name is write-protected")


def test_a_snapshot_is_written_later(document, path):
    snapshot = snapshot_of(document)
    save_snapshot(snapshot, path)
    assert not differences(portrait(open_recording(path)), portrait(document))


# --- opening ---


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "run.cvrun is empty."),
        (b"PK\x03\x04", "run.cvrun is not a recording of the Concurrency Visualiser."),
        (
            b"\x93CVRUN\x09\x00",
            "run.cvrun was written by a newer version of the Concurrency Visualiser (format 9; this one ",
        ),
        (b"\x93CVRUN\x01\x00", "run.cvrun is cut off before the run begins, so nothing of it can be shown."),
    ],
)
def test_a_file_that_is_no_recording_is_named(path, content, sentence):
    path.write_bytes(content)
    with pytest.raises(RecordingError) as refused:
        open_recording(path)
    assert str(refused.value).startswith(sentence)


def test_a_file_that_is_not_there(path):
    with pytest.raises(RecordingError, match=r"^There is no file .*run\.cvrun\.$"):
        open_recording(path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(RecordingError, match=r"is not a file that can be opened\.$"):
        open_recording(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_waited_for(path):
    os.mkfifo(path)
    with pytest.raises(RecordingError, match=r"^run\.cvrun is not a file that can be opened\.$"):
        open_recording(path)


def test_a_gigantic_foreign_file_is_refused_at_once(path):
    """A terabyte of nothing; reading it would take hours."""
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(RecordingError, match="is not a recording"):
        open_recording(path)


def test_a_file_that_may_not_be_read(path, monkeypatch):
    path.write_bytes(b"x")
    monkeypatch.setattr(type(path), "open", _raiser(PermissionError(errno.EACCES, "Permission denied")))
    with pytest.raises(RecordingError, match=r"^run\.cvrun cannot be read: it may not be read\.$"):
        open_recording(path)


def test_a_name_with_a_zero_in_it(tmp_path):
    with pytest.raises(RecordingError, match=r"its name cannot be that of a file\.$"):
        open_recording(tmp_path / "a\0b")


def test_opening_can_be_cancelled(document, path):
    save_recording(document, path)
    with pytest.raises(Cancelled):
        open_recording(path, lambda share: False)


def test_nothing_in_a_file_is_executed(document, path, monkeypatch):
    save_recording(document, path)
    for name in ("eval", "exec", "compile", "__import__"):
        if name != "__import__":
            monkeypatch.setattr(builtins, name, _raiser(AssertionError(name)))
    import pickle

    for name in ("load", "loads"):
        monkeypatch.setattr(pickle, name, _raiser(AssertionError(name)))
    assert open_recording(path).about == document.about


# --- bookmarks ---


def test_bookmarks_are_saved_and_the_rest_stays(document, path):
    save_recording(document, path)
    before = path.read_bytes()
    marks = [Bookmark(5, "neu ✓"), Bookmark(document.run.now_ns, "", 2)]
    save_bookmarks(marks, path)
    opened = open_recording(path)
    assert opened.bookmarks == marks
    assert opened.outcome == document.outcome
    mine, theirs = portrait(opened), portrait(document)
    assert not differences({**mine, "bookmarks": 0}, {**theirs, "bookmarks": 0})
    save_bookmarks(document.bookmarks, path)
    assert path.read_bytes() == before


def test_bookmarks_of_a_file_that_is_cut_off_are_refused_and_it_stays(document, path):
    save_recording(document, path)
    part = path.read_bytes()[:-5]
    path.write_bytes(part)
    with pytest.raises(RecordingError, match=r"^run\.cvrun is not whole, so nothing can be added to it\.$"):
        save_bookmarks([], path)
    assert path.read_bytes() == part
