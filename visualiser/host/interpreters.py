"""Every CPython on this machine in which a script can be watched: found, asked once each, sorted, looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from visualiser.host.interpreter import Interpreter, ask, objection
from visualiser.host.interpreter_places import Machine, candidates

_AT_ONCE = 4  # processes; each needs a core for some ten milliseconds
_PATIENCE_S = 10.0
_WANTED = re.compile(r"(?:python)?(?P<release>3\.\d+(?:\.\d+(?:(?:a|b|rc)\d+)?)?)(?P<free>t?)", re.IGNORECASE)
HOW_TO_GET = "`uv python install 3.14t`, `pyenv install 3.14t` or Debian's package python3.13-nogil brings one"


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        interpreters: those that fit, oldest first, of one version those with a GIL first.
        unfit: how many others work but are older or no CPython.
        broken: paths of those that do not answer, such as shims of versions that are not there.
    """

    interpreters: tuple[Interpreter, ...] = ()
    unfit: int = 0
    broken: tuple[str, ...] = ()

    @property
    def free_threaded(self) -> Interpreter | None:
        """The newest one that runs without a GIL, a finished release if there is one; None if there is none."""
        free = [one for one in self.interpreters if not one.gil]
        return max(free, key=lambda one: (not re.search("[a-z]", one.release), one.version), default=None)


def find_interpreters(
    machine: Machine | None = None,
    added: Sequence[str] = (),
    given_up: Callable[[], bool] = lambda: False,
) -> Found:
    """Look everywhere and ask each file about itself.

    Links, shims and virtual environments of one installation count once, and so does our own: it stands for its
    installation, with the packages it has.

    Args:
        machine: where to look; by default this one.
        added: paths the user has added: each of them counts as it is.
        given_up: asked meanwhile whether the answer is still wanted.
    """
    paths = [*added, *candidates(machine or Machine())]
    with ThreadPoolExecutor(_AT_ONCE, "ask interpreter") as pool:
        answers = list(pool.map(lambda path: ask(path, _PATIENCE_S, given_up), paths))
    told = [answer for answer in answers if answer is not None]
    fit = [one for one in told if objection(one) is None]
    merged = _merged(fit, frozenset(added))
    broken = tuple(path for path, answer in zip(paths, answers, strict=True) if answer is None)
    return Found(merged, len(told) - len(fit), broken)


def lookup(word: str, found: Iterable[Interpreter]) -> Interpreter | None:
    """The newest of that version: ``3.13`` and ``3.13.0`` have a GIL, ``3.13t`` and ``3.13.0t`` have none."""
    match = _WANTED.fullmatch(word)
    if match is None:
        return None
    release, free = match["release"].lower(), bool(match["free"])
    parts = release.count(".")
    fitting = [one for one in found if one.free_threaded == free and _prefix(one, parts) == release]
    return max(fitting, key=lambda one: one.version, default=None)


def is_version(word: str) -> bool:
    """Whether the word names a version, and so may be looked up."""
    return _WANTED.fullmatch(word) is not None


def _prefix(interpreter: Interpreter, parts: int) -> str:
    """Its version up to that dot: ``3.13`` or ``3.13.0``."""
    return ".".join(map(str, interpreter.version[:2])) if parts == 1 else interpreter.release.rstrip("+")


def _merged(fit: Sequence[Interpreter], added: frozenset[str]) -> tuple[Interpreter, ...]:
    """One for each installation, the first that was found; sorted."""
    kept: dict[tuple[str, str, bool] | str, Interpreter] = {}
    for one in fit:
        if one.path in added:
            kept.setdefault(one.path, one)
    for one in fit:
        if one.path not in added and one.path not in kept:
            kept.setdefault((one.base, one.release, one.free_threaded), one)
    return tuple(sorted(kept.values(), key=lambda one: (one.version, one.release, one.free_threaded, one.path)))
