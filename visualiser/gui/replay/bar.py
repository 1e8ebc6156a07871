"""The transport bar under the timeline's heading: step, play, scrub, speed, loop, and the time of the playhead."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from visualiser.gui.icons import tinted_icon
from visualiser.gui.knob_controls import RoundSlider
from visualiser.gui.theme import Theme
from visualiser.trace.replay import SPEEDS, Replay, speed_step, speed_text
from visualiser.trace.track import NS

_ROOMY = 540  # width from which on there is room for the slider of the speed, at scale 1
_APART = 6  # pixels between what belongs to the place, the speed and the rest
FINE = 10_000  # places of the scrub slider
_BUTTONS = {
    "back": ("step_back", "Previous event", "J"),
    "play": ("play", "Play", "Space or K"),
    "on": ("step_on", "Next event", "L"),
    "loop": ("loop", "Go round in the selected range, or in what is seen", "Shift+L"),
    "close": ("close", "End the replay", "Esc"),
}


class TransportBar(QWidget):
    """Shows a Replay and asks for what the user wants; keys it does not use itself go to ``press``."""

    stepped = Signal(int)
    toggled = Signal()
    scrubbed = Signal(float)  # share of the run
    speed_chosen = Signal(float)
    loop_chosen = Signal(bool)
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.press: Callable[[QKeyEvent], bool] = lambda _event: False
        self.buttons = {name: _button(words, keys) for name, (_, words, keys) in _BUTTONS.items()}
        self.scrub, self.speed = RoundSlider(), RoundSlider()
        self.time, self.factor = QLabel(), QLabel()
        self._playing = False
        self._row = QHBoxLayout(self)
        self._fill()
        self._connect()
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        self._theme = theme
        self._row.setContentsMargins(theme.px(10), 0, theme.px(8), theme.px(2))
        self._row.setSpacing(theme.px(5))
        for name, button in self.buttons.items():
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
            button.setIcon(tinted_icon(self._icon(name), theme.color("text"), theme.px(16)))
        for text, widest in ((self.time, "000.000 000 s"), (self.factor, "× 0.001")):
            text.setFont(theme.font("strong"))
            text.setFixedWidth(text.fontMetrics().horizontalAdvance(widest) + theme.px(4))
        self.speed.setFixedWidth(theme.px(72))

    def show_replay(self, replay: Replay) -> None:
        """Everything but the place of the playhead."""
        self._playing = replay.playing
        play = self.buttons["play"]
        words = "Pause" if replay.playing else "Play"
        if play.accessibleName() != words:
            play.setIcon(tinted_icon(self._icon("play"), self._theme.color("text"), self._theme.px(16)))
            play.setAccessibleName(words)
            play.setToolTip(f"{words} (Space or K)")
        with QSignalBlocker(self.speed), QSignalBlocker(self.buttons["loop"]):
            self.speed.setValue(speed_step(replay.speed))
            self.buttons["loop"].setChecked(replay.loop is not None)
        self.factor.setText(speed_text(replay.speed))
        self.speed.setAccessibleDescription(speed_text(replay.speed))

    def show_place(self, replay: Replay) -> None:
        """Where the playhead is, on the slider: cheap enough for every frame."""
        with QSignalBlocker(self.scrub):
            self.scrub.setValue(round(replay.share * FINE))

    def show_time(self, replay: Replay) -> None:
        """Where the playhead is, in words."""
        words = time_text(replay.moment - replay.start, fine=not replay.playing or replay.speed < 0.1)
        self.time.setText(words)
        self.scrub.setAccessibleDescription(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the speed is a matter of keys."""
        super().resizeEvent(event)
        self.speed.setVisible(self.width() >= self._theme.px(_ROOMY))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a button or slider does not use."""
        if not self.press(event):
            super().keyPressEvent(event)

    def _icon(self, name: str) -> str:
        return "pause" if name == "play" and self._playing else _BUTTONS[name][0]

    def _fill(self) -> None:
        self.scrub.setRange(0, FINE)
        self.scrub.setSingleStep(FINE // 200)
        self.scrub.setPageStep(FINE // 20)
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(3)
        self.buttons["loop"].setCheckable(True)
        self.time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.scrub.setAccessibleName("Moment of the replay")
        self.speed.setAccessibleName("Speed of the replay")
        self.speed.setToolTip("Speed (Shift+, slower, Shift+. faster)")
        first, last = ("back", "play", "on"), ("loop", "close")
        parts = [*(self.buttons[name] for name in first), self.scrub, self.time, self.speed, self.factor]
        for part in (*parts, *(self.buttons[name] for name in last)):
            self._row.addWidget(part, part is self.scrub)
            if part in (self.time, self.factor):
                self._row.addSpacing(_APART)

    def _connect(self) -> None:
        buttons = self.buttons
        buttons["back"].clicked.connect(lambda: self.stepped.emit(-1))
        buttons["on"].clicked.connect(lambda: self.stepped.emit(1))
        buttons["play"].clicked.connect(self.toggled.emit)
        buttons["loop"].toggled.connect(self.loop_chosen.emit)
        buttons["close"].clicked.connect(self.closed.emit)
        self.scrub.valueChanged.connect(lambda value: self.scrubbed.emit(value / FINE))
        self.speed.valueChanged.connect(lambda value: self.speed_chosen.emit(SPEEDS[value]))


def time_text(since_ns: int, fine: bool) -> str:
    """``1.234 567 s`` to the microsecond, or ``1.23 s`` where more cannot be read."""
    if not fine:
        return f"{since_ns / NS:.2f} s"
    micro = since_ns // 1000
    return f"{micro // 1_000_000}.{micro // 1000 % 1000:03d}\N{NARROW NO-BREAK SPACE}{micro % 1000:03d} s"


def _button(words: str, keys: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName("transport")
    button.setAccessibleName(words)
    button.setToolTip(f"{words} ({keys})")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
