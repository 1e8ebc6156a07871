"""Boxes for numbers that let one type beyond their bounds, and take the bound when typing ends.

Qt's own swallow the key that would lead beyond: 999 silently becomes 9 where 64 is the most.
"""

from __future__ import annotations

import re

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
_State = QValidator.State
_Verdict = tuple[QValidator.State, str, int]


class WholeBox(QSpinBox):
    """A whole number; ``clamped`` says whether the bound was taken for the number typed last."""

    clamped = False

    def validate(self, text: str, place: int) -> _Verdict:
        """A number beyond a bound is not finished, rather than wrong."""
        return _lenient(self, super().validate(text, place), text, place)

    def fixup(self, text: str) -> str:
        """The nearest bound for a number beyond it; called when typing ends."""
        bound = _bound_beyond(self, text)
        self.clamped = bound is not None
        return super().fixup(text) if bound is None else self.textFromValue(int(bound))


class FractionBox(QDoubleSpinBox):
    """A number with decimals; ``clamped`` says whether the bound was taken for the number typed last."""

    clamped = False

    def validate(self, text: str, place: int) -> _Verdict:
        """A number beyond a bound is not finished, rather than wrong."""
        return _lenient(self, super().validate(text, place), text, place)

    def fixup(self, text: str) -> str:
        """The nearest bound for a number beyond it; called when typing ends."""
        bound = _bound_beyond(self, text)
        self.clamped = bound is not None
        return super().fixup(text) if bound is None else self.textFromValue(bound)


NumberBox = WholeBox | FractionBox


def _lenient(box: NumberBox, verdict: _Verdict, text: str, place: int) -> _Verdict:
    unfinished = text.strip() in ("-", "+") or _bound_beyond(box, text) is not None
    return (_State.Intermediate, text, place) if unfinished else verdict


def _bound_beyond(box: NumberBox, text: str) -> float | None:
    """The bound that this number lies beyond; None for one inside, and for what is no number."""
    plain = "".join(text.split())
    if not _NUMBER.fullmatch(plain):
        return None
    low, high = box.minimum(), box.maximum()
    bound = min(max(float(plain), low), high)
    return None if bound == float(plain) else bound
