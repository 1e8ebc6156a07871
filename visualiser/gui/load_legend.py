"""What the forms of the cores' load mean, and one sentence where other programs took much of the computer."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from visualiser.gui.core_shades import Percent, Shade, colours, stacked
from visualiser.gui.line_label import LineLabel
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.strips import draw

OURS, OTHERS, ALL = "this run", "everything else", "all"
WHOLE = "of the whole computer"
BUSY_PERCENT = 25.0
# From the one for much room to the one for little.
_BUSY = (
    "Other programs took {:.0f} % of the cores: waits for a core are theirs too",
    "Others took {:.0f} %: waits for a core are theirs too",
    "Others took {:.0f} %",
)
_DETAIL = (
    "Over this run so far, all cores together. This window, its sampler and the system itself are among them.\n"
    "Close what you do not need, or take longer runs, to see what the script alone would do."
)


class LoadLegend(QWidget):
    """A sample and a word for each form, and the sentence."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.swatches = _Swatches(theme)
        self.sentence = LineLabel(WHOLE, "note")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._sentences: tuple[str, ...] = (WHOLE,)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.swatches)
        self._layout.addWidget(self.sentence, 1)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._layout.setSpacing(theme.px(14))
        self.swatches.set_theme(theme)

    def show_shares(self, known: bool) -> None:
        """Explain both parts, or only what all do together where the share of the run is not known."""
        self.swatches.show_words((OURS, OTHERS) if known else (ALL,))
        self._fit()

    def show_others(self, percent: float | None) -> None:
        """Say how much of all cores (0 … 100) went to everything else, if that is much; None: not known."""
        busy = percent is not None and percent > BUSY_PERCENT
        self._sentences = tuple(words.format(percent) for words in _BUSY) if busy else (WHOLE,)
        self.sentence.setToolTip(f"{self._sentences[0]}.\n{_DETAIL}" if busy else "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as fits."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - self.swatches.sizeHint().width() - self._layout.spacing()
        metrics = self.sentence.fontMetrics()
        fitting = [words for words in self._sentences if metrics.horizontalAdvance(words) <= room]
        self.sentence.setText((fitting or self._sentences[-1:])[0])


class _Swatches(QWidget):
    """The forms with their words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.words: tuple[str, ...] = (ALL,)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend of the load")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_words(self, words: tuple[str, ...]) -> None:
        if words != self.words:
            self.words = words
            self.setAccessibleDescription(", ".join(words))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """All samples in one line."""
        metrics = self._metrics()
        wide = sum(self._sample + metrics.horizontalAdvance(word) + self._theme.px(18) for word in self.words)
        return QSize(wide, metrics.height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a sample before each word."""
        painter, theme = QPainter(self), self._theme
        painter.setFont(theme.font("caption"))
        left, metrics = 0, self._metrics()
        for word in self.words:
            width, height = theme.px(16), theme.px(11)
            place = QRect(left, (self.height() - height) // 2, width, height)
            draw(painter, place, colours(theme)[_sample(word, width, height)])
            painter.setPen(theme.color("text"))
            left += self._sample
            room = QRect(left, 0, self.width() - left, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, word)
            left += metrics.horizontalAdvance(word) + theme.px(18)
        painter.end()

    @property
    def _sample(self) -> int:
        """Pixels of a sample and the gap after it."""
        return self._theme.px(22)

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self._theme.font("caption"))


def _sample(word: str, width: int, height: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    full: Percent = np.full(width, 100, np.float32)
    ours = {OURS: full, OTHERS: np.zeros_like(full), ALL: np.full_like(full, np.nan)}[word]
    shades = stacked(ours, full, height)
    if word == OTHERS:
        shades[:, [0, -1]] = shades[-1] = Shade.OTHERS_LINE
    return shades
