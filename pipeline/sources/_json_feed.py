"""JSON feeds (jsonfeed.org, 1.0 and 1.1) -> the articles that they name, with what they tell of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.records import Link
from pipeline.sources._fields import is_fields, record, records, string
from pipeline.sources._links import MAX_ENTRIES, Listing, ListingKind, settle_links
from pipeline.sources._text import longest, one_line, plain_text, tidy

if TYPE_CHECKING:
    from pipeline.sources._fields import Fields

VERSION = "jsonfeed.org/version/"


def read_json_feed(text: str, address: str) -> Listing | None:
    """Read a JSON feed, or return None if the text is something else."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or brackets nested 100,000 deep
        return None
    if not is_fields(feed) or VERSION not in string(feed, "version"):
        return None
    title = one_line(string(feed, "title"))
    links = (_read_item(item, feed, title) for item in records(feed, "items"))
    settled, problems = settle_links(links, address, limit=MAX_ENTRIES)
    return Listing(ListingKind.FEED, title=title, links=settled, problems=problems)


def _read_item(item: Fields, feed: Fields, outlet: str) -> Link:
    plain = (string(item, "content_text"), string(item, "summary"))
    return Link(
        url=string(item, "url") or string(item, "external_url"),
        title=one_line(string(item, "title")),
        source=outlet,
        authors=_authors_of(item) or _authors_of(feed),
        published=one_line(string(item, "date_published")),
        updated=one_line(string(item, "date_modified")),
        text=longest(plain_text(string(item, "content_html")), *map(tidy, plain)),
    )


def _authors_of(fields: Fields) -> tuple[str, ...]:
    """Return the names of the authors; version 1.0 knows only one."""
    authors = records(fields, "authors") or (record(fields, "author"),)
    return tuple(name for author in authors if (name := one_line(string(author, "name"))))
