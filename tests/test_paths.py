"""The files that come with the app are found, and their absence is said in a sentence."""

import sys
from pathlib import Path

import pytest

from visualiser import paths


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package directory as an installed wheel has it, without any of its files yet."""
    package = tmp_path / "site-packages" / "visualiser"
    package.mkdir(parents=True)
    monkeypatch.setattr(paths, "PACKAGE", package)
    forget()
    yield package
    forget()


def forget():
    for cached in (paths.resources, paths.scenarios, paths.lab_boot):
        cached.cache_clear()


def test_the_checkout_has_everything():
    root = Path(__file__).parent.parent
    assert paths.checkout() == paths.home() == root
    assert paths.resources() == root / "resources"
    assert (paths.resources() / "desktop" / "concurrency-visualiser.desktop").is_file()
    assert list(paths.scenarios().glob("*.py"))
    assert (paths.lab_boot() / "sitecustomize.py").is_file()


def test_a_wheel_carries_its_resources_inside_the_package(installed):
    (installed / "resources").mkdir()
    (installed.parent / "resources").mkdir()  # some other project's
    assert paths.resources() == installed / "resources"
    assert paths.checkout() is None


def test_a_stray_main_py_beside_the_package_makes_no_checkout(installed):
    (installed.parent / "main.py").touch()
    assert paths.checkout() is None


def test_a_frozen_app_carries_them_at_its_root(installed, tmp_path, monkeypatch):
    bundle = tmp_path / "bundle"
    (bundle / "resources").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(bundle), raising=False)
    assert paths.resources() == bundle / "resources"


@pytest.mark.parametrize("find", [paths.resources, paths.scenarios, paths.lab_boot])
def test_missing_files_are_named_with_the_way_out(installed, find):
    with pytest.raises(
        paths.MissingFilesError, match=r"is missing \(looked in .*site-packages.*\): install the app again"
    ):
        find()


def test_a_directory_is_looked_for_once(installed):
    (installed / "scenarios").mkdir()
    first = paths.scenarios()
    (installed / "scenarios").rmdir()
    assert paths.scenarios() is first
