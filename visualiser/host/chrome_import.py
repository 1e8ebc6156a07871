"""Opens a Chrome trace, compressed or not, and makes a run of it."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from visualiser.trace.document import Document
from visualiser.trace.exchange.chrome_import import import_chrome_trace
from visualiser.trace.exchange.errors import Cancelled, Progress, TraceError, tell

__all__ = ["Cancelled", "TraceError", "import_trace"]

_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_READING = 0.9  # of the work; the rest is to make lanes of what was read


def import_trace(path: str | Path, progress: Progress | None = None) -> Document:
    """Read a Chrome trace as VizTracer, Perfetto, browsers, py-spy, torch and others write it, also gzipped.

    Args:
        path: the file.
        progress: told the share 0 … 1 now and then; returns False to give up, then ``Cancelled`` is raised.

    Raises TraceError (one sentence for the user) where it cannot be read or is no trace.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            document = import_chrome_trace(_chunks(file, path.stat().st_size, progress), path.name)
    except OSError as error:
        raise TraceError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    except MemoryError:
        raise TraceError(f"{path.name} is too large for the memory of this machine.") from None
    tell(progress, 1.0)
    return document


def _chunks(file: BufferedReader, size: int, progress: Progress | None) -> Iterator[str]:
    """The text, piece by piece; a compressed file that is cut off or damaged ends there."""
    packed = file.read(2) == _GZIP
    file.seek(0)
    source = gzip.GzipFile(fileobj=file) if packed else file
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    try:
        while data := source.read1(_CHUNK):
            yield decoder.decode(data)
            tell(progress, _READING * file.tell() / max(size, 1))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return
