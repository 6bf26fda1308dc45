"""The pool: whatever a task does to its worker, it does to itself alone."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

TESTS = Path(__file__).parent
sys.path.insert(0, str(TESTS))  # workers import `faults` by it

import faults  # noqa: E402

from pipeline.errors import ConfigError  # noqa: E402
from pipeline.pool import (  # noqa: E402
    OutOfMemoryError,
    Pool,
    PoolBrokenError,
    TaskLostError,
    TaskTimedOutError,
    UnpicklableError,
    WorkerDiedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEADLINE_SECONDS = 1.0
SHORT_SECONDS = 0.2  # for tasks that are meant to miss it
MEMORY_BYTES = 128 << 20


class Fault(NamedTuple):
    do: Callable[[int], object]
    error: type[Exception]
    reason: str


RAISED = (
    Fault(faults.raise_value, ValueError, "bad 7"),
    Fault(faults.raise_odd, UnpicklableError, "faults.OddError: 7 is odd"),
    Fault(faults.return_lock, TypeError, "cannot pickle '_thread.lock' object"),
)
LATE = (
    Fault(faults.loop, TaskTimedOutError, "not done within 0.2 s"),
    Fault(faults.sleep, TaskTimedOutError, "not done within 0.2 s"),
    Fault(faults.hold, TaskTimedOutError, "not done within 0.2 s"),
)
LOST = (
    Fault(faults.kill, WorkerDiedError, "worker ended by signal 9 (Killed)"),
    Fault(faults.crash, WorkerDiedError, "worker ended by signal 11 (Segmentation fault)"),
    Fault(faults.leave, WorkerDiedError, "worker ended with exit status 7"),
    Fault(faults.end, WorkerDiedError, "worker ended with exit status 8"),
    Fault(faults.answer_half, WorkerDiedError, "worker ended with exit status 9"),
    Fault(faults.hoard, OutOfMemoryError, "ran out of memory"),
    Fault(faults.hoard_crumbs, OutOfMemoryError, "ran out of memory"),
)


ABRUPT = LOST[:-1]  # at once, however busy the machine


def name(fault: Fault) -> str:
    return fault.do.__name__


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1, deadline_seconds=DEADLINE_SECONDS, memory_bytes=MEMORY_BYTES) as pool:
        yield pool


# --- one task ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", RAISED, ids=name)
def test_an_exception_is_raised_where_the_result_is_asked_for(pool: Pool, fault: Fault) -> None:
    worker = pool.submit(faults.process).result()
    with pytest.raises(fault.error) as raised:
        pool.submit(fault.do, 7).result()
    assert str(raised.value) == fault.reason
    assert pool.submit(faults.process).result() == worker


def test_an_exception_tells_where_in_the_worker_it_was_raised(pool: Pool) -> None:
    error = pool.submit(faults.raise_value, 7).exception()
    assert error is not None
    assert "in raise_value" in error.__notes__[0]


@pytest.mark.parametrize("fault", LOST, ids=name)
def test_two_workers_are_lost_and_then_the_task(pool: Pool, fault: Fault) -> None:
    lost = pool.submit(fault.do, 7).exception()
    assert type(lost) is fault.error
    assert isinstance(lost, TaskLostError)
    assert str(lost) == f"{fault.reason} (tries: 2)"
    assert pool.submit(faults.double, 7).result() == 14


@pytest.mark.parametrize("fault", LATE, ids=name)
def test_a_task_that_hangs_is_ended_at_its_deadline(fault: Fault) -> None:
    with Pool(1, deadline_seconds=SHORT_SECONDS) as pool:
        started = time.monotonic()
        assert str(pool.submit(fault.do, 7).exception()) == f"{fault.reason} (tries: 2)"
        assert 2 * SHORT_SECONDS <= time.monotonic() - started < 10 * SHORT_SECONDS
        assert pool.submit(faults.double, 7).result() == 14


def test_a_task_that_crashes_once_is_done(pool: Pool, tmp_path: Path) -> None:
    flag = str(tmp_path / "flag")
    assert pool.submit(faults.crash_once, flag).result() == flag


def test_an_argument_that_cannot_be_sent_fails_its_task(pool: Pool) -> None:
    with pytest.raises(TypeError, match="cannot pickle"):
        pool.submit(id, threading.Lock()).result()
    assert pool.submit(faults.double, 7).result() == 14


def test_arguments_and_results_may_be_larger_than_any_buffer(pool: Pool) -> None:
    assert pool.submit(faults.size, bytes(20 << 20)).result() == 20 << 20
    assert len(pool.submit(faults.fill, length=20 << 20).result()) == 20 << 20


def test_a_worker_that_was_killed_between_tasks_is_replaced(pool: Pool) -> None:
    worker = pool.submit(faults.process).result()
    os.kill(worker, signal.SIGKILL)
    assert pool.submit(faults.process).result() != worker


def test_tasks_outlive_the_server_that_workers_are_forked_from(pool: Pool) -> None:
    server = pool.submit(os.getppid).result()
    naps = [DEADLINE_SECONDS / 10] * 3
    futures = [pool.submit(faults.nap, seconds) for seconds in naps]
    os.kill(server, signal.SIGKILL)
    assert [future.result() for future in futures] == naps
    assert pool.submit(os.getppid).result() != server


def test_the_deadline_leaves_out_how_long_a_task_waits() -> None:
    naps = [SHORT_SECONDS / 2] * 4
    with Pool(1, deadline_seconds=SHORT_SECONDS, tries=1) as pool:
        assert list(pool.map(faults.nap, naps)) == naps


def test_memory_that_was_given_back_is_no_debt(pool: Pool) -> None:
    lengths = [MEMORY_BYTES // 2] * 5
    assert list(pool.map(faults.use, lengths)) == lengths


# --- many tasks ----------------------------------------------------------------------------------------------------


def outcomes(pool: Pool, good: int, bad: tuple[Fault, ...]) -> Counter[object]:
    """Mix good and bad tasks, and count what each gives; that of a good one is its own number."""
    tasks = [(faults.double, number) for number in range(good)] + [(fault.do, 7) for fault in bad]
    random.Random(0).shuffle(tasks)
    futures = [pool.submit(do, number) for do, number in tasks]
    errors = [future.exception() for future in futures]
    assert [future.result() for future, error in zip(futures, errors, strict=True) if error is None] == [
        2 * number for do, number in tasks if do is faults.double
    ]
    return Counter(type(error) for error in errors)


def expected(good: int, bad: tuple[Fault, ...]) -> Counter[object]:
    return Counter(fault.error for fault in bad) + Counter({type(None): good})


def test_good_tasks_among_bad_ones_all_come_back_once() -> None:
    bad = 10 * (*RAISED, *ABRUPT, LATE[0])
    with Pool(4, deadline_seconds=SHORT_SECONDS, memory_bytes=MEMORY_BYTES) as pool:
        assert outcomes(pool, 900, bad) == expected(900, bad)


@pytest.mark.long
def test_ten_thousand_tasks_with_a_hundred_bad_ones() -> None:
    bad = 8 * (RAISED + LOST + LATE) + LOST[:4]
    with Pool(2, deadline_seconds=DEADLINE_SECONDS, memory_bytes=MEMORY_BYTES) as pool:
        assert outcomes(pool, 9_900, bad) == expected(9_900, bad)


def test_a_worker_is_replaced_when_worn() -> None:
    with Pool(1, tasks_per_worker=3) as pool:
        workers = [pool.submit(faults.process).result() for _ in range(7)]
    assert [workers.count(worker) for worker in dict.fromkeys(workers)] == [3, 3, 1]


def open_files() -> list[Path]:
    return list(Path("/proc/self/fd").iterdir())


def test_nothing_is_left_of_the_workers() -> None:
    Pool(1).shutdown()  # a process starts the server once
    files, threads = set(open_files()), set(threading.enumerate())
    with Pool(2, tasks_per_worker=3) as pool:
        workers = set(pool.map(faults.process, range(20)))
        lost = [pool.submit(faults.crash).exception() for _ in range(5)]
    assert len(lost) == 5
    assert set(open_files()) <= files  # those of tests before this one may be gone by now
    assert set(threading.enumerate()) <= threads
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


# --- set-up --------------------------------------------------------------------------------------------------------


def test_what_the_initializer_raises_reaches_every_task() -> None:
    with Pool(2, initializer=faults.raise_config) as pool:
        errors = [pool.submit(faults.double, number).exception() for number in range(20)]
    assert {type(error) for error in errors} == {ConfigError}
    assert {str(error) for error in errors} == {"no model 'x' is installed"}


def test_workers_that_crash_while_they_are_set_up_are_not_started_for_ever(tmp_path: Path) -> None:
    with Pool(1, initializer=faults.count_start_and_crash, initargs=(str(tmp_path),)) as pool:
        errors = [pool.submit(faults.double, number).exception() for number in range(20)]
    assert {type(error) for error in errors} == {PoolBrokenError}
    assert str(errors[0]).startswith("no worker can be set up: worker ended by signal 11")
    assert len(list(tmp_path.iterdir())) == 2


def test_a_set_up_that_hangs_is_ended() -> None:
    with Pool(1, initializer=faults.sleep, start_seconds=0.2) as pool, pytest.raises(PoolBrokenError, match=r"0\.2 s"):
        pool.submit(faults.double, 7).result()


def test_a_set_up_may_take_longer_than_a_task() -> None:
    with Pool(1, initializer=faults.nap, initargs=(0.4,), deadline_seconds=0.2) as pool:
        assert pool.submit(faults.double, 7).result() == 14


def test_the_limit_on_memory_is_on_top_of_what_the_set_up_took() -> None:
    with Pool(1, initializer=faults.keep, initargs=(2 * MEMORY_BYTES,), memory_bytes=MEMORY_BYTES) as pool:
        assert pool.submit(faults.use, MEMORY_BYTES // 2).result() == MEMORY_BYTES // 2
        assert type(pool.submit(faults.use, 2 * MEMORY_BYTES).exception()) is OutOfMemoryError


def test_each_worker_is_set_up_once(tmp_path: Path) -> None:
    with Pool(2, initializer=faults.count_start, initargs=(str(tmp_path),)) as pool:
        workers = set(pool.map(faults.process, range(50)))
    assert workers <= {int(path.name) for path in tmp_path.iterdir()}
    assert len(list(tmp_path.iterdir())) <= 2


# --- the end -------------------------------------------------------------------------------------------------------


def test_a_pool_that_is_shut_down_takes_no_tasks() -> None:
    pool = Pool(1)
    pool.shutdown()
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(faults.double, 7)


def test_shutdown_without_waiting_lets_tasks_finish() -> None:
    pool = Pool(1)
    futures = [pool.submit(faults.double, number) for number in range(9)]
    pool.shutdown(wait=False)
    assert [future.result() for future in futures] == [2 * number for number in range(9)]
    pool.shutdown()


def test_a_block_that_is_left_by_an_exception_ends_at_once() -> None:
    def leave_early() -> None:
        with Pool(2, tries=1) as pool:
            futures.extend(pool.submit(faults.sleep) for _ in range(5))
            pool.submit(faults.double, 7)
            time.sleep(0.2)
            raise KeyboardInterrupt

    futures = []
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        leave_early()
    assert time.monotonic() - started < 3
    assert [future.cancelled() for future in futures] == [False, False, True, True, True]
    assert all(isinstance(future.exception(), CancelledError) for future in futures[:2])


# --- other processes -----------------------------------------------------------------------------------------------

SCRIPT = """
import os, sys, time
sys.path.insert(0, {tests!r})
import faults
from pipeline import pool as module
from pipeline.pool import Pool

def triple(number):
    return 3 * number

"""


def script(body: str) -> str:
    return SCRIPT.format(tests=str(TESTS)) + textwrap.dedent(body)


def start(*command: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 -- our own scripts
        [sys.executable, "-W", "error", *command],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def session(leader: int) -> set[int]:
    """Return a process that was started here and its descendants, as far as they live."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, _group, of = stat.read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(of) == leader and state != "Z":
            found.add(int(stat.parent.name))
    return found


def test_a_script_may_have_its_own_functions_done(tmp_path: Path) -> None:
    tool = tmp_path / "tool"  # as a console script is named
    body = "if __name__ == '__main__':\n    with Pool(1) as pool:\n        print(pool.submit(triple, 7).result())\n"
    tool.write_text(script(body))
    assert start(str(tool)).communicate(timeout=20) == ("21\n", "")


PROGRAM = script("with Pool(1) as pool:\n    print(pool.submit(faults.double, 7).result())\n")


@pytest.mark.parametrize(
    ("command", "typed"), [(["-"], PROGRAM), (["-c", PROGRAM], "")], ids=["standard-input", "argument"]
)
def test_a_program_need_not_be_a_file(command: list[str], typed: str) -> None:
    assert start(*command).communicate(typed, timeout=20) == ("14\n", "")


@pytest.mark.parametrize("fault", LATE[1:], ids=name)
def test_no_worker_outlives_its_parent(fault: Fault) -> None:
    body = f"""
    module.GRACE_SECONDS = -19  # workers end themselves after one second, the parent would after twenty
    with Pool(2, deadline_seconds=20) as pool:
        pool.submit(faults.{name(fault)})
        pool.submit(faults.double, 7).result()
        print("at work", flush=True)
        time.sleep(60)
    """
    with start("-c", script(body)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        assert len(session(process.pid)) >= 4  # the parent, the server, two workers
        process.kill()
        give_up = time.monotonic() + 10
        while session(process.pid) and time.monotonic() < give_up:
            time.sleep(0.05)
        assert session(process.pid) == set()


@pytest.mark.parametrize(
    "task", ["pool.submit(faults.sleep).result()", "pool.submit(faults.sleep)"], ids=["in-block", "at-its-end"]
)
@pytest.mark.parametrize("slow", [True, False], ids=["starting", "working"])
def test_ctrl_c_is_for_the_parent_alone(tmp_path: Path, task: str, slow: bool) -> None:  # noqa: FBT001
    (tmp_path / "slow.py").write_text("import time; time.sleep(0.5)")
    body = f"""
    try:
        with Pool(2, preload=["slow"] if {slow} else []) as pool:
            {"pass" if slow else "pool.submit(faults.double, 7).result()"}
            print("ready", flush=True)
            {task}
    except KeyboardInterrupt:
        print("interrupted")
    """
    with start("-c", script(body), PYTHONPATH=str(tmp_path)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=10) == ("interrupted\n", "")


def test_a_machine_that_starts_no_process_breaks_the_pool() -> None:
    body = """
    import resource
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Pool(1) as pool:
        resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")), hard))
        print(repr(pool.submit(faults.double, 7).exception()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    """
    output, errors = start("-c", script(body)).communicate(timeout=20)
    assert "PoolBrokenError" in output
    assert "no worker can be set up: worker not started: [Errno 24] Too many open files" in output
    assert errors == ""
