"""The knobs above the code: a control for every form comment in the script, moving with its line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from visualiser.gui.card import label
from visualiser.gui.knob_widgets import KnobWidget, knob_widget
from visualiser.gui.theme import Theme
from visualiser.host.knobs import Knob, Value


class KnobPanel(QWidget):
    """Shows knobs and tells which one was turned: ``turned(name, value)``.

    It never changes the script: who listens edits the line and shows the knobs found in it afterwards.
    """

    turned = Signal(str, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._grid = QGridLayout(self)
        self._controls: dict[str, KnobWidget] = {}
        self._labels: list[QLabel] = []
        self._shapes: list[Knob] = []
        self._problem = label("", "warn")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's spacing."""
        self._theme = theme
        self._grid.setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(4))
        self._grid.setHorizontalSpacing(theme.px(10))
        self._grid.setVerticalSpacing(theme.px(4))
        for control in self._controls.values():
            self._fit(control)

    def show_knobs(self, knobs: list[Knob]) -> None:
        """Show these; controls are kept, with their focus, as long as only values differ."""
        shapes = [_shape(knob) for knob in knobs]
        if shapes != self._shapes:
            self._shapes = shapes
            self._rebuild(knobs)
        for knob in knobs:
            if knob.problem is None:
                self._controls[knob.name].show_value(knob.value)
        problems = [knob.problem for knob in knobs if knob.problem]
        self._problem.setText(problems[0] if problems else "")
        self._problem.setVisible(bool(problems))
        self.setVisible(bool(knobs))

    def show_problem(self, sentence: str) -> None:
        """Say why a value was not taken."""
        self._problem.setText(sentence)
        self._problem.show()

    def control(self, name: str) -> KnobWidget | None:
        """The control of that knob, or None."""
        return self._controls.get(name)

    def _rebuild(self, knobs: list[Knob]) -> None:
        for widget in (*self._labels, *self._controls.values()):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._grid.removeWidget(self._problem)
        self._labels, self._controls = [], {}
        for knob, (row, column, width) in zip(knobs, _places(knobs), strict=True):
            self._add(knob, row, column, width)
        self._grid.addWidget(self._problem, self._grid.rowCount(), 0, 1, 4)
        for column in (1, 3):
            self._grid.setColumnStretch(column, 1)

    def _add(self, knob: Knob, row: int, column: int, width: int) -> None:
        control = knob_widget(knob)
        name = label(knob.label, "note")
        name.setBuddy(control)
        name.setToolTip(f"{knob.name}, line {knob.line}")
        control.turned.connect(lambda value, name=knob.name: self._tell(name, value))
        control.clamped.connect(self.show_problem)
        self._fit(control)
        self._grid.addWidget(name, row, column, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(control, row, column + 1, 1, width)
        self._labels.append(name)
        self._controls[knob.name] = control

    def _fit(self, control: KnobWidget) -> None:
        control.row.setSpacing(self._theme.px(10))
        spin = getattr(control, "spin", None)
        if spin is not None:
            spin.setFixedWidth(self._theme.px(84))
            control.row.setAlignment(spin, Qt.AlignmentFlag.AlignLeft)

    def _tell(self, name: str, value: Value) -> None:
        self.turned.emit(name, value)


def _places(knobs: list[Knob]) -> list[tuple[int, int, int]]:
    """Row, column and width in the grid: numbers take a whole row, the others share one by twos."""
    places, row, half = [], 0, False
    for knob in knobs:
        wide = knob.kind in ("int", "float")
        if wide and half:
            row, half = row + 1, False
        places.append((row, 2 if half else 0, 3 if wide else 1))
        row, half = (row + 1, False) if wide or half else (row, True)
    return places


def _shape(knob: Knob) -> Knob:
    """What a control is built from: everything but where it stands and what it says."""
    return Knob(
        name=knob.name,
        value=False,
        kind=knob.kind,
        choices=knob.choices,
        minimum=knob.minimum,
        maximum=knob.maximum,
        step=knob.step,
        label=knob.label,
    )
