"""Sitemaps, news sitemaps and indexes of sitemaps -> what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.records import Link
from pipeline.sources._links import MAX_ADDRESSES, Listing, ListingKind, settle_links
from pipeline.sources._text import one_line
from pipeline.sources._xml import Elements, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element


def read_sitemap(markup: str, address: str) -> Listing:
    """Read the articles that a sitemap names."""
    elements = Elements(markup, "url")
    links, problems = settle_links(map(_read_url, elements), address, limit=MAX_ADDRESSES)
    return Listing(ListingKind.SITEMAP, links=links, problems=elements.problems + problems)


def read_index(markup: str, address: str) -> Listing:
    """Read the sitemaps that an index names."""
    elements = Elements(markup, "sitemap")
    links, problems = settle_links(map(_read_url, elements), address, limit=MAX_ADDRESSES)
    sitemaps = tuple(dict.fromkeys(link.url for link in links))
    return Listing(ListingKind.SITEMAP, listings=sitemaps, problems=elements.problems + problems)


def _read_url(element: _Element) -> Link:
    return Link(
        url=_text(element, "loc"),
        title=_text(element, "news", "title"),
        source=_text(element, "news", "publication", "name"),
        published=_text(element, "news", "publication_date"),
        updated=_text(element, "lastmod"),
    )


def _text(element: _Element, *path: str) -> str:
    """Return the text at the end of a path of children; the location of an image is none of the article."""
    for name in path:
        child = next((child for child in element if local_name(child) == name), None)
        if child is None:
            return ""
        element = child
    return one_line(element.text or "")
