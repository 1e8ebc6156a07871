import os
import subprocess
import sys

import pytest

from tests.host.runs import follow, started
from tests.host.stand_ins import stand_in
from visualiser.host.launch import BOOT, HOME, StartError, environment, find_python, launch


def test_the_environment_brings_the_lab_and_keeps_the_users(tmp_path):
    made = environment(tmp_path, base={"PATH": "/bin", "PYTHONPATH": "/mine"})
    assert made["PATH"] == "/bin"
    assert made["PYTHONPATH"].split(os.pathsep) == [str(BOOT), "/mine"]
    assert made["VISUALISER_RUN"] == str(tmp_path)
    assert made["VISUALISER_HOME"] == str(HOME)
    assert made["VISUALISER_GATE"] == str(os.getpid())
    assert (HOME / "visualiser" / "__init__.py").exists()


def test_neighbours_of_an_edited_script_are_found(tmp_path):
    made = environment(tmp_path, tmp_path / "home", base={})
    assert made["PYTHONPATH"].split(os.pathsep) == [str(BOOT), str(tmp_path / "home")]


def test_our_own_interpreter_is_the_default():
    assert find_python(None) == sys.executable
    assert find_python(sys.executable) == sys.executable


@pytest.mark.skipif(os.name == "nt", reason="makes interpreters of shell scripts")
@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"version": [3, 9, 7]}, "is cpython 3.9, but CPython 3.10 or newer is needed"),
        ({"version": [3, 11, 4], "implementation": "pypy"}, "is pypy 3.11, but CPython 3.10 or newer is needed"),
        ({"version": "hello"}, "is not a Python interpreter that works"),
    ],
)
def test_unfit_interpreters_are_named(tmp_path, answer, sentence):
    with pytest.raises(StartError, match=sentence):
        find_python(stand_in(tmp_path, "python", **answer))


def test_a_working_directory_that_is_gone(tmp_path):
    with pytest.raises(StartError, match=r"play\.py cannot be started with"):
        launch(sys.executable, tmp_path / "play.py", dict(os.environ), tmp_path / "gone")


def test_the_script_runs_in_a_session_of_its_own_without_a_keyboard(tmp_path):
    source = "import os, sys\nalone = os.getsid(0) == os.getpid()\nread = sys.stdin.read()\nhere = os.getcwd()\n"
    with started(tmp_path, source) as session:
        follow(session)
        assert session.results == {"alone": True, "read": "", "here": str(tmp_path)}


def test_nothing_of_ours_is_imported_into_the_script(tmp_path):
    source = """
        import sys
        loaded = {name.partition(".")[0] for name in sys.modules}
        ours = ",".join(sorted(loaded & {"PySide6", "numpy", "psutil", "visualiser"}))
    """
    with started(tmp_path, source) as session:
        follow(session)
        assert session.results == {"ours": ""}


def test_another_working_directory(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with started(tmp_path, "import os\nhere = os.getcwd()\n", cwd=elsewhere) as session:
        follow(session)
        assert session.results == {"here": str(elsewhere)}


def test_output_is_utf8_whatever_the_locale(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    with started(tmp_path, "print('ä → λ')\n") as session:
        follow(session)
        assert session.stdout == "ä → λ\n"


def test_the_sampler_needs_nothing_but_the_standard_library():
    asked = f"""if True:
        import sys
        sys.path.insert(0, {str(HOME)!r})
        import visualiser.host.sampler_process
        print(sorted({{"numpy", "psutil", "PySide6"}} & set(sys.modules)))
    """
    done = subprocess.run([sys.executable, "-I", "-S", "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
