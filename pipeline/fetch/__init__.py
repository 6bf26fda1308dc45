"""Address -> bytes: the only module that touches the network. Polite to hosts, and wary of what they answer.

No proxy is used: it would look up hosts itself, unseen by the guard against private addresses. Every port is asked:
a request holds nothing of its address that another protocol would take for a command, and papers are served on odd
ports. A redirect from https to http is followed, as browsers do: the paper itself says so, over https, and the address
that is kept tells it.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
import urllib.request
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

from pipeline import __version__
from pipeline.errors import ConfigError
from pipeline.fetch._addresses import canonical, host_of, look_up, parse, without_userinfo
from pipeline.fetch._answers import FailedError, Fetched, FetchOptions, NotFetched, Request, fetch_error
from pipeline.fetch._hosts import Host
from pipeline.fetch._http import Allowance, Client
from pipeline.fetch._queues import Queues
from pipeline.fetch._robots import MAX_ROBOTS_BYTES, PRODUCT, Robots
from pipeline.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Future

    from urllib3.util import Url

    from pipeline.fetch._addresses import Resolve
    from pipeline.fetch._http import Reply

__all__ = ["FetchOptions", "Fetched", "Fetcher", "NotFetched", "Request", "canonical", "without_userinfo"]

MAX_REDIRECTS = 5
MAX_CONNECTIONS = 8  # at once; also how many bodies may wait for the caller
REDIRECTS = {301, 302, 303, 307, 308}
WORTH_ANOTHER_TRY = {304, 408, 425, 429}  # beside all from 500; 304 is a lie if nothing was asked

log = logging.getLogger(__name__)


class Fetcher:
    """Fetches pages, for one run: what it learns of hosts (their rules, their failures) holds until it is closed."""

    def __init__(
        self,
        options: FetchOptions | None = None,
        *,
        resolve: Resolve = look_up,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._options = options or FetchOptions()
        self._closed = threading.Event()
        self._clock = clock
        self._sleep = sleep or self._closed.wait
        self._client = Client(self._options, _agent(self._options.contact), resolve)
        self._robots = Robots(self._get_robots)
        self._lock = threading.Lock()
        self._hosts: dict[str, Host] = {}
        _warn_of_proxies()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all that is under way, in other threads too; whatever is asked for from now on is not fetched."""
        self._closed.set()
        self._client.close()

    def fetch(self, request: Request) -> Fetched | NotFetched:
        """Fetch a page when it is the turn of its host."""
        try:
            return self._fetch(request)
        except FailedError as failure:
            return failure.answer
        except Exception as error:
            log.info("%s", without_userinfo(request.url), exc_info=error)
            return fetch_error(f"the answer cannot be understood ({type(error).__name__})")

    def fetch_all(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Fetched | NotFetched]]:
        """Fetch pages, those of a host one after the other and the hosts side by side, in the order of completion.

        New requests are sent only while the caller asks for answers. A caller who stops asking closes the fetcher.
        """
        queues = Queues(requests)
        running: dict[Future[Fetched | NotFetched], tuple[str, Request]] = {}
        pool = ThreadPoolExecutor(MAX_CONNECTIONS)
        try:
            while queues or running:
                pause = self._start_ready(pool, queues, running)
                if not running:
                    self._sleep(pause or 0)
                    continue
                done, _ = wait(running, pause, FIRST_COMPLETED)
                if done:  # one at a time, so that others start before the caller works on it
                    future = done.pop()
                    name, request = running.pop(future)
                    queues.give_back(name, self._host(name).ready_at)
                    yield request, future.result()
        except BaseException:
            self.close()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _start_ready(
        self,
        pool: ThreadPoolExecutor,
        queues: Queues,
        running: dict[Future[Fetched | NotFetched], tuple[str, Request]],
    ) -> float | None:
        """Start what may be started, and return the seconds until more may be, None if that is not known."""
        while queues and len(running) < MAX_CONNECTIONS:
            pause = queues.ready_at - self._clock()
            if pause > 0 and not self._closed.is_set():
                return pause
            name, request = queues.take()
            running[pool.submit(self.fetch, request)] = name, request
        return None

    # --- one page --------------------------------------------------------------------------------------------------

    def _fetch(self, request: Request) -> Fetched:
        conditions = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
        headers = {name: value for name, value in conditions.items() if value and _is_sendable(value)}
        check = None if self._options.ignore_robots else self._check_robots
        url, reply = self._follow(parse(request.url), headers, self._options.max_bytes, check)
        if reply.status == HTTPStatus.NOT_MODIFIED and headers:
            raise FailedError(NotFetched(Outcome.NOT_MODIFIED, "not modified since it was last read"))
        if reply.status != HTTPStatus.OK:
            again = reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status in WORTH_ANOTHER_TRY
            raise FailedError(fetch_error(f"status {reply.status}", again=again))
        if not reply.is_whole:
            reason = f"larger than {self._options.max_bytes:,} bytes"
            raise FailedError(NotFetched(Outcome.TOO_LARGE, reason))
        if not reply.content:
            raise FailedError(fetch_error("the body is empty", again=True))
        return _fetched(url, reply)

    def _follow(
        self, url: Url, headers: Mapping[str, str], max_bytes: int, check: Callable[[Url], None] | None
    ) -> tuple[Url, Reply]:
        """Ask for an address and then for what it redirects to; each is looked at as if the caller had given it."""
        allowance = Allowance(self._options.deadline_seconds)
        for _ in range(MAX_REDIRECTS + 1):
            if check:
                check(url)
            send = functools.partial(self._client.get, url, allowance, max_bytes=max_bytes, headers=headers)
            reply = self._host(host_of(url)).ask(send)
            if reply.status not in REDIRECTS:
                return url, reply
            url = _redirect(url, reply)
        raise FailedError(fetch_error(f"more than {MAX_REDIRECTS} redirects"))

    def _check_robots(self, url: Url) -> None:
        self._host(host_of(url)).slow_down(self._robots.check(url))

    def _get_robots(self, url: Url) -> Reply:
        _, reply = self._follow(url, {}, MAX_ROBOTS_BYTES, None)
        return reply

    def _host(self, name: str) -> Host:
        with self._lock:
            if name not in self._hosts:
                self._hosts[name] = Host(self._options, self._clock, self._sleep)
            return self._hosts[name]


def _redirect(url: Url, reply: Reply) -> Url:
    location = reply.headers.get("Location", "").strip()
    if not location:
        raise FailedError(fetch_error(f"status {reply.status} without an address"))
    location = location.encode("latin-1").decode("utf-8", "replace")  # heads are latin-1, addresses UTF-8
    try:
        return parse(urljoin(url.url, location.replace(" ", "%20")))
    except (FailedError, ValueError) as error:
        raise FailedError(fetch_error("redirected to an address of a kind that is not fetched")) from error


def _fetched(url: Url, reply: Reply) -> Fetched:
    headers = reply.headers
    return Fetched(
        url=url.url,
        content=reply.content,
        content_type=headers.get_content_type() if "Content-Type" in headers else "",
        charset=headers.get_content_charset() or "",
        etag=headers.get("ETag", ""),
        last_modified=headers.get("Last-Modified", ""),
    )


def _agent(contact: str) -> str:
    if not _is_sendable(contact):
        message = "contact: give an e-mail or web address in plain ASCII characters"
        raise ConfigError(message)
    return f"{PRODUCT}/{__version__}" + (f" (contact: {contact})" if contact else "")


def _is_sendable(value: str) -> bool:
    return value.isascii() and value.isprintable()


@functools.cache  # once is enough
def _warn_of_proxies() -> None:
    if {"http", "https", "all"} & urllib.request.getproxies().keys():  # there may be a lone no_proxy
        log.warning("the proxy that the environment names is not used: behind it, private addresses cannot be told")
