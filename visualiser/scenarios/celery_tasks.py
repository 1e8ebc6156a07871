# @title Task queue with Celery
# @section 9.1 Task queues
"""Tasks go through a broker to the processes of a worker, which may run on this machine or on any other."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

from celery import Celery, signals
from celery.backends.filesystem import FilesystemBackend
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.filesystem import Empty, dumps, loads
from kombu.utils.url import maybe_sanitize_url

TASKS = 8  # @param {type:"slider", min:1, max:500}
SECONDS = 0.4  # @param {type:"slider", min:0, max:5, step:0.05}
FAILURES = 1  # @param {type:"slider", min:0, max:10}
RETRIES = 1  # @param {type:"slider", min:0, max:10}
POOL = "prefork"  # @param ["prefork", "threads", "solo"]
CONCURRENCY = 2  # @param {type:"slider", min:1, max:16}
START_WORKER = True  # @param {type:"boolean"}
BROKER = ""  # @param {type:"string"}
PATIENCE = 30  # @param {type:"slider", min:5, max:600}

# A server's address (redis://host:6379/0, amqp://host) lets workers on other machines take part. Without one, queue
# and results are files in a directory that this script and the worker it starts have in common.
_script = Path(__file__).resolve()
_broker = BROKER or os.environ.get("VISUALISER_BROKER", "")
if "CELERY_TASKS_FOLDER" not in os.environ:  # the worker's process inherits it
    os.environ["CELERY_TASKS_FOLDER"] = tempfile.mkdtemp(prefix="celery-", dir=os.environ.get("VISUALISER_RUN"))
_folder = Path(os.environ["CELERY_TASKS_FOLDER"])
_log = _folder / "worker.log"


def _write(path, data):
    """A file that nobody ever sees half written."""
    hidden = _folder / f".{uuid.uuid4()}"
    hidden.write_bytes(data if isinstance(data, bytes) else data.encode())
    hidden.replace(path)


class _Channel(filesystem.Channel):
    """Kombu's queue of files; its own put and get let a worker take half a message and die of it."""

    def _put(self, queue, payload, **_):
        _write(_folder / f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg", dumps(payload))

    def _get(self, queue):
        for waiting in sorted(_folder.glob(f"*.{queue}.msg")):
            taken = _folder / f".{uuid.uuid4()}"
            try:
                waiting.rename(taken)
            except FileNotFoundError:
                continue  # another process was faster
            payload = loads(taken.read_text())
            taken.unlink()
            return payload
        raise Empty

    def _queue_bind(self, *_):
        """Nothing to note: a task goes straight to its queue."""


class _Transport(filesystem.Transport):
    Channel = _Channel

    def drain_events(self, connection, timeout=None):
        """Look up from waiting often enough to notice at once that the worker is to end."""
        return super().drain_events(connection, timeout and min(timeout, 0.1))


if _broker:
    _results = _broker if _broker.startswith(("redis", "rediss")) else "rpc://"
else:
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:_Transport"
    FilesystemBackend.set = lambda self, key, value: _write(self._filename(key).decode(), value)
    _results = f"file://{_folder}"

app = Celery(_script.stem, broker=_broker or "filesystem://", backend=_results)
app.conf.update(
    broker_transport_options={} if _broker else {"data_folder_in": str(_folder), "polling_interval": 0.02},
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a worker waits for its broker as long as it takes
    task_publish_retry_policy={"max_retries": 2 * PATIENCE, "interval_start": 0.1, "interval_max": 0.5},
    result_backend_always_retry=True,
    task_acks_late=True,  # a task leaves the queue when it is done: another worker repeats what a dead one had begun
    task_reject_on_worker_lost=True,
    task_send_sent_event=bool(_broker),
    task_track_started=bool(_broker),
    worker_lost_wait=1.0,  # s until what a dead process of the pool was at is begun again
    worker_enable_remote_control=bool(_broker),
    worker_prefetch_multiplier=1,  # nobody takes more than it works on
)


class Refused(Exception):
    """A task that fails on purpose."""


def _first_tries(task, fails, retries):
    if task.request.retries < retries:
        raise task.retry(countdown=SECONDS, max_retries=retries)
    if fails:
        raise Refused("This task fails on purpose.")


@app.task(bind=True, throws=(Refused,))
def cpu_intensive_task(self, seconds, fails=False, retries=0):
    _first_tries(self, fails, retries)
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        sum(range(1000))
    return os.getpid()


@app.task(bind=True, throws=(Refused,))
def waiting_task(self, seconds, fails=False, retries=0):
    _first_tries(self, fails, retries)
    time.sleep(seconds)
    return os.getpid()


@signals.task_prerun.connect
def _tell_who(task_id, task, **_):
    """Celery's own events name a worker, not which process or thread of its pool begins the task."""
    if _broker:
        who = {"worker": task.request.hostname, "process": os.getpid(), "thread": threading.get_native_id()}
        with app.events.default_dispatcher() as events:
            events.send("task-begun", uuid=task_id, **who)


def _start_worker():
    """A worker as anybody would start it in a terminal; what it says goes to a file."""
    options = ["--pool", POOL, "--concurrency", str(CONCURRENCY), "--loglevel", "WARNING", "--hostname", "worker@%h"]
    options += ["--without-gossip", "--without-mingle", "--task-events" if _broker else "--without-heartbeat"]
    command = [sys.executable, "-m", "celery", "--quiet", "-A", _script.stem, "worker", *options]
    with _log.open("wb") as log:
        environ = {**os.environ, "TMPDIR": str(_folder)}  # what a killed worker leaves behind goes with the rest
        return subprocess.Popen(
            command, cwd=_script.parent, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )


def _stop_worker(worker):
    """Let it finish its tasks, then hurry it, then end it."""
    for end, seconds in ((worker.terminate, 10), (worker.terminate, 3), (worker.kill, 3)):
        if worker.poll() is None:
            end()
            try:
                worker.wait(seconds)
            except subprocess.TimeoutExpired:
                continue


def _last_words():
    lines = [line.strip() for line in _log.read_text(errors="replace").splitlines() if line.strip()]
    return f" Its last words: {lines[-1]}" if lines else ""


def _look_for_broker():
    """Say at once what is wrong with an address, instead of trying for ever."""
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=2, interval_start=0.2, interval_step=0.3, timeout=3)
    except Exception as error:
        why = str(error).rstrip(".")
        sys.exit(f"The broker {_shown()} does not answer ({why}). Start it, correct BROKER, or leave BROKER empty.")


def _look_for_workers():
    if not _broker:
        sys.exit("Without a broker no other worker finds these tasks. Set START_WORKER, or give BROKER an address.")
    if not app.control.ping(timeout=2, limit=1):
        start = f"VISUALISER_BROKER={_shown()} celery -A {_script.stem} worker -E"
        sys.exit(f"No worker listens at {_shown()}. Start one ({start}) or set START_WORKER.")


def _shown():
    """The address without its password."""
    return maybe_sanitize_url(_broker)


def _result_of(task, result, worker):
    """Wait for the end of a task, as long as there is hope for it."""
    look, give_up = time.monotonic() + 3, time.monotonic() + PATIENCE
    while True:
        try:
            return result.get(timeout=0.5, interval=0.02, propagate=False)
        except Exception:  # not yet, or the broker is away for a while
            if worker is not None and worker.poll() is not None:
                sys.exit(f"The worker ended ({worker.returncode}) and left tasks undone; run again.{_last_words()}")
            if time.monotonic() > give_up:
                sys.exit(f"No task was done for {PATIENCE} s. Is a worker at work? More PATIENCE waits longer.")
        if _broker and time.monotonic() > look:
            look += 3
            if _is_lost(result):
                task.apply_async(task_id=result.id)


def _is_lost(result):
    """A broker that is killed after handing a task out and before noting so: nobody has begun it, nobody waits."""
    try:
        with app.connection_for_read() as connection:
            waiting = app.amqp.queues["celery"](connection.default_channel).queue_declare().message_count
        return waiting == 0 and result.state == "PENDING"
    except Exception:
        return False  # it is still away


def main():
    if _broker:
        _look_for_broker()
    if not START_WORKER:
        _look_for_workers()
    worker = _start_worker() if START_WORKER else None
    try:
        return _send_and_collect(worker)
    finally:
        if worker is not None:
            _stop_worker(worker)


def _send_and_collect(worker):
    # Send all tasks: the worker takes them as its processes become free
    tasks = []
    for number in range(TASKS):
        function = waiting_task if number % 2 else cpu_intensive_task
        fails, again = number < FAILURES, FAILURES <= number < FAILURES + RETRIES
        task = function.s(SECONDS, fails=fails, retries=int(again))
        tasks.append((task, task.delay()))

    # Collect the results, in the order of sending
    pids = []
    for number, (task, sent) in enumerate(tasks, 1):
        result = _result_of(task, sent, worker)
        if isinstance(result, Exception):
            print(f"Task {number} failed: {result}")
        else:
            print(f"Task {number} was done by process {result}")
            pids.append(result)
    return pids


if __name__ == "__main__":
    _started = time.perf_counter()
    try:
        _pids = main()
    finally:
        shutil.rmtree(_folder, ignore_errors=True)
    done = len(_pids)
    pool_processes = len(set(_pids))
    seconds = round(time.perf_counter() - _started, 2)
    print(
        f"{done} of {TASKS} tasks done by {pool_processes} processes in {seconds} s, worker's start and end included."
    )
