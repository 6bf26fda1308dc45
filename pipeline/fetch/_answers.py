"""What goes into a fetch and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Outcome


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How pages are fetched; every default is the safe and polite one.

    Attributes:
        allow_private: whether hosts on loopback, private and link-local addresses may be asked.
        ignore_robots: whether robots.txt is not asked for.
        insecure: whether TLS certificates are taken unchecked.
        contact: an e-mail or web address that servers are told.
        deadline_seconds: of a whole request, redirects included, the waits for its turn not.
        max_bytes: of a body, as sent and as decoded.
        delay_seconds: from the end of one request to a host to the start of the next.
        max_wait_seconds: longest time that a host may ask to be left alone before it is put off to the next run.
    """

    allow_private: bool = False
    ignore_robots: bool = False
    insecure: bool = False
    contact: str = ""
    deadline_seconds: float = 30
    max_bytes: int = 10_000_000
    delay_seconds: float = 1
    max_wait_seconds: float = 60


@dataclass(frozen=True, slots=True)
class Request:
    """An address to fetch, and what its server said of the version that is already known."""

    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole body, decoded.

    Attributes:
        url: where it was found in the end, redirects followed.
        content_type: such as `text/html`, or blank if the server names none.
        charset: as declared in the header, in lower case, or blank.
        etag: for the next `Request`, as is `last_modified`.
    """

    url: str
    content: bytes
    content_type: str = ""
    charset: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Why there is no body.

    Attributes:
        outcome: one of not_modified, skipped_robots, fetch_error, too_large.
        reason: for people; holds neither user names nor queries.
        again: whether a later run should try once more.
    """

    outcome: Outcome
    reason: str
    again: bool = False


def fetch_error(reason: str, *, again: bool = False) -> NotFetched:
    """Make the answer of the common kind."""
    return NotFetched(Outcome.FETCH_ERROR, reason, again)


class FailedError(Exception):
    """Carries an answer from where a fetch fails to who asked for it; never leaves this package."""

    def __init__(self, answer: NotFetched) -> None:
        super().__init__(answer.reason)
        self.answer = answer
