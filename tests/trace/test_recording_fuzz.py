"""Thousands of broken files: each is opened or refused in one sentence; none crashes, hangs or eats the memory.

``VISUALISER_FUZZ=100000`` tries as many. The files are read in a process of its own, for a crash of the library that
unpacks them would end it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.trace.mutations import MUTATIONS

FILES = int(os.environ.get("VISUALISER_FUZZ", "2000"))
SECONDS_PER_FILE = 0.5  # on a very busy machine; 7 ms on one at rest
MOST_GROWTH = 64 << 20


@pytest.mark.timeout(60 + FILES)
def test_no_broken_file_does_more_than_to_be_refused():
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.trace.mutations", str(FILES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60 + SECONDS_PER_FILE * FILES,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["files"] == FILES
    assert told["growth"] < MOST_GROWTH, told
    for name in MUTATIONS:
        assert told["tried"][name] > FILES // (4 * len(MUTATIONS))
    assert told["opened"] > FILES // 50, "the files are broken so badly that nothing behind the frame is tried"
    assert told["refused"] > FILES // 5, told
