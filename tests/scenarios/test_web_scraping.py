"""Web scraping: its own server comes and goes with the script, and what goes wrong with a page gets a sentence."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import venv
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psutil
import pytest

from tests.conftest import eventually
from tests.lab.observed import Lab
from tests.scenarios.quick import text_of
from tests.scenarios.test_lessons import teach
from visualiser.host.catalogue import find_scenario, scenario_from_file
from visualiser.host.session import Session

pytest.importorskip("requests")

WORKERS = "threading"


@contextlib.contextmanager
def started(folder, environment=None, **knobs):
    """A copy of the scenario under plain Python, which says at once what it prints."""
    script = folder / "web_scraping.py"
    script.write_text(text_of("web_scraping", WORKERS=WORKERS, **knobs), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-u", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def printed(folder, environment=None, **knobs):
    with started(folder, environment, **knobs) as process:
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0, out
    return out


def read_until(process, piece):
    for line in process.stdout:
        if piece in line:
            return
    pytest.fail(f"it ended before it printed {piece!r}")


def server_of(process):
    (server,) = psutil.Process(process.pid).children()
    return server


def is_gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def lines_about(out, url):
    """What became of an address, one by one and in threads; threads may print into each other's lines."""
    return re.findall(rf"(?:Not fetched|Fetched) {re.escape(url)}: .*?(?=Not fetched|Fetched|\n|$)", out)


class TestItsServer:
    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
    def test_does_not_outlive_the_script(self, tmp_path, number):
        with started(tmp_path, PAGES=64) as process:
            read_until(process, "page/1")
            server = server_of(process)
            process.send_signal(number)
        eventually(lambda: is_gone(server))

    def test_does_not_outlive_a_script_that_was_stopped_before(self, tmp_path):
        with started(tmp_path, PAGES=64) as process:
            read_until(process, "page/1")
            server = server_of(process)
            process.send_signal(signal.SIGSTOP)
            process.kill()
        eventually(lambda: is_gone(server))

    def test_ends_with_the_script(self, tmp_path):
        with started(tmp_path) as process:
            read_until(process, "page/1")
            server = server_of(process)
            process.communicate(timeout=60)
            assert is_gone(server)

    def test_is_stopped_with_the_run(self):
        session = Session.start(find_scenario("web_scraping"), text_of("web_scraping", TIMEOUTS=4, TIMEOUT=30.0))
        try:
            eventually(lambda: session.poll() is not None and "One by one" in session.stdout)
            server = server_of(session)
            session.stop()
            assert is_gone(server)
        finally:
            session.close()

    def test_killed_is_told_for_every_page_that_is_left(self, tmp_path):
        with started(tmp_path, PAGES=6) as process:
            read_until(process, "page/1")
            server_of(process).kill()
            out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "nothing listens at this address: check the port, or start the server." in out
        assert "In threads 0 were fetched and 6 were not" in out
        assert "Traceback" not in out

    def test_is_reached_whatever_proxy_is_set(self, tmp_path):
        proxies = dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy"), "http://127.0.0.1:9")
        out = printed(tmp_path, proxies, PAGES=2)
        assert out.count("Fetched") == 4

    def test_is_not_watched(self, tmp_path):
        lab = Lab(tmp_path / "lab")
        seen = lab.run(text_of("web_scraping", WORKERS=WORKERS))
        assert (seen.code, seen.err) == (0, "")
        assert len(seen.told("process")) == 1
        workers = [line["name"] for line in seen.told("thread") if not line["main"]]
        assert len(workers) == 4
        assert all("fetch_url" in name for name in workers)


def test_a_failing_page_costs_the_others_nothing(tmp_path):
    out = printed(tmp_path, PAGES=5, ERRORS=2, TIMEOUTS=1, TIMEOUT=0.5)
    assert out.count("the server answered 500: that is the server's fault, ask later.") == 4
    assert out.count("no answer within 0.5 s: try later, or with a larger TIMEOUT.") == 2
    assert out.count("20000 bytes") == 4
    assert "In threads 2 were fetched and 3 were not" in out


def test_a_server_too_slow_for_all_pages(tmp_path):
    out = printed(tmp_path, PAGES=2, LATENCY=5, TIMEOUT=0.2)
    assert out.count("no answer within 0.2 s") == 4


class Web(BaseHTTPRequestHandler):
    """Some of the Web: a page, a page that is missing, and a connection that is closed without a word."""

    def do_GET(self):
        if self.path == "/silent":
            return
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *args):
        pass


@pytest.fixture
def web():
    with ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def refused():
    """An address at which nobody listens, and which nobody else is given meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


def test_real_addresses_each_with_its_own_fate(tmp_path, web, refused):
    told = {
        f"{web}/": "5 bytes",
        f"{web}/nothing": "the server answered 404: check the address.",
        f"{web}/silent": "the connection failed (RemoteDisconnected",
        refused: "nothing listens at this address",
        "http://nowhere.invalid/": "no computer of this name was found: check the spelling and the network.",
        "example.com": "this is no web address: write it in full, like https://example.com.",
        "http://a..b": "this is no web address",
        "ftp://127.0.0.1/": "this is no web address",
        "http://[::1": "this is no web address",
    }
    out = printed(tmp_path, {"no_proxy": "*"}, URLS=", ".join(told))
    for url, sentence in told.items():
        about = lines_about(out, url)
        assert len(about) == 2, (url, out)
        assert all(sentence in line for line in about), (url, about)
    assert "In threads 1 were fetched and 8 were not" in out
    assert "Traceback" not in out


def test_no_server_of_its_own_beside_real_addresses(tmp_path, web):
    lab = Lab(tmp_path / "lab")
    seen = lab.run(text_of("web_scraping", WORKERS=WORKERS, URLS=f"{web}/"), no_proxy="*")
    assert (seen.code, seen.err) == (0, "")
    assert seen.told("results")[0]["values"]["fetched"] == 1
    assert not seen.told("child_exit")


def test_the_lesson_speaks_of_real_pages_too(web, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    (verdict,) = teach("web_scraping", ("URLS", f"{web}/"), ("WORKERS", WORKERS)).verdicts
    assert (verdict.holds, verdict.sentence.startswith("Real pages: ")) == (True, True)


@pytest.mark.parametrize("urls", [" ", ",", " , "])
def test_addresses_left_empty_mean_its_own_pages(tmp_path, urls):
    assert "4 pages one by one" in printed(tmp_path, URLS=urls)


def test_without_requests_the_verdict_names_the_way_out(tmp_path):
    venv.create(tmp_path / "bare", symlinks=True, with_pip=False)
    python = tmp_path / "bare" / "bin" / "python"
    script = tmp_path / "web_scraping.py"
    script.write_text(text_of("web_scraping"), encoding="utf-8")
    session = Session.start(scenario_from_file(script), python=str(python))
    try:
        eventually(lambda: session.poll() is not None and not session.running)
    finally:
        session.close()
    line = script.read_text(encoding="utf-8").splitlines().index("import requests") + 1
    assert session.outcome.sentence.startswith(f"Line {line} needs the module requests")
    assert session.outcome.detail == f"Install it with: {python} -m pip install requests"
    assert session.outcome.line == line
