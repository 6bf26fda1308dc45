"""What tasks of a pool do wrong; workers import it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.records import Article, Reading
    from pipeline.run import Options, Reader

GIBIBYTE = 1 << 30
READING_SECONDS = 0.002
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


def load_reports(_options: Options) -> Reader:
    from pipeline.run import Reader  # noqa: PLC0415

    return Reader(read_report)


def load_poisoned(_options: Options) -> Reader:
    from pipeline.run import Reader  # noqa: PLC0415

    return Reader(read_poisoned)


def load_watched(options: Options) -> Reader:
    """Load the model in a process that tells when it turns to the network."""
    from pipeline.run import load_reader  # noqa: PLC0415

    sys.addaudithook(tell_of_network)
    return load_reader(options)


def tell_of_network(event: str, arguments: tuple[object, ...]) -> None:
    """Write to stderr who is called; an address that is a path, or None, is another process of this machine."""
    if event in NAME_EVENTS or (event in SOCKET_EVENTS and not isinstance(arguments[1], str | bytes | None)):
        os.write(2, f"{event} {arguments}\n".encode())
