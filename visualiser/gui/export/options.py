"""What somebody wants exported: into which file, how large, which stretch of time, how fast."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STILLS = (".png", ".svg", ".pdf")
TABLES = (".csv",)
TRACES = (".json",)
FILMS = (".mp4", ".webm", ".gif", ".webp")
SUFFIXES = (*STILLS, *TABLES, *TRACES, *FILMS)
LARGEST, SMALLEST = 8192, 320


class ExportError(ValueError):
    """Something that cannot be exported; its text is one sentence for the user."""


@dataclass(frozen=True)
class Options:
    """How to export.

    Attributes:
        path: the file; its ending says what it becomes.
        width, height: of pictures and films, in pixels.
        reach: seconds since the script's first line, None for all of the run.
        theme: ``dark`` or ``light``.
        speed: of a film: run seconds a film second, 0.001 for a thousandth of the real speed.
        fps: of a film: frames a second.
    """

    path: Path
    width: int = 1920
    height: int = 1080
    reach: tuple[float, float] | None = None
    theme: str = "light"
    speed: float = 1.0
    fps: int = 60

    @property
    def suffix(self) -> str:
        """The file's ending, in small letters."""
        return self.path.suffix.lower()

    @property
    def is_film(self) -> bool:
        """Whether it moves."""
        return self.suffix in FILMS


def checked(options: Options) -> Options:
    """The same; raises ExportError where they make no sense."""
    if options.suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise ExportError(f"{options.path.name} cannot be exported: its ending must be one of {known}.")
    if not all(SMALLEST <= side <= LARGEST for side in (options.width, options.height)):
        raise ExportError(f"A picture must be {SMALLEST} … {LARGEST} pixels wide and high.")
    if options.reach is not None and not options.reach[0] < options.reach[1]:
        raise ExportError("The stretch of time must begin before it ends.")
    if not 0.0001 <= options.speed <= 1000 or not 1 <= options.fps <= 240:
        raise ExportError("A film's speed must be 0.0001 … 1000 and its frames a second 1 … 240.")
    return options


def size_of(text: str) -> tuple[int, int]:
    """Width and height of ``1920x1080``; raises ExportError."""
    parts = text.lower().replace("×", "x").split("x")
    if len(parts) != 2 or not all(part.strip().isdigit() and len(part) < 7 for part in parts):
        raise ExportError(f"{text!r} is no size: write it as 1920x1080.")
    return int(parts[0]), int(parts[1])


def reach_of(text: str) -> tuple[float, float]:
    """Begin and end of ``0.5:1.25``, seconds; raises ExportError."""
    try:
        begin, end = (float(part) for part in text.split(":"))
    except ValueError:
        raise ExportError(f"{text!r} is no stretch of time: write it as 0.5:1.25, in seconds.") from None
    if not (abs(begin) < 1e9 and abs(end) < 1e9):
        raise ExportError(f"{text!r} is no stretch of time: write it as 0.5:1.25, in seconds.")
    return begin, end
