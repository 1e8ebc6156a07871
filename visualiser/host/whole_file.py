"""Writes files so that one that was there stays as it is until the new one is complete on the disk."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PART = ".part"  # ends the name of a file that is being written
_KEPT_OF_NAME = 80  # letters, for a name may not be too long
REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "the file would be too large for this disk",
    errno.EACCES: "this folder may not be written to",
    errno.EPERM: "this folder may not be written to",
    errno.EROFS: "this disk is read-only",
    errno.ENOENT: "there is no such folder",
    errno.ENOTDIR: "there is no such folder",
    errno.EISDIR: "there is a folder of that name",
    errno.ENAMETOOLONG: "its name is too long",
}


@contextmanager
def replacing(path: Path, error: type[ValueError], suffix: str = PART) -> Iterator[Path]:
    """Gives an empty file beside ``path`` to write to; put into its place at the end, removed if that is not reached.

    Args:
        path: the file that is to be written.
        error: what is raised, with one sentence for the user, where the system refuses.
        suffix: how the name of the file ends meanwhile, for writers that go by it.
    """
    try:
        path = Path(os.path.realpath(path))  # where it is a link, the file that it leads to
        if path.exists() and not os.access(path, os.W_OK):
            raise error(f"{path.name} cannot be saved: the file of that name is write-protected.")
        part = _beside(path, suffix)
        try:
            yield part
            _make_last(part)
            with suppress(FileNotFoundError):
                part.chmod(stat.S_IMODE(path.stat().st_mode))
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as trouble:
        if not isinstance(trouble, OSError) and "null" not in str(trouble):  # a zero in a name is a ValueError, too
            raise
        raise error(f"{path.name} cannot be saved: {reason_of(trouble, REASONS[errno.EACCES])}.") from trouble
    _make_name_last(path.parent)


def reason_of(error: OSError | ValueError, forbidden: str) -> str:
    """Why the system refused, in words; ``forbidden`` where it may not be done at all."""
    number = getattr(error, "errno", None)
    if number in (errno.EACCES, errno.EPERM):
        return forbidden
    return REASONS.get(number or 0) or getattr(error, "strerror", None) or "its name cannot be that of a file"


def _beside(path: Path, suffix: str) -> Path:
    """A new file in the same folder, which may be read by whom the user lets read new files."""
    part = path.with_name(f".{path.name[:_KEPT_OF_NAME]}.{secrets.token_hex(6)}{suffix}")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    return part


def _make_last(part: Path) -> None:
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())


def _make_name_last(folder: Path) -> None:
    """Make the new name last; where a system does not know how, it has done so already."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
