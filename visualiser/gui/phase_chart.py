"""A run's phases as bars that all start at zero: how long each took, and how many times faster than the base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from visualiser.gui.numbers import seconds_text
from visualiser.gui.theme import Theme
from visualiser.trace.facts import Fact
from visualiser.trace.run import Run
from visualiser.trace.track import NS

_ROW = 24
_BAR = 0.62  # of the row's height
_LEAST_SEEN = 0.01  # of the longest bar: a shorter start-up would be a hair
_TITLE_SHARE = 0.42
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class PhaseBar:
    """One bar; ``start_up_s`` is part of ``seconds``, None if not known.

    ``speed_up`` is relative to the phase it is compared with, None for that one itself and while it goes on.
    """

    title: str
    seconds: float
    speed_up: float | None = None
    start_up_s: float | None = None
    over: bool = True
    is_base: bool = False

    @property
    def words(self) -> str:
        """What stands right of the bar."""
        seconds = seconds_text(self.seconds)
        if not self.over:
            return f"{seconds} …"
        return f"{seconds} · {_times(self.speed_up)}" if self.speed_up is not None else seconds


class PhaseChart(QWidget):
    """Has no height while there are no phases."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.bars: list[PhaseBar] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Phases")
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self._fit()

    def show_bars(self, bars: Sequence[PhaseBar]) -> None:
        """Show these, from top to bottom."""
        if list(bars) != self.bars:
            self.bars = list(bars)
            self.setAccessibleDescription(", ".join(f"{bar.title}: {bar.words}" for bar in bars))
            self.setVisible(bool(bars))
            self._fit()

    def sizeHint(self) -> QSize:
        """A line for every phase, and one for what the hatching means."""
        lines = len(self.bars) + (0.8 if self._hatched else 0)
        return QSize(self._theme.px(200), round(lines * self._theme.px(_ROW)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint titles, bars and numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        title, room, words = self._columns()
        height = self._theme.px(_ROW)
        longest = max((bar.seconds for bar in self.bars), default=0.0) or 1.0
        for number, bar in enumerate(self.bars):
            row = QRectF(0, number * height, self.width(), height)
            self._say(painter, QRectF(0, row.top(), title, height), bar.title, "medium", "text", _LEFT)
            long = QRectF(title, row.top() + height * (1 - _BAR) / 2, room * bar.seconds / longest, height * _BAR)
            self._paint_bar(painter, long, bar)
            right = QRectF(self.width() - words, row.top(), words, height)
            self._say(painter, right, bar.words, "strong", "text", _RIGHT)
        self._paint_zero(painter, title)
        painter.end()

    @property
    def _hatched(self) -> bool:
        longest = max((bar.seconds for bar in self.bars), default=0.0)
        return any((bar.start_up_s or 0.0) > _LEAST_SEEN * longest for bar in self.bars)

    def _columns(self) -> tuple[float, float, float]:
        """Widths of titles, longest bar, numbers; a gap is part of the first and the last."""
        gap = self._theme.px(10)
        bold, medium = (QFontMetricsF(self._theme.font(role)) for role in ("strong", "medium"))
        words = max((bold.horizontalAdvance(bar.words) for bar in self.bars), default=0.0) + gap
        widest = max((medium.horizontalAdvance(bar.title) for bar in self.bars), default=0.0) + gap
        title = min(widest, self.width() * _TITLE_SHARE)
        return title, max(0.0, self.width() - title - words), words

    def _paint_bar(self, painter: QPainter, room: QRectF, bar: PhaseBar) -> None:
        color = self._theme.color("outline" if bar.is_base else "accent")
        start_up = QRectF(room)
        start_up.setWidth(room.width() * min(1.0, (bar.start_up_s or 0.0) / (bar.seconds or 1.0)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(room.adjusted(start_up.width(), 0, 0, 0), color)
        if start_up.width() >= 2:
            painter.setBrush(QBrush(color, Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(color, 1))
            painter.drawRect(start_up)

    def _paint_zero(self, painter: QPainter, x: float) -> None:
        height = self._theme.px(_ROW) * len(self.bars)
        painter.setPen(QPen(self._theme.color("muted"), 1))
        painter.drawLine(round(x), 0, round(x), height)
        if self._hatched:
            under = QRectF(x, height, self.width() - x, self.height() - height)
            self._say(painter, under, "hatched: starting up", "caption", "muted", _LEFT)

    def _say(self, painter: QPainter, room: QRectF, text: str, role: str, token: str, where: Qt.AlignmentFlag) -> None:
        font = self._theme.font(role)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        room = room.adjusted(0, 0, -self._theme.px(6) if where == _LEFT else 0, 0)
        painter.drawText(room, where, QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width()))

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())
        self.update()


def phase_bars(run: Run, facts: Mapping[str, Fact]) -> list[PhaseBar]:
    """The phases of a run; one that has not ended grows until now."""
    phases = run.phases.all
    ends = [phase.end if phase.end is not None else run.now_ns for phase in phases]
    seconds = [max(0, end - phase.start) / NS for phase, end in zip(phases, ends, strict=True)]
    bars = []
    for place, (phase, base) in enumerate(zip(phases, bases([phase.title for phase in phases]), strict=True)):
        over = phase.end is not None or run.finished
        speed_up = seconds[base] / seconds[place] if over and base != place and seconds[place] else None
        start_up = _number(facts, f"{phase.slug}_start_up_s")
        bars.append(PhaseBar(phase.title, seconds[place], speed_up, start_up, over, base == place))
    return bars


def bases(titles: Sequence[str]) -> list[int]:
    """Place of the phase that each is compared with: the first, or the first of its kind.

    Kinds are told by the first word, where every one of them has more than one phase (I/O one by one, I/O in threads,
    CPU one by one, CPU in threads).
    """
    words = [title.split()[0] if title.split() else "" for title in titles]
    kinds = {word: words.count(word) for word in words}
    return [words.index(word) if min(kinds.values()) > 1 else 0 for word in words]


def _number(facts: Mapping[str, Fact], name: str) -> float | None:
    value = facts[name].value if name in facts else None
    return float(value) if isinstance(value, int | float) else None


def _times(factor: float) -> str:
    """``×1.9``, ``×23``, ``43× as long``: two digits say enough."""
    if factor < 0.95:
        return f"{_two_digits(1 / factor)}× as long"
    return f"×{_two_digits(factor)}"


def _two_digits(factor: float) -> str:
    return f"{factor:.1f}" if factor < 9.95 else f"{factor:.0f}"
