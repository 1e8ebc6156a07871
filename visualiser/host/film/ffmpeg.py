"""Encodes by the ``ffmpeg`` that is on the path, fed through a pipe."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from visualiser.host.film.film import FilmError, Format, Frame

# By ending, the encoders that will do, best first: some builds leave out those with patents.
CODECS = {".mp4": ("libx264", "libopenh264", "h264_videotoolbox", "h264_mf"), ".webm": ("libvpx-vp9", "libvpx")}
_QUALITY = {
    "libx264": ("-preset", "veryfast", "-crf", "16"),
    "libvpx-vp9": ("-crf", "24", "-b:v", "0", "-deadline", "realtime", "-cpu-used", "6"),
}
_ASK_S, _END_S = 20, 120


@dataclass(frozen=True)
class Ffmpeg:
    """One encoder of one installation."""

    program: str
    codec: str
    suffix: str

    @property
    def name(self) -> str:
        """See Encoder."""
        return f"ffmpeg ({self.codec})"

    def rate(self, fps: float) -> float:
        """Any."""
        return fps

    def encode(self, frames: Iterable[Frame], form: Format, path: Path) -> None:
        """See Encoder; what ffmpeg complains of is in the error."""
        with tempfile.TemporaryFile() as complaints:
            process = subprocess.Popen(
                self._command(form, path),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
            )
            try:
                _feed(process, frames)
                code = process.wait(_END_S)
            finally:
                _end(process)
            if code:
                raise FilmError(f"ffmpeg could not make the film: {_last_line(complaints)}.")

    def _command(self, form: Format, path: Path) -> list[str]:
        source = ["-f", "rawvideo", "-pix_fmt", "bgr0", "-s", f"{form.width}x{form.height}", "-r", f"{form.fps:g}"]
        made = ["-an", "-c:v", self.codec, *_QUALITY.get(self.codec, ("-b:v", "12M")), "-pix_fmt", "yuv420p"]
        start = ["-movflags", "+faststart"] if self.suffix == ".mp4" else []
        return [self.program, "-y", "-v", "error", *source, "-i", "-", *made, *start, str(path)]


def find_ffmpeg(program: str | None, suffix: str) -> Ffmpeg | None:
    """The best encoder of that program for such files, None if it has none."""
    if program is None or suffix not in CODECS:
        return None
    try:
        asked = subprocess.run([program, "-hide_banner", "-encoders"], capture_output=True, timeout=_ASK_S, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    known = asked.stdout.decode("utf-8", "replace").split()
    return next((Ffmpeg(program, codec, suffix) for codec in CODECS[suffix] if codec in known), None)


def _feed(process: subprocess.Popen[bytes], frames: Iterable[Frame]) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it says by itself what was wrong
        for frame in frames:
            process.stdin.write(frame)
        process.stdin.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing running, however it ended."""
    if process.poll() is None:
        process.kill()
    process.wait()
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1].rstrip(".") if lines else "it gave no reason"
