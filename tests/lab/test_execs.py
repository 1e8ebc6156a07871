"""A process that calls exec: what it tells before, and what comes after."""

import shutil

import pytest

from tests.lab.observed import pythons
from visualiser.lab.layout import Kind


def told_of_root(seen, *events):
    root = seen.told("start")[0]["pid"]
    return [line["ev"] for line in seen.story if line["pid"] == root and line["ev"] in events]


@pytest.mark.parametrize("python", pythons())
def test_another_script_in_the_same_process_is_observed_and_gives_the_results(lab, python):
    (lab.script.parent / "other.py").write_text("import time\ntime.sleep(0.001)\nafter = 2\n")
    seen = lab.run(
        """
        import os, sys, threading, time
        before = 1
        threading.Thread(target=time.sleep, args=(100,), daemon=True, name="gone").start()
        time.sleep(0.001)
        os.execv(sys.executable, [sys.executable, "other.py"])  # goes on as another
        """,
        python=python,
    )
    assert (seen.code, seen.err) == (0, "")
    assert told_of_root(seen, "process", "exec", "results", "end") == ["process", "exec", "process", "results", "end"]
    assert [line["how"] for line in seen.told("process")] == ["root", "exec"]
    (told,) = seen.told("exec")
    assert told["line"] == lab.line("# goes on as another")
    assert told["t"] < seen.told("process")[1]["t"]
    assert seen.told("results")[0]["values"] == {"after": 2}
    # The lives of the threads before stay open: only the kernel knows when they were gone.
    assert [r.is_open for r in seen.of(Kind.THREAD)] == [True, True, False]
    names = {line["id"] for line in seen.told("name")}
    assert len(names) == len(seen.told("name"))  # the new one goes on counting


@pytest.mark.parametrize(
    "call", ['os.execv(shutil.which("sleep"), ["sleep", "0"])', 'os.execlp("sleep", "sleep", "0")']
)
def test_a_program_that_is_no_python_is_the_last_that_is_told(lab, call):
    seen = lab.run(f"import os, shutil\n{call}\n")
    assert (seen.code, seen.err) == (0, "")
    assert [line["name"] for line in seen.told("exec")] == ["sleep"]
    assert told_of_root(seen, "start", "exec", "results", "end", "exec_failed") == ["start", "exec"]


def test_an_exec_that_fails_is_taken_back_and_raises_as_without_us(lab, tmp_path):
    no_program = tmp_path / "no_program"
    no_program.write_bytes(b"\x7fELF")
    no_program.chmod(0o755)
    seen = lab.run(
        """
        import os, sys
        failed = []
        for call in (os.execv, os.execvp):
            for program in (sys.argv[1], "there is no such program", "bad\\0name"):
                try:
                    call(program, [program])
                except (OSError, ValueError) as error:
                    failed.append(type(error).__name__)
        names = " ".join(failed)
        """,
        str(no_program),
    )
    assert (seen.code, seen.err) == (0, "")
    expected = "OSError FileNotFoundError ValueError OSError FileNotFoundError ValueError"
    assert seen.told("results")[0]["values"]["names"] == expected
    assert told_of_root(seen, "exec", "exec_failed") == ["exec", "exec_failed"] * 2


@pytest.mark.skipif(shutil.which("sleep") is None, reason="there is no program to become")
def test_a_forked_child_that_becomes_a_program_leaves_the_script_alone(lab):
    seen = lab.run("""
        import os
        child = os.fork()
        if not child:
            os.execlp("sleep", "sleep", "0")
        os.waitpid(child, 0)
        done = True
    """)
    assert (seen.code, seen.err) == (0, "")
    assert [line["pid"] for line in seen.told("exec")] == [seen.told("results")[0]["values"]["child"]]
    assert told_of_root(seen, "exec", "results", "end") == ["results", "end"]
