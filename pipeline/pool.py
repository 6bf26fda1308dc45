"""A pool of worker processes in which a task that hangs, crashes or eats memory costs itself, not the batch.

`ProcessPoolExecutor` gives up all tasks when one worker dies, and waits for ever for one that hangs. Here each worker
has one task at a time and a thread that watches it: a worker that is late, dead or out of memory is replaced, its task
is tried again in a fresh one, and in the end given up alone.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import sys
import threading
import time
import traceback
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from pipeline.errors import PipelineError

if sys.platform == "linux":
    import resource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future
    from multiprocessing.connection import Connection
    from types import TracebackType

P = ParamSpec("P")
T = TypeVar("T")

GRACE_SECONDS = 5  # after its deadline a worker ends by itself, should its parent be gone
STOP_SECONDS = 1  # for a worker that has no task to end in peace
PAUSE_SECONDS = 0.2  # after a start that failed; the server may be about to end, too
OUT_OF_MEMORY = b""  # an answer that takes no memory to make; no pickle is empty

if sys.platform == "linux":
    CONTEXT = multiprocessing.get_context("forkserver")  # a process with threads, as ours, is not safe to fork
else:
    CONTEXT = multiprocessing.get_context("spawn")  # nor, on macOS, is any that has loaded libraries
CHILDREN = threading.Lock()  # to start one, multiprocessing looks how all others are, and not with threads in mind


class PoolBrokenError(PipelineError):
    """Workers end before they are set up."""


class TaskLostError(Exception):
    """No worker came back with the task; the text is one plain line.

    Attributes:
        reason: what became of the last worker.
        tries: how many were lost.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.tries = 1

    def __str__(self) -> str:
        return f"{self.reason} (tries: {self.tries})"


class TaskTimedOutError(TaskLostError):
    """The task was not done by its deadline."""


class WorkerDiedError(TaskLostError):
    """The process ended in the middle of the task."""


class OutOfMemoryError(TaskLostError):
    """The task wanted more memory than it may have."""


class UnpicklableError(Exception):
    """Stands in for an exception that cannot leave its process; the text is its type and text."""


class Pool(Executor):
    """Calls functions in worker processes as `ProcessPoolExecutor` does, and outlives whatever they do.

    What a function raises is set on its `Future`; a task that its workers do not survive gets a `TaskLostError`. If a
    worker cannot be set up, all tasks get what the initializer raised, or a `PoolBrokenError`. Functions, arguments and
    results travel as pickles. A `with` block that is left by an exception kills the workers.

    A script that makes a pool does so under `if __name__ == "__main__"`, as its workers import it.
    """

    def __init__(  # noqa: PLR0913 -- as executors have them
        self,
        workers: int,
        *,
        deadline_seconds: float = 20,
        memory_bytes: int = 2 << 30,
        tries: int = 2,
        initializer: Callable[..., object] | None = None,
        initargs: tuple[object, ...] = (),
        start_seconds: float = 120,
        tasks_per_worker: int = 1000,
        preload: Sequence[str] = (),
    ) -> None:
        """Prepare the pool; workers are started as tasks come.

        Args:
            workers: how many processes there are at most.
            deadline_seconds: for one try of a task, from when the worker has it.
            memory_bytes: that tasks may take beyond what the worker has when set up; on Linux only.
            tries: how many workers a task may cost.
            initializer: sets up each worker.
            initargs: what the initializer is called with.
            start_seconds: for a worker to start and be set up.
            tasks_per_worker: after which it is replaced, so that what libraries leak does not add up.
            preload: installed modules that workers need not import one by one; the first pool of a process decides. On
                Linux only.
        """
        self._deadline_seconds = deadline_seconds
        self._memory_bytes = memory_bytes
        self._tries = tries
        self._start_seconds = start_seconds
        self._tasks_per_worker = tasks_per_worker
        self._initializer = _pack(start_seconds, initializer or _do_nothing, initargs, {})
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="pool")
        self._own = _Own()
        self._workers: set[_Worker] = set()
        self._lock = threading.Lock()  # of the set; who kills must not meet a worker that is closed
        self._failure: Exception | None = None
        _hide_standard_input()
        if sys.platform == "linux":
            _start_server(preload)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a function called in a worker.

        Raises:
            RuntimeError: if the pool is shut down.
        """
        return self._threads.submit(self._run, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 -- Executor's
        """Take no more tasks, and end the workers when all are done.

        Args:
            wait: whether to return after that; else the workers stay until a call that waits, or this process, ends.
            cancel_futures: whether to drop the tasks that are not begun.
        """
        try:
            self._threads.shutdown(wait, cancel_futures=cancel_futures)
        except BaseException:  # an interrupt, or the exit that a signal asks for
            self._stop()
            raise
        if wait:
            for worker in tuple(self._workers):
                self._end(worker)

    def kill(self) -> None:
        """End all at once: the tasks that wait are cancelled, those in work get a `CancelledError`."""
        self._stop()
        self.shutdown()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.shutdown()
        else:
            self.kill()

    def _stop(self) -> None:
        with self._lock:
            self._failure = CancelledError("the pool was killed")
            for worker in self._workers:
                worker.kill()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _run(self, fn: Callable[..., T], args: tuple[object, ...], kwargs: Mapping[str, object]) -> T:
        """Try a task until a worker answers; this and what follows runs in the threads."""
        task = _pack(self._deadline_seconds, fn, args, kwargs)
        tries = 0
        while True:
            worker = self._worker()
            try:
                answer = worker.ask(task, self._deadline_seconds)
                break
            except TaskLostError as lost:
                self._end(worker)
                tries += 1
                lost.tries = tries
                if tries >= self._tries and self._failure is None:
                    raise
        return cast("T", _unpack(answer))

    def _worker(self) -> _Worker:
        """Return the worker of this thread; a new one if there is none, it was lost, or it is worn."""
        if self._failure is not None:
            raise self._failure.with_traceback(None)  # which would grow with each task
        worker = self._own.worker
        if worker is not None and worker.asked > self._tasks_per_worker:  # it was asked to be set up, too
            self._end(worker)
        try:
            self._own.worker = self._own.worker or self._start()
        except Exception as error:  # noqa: BLE001 -- whatever it is, other workers will do no better
            self._failure = self._failure or error
            raise self._failure from None
        return self._own.worker

    def _start(self) -> _Worker:
        """Start a worker; a death may be bad luck, an exception is not."""
        reason = ""
        for _ in range(self._tries):
            try:
                return self._set_up()
            except TaskLostError as lost:
                reason = lost.reason
                time.sleep(PAUSE_SECONDS)
        message = f"no worker can be set up: {reason}; try fewer workers"
        raise PoolBrokenError(message)

    def _set_up(self) -> _Worker:
        worker = _Worker(self._memory_bytes)
        with self._lock:
            self._workers.add(worker)
            if self._failure is not None:
                worker.kill()
        try:
            _unpack(worker.ask(self._initializer, self._start_seconds))
        except TaskLostError:
            self._end(worker)
            raise
        return worker

    def _end(self, worker: _Worker) -> None:
        self._own.worker = None
        with self._lock:
            self._workers.remove(worker)
        worker.close()


class _Worker:
    """A process that does one task at a time, and the pipe to it."""

    def __init__(self, memory_bytes: int) -> None:
        self.asked = 0
        try:
            self._pipe, theirs = CONTEXT.Pipe()
            self._process = CONTEXT.Process(target=_work, args=(theirs, memory_bytes), daemon=True)
            with theirs, CHILDREN:
                self._process.start()
        except (OSError, EOFError) as error:  # for want of processes, files or memory
            message = f"worker not started: {error}"
            raise WorkerDiedError(message) from error

    def ask(self, task: bytes, seconds: float) -> bytes:
        """Have a task done.

        Raises:
            TaskLostError: if there is no answer; the worker is to be closed then.
        """
        self.asked += 1
        with suppress(EOFError, OSError):  # the other end is gone, maybe in the middle of the answer
            self._pipe.send_bytes(task)
            ready = wait((self._pipe, self._process.sentinel), seconds)
            if not ready:
                self.kill()
                message = f"not done within {seconds:g} s"
                raise TaskTimedOutError(message)
            if self._pipe in ready:
                return self._answer()
        raise WorkerDiedError(_ending(self._wait()))

    def _answer(self) -> bytes:
        answer = self._pipe.recv_bytes()
        if answer == OUT_OF_MEMORY:
            message = "ran out of memory"
            raise OutOfMemoryError(message)
        return answer

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()

    def close(self) -> None:
        """End the process, in peace if it has no task, and give back what it held."""
        self._wait()
        self._process.close()

    def _wait(self) -> int | None:
        """Return the exit status of the process; that of a signal is negative."""
        self._pipe.close()
        if not wait((self._process.sentinel,), STOP_SECONDS):
            self.kill()
        with CHILDREN:
            self._process.join()
            return self._process.exitcode


class _Own(threading.local):
    """What each thread has for itself."""

    worker: _Worker | None = None


def _ending(status: int | None) -> str:
    if status is not None and status < 0:
        return f"worker ended by signal {-status} ({signal.strsignal(-status)})"
    return f"worker ended with exit status {status}"


def _hide_standard_input() -> None:
    """Keep workers of `python -` from looking for the file <stdin> that it claims to be."""
    main = sys.modules["__main__"]
    if getattr(main, "__file__", None) == "<stdin>":
        del main.__file__


def _start_server(preload: Sequence[str]) -> None:
    """Start the process that workers are forked from; SIGINT is blocked in it, and so in them from the beginning."""
    CONTEXT.set_forkserver_preload([__name__, *preload])
    resource_tracker.ensure_running()  # which the server would start otherwise, and that unblocks
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


# --- in the worker -------------------------------------------------------------------------------------------------


def _work(pipe: Connection, memory_bytes: int) -> None:
    """Do tasks until the pipe is closed; the first is to set up the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes; the parent decides
    with suppress(EOFError, ConnectionError):
        _do_task(pipe)
        _limit_memory(memory_bytes)
        while True:
            _do_task(pipe)


def _do_task(pipe: Connection) -> None:
    pipe.send_bytes(_done(pipe.recv_bytes()))


def _done(task: bytes) -> bytes:
    """Return the result of a task, or the exception that it raised."""
    try:
        seconds, fn, args, kwargs = pickle.loads(task)  # noqa: S301 -- from our parent
        _set_alarm(seconds)
        return pickle.dumps((fn(*args, **kwargs), None))
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception as error:  # noqa: BLE001 -- the caller's to judge
        return pickle.dumps((None, _portable(error)))
    finally:
        _set_alarm(0)


def _portable(error: Exception) -> Exception:
    """Return the exception with its traceback as a note; a stand-in if it does not survive being sent."""
    trace = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 -- just made
    except Exception:  # noqa: BLE001 -- the code of others makes the pickle
        error = UnpicklableError(" ".join("".join(traceback.format_exception_only(error)).split()))
    error.add_note(trace)
    return error


def _set_alarm(seconds: float) -> None:
    """Let the system end this process then, also in the middle of a library's endless loop; 0 is never."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(more_bytes: int) -> None:
    """Let this process take so much on top of what it has; only Linux counts that."""
    if sys.platform == "linux":
        data_pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        limit = data_pages * resource.getpagesize() + more_bytes
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if soft == resource.RLIM_INFINITY or limit < soft:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


# --- tasks ---------------------------------------------------------------------------------------------------------


def _pack(seconds: float, fn: Callable[..., object], args: tuple[object, ...], kwargs: Mapping[str, object]) -> bytes:
    return pickle.dumps((seconds + GRACE_SECONDS, fn, args, kwargs))


def _unpack(answer: bytes) -> object:
    result, error = pickle.loads(answer)  # noqa: S301 -- from our own worker
    if error is not None:
        raise error
    return result


def _do_nothing() -> None:
    """Set up nothing."""
