import sys
import threading

from visualiser.gui.mishaps import Mishaps


def test_what_nobody_caught_is_said_in_one_sentence_from_any_thread(qtbot, capsys):
    said = []
    before = (sys.excepthook, threading.excepthook)
    mishaps = Mishaps(said.append)
    try:
        sys.excepthook(ValueError, ValueError("a\nb"), None)

        def fail():
            raise KeyError("c")

        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: len(said) == 2)
    finally:
        mishaps.close()
    assert said == [
        "Something went wrong in the window itself: ValueError a b",
        "Something went wrong in the window itself: KeyError 'c'",
    ]
    assert "ValueError" in capsys.readouterr().err
    assert (sys.excepthook, threading.excepthook) == before
