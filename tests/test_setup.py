"""A bare checkout becomes a working one: the real commands, run on a small stand-in project without a network."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tools import SetupError, environment
from tools.environment import Environment, requirements
from tools.pythons import choose_python, probe

ROOT = Path(__file__).parent.parent
MAIN = "import sys, greeting\nprint('opened', greeting.WORD, sys.argv[1:])\n"
PYTEST = "import os, sys\nprint('tested', sys.argv[1:], os.environ.get('QT_QPA_PLATFORM'), flush=True)\nsys.exit(3)\n"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="written for POSIX shells and paths")


def wheel_in(directory):
    """Write the smallest wheel there is: a module `greeting`."""
    path = directory / "greeting-1.0-py3-none-any.whl"
    info = "greeting-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("greeting.py", "WORD = 'hello'\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "greeting.py,,\n")
    return path


def write_pyproject(root, dependency):
    (root / "pyproject.toml").write_text(
        f'[project]\nname = "stand-in"\ndependencies = ["{dependency}"]\n[dependency-groups]\ndev = []\n'
    )


def make_project(directory):
    """Make a checkout with our tools, one dependency, an app and a pytest that say how they were called."""
    root = directory / "a clone"
    shutil.copytree(ROOT / "tools", root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Makefile", root)
    (root / "main.py").write_text(MAIN)
    (root / "pytest.py").write_text(PYTEST)
    write_pyproject(root, f"greeting @ {wheel_in(directory).as_uri()}")
    return root


@pytest.fixture
def project(tmp_path):
    """A fresh clone."""
    return make_project(tmp_path)


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    """What the first run in a fresh clone did, and the clone, whose dependency cannot be had a second time."""
    root = make_project(tmp_path_factory.mktemp("first_run"))
    done = bootstrap(root, "run", "--scenario", "two words")
    next(root.parent.glob("greeting-*.whl")).unlink()
    return done, root


def surroundings(**changes):
    """Return an environment in which pip has no index and uv is not installed."""
    path = [entry for entry in os.environ["PATH"].split(os.pathsep) if not (Path(entry) / "uv").exists()]
    hidden = ("PYTHON", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL")
    kept = {name: value for name, value in os.environ.items() if name not in hidden and not name.startswith("PIP_")}
    return kept | {"PATH": os.pathsep.join(path), "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"} | changes


def bootstrap(project, *arguments, python=sys.executable, **changes):
    return subprocess.run(
        [python, "tools/bootstrap.py", *arguments],
        cwd=project,
        env=surroundings(**changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_run_installs_and_opens_the_app(first_run):
    done, _ = first_run
    assert "Installing into" in done.stdout, done.stderr
    assert done.stdout.endswith("opened hello ['--scenario', 'two words']\n")


def test_the_second_run_only_opens_it(first_run):
    done = bootstrap(first_run[1], "run")
    assert (done.stdout, done.stderr, done.returncode) == ("opened hello []\n", "", 0)


def test_a_changed_pyproject_is_installed_on_top_and_a_failure_starts_over(project, tmp_path):
    assert bootstrap(project, "install").returncode == 0
    (project / ".venv" / "kept").touch()
    whole = (project / "pyproject.toml").read_text()
    write_pyproject(project, f"absent @ {(tmp_path / 'absent-1.0-py3-none-any.whl').as_uri()}")
    failed = bootstrap(project, "install", TMPDIR=str(tmp_path))
    assert failed.returncode == 1
    assert failed.stderr.startswith("Installing failed: ")
    assert (project / ".venv" / "kept").exists()
    (project / "pyproject.toml").write_text(whole)
    again = bootstrap(project, "run")
    assert "Making .venv anew" in again.stdout
    assert "opened hello" in again.stdout
    assert not (project / ".venv" / "kept").exists()
    assert not list(project.glob(".venv-old-*"))


@pytest.mark.skipif(not (shutil.which("make") and shutil.which("Xvfb")), reason="make and Xvfb are not installed")
def test_make_test_hands_arguments_on_and_brings_a_screen(first_run):
    done = subprocess.run(
        ["make", "test", "ARGS=-k 'race and not lock'"],
        cwd=first_run[1],
        env=surroundings(PYTHON=sys.executable, QT_QPA_PLATFORM="offscreen"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "tested ['-k', 'race and not lock'] xcb\n" in done.stdout, done.stderr
    assert done.returncode == 2  # make's way to say that its command failed
    assert "Error 3" in done.stderr  # the tests' own exit code


def test_where_uv_fails_pip_is_tried_and_a_missing_network_is_one_sentence(project, tmp_path):
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text("#!/bin/sh\necho 'error: no luck' >&2\nexit 2\n")
    uv.chmod(0o755)
    write_pyproject(project, "greeting")
    index = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    done = bootstrap(project, "run", PATH=f"{uv.parent}{os.pathsep}{surroundings()['PATH']}", **index)
    assert "uv could not do it (error: no luck); trying pip." in done.stdout
    assert done.stderr == environment.NO_NETWORK + "\n"
    assert done.returncode == 1


def test_an_unknown_verb_is_one_sentence(project):
    done = bootstrap(project, "fly")
    assert done.stderr == "'fly' is not one of run, test, check, install.\n"
    assert done.returncode == 2
    assert not (project / ".venv").exists()


# What stays of a .venv, without installing for real


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """A .venv without packages, stamped as whole; tells whether `provide` kept it and whether it installed."""
    monkeypatch.delenv("PYTHON", raising=False)
    made = Environment(tmp_path)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made.path)], check=True)
    release = f"{sys.version_info.major}.{sys.version_info.minor}"
    made.stamp.write_text(json.dumps({"root": str(tmp_path), "python": release, "requirements": ["a", "b"]}))
    monkeypatch.setattr(Environment, "_install", lambda self, wanted, python: tmp_path.joinpath("installed").touch())
    return made


def provide(venv, wanted):
    """Provide `wanted`; returns (kept, installed)."""
    venv.provide(wanted, choose_python(os.environ.get("PYTHON")))
    return venv.path.exists(), (venv.root / "installed").exists()


def test_a_whole_venv_that_has_everything_is_left_alone(venv):
    assert provide(venv, ["a"]) == (True, False)


def test_a_whole_venv_that_lacks_something_is_filled(venv):
    assert provide(venv, ["a", "c"]) == (True, True)


def test_a_moved_checkout_makes_its_venv_anew(venv, tmp_path):
    venv.stamp.write_text(venv.stamp.read_text().replace(str(tmp_path), "/elsewhere"))
    assert provide(venv, ["a"]) == (False, True)


def test_an_unfinished_venv_is_made_anew(venv):
    venv.stamp.write_text('"unfinished"')
    assert provide(venv, ["a"]) == (False, True)


def test_a_venv_whose_python_is_gone_is_made_anew(venv):
    venv.interpreter.unlink()
    venv.interpreter.symlink_to("/nowhere/python3")
    assert provide(venv, ["a"]) == (False, True)


def test_a_venv_upgraded_to_another_release_is_made_anew(venv):
    venv.stamp.write_text(venv.stamp.read_text().replace('"python": "3', '"python": "2'))
    assert provide(venv, ["a"]) == (False, True)


def test_a_dangling_venv_link_is_removed(venv, tmp_path):
    shutil.rmtree(venv.path)
    venv.path.symlink_to(tmp_path / "nowhere")
    assert provide(venv, ["a"]) == (False, True)
    assert not venv.path.is_symlink()


def test_naming_another_python_makes_the_venv_anew(venv, tmp_path, monkeypatch):
    other = tmp_path / "python-of-choice"
    facts = probe(sys.executable)._asdict() | {"executable": str(other)}
    other.write_text(f"#!/bin/sh\necho '{json.dumps(facts)}'\n")
    other.chmod(0o755)
    monkeypatch.setenv("PYTHON", str(other))
    assert provide(venv, ["a"]) == (False, True)


def test_naming_the_same_python_keeps_the_venv(venv, monkeypatch):
    monkeypatch.setenv("PYTHON", sys.executable)
    assert provide(venv, ["a"]) == (True, False)


def test_the_requirements_are_the_projects_own():
    plain, developing = requirements(ROOT / "pyproject.toml"), requirements(ROOT / "pyproject.toml", ["dev"])
    assert any(line.startswith("PySide6-Essentials") and "<6.12; python_version < '3.12'" in line for line in plain)
    assert set(plain) < set(developing)
    assert any(line.startswith("pytest") for line in developing)


def test_an_unreadable_index_answer_keeps_its_log(tmp_path, monkeypatch):
    monkeypatch.setattr(environment.tempfile, "tempdir", str(tmp_path))
    with pytest.raises(SetupError, match="Installing failed: ERROR: no such thing") as caught:
        raise SetupError(environment._CommandError(["pip"], "noise\nERROR: no such thing\nhint\n").sentence())
    log = next(tmp_path.glob("visualiser-setup-*.log"))
    assert str(log) in str(caught.value)
    assert "hint" in log.read_text()


def test_python_and_the_tests_agree_where_scripts_are(venv):
    assert venv.interpreter.parent == Path(sysconfig.get_path("scripts", vars={"base": str(venv.path)}))
