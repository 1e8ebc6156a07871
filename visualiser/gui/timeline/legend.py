"""The legend: always in view, it shows the form of every state of the run and says what its sources cannot know."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.core_colours import CoreHue, explained, hues_of
from visualiser.gui.timeline.forms import WORDS
from visualiser.gui.timeline.glyphs import MARK_WORDS, SIGNS, GlyphPainter
from visualiser.gui.timeline.strips import Ink, StripPainter, draw
from visualiser.lab.layout import Kind
from visualiser.trace.row import empty_row
from visualiser.trace.states import State

# Shown before a run has told which states it has.
_USUAL = (State.RUN, State.GIL, State.CORE, State.SLEEP, State.LOCK, State.JOIN)
BRIEF = "under the bar: what is too brief to see"
PRINTS = "prints"
TOO_MANY = "put → get: {} in view, zoom in to see them"
ARROWS = "put → get"
MOVES = "moved to another core"
Entry = State | Kind | CoreHue | str  # a state, a sign on the lanes, a core, one of the words above, or a note
_SAMPLE = 26  # width of a sample, at scale 1
_SAMPLES = {BRIEF: _SAMPLE, PRINTS: 6, ARROWS: _SAMPLE, MOVES: 6}
_INDENT = 5
_LINE = 22
_LINES = 2  # kept free at least, so that a new state does not move the lanes


class Legend(QWidget):
    """Flows its entries over as many lines as the width needs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._states: tuple[State, ...] = _USUAL
        self._signs: tuple[Kind, ...] = ()
        self._cores: tuple[CoreHue, ...] = ()
        self._arrows = ""
        self._notes: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend")
        self.set_theme(theme)

    @property
    def states(self) -> tuple[State, ...]:
        """The states it explains now."""
        return self._states

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        ink = Ink(theme.color("muted"), theme.color("surface"), theme.color("text"), theme.color("warn"))
        self._strips = StripPainter(ink, theme.px(14), max(1, round(theme.scale)))
        self._glyphs = GlyphPainter(theme)
        self._fit_height()

    @property
    def signs(self) -> tuple[Kind, ...]:
        """The marks it explains now."""
        return self._signs

    def set_states(self, states: set[State], notes: tuple[str, ...] = ()) -> None:
        """Explain these states; ``notes`` are sentences on the sources in use."""
        wanted = tuple(sorted(states - {State.NONE})) or _USUAL
        if (wanted, notes) != (self._states, self._notes):
            self._states, self._notes = wanted, notes
            self._tell()

    def set_signs(self, kinds: set[int], arrows: int | None = None) -> None:
        """Explain the signs of these kinds, and the arrows if there are some: ``arrows`` are too many to draw, or 0."""
        wanted = tuple(kind for kind in SIGNS if kind in kinds)
        words = "" if arrows is None else TOO_MANY.format(f"{arrows:,}".replace(",", " ")) if arrows else ARROWS
        if (wanted, words) != (self._signs, self._arrows):
            self._signs, self._arrows = wanted, words
            self._tell()

    @property
    def cores(self) -> tuple[CoreHue, ...]:
        """The hues of cores it explains now."""
        return self._cores

    def set_cores(self, cores: Iterable[int]) -> None:
        """Explain the hues of these cores; none where the hues are the workers'."""
        wanted = explained(cores)
        if wanted != self._cores:
            self._cores = wanted
            self._tell()

    def _tell(self) -> None:
        entries: list[Entry] = [*self._states, *self._cores, *self._signs, *([self._arrows] if self._arrows else [])]
        words = [_words(entry) for entry in entries]
        self.setAccessibleDescription(", ".join(words) + ". " + " ".join(self._notes))
        self._fit_height()

    def heightForWidth(self, width: int) -> int:
        """Height of all lines at that width."""
        entries = self._places(width)
        lines = (entries[-1][1].y() if entries else 0) + self._theme.px(_LINE)
        return max(lines, _LINES * self._theme.px(_LINE))

    def sizeHint(self) -> QSize:
        """As high as its lines at the present width."""
        return QSize(self.width(), self.heightForWidth(max(self.width(), 200)))

    def resizeEvent(self, event: object) -> None:
        """Flow anew."""
        self._fit_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a sample and the words of each entry."""
        painter = QPainter(self)
        painter.setFont(self._theme.font("caption"))
        for entry, at in self._places(self.width()):
            if isinstance(entry, State):
                self._form(painter, entry, at)
            elif isinstance(entry, Kind):
                sign, half = self._glyphs.sign(entry), self._glyphs.size // 2
                painter.drawPixmap(self._middle(entry, at).toPoint() - QPoint(half, half), sign)
            elif isinstance(entry, CoreHue):
                self._sample(painter, at, 0, 1, hues_of(self._theme)[entry.hue])
            elif entry == MOVES:
                self._sample(painter, at, 0.85, 0.5, self._theme.color("text"), self._theme.px(2))
            elif entry == ARROWS:
                self._arrow(painter, self._middle(entry, at))
            elif entry == BRIEF:
                self._sample(painter, at, 0.85, 0.3, self._theme.color("muted"))
            elif entry == PRINTS:
                self._sample(painter, at, 0.15, 0.5, self._theme.color("text"), self._theme.px(2))
            self._say(painter, entry, at)
        painter.end()

    def _form(self, painter: QPainter, state: State, at: QPoint) -> None:
        sample = self._theme.px(_SAMPLE)
        row = empty_row(sample + 2)
        row.main[1:-1] = state
        pixels = self._strips.pixels(row, 0)
        top = at.y() + (self._theme.px(_LINE) - self._strips.height) // 2
        draw(painter, QRect(at.x() - 1, top, *reversed(pixels.shape)), pixels)

    def _sample(
        self, painter: QPainter, at: QPoint, where: float, thick: float, color: QColor, width: int | None = None
    ) -> None:
        """A piece of strip (``width`` None) or a tick, at a share of the sample's height."""
        height = self._strips.height
        top = at.y() + (self._theme.px(_LINE) - height) // 2
        deep = max(2, round(height * thick))
        left = at.x() if width is None else at.x() + self._theme.px(_SAMPLES[PRINTS]) // 2
        painter.fillRect(left, top + round((height - deep) * where), width or self._theme.px(_SAMPLE), deep, color)

    def _middle(self, entry: Entry, at: QPoint) -> QPointF:
        return QPointF(at.x() + self._wide(entry) / 2, at.y() + self._theme.px(_LINE) / 2)

    def _arrow(self, painter: QPainter, middle: QPointF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half, head = QPointF(self._theme.px(10), 0), self._theme.px(6)
        painter.setPen(QPen(self._theme.color("text"), self._theme.scale * 1.4))
        painter.drawLine(middle - half, middle + half)
        painter.setBrush(self._theme.color("text"))
        tip = middle + half
        painter.drawPolygon([tip, tip + QPointF(-head, -head * 0.45), tip + QPointF(-head, head * 0.45)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _say(self, painter: QPainter, entry: Entry, at: QPoint) -> None:
        note = self._is_note(entry)
        painter.setPen(self._theme.color("muted" if note else "text"))
        painter.drawText(self._words_at(at, self._indent(entry)), Qt.AlignmentFlag.AlignVCenter, _words(entry))

    def _wide(self, entry: Entry) -> int:
        """Width of an entry's sample."""
        if isinstance(entry, State | CoreHue):
            return self._theme.px(_SAMPLE)
        return self._glyphs.size if isinstance(entry, Kind) else self._theme.px(_SAMPLES.get(entry, 0))

    def _indent(self, entry: Entry) -> int:
        """Width of an entry's sample and the gap after it."""
        return 0 if self._is_note(entry) else self._wide(entry) + self._theme.px(7)

    def _is_note(self, entry: Entry) -> bool:
        return not isinstance(entry, State | Kind | CoreHue) and entry not in _SAMPLES

    def _words_at(self, at: QPoint, indent: int) -> QRect:
        return QRect(at.x() + indent, at.y(), self.width(), self._theme.px(_LINE))

    def _places(self, width: int) -> list[tuple[Entry, QPoint]]:
        metrics = QFontMetrics(self._theme.font("caption"))
        cores: list[Entry] = [*self._cores, MOVES] if self._cores else []
        entries: list[Entry] = [*cores, *self._states, BRIEF, PRINTS, *self._signs]
        left = self._theme.px(_INDENT)
        entries += [self._arrows] if self._arrows else []
        entries += [line for note in self._notes for line in wrapped(note, metrics, width - left)]
        places: list[tuple[Entry, QPoint]] = []
        x, y = left, 0
        for entry in entries:
            needed = metrics.horizontalAdvance(_words(entry)) + self._indent(entry)
            if x > left and x + needed > width:
                x, y = left, y + self._theme.px(_LINE)
            places.append((entry, QPoint(x, y)))
            x += needed + self._theme.px(18)
        return places

    def _fit_height(self) -> None:
        self.setFixedHeight(self.heightForWidth(max(self.width(), 200)))
        self.update()


def wrapped(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """A text in lines of at most ``width`` pixels, broken between words; a word that is wider has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _words(entry: Entry) -> str:
    if isinstance(entry, Kind):
        return MARK_WORDS[entry]
    if isinstance(entry, CoreHue):
        return entry.words
    return WORDS[entry] if isinstance(entry, State) else entry
