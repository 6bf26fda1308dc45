"""What a feed, a sitemap, an OPML file or a list of addresses names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipeline.fetch import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.records import Link

MAX_ENTRIES = 10_000  # of a feed
MAX_ADDRESSES = 50_000  # of anything else; the protocol of sitemaps has it so


class ListingKind(StrEnum):
    """What names the articles; a home page names only feeds."""

    FEED = "feed"
    SITEMAP = "sitemap"
    OPML = "opml"
    URLS = "urls"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing names.

    Attributes:
        links: articles, in the order of the listing.
        listings: addresses of further feeds or sitemaps, or of home pages that may name feeds.
        problems: what was not read of it and why, a line each.
    """

    kind: ListingKind
    title: str = ""
    links: tuple[Link, ...] = ()
    listings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def settle_links(found: Iterator[Link], address: str, *, limit: int) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """Give what a listing names the addresses under which it can be had.

    Args:
        found: with addresses as the listing words them, which may be relative to its own.
        address: of the listing, or its path.
        limit: entries that are read at most.

    Returns:
        The links that can be followed, and the problems with the others.
    """
    links, unusable = [], 0
    for link in islice(found, limit):
        url = absolute(link.url, address)
        if url is None:
            unusable += 1
        else:
            links.append(replace(link, url=url, listing=address))
    problems = [f"{unusable:,} without an http(s) address"] if unusable else []
    if next(found, None) is not None:
        problems.append(f"stopped at {limit:,}")
    return tuple(links), tuple(problems)


def absolute(reference: str, base: str) -> str | None:
    """Return the canonical address that a reference means, or None if it is no http(s) address."""
    address = reference.strip().replace(" ", "%20")
    if not address:
        return None  # would mean the listing itself
    try:
        return canonical(address) or canonical(urljoin(base, address))
    except ValueError:  # "http://[orla"
        return None
