# @title Web scraping with threads
# @section 7.1 Real-life examples
"""Who fetches a page mostly waits: one by one the waits add up, in threads they pass together."""

import os
import socket
import subprocess
import sys
import threading
import time

PAGES = 8  # @param {type:"slider", min:1, max:64}
LATENCY = 0.3  # @param {type:"slider", min:0, max:5, step:0.05}
SIZE = 20000  # @param {type:"slider", min:0, max:1000000, step:1000}
ERRORS = 0  # @param {type:"slider", min:0, max:64}
TIMEOUTS = 0  # @param {type:"slider", min:0, max:64}
TIMEOUT = 2.0  # @param {type:"slider", min:0.1, max:30, step:0.1}
URLS = ""  # @param {type:"string"}
WORKERS = "QThread"  # @param ["QThread", "threading"]


def _serve():
    """A web server: the first ERRORS pages answer 500, the last TIMEOUTS never answer."""
    from http.server import BaseHTTPRequestHandler
    from socketserver import ThreadingTCPServer

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            number = int(self.path.rpartition("/")[2])
            if number > PAGES - TIMEOUTS:
                self.rfile.read(1)  # returns when the other side gives up
                return
            time.sleep(LATENCY)
            self.send_response(500 if number <= ERRORS else 200)
            self.send_header("Content-Length", str(SIZE))
            self.end_headers()
            self.wfile.write(b"." * SIZE)

        def log_message(self, *args):
            """What is asked for is to be seen on the side that asks."""

    class Server(ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 128  # all threads knock at the same time

        def handle_error(self, *args):
            """Somebody gave up waiting for a page."""

    server = Server(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    try:
        sys.stdin.read()  # ends when the script ends, whatever ends it
    finally:
        os._exit(0)


# The server is a program of its own, as on the Web: its threads and its GIL take no part in what is watched (-I keeps
# the lab out of it).
if sys.argv[1:] == ["serve"]:
    _serve()
urls = [url.strip() for url in URLS.split(",") if url.strip()]
_server = None
if not urls:
    _server = subprocess.Popen(
        [sys.executable, "-I", __file__, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

import requests

Thread = threading.Thread
if WORKERS == "QThread":
    try:
        from visualiser.qthread import Thread
    except ImportError:
        print("No QThread here: threading.Thread takes its place.")


def fetch_url(url):
    try:
        response = requests.get(url, timeout=TIMEOUT)
        response.raise_for_status()
    except (requests.RequestException, ValueError) as error:  # requests lets some of the latter through
        print(f"Not fetched {url}: {_why(error)}")
        _not_fetched.append(url)
    else:
        print(f"Fetched {url}: {len(response.content)} bytes")
        _fetched.append(url)


def fetch_one_by_one(urls):
    for url in urls:
        fetch_url(url)


def _why(error):
    """What went wrong, and the way out."""
    cause = error
    while inner := cause.__cause__ or cause.__context__:
        cause = inner
    if isinstance(error, requests.HTTPError):
        status = error.response.status_code
        advice = "that is the server's fault, ask later" if status >= 500 else "check the address"
        return f"the server answered {status}: {advice}."
    if isinstance(error, requests.Timeout):
        return f"no answer within {TIMEOUT:g} s: try later, or with a larger TIMEOUT."
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy set on this computer (HTTP_PROXY, HTTPS_PROXY) failed: correct it, or unset it."
    if isinstance(error, ValueError):
        return "this is no web address: write it in full, like https://example.com."
    if isinstance(cause, socket.gaierror):
        return "no computer of this name was found: check the spelling and the network."
    if isinstance(cause, ConnectionRefusedError):
        return "nothing listens at this address: check the port, or start the server."
    return f"the connection failed ({type(cause).__name__}: {cause}): check the address and the network."


def _own_urls():
    """The pages of our own server."""
    port = _server.stdout.readline().strip()
    if not port:
        sys.exit("The web server of this scenario did not start: put addresses of real pages into URLS.")
    # A proxy for the Web does not know this computer's own server.
    proxyless = os.environ.get("no_proxy") or os.environ.get("NO_PROXY", "")
    os.environ["no_proxy"] = f"{proxyless},127.0.0.1"
    return [f"http://127.0.0.1:{port}/page/{number}" for number in range(1, PAGES + 1)]


urls = urls or _own_urls()

print("== One by one ==")
_fetched, _not_fetched = [], []
_started = time.perf_counter()
fetch_one_by_one(urls)
one_by_one = round(time.perf_counter() - _started, 2)

print("== In threads ==")
_fetched, _not_fetched = [], []
_started = time.perf_counter()
threads = [Thread(target=fetch_url, args=(url,)) for url in urls]

for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
seconds = round(time.perf_counter() - _started, 2)

fetched, failed = len(_fetched), len(_not_fetched)
print(f"{len(urls)} pages one by one: {one_by_one} s. In {len(threads)} threads: {seconds} s.")
if failed:
    print(f"In threads {fetched} were fetched and {failed} were not: the reasons are above.")
if _server:
    _server.stdin.close()
    _server.wait()
