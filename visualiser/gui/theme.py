"""The theme: every colour, font and size of the window, named by what it is for and scaled by one factor."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtGui import QColor, QFont

from visualiser.gui.assets import asset

TEXT_FAMILY = "Inter"
CODE_FAMILY = "JetBrains Mono"
NAMES = ("dark", "light")
PRESENTATION_SCALE = 1.5

_WEIGHT = QFont.Weight
# role: family, pixels at scale 1, weight
_ROLES: Mapping[str, tuple[str, float, QFont.Weight]] = {
    "body": (TEXT_FAMILY, 13, _WEIGHT.Normal),
    "strong": (TEXT_FAMILY, 13, _WEIGHT.DemiBold),
    "medium": (TEXT_FAMILY, 13, _WEIGHT.Medium),
    "prose": (TEXT_FAMILY, 13, _WEIGHT.Normal),
    "title": (TEXT_FAMILY, 17, _WEIGHT.DemiBold),
    "heading": (TEXT_FAMILY, 12, _WEIGHT.DemiBold),
    "small": (TEXT_FAMILY, 12, _WEIGHT.Normal),
    "caption": (TEXT_FAMILY, 11, _WEIGHT.Medium),
    "tag": (TEXT_FAMILY, 11, _WEIGHT.DemiBold),
    "big": (TEXT_FAMILY, 26, _WEIGHT.Bold),
    "code": (CODE_FAMILY, 13.5, _WEIGHT.Normal),
    "code_small": (CODE_FAMILY, 11.5, _WEIGHT.Normal),
}


@dataclass(frozen=True)
class Theme:
    """Colours by token, fonts by role and lengths in pixels, at one scale.

    Attributes:
        name: ``dark`` or ``light``.
        tokens: ``#RRGGBB`` by token; ``lanes`` holds the hues of the lanes, ``cores`` those of the cores.
        scale: 1 on a desk; larger for the back row.
    """

    name: str
    tokens: Mapping[str, str | Sequence[str]]
    scale: float = 1.0

    def color(self, token: str) -> QColor:
        """Colour of a token; raises KeyError for one that is not in the palette."""
        return QColor(self.hex(token))

    def hex(self, token: str) -> str:
        """Colour of a token as ``#RRGGBB``; raises KeyError for one that is not in the palette."""
        value = self.tokens[token]
        if not isinstance(value, str):
            raise KeyError(f"{token} is a list of colours")
        return value

    @property
    def lanes(self) -> list[QColor]:
        """Hues of the lanes, told apart also by colour-blind eyes; repeat them when there are more lanes."""
        return [QColor(value) for value in self.tokens["lanes"]]

    def lane(self, number: int) -> QColor:
        """Hue of the lane of that number, counted from 0 without end."""
        lanes = self.tokens["lanes"]
        return QColor(lanes[number % len(lanes)])

    @property
    def cores(self) -> list[QColor]:
        """Hues of the cores, told apart also by colour-blind eyes; repeat them where there are more cores."""
        return [QColor(value) for value in self.tokens["cores"]]

    def ink(self, background: QColor) -> QColor:
        """The ink, dark or light, that reads best on a background."""
        inks = (self.color("ink_dark"), self.color("ink_light"))
        return max(inks, key=lambda ink: contrast(ink, background))

    def font(self, role: str) -> QFont:
        """Font of a role at this scale; raises KeyError for an unknown role."""
        family, size, weight = _ROLES[role]
        font = QFont(family)
        font.setPixelSize(max(1, round(size * self.scale)))
        font.setWeight(weight)
        if family == CODE_FAMILY:
            _plain_letters(font)
        return font

    def px(self, length: float) -> int:
        """A length at this scale, in whole pixels."""
        return round(length * self.scale)

    def scaled(self, scale: float) -> Theme:
        """The same theme at another scale."""
        return replace(self, scale=scale)


def contrast(first: QColor, second: QColor) -> float:
    """Contrast of two opaque colours as WCAG defines it, 1 to 21."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=1)
def palette() -> Mapping[str, Mapping[str, str | Sequence[str]]]:
    """Tokens of both themes as ``resources/palette.json`` has them."""
    loaded: Mapping[str, Mapping[str, str | Sequence[str]]] = json.loads(
        asset("palette.json").read_text(encoding="utf-8")
    )
    return loaded


def load_theme(name: str, scale: float = 1.0) -> Theme:
    """The theme of that name; raises KeyError if there is none."""
    return Theme(name, palette()[name], scale)


def _plain_letters(font: QFont) -> None:
    """No ligatures: in code, every character shown is a character typed."""
    font.setStyleHint(QFont.StyleHint.Monospace)
    for feature in ("calt", "liga", "dlig"):
        font.setFeature(QFont.Tag(feature), 0)


def _luminance(color: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(channel) for channel in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
