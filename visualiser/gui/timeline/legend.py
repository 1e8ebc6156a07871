"""The legend: always in view, it shows the form of every state of the run and says what its sources cannot know."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from visualiser.gui.theme import Theme
from visualiser.gui.timeline.arrow_words import STYLES, ArrowsTold
from visualiser.gui.timeline.core_colours import CoreHue, explained, hues_of
from visualiser.gui.timeline.forms import WORDS
from visualiser.gui.timeline.glyphs import MARK_WORDS, SIGNS, GlyphPainter
from visualiser.gui.timeline.state_choice import StateChoice
from visualiser.gui.timeline.strips import Ink, StripPainter, draw
from visualiser.lab.layout import Kind
from visualiser.trace.flows import FlowKind
from visualiser.trace.row import empty_row
from visualiser.trace.states import State

# Shown before a run has told which states it has.
_USUAL = (State.RUN, State.GIL, State.CORE, State.SLEEP, State.LOCK, State.JOIN)
BRIEF = "under the bar: what is too brief to see"
PRINTS = "prints"
MOVES = "moved to another core"
Entry = State | Kind | CoreHue | ArrowsTold | str  # a state, a sign, a core, arrows, one of the words above, or a note
_ASIDE = 0.4  # opacity of a state that is not shown
_SAMPLE = 26  # width of a sample, at scale 1
_SAMPLES = {BRIEF: _SAMPLE, PRINTS: 6, MOVES: 6}
_INDENT = 5
_LINE = 22
_LINES = 2  # kept free at least, so that a new state does not move the lanes


class Legend(QWidget):
    """Flows its entries over as many lines as the width needs; a click on a state shows only that one.

    Attributes:
        about: says more of a state, for its tooltip.
    """

    only_changed = Signal(object)  # frozenset of the states shown alone; empty: all are shown

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._states: tuple[State, ...] = _USUAL
        self._signs: tuple[Kind, ...] = ()
        self._cores: tuple[CoreHue, ...] = ()
        self._arrows: tuple[ArrowsTold, ...] = ()
        self._notes: tuple[str, ...] = ()
        self.choice = StateChoice()
        self.about: Callable[[State], str] = WORDS.__getitem__
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
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
            if self.choice.keep_to(wanted):
                self.only_changed.emit(self.choice.only)
            self._tell()

    def set_signs(self, kinds: set[int], arrows: tuple[ArrowsTold, ...] = ()) -> None:
        """Explain the signs of these kinds, and the kinds of arrows that the last picture had, or had too many of."""
        wanted = tuple(kind for kind in SIGNS if kind in kinds)
        if (wanted, arrows) != (self._signs, self._arrows):
            self._signs, self._arrows = wanted, arrows
            self._tell()

    def show_all(self) -> bool:
        """Show all states again; whether some were not shown."""
        if not self.choice.clear():
            return False
        self._chosen()
        return True

    def entry_at(self, at: QPoint) -> Entry | None:
        """The entry under a point of this widget."""
        metrics, line = QFontMetrics(self._theme.font("caption")), self._theme.px(_LINE)
        for entry, place in self._places(self.width()):
            wide = metrics.horizontalAdvance(_words(entry)) + self._indent(entry)
            if QRect(place, QSize(wide, line)).contains(at):
                return entry
        return None

    def place_of(self, state: State) -> QRect:
        """Where a state's sample is, in pixels of this widget; empty if it is not explained."""
        sample = QSize(self._theme.px(_SAMPLE), self._theme.px(_LINE))
        return next((QRect(at, sample) for entry, at in self._places(self.width()) if entry is state), QRect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show only the state under the mouse; with Ctrl one more; once more, or on the note: all again."""
        entry = self.entry_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if isinstance(entry, State):
            self.choice.choose(entry, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            self._chosen()
        elif entry is not None and entry == self._all_again:
            self.show_all()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The hand tells where a click does something."""
        entry = self.entry_at(event.position().toPoint())
        active = isinstance(entry, State) or (bool(entry) and entry == self._all_again)
        self.setCursor(Qt.CursorShape.PointingHandCursor if active else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go from state to state, Space shows only that one (with Ctrl one more), Escape all."""
        key, states = event.key(), list(self._states)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.choice.move(states, 1 if key == Qt.Key.Key_Right else -1)
            self.update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.choice.current in states:
            self.choice.choose(self.choice.current, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            self._chosen()
        elif key != Qt.Key.Key_Escape or not self.show_all():
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell more of the state under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            entry = self.entry_at(event.pos())
            QToolTip.showText(event.globalPos(), self.about(entry) if isinstance(entry, State) else "", self)
            return True
        return super().event(event)

    @property
    def _all_again(self) -> str:
        return self.choice.note([WORDS[state] for state in sorted(self.choice.only)])

    def _chosen(self) -> None:
        self._tell()
        self.only_changed.emit(self.choice.only)

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
        entries: list[Entry] = [*self._states, *self._cores, *self._signs, *self._arrows]
        words = [_words(entry) for entry in entries]
        words += [self._all_again] if self.choice.only else []
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
            painter.setOpacity(_ASIDE if self._is_aside(entry) else 1.0)
            if isinstance(entry, State):
                self._form(painter, entry, at)
            elif isinstance(entry, Kind):
                sign, half = self._glyphs.sign(entry), self._glyphs.size // 2
                painter.drawPixmap(self._middle(entry, at).toPoint() - QPoint(half, half), sign)
            elif isinstance(entry, CoreHue):
                self._sample(painter, at, 0, 1, hues_of(self._theme)[entry.hue])
            elif entry == MOVES:
                self._sample(painter, at, 0.85, 0.5, self._theme.color("text"), self._theme.px(2))
            elif isinstance(entry, ArrowsTold) and not entry.left_out:
                self._arrow(painter, self._middle(entry, at), entry.kind)
            elif entry == BRIEF:
                self._sample(painter, at, 0.85, 0.3, self._theme.color("muted"))
            elif entry == PRINTS:
                self._sample(painter, at, 0.15, 0.5, self._theme.color("text"), self._theme.px(2))
            self._say(painter, entry, at)
        painter.end()

    def _is_aside(self, entry: Entry) -> bool:
        return isinstance(entry, State) and bool(self.choice.only) and entry not in self.choice.only

    def _form(self, painter: QPainter, state: State, at: QPoint) -> None:
        if self.choice.current is state and self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), self._theme.px(2)))
            painter.drawRect(self.place_of(state).adjusted(-2, 1, 2, -1))
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

    def _arrow(self, painter: QPainter, middle: QPointF, kind: FlowKind) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half, head = QPointF(self._theme.px(10), 0), self._theme.px(6)
        painter.setPen(QPen(self._theme.color("text"), self._theme.scale * 1.4, STYLES[kind]))
        painter.drawLine(middle - half, middle + half)
        painter.setBrush(self._theme.color("text"))
        tip = middle + half
        painter.drawPolygon([tip, tip + QPointF(-head, -head * 0.45), tip + QPointF(-head, head * 0.45)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _say(self, painter: QPainter, entry: Entry, at: QPoint) -> None:
        note = self._is_note(entry)
        again = bool(entry) and entry == self._all_again
        painter.setPen(self._theme.color("accent_text" if again else "muted" if note else "text"))
        painter.drawText(self._words_at(at, self._indent(entry)), Qt.AlignmentFlag.AlignVCenter, _words(entry))

    def _wide(self, entry: Entry) -> int:
        """Width of an entry's sample."""
        if isinstance(entry, State | CoreHue | ArrowsTold):
            return 0 if isinstance(entry, ArrowsTold) and entry.left_out else self._theme.px(_SAMPLE)
        return self._glyphs.size if isinstance(entry, Kind) else self._theme.px(_SAMPLES.get(entry, 0))

    def _indent(self, entry: Entry) -> int:
        """Width of an entry's sample and the gap after it."""
        return 0 if self._is_note(entry) else self._wide(entry) + self._theme.px(7)

    def _is_note(self, entry: Entry) -> bool:
        if isinstance(entry, ArrowsTold):
            return entry.left_out > 0
        return not isinstance(entry, State | Kind | CoreHue) and entry not in _SAMPLES

    def _words_at(self, at: QPoint, indent: int) -> QRect:
        return QRect(at.x() + indent, at.y(), self.width(), self._theme.px(_LINE))

    def _places(self, width: int) -> list[tuple[Entry, QPoint]]:
        metrics = QFontMetrics(self._theme.font("caption"))
        cores: list[Entry] = [*self._cores, MOVES] if self._cores else []
        entries: list[Entry] = [*cores, *self._states, BRIEF, PRINTS, *self._signs, *self._arrows]
        left = self._theme.px(_INDENT)
        entries += [self._all_again] if self.choice.only else []
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
    if isinstance(entry, ArrowsTold):
        return entry.words
    return WORDS[entry] if isinstance(entry, State) else entry
