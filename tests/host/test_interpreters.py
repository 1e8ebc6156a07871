"""Interpreters: asked about themselves, found wherever they lie, merged, sorted, looked up by version."""

import os
import platform
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.host.stand_ins import asked, program, stand_in
from visualiser.host import interpreter_places, launch
from visualiser.host.interpreter import Interpreter, ask, objection
from visualiser.host.interpreter_places import Machine, candidates, listed_pythons, registered_pythons
from visualiser.host.interpreters import Found, find_interpreters, lookup

posix = pytest.mark.skipif(os.name == "nt", reason="makes interpreters of shell scripts")


def machine(home, **changes):
    """A machine with nothing on it but what a test puts there."""
    nothing = {"platform": "linux", "environ": {}, "home": home, "root": home / "root", "own": ""}
    empty = {"registered": list, "launched": list}
    return Machine(**{**nothing, **empty, **changes})


def made(path="/usr/bin/python3", release="3.13.0", free=False, **changes):
    version = tuple(int(part) for part in release.split("rc")[0].split("."))
    return Interpreter(path, "/usr", version, release, free_threaded=free, gil=not free, **changes)


def test_our_own_interpreter_says_what_it_is():
    own = ask(sys.executable)
    assert own == Interpreter(
        path=sys.executable,
        base=os.path.realpath(sys.base_prefix),
        version=sys.version_info[:3],
        release=platform.python_version(),
        free_threaded=False,
        gil=True,
        pyside=True,
    )
    assert objection(own) is None


@posix
def test_what_is_on_the_working_directory_has_no_say(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit(7)\n")
    (tmp_path / "PySide6.py").write_text("")
    path = stand_in(tmp_path / "bin")
    real = program(tmp_path / "real", f'exec "{sys.executable}" "$@"')
    monkeypatch.chdir(tmp_path)
    assert ask(path).release == "3.13.0"
    assert ask(real).path == sys.executable


@posix
@pytest.mark.parametrize(
    "line",
    ["exit 127", "echo 3 13 cpython", "echo '[]'", "echo '{}'", "echo '{\"version\": 3}'", "kill -9 $$"],
)
def test_what_does_not_answer_is_no_interpreter(tmp_path, line):
    assert ask(program(tmp_path / "python3", line)) is None


def test_neither_is_what_is_not_there_or_cannot_be_started(tmp_path):
    (tmp_path / "python3").write_text("no program")
    assert ask(str(tmp_path / "python3")) is None
    assert ask(str(tmp_path / "nothing")) is None


@posix
def test_what_hangs_is_ended_with_all_it_started(tmp_path):
    path = program(tmp_path / "python3", "sleep 600 &", "sleep 600")
    assert ask(path, patience_s=0.3) is None  # the fixture finds what is left behind


@posix
def test_who_gives_up_does_not_wait(tmp_path):
    path = program(tmp_path / "python3", "sleep 600")
    assert ask(path, given_up=lambda: asked(path) > 0) is None


@posix
def test_an_interpreter_may_print_before_it_answers(tmp_path):
    path = stand_in(tmp_path)
    text = Path(path).read_text().replace("#!/bin/sh", "#!/bin/sh\necho hello from a pth file")
    Path(path).write_text(text)
    assert ask(path).release == "3.13.0"


@posix
def test_a_file_is_asked_once_until_it_changes(tmp_path):
    path = stand_in(tmp_path)
    assert [ask(path), ask(path)] == [ask(path)] * 2
    assert asked(path) == 1
    os.utime(path, ns=(1, 1))
    assert ask(path).release == "3.13.0"
    assert asked(path) == 2


@posix
def test_what_did_not_answer_is_asked_again(tmp_path):
    path = program(tmp_path / "python3", "exit 1")
    assert ask(path) is None
    assert ask(path) is None
    assert asked(path) == 2


@pytest.mark.parametrize(
    ("one", "label", "short"),
    [
        (made(), "3.13.0", "3.13.0"),
        (made(release="3.14.0rc2"), "3.14.0rc2", "3.14.0rc2"),
        (made(free=True), "3.13.0 free-threaded", "3.13.0 · no GIL"),
        (
            Interpreter("p", "b", (3, 14, 1), "3.14.1", free_threaded=True, gil=True),
            "3.14.1 free-threaded, GIL on",
            "3.14.1",
        ),
    ],
)
def test_names(one, label, short):
    assert (one.label, one.short) == (label, short)


def test_a_qthread_takes_pyside_on_an_ordinary_build():
    assert [made(pyside=pyside, free=free).has_qthread for pyside in (True, False) for free in (False, True)] == [
        True,
        False,
        False,
        False,
    ]


def touch(*paths):
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        path.chmod(0o700)
    return [str(path) for path in paths]


def test_path_is_looked_through_for_every_name(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    wanted = touch(here / "python3", here / "python3.14t", there / "python3.10")
    touch(here / "python3.9", here / "python2", there / "python3-config")
    (there / "python").mkdir()
    environ = {"PATH": os.pathsep.join([str(here), "", "/nowhere", str(there)])}
    assert candidates(machine(tmp_path, environ=environ)) == wanted


def test_our_own_comes_first_and_links_to_it_are_left_out(tmp_path):
    own, other = touch(tmp_path / "own" / "python3.12", tmp_path / "bin" / "python3.13")
    (tmp_path / "bin" / "python3").symlink_to(own)
    assert candidates(machine(tmp_path, own=own, environ={"PATH": str(tmp_path / "bin")})) == [own, other]


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ("pyenv/versions/3.13.0t/bin/python3.13t", {"environ": {"PYENV_ROOT": "HOME/pyenv"}}),
        (".pyenv/versions/3.12.1/bin/python3", {}),
        (".local/share/uv/python/cpython-3.14.0+freethreaded-linux/bin/python3.14t", {}),
        ("data/uv/python/cpython-3.14.0/bin/python3.14", {"environ": {"XDG_DATA_HOME": "HOME/data"}}),
        ("uv/cpython-3.14.0/bin/python3.14", {"environ": {"UV_PYTHON_INSTALL_DIR": "HOME/uv"}}),
        ("miniforge3/bin/python3", {}),
        ("anaconda3/envs/data/bin/python3.11", {}),
        ("mine/bin/python3.11", {"environ": {"CONDA_PREFIX": "HOME/mine"}}),
        ("root/usr/bin/python3.13t", {}),
        ("root/usr/local/bin/python3.15", {}),
        ("root/opt/python3.13/bin/python3", {}),
        ("root/Library/Frameworks/PythonT.framework/Versions/3.13/bin/python3.13t", {"platform": "darwin"}),
        ("root/opt/homebrew/bin/python3.13", {"platform": "darwin"}),
        ("root/opt/homebrew/opt/python@3.12/bin/python3.12", {"platform": "darwin"}),
        (".pyenv/pyenv-win/versions/3.12.1/python.exe", {"platform": "win32"}),
        ("App/Programs/Python/Python313/python.exe", {"platform": "win32", "environ": {"LOCALAPPDATA": "HOME/App"}}),
        ("roaming/uv/python/cpython-3.13/python.exe", {"platform": "win32", "environ": {"APPDATA": "HOME/roaming"}}),
        ("bin/python3.12.exe", {"platform": "win32", "environ": {"PATH": "/nowhere;HOME/bin"}}),
    ],
)  # fmt: skip
def test_places(tmp_path, place, changes):
    touch(tmp_path / place)
    environ = {name: value.replace("HOME", str(tmp_path)) for name, value in changes.get("environ", {}).items()}
    assert candidates(machine(tmp_path, **{**changes, "environ": environ})) == [str(tmp_path / place)]


def test_what_belongs_to_another_system_is_not_looked_for(tmp_path):
    touch(tmp_path / "root/Library/Frameworks/Python.framework/Versions/3.13/bin/python3.13")
    assert candidates(machine(tmp_path)) == []
    assert candidates(machine(tmp_path, platform="win32")) == []


def test_conda_names_its_environments_itself(tmp_path):
    (path,) = touch(tmp_path / "far/away/bin/python3")
    (tmp_path / ".conda").mkdir()
    (tmp_path / ".conda" / "environments.txt").write_text(f"{tmp_path}/far/away\n{tmp_path}/gone\n")
    assert candidates(machine(tmp_path)) == [path]


class FakeRegistry:
    """As much of ``winreg`` as a search needs; keys are paths below a hive."""

    HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE = "user", "machine"
    KEY_READ, KEY_WOW64_64KEY, KEY_WOW64_32KEY = 1, 256, 512

    def __init__(self, values):
        self.values = values

    def OpenKey(self, hive, key, _reserved, access):
        full = f"{hive}\\{key}"
        if not any(f"{known}\\".startswith(f"{full}\\") for known in self.values):
            raise FileNotFoundError(full)
        return self.Key(full)

    def EnumKey(self, key, number):
        below = [
            known[len(key.full) + 1 :].split("\\")[0] for known in self.values if known.startswith(key.full + "\\")
        ]
        names = list(dict.fromkeys(below))
        if number >= len(names):
            raise OSError("no more data")
        return names[number]

    def QueryValueEx(self, key, name):
        if name not in self.values[key.full]:
            raise FileNotFoundError(name)
        return self.values[key.full][name], 1

    class Key:
        def __init__(self, full):
            self.full = full

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None


def test_the_registry_of_windows():
    registry = FakeRegistry(
        {
            r"user\Software\Python\PythonCore\3.13t\InstallPath": {"ExecutablePath": r"C:\py\python3.13t.exe"},
            r"machine\Software\Python\PythonCore\3.10\InstallPath": {"": "C:\\old\\"},
            r"machine\Software\Python\Astral\cpython-3.12\InstallPath": {"ExecutablePath": r"C:\uv\python.exe"},
            r"machine\Software\Python\Broken\1.0": {},
        }
    )
    assert registered_pythons(registry) == [
        r"C:\py\python3.13t.exe",
        r"C:\old\python.exe",
        r"C:\uv\python.exe",
    ]


def test_a_registry_without_python():
    assert registered_pythons(FakeRegistry({})) == []


def test_the_launcher_of_windows():
    listing = (
        " -V:3.13t         C:\\Python313t\\python3.13t.exe\r\n"
        " -V:3.12 *        C:\\Program Files\\Python312\\python.exe\r\n"
        " -3.10-64         C:\\Python310\\python.exe *\r\n"
        "No installed Pythons found!\r\n"
    )
    assert listed_pythons(listing) == [
        r"C:\Python313t\python3.13t.exe",
        r"C:\Program Files\Python312\python.exe",
        r"C:\Python310\python.exe",
    ]


def test_a_launcher_that_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert interpreter_places._launcher_list() == ""


def test_windows_asks_registry_and_launcher(tmp_path):
    first, second = touch(tmp_path / "a" / "python.exe", tmp_path / "b" / "python.exe")
    windows = machine(tmp_path, platform="win32", registered=lambda: [first], launched=lambda: [second, first])
    assert candidates(windows) == [first, second]


@posix
def test_a_search_merges_sorts_and_counts(tmp_path):
    bin_ = tmp_path / "bin"
    stand_in(bin_, "python3.14t", version=[3, 14, 1], release="3.14.1", free_threaded=True, gil=False)
    stand_in(bin_, "python3.14", version=[3, 14, 1], release="3.14.1")
    first = stand_in(bin_, "python3.13", base="/opt/one")
    stand_in(tmp_path / "venv", "python3", base="/opt/one", pyside=True)
    stand_in(bin_, "python3.10", version=[3, 9, 2], release="3.9.2")
    stand_in(bin_, "python3.11", implementation="pypy")
    broken = program(bin_ / "python3.12", "exit 127")
    environ = {"PATH": os.pathsep.join([str(bin_), str(tmp_path / "venv")])}
    found = find_interpreters(machine(tmp_path, environ=environ))
    assert [one.label for one in found.interpreters] == ["3.13.0", "3.14.1", "3.14.1 free-threaded"]
    assert found.interpreters[0].path == first
    assert (found.unfit, found.broken) == (2, (broken,))
    assert found.free_threaded is found.interpreters[-1]


@posix
def test_what_the_user_added_counts_though_its_installation_is_known(tmp_path):
    mine = stand_in(tmp_path / "mine", "python3", base="/opt/one", pyside=True)
    stand_in(tmp_path / "bin", "python3.13", base="/opt/one")
    found = find_interpreters(machine(tmp_path, environ={"PATH": str(tmp_path / "bin")}), added=[mine])
    assert len(found.interpreters) == 2
    assert mine in [one.path for one in found.interpreters]


@posix
def test_a_shim_stands_for_what_is_behind_it(tmp_path):
    real = stand_in(tmp_path / "versions", "python3.13")
    program(tmp_path / "python3", f'exec "{real}" "$@"')
    found = find_interpreters(machine(tmp_path, environ={"PATH": str(tmp_path)}))
    assert [one.path for one in found.interpreters] == [real]


@posix
def test_a_search_can_be_given_up(tmp_path):
    paths = [program(tmp_path / f"python3.{minor}", "sleep 600") for minor in range(10, 16)]
    given_up = threading.Event()

    def enough():
        if any(asked(path) for path in paths):
            given_up.set()
        return given_up.is_set()

    found = find_interpreters(machine(tmp_path, environ={"PATH": str(tmp_path)}), given_up=enough)
    assert found.interpreters == ()


def test_our_own_stands_for_its_installation():
    found = find_interpreters(Machine(environ={}, home=Path("/nowhere"), root=Path("/nowhere")))
    assert [one.path for one in found.interpreters] == [sys.executable]


def test_the_installation_behind_a_virtual_environment_counts_once():
    beside = str(Path(sys.executable).resolve().parent)
    found = find_interpreters(Machine(environ={"PATH": beside}, home=Path("/nowhere"), root=Path("/nowhere")))
    same = [one for one in found.interpreters if one.release == platform.python_version()]
    assert [one.path for one in same] == [sys.executable]


def test_a_finished_release_is_preferred_to_a_newer_one_that_is_not():
    found = Found((made(release="3.14.1", free=True), made(release="3.15.0rc1", free=True)))
    assert found.free_threaded.release == "3.14.1"
    assert Found((made(),)).free_threaded is None


KNOWN = [
    made("/a", "3.13.0"),
    made("/b", "3.13.2"),
    made("/c", "3.13.2", free=True),
    made("/d", "3.14.0rc2"),
    made("/e", "3.10.12"),
]


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("3.13", "/b"),
        ("3.13.0", "/a"),
        ("3.13t", "/c"),
        ("3.13.2t", "/c"),
        ("python3.13t", "/c"),
        ("3.14", "/d"),
        ("3.14.0rc2", "/d"),
        ("3.1", None),
        ("3.14t", None),
        ("3.13.1", None),
        ("3", None),
        ("t", None),
        ("2.7", None),
    ],
)
def test_a_version_names_the_newest_of_its_kind(word, path):
    found = lookup(word, KNOWN)
    assert (found and found.path) == path


def test_a_run_may_name_a_version(monkeypatch):
    monkeypatch.setattr(launch, "find_interpreters", lambda: Found(tuple(KNOWN)))
    assert launch.find_python("3.13t") == "/c"
    sentence = "There is no Python 3.12 on this machine: there are 3.13.0, 3.13.2, 3.13.2 free-threaded,"
    with pytest.raises(launch.StartError, match=sentence):
        launch.find_python("3.12")


@posix
def test_a_name_on_path_goes_before_a_version(tmp_path, monkeypatch):
    path = stand_in(tmp_path, "python3.13t")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert launch.find_python("python3.13t") == path


def test_an_old_python_can_read_the_question():
    """What is too old must be able to say so: nothing in it may be newer than Python 3.2."""
    from visualiser.host import interpreter

    assert "f'" not in interpreter._QUESTION
    assert 'f"' not in interpreter._QUESTION
    done = subprocess.run([sys.executable, "-c", interpreter._QUESTION], capture_output=True, text=True, check=True)
    assert done.stderr == ""
