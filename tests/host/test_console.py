import os

import pytest

from tests.conftest import eventually
from visualiser.host.console import Console


class Pipes:
    """Two pipes with a console at their ends."""

    def __init__(self, limit):
        (out, self.out), (err, self.err) = os.pipe(), os.pipe()
        self.console = Console(os.fdopen(out, "rb"), os.fdopen(err, "rb"), limit)

    def shut(self):
        for end in (self.out, self.err):
            if end is not None:
                os.close(end)
        self.out = self.err = None


@pytest.fixture
def pipes(request):
    pipes = Pipes(getattr(request, "param", 1 << 20))
    yield pipes
    pipes.shut()
    pipes.console.close()


def ended(pipes):
    pipes.shut()
    eventually(lambda: pipes.console.ended)
    return pipes.console


def test_both_streams_are_kept_and_told_once(pipes):
    os.write(pipes.out, b"one\n")
    eventually(lambda: pipes.console.stdout)
    os.write(pipes.err, b"two\n")
    eventually(lambda: pipes.console.stderr)
    assert pipes.console.news() == [("out", "one\n"), ("err", "two\n")]
    assert pipes.console.news() == []
    assert (ended(pipes).stdout, pipes.console.stderr) == ("one\n", "two\n")


def test_characters_may_be_cut_anywhere(pipes):
    first, last = "ä".encode()[:1], "ä".encode()[1:]
    os.write(pipes.out, b"x" + first)
    eventually(lambda: pipes.console.stdout == "x")
    os.write(pipes.out, last + b"\xff" + first)
    assert ended(pipes).stdout == "xä\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("pipes", [100], indirect=True)
def test_reading_stops_beyond_the_limit(pipes):
    os.write(pipes.out, b"x" * 100)
    eventually(lambda: len(pipes.console.stdout) == 100)
    assert not pipes.console.overflow
    os.write(pipes.err, b"y")
    eventually(lambda: pipes.console.overflow)
    os.write(pipes.err, b"z" * 100)
    assert ended(pipes).stderr == "y"
