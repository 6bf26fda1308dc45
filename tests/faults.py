"""What tasks of a pool do wrong; workers import it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

from pipeline.errors import ConfigError

GIBIBYTE = 1 << 30

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
