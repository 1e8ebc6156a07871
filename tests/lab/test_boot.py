"""How a process comes under observation, and that it stays what it was."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import eventually
from tests.lab.observed import BOOT, ROOT, pythons
from visualiser.lab import layout
from visualiser.lab.layout import Kind


def test_the_root_waits_until_it_may_go(lab):
    lab.set_control(layout.CONTROL_GO, 0)
    with lab.start("print('runs')") as process:
        eventually(lambda: lab.read().told("thread"))
        assert not lab.read().told("start")
        lab.set_control(layout.CONTROL_GO, 1)
        out, err = process.communicate(timeout=30)
    assert (out, err) == ("runs\n", "")
    assert lab.read().told("start")


@pytest.mark.parametrize("python", pythons())
def test_nothing_of_ours_is_imported_for_the_script(lab, python):
    seen = lab.run(
        """
        import sys
        ours = {"PySide6", "numpy", "psutil", "visualiser", "threading", "multiprocessing", "subprocess", "socket"}
        ours |= {"queue", "json", "concurrent", "select", "selectors", "asyncio", "ctypes", "logging"}
        found = " ".join(sorted(name for name in ours if name in sys.modules))
        """,
        python=python,
    )
    assert (seen.code, seen.err) == (0, "")
    bare = subprocess.run([python, "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True, check=True)
    assert set(seen.told("results")[0]["values"]["found"].split()) <= set(bare.stdout.split())


@pytest.mark.parametrize("python", pythons())
def test_a_second_interpreter_in_the_process_is_none_of_our_business(lab, python):
    seen = lab.run(
        """
        import _thread
        if not hasattr(_thread, "_is_main_interpreter"):
            raise SystemExit("3.12 is the first in which an interpreter of its own GIL can be made")
        try:
            import _interpreters as interpreters
        except ImportError:
            import _xxsubinterpreters as interpreters
        second = interpreters.create()
        interpreters.run_string(second, "import sys; print('second', '_visualiser_lab' in sys.modules)")
        interpreters.destroy(second)
        """,
        python=python,
    )
    if "is the first" in seen.err:
        pytest.skip(seen.err)
    assert (seen.code, seen.out, seen.err) == (0, "second False\n", "")
    assert len(seen.told("process")) == 1


def test_the_script_finds_its_world_as_without_us(lab):
    seen = lab.run(
        """
        import os, sys, json, importlib.util
        assert "VISUALISER_GATE" not in os.environ
        assert not any(path.endswith("boot") for path in sys.path)
        assert "visualiser" not in getattr(sys.modules.get("sitecustomize"), "__file__", "")
        import threading, queue, select
        for module in (threading, queue):
            assert type(module.__loader__).__name__ == type(json.__loader__).__name__
            assert module.__spec__.loader is module.__loader__
        assert sys.argv == [__file__, "one", "two"]
        assert __name__ == "__main__"
    """,
        "one",
        "two",
    )
    assert (seen.code, seen.err) == (0, "")


def test_a_shadowed_sitecustomize_still_runs(lab, tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("import builtins\nbuiltins.customized = __file__\n")
    seen = lab.run(
        "import sys; print(customized, sys.modules['sitecustomize'].__file__)",
        PYTHONPATH=os.pathsep.join([str(BOOT), str(folder)]),
    )
    own = str(folder / "sitecustomize.py")
    assert (seen.out, seen.err) == (f"{own} {own}\n", "")
    assert seen.told("end")


def test_without_a_run_the_script_runs_bare(lab):
    seen = lab.run("print('bare')", **{layout.RUN_DIR_VARIABLE: ""})
    assert (seen.out, seen.err, seen.story) == ("bare\n", "", [])


def test_a_lost_run_directory_is_said_once_and_the_script_runs(lab):
    gone = str(lab.run_dir / "gone")
    seen = lab.run("print('runs')", **{layout.RUN_DIR_VARIABLE: gone})
    assert seen.out == "runs\n"
    assert seen.err.count("\n") == 1
    assert "is not observed" in seen.err


def test_a_deleted_run_directory_does_not_disturb_the_script(lab):
    seen = lab.run("""
        import os, shutil, threading, time
        shutil.rmtree(os.environ["VISUALISER_RUN"])
        for _ in range(3):
            t = threading.Thread(target=time.sleep, args=(0,))
            t.start()
            t.join()
        print("fine")
    """)
    assert (seen.code, seen.out, seen.err) == (0, "fine\n", "")


def test_a_broken_instrument_is_told_and_breaks_nothing(lab, tmp_path):
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "queue.py").write_text("class Empty(Exception): pass\n")
    seen = lab.run("import queue; print('runs')", PYTHONPATH=os.pathsep.join([str(BOOT), str(folder)]))
    assert (seen.out, seen.err) == ("runs\n", "")
    (note,) = seen.told("note")
    assert note["text"].startswith("queue is not fully observed")


def test_printed_lines_come_at_once(lab):
    with lab.start("print('early'); import time; time.sleep(1000)") as process:
        assert process.stdout.readline() == "early\n"
        process.kill()


def test_printed_lines_come_whole_also_where_nothing_is_to_be_buffered(lab):
    seen = lab.run("import sys; print(sys.stdout.write_through, sys.stderr.write_through)", PYTHONUNBUFFERED="1")
    assert seen.out == "False False\n"


def test_killed_what_was_written_stays(lab):
    with lab.start("import time; time.sleep(0.001); time.sleep(1000)") as process:
        eventually(lambda: len(lab.read().of(Kind.SLEEP)) == 2)
        process.kill()
    first, second = lab.read().of(Kind.SLEEP)
    assert (first.is_open, second.is_open, second.value) == (False, True, 1_000_000_000_000)
    assert not lab.read().told("end")


def test_os_exit_loses_nothing(lab):
    seen = lab.run("import os, time; time.sleep(0.001); os._exit(3)")
    assert seen.code == 3
    assert not seen.of(Kind.SLEEP)[0].is_open
    assert not seen.told("end")


def test_a_crash_is_written_down(lab):
    seen = lab.run("import faulthandler; faulthandler._sigsegv()")
    assert seen.code == -signal.SIGSEGV
    assert "Segmentation fault" in (lab.run_dir / "faults.txt").read_text()
    assert "script.py" in (lab.run_dir / "faults.txt").read_text()


def test_other_interpreters_and_exec_are_seen(lab):
    seen = lab.run("""
        import os, subprocess, sys
        subprocess.run([sys.executable, "-c", "import time; time.sleep(0.001)"], check=True)
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(0.001)"])
    """)
    assert (seen.code, seen.err) == (0, "")
    assert [line["how"] for line in seen.told("process")] == ["root", "exec", "exec"]
    root = seen.told("process")[0]["pid"]
    assert [line["pid"] == root for line in seen.told("process")] == [True, False, True]
    assert len(seen.of(Kind.SLEEP)) == 2
    (child,) = {line["pid"] for line in seen.story} - {root}
    assert seen.told("child_exit")[0]["child"] == child
    assert [r.value for r in seen.of(Kind.START)] == [child]
    assert {r.label for r in seen.of(Kind.PROC)} == {f"wait for {Path(sys.executable).name}"}


def test_the_checkout_is_found_last(lab):
    seen = lab.run("import sys; print(sys.path[-1])")
    assert seen.out == f"{ROOT}\n"
