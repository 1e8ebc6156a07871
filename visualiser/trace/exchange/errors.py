"""What may end an export or import early: a file that is no trace, or somebody who has seen enough."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], bool]


class TraceError(ValueError):
    """A file cannot be read as a trace; the text is one sentence for the user."""


class Cancelled(Exception):
    """Whoever is told of the progress does not want to go on."""


def tell(progress: Progress | None, share: float) -> None:
    """Tell how far it is, 0 … 1; raises Cancelled if that was enough."""
    if progress is not None and not progress(min(max(share, 0.0), 1.0)):
        raise Cancelled
