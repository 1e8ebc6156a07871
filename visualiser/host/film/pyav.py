"""Encodes by PyAV, which brings FFmpeg's libraries with it: ``pip install concurrency-visualiser[video]``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from visualiser.host.film.film import FilmError, Format, Frame

CODECS = {".mp4": "libx264", ".webm": "libvpx-vp9"}
_OPTIONS = {
    "libx264": {"preset": "veryfast", "crf": "16"},
    "libvpx-vp9": {"crf": "24", "b": "0", "deadline": "realtime", "cpu-used": "6"},
}


@dataclass(frozen=True)
class PyAv:
    """One encoder of the libraries that PyAV brings."""

    codec: str
    suffix: str

    @property
    def name(self) -> str:
        """See Encoder."""
        return f"PyAV ({self.codec})"

    def rate(self, fps: float) -> float:
        """Any."""
        return fps

    def encode(self, frames: Iterable[Frame], form: Format, path: Path) -> None:
        """See Encoder."""
        import av
        import numpy as np

        try:
            with av.open(str(path), "w") as container:
                rate = Fraction(form.fps).limit_denominator(1001)
                stream: Any = container.add_stream(self.codec, rate=rate, options=_OPTIONS[self.codec])
                stream.width, stream.height, stream.pix_fmt = form.width, form.height, "yuv420p"
                for frame in frames:
                    pixels = np.frombuffer(frame, np.uint8).reshape(form.height, form.width, 4)
                    container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="bgra")))
                container.mux(stream.encode())
        except av.FFmpegError as error:
            raise FilmError(f"PyAV could not make the film: {error}.") from error


def find_pyav(suffix: str) -> PyAv | None:
    """The encoder for such files, None if PyAV is not installed or lacks it."""
    codec = CODECS.get(suffix)
    try:
        from av import codecs_available
    except ImportError:
        return None
    return PyAv(codec, suffix) if codec in codecs_available and codec is not None else None
