"""A script that runs rewritten is, to itself and to all that ask, what Python started."""

import os
import signal
import subprocess
import sys

import pytest

from tests.lab.observed import BOOT, pythons
from visualiser.lab import layout
from visualiser.lab.layout import EXTRA_BEATS, EXTRAS_VARIABLE, Kind

BEATS = {EXTRAS_VARIABLE: EXTRA_BEATS}

WORLD = '''\
#!/usr/bin/env python
"""The script."""
from __future__ import annotations
import inspect, linecache, os, sys
for _ in range(3):
    pass
def typed(x: nowhere) -> nothing: pass
def told():
    """Told."""
    for _ in range(1):
        return inspect.stack()
print(__doc__, __name__, __file__, __spec__, __package__, type(__loader__).__name__, __loader__.path)
print(globals().get("__cached__", "from 3.15 on there is none"))
print(__builtins__, typed.__annotations__, told.__doc__)
print(sys.argv, sys.path[0], sys.orig_argv[1:], sys.modules["__main__"].__dict__ is globals())
print([(frame.filename, frame.lineno, frame.function) for frame in told()])
print(inspect.getsource(told), linecache.getline(__file__, 2), told.__code__.co_firstlineno)
print(sorted(name for name in globals() if not name.startswith(".")))
'''

ENDS = {
    "exception": "def f():\n    for i in range(2):\n        1 / (1 - i)\nf()\n",
    "exit": "import sys\nfor i in range(3):\n    if i: sys.exit(i + 3)\n",
    "sentence": "raise SystemExit('enough')\n",
    "syntax": "x = 1\nfor in x:\n    pass\n",
    "late syntax": "def f():\n    pass\nreturn 3\n",
    "future": "x = 1\nfrom __future__ import annotations\n",
    "interrupt": "for i in range(3):\n    if i: raise KeyboardInterrupt\n",
    "threads": """
import atexit, threading, time
def late():
    for _ in range(3):
        time.sleep(0.01)
    print("thread")
atexit.register(lambda: print("first registered"))
atexit.register(lambda: print("last registered"))
threading.Thread(target=late).start()
print("end of the text")
""",
}


def bare(lab, text, python):
    """The same file run without us: its code, output and errors."""
    lab.script.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = subprocess.run([python, str(lab.script)], capture_output=True, text=True, check=False, cwd=lab.script.parent)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("python", pythons())
def test_the_script_finds_its_world_as_without_us(lab, python):
    expected = bare(lab, WORLD, python)
    seen = lab.run(WORLD.encode(), python=python, **BEATS)
    assert expected[0] == 0
    assert (seen.code, seen.out, seen.err) == expected
    assert seen.of(Kind.BEAT)
    assert not seen.told("note")


@pytest.mark.parametrize("python", pythons())
@pytest.mark.parametrize("text", ENDS.values(), ids=ENDS)
def test_every_end_is_as_without_us(lab, text, python):
    expected = bare(lab, text, python)
    seen = lab.run(text.encode(), python=python, **BEATS)
    assert (seen.code, seen.out) == expected[:2]
    assert _without_markers(seen.err) == _without_markers(expected[2])


def _without_markers(text):
    """Python marks the place within the line where its code has columns: ours has the loop's own."""
    return [line for line in text.splitlines() if set(line.strip()) - set("^~")]


def test_errors_and_results_are_told(lab):
    seen = lab.run("total = 0\nfor i in range(2):\n    total += 1\n1 / 0\n", **BEATS)
    assert [(told["type"], told["line"], told["file"]) for told in seen.told("error")] == [
        ("ZeroDivisionError", 4, str(lab.script))
    ]
    assert seen.told("results")[0]["values"] == {"total": 2, "i": 1}
    assert [line["ev"] for line in seen.story][-2:] == ["results", "end"]
    assert seen.told("process")[0]["name"] == "script.py"


def test_a_syntax_error_is_told_with_the_scripts_line(lab):
    seen = lab.run("x = 1\nfor in x:\n    pass\n", **BEATS)
    (error,) = seen.told("error")
    assert (error["type"], error["line"], error["file"]) == ("SyntaxError", 2, str(lab.script))


@pytest.mark.parametrize("python", pythons())
def test_the_text_may_be_coded_otherwise(lab, python):
    text = "# -*- coding: latin-1 -*-\nword = 'Grüße'\nfor i in range(2): pass\nlength = len(word)\n"
    seen = lab.run(text.encode("latin-1"), python=python, **BEATS)
    assert seen.told("results")[0]["values"] == {"word": "Grüße", "i": 1, "length": 5}


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("python", pythons())
def test_children_run_it_rewritten_too(lab, python, method):
    seen = lab.run(
        f"""
        import multiprocessing
        def work(queue):
            for number in range(5000):
                pass
            queue.put((__name__, number, ".left0" in locals()))
        if __name__ == "__main__":
            context = multiprocessing.get_context("{method}")
            queue = context.Queue()
            process = context.Process(target=work, args=(queue,))
            process.start()
            print(*queue.get())
            process.join()
        """,
        python=python,
        **BEATS,
    )
    name = "__main__" if method == "fork" else "__mp_main__"
    assert (seen.out, seen.err) == (f"{name} 4999 True\n", "")
    root = seen.told("start")[0]["pid"]
    assert {record.pid for record in seen.of(Kind.BEAT)} - {root}


def test_a_child_that_runs_the_file_by_itself_runs_it_as_it_is(lab):
    seen = lab.run(
        """
        import subprocess, sys
        if len(sys.argv) == 1:
            subprocess.run([*sys.orig_argv, "child"], check=True)
        else:
            def f():
                for _ in range(1): return sorted(locals())
            print(f())
        """,
        **BEATS,
    )
    assert (seen.code, seen.out, seen.err) == (0, "['_']\n", "")


def test_the_working_directory_stays_off_the_path_where_that_is_wanted(lab):
    seen = lab.run("import sys; print(str(sys.path[0]).startswith(sys.prefix))", PYTHONSAFEPATH="1", **BEATS)
    folder = lab.script.parent
    assert str(folder) not in seen.out
    again = lab.run("import sys, os; print(sys.path[0] == os.path.dirname(__file__))", PYTHONSAFEPATH="1", **BEATS)
    assert again.out == ("False\n" if sys.version_info >= (3, 11) else "True\n")


def test_a_rewriter_that_fails_is_told_and_the_script_runs_without_it(lab, tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / "ast.py").write_text("raise ImportError('no trees here')\n")
    text = "def f():\n    for _ in range(1): return sorted(locals())\nprint(f())\n"
    seen = lab.run(text, PYTHONPATH=os.pathsep.join([str(BOOT), str(site)]), **BEATS)
    assert (seen.code, seen.out, seen.err) == (0, "['_']\n", "")
    assert [told["text"] for told in seen.told("note")] == [
        "The script runs as it is: ImportError('no trees here')",
    ]


def test_chains_may_be_as_deep_as_python_reads_them(lab):
    text = "for i in range(2):\n    x = " + "+".join(["1"] * 2000) + "\n"
    text += "if x == 0:\n    y = 0\n" + "".join(f"elif x == {n}:\n    y = {n}\n" for n in range(1, 900))
    text += "else:\n    for y in range(2): pass\n"
    seen = lab.run(text, **BEATS)
    assert (seen.code, seen.err) == (0, "")
    assert seen.told("results")[0]["values"] == {"i": 1, "x": 2000, "y": 1}


def test_without_a_lab_the_script_runs_as_it_is(lab):
    text = "import sys\nfor i in range(2): pass\nprint(__file__, sys.argv, sorted(n for n in dir() if n[:2] != '__'))\n"
    seen = lab.run(text, **BEATS, VISUALISER_RUN="")
    assert (seen.code, seen.err) == (0, "")
    assert seen.out == f"{lab.script} ['{lab.script}'] ['i', 'sys']\n"
    assert not seen.story


def test_an_interrupt_of_other_making_ends_it_by_the_signal(lab):
    text = "import os, signal\nwhile True:\n    os.kill(os.getpid(), signal.SIGINT)\n"
    seen = lab.run(text, **BEATS)
    assert seen.code == -signal.SIGINT
    assert seen.err.rstrip().endswith("KeyboardInterrupt")


def test_words_for_it_are_known_to_both_sides():
    assert {layout.EXTRA_BEATS, layout.EXTRA_VERSIONS} == layout.REWRITING
