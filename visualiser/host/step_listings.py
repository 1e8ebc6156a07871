"""The listings that can be stepped: the article's counter in a loop, with a call in between, and under the lock."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ROUNDS = 3
FUNCTION, SHARED, LOCK = "increment", "counter", "lock"

_PLAIN = """\
counter = 0


def increment():
    global counter
    for _ in range({rounds}):
        counter += 1
"""
_GAP = """\
counter = 0


def gap(value):
    return value


def increment():
    global counter
    for _ in range({rounds}):
        counter = gap(counter) + 1
"""
_LOCK = """\
import threading

counter = 0
lock = threading.Lock()


def increment():
    global counter
    for _ in range({rounds}):
        with lock:
            counter += 1
"""


@dataclass(frozen=True)
class StepListing:
    """One of them.

    Attributes:
        key: its name on the command line.
        title: what it is called on screen.
    """

    key: str
    title: str
    text: str
    locked: bool = False

    def source(self, rounds: int) -> str:
        """The text with that many rounds of the loop."""
        return self.text.format(rounds=rounds)


LISTINGS = (
    StepListing("plain", "counter += 1", _PLAIN),
    StepListing("gap", "counter = gap(counter) + 1", _GAP),
    StepListing("lock", "with lock: counter += 1", _LOCK, locked=True),
)


def find_listing(key: str) -> StepListing:
    """The listing of that name; raises KeyError."""
    return next((one for one in LISTINGS if one.key == key), None) or _missing(key)


def _missing(key: str) -> StepListing:
    raise KeyError(key)
