"""System packages are installed where that is allowed and named where it is not; the tests' screen comes and goes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import SetupError, screen, system
from tools.pythons import choose_python

ROOT = Path(__file__).parent.parent
GL = system.Missing("libGL.so.1", "libgl1")
EGL = system.Missing("libEGL.so.1", "libegl1")

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="system packages are a Linux matter")
needs_xvfb = pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is not installed")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A PATH of stand-ins only. `machine(apt-get="…")` adds a program; `machine.calls()` tells what was called."""

    class Machine:
        def __call__(self, **programs):
            for name, body in programs.items():
                program = tmp_path / name.replace("_", "-")
                program.write_text(f'#!/bin/sh\necho "{program.name} $*" >> "{tmp_path}/calls"\n{body}\n')
                program.chmod(0o755)

        def calls(self):
            log = tmp_path / "calls"
            return log.read_text().splitlines() if log.exists() else []

    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "env").symlink_to(shutil.which("env", path="/usr/bin:/bin"))
    return Machine()


def test_nothing_missing_asks_for_nothing(machine):
    machine(apt_get="exit 1")
    system.provide([])
    assert machine.calls() == []


def test_root_installs_without_a_question(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine(apt_get='[ "$DEBIAN_FRONTEND" = noninteractive ]')
    system.provide([GL, EGL])
    assert machine.calls() == ["apt-get install --yes --no-install-recommends libegl1 libgl1"]


def test_a_machine_without_package_lists_gets_them_first(machine, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    lists = tmp_path / "lists"
    machine(apt_get=f'[ "$1" = update ] && : > "{lists}"; [ -e "{lists}" ]')
    system.provide([GL])
    assert [call.split()[1] for call in machine.calls()] == ["install", "update", "install"]


def test_a_sudo_that_asks_nothing_is_used(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine(apt_get="exit 0", sudo='shift; [ "$1" = true ] || exec "$@"')
    system.provide([GL])
    assert machine.calls()[-1] == "apt-get install --yes --no-install-recommends libgl1"


def test_without_rights_the_exact_command_is_named(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine(apt_get="exit 0", sudo="exit 1")
    with pytest.raises(
        SetupError, match=r"lacks libGL.so.1, libEGL.so.1: install with `sudo apt-get install libegl1 libgl1`"
    ):
        system.provide([GL, EGL])
    assert machine.calls() == ["sudo -n true"]


def test_an_apt_that_fails_names_the_command(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine(apt_get="exit 100")
    with pytest.raises(SetupError, match="`sudo apt-get install libgl1`"):
        system.provide([GL])


def test_other_distributions_are_told_the_libraries(machine):
    with pytest.raises(SetupError, match=r"lacks libGL.so.1: install them with its package manager"):
        system.provide([GL])


def test_a_python_without_venv_is_completed_by_its_own_package():
    python = choose_python(None)._replace(ensurepip=False)
    assert system.venv_package(python._replace(ensurepip=True)) == []
    assert system.venv_package(python) == [system.Missing("the venv module", f"python{python.release}-venv")]


def test_libraries_that_cannot_be_loaded_are_listed(monkeypatch):
    monkeypatch.setattr(system, "QT_LIBRARIES", {"libc.so.6": "libc6", "libnowhere.so.1": "libnowhere1"})
    monkeypatch.setattr(system, "X11_LIBRARIES", {})
    assert system.libraries() == [system.Missing("libnowhere.so.1", "libnowhere1")]


def test_a_virtual_screen_is_missing_only_where_there_is_none(machine, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert system.virtual_screen() == [system.Missing("Xvfb", "xvfb")]
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert system.virtual_screen() == []
    monkeypatch.delenv("WAYLAND_DISPLAY")
    machine(Xvfb="exit 1")
    assert system.virtual_screen() == []


def test_the_broker_of_the_tests_is_installed_where_that_is_allowed(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert system.broker() == [system.Missing("redis-server", "redis-server")]
    machine(apt_get="exit 0")
    system.offer(system.broker())
    assert machine.calls() == ["apt-get install --yes --no-install-recommends redis-server"]
    machine(redis_server="exit 0")
    assert system.broker() == []


def test_without_rights_the_tests_go_on_without_their_broker(machine, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine(apt_get="exit 0", sudo="exit 1")
    system.offer(system.broker())
    said = capsys.readouterr().out
    assert "`sudo apt-get install redis-server`" in said
    assert "the tests that need it are skipped" in said


def answers(display):
    """Whether an X server listens on `display`."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(f"\0/tmp/.X11-unix/X{display[1:]}") == 0


@needs_xvfb
def test_the_tests_screen_comes_and_goes(monkeypatch):
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with screen.for_tests() as environment:
        display, runtime_dir = environment["DISPLAY"], Path(environment["XDG_RUNTIME_DIR"])
        assert answers(display)
        assert runtime_dir.stat().st_mode & 0o777 == 0o700
        assert environment["QT_QPA_PLATFORM"] == "xcb"
        assert "WAYLAND_DISPLAY" not in environment
    assert not answers(display)
    assert not runtime_dir.exists()


@needs_xvfb
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_tests_screen_ends_with_whoever_started_it(how, tmp_path):
    script = (
        "import signal\n"
        "from tools import screen\n"
        "with screen.for_tests() as environment:\n"
        "    print(environment['DISPLAY'], flush=True)\n"
        "    signal.pause()\n"
    )
    command, environment = [sys.executable, "-c", script], os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        display = process.stdout.readline().strip()
        answered = answers(display)
        process.send_signal(how)
    assert answered
    deadline = time.monotonic() + 20
    while answers(display) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not answers(display)


def test_a_screen_that_does_not_start_is_one_sentence(machine):
    machine(Xvfb="exit 1")
    with pytest.raises(SetupError, match="The virtual screen did not start"), screen.virtual_screen():
        pytest.fail("there is no screen")
