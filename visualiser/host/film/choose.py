"""Chooses who encodes a film, makes it, and looks whether it can be played."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from visualiser.host.film.ffmpeg import find_ffmpeg
from visualiser.host.film.film import Encoder, FilmError, Format, Frame
from visualiser.host.film.pillow import Pillow
from visualiser.host.film.pyav import find_pyav
from visualiser.host.film.watch import frames_in
from visualiser.host.whole_file import replacing

INSTEAD = (
    "{wanted} needs ffmpeg or PyAV, and neither is here: the film is an animated WebP instead. Install ffmpeg, or "
    "concurrency-visualiser[video]."
)


@dataclass(frozen=True)
class Choice:
    """An encoder, and one sentence where it is not what was asked for."""

    encoder: Encoder
    note: str = ""


def choose(suffix: str, program: Callable[[str], str | None] = shutil.which) -> Choice:
    """The best encoder there is for files of that ending: ffmpeg, else PyAV, else animated WebP."""
    if suffix in (".webp", ".gif"):
        return Choice(Pillow(suffix))
    found = find_ffmpeg(program("ffmpeg"), suffix) or find_pyav(suffix)
    if found is not None:
        return Choice(found)
    return Choice(Pillow(".webp"), INSTEAD.format(wanted=suffix[1:].upper()))


def make_film(frames: Iterable[Frame], form: Format, encoder: Encoder, path: Path) -> int:
    """Write the film to ``path`` and decode it again; returns the number of its frames.

    It is written beside the file first, so that one that was there stays until the new one is whole.

    Raises:
        FilmError: with one sentence, if it cannot be written or what was written cannot be played.
    """
    counted = _Counted(frames)
    with replacing(path, FilmError, encoder.suffix) as part:
        encoder.encode(counted, form, part)
        _check(part, counted.number, form.fps)
    return counted.number


class _Counted:
    def __init__(self, frames: Iterable[Frame]) -> None:
        self._frames = frames
        self.number = 0

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._frames:
            self.number += 1
            yield frame


def _check(path: Path, wanted: int, fps: float) -> None:
    found = frames_in(path, fps)
    if found is not None and found != wanted:
        raise FilmError(f"The film was written, but only {found} of its {wanted} frames can be played.")
