"""The code card: file name and edited marker, the knobs, and the script itself, kept in step with one another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from visualiser.gui.card import Card, label, rule
from visualiser.gui.code_editor import CodeEditor
from visualiser.gui.knob_panel import KnobPanel
from visualiser.gui.line_label import LineLabel
from visualiser.gui.theme import Theme
from visualiser.host.catalogue import Scenario
from visualiser.host.knobs import Knob, KnobError, Value, find_knobs, set_knob


class EditorPanel(Card):
    """Shows one scenario's text; the text is what runs, and the knobs only show and edit it.

    ``text_changed`` follows every change, ``knobs_changed`` carries the knobs found in the text.
    """

    text_changed = Signal()
    knobs_changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        self.editor = CodeEditor(theme)
        self.knob_panel = KnobPanel(theme)
        self.knob_area = QWidget()
        self._edited = label("● edited", "edited")
        self.knob_line = LineLabel("", "strong")  # in presentation, where there is no room for the knobs
        self._reset = QPushButton("Reset")
        self._rule = rule()
        self._original = self._text = ""
        self._is_edited = False
        self._last_turned = ""
        self._turning = False
        self._knobs: list[Knob] = []
        super().__init__("", theme)
        self._fill()
        self.editor.textChanged.connect(self._follow_text)
        self.knob_panel.turned.connect(self.turn)
        self._reset.clicked.connect(self.reset)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours and spacing."""
        super().set_theme(theme)
        self.editor.set_theme(theme)
        self.knob_panel.set_theme(theme)
        self.knob_line.setContentsMargins(theme.px(12), 0, theme.px(10), 0)

    def open(self, scenario: Scenario, original: str, draft: str | None = None) -> None:
        """Show a scenario whose file says ``original``, edited to ``draft`` if there is one."""
        self._original = original
        self.heading.setText(scenario.path.name)
        self.heading.setToolTip(str(scenario.path))
        self.editor.show_text(original if draft is None else draft)
        self._follow_text()

    def saved(self, path: Path) -> None:
        """The text of the editor is now what that file says."""
        self._original = self.text
        self.heading.setText(path.name)
        self.heading.setToolTip(str(path))
        self._follow_text()

    @property
    def text(self) -> str:
        """The script as it stands in the editor."""
        return self._text

    @property
    def edited(self) -> bool:
        """Whether the editor's text differs from the file's."""
        return self._is_edited

    @property
    def knobs(self) -> list[Knob]:
        """The knobs found in the text."""
        return self._knobs

    def knob(self, name: str) -> Knob | None:
        """The knob of that name, or None."""
        return next((knob for knob in self._knobs if knob.name == name), None)

    def turn(self, name: str, value: Value) -> None:
        """Edit the knob's line; turning the same knob on and on is one undo step."""
        try:
            text = set_knob(self.text, name, value)
        except KnobError as error:
            self.knob_panel.show_problem(str(error))
            return
        join = self._last_turned == name and self.editor.document().isUndoAvailable()
        self._turning = True
        self.editor.replace_text(text, join)
        self._turning = False
        self._last_turned = name

    def reset(self) -> None:
        """Bring back the file's text; undo brings back the edited one."""
        self._last_turned = ""
        self.editor.replace_text(self._original)

    def _fill(self) -> None:
        self._edited.setToolTip("The text differs from the file. It is kept until you reset it.")
        self._reset.setObjectName("link")
        self._reset.setAccessibleName("Reset to the original")
        self._reset.setToolTip("Reset to the original: bring back the script as its file has it")
        self.knob_line.hide()
        self._reset.setCursor(Qt.CursorShape.PointingHandCursor)
        for widget in (self._edited, self._reset):
            self.head.addWidget(widget)
            _keep_place(widget)
        area = QVBoxLayout(self.knob_area)
        area.setContentsMargins(0, 0, 0, 0)
        area.addWidget(self.knob_panel)
        area.addWidget(self._rule)
        self.body.addWidget(self.knob_line)
        self.body.addWidget(self.knob_area)
        self.body.addWidget(self.editor, 1)

    def _follow_text(self) -> None:
        if not self._turning:
            self._last_turned = ""
        self._text = self.editor.toPlainText()
        self._is_edited = self._text != self._original
        knobs = find_knobs(self._text)
        self.knob_panel.show_knobs(knobs)
        self._rule.setVisible(bool(knobs))
        for widget in (self._edited, self._reset):
            widget.setVisible(self.edited)
        self.text_changed.emit()
        if knobs != self._knobs:
            self._knobs = knobs
            self.knob_line.setText(knobs_text(knobs))
            self.knobs_changed.emit(knobs)


def knobs_text(knobs: Sequence[Knob]) -> str:
    """The knobs in one line, those that are turned on and off first: ``USE_LOCK = True · THREADS = 10``."""
    order = sorted(knobs, key=lambda knob: knob.kind != "bool")
    return " · ".join(f"{knob.name} = {knob.value}" for knob in order)


def _keep_place(widget: QWidget) -> None:
    """Hidden, it keeps its room: the line must not jump with the first key."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    widget.setSizePolicy(policy)
