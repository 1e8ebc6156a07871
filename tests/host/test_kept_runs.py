"""The last runs stay, the oldest go, and no instance of the app takes away what another one has open."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.trace.made import made_document
from visualiser.host.kept_runs import VARIABLE, Held, KeptRuns, data_folder
from visualiser.host.recordings import RecordingError, open_recording


@pytest.fixture(scope="module")
def document():
    return made_document(spans=5)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data" / "runs"


def aged(paths):
    """Give files times of their own, for a disk may tell no two apart that are written at once."""
    for number, path in enumerate(paths):
        os.utime(path, (1_000_000 + number, 1_000_000 + number))
    return paths


def test_the_last_runs_are_kept_and_the_oldest_go(document, folder):
    runs = KeptRuns(folder, most=3)
    first = aged([runs.keep(document) for _ in range(3)])
    last = runs.keep(document)
    assert runs.kept() == [last, first[2], first[1]]
    assert open_recording(last).about.title == "Made up"
    assert folder.stat().st_mode & 0o077 == 0
    assert len(list(folder.iterdir())) == 3


def test_twenty_are_kept_by_itself(document, folder):
    runs = KeptRuns(folder)
    for _ in range(23):
        runs.keep(document)
    assert len(runs.kept()) == 20


def test_names_say_when_and_what_and_are_never_the_same(document, folder):
    paths = [KeptRuns(folder).keep(document) for _ in range(3)]
    assert len({*paths}) == 3
    assert all(path.name.endswith("_Made-up.cvrun") for path in paths)


@pytest.mark.parametrize("title", ["", "///", "a/../b", "x" * 500, "CON: *?", "Über ✓"])
def test_any_title_makes_a_name(document, folder, title):
    path = KeptRuns(folder).keep_snapshot(_snapshot(document), title)
    assert path.parent == folder
    assert path.exists()
    assert len(path.name) < 120


def _snapshot(document):
    from visualiser.host.recordings import snapshot_of

    return snapshot_of(document)


def test_one_that_is_open_is_not_removed(document, folder):
    runs = KeptRuns(folder, most=2)
    oldest, second = aged([runs.keep(document), runs.keep(document)])
    with Held(oldest):
        last = runs.keep(document)
        assert runs.kept() == [last, second, oldest]
        runs.keep(document)
        assert second not in runs.kept()
        assert oldest in runs.kept()
    runs.keep(document)
    assert oldest not in runs.kept()


def test_what_is_gone_cannot_be_held(folder):
    with pytest.raises(RecordingError, match=r"^gone\.cvrun is not there any more\.$"):
        Held(folder / "gone.cvrun")


def test_the_newest_stays_however_large(document, folder):
    runs = KeptRuns(folder, most_bytes=10)
    aged([runs.keep(document)])
    last = runs.keep(document)
    assert runs.kept() == [last]


def test_other_files_are_left_alone(document, folder):
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine")
    fresh, stale = folder / ".a.cvrun.x.part", folder / ".b.cvrun.y.part"
    for path in (fresh, stale):
        path.write_text("half")
    os.utime(stale, (1000, 1000))
    KeptRuns(folder, most=1).keep(document)
    KeptRuns(folder, most=1).keep(document)
    assert (folder / "notes.txt").exists()
    assert fresh.exists()
    assert not stale.exists()


def test_a_folder_that_cannot_be_made(document, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordingError, match=r"^Runs cannot be kept in .*: .*\.$"):
        KeptRuns(tmp_path / "file" / "runs").keep(document)


def test_there_is_nothing_before_the_first(folder):
    assert KeptRuns(folder).kept() == []


PROGRAM = """
import sys
from pathlib import Path
from tests.trace.made import made_document
from visualiser.host.kept_runs import KeptRuns
from visualiser.host.recordings import open_recording
document = made_document(spans=5)
runs = KeptRuns(Path(sys.argv[1]), most=4)
for _ in range(25):
    open_recording(runs.keep(document))
"""


def test_two_instances_share_the_folder(folder):
    """Each opens what it has just kept, and in the end only the last are there."""
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(folder)]
    both = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    errors = [process.communicate(timeout=100)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    assert 4 <= len(KeptRuns(folder, most=4).kept()) <= 5
    assert not list(folder.glob(".*"))


def test_the_folder_is_where_the_system_has_such_things():
    home = Path.home()
    assert data_folder({VARIABLE: "/x"}, "linux") == Path("/x")
    assert data_folder({"XDG_DATA_HOME": "/d"}, "linux") == Path("/d/concurrency-visualiser")
    assert data_folder({}, "linux") == home / ".local/share/concurrency-visualiser"
    assert data_folder({}, "darwin") == home / "Library/Application Support/concurrency-visualiser"
    assert data_folder({"LOCALAPPDATA": "/l"}, "win32") == Path("/l/concurrency-visualiser")
