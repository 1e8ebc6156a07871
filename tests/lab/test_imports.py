"""What the script imports is a label of its thread if it takes its time, and nothing else about imports changes."""

import itertools
import os
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import pytest

from tests.conftest import eventually
from tests.lab.observed import pythons
from visualiser.lab import imports
from visualiser.lab.control import Control
from visualiser.lab.layout import LABELS, Kind
from visualiser.lab.recorder import Recorder
from visualiser.lab.story import Story

# A module that takes its time and waits for nothing.
LONG = """
import time as clock
begin = clock.perf_counter()
while clock.perf_counter() < begin + 0.005:
    pass
"""


def write(lab, **modules):
    for name, text in modules.items():
        path = lab.script.parent.joinpath(*name.split("__"))
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".py").write_text(textwrap.dedent(text))


def long_imports(seen):
    """Labels of the imports of modules that are long in any case; one whose name is just being told has none yet."""
    return [r for r in seen.of(Kind.IMPORT) if "long" in (r.label or "")]


@pytest.mark.parametrize("python", pythons())
def test_a_long_import_is_a_label_at_the_line_of_the_script(lab, python):
    write(lab, long=LONG + "import long_within", long_within=LONG)
    seen = lab.run("import long  # here\nimport long  # again\n", python=python)
    assert (seen.code, seen.err) == (0, "")
    (label,) = long_imports(seen)
    assert (label.label, label.file, label.line) == ("import long", str(lab.script), lab.line("here"))
    assert label.duration >= 10_000_000


@pytest.mark.parametrize(
    ("statement", "label"),
    [
        ("from pack import long", "import pack.long"),
        ("import pack.long as other", "import pack.long"),
        ("from pack.relative import begin", "import pack.relative"),
        ("from late import long_thing", "import late.long"),
    ],
)
def test_modules_of_packages(lab, statement, label):
    lazy = "def __getattr__(name):\n    from .long import begin\n    return begin"
    write(lab, pack____init__="", pack__long=LONG, pack__relative="from .long import *", late__long=LONG)
    (lab.script.parent / "late" / "__init__.py").write_text(lazy)
    seen = lab.run(f"import pack, late\n{statement}")
    assert (seen.code, seen.err) == (0, "")
    assert [r.label for r in seen.of(Kind.IMPORT) if r.label not in ("import pack", "import late")] == [label]


def test_what_a_library_imports_for_itself_is_no_label(lab):
    write(lab, **{"site-packages__library": "def work(): import long"}, long=LONG)
    seen = lab.run("""
        import os, sys
        sys.path.append(os.path.join(os.path.dirname(__file__), "site-packages"))
        import library
        library.work()
    """)
    assert (seen.code, seen.err) == (0, "")
    assert not long_imports(seen)


def test_a_long_import_shows_while_it_goes_on(lab):
    write(lab, long=LONG + "import within\nimport os\nwhile not os.path.exists('go'): pass", within="")
    with lab.start("import long") as process:
        eventually(lambda: long_imports(lab.read()))
        assert long_imports(lab.read())[0].is_open
        (lab.script.parent / "go").touch()
        assert process.communicate(timeout=30) == ("", "")
    assert not long_imports(lab.read())[0].is_open


def test_labels_of_a_thread_never_overlap(lab):
    starts = "\nimport threading\nthread = threading.Thread(target=print)\nthread.start()\nthread.join()\n"
    write(lab, long=LONG + starts + LONG + "import long_within", long_within=LONG, long_task=LONG)
    seen = lab.run("""
        import long
        from concurrent.futures import ThreadPoolExecutor
        def task():
            import long_task
        with ThreadPoolExecutor(1) as pool:
            pool.submit(task).result()
    """)
    assert (seen.code, seen.err) == (0, "")
    assert [r.label for r in long_imports(seen)] == ["import long"]
    assert seen.of(Kind.START)[0].begin >= long_imports(seen)[0].end
    assert seen.of(Kind.TASK)
    for chain in {record.chain for record in seen.records}:
        labels = [r for r in seen.records if r.chain == chain and r.kind in LABELS]
        assert all(a.end <= b.begin for a, b in itertools.pairwise(labels))


# With many open files the recorder imports a module of the system while it makes a segment.
MANY_FILES = """
import sys
assert "resource" not in sys.modules
files = [open(__file__) for _ in range(100)]
"""


def test_what_the_recorder_imports_amid_an_import_does_no_harm(lab):
    write(lab, long=MANY_FILES + LONG + "for _ in range(2000): print(end='')")
    seen = lab.run("import long")
    assert (seen.code, seen.err) == (0, "")
    assert len(seen.of(Kind.PRINT)) == 2000
    assert [r.label for r in long_imports(seen)] == ["import long"]


def test_what_the_recorder_imports_for_a_new_thread_does_no_harm(lab):
    start = "import _thread\nlock = _thread.allocate_lock()\nlock.acquire()\n"
    run = "def work():\n    print('works')\n    lock.release()\n_thread.start_new_thread(work, ())\nlock.acquire()"
    seen = lab.run(MANY_FILES + start + run)
    assert (seen.code, seen.out, seen.err) == (0, "works\n", "")
    assert len(seen.told("thread")) == 2
    assert len(seen.of(Kind.PRINT)) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_child_forked_in_an_import_begins_anew(lab):
    write(lab, long=LONG + "import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)", long_later=LONG)
    seen = lab.run("import long, long_later")
    assert (seen.code, seen.err) == (0, "")
    parent = seen.told("start")[0]["pid"]
    assert [r.label for r in long_imports(seen) if r.pid == parent] == ["import long", "import long_later"]
    assert [r.label for r in long_imports(seen) if r.pid != parent] == ["import long_later"]


SAME = """
    import importlib.util, sys, threading, traceback, warnings
    warnings.simplefilter("always")
    for name in ("missing", "pack.missing", "failing", "broken", "lacking", "warning", "pack.inner"):
        try:
            __import__(name)
        except Exception:
            traceback.print_exc()
    try:
        from pack import nothing
    except ImportError:
        traceback.print_exc()
    import json, plain
    for module in (json, plain):
        loaders = module.__loader__, module.__spec__.loader, importlib.util.find_spec(module.__name__).loader
        print(loaders[0] is loaders[1], *map(type, loaders))
    print(importlib.reload(plain) is plain, plain.counted)
    print(importlib.import_module("pack.outer").up, sorted(name for name in vars(plain)))
    found = []
    def load():
        import slow
        found.append(slow.done)
    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(found)
    print('the end')
    import failing
"""


@pytest.mark.parametrize("python", pythons())
def test_everything_else_about_imports_is_as_without_us(lab, python):
    write(
        lab,
        failing="def fail():\n    raise ValueError('no luck')\nfail()",
        broken="x = = 1",
        lacking="import missing",
        warning="import warnings\nwarnings.warn('old', DeprecationWarning, stacklevel=2)",
        plain="counted = globals().get('counted', 0) + 1",
        pack____init__="",
        pack__inner="from . import outer\nfrom .outer import up",
        pack__outer="up = 1",
        slow=LONG + "done = True",
    )
    seen = lab.run(SAME, python=python)
    bare = subprocess.run([python, lab.script], capture_output=True, text=True, cwd=lab.script.parent)
    assert "DeprecationWarning: old" in bare.stderr
    assert bare.stdout.endswith("the end\n")
    assert (seen.code, seen.out, seen.err) == (bare.returncode, bare.stdout, bare.stderr)


@pytest.fixture
def load(lab, monkeypatch):
    """Begin an import at 1 s; ``load.clock`` sets the time."""
    control = Control(str(lab.run_dir))
    story = Story(str(lab.run_dir), control)
    track = Recorder(str(lab.run_dir), control, story, lambda: "unnamed").threads.track
    now = [1_000_000_000]
    monkeypatch.setattr(imports, "_clock", lambda: now[0])
    named = SimpleNamespace(sites=SimpleNamespace(name=lambda label, frame: story.name(label)))
    load = imports.Import(named, track, "thing", sys._getframe())
    yield SimpleNamespace(load=load, now=now)
    track.finish()


def test_a_short_import_leaves_nothing(lab, load):
    load.now[0] += 999_999
    load.load.goes_on()
    load.load.end()
    load.now[0] += 10**9
    load.load.goes_on()
    load.load.end()
    assert not lab.read().of(Kind.IMPORT)


@pytest.mark.parametrize("shown", [False, True])
def test_an_import_that_takes_a_millisecond_leaves_its_true_time(lab, load, shown):
    load.now[0] += 1_000_000
    if shown:
        load.load.goes_on()
        (record,) = lab.read().of(Kind.IMPORT)
        assert (record.begin, record.end) == (1_000_000_000, 0)
    load.load.end()
    load.now[0] += 5
    load.load.end()
    (record,) = lab.read().of(Kind.IMPORT)
    assert (record.label, record.begin) == ("import thing", 1_000_000_000)
    assert shown or record.end == 1_001_000_000
    assert not record.is_open
