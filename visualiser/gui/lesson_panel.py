"""The lesson beside the code: what the script shows, a prediction, what to watch for, and what this run explains."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from visualiser.gui.card import Card, label
from visualiser.gui.lesson_rows import Explanations, WatchList
from visualiser.gui.predict import Predict
from visualiser.gui.rich_text import Prose
from visualiser.gui.scrolling import scrolling
from visualiser.gui.theme import Theme
from visualiser.trace.facts import Fact, values_of
from visualiser.trace.lesson import Lesson

NO_LESSON = (
    "This script has no lesson. A Markdown file of the same name beside it becomes one, with the headings "
    "*Predict*, *Watch for*, *Explain* and *In the article*."
)
_SECTIONS = {"predict": "Predict", "watch": "Watch for", "explain": "Explain", "article": "In the article"}
_SHORT = {"predict": "Predict", "watch": "Watch", "explain": "Explain", "article": "Article"}


class LessonPanel(Card):
    """One lesson at a time.

    ``pointed`` carries a pointer into the timeline and the place of its item; ``answered`` nothing: the question was
    asked and the run may start now; ``chose`` the place of an answer, whenever it is given.
    """

    pointed = Signal(str, int)
    answered = Signal()
    chose = Signal(int)

    def __init__(self, theme: Theme) -> None:
        self.lesson: Lesson | None = None
        self.shows = Prose(theme)
        self.predict = Predict(theme)
        self.watch = WatchList(theme)
        self.explain = Explanations(theme)
        self.article = Prose(theme)
        self.headings = {name: label(words, "section") for name, words in _SECTIONS.items()}
        self.jumps = {name: self._jump(name, words) for name, words in _SHORT.items()}
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._area = scrolling(self._content)
        self._area.setAccessibleName("Lesson")
        super().__init__("", theme)
        self._fill()
        self._connect()
        self.show_lesson(None)
        self.set_theme(theme)

    @property
    def has_question(self) -> bool:
        """Whether there is something to ask before a run."""
        return self.lesson is not None and self.lesson.question is not None

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        super().set_theme(theme)
        for part in (self.shows, self.predict, self.watch, self.explain, self.article):
            part.set_theme(theme)
        self._column.setContentsMargins(theme.px(14), theme.px(4), theme.px(12), theme.px(14))
        self._column.setSpacing(theme.px(6))
        self.head.setSpacing(theme.px(2))
        for heading in self.headings.values():
            heading.setContentsMargins(0, theme.px(12), 0, theme.px(1))

    def show_lesson(self, lesson: Lesson | None, chosen: int | None = None, problem: str = "") -> None:
        """Another scenario's lesson, None where it has none or ``problem`` says why it cannot be shown.

        ``chosen`` is the answer given to its question before.
        """
        self.lesson = lesson
        self.shows.say(lesson.shows if lesson else problem or NO_LESSON, "text" if lesson else "muted")
        question = lesson.question if lesson else None
        answers = [choice.text for choice in question.choices] if question else []
        self.predict.show_question(question.text if question else "", answers, chosen)
        self.watch.show_items(lesson.watch if lesson else [])
        self.article.say(lesson.article if lesson else "")
        self.show_no_run()
        self._show_parts()
        self._area.verticalScrollBar().setValue(0)

    def show_no_run(self) -> None:
        """There is no run to speak of."""
        self.predict.judge(None)
        self.watch.forget()
        self.explain.show_verdicts(None)

    def show_facts(self, facts: Mapping[str, Fact], over: bool, failed: bool = False) -> None:
        """What the run says so far, or in the end: only then is a prediction right or wrong.

        A run that ``failed`` or was stopped decides nothing, and is silent on what it did not get to.
        """
        if self.lesson is None:
            return
        values = values_of(facts)
        verdicts = [verdict for verdict in self.lesson.judge(values) if not failed or verdict.holds]
        self.explain.show_verdicts(verdicts, over)
        if over and self.lesson.question is not None:
            choices = self.lesson.question.choices
            self.predict.judge([None if failed else choice.is_right(values) for choice in choices])

    def show_section(self, name: str) -> None:
        """Scroll to ``predict``, ``watch``, ``explain`` or ``article``."""
        self._column.activate()
        self._area.verticalScrollBar().setValue(self.headings[name].y())

    def ask(self) -> None:
        """Ask the question; ``answered`` follows unless the user gives it up."""
        self.predict.ask()
        self.show_section("predict")

    def stop_asking(self) -> None:
        """Nobody waits for an answer any more."""
        self.predict.stop_asking()

    def _fill(self) -> None:
        self._parts: dict[str, QWidget] = {
            "predict": self.predict,
            "watch": self.watch,
            "explain": self.explain,
            "article": self.article,
        }
        self._column.addWidget(self.shows)
        for name, part in self._parts.items():
            self._column.addWidget(self.headings[name])
            self._column.addWidget(part)
            self.head.addWidget(self.jumps[name])
        self._column.addStretch(1)
        self.body.addWidget(self._area, 1)

    def _jump(self, name: str, words: str) -> QPushButton:
        """A link in the heading line that leads to a section."""
        button = QPushButton(words)
        button.setObjectName("link")
        button.setAccessibleName(f"Go to {_SECTIONS[name]}")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self.show_section(name))
        return button

    def _connect(self) -> None:
        self.watch.asked.connect(self.pointed)
        self.predict.chosen.connect(self._on_chosen)
        self.predict.skipped.connect(self.answered)

    def _on_chosen(self, place: int, asked: bool) -> None:
        self.chose.emit(place)
        if asked:
            self.answered.emit()

    def _show_parts(self) -> None:
        """Only the sections that say something."""
        lesson = self.lesson
        filled = {
            "predict": self.has_question,
            "watch": bool(lesson and lesson.watch),
            "explain": bool(lesson and lesson.explain),
            "article": bool(lesson and lesson.article),
        }
        for name, on in filled.items():
            self.headings[name].setVisible(on)
            self.jumps[name].setVisible(on)
            self._parts[name].setVisible(on)
