"""OPML files and plain lists of addresses -> what they name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.records import Link
from pipeline.sources._links import MAX_ADDRESSES, Listing, ListingKind, settle_links
from pipeline.sources._text import one_line
from pipeline.sources._xml import Elements

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def read_opml(markup: str, address: str) -> Listing:
    """Read the feeds that an OPML file names, in folders or not; where no feed is named, the home page is."""
    title = next((one_line(element.text or "") for element in Elements(markup, "title")), "")
    outlines = Elements(markup, "outline")
    named = (name for outline in outlines if (name := _address_of(outline.items())))
    links, problems = settle_links(map(Link, named), address, limit=MAX_ADDRESSES)
    feeds = tuple(dict.fromkeys(link.url for link in links))
    return Listing(ListingKind.OPML, title=title, listings=feeds, problems=outlines.problems + problems)


def _address_of(attributes: list[tuple[str, str]]) -> str:
    """Return the address that an outline names, in whatever case; that of a folder is blank."""
    values = {name.lower(): one_line(value) for name, value in attributes}
    return values.get("xmlurl") or values.get("htmlurl") or ""


def read_urls(text: str, address: str) -> Listing:
    """Read the articles that a list names."""
    links, problems = settle_links(map(Link, _lines(text)), address, limit=MAX_ADDRESSES)
    return Listing(ListingKind.URLS, links=links, problems=problems)


def looks_like_urls(text: str) -> bool:
    """Tell whether each line of a text is a web address, blank or a remark that starts with #."""
    lines = tuple(_lines(text))
    return bool(lines) and all(map(ADDRESS.fullmatch, lines))


def _lines(text: str) -> Iterator[str]:
    for line in text.removeprefix("\ufeff").splitlines():
        if (address := line.strip()) and not address.startswith("#"):
            yield address
