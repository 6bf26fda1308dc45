"""The feeds that a page names in its head."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.sources._links import absolute
from pipeline.sources._text import decode, drop_long_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
COMMENTS = re.compile(r"/comments?/|\bcomments feed\b", re.IGNORECASE)  # they name no articles


def find_feeds(html: bytes, address: str, charset: str = "") -> tuple[str, ...]:
    """Return the addresses of the feeds that a page names, those of comments left out."""
    parser = etree.HTMLParser(encoding="utf-8")
    tree = etree.fromstring(f"<html>{drop_long_tags(decode(html, charset))}".encode(), parser)
    bases = (base.get("href") for base in tree.iter("base") if base.get("href"))
    base = absolute(next(bases, "."), address) or address
    found = (absolute(reference, base) for reference in _references(tree))
    return tuple(dict.fromkeys(feed for feed in found if feed))


def _references(tree: etree._Element) -> Iterator[str]:
    for link in tree.iter("link"):
        kind = link.get("type", "").partition(";")[0].strip().lower()
        if kind in FEED_TYPES and "alternate" in link.get("rel", "").lower().split():
            reference = link.get("href", "")
            if not COMMENTS.search(f"{reference} {link.get('title', '')}"):
                yield reference
