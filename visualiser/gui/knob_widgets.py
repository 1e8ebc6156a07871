"""One control for one knob: slider with spin box, spin box, check box, combo box or text line."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from visualiser.gui.knob_controls import Chooser, RoundSlider, TickBox
from visualiser.gui.number_boxes import FractionBox, NumberBox, WholeBox
from visualiser.gui.numbers import number_text
from visualiser.host.knobs import Knob, Value

_MOST_INT = 2**31 - 1
_MOST_SLIDER_STEPS = 100_000
# Of Qt's locales the one that writes 10 000 as the rest of the window does.
_THIN_SPACES = QLocale(QLocale.Language.French, QLocale.Country.France)


class KnobWidget(QWidget):
    """Base of all controls: ``turned`` carries the value the user set; ``show_value`` never emits it.

    ``clamped`` carries a sentence where the user asked for more than the knob allows, after ``turned``.
    """

    turned = Signal(object)
    clamped = Signal(str)

    def __init__(self, knob: Knob) -> None:
        super().__init__()
        self.knob = knob
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)

    def show_value(self, value: Value) -> None:
        """Show a value that fits the knob."""
        raise NotImplementedError

    def _add(self, control: QWidget, stretch: int = 0) -> None:
        control.setAccessibleName(self.knob.label)
        self.row.addWidget(control, stretch)
        if self.focusProxy() is None:
            self.setFocusProxy(control)


class CheckKnob(KnobWidget):
    """True or False."""

    def __init__(self, knob: Knob) -> None:
        super().__init__(knob)
        self.box = TickBox()
        self._add(self.box, 1)
        self.box.toggled.connect(self._tell)

    def show_value(self, value: Value) -> None:
        """Show a value that fits the knob, telling nobody."""
        with QSignalBlocker(self.box):
            self.box.setChecked(bool(value))
        self.box.setText("on" if value else "off")

    def _tell(self, on: bool) -> None:
        self.box.setText("on" if on else "off")
        self.turned.emit(on)


class ChoiceKnob(KnobWidget):
    """One of a few values."""

    def __init__(self, knob: Knob) -> None:
        super().__init__(knob)
        self.box = Chooser()
        for choice in knob.choices:
            self.box.addItem(str(choice), choice)
        self._add(self.box, 1)
        self.box.activated.connect(lambda index: self.turned.emit(self.box.itemData(index)))

    def show_value(self, value: Value) -> None:
        """Show a value that fits the knob, telling nobody."""
        self.box.setCurrentIndex(self.knob.choices.index(value))


class TextKnob(KnobWidget):
    """Free text; told when typing ends."""

    def __init__(self, knob: Knob) -> None:
        super().__init__(knob)
        self.line = QLineEdit()
        self._add(self.line, 1)
        self.line.editingFinished.connect(self._tell)

    def show_value(self, value: Value) -> None:
        """Show a value that fits the knob, telling nobody."""
        if self.line.text() != value:
            self.line.setText(str(value))
        self._shown = str(value)

    _shown = ""

    def _tell(self) -> None:
        if self.line.text() != self._shown:
            self.turned.emit(self.line.text())


class NumberKnob(KnobWidget):
    """A number: a spin box, with a slider where both bounds are known."""

    def __init__(self, knob: Knob) -> None:
        super().__init__(knob)
        self.spin = _spin_box(knob)
        self.slider = _slider(knob)
        if self.slider is not None:
            self._add(self.slider, 1)
            self.slider.valueChanged.connect(self._slid)
        self._add(self.spin, 0 if self.slider is not None else 1)
        self.spin.valueChanged.connect(self._spun)
        self.spin.editingFinished.connect(self._tell_bounds)

    def show_value(self, value: Value) -> None:
        """Show a value that fits the knob, telling nobody."""
        number = float(value)
        with QSignalBlocker(self.spin):
            _set(self.spin, number)
        self._move_slider(number)

    def _spun(self, value: float) -> None:
        self._move_slider(value)
        self.turned.emit(value)

    def _tell_bounds(self) -> None:
        if self.spin.clamped:
            self.spin.clamped = False
            low, high = number_text(self.spin.minimum()), number_text(self.spin.maximum())
            self.clamped.emit(f"{self.knob.label} goes from {low} to {high}.")

    def _slid(self, position: int) -> None:
        value = _exact(self.knob.minimum or 0, position, self.knob.step)
        with QSignalBlocker(self.spin):
            _set(self.spin, value)
        self.turned.emit(value if self.knob.kind == "float" else int(value))

    def _move_slider(self, value: float) -> None:
        if self.slider is not None:
            with QSignalBlocker(self.slider):
                self.slider.setValue(round((value - (self.knob.minimum or 0)) / self.knob.step))


def knob_widget(knob: Knob) -> KnobWidget:
    """The control that fits the knob's kind."""
    made = {"bool": CheckKnob, "choice": ChoiceKnob, "str": TextKnob}.get(knob.kind, NumberKnob)(knob)
    if knob.problem is None:
        made.show_value(knob.value)
    return made


def _spin_box(knob: Knob) -> NumberBox:
    spin: NumberBox
    if knob.kind == "float":
        spin = FractionBox()
        spin.setLocale(QLocale.c())
        spin.setDecimals(max(1, -int(Decimal(str(knob.step)).as_tuple().exponent)))
        spin.setRange(_bound(knob.minimum, -1e12), _bound(knob.maximum, 1e12))
        spin.setSingleStep(float(knob.step))
    else:
        spin = WholeBox()
        spin.setRange(int(_bound(knob.minimum, -_MOST_INT)), int(_bound(knob.maximum, _MOST_INT)))
        spin.setSingleStep(max(1, int(knob.step)))
        spin.setLocale(_THIN_SPACES)
        spin.setGroupSeparatorShown(True)
    spin.setKeyboardTracking(False)  # a half-typed number is nobody's choice yet
    spin.setAlignment(Qt.AlignmentFlag.AlignRight)
    return spin


def _set(spin: NumberBox, value: float) -> None:
    if isinstance(spin, FractionBox):
        spin.setValue(value)
    else:
        spin.setValue(int(value))


def _bound(value: float | None, default: float) -> float:
    return default if value is None else max(-1e12, min(1e12, float(value)))


def _slider(knob: Knob) -> RoundSlider | None:
    if knob.minimum is None or knob.maximum is None:
        return None
    steps = round((knob.maximum - knob.minimum) / knob.step)
    if not 1 <= steps <= _MOST_SLIDER_STEPS:
        return None
    slider = RoundSlider()
    slider.setRange(0, steps)
    slider.setPageStep(max(1, steps // 10))
    return slider


def _exact(minimum: float, position: int, step: float) -> float:
    """Sum in decimals, so that 0.1 × 3 is 0.3 in the script."""
    return float(Decimal(str(minimum)) + position * Decimal(str(step)))
