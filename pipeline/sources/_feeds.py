"""RSS and Atom feeds -> the articles that they name, with what they tell of them."""

from __future__ import annotations

import io
import re
from itertools import islice
from typing import TYPE_CHECKING
from xml.sax import SAXException

import feedparser

from pipeline.records import Link
from pipeline.sources._fields import record, records, string
from pipeline.sources._links import MAX_ENTRIES, Listing, ListingKind, settle_links
from pipeline.sources._text import drop_long_tags, longest, mend_references, one_line, plain_text, tidy

if TYPE_CHECKING:
    from pipeline.sources._fields import Fields

ENTRY = re.compile(r"<(?:[\w.-]{1,30}:)?(?:item|entry)[\s/>]", re.IGNORECASE)
# What we hand over is UTF-8. The parser is not told the address of the feed, since it would resolve every element
# against it, which takes half of its time.
HEADERS = {"content-type": "application/xml; charset=utf-8"}
MARKUP_TYPES = {"text/html", "application/xhtml+xml"}


def read_feed(markup: str, address: str) -> Listing:
    """Read a feed.

    Args:
        markup: from the tag of its root on. What stands before it (a declaration, entities) can keep the parser busy
            for minutes, and tells nothing that is needed.
        address: of the feed, or its path.
    """
    try:
        parsed = _parse(_first_entries(mend_references(drop_long_tags(markup))))
    except Exception as error:  # noqa: BLE001 -- the parser lets through whatever it stumbles upon
        return Listing(ListingKind.FEED, problems=(f"cannot be read: {one_line(str(error))}",))
    title = one_line(_plain(record(parsed.feed, "title_detail")))
    is_atom = parsed.version.startswith("atom")
    entries = (_read_entry(entry, title, is_atom=is_atom) for entry in parsed.entries)
    links, problems = settle_links(entries, address, limit=MAX_ENTRIES)
    return Listing(ListingKind.FEED, title=title, links=links, problems=_faults(parsed) + problems)


def _parse(markup: str) -> feedparser.FeedParserDict:
    # Never the text itself: the parser would take it for the name of a file, or for an address, and open it.
    file = io.BytesIO(markup.encode())
    return feedparser.parse(file, response_headers=HEADERS, sanitize_html=False, resolve_relative_uris=False)


def _first_entries(markup: str) -> str:
    """Cut a feed after one entry more than is read, so that it shows that there were more."""
    further = next(islice(ENTRY.finditer(markup), MAX_ENTRIES + 1, None), None)
    if further is None:
        return markup
    root = markup[1:].split(maxsplit=1)[0].partition(">")[0]
    ends = "</channel></rss>" if root.lower() == "rss" else f"</{root}>"
    return markup[: further.start()] + ends


def _faults(parsed: feedparser.FeedParserDict) -> tuple[str, ...]:
    fault = parsed.get("bozo_exception")
    return (f"not well-formed: {fault.getMessage()}",) if isinstance(fault, SAXException) else ()


def _read_entry(entry: Fields, outlet: str, *, is_atom: bool) -> Link:
    updated = string(entry, "updated")
    return Link(
        url=_address_of(entry),
        title=one_line(_plain(record(entry, "title_detail"))),
        source=one_line(string(record(entry, "source"), "title")) or outlet,
        authors=_authors_of(entry),
        # RSS has one date, which the parser files under the one or the other name.
        published=one_line(string(entry, "published") or ("" if is_atom else updated)),
        updated=one_line(updated),
        text=_text_of(entry),
    )


def _address_of(entry: Fields) -> str:
    """Return the address as the entry words it; an identifier (`<guid>item-7</guid>`) is none, though it could be."""
    address = string(entry, "feedburner_origlink") or string(entry, "link")
    is_identifier = address == string(entry, "id") and "://" not in address
    return "" if is_identifier else address


def _authors_of(entry: Fields) -> tuple[str, ...]:
    names = (one_line(string(author, "name")) for author in records(entry, "authors"))
    return tuple(dict.fromkeys(name for name in names if name))


def _text_of(entry: Fields) -> str:
    """Return the fullest of the texts: some feeds have the article as its summary, others beside it."""
    return longest(*map(_plain, (record(entry, "summary_detail"), *records(entry, "content"))))


def _plain(construct: Fields) -> str:
    """Return what a text construct (a title, a summary) says; pictures are constructs too, and say nothing."""
    kind, value = string(construct, "type"), string(construct, "value")
    if kind in MARKUP_TYPES:
        return plain_text(value)
    return tidy(value) if kind == "text/plain" else ""
