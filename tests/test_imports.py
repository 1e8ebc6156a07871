"""The rules that keep the parts apart: who may import whom, how long a file may be, that each says its role."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "visualiser"
MOST_LINES = 330
STANDARD = set(sys.stdlib_module_names)

# part of the package → what of ours it may import, and which packages beside the standard library
ALLOWED = {
    "lab": (set(), set()),
    "trace": ({"trace", "lab.layout"}, {"numpy"}),
    "trace/recording": ({"trace", "lab.layout"}, {"numpy", "pyarrow"}),
    "host": ({"host", "trace", "lab.layout", "paths", ""}, {"numpy", "psutil"}),
    "gui": (
        {"gui", "host", "trace", "lab.layout", "paths", "qthread", "window_lab", ""},
        {"numpy", "PySide6", "pyqtgraph", "pygments", "psutil"},
    ),
    "window_lab": ({"lab", "qthread", ""}, set()),
    "scenarios": ({"qthread"}, {"requests", "celery", "kombu"}),
    "qthread": (set(), {"PySide6"}),
    "paths": (set(), set()),
    "launch": (set(), set()),
    "desktop": ({"paths", "launch", ""}, set()),
    "cli": ({"host", "desktop", "gui.app", "paths", ""}, set()),
    "__main__": ({"cli"}, set()),
    "__init__": (set(), set()),
}
# The sampler runs without site packages, so what it needs may not need them either.
WITHOUT_PACKAGES = [
    "host/sampler_process.py",
    "host/recording.py",
    "host/peek.py",
    "host/peek_permission.py",
    "host/watched_run.py",
    "host/watched_process.py",
    "host/process_directory.py",
    "host/thread_look.py",
    "host/gil_peek.py",
    "host/handovers.py",
    "host/course.py",
    "host/syscalls.py",
    "host/perf.py",
    "host/switch_file.py",
    "host/family.py",
]
# What runs by itself under the interpreter of the script: nothing of ours, and packages the script has.
BY_ITSELF = {"host/celery_listener.py": (set(), {"celery", "kombu"})}
# part → what it may import inside a function only
LAZY_ONLY = {"cli": {"gui.app", "desktop"}}

MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(PACKAGE)) for path in MODULES]


def part_of(path):
    inside = path.relative_to(PACKAGE)
    if inside.parts[:2] == ("trace", "recording"):
        return "trace/recording"
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imports_of(path, toplevel=False):
    """(dotted name, level) of all that a module imports; ``from a import b`` is ``a.b`` where that is a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if toplevel else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            for alias in node.names:
                full = f"{base}.{alias.name}".strip(".")
                yield (full if node.level or is_module(full) else base), node.level


def is_module(name):
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def ours(name):
    """The name below the package, None for others'."""
    head, _, rest = name.partition(".")
    return rest if head == "visualiser" else None


def fits(name, allowed):
    return any(name == one or (one and name.startswith(f"{one}.")) for one in allowed)


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_imports_go_one_way(path):
    own, packages = BY_ITSELF.get(path.relative_to(PACKAGE).as_posix(), ALLOWED[part_of(path)])
    for name, level in imports_of(path):
        if level:
            assert part_of(path) == "lab", f"only the lab, loaded under another name, imports by relative names: {name}"
        elif (inside := ours(name)) is not None:
            assert fits(inside, own), f"{path.name} may not import {name}"
        else:
            head = name.partition(".")[0]
            private = part_of(path) == "lab" and head == "_visualiser_lab"
            assert head in STANDARD or head in packages or private, f"{path.name} may not import {name}"


@pytest.mark.parametrize("path", [PACKAGE / name for name in WITHOUT_PACKAGES], ids=WITHOUT_PACKAGES)
def test_the_sampler_imports_nothing_that_needs_a_package(path):
    free = {f"visualiser.{name[:-3].replace('/', '.')}" for name in WITHOUT_PACKAGES} | {"visualiser.lab.layout"}
    for name, _ in imports_of(path):
        assert name in free or name.partition(".")[0] in STANDARD


@pytest.mark.parametrize("part", LAZY_ONLY)
def test_some_imports_wait_until_they_are_needed(part):
    early = {ours(name) for name, _ in imports_of(PACKAGE / f"{part}.py", toplevel=True)}
    assert not early & LAZY_ONLY[part]


def test_qt_is_imported_by_the_gui_alone():
    qt = ("PySide6", "pyqtgraph")
    users = {part_of(path) for path in MODULES for name, _ in imports_of(path) if name.startswith(qt)}
    assert users <= {"gui", "qthread"}


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_a_module_says_its_role_and_stays_short(path):
    text = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring, f"{path.name} opens without a docstring"
    assert len(text.splitlines()) <= MOST_LINES, f"{path.name} has outgrown {MOST_LINES} lines: it has two roles"


@pytest.mark.parametrize("name", ["utils", "util", "misc", "manager", "helpers", "common"])
def test_no_module_without_a_role(name):
    assert not [path for path in MODULES if path.stem == name]


def test_the_command_line_and_a_run_without_window_load_no_qt():
    code = "import sys, visualiser.cli; print(sorted({'PySide6', 'pyqtgraph', 'visualiser.gui'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_files_of_runs_cost_the_start_nothing():
    code = "import sys, visualiser.cli, visualiser.host.recordings; print('pyarrow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_rules_see_a_breach(tmp_path):
    """A rule that cannot fail guards nothing."""
    path = tmp_path / "bad.py"
    path.write_text("import numpy\nfrom visualiser.host import session\nfrom .x import y\n")
    assert list(imports_of(path)) == [("numpy", 0), ("visualiser.host.session", 0), ("x.y", 1)]
    assert not fits("host.session", ALLOWED["trace"][0])
    assert not fits("lab.recorder", ALLOWED["host"][0])
    assert fits("lab.layout", ALLOWED["host"][0])
    assert fits("", ALLOWED["host"][0])
    assert not fits("", ALLOWED["trace"][0])
    assert isinstance(PACKAGE, Path)
