"""How ends are told: exceptions, sys.exit, the user's stop, results."""

import signal

import psutil

from tests.conftest import eventually
from tests.lab.observed import Lab
from visualiser.lab import layout
from visualiser.lab.endings import results
from visualiser.lab.layout import Kind


def test_an_uncaught_exception(lab):
    seen = lab.run("""
        import time
        def fail():
            time.sleep("long")
        fail()
    """)
    assert seen.code == 1
    (error,) = seen.told("error")
    assert (error["type"], error["line"], error["file"]) == ("TypeError", lab.line("time.sleep"), str(lab.script))
    assert "visualiser" not in seen.err
    assert [line["ev"] for line in seen.story][-2:] == ["results", "end"]


def test_a_syntax_error_has_the_scripts_line(lab):
    seen = lab.run("x = 1\nfor in x:\n    pass\n")
    assert seen.code == 1
    (error,) = seen.told("error")
    assert (error["type"], error["line"], error["file"]) == ("SyntaxError", 2, str(lab.script))


def test_sys_exit(lab):
    seen = lab.run("""
        import sys
        def leave():
            sys.exit(3)
        leave()
    """)
    assert (seen.code, seen.err) == (3, "")
    (told,) = seen.told("exit")
    assert (told["code"], told["line"], told["file"]) == (3, lab.line("sys.exit"), str(lab.script))
    assert seen.told("end")


def test_exit_with_a_sentence(lab):
    seen = lab.run("import sys; sys.exit('enough')")
    assert (seen.code, seen.err) == (1, "enough\n")
    assert seen.told("exit")[0]["code"] == "enough"


def interrupt(lab: Lab, text, stopping):
    with lab.start(text) as process:
        eventually(lambda: any(record.is_open for record in lab.read().of(Kind.SLEEP)))
        # A signal that comes just before the system call would be noticed only after it.
        eventually(lambda: psutil.Process(process.pid).status() == psutil.STATUS_SLEEPING)
        if stopping:
            lab.set_control(layout.CONTROL_STOP, 1)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=30)
    return process.returncode, err


def test_the_users_stop_prints_nothing(lab):
    assert interrupt(lab, "import time; time.sleep(1000)", stopping=True) == (-signal.SIGINT, "")


def test_the_users_stop_while_python_waits_for_threads_prints_nothing(lab):
    text = """
        import threading, time
        threading.Thread(target=time.sleep, args=(3,)).start()
    """
    _code, err = interrupt(lab, text, stopping=True)
    assert err == ""


def test_an_interrupt_of_other_making_prints_its_traceback(lab):
    code, err = interrupt(lab, "import time; time.sleep(1000)", stopping=False)
    assert code == -signal.SIGINT
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert lab.read().told("error")[0]["type"] == "KeyboardInterrupt"


def test_which_values_are_results():
    class Number(int):
        pass

    variables = {"a": 1, "b": 1.5, "c": "x" * 2000, "d": True, "_e": 1, "f": [1], "g": Number(3), "h": 1 << 9999}
    assert results(variables) == {"a": 1, "b": 1.5, "c": "x" * 1000, "d": True}
