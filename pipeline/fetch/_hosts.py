"""How hosts are spared: one request at a time, a pause after each, patience when asked, and no more after failures."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from pipeline.fetch._answers import FailedError, fetch_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.fetch._answers import FetchOptions
    from pipeline.fetch._http import Reply

MAX_CRAWL_DELAY_SECONDS = 60  # longer ones are cut to this, lest one host holds a run for hours
BACK_OFF_SECONDS = 10  # if a host asks for patience without saying how much
MAX_FAILURES = 3  # in a row


class Host:
    """One host as this run knows it.

    Attributes:
        ready_at: when it may be asked next, on the clock.
    """

    def __init__(self, options: FetchOptions, clock: Callable[[], float], sleep: Callable[[float], object]) -> None:
        self._max_wait_seconds = options.max_wait_seconds
        self._delay_seconds = options.delay_seconds
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._failures = 0
        self._put_off = ""
        self.ready_at = 0.0

    def slow_down(self, seconds: float) -> None:
        """Leave at least so much between two requests."""
        with self._lock:
            more = max(min(seconds, MAX_CRAWL_DELAY_SECONDS) - self._delay_seconds, 0)
            self._delay_seconds += more
            self.ready_at += more

    def ask(self, send: Callable[[], Reply]) -> Reply:
        """Send a request when it is the turn of this host, and once more if it asks for patience.

        Raises:
            FailedError: if the host is not asked any more in this run, or by `send`.
        """
        with self._lock:
            reply = self._ask_once(send)
            patience = _patience(reply)
            if patience is None:
                return reply
            if patience <= self._max_wait_seconds:
                self.ready_at = max(self.ready_at, self._clock() + patience)
                reply = self._ask_once(send)
                if _patience(reply) is None:
                    return reply
            self._put_off = f"the host asks for patience (status {reply.status})"
            raise FailedError(fetch_error(self._put_off, again=True))

    def _ask_once(self, send: Callable[[], Reply]) -> Reply:
        if self._put_off:
            raise FailedError(fetch_error(f"put off to the next run: {self._put_off}", again=True))
        self._sleep(max(self.ready_at - self._clock(), 0))
        try:
            reply = send()
        except FailedError as failure:
            if failure.answer.again:
                self._count_failure()
            raise
        finally:
            self.ready_at = self._clock() + self._delay_seconds
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._count_failure()
        else:
            self._failures = 0
        return reply

    def _count_failure(self) -> None:
        self._failures += 1
        if self._failures == MAX_FAILURES:
            self._put_off = f"it failed {MAX_FAILURES} times in a row"


def _patience(reply: Reply) -> float | None:
    """Return for how many seconds a host asks to be left alone, None if it does not."""
    asks = reply.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
    if not asks and reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    seconds = _retry_after_seconds(reply.headers.get("Retry-After", ""))
    return BACK_OFF_SECONDS if asks and seconds is None else seconds


def _retry_after_seconds(value: str) -> float | None:
    """Read a Retry-After, which is a number of seconds or a date; None if it is neither, or is of the past."""
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = (moment - datetime.now(UTC)).total_seconds()
    return seconds if seconds > 0 else None
