"""What a film is made of, and what every encoder offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Frame = bytes | memoryview  # rows of pixels from the top, four bytes each: blue, green, red, one of no meaning


class FilmError(ValueError):
    """A film that could not be made; its text is one sentence for the user."""


@dataclass(frozen=True)
class Format:
    """Size of a film in pixels, both even, and frames a second."""

    width: int
    height: int
    fps: float


class Encoder(Protocol):
    """Makes files of one kind."""

    @property
    def name(self) -> str:
        """What is told to the user, such as ``ffmpeg (libx264)``."""

    @property
    def suffix(self) -> str:
        """Ending of the files it makes."""

    def rate(self, fps: float) -> float:
        """The frames a second it can do that are nearest to those that are wanted."""

    def encode(self, frames: Iterable[Frame], form: Format, path: Path) -> None:
        """Write all frames; raises FilmError, or whatever getting a frame raises."""
