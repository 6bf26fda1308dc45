"""Feeds, sitemaps, lists and addresses -> pages, with what the store remembers of the last visit.

First all listings are asked, and what they name is saved; then the articles are fetched that are new, that could not
be had before, or that their listing says have changed. So a run that is killed loses no article of a feed that will
answer "not modified" the next time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.fetch import Fetched, NotFetched, Request
from pipeline.pool import TaskLostError
from pipeline.records import Link, Outcome, Page, Rejected
from pipeline.sources import Listing, ListingKind, SourceKind, find_feeds, read_file, read_listing
from pipeline.store import Input, Result, Visit, key_of_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from pipeline.fetch import Fetcher
    from pipeline.sources import Source
    from pipeline.store import Store

STAGE = "fetch"
MAX_DEPTH = 4  # of lists of lists: OPML, home page, sitemap index, sitemap
# path of a home page, or of that in one of its languages
HOME = re.compile(r"/?(?:[a-z]{2}/?)?(?:index\.\w{3,5})?", re.IGNORECASE)
HTML_TYPES = ("", "text/html", "application/xhtml+xml", "application/xml", "text/xml")
TEXT_TYPE = "text/plain"


@dataclass(frozen=True, slots=True)
class Settled:
    """An input that needs no reading, and that the store knows of."""

    input_id: str
    outcome: Outcome


class Crawl:
    """The web as one run sees it.

    Args:
        executor: runs the parsing of listings, which hostile ones can make slow.
    """

    def __init__(self, store: Store, fetcher: Fetcher, executor: Executor, sources: Sequence[Source]) -> None:
        self.store = store
        self.fetcher = fetcher
        self.executor = executor
        self.files = tuple(source for source in sources if source.kind is SourceKind.LISTING)
        self.given = dict.fromkeys(source.name for source in sources if source.kind is SourceKind.WEB)

    def items(self) -> Iterator[Input | Settled]:
        """Yield every article behind the sources, and every listing that gave none."""
        yield from self._visit()
        yield from self.store.outdated()
        yield from self._fetch_articles()

    # --- listings --------------------------------------------------------------------------------------------------

    def _visit(self) -> Iterator[Input | Settled]:
        """Ask the listings, and the listings that they name in turn."""
        wave = list(self.given)
        for source in self.files:
            content = read_file(source.name, source.path) if source.path else b""
            if isinstance(content, Rejected):
                yield self._note(Visit(source.name, outcome=content.outcome, error=content.reason))
            else:
                yield from self._take(source.name, Fetched(source.name, content), wave, is_listing=True)
        met = set(wave)
        for _ in range(MAX_DEPTH):
            named: list[str] = []
            requests = [Request(address, *self.store.tags_of(address)) for address in wave]
            for request, answer in self.fetcher.fetch_all(requests):
                yield from self._take(request.url, answer, named, is_listing=request.url not in self.given)
            wave = [address for address in dict.fromkeys(named) if address not in met]
            met.update(wave)
        for address in wave:
            yield self._note(Visit(address, outcome=Outcome.FEED_ERROR, error="lists of lists are nested too deep"))

    def _take(
        self, address: str, answer: Fetched | NotFetched, named: list[str], *, is_listing: bool
    ) -> Iterator[Input | Settled]:
        """Take the answer of an address that may be a listing; what it lists in turn is added to `named`."""
        is_listing = is_listing or self.store.knows_listing(address)
        if isinstance(answer, NotFetched):
            yield self._refused(address, answer, is_listing=is_listing)
            return
        try:
            listing = self.executor.submit(parse_listing, answer).result()
        except TaskLostError as error:
            yield self._note(Visit(address, outcome=Outcome.FEED_ERROR, error=str(error)))
            return
        if listing is not None:
            named.extend(listing.listings)
            yield from self._add(address, answer, listing)
        elif is_listing:
            reason = "neither a feed nor a sitemap nor a list of addresses"
            yield self._note(Visit(address, outcome=Outcome.FEED_ERROR, error=reason))
        else:
            self.store.forget_listing(address)
            yield _article(self.store.link_of(address), answer)

    def _refused(self, address: str, answer: NotFetched, *, is_listing: bool) -> Settled:
        key = key_of_link(Link(address))
        if not is_listing and self.store.has_read(key):
            return Settled(address, self._keep(key, answer))
        lost = answer.outcome is Outcome.FETCH_ERROR and is_listing
        error = "" if answer.outcome is Outcome.NOT_MODIFIED else answer.reason
        return self._note(Visit(address, outcome=Outcome.FEED_ERROR if lost else answer.outcome, error=error))

    def _add(self, address: str, answer: Fetched, listing: Listing) -> Iterator[Settled]:
        empty = not listing.links and not listing.listings
        outcome = (Outcome.FEED_ERROR if listing.problems else Outcome.NO_TEXT) if empty else None
        visit = Visit(
            address,
            kind=listing.kind,
            title=listing.title,
            # What is behind a list of lists may change although it does not, and what was not read may be.
            etag="" if listing.listings or listing.problems else answer.etag,
            last_modified="" if listing.listings or listing.problems else answer.last_modified,
            links=len(listing.links),
            outcome=outcome,
            error="; ".join(listing.problems) or ("it names no article" if empty else ""),
        )
        for url, settled in self.store.add_visit(visit, listing.links).items():
            if url not in self.given:  # which is asked for by itself
                yield Settled(url, settled)
        if outcome is not None:
            yield Settled(address, outcome)

    def _note(self, visit: Visit) -> Settled:
        """Note a visit that gave nothing."""
        self.store.add_visit(visit)
        return Settled(visit.address, visit.outcome or Outcome.OK)

    def _keep(self, key: str, answer: NotFetched) -> Outcome:
        reason = "" if answer.outcome is Outcome.NOT_MODIFIED else answer.reason
        return self.store.keep(key, reason=reason, again=answer.again)

    # --- articles --------------------------------------------------------------------------------------------------

    def _fetch_articles(self) -> Iterator[Input | Settled]:
        waiting = {found.url: found for found in self.store.waiting() if found.url not in self.given}
        requests = [Request(url, found.etag, found.last_modified) for url, found in waiting.items()]
        for request, answer in self.fetcher.fetch_all(requests):
            found = waiting[request.url]
            if isinstance(answer, Fetched):
                yield _article(self.store.link_of(request.url), answer)
            elif found.read or answer.outcome is Outcome.NOT_MODIFIED:
                kept = self._keep(found.key, answer)
                yield self.store.saved(found.key) if found.read and found.outdated else Settled(request.url, kept)
            else:
                yield _missing(self.store.link_of(request.url), answer)


def parse_listing(answer: Fetched) -> Listing | None:
    """Return what an answer lists; of a home page, its feeds; None if it is something else."""
    try:
        return _parse_listing(answer)
    except Exception as error:  # noqa: BLE001 -- whatever it provokes in a library must not end the run
        return Listing(ListingKind.FEED, problems=(f"cannot be read ({type(error).__name__}: {error})",))


def _parse_listing(answer: Fetched) -> Listing | None:
    listing = read_listing(answer.content, address=answer.url, charset=answer.charset)
    if listing is None and HOME.fullmatch(urlsplit(answer.url).path):
        feeds = find_feeds(answer.content, answer.url, answer.charset)
        return Listing(ListingKind.HOME, listings=feeds) if feeds else None
    return listing


def _article(link: Link, answer: Fetched) -> Input:
    """Return the page behind a link, or why it is none."""
    entry = Input(key_of_link(link), link.url, link=link, etag=answer.etag, last_modified=answer.last_modified)
    if answer.content_type not in (*HTML_TYPES, TEXT_TYPE):
        return _missing(link, NotFetched(Outcome.PARSE_ERROR, f"no page of text but {answer.content_type}"))
    page = Page(
        link.url,
        answer.content,
        is_html=answer.content_type != TEXT_TYPE,
        url=link.url,
        title=link.title,
        source=link.source,
        published=link.published,
        charset=answer.charset,
    )
    return replace(entry, page=page)


def _missing(link: Link, answer: NotFetched) -> Input:
    """Return what the listing itself holds of an article whose page could not be had, or why there is nothing."""
    if link.text:
        return from_listing(link, reason=answer.reason, again=answer.again)
    failure = Result(answer.outcome, stage=STAGE, reason=answer.reason)
    return Input(key_of_link(link), link.url, link=link, failure=failure, again=answer.again)


def from_listing(link: Link, *, reason: str, again: bool = False) -> Input:
    """Return what a listing itself holds of an article, which is often its first paragraph only.

    Args:
        link: has a text.
        reason: why that is read, and not the page.
        again: whether a later run should ask for the page.
    """
    page = Page(
        link.url,
        link.text,
        is_html=False,
        url=link.url,
        title=link.title,
        source=link.source,
        authors=link.authors,
        published=link.published,
        from_feed=True,
    )
    return Input(key_of_link(link), link.url, page, link=link, reason=reason, again=again)
