"""The private directory of one run and the control words it shares with the lab."""

from __future__ import annotations

import mmap
import os
import shutil
import tempfile
from pathlib import Path

from visualiser.lab import layout

ROOT_VARIABLE = "VISUALISER_RUN_DIR_ROOT"
_MEMORY_DISK = Path("/dev/shm")
_ROOM = 256 << 20  # bytes a memory disk must have free before we choose it over the temporary directory


class RunDirError(Exception):
    """The run directory cannot be made; the text is one sentence for the user."""


class Control:
    """The words of the control file, mapped, so that they work on a full disk and after the file was deleted."""

    def __init__(self, path: Path) -> None:
        with path.open("w+b", buffering=0) as file:
            file.write(bytes(layout.CONTROL_BYTES))
            self._map = mmap.mmap(file.fileno(), layout.CONTROL_BYTES)
        layout.LONG.pack_into(self._map, layout.CONTROL_HOST, os.getpid())

    def go(self) -> None:
        """Let the script begin."""
        layout.WORD.pack_into(self._map, layout.CONTROL_GO, 1)

    def ask_to_stop(self) -> None:
        """Tell the lab that the end of the run is wanted."""
        layout.WORD.pack_into(self._map, layout.CONTROL_STOP, 1)

    @property
    def fault(self) -> tuple[int, int] | None:
        """(errno, pid) of the first process that could not go on recording."""
        (number,) = layout.WORD.unpack_from(self._map, layout.CONTROL_FAULT)
        (pid,) = layout.LONG.unpack_from(self._map, layout.CONTROL_FAULT_PID)
        return (number, pid) if number else None

    def close(self) -> None:
        """Unmap the words."""
        self._map.close()


class RunDir:
    """One run's directory (mode 0700): ``path`` and its ``control`` words."""

    def __init__(self, root: Path | None = None) -> None:
        root = root or choose_root()
        try:
            self.path = Path(tempfile.mkdtemp(prefix="visualiser-", dir=root))
        except OSError as error:
            raise _refusal(root, error) from None
        try:
            (self.path / "script").mkdir()
            self.control = Control(self.path / layout.CONTROL_NAME)
        except OSError as error:
            shutil.rmtree(self.path, ignore_errors=True)
            raise _refusal(root, error) from None

    def write_script(self, name: str, text: str) -> Path:
        """Put an edited text where it can run as a file called ``name``; RunDirError if there is no room."""
        path = self.path / "script" / name
        try:
            path.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise _refusal(self.path.parent, error) from None
        return path

    def remove(self) -> None:
        """Delete the directory and all that is in it; whoever still maps a file keeps it."""
        self.control.close()
        shutil.rmtree(self.path, ignore_errors=True)


def choose_root() -> Path:
    """The user's choice, else the memory disk where it has room, else the temporary directory."""
    chosen = os.environ.get(ROOT_VARIABLE)
    if chosen:
        return Path(chosen)
    return _MEMORY_DISK if _has_room(_MEMORY_DISK) else Path(tempfile.gettempdir())


def _has_room(path: Path) -> bool:
    try:
        return os.access(path, os.W_OK | os.X_OK) and shutil.disk_usage(path).free >= _ROOM
    except OSError:
        return False


def _refusal(root: Path, error: OSError) -> RunDirError:
    reason = error.strerror or str(error)
    return RunDirError(
        f"No run directory can be made in {root} ({reason}); set {ROOT_VARIABLE} to a directory that exists, "
        "can be written and has room."
    )
