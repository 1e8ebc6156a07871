"""Values of a recording as JSON: strict on both sides, with a way to write numbers that JSON does not have."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, TypeVar

from visualiser.trace.recording.errors import RecordingError

Value = TypeVar("Value", str, int, float, bool, list[Any], dict[str, Any])
_FLOAT = "not a JSON number"
_DAMAGED = "The recording is damaged: what it says of the run cannot be read."
MOST_NS = 1 << 62


def to_json(value: Any) -> str:  # noqa: ANN401 - anything JSON can hold
    """As JSON; raises RecordingError for what is no plain value."""
    try:
        return json.dumps(_plain(value), allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise RecordingError("The run cannot be saved: one of its values is not plain data.") from error


def from_json(text: str) -> Any:  # noqa: ANN401 - anything JSON can hold
    """The other way round; raises RecordingError."""
    try:
        return _restored(json.loads(text, parse_constant=_refuse))
    except (ValueError, RecursionError) as error:
        raise RecordingError(_DAMAGED) from error


class Values:
    """Values by name, asked for with the type they must have."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __bool__(self) -> bool:
        return bool(self._values)

    def get(self, name: str, kind: type[Value]) -> Value:
        """That value; raises RecordingError where it is missing or of another type."""
        value: Any = self._values.get(name)
        if type(value) is not kind:
            raise RecordingError(_DAMAGED)
        return value

    def get_or_none(self, name: str, kind: type[Value]) -> Value | None:
        """That value, or None where it is null."""
        return None if self._values.get(name) is None else self.get(name, kind)

    def number(self, name: str) -> float:
        """A number that is finite."""
        value: Any = self._values.get(name)
        try:
            number = float(value) if type(value) in (int, float) else math.nan
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise RecordingError(_DAMAGED)
        return number

    def part(self, name: str) -> Values:
        """A value that has values itself."""
        return Values(self.get(name, dict))

    def parts(self, name: str) -> list[Values]:
        """A list of such."""
        found = self.get(name, list)
        if not all(isinstance(one, dict) for one in found):
            raise RecordingError(_DAMAGED)
        return [Values(one) for one in found]

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        found = self.get(name, list)
        if not all(isinstance(one, str) for one in found):
            raise RecordingError(_DAMAGED)
        return found

    def count(self, name: str, stop: int = MOST_NS) -> int:
        """A number from 0 on and below ``stop``: a time in ns, or of how many there are."""
        number = self.get(name, int)
        if not 0 <= number < stop:
            raise RecordingError(_DAMAGED)
        return number

    def count_or_none(self, name: str, stop: int = MOST_NS) -> int | None:
        """Such a number, or None where it is null."""
        return None if self._values.get(name) is None else self.count(name, stop)


def _plain(value: Any) -> Any:  # noqa: ANN401 - see to_json
    if isinstance(value, float) and not math.isfinite(value):
        return {_FLOAT: repr(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _restored(value: Any) -> Any:  # noqa: ANN401 - see from_json
    if isinstance(value, dict):
        if value.keys() == {_FLOAT}:
            return float(value[_FLOAT]) if value[_FLOAT] in ("inf", "-inf", "nan") else _refuse(value[_FLOAT])
        return {name: _restored(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_restored(one) for one in value]
    return value


def _refuse(word: Any) -> Any:  # noqa: ANN401 - never returns
    raise ValueError(f"{word} is no JSON")
