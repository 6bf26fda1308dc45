"""Bytes -> the listing that they are, by their looks: what servers say of types is often wrong."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from typing import TYPE_CHECKING

from pipeline.sources._feeds import read_feed
from pipeline.sources._json_feed import read_json_feed
from pipeline.sources._links import Listing, ListingKind
from pipeline.sources._lists import looks_like_urls, read_opml, read_urls
from pipeline.sources._sitemaps import read_index, read_sitemap
from pipeline.sources._text import decode

if TYPE_CHECKING:
    from collections.abc import Callable

GZIP_MAGIC = b"\x1f\x8b"
MAX_BYTES = 50_000_000  # unpacked; the protocol of sitemaps has it so
MAX_PROLOG = 100_000  # characters before the root
TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(?:[\w.-]{1,30}:)?(?P<name>[a-z]\w{0,30})", re.IGNORECASE | re.DOTALL)
READERS: dict[str, Callable[[str, str], Listing]] = {
    "rss": read_feed,
    "rdf": read_feed,
    "feed": read_feed,
    "channel": read_feed,
    "urlset": read_sitemap,
    "sitemapindex": read_index,
    "opml": read_opml,
}


def read_listing(content: bytes, *, address: str, charset: str = "") -> Listing | None:
    """Read a feed, sitemap, OPML file or list of addresses, gzipped or not.

    Args:
        content: whatever was found at the address; nothing that it names is opened.
        address: of the listing, which relative addresses are relative to, or its path.
        charset: encoding that the server declared, or blank.

    Returns:
        The listing, or None if this is none: an article, a picture. What is wrong with a listing is told in it.
    """
    try:
        unpacked = _unpack(content) if content.startswith(GZIP_MAGIC) else content
    except (OSError, EOFError, zlib.error) as error:
        return Listing(ListingKind.SITEMAP, problems=(f"cannot be unpacked: {error}",))
    if len(unpacked) > MAX_BYTES:
        return Listing(ListingKind.SITEMAP, problems=(f"larger than {MAX_BYTES:,} bytes",))
    return _read(decode(unpacked, charset), address)


def _unpack(content: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
        return file.read(MAX_BYTES + 1)


def _read(text: str, address: str) -> Listing | None:
    if text[:MAX_PROLOG].lstrip().startswith("{"):
        return read_json_feed(text, address)
    if root := _find_root(text):
        reader = READERS.get(root["name"].lower())
        return reader(text[root.start() :], address) if reader else None
    return read_urls(text, address) if looks_like_urls(text) else None


def _find_root(text: str) -> re.Match[str] | None:
    """Find the tag of the root; what a broken server says before the XML declaration is no part of the document."""
    start = max(text.find("<?xml", 0, MAX_PROLOG), 0)
    return next((tag for tag in TAG.finditer(text, start, MAX_PROLOG) if tag["name"]), None)
