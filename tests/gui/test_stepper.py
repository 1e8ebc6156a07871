"""The stepper's window, driven by real keys and looked at in real pixels."""

import os
import signal
import sys
from dataclasses import replace

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from tests.every_python import every_python
from tests.gui.pixels import count, image_of
from visualiser.gui.appearance import Appearance
from visualiser.gui.stepper.window import StepperWindow
from visualiser.host.step_listings import LISTINGS

PATIENCE_MS = 20_000


@pytest.fixture
def open_stepper(qtbot, qapp, settings):
    """Open the window on an interpreter; closed at the end, and nothing of it left."""
    opened = []

    def make(python=None, theme="dark", pace_s=0.0, size=(1180, 700)):
        settings.set_text("appearance", theme)
        window = StepperWindow(Appearance(qapp, settings), settings, python, None, pace_s)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(window)
        opened.append(window)
        window.resize(*size)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.waitUntil(lambda: bool(window.state or window.notice.sentence), timeout=PATIENCE_MS)
        return window

    yield make
    for window in opened:
        window.close()


@pytest.fixture
def stepper(open_stepper):
    return open_stepper()


@pytest.fixture
def until(qtbot):
    return lambda true: qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE_MS)


def press(window, keys):
    """Press keys where the focus is."""
    for key in keys:
        QTest.keyClick(window.focusWidget() or window, key)


def typed(window, letters, until):
    """Press those keys, and wait for the steps."""
    wanted = window.state.letters + letters
    press(window, [getattr(Qt.Key, f"Key_{letter}") for letter in letters])
    until(lambda: window.state.letters == wanted)


def test_an_update_is_lost_by_keys_alone(stepper, until):
    typed(stepper, "ABAB", until)
    assert [stepper.state.threads[name].holds for name in "AB"] == [1, 1]
    assert stepper.state.shared == 0
    typed(stepper, "AB", until)
    assert stepper.state.order == "ABABAB"
    assert (stepper.state.shared, len(stepper.state.updates.lost)) == (1, 1)
    assert stepper.controls.order.text() == "ABABAB"
    assert stepper.shared.accessibleDescription() == "counter 1, 2 updates made, 1 lost"
    assert stepper.strip.accessibleDescription().endswith("B WRITE 1, destroys 1 update")
    assert "A WRITE 1, its update is lost" in stepper.strip.accessibleDescription()


def test_undo_and_reset_by_keys(stepper, until):
    typed(stepper, "AB", until)
    press(stepper, [Qt.Key.Key_Left])
    until(lambda: stepper.state.order == "A")
    typed(stepper, "A", until)
    press(stepper, [Qt.Key.Key_R])
    until(lambda: stepper.state.order == "")
    assert stepper.controls.order.text() == ""
    assert not stepper.controls.undo.isEnabled()


def test_a_step_too_many_is_said_and_the_next_one_takes_it_back(stepper, until):
    typed(stepper, "AAA", until)
    press(stepper, [Qt.Key.Key_A])
    until(lambda: stepper.notice.sentence == "A has no more steps.")
    assert count(image_of(stepper.notice), stepper._theme.color("warn")) > 20
    typed(stepper, "B", until)
    assert stepper.notice.sentence == ""


def test_buttons_give_steps_too(stepper, qtbot, until):
    for name in "ABBA":
        before = len(stepper.state.steps)
        qtbot.mouseClick(stepper.panels[name].button, Qt.MouseButton.LeftButton)
        until(lambda before=before: len(stepper.state.steps) == before + 1)
    assert stepper.state.order == "ABBA"


def test_a_string_is_pasted_played_and_copied(stepper, until):
    order = stepper.controls.order
    order.setFocus()
    QTest.keyClicks(order, "bbbaaa")
    assert stepper.state.order == ""  # letters go to the string while it is being written
    QTest.keyClick(order, Qt.Key.Key_Return)
    until(lambda: stepper.state.order == "BBBAAA")
    assert stepper.state.updates.lost == frozenset()
    assert not order.hasFocus()
    QTest.keyClick(
        stepper.focusWidget(), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert QGuiApplication.clipboard().text() == "BBBAAA"
    press(stepper, [Qt.Key.Key_R])
    until(lambda: stepper.state.order == "")
    order.setFocus()
    order.paste()
    press(stepper, [Qt.Key.Key_Enter])
    until(lambda: stepper.state.order == "BBBAAA")


def test_a_bad_string_is_one_sentence_and_changes_nothing(stepper, until):
    typed(stepper, "AB", until)
    stepper.controls.order.setFocus()
    stepper.controls.order.setText("ABC")
    press(stepper, [Qt.Key.Key_Return])
    until(lambda: stepper.notice.sentence)
    assert stepper.notice.sentence == "An order has only the letters A and B, as in ABABAB, but letter 3 is C."
    assert stepper.state.order == "AB"


@pytest.mark.parametrize("order", ["ABC", "AAAAB", "raw3.9:AB"])
def test_what_is_typed_after_a_bad_order_corrects_it(stepper, until, order):
    field = stepper.controls.order
    field.setFocus()
    QTest.keyClicks(field, order)
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: stepper.notice.sentence)
    until(field.hasFocus)
    assert field.selectedText() == order
    QTest.keyClicks(field, "ABABA")
    assert field.text() == "ABABA"
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: stepper.state.order == "ABABA")
    assert stepper.notice.sentence == ""


def test_capital_letters_are_steps_too(stepper, until):
    for letter in "AB":
        key = getattr(Qt.Key, f"Key_{letter}")
        QTest.keyClick(stepper.focusWidget() or stepper, key, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: stepper.state.letters == "AB")


def test_lose_an_update_and_what_the_lock_says_to_that(stepper, qtbot, until):
    press(stepper, [Qt.Key.Key_L])
    until(lambda: stepper.state.over)
    assert (stepper.state.order, len(stepper.state.updates.lost)) == ("ABABAB", 1)
    choose(stepper, "lock")
    until(lambda: stepper.state.listing.locked)
    qtbot.mouseClick(stepper.controls.lose, Qt.MouseButton.LeftButton)
    until(lambda: stepper.notice.sentence)
    assert stepper.notice.sentence == "With the Lock no order loses an update."
    assert stepper.panels["B"].button.accessibleDescription() == "waits for the Lock"


def choose(window, key, rounds=1):
    """Choose as a user does: by the keyboard in the combo box."""
    wanted = [one.key for one in LISTINGS].index(key)
    for box, index in ((window.choices.listing, wanted), (window.choices.rounds, rounds - 1)):
        box.setFocus()
        while box.currentIndex() != index:
            QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < index else Qt.Key.Key_Up)


def test_all_interleavings_are_tried_and_counted(stepper, until):
    typed(stepper, "AB", until)
    press(stepper, [Qt.Key.Key_T])
    until(lambda: stepper.all.sentence.text().startswith("20 orders run"))
    assert stepper.all.sentence.text() == "20 orders run: 18 lose an update, 2 do not."
    assert stepper.all.bars.accessibleDescription() == "counter 1: 18 orders, counter 2: 2 orders"
    picture = image_of(stepper.all.bars)
    lost, kept = (count(picture, stepper._theme.color(token)) for token in ("warn", "ok"))
    assert lost > 5 * kept > 0  # the bars are as 18 to 2, and two triangles
    assert stepper.state.order == "AB"
    typed(stepper, "A", until)
    assert stepper.strip.isVisible()


def test_trying_is_cancelled_by_the_button_and_by_going_on(stepper, qtbot, until):
    choose(stepper, "plain", 3)
    until(lambda: stepper.state.rounds == 3)
    qtbot.mouseClick(stepper.pages.tabs[1], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(stepper.all.go, Qt.MouseButton.LeftButton)
    until(lambda: "of 48,620 orders" in stepper.all.sentence.text() and stepper._explored.tried)
    assert stepper.all.go.text() == "Cancel"
    qtbot.mouseClick(stepper.all.go, Qt.MouseButton.LeftButton)
    assert stepper.all.sentence.text().endswith("Not all were tried.")
    press(stepper, [Qt.Key.Key_T])
    until(lambda: stepper._trying and stepper._explored is not None)
    typed(stepper, "B", until)
    assert not stepper._trying


def test_single_opcodes_and_back(stepper, until):
    typed(stepper, "ABA", until)
    press(stepper, [Qt.Key.Key_O])
    until(lambda: stepper.state.raw)
    assert stepper.choices.raw.isChecked()
    assert stepper.controls.order.text().startswith("raw3.")
    before = len(stepper.state.steps)
    press(stepper, [Qt.Key.Key_B])
    until(lambda: len(stepper.state.steps) == before + 1)
    press(stepper, [Qt.Key.Key_O])
    until(lambda: not stepper.state.raw)
    assert stepper.state.order == "ABA"


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(1280, 720), (1900, 1000)])
def test_what_is_painted(open_stepper, until, theme, size):
    stepper = open_stepper(theme=theme, size=size)
    hues = {name: stepper._theme.lane(number) for number, name in enumerate("AB")}
    typed(stepper, "ABABA", until)
    before = count(image_of(stepper.strip), stepper._theme.color("warn"))
    assert before == 0
    assert count(image_of(stepper.panels["B"].button), hues["B"]) > 5000  # solid: it has a step
    frame = stepper.source.frame_of(stepper.state.threads["B"]).toRect().adjusted(-3, -3, 3, 3)
    assert count(image_of(stepper.source), hues["B"], frame.getCoords()) > 40
    typed(stepper, "B", until)
    picture = image_of(stepper.strip)
    assert count(picture, stepper._theme.color("warn")) > 100  # the triangle and the line to the lost write
    lost, kept = (stepper.strip.box_of(number).toRect().getCoords() for number in (4, 5))
    assert 50 < count(picture, hues["A"], lost) < count(picture, hues["B"], kept)  # hatched against solid
    assert count(image_of(stepper.panels["B"].button), hues["B"]) < 5000  # outlined: done
    shared = image_of(stepper.shared)
    assert count(shared, stepper._theme.color("warn")) > 100
    assert count(shared, stepper._theme.color("accent_text")) > 100


def test_who_waits_for_the_lock_is_hatched(open_stepper, until):
    stepper = open_stepper()
    choose(stepper, "lock")
    until(lambda: stepper.state.listing.locked)
    stepper.panels["A"].button.setFocus()
    hue = stepper._theme.lane(1)
    solid = count(image_of(stepper.panels["B"].button), hue)
    typed(stepper, "A", until)
    hatched = count(image_of(stepper.panels["B"].button), hue)
    assert solid > 3 * hatched > 300
    assert "it has the Lock" in stepper.panels["A"]._values.accessibleDescription()


def test_everything_painted_grows_with_the_window(open_stepper, until):
    stepper = open_stepper(size=(1180, 700))
    small = stepper._theme.scale
    stepper.resize(1880, 1100)
    until(lambda: stepper._theme.scale > 1.4 * small)
    press(stepper, [Qt.Key.Key_F5])
    until(stepper.isFullScreen)
    press(stepper, [Qt.Key.Key_Escape])
    until(lambda: not stepper.isFullScreen())
    assert stepper.isVisible()


def test_names_of_opcodes_leave_the_code_free(open_stepper, until):
    stepper = open_stepper(size=(1000, 620))
    press(stepper, [Qt.Key.Key_O])
    until(lambda: stepper.state.raw)
    while not all(thread.instruction.startswith("JUMP") for thread in stepper.state.threads.values()):
        name = min(stepper.state.threads, key=stepper.state.letters.count)
        typed(stepper, name, until)
    thread = stepper.state.threads["B"]
    line = stepper.source.frame_of(replace(thread, part=None)).toRect()
    picture = image_of(stepper.source)
    for number in (0, 1):
        hue = stepper._theme.lane(number)
        inside = count(picture, hue, line.adjusted(0, 6, 0, -6).getCoords())
        assert inside < 0.05 * line.width() * line.height()  # the frame's sides, no more
        right = (line.right(), line.top(), picture.width(), line.bottom())
        assert count(picture, hue, right) > 200


def test_the_triangle_of_a_loss_leaves_the_word_free(open_stepper, until):
    stepper = open_stepper(size=(1000, 620))
    typed(stepper, "ABABAB", until)
    box = stepper.strip.box_of(5)
    upper = box.adjusted(0, 0, 0, -box.height() / 2 - 2).toRect().getCoords()
    assert count(image_of(stepper.strip), stepper._theme.color("warn"), upper, near=3) < 30  # but for the line's end


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_process_that_dies_is_told_and_reset_starts_a_new_one(stepper, until):
    pid = stepper._driver._stepping.pid
    os.kill(pid, signal.SIGKILL)
    press(stepper, [Qt.Key.Key_A])
    until(lambda: "(signal SIGKILL). Reset starts a new one." in stepper.notice.sentence)
    press(stepper, [Qt.Key.Key_R])
    until(lambda: stepper.notice.sentence == "")
    typed(stepper, "A", until)
    assert stepper._driver._stepping.pid != pid


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_closing_does_not_wait_for_a_process_that_hangs(stepper):
    pid = stepper._driver._stepping.pid
    os.kill(pid, signal.SIGSTOP)
    press(stepper, [Qt.Key.Key_A])
    stepper.close()
    assert not psutil.pid_exists(pid)


def test_a_missing_interpreter_is_one_sentence(open_stepper):
    stepper = open_stepper("/no/such/python")
    assert stepper.notice.sentence.startswith("There is no interpreter /no/such/python")


@pytest.mark.parametrize("python", every_python().values(), ids=every_python())
def test_any_interpreter_is_named(open_stepper, until, python):
    stepper = open_stepper(python)
    assert stepper.choices.who.text().startswith(f"Python {stepper.state.interpreter.version} · ")
    assert "GIL" in stepper.choices.who.text()
    typed(stepper, "ABABAB", until)
    assert len(stepper.state.updates.lost) == 1


def test_the_choice_is_remembered(open_stepper, until):
    stepper = open_stepper()
    choose(stepper, "gap", 2)
    until(lambda: stepper.state.rounds == 2)
    stepper.close()
    again = open_stepper()
    assert (again.state.listing.key, again.state.rounds) == ("gap", 2)


def test_the_window_opens_it_once_and_takes_it_along(open_window, script, until):
    window = open_window(script("x = 1"))
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    stepper = window.stepper.window
    assert stepper.isVisible()
    assert not stepper.isModal()
    until(lambda: stepper.state is not None)
    window.actions_["step"].trigger()
    assert window.stepper.window is stepper
    pid = stepper._driver._stepping.pid
    window.close()
    assert window.stepper.window is None
    assert not psutil.pid_exists(pid)
    assert sys.gettrace() is None


def test_in_a_presentation_it_opens_on_the_full_screen(open_window, script, until):
    window = open_window(script("x = 1"))
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_F5)
    until(window.isFullScreen)
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    stepper = window.stepper.window
    until(lambda: stepper.isFullScreen() and stepper.width() == window.width())
    stepper.close()
    window.presentation.leave()
    until(lambda: not window.isFullScreen())
    window.actions_["step"].trigger()
    assert not window.stepper.window.isFullScreen()
    window.close()
