"""What tasks of a pool, articles and signals do to a run; workers import it."""

from __future__ import annotations

import ctypes
import itertools
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn, ParamSpec, TypeVar

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.records import Article, Outcome, Reading
    from pipeline.run import Options, Reader
    from pipeline.store import Input, Result

P = ParamSpec("P")
T = TypeVar("T")

GIBIBYTE = 1 << 30
READING_SECONDS = 0.001
SAVED = "saved "
PATIENCE_SECONDS = 60  # for a command and all its workers to end
SOCKET_EVENTS = ("socket.bind", "socket.connect", "socket.sendmsg", "socket.sendto")
NAME_EVENTS = ("socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname", "socket.getnameinfo")

kept: list[bytearray] = []


def double(number: int) -> int:
    return 2 * number


def process(_number: int = 0) -> int:
    return os.getpid()


def size(content: bytes) -> int:
    return len(content)


def fill(length: int) -> bytes:
    return bytes(length)


def use(length: int) -> int:
    return len(bytes(length))


def nap(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


# --- faults of the task --------------------------------------------------------------------------------------------


class OddError(Exception):
    """Survives no pickling: it is made of two arguments and claims to be made of one."""

    def __init__(self, first: object, second: object) -> None:
        super().__init__(f"{first}\n{second}")


def raise_value(number: int) -> NoReturn:
    message = f"bad {number}"
    raise ValueError(message)


def raise_odd(number: int) -> NoReturn:
    raise OddError(number, "is odd")


def return_lock(_number: int) -> object:
    return threading.Lock()


# --- faults of the worker ------------------------------------------------------------------------------------------


def loop(_number: int = 0) -> NoReturn:
    while True:
        pass


def sleep(_number: int = 0) -> None:
    time.sleep(3600)


def hold(_number: int = 0) -> None:
    """Sleep in C without letting any other thread of the process run."""
    ctypes.PyDLL(None).sleep(3600)


def kill(_number: int = 0) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def crash(_number: int = 0) -> None:
    ctypes.string_at(0)


def leave(_number: int = 0) -> NoReturn:
    os._exit(7)


def end(_number: int = 0) -> NoReturn:
    sys.exit(8)


def answer_half(_number: int = 0) -> NoReturn:
    """End in the middle of a message; the pipe to the parent is the only socket."""
    for path in Path("/proc/self/fd").iterdir():
        if path.is_socket():
            os.write(int(path.name), b"\0\0\1\0half")
    os._exit(9)


def hoard(_number: int = 0) -> NoReturn:
    """Take memory in one go."""
    bytes(GIBIBYTE)
    raise AssertionError


def hoard_crumbs(_number: int = 0) -> NoReturn:
    """Take memory until there is none for the smallest thing."""
    [bytes(400) for _ in range(GIBIBYTE // 400)]
    raise AssertionError


# --- faults that pass ----------------------------------------------------------------------------------------------


def crash_once(flag: str) -> str:
    if not Path(flag).exists():
        Path(flag).touch()
        crash()
    return flag


# --- faults of the set-up ------------------------------------------------------------------------------------------


def raise_config() -> NoReturn:
    message = "no model 'x' is installed"
    raise ConfigError(message)


def keep(length: int) -> None:
    kept.append(bytearray(length))


def count_start(folder: str) -> None:
    (Path(folder) / str(os.getpid())).touch()


def count_start_and_crash(folder: str) -> None:
    count_start(folder)
    crash()


# --- readers in place of the model ---------------------------------------------------------------------------------
#
# What they need is imported late: workers of other tests import this file too.


def read_report(article: Article) -> Reading:
    """Find as many events as the number in the title tells: none, one or two."""
    from pipeline.records import Event, EventType, Outcome, Reading, RecordType, content_id  # noqa: PLC0415

    time.sleep(READING_SECONDS)
    number = int(article.title.rpartition(" ")[2]) % 3
    events = tuple(
        Event(
            content_id("ev", article.article_id, index),
            article.article_id,
            RecordType.INCIDENT,
            EventType.ACCIDENT,
            article.paragraphs[0],
        )
        for index in range(number)
    )
    return Reading(article, events=events, outcome=Outcome.OK if events else Outcome.NO_INCIDENT)


def read_poisoned(article: Article) -> Reading:
    """Do to the worker what the source of the article tells."""
    if article.source in POISONS:
        POISONS[article.source]()
    return read_report(article)


def raise_error() -> NoReturn:
    message = "a rule failed"
    raise ValueError(message)


def hoard_more() -> NoReturn:
    """Take more than reading an article may."""
    bytes(4 * GIBIBYTE)
    raise AssertionError


POISONS = {"raises": raise_error, "hangs": sleep, "is killed": kill, "crashes": crash, "hoards": hoard_more}


def read_nothing(article: Article) -> Reading:
    """Find no event in any article."""
    from pipeline.records import Outcome, Reading  # noqa: PLC0415

    return Reading(article, outcome=Outcome.NO_INCIDENT)


def load_reports(_options: Options) -> Reader:
    from pipeline.run import Reader  # noqa: PLC0415

    return Reader(read_report)


def load_idle(_options: Options) -> Reader:
    from pipeline.run import Reader  # noqa: PLC0415

    return Reader(read_nothing)


def load_poisoned(_options: Options) -> Reader:
    from pipeline.run import Reader  # noqa: PLC0415

    return Reader(read_poisoned)


def load_watched(options: Options) -> Reader:
    """Load the model in a process that tells when it turns to the network."""
    from pipeline.run._read import load_reader  # noqa: PLC0415

    sys.addaudithook(tell_of_network)
    return load_reader(options)


def tell_of_network(event: str, arguments: tuple[object, ...]) -> None:
    """Write to stderr who is called; an address that is a path, or None, is another process of this machine."""
    if event in NAME_EVENTS or (event in SOCKET_EVENTS and not isinstance(arguments[1], str | bytes | None)):
        os.write(2, f"{event} {arguments}\n".encode())


# --- a command that is struck by a signal --------------------------------------------------------------------------


class Strike(NamedTuple):
    """A signal that the command gets some seconds after a step, alone or with all its processes.

    A step is an article saved, a row exported, or a table put in place; the one before the first is number 0.
    """

    signal: int
    step: int
    seconds: float = 0
    to_all: bool = False

    def send(self) -> None:
        reach = os.killpg if self.to_all else os.kill
        if self.seconds:
            timer = threading.Timer(self.seconds, reach, (os.getpid(), self.signal))
            timer.daemon = True
            timer.start()
        else:
            reach(os.getpid(), self.signal)


def run_incidents(*arguments: str, load: Callable[[Options], Reader], strike: Strike | None = None) -> NoReturn:
    """Run the command with another reader, and write to stdout which articles it has saved."""
    import pipeline.run  # noqa: PLC0415
    from pipeline.cli import main  # noqa: PLC0415
    from pipeline.store import Store  # noqa: PLC0415
    from pipeline.table import TableWriter  # noqa: PLC0415

    steps = itertools.count()

    def step() -> None:
        if next(steps) == (strike and strike.step):
            strike.send()

    def counted(method: Callable[P, T]) -> Callable[P, T]:
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            result = method(*args, **kwargs)
            step()
            return result

        return call

    save_quietly = Store.save

    def save(store: Store, entry: Input, result: Result) -> Outcome:
        outcome = save_quietly(store, entry, result)
        os.write(1, f"{SAVED}{entry.input_id}\n".encode())
        return outcome

    Store.save, TableWriter.add, Path.replace = counted(save), counted(TableWriter.add), counted(Path.replace)
    pipeline.run.load_reader = load
    if load is not load_watched:
        pipeline.run.PRELOADED = ("pipeline.run",)  # the others need no spaCy
    sys.addaudithook(tell_of_network)
    sys.argv = ["incidents", *arguments]
    step()
    main()


def serve() -> None:
    """Run the command for each line of stdin, in a fork of this process, which has imported all that it needs.

    What it and its workers write, and in the end its exit status, is a line of JSON, written when all have ended.
    """
    import pipeline.run  # noqa: F401, PLC0415

    for line in sys.stdin:
        load, strike, *arguments = json.loads(line)
        signal.alarm(PATIENCE_SECONDS)
        ours, theirs = os.pipe()
        process = os.fork()
        if process == 0:
            os.setsid()
            for stream in (1, 2):
                os.dup2(theirs, stream)
            run_incidents(*arguments, load=globals()[load], strike=strike and Strike(*strike))
        os.close(theirs)
        with os.fdopen(ours) as stream:
            told = stream.read().splitlines()
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        sys.stdout.write(json.dumps([*told, status]) + "\n")
        sys.stdout.flush()
