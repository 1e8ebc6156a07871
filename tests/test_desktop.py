"""The menu entry starts the app whatever its path looks like, and goes away without a trace."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from visualiser import desktop, paths

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'
AWKWARD = ['/opt/My Apps/100% $HOME `id` \\ "quoted"/python', "/home/ü/main.py"]

pytestmark = pytest.mark.skipif(sys.platform in desktop.ELSEWHERE, reason="this desktop has no menu entries")


@pytest.fixture
def data_home(tmp_path, monkeypatch):
    home = tmp_path / "data home"
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    return home


@pytest.fixture
def refreshed(tmp_path, monkeypatch):
    """Stand-ins for the desktop's own programs; tells the calls they got."""
    log = tmp_path / "calls"
    for name in ("update-desktop-database", "gtk-update-icon-cache"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "$(basename "$0") $*" >> "{log}"\nexit 1\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    return lambda: log.read_text().splitlines() if log.exists() else []


def files_in(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


def exec_arguments(text):
    """Undo an Exec line the way a desktop does: the value's escapes first, then the argument's, then the percent."""
    parser = configparser.RawConfigParser()
    parser.optionxform = str
    parser.read_string(text)
    value = parser["Desktop Entry"]["Exec"].replace("\\\\", "\\")
    done = subprocess.run(["sh", "-c", rf"printf '%s\0' {value}"], capture_output=True, text=True, check=True)
    arguments = done.stdout.split("\0")[:-1]
    assert arguments.pop() == "%f"
    return [argument.replace("%%", "%") for argument in arguments]


def test_entry_and_icon_come_and_go(data_home, refreshed):
    sentence = desktop.install()
    assert str(data_home / "applications") in sentence
    assert files_in(data_home) == [
        "applications/concurrency-visualiser.desktop",
        "icons/hicolor/scalable/apps/concurrency-visualiser.svg",
    ]
    assert "out of your menu" in desktop.uninstall()
    assert files_in(data_home) == []
    assert "nothing to remove" in desktop.uninstall()


def test_installing_twice_is_installing_once(data_home, refreshed):
    desktop.install()
    before = files_in(data_home)
    desktop.install()
    assert files_in(data_home) == before


def test_the_checkouts_entry_starts_main_py_with_this_python(data_home, refreshed):
    desktop.install()
    text = (data_home / "applications" / "concurrency-visualiser.desktop").read_text(encoding="utf-8")
    assert exec_arguments(text) == [sys.executable, str(Path(__file__).parent.parent / "main.py")]


def test_an_installed_app_is_started_by_its_own_program(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "concurrency-visualiser"
    program.parent.mkdir()
    program.touch()
    monkeypatch.setattr(paths, "checkout", lambda: None)
    monkeypatch.setattr(desktop.sysconfig, "get_path", lambda name: str(tmp_path / "bin"))
    assert desktop.command() == [str(program)]
    program.unlink()
    assert desktop.command() == [sys.executable, "-m", "visualiser"]


def test_a_frozen_app_is_started_by_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert desktop.command() == [sys.executable]


def test_awkward_paths_survive_the_exec_line():
    assert exec_arguments(desktop.entry_text(AWKWARD)) == AWKWARD


@pytest.mark.skipif(not shutil.which("gio"), reason="gio, a second reader of Exec lines, is not installed")
def test_a_desktop_starts_an_app_with_an_awkward_path(tmp_path):
    out = tmp_path / "started"
    program = tmp_path / "My Apps $HOME `id` \\" / 'the "app"'
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "started with $1" > "{out}"\n')
    program.chmod(0o755)
    entry = tmp_path / "app.desktop"
    entry.write_text(desktop.entry_text([str(program), "100% $HOME"]), encoding="utf-8")
    os.mkfifo(out)
    subprocess.run(["gio", "launch", str(entry)], check=True, timeout=20)
    assert out.read_text() == "started with 100% $HOME\n"


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-utils is not installed")
@pytest.mark.parametrize("command", [["concurrency-visualiser"], AWKWARD], ids=["plain", "awkward"])
def test_the_entry_is_valid(tmp_path, command):
    entry = tmp_path / "concurrency-visualiser.desktop"
    entry.write_text(desktop.entry_text(command), encoding="utf-8")
    done = subprocess.run(["desktop-file-validate", str(entry)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_a_relative_data_home_is_ignored(tmp_path, monkeypatch, refreshed):
    monkeypatch.setenv("XDG_DATA_HOME", "elsewhere")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    desktop.install()
    assert files_in(tmp_path / "home" / ".local" / "share")


def test_caches_are_renewed_but_never_begun(data_home, refreshed):
    desktop.install()
    assert refreshed() == []
    (data_home / "icons" / "hicolor" / "icon-theme.cache").touch()
    (data_home / "applications" / "mimeinfo.cache").touch()
    desktop.install()  # the stand-ins fail, and that matters to nobody
    assert [call.split()[0] for call in refreshed()] == ["gtk-update-icon-cache", "update-desktop-database"]


def test_a_directory_that_cannot_be_made_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(desktop.DesktopError, match="could not be written"):
        desktop.install()


@pytest.mark.parametrize(("platform", "way_out"), [("darwin", "Dock"), ("win32", "Send to")])
@pytest.mark.parametrize("act", [desktop.install, desktop.uninstall])
def test_other_systems_are_told_what_to_do_instead(data_home, monkeypatch, platform, way_out, act):
    monkeypatch.setattr(sys, "platform", platform)
    sentence = act()
    assert "Linux desktops only" in sentence
    assert way_out in sentence
    assert not data_home.exists()
