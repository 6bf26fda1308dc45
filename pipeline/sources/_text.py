"""Bytes and HTML from strangers -> text. Takes time in proportion to their length, whatever is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.encodings import decode_marked, without_surrogates

if TYPE_CHECKING:
    from collections.abc import Iterator

XML_ENCODING = re.compile(rb"<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})")
HEAD_BYTES = 1024
MAX_CHARACTERS = 200_000  # of what a feed holds of an article
MAX_DAMAGE = 0.3  # of the characters outside ASCII may be broken in what is UTF-8; in what is not, nearly all are
FALLBACK = "cp1252"
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# Parsers take quadratic time on the attributes of a tag. So long a one holds an image or an attack, and no text.
LONG_TAG = re.compile(r"<[A-Za-z][^<>]{2000,}>?")
REFERENCE = re.compile(r"&#(?:x(?P<hex>[0-9a-f]{1,8})|(?P<decimal>[0-9]{1,8}))[0-9a-f]*;?", re.IGNORECASE)
XML_CHARACTERS = (range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))  # and tab, LF, CR
BLOCKS = set(
    "address article aside blockquote br caption center dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table td th tr ul".split()
)
UNREAD = ("script", "style", "template", "noscript", "iframe", "object", "svg", "select", "button", "textarea")


def decode(content: bytes, charset: str = "") -> str:
    """Decode by byte order mark, as UTF-8, or by what the server or the XML declaration tells; never fails."""
    if (marked := decode_marked(content)) is not None:
        return marked
    text = content.decode("utf-8", "replace")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    if text.count("\ufffd") <= MAX_DAMAGE * foreign:
        return text
    declared = XML_ENCODING.search(content[:HEAD_BYTES])
    for encoding in (declared[1].decode("ascii") if declared else "", charset):
        try:
            return content.decode(encoding)
        except (LookupError, ValueError):  # an unknown encoding, or another than the true one
            continue
    return content.decode(FALLBACK, "replace")


def one_line(text: str) -> str:
    """Return a text in one line that any file can hold."""
    return " ".join(without_surrogates(CONTROL.sub(" ", text)).split())


def drop_long_tags(markup: str) -> str:
    """Leave out the tags on which a parser would spend minutes."""
    return LONG_TAG.sub("", markup)


def mend_references(markup: str) -> str:
    """Replace the references to what is no character ("&#xD83D;", half an emoji), at which a parser would give up."""
    return REFERENCE.sub(_mend, markup)


def _mend(reference: re.Match[str]) -> str:
    code = int(reference["hex"], 16) if reference["hex"] else int(reference["decimal"])
    return reference[0] if code in {9, 10, 13} or any(code in known for known in XML_CHARACTERS) else "\ufffd"


def plain_text(html: str) -> str:
    """Return the text of a piece of HTML, each paragraph on a line of its own."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = etree.fromstring(f"<div>{drop_long_tags(one_line(html))}</div>".encode(), parser)
    etree.strip_elements(tree, *UNREAD, with_tail=False)
    return tidy("".join(_pieces(tree)))


def _pieces(tree: etree._Element) -> Iterator[str]:
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in BLOCKS:
            yield "\n"
        yield (element.text if event == "start" else element.tail) or ""


def tidy(text: str) -> str:
    """Return a text without blanks that say nothing, and without blank lines."""
    return "\n".join(filter(None, map(one_line, text.splitlines())))


def longest(*texts: str) -> str:
    """Return the longest of some texts, as much of it as is kept."""
    return max(texts, key=len)[:MAX_CHARACTERS]
