"""Finds the files that come with the app: in a checkout, in an installed wheel and in a frozen app."""

import sys
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


class MissingFilesError(Exception):
    """Files that come with the app are not where they belong; the message says which, and the way out."""


def home() -> Path:
    """Return the directory that holds the `visualiser` package."""
    return PACKAGE.parent


def checkout() -> Path | None:
    """Return the root of the checkout this package lies in, or None when it was installed or frozen."""
    return home() if (home() / "main.py").is_file() and (home() / "pyproject.toml").is_file() else None


@cache
def resources() -> Path:
    """Return the directory of icons, fonts, palettes and lessons. Raises MissingFilesError."""
    frozen = Path(getattr(sys, "_MEIPASS", PACKAGE))
    return _first_directory("resources", PACKAGE / "resources", home() / "resources", frozen / "resources")


@cache
def scenarios() -> Path:
    """Return the directory of the built-in scenarios' scripts. Raises MissingFilesError."""
    return _first_directory("scenarios", PACKAGE / "scenarios")


@cache
def lab_boot() -> Path:
    """Return the directory that every observed Python gets on its path to start the lab. Raises MissingFilesError."""
    return _first_directory("lab/boot", PACKAGE / "lab" / "boot")


def _first_directory(name: str, *candidates: Path) -> Path:
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    looked = " or ".join(map(str, candidates[:2]))
    raise MissingFilesError(f"The app's {name} directory is missing (looked in {looked}): install the app again.")
