"""What lets two processes come to the same flow, and to the same label of a queue, without any message of their own."""

# ruff: noqa: ANN401 - what is marked is any object of the library

from __future__ import annotations

from binascii import crc32

TYPE_CHECKING = False  # the module typing would cost every child the import of re and more
if TYPE_CHECKING:
    from typing import Any

_TASKS_OF_A_POOL = 31  # bits


def flow_of_task(pool: object, number: int) -> int:
    """Return the flow of the task with this number in a pool; ``pool`` tells it from all others of the run."""
    return crc32(str(pool).encode()) << _TASKS_OF_A_POOL | number & ((1 << _TASKS_OF_A_POOL) - 1)


def brand(queue: Any, sign: str | int) -> None:
    """Give a queue between processes a sign that every process can read which gets the queue, by whatever way.

    The sign takes the place of the ``True`` by which the reading end of the queue's pipe says that it is readable: it
    is pickled with the queue, and where nobody looks for it it is still true.
    """
    queue._reader._readable = sign


def brand_of(queue: Any) -> str | int | None:
    """Return the sign of a queue, None if it got none."""
    sign = getattr(getattr(queue, "_reader", None), "_readable", None)
    return None if isinstance(sign, bool) else sign
