"""A run laid out for a picture or a film, of any size, without a window: caption, timeline, legend, load per core."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QVBoxLayout, QWidget

from visualiser.gui.card import Card
from visualiser.gui.cores import CoresPanel
from visualiser.gui.editor_panel import knobs_text
from visualiser.gui.picture_caption import Caption
from visualiser.gui.style_sheet import style_sheet
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.panel import TimelinePanel
from visualiser.host.knobs import find_knobs
from visualiser.trace.document import Document

_MARGIN, _GAP = 16, 10
_CORES_SHARE = 0.2


@dataclass(frozen=True)
class Look:
    """How a picture is to look.

    Attributes:
        theme: colours, fonts and scale.
        size: in pixels.
        reach: seconds since the script's first line that are shown, None for all of the run.
    """

    theme: Theme
    size: QSize
    reach: tuple[float, float] | None = None


class Stage(QWidget):
    """Shows one document; never appears on a screen. Close it when the picture has been taken."""

    def __init__(self, document: Document, look: Look) -> None:
        super().__init__()
        theme = look.theme
        self.document = document
        self.timeline = TimelinePanel(theme)
        self.cores = CoresPanel(theme)
        self.caption = CaptionBar(theme, caption_of(document))
        self.setObjectName("root")
        self.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self.setStyleSheet(style_sheet(theme))
        self._compose(theme, look.size)
        self.timeline.link(self.cores)
        self.resize(look.size)
        self.show()
        self._fill(look.reach)

    def settle(self) -> None:
        """Lay out what is due, so that the next picture shows everything; nobody else's timers get a turn."""
        for _ in range(3):  # what is laid out may ask for another layout
            QApplication.sendPostedEvents()

    def _compose(self, theme: Theme, size: QSize) -> None:
        margin, run = theme.px(_MARGIN), self.document.run
        column = QVBoxLayout(self)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.px(_GAP))
        column.addWidget(self.caption)
        timeline = Card("Timeline", theme)
        timeline.body.addWidget(self.timeline, 1)
        column.addWidget(timeline, 1)
        if run.loads.cores:
            cores = Card("Load per core", theme)
            cores.head.addWidget(self.cores.legend, 6)
            cores.body.addWidget(self.cores, 1)
            cores.setFixedHeight(round(size.height() * _CORES_SHARE))
            column.addWidget(cores)

    def _fill(self, reach: tuple[float, float] | None) -> None:
        run = self.document.run
        self.timeline.set_run(run)
        self.cores.set_run(run)
        self.settle()
        self.timeline.finish()
        if reach is not None:
            self.timeline.set_follow(False)
            self.timeline.view.show_range(*reach)
        self.settle()


class CaptionBar(QWidget):
    """Title, result and knobs in a line each, as text."""

    def __init__(self, theme: Theme, caption: Caption) -> None:
        super().__init__()
        self._theme = theme
        parts = ((caption.title, "title", "text"), (caption.result, "strong", "text"), (caption.knobs, "body", "muted"))
        self._lines = [part for part in parts if part[0]]
        self._result = caption.result
        self._hidden = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(round(sum(self._height(role) for _, role, _ in self._lines)))
        self._speed = self._time = ""

    def hide_result(self, on: bool) -> None:
        """Keep how it ended to the end of a film."""
        self._hidden = on
        self.update()

    def show_speed(self, speed: float) -> None:
        """Say how fast a film is: as a multiple of the real speed."""
        self._speed = f"× {speed:g}"

    def show_time(self, seconds: float) -> None:
        """Say which moment of the run a film shows."""
        self._time = f"{seconds:.3f} s" if abs(seconds) >= 1 else f"{seconds * 1000:.3f} ms"
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines, each cut where it has no room."""
        painter = QPainter(self)
        top = 0.0
        for text, role, token in self._lines:
            font = self._theme.font(role)
            painter.setFont(font)
            painter.setPen(self._theme.color(token))
            room = QRectF(0, top, self.width(), self._height(role))
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            if not (self._hidden and text == self._result):
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
            top += room.height()
        if self._time:
            self._paint_clock(painter)
        painter.end()

    def _paint_clock(self, painter: QPainter) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        painter.setFont(self._theme.font("big"))
        painter.setPen(self._theme.color("accent_text"))
        painter.drawText(self.rect(), right, f"{self._time}   {self._speed}")

    def _height(self, role: str) -> float:
        return QFontMetricsF(self._theme.font(role)).height() + self._theme.px(3)


def caption_of(document: Document) -> Caption:
    """What a picture of the run says of it."""
    about, outcome = document.about, document.outcome
    results = ", ".join(f"{name} = {value}" for name, value in document.results.items())
    told = " ".join(filter(None, (outcome.sentence if outcome is not None else "", results)))
    return Caption(about.title, knobs_text(find_knobs(about.text)) if about.text else "", told)
