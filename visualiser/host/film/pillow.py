"""Encodes by Pillow, which is always there: animated WebP without loss, and GIF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from visualiser.host.film.film import FilmError, Format, Frame

if TYPE_CHECKING:
    from PIL.Image import Image

_TICK_MS = {".webp": 1, ".gif": 10}  # frames last so many milliseconds, or a multiple
_LEAST_MS = {".webp": 1, ".gif": 20}  # browsers slow down a GIF that is faster


@dataclass(frozen=True)
class Pillow:
    """One of Pillow's animated formats."""

    suffix: str

    @property
    def name(self) -> str:
        """See Encoder."""
        return "Pillow (animated WebP)" if self.suffix == ".webp" else "Pillow (GIF)"

    def rate(self, fps: float) -> float:
        """What whole ticks of the format allow."""
        return 1000 / self._lasts_ms(fps)

    def encode(self, frames: Iterable[Frame], form: Format, path: Path) -> None:
        """See Encoder."""
        pictures = _pictures(frames, form)
        first = next(pictures, None)
        if first is None:
            raise FilmError("A film needs at least one frame.")
        how = {"lossless": True, "quality": 20, "method": 0} if self.suffix == ".webp" else {"optimize": False}
        first.save(
            path,
            self.suffix[1:].upper(),
            save_all=True,
            append_images=pictures,
            duration=self._lasts_ms(form.fps),
            loop=0,
            **how,
        )

    def _lasts_ms(self, fps: float) -> int:
        tick = _TICK_MS[self.suffix]
        return max(_LEAST_MS[self.suffix], round(1000 / fps / tick) * tick)


def _pictures(frames: Iterable[Frame], form: Format) -> Iterator[Image]:
    from PIL import Image  # here: the window does not need it to start

    for frame in frames:
        yield Image.frombuffer("RGB", (form.width, form.height), bytes(frame), "raw", "BGRX", 0, 1)
