import os
import stat
import struct
import tempfile
from pathlib import Path

import pytest

from visualiser.host import run_dir
from visualiser.host.run_dir import RunDir, RunDirError, choose_root
from visualiser.lab import layout


@pytest.fixture
def made(tmp_path):
    made = RunDir(tmp_path)
    yield made
    made.remove()
    assert not made.path.exists()


def test_it_is_private_and_holds_the_control_words(made):
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o700 or os.name == "nt"
    control = made.path / layout.CONTROL_NAME
    words = bytearray(64)
    layout.LONG.pack_into(words, layout.CONTROL_HOST, os.getpid())
    assert control.read_bytes() == words
    made.control.go()
    assert struct.unpack_from("<II", control.read_bytes()) == (1, 0)
    made.control.ask_to_stop()
    assert struct.unpack_from("<II", control.read_bytes()) == (1, 1)


def test_a_fault_is_read_from_whoever_wrote_it(made):
    assert made.control.fault is None
    with (made.path / layout.CONTROL_NAME).open("r+b") as file:
        file.seek(layout.CONTROL_FAULT)
        file.write(struct.pack("<IIQ", 28, 0, 4711))
    assert made.control.fault == (28, 4711)


def test_the_control_words_outlive_their_file(made):
    (made.path / layout.CONTROL_NAME).unlink()
    made.control.go()
    assert made.control.fault is None


def test_a_script_is_written_as_it_is(made):
    path = made.write_script("race.py", "x = 'ä'\r\n")
    assert path.name == "race.py"
    assert path.read_bytes() == "x = 'ä'\r\n".encode()


def test_the_users_choice_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("VISUALISER_RUN_DIR_ROOT", str(tmp_path))
    assert choose_root() == tmp_path


def test_a_memory_disk_without_room_is_not_used(monkeypatch, tmp_path):
    monkeypatch.delenv("VISUALISER_RUN_DIR_ROOT")
    monkeypatch.setattr(run_dir, "_MEMORY_DISK", tmp_path)
    assert choose_root() == tmp_path
    monkeypatch.setattr(run_dir, "_ROOM", 1 << 62)
    assert choose_root() == Path(tempfile.gettempdir())
    monkeypatch.setattr(run_dir, "_MEMORY_DISK", tmp_path / "nowhere")
    assert choose_root() == Path(tempfile.gettempdir())


def test_a_root_that_is_no_directory(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunDirError, match=r"^No run directory can be made in .*file \(.*\); set"):
        RunDir(tmp_path / "file")
