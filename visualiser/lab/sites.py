"""Finds the user's own source line behind a call: the first frame outside the standard library and outside the lab."""

from __future__ import annotations

import os
import sys
from types import CodeType, FrameType, TracebackType

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from .story import Story


class Sites:
    """Turns a label and the frame of a call into the name that a record carries."""

    def __init__(self, story: Story, own: tuple[str, ...]) -> None:
        self._story = story
        self._own = own
        self._library: dict[str, bool] = {}
        self.renew()

    def renew(self) -> None:
        """Forget the numbers of names: a forked child has its own."""
        self._names: dict[tuple[str, int, int], int] = {}
        self._codes: dict[int, CodeType] = {}  # keeps the code alive, so that its id stays its own

    def name(self, label: str, frame: FrameType | None) -> int:
        """Return the number of ``label`` at the user's line that led to ``frame``; without a line if there is none."""
        library = self._library
        while frame is not None:
            code = frame.f_code
            known = library.get(code.co_filename)  # this is called for every record: no call more than it takes
            if not (self.is_library(code.co_filename) if known is None else known):
                number = self._names.get((label, id(code), frame.f_lasti))
                return number if number is not None else self._first(label, frame)
            frame = frame.f_back
        return self._story.name(label)

    def user_line(self, traceback: TracebackType | None) -> tuple[str | None, int | None]:
        """Return file and line of the innermost user's frame of ``traceback``."""
        found: tuple[str | None, int | None] = (None, None)
        while traceback is not None:
            file = traceback.tb_frame.f_code.co_filename
            if not self.is_library(file):
                found = (file, traceback.tb_lineno)
            traceback = traceback.tb_next
        return found

    def is_library(self, file: str) -> bool:
        """Tell whether ``file`` belongs to Python, to an installed package or to the lab."""
        known = self._library.get(file)
        if known is None:
            known = self._library[file] = self._judge(file)
        return known

    def claim(self, file: str) -> None:
        """Count ``file`` among the user's, wherever it lies."""
        self._library[file] = False

    def _judge(self, file: str) -> bool:
        if file.startswith("<"):  # frozen modules, and what libraries make with exec
            return True
        if file == getattr(sys.modules.get("__main__"), "__file__", None):
            return False
        path = os.path.abspath(file)
        return path.startswith((*_LIBRARY, *self._own)) or any(place in path for place in _INSTALLED)

    def _first(self, label: str, frame: FrameType) -> int:
        code = frame.f_code
        number = self._story.name(label, code.co_filename, frame.f_lineno)
        self._codes[id(code)] = code
        self._names[label, id(code), frame.f_lasti] = number
        return number


_LIBRARY = tuple(
    {os.path.dirname(os.path.abspath(os.__file__)) + os.sep, os.path.dirname(os.path.realpath(os.__file__)) + os.sep}
)
_INSTALLED = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))
