"""The card beside the mouse: lane, state, exact start, duration and source line of what it points at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from visualiser.gui.source_words import name_of
from visualiser.gui.theme import Theme
from visualiser.gui.timeline.as_of import cut
from visualiser.gui.timeline.forms import WORDS
from visualiser.gui.timeline.ruler import duration_text
from visualiser.gui.timeline.telling import Told, mark_near, more_about
from visualiser.trace.lane import Span
from visualiser.trace.run import Run
from visualiser.trace.states import State
from visualiser.trace.track import NS, Track


@dataclass(frozen=True)
class Selection:
    """A span as people read it: times in seconds since the run's start."""

    track: Track
    state: State
    start_s: float
    duration_s: float
    label: str
    file: str | None
    line: int | None
    more: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """Source file and line, empty if not known."""
        return f"{PurePath(self.file).name}, line {self.line}" if self.file and self.line else ""

    @property
    def text(self) -> str:
        """All of it in one line."""
        parts = [self.track.name, WORDS[self.state], self.label, f"from {self.start_s:.6f} s"]
        parts += [f"for {duration_text(self.duration_s)}", *self.more, self.where]
        return " · ".join(part for part in parts if part)


def describe(
    run: Run, track: Track, span: Span, near: tuple[int, int] | None = None, until: int | None = None
) -> Selection:
    """What a span says about itself at ``until`` (ns, None: now), and of what happens ``near`` the mouse (ns)."""
    name, span = run.names[span.ref], cut(span, until)
    if near is not None and until is not None:
        near = min(near[0], until), min(near[1], until + 1)
    start = (span.start - run.start_ns) / NS
    # The marks of a lock lie where its waits begin and end: beside the wait itself they would contradict it.
    mark = mark_near(run, track, *near) if near and span.state is not State.LOCK else ""
    more = tuple(
        ([f"here it {mark}"] if mark else []) + more_about(run, track, span, until) + _second(run, track, near)
    )
    return Selection(track, span.state, start, (span.end - span.start) / NS, name.label, name.file, name.line, more)


def _second(run: Run, track: Track, near: tuple[int, int] | None) -> list[str]:
    """What a second source says of the moment under the mouse."""
    span = track.second.span_at(sum(near) // 2) if near and len(track.second) else None
    return [f"{name_of(run.sources[-1])}: {WORDS[span.state]}"] if span else []


class HoverCard(QFrame):
    """Shows a selection near the mouse, never under it, never outside its parent."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setObjectName("hoverCard")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = QLabel(self)
        self._words.setTextFormat(Qt.TextFormat.RichText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 7, 10, 7)
        layout.addWidget(self._words)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self._words.setFont(theme.font("small"))
        self.setStyleSheet(
            f"QFrame#hoverCard {{ background: {theme.hex('raised')}; border: 1px solid {theme.hex('outline')};"
            f" border-radius: {theme.px(7)}px; }} QLabel {{ color: {theme.hex('text')}; background: transparent; }}"
        )

    @property
    def text(self) -> str:
        """What it says, as rich text."""
        return self._words.text()

    def show_selection(self, selection: Selection, at: QPointF) -> None:
        """Say it beside ``at``, in the parent's coordinates."""
        self._show(self._rich(selection), at)

    def show_told(self, told: Told, at: QPointF) -> None:
        """Say something else beside ``at``."""
        self._show("<br>".join([f"<b>{_escape(told.heading)}</b>", *map(_escape, told.lines)]), at)

    def _show(self, rich: str, at: QPointF) -> None:
        self._words.setText(rich)
        self.adjustSize()
        self.move(self._place(at.toPoint()))
        self.show()
        self.raise_()

    def _place(self, at: QPoint) -> QPoint:
        gap = self._theme.px(16)
        room = self._room.rect()
        x = at.x() + gap if at.x() + gap + self.width() <= room.right() else at.x() - gap - self.width()
        y = at.y() + gap if at.y() + gap + self.height() <= room.bottom() else at.y() - gap - self.height()
        return QPoint(max(0, x), max(0, y))

    def _rich(self, selection: Selection) -> str:
        muted = self._theme.hex("muted")
        state = WORDS[selection.state] + (f" — {_escape(selection.label)}" if selection.label else "")
        lines = [
            f"<b>{_escape(selection.track.name)}</b> {state}",
            f"<span style='color:{muted}'>from</span> {selection.start_s:.6f} s"
            f" <span style='color:{muted}'>for</span> {duration_text(selection.duration_s)}",
        ]
        lines += map(_escape, selection.more)
        if selection.where:
            lines.append(f"<span style='color:{muted}'>{_escape(selection.where)}</span>")
        return "<br>".join(lines)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
