"""The wheel, built and installed for real, carries everything the app needs and starts without the checkout."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FINDS_ITS_FILES = (
    "from visualiser import paths; import json; "
    "print(json.dumps([str(paths.resources()), str(paths.scenarios()), str(paths.lab_boot()), paths.checkout()]))"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel without a network: hatchling is a development dependency and builds in this environment."""
    directory = tmp_path_factory.mktemp("dist")
    output("-m", "hatchling", "build", "-t", "wheel", "-d", str(directory), cwd=ROOT)
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Install the wheel alone into a new environment that sees the other packages of this one; returns its Python."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    output("-m", "venv", "--without-pip", str(venv))
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install(wheel, python)
    site_packages = Path(output("-c", "import sysconfig; print(sysconfig.get_path('purelib'))", python=python).strip())
    (site_packages / "outer.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


def install(wheel, python):
    if shutil.which("uv"):
        subprocess.run(["uv", "pip", "install", "-q", "--offline", "--no-deps", "--python", python, wheel], check=True)
    else:
        output("-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index", str(wheel))


def output(*arguments, python=sys.executable, cwd=None):
    """Run Python in a directory that is not the checkout, so that only what is installed is found."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(python), *arguments],
        cwd=cwd or Path(python).parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tracked(directory, suffix=""):
    """List the files below `directory` of the checkout, leaving out what Python wrote there."""
    files = (ROOT / directory).rglob(f"*{suffix}")
    return {path.relative_to(ROOT).as_posix() for path in files if path.is_file() and path.suffix != ".pyc"}


def test_the_wheel_carries_every_module_and_every_resource(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"visualiser/{name}" for name in tracked("resources")} <= names
    assert tracked("visualiser", ".py") <= names
    strays = {name for name in names if not name.startswith(("visualiser/", "concurrency_visualiser-"))}
    assert strays == set()


def test_the_wheel_carries_its_licences(wheel):
    with zipfile.ZipFile(wheel) as archive:
        licences = {Path(name).name for name in archive.namelist() if "/licenses/" in name}
    assert {"LICENSE", *(path.name for path in (ROOT / "resources" / "fonts").glob("*.txt"))} <= licences


def test_an_installed_app_finds_its_own_files(installed):
    resources, scenarios, lab_boot, checkout = json.loads(output("-c", FINDS_ITS_FILES, python=installed))
    package = Path(resources).parent
    assert package.is_relative_to(installed.parent.parent)
    assert (scenarios, lab_boot) == (str(package / "scenarios"), str(package / "lab" / "boot"))
    assert (package / "lab" / "boot" / "sitecustomize.py").is_file()
    assert checkout is None
    assert (package / "resources" / "icons" / "concurrency-visualiser.svg").is_file()


def test_an_installed_app_lists_the_same_scenarios_as_the_checkout(installed):
    there = json.loads(output("-m", "visualiser", "list", "--json", python=installed))
    here = json.loads(output("-m", "visualiser", "list", "--json", cwd=ROOT))
    assert [scenario["id"] for scenario in there] == [scenario["id"] for scenario in here] != []


def test_an_installed_app_has_its_programs(installed):
    for name in ("visualiser", "concurrency-visualiser"):
        program = installed.with_name(name + installed.suffix)
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        assert version.startswith("concurrency-visualiser ")
