"""What robots.txt lets this program do (RFC 9309)."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from protego import Protego

from pipeline.fetch._answers import FailedError, NotFetched
from pipeline.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from urllib3.util import Url

    from pipeline.fetch._http import Reply

PRODUCT = "incidents-from-news"  # what a robots.txt calls this program by
MAX_ROBOTS_BYTES = 500 * 1024  # as RFC 9309 says; what comes after is not read


@dataclass(slots=True)
class _Origin:
    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: Protego | NotFetched | None = None


class Robots:
    """The robots.txt of every origin that is met, asked for once each."""

    def __init__(self, get: Callable[[Url], Reply]) -> None:
        self._get = get
        self._lock = threading.Lock()
        self._origins: dict[tuple[str | None, str | None], _Origin] = {}

    def check(self, url: Url) -> float:
        """Return the seconds that the host wants between two requests, 0 if it says nothing of it.

        Raises:
            FailedError: if the address may not be asked for, or if nobody could say whether it may.
        """
        with self._lock:
            origin = self._origins.setdefault((url.scheme, url.netloc), _Origin())
        with origin.lock:
            if origin.rules is None:
                origin.rules = self._load(url._replace(path="/robots.txt", query=None, fragment=None))
            rules = origin.rules
        if isinstance(rules, NotFetched):
            raise FailedError(rules)
        if not rules.can_fetch(url.url, PRODUCT):
            raise FailedError(NotFetched(Outcome.SKIPPED_ROBOTS, "robots.txt does not allow it"))
        return rules.crawl_delay(PRODUCT) or 0

    def _load(self, url: Url) -> Protego | NotFetched:
        try:
            reply = self._get(url)
        except FailedError as failure:
            if failure.answer.again:
                return NotFetched(failure.answer.outcome, f"robots.txt: {failure.answer.reason}", again=True)
            return Protego.parse("")  # it leads nowhere, in a circle, or where nobody may go: as if there were none
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return NotFetched(Outcome.SKIPPED_ROBOTS, f"robots.txt: status {reply.status}", again=True)
        return Protego.parse(reply.content.decode("utf-8-sig", "replace"))  # nothing was read if it is not there
