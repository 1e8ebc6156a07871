"""Decodes a film from its first frame to its last, to see whether it can be played."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from visualiser.host.film.film import FilmError

_PATIENCE_S = 600


def frames_in(path: Path, fps: float) -> int | None:
    """Number of frames of a film of that many a second that can be decoded; None where nothing here can decode it.

    Raises:
        FilmError: with one sentence, if it breaks off in the middle.
    """
    if path.suffix in (".webp", ".gif"):
        return _by_pillow(path, fps)
    try:
        import av  # noqa: F401
    except ImportError:
        program = shutil.which("ffmpeg")
        return _by_ffmpeg(program, path) if program is not None else None
    return _by_pyav(path)


def _by_pillow(path: Path, fps: float) -> int | None:
    """Frames that are alike may be one that lasts longer, and if all are, a picture that does not say how long."""
    from PIL import Image

    lasts = 0
    with Image.open(path) as film:
        for number in range(getattr(film, "n_frames", 1)):
            film.seek(number)
            film.load()
            lasts += int(film.info.get("duration", 0))
    return round(lasts * fps / 1000) if lasts else None


def _by_pyav(path: Path) -> int:
    import av

    try:
        with av.open(str(path)) as container:
            return sum(1 for _ in container.decode(video=0))
    except av.FFmpegError as error:
        raise FilmError(f"The film was written, but it cannot be played: {error}.") from error


def _by_ffmpeg(program: str, path: Path) -> int:
    command = [program, "-v", "error", "-i", str(path), "-map", "0:v", "-f", "null", "-progress", "-", "-"]
    played = subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=False)
    if played.returncode or played.stderr.strip():
        raise FilmError("The film was written, but it cannot be played.")
    frames = [line for line in played.stdout.decode("ascii", "replace").split() if line.startswith("frame=")]
    return int(frames[-1].removeprefix("frame=")) if frames else 0
