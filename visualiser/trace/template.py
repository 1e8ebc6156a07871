"""A sentence with values in braces, as lessons have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

UNKNOWN_VALUE = "?"
_CONVERSIONS: dict[str, Callable[[object], str]] = {"r": repr, "s": str, "a": ascii}


class TemplateError(ValueError):
    """A text that is no such sentence; one sentence."""


class Template:
    """A sentence with facts' values in braces, ``{lost:,} updates were lost``; raises TemplateError.

    Attributes:
        names: the facts it asks for, in order.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._parts = list(Formatter().parse(text))
        except ValueError as error:
            raise TemplateError(f"The braces do not match ({error}).") from None
        for _, name, spec, _ in self._parts:
            if name is not None and not name.isidentifier():
                raise TemplateError(f"{{{name}}} is no name of a fact.")
            if spec and "{" in spec:
                raise TemplateError(f"{{{name}:{spec}}} has braces within braces.")
        self.names = tuple(dict.fromkeys(name for _, name, _, _ in self._parts if name))

    def fill(self, values: Mapping[str, Any]) -> tuple[str, bool]:
        """The sentence, and whether every value was known and fitted; the others show as a question mark."""
        pieces, known = [], True
        for text, name, spec, conversion in self._parts:
            pieces.append(text)
            if name is not None:
                piece = _formatted(values.get(name), spec or "", conversion)
                pieces.append(UNKNOWN_VALUE if piece is None else piece)
                known = known and piece is not None
        return "".join(pieces), known


def _formatted(value: Any, spec: str, conversion: str | None) -> str | None:  # noqa: ANN401
    if value is None:
        return None
    try:
        converted = value if conversion is None else _CONVERSIONS[conversion](value)
        return format(converted, spec)
    except (KeyError, TypeError, ValueError):
        return None
