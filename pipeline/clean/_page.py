"""An HTML page -> its main text and what it says of itself. trafilatura is used here and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.clean._boilerplate import find_marks, is_title
from pipeline.clean._days import LAST_YEAR, read_day
from pipeline.clean._decode import make_writable
from pipeline.clean._paragraphs import find_paragraphs
from pipeline.records import MarkKind

MAX_PAGE_CHARACTERS = 5_000_000  # three seconds of work
MAX_ATTRIBUTES = 1000  # of one tag; the parser takes quadratic time on them, and 40,000 take it 12 s
LONG_TAG = 5000  # characters; a shorter one cannot hold that many
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
DECLARATION = re.compile(r"\s{0,9}<\?xml[^<>]{0,200}\?>")  # wrong by now: the page is decoded
REFERENCE = re.compile(r"&#(?:x(?P<hex>[0-9a-f]{1,8})|(?P<decimal>\d{1,8}));?", re.IGNORECASE)
XML_CHARACTERS = (range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))  # and tab, LF, CR
DROPPED = {MarkKind.REPEATED_TITLE, MarkKind.INSERT, MarkKind.RELATED, MarkKind.COMMENT_FORM}
AUTHOR_SEPARATOR = "; "


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page holds; `text` has a line for each paragraph, `published` is an ISO day or blank."""

    text: str = ""
    title: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""


def has_monstrous_tag(html: str) -> bool:
    """Tell whether a tag has so many attributes that parsing would take minutes."""
    start = html.find("<")
    while start >= 0:
        end = html.find(">", start)
        end = len(html) if end < 0 else end
        if end - start > LONG_TAG and len(QUOTED.sub("", html[start:end]).split()) > MAX_ATTRIBUTES:
            return True
        start = html.find("<", end)
    return False


def read_page(html: str, url: str) -> PageText:
    """Extract main text, title, site, authors and publication day; comments are no main text.

    Args:
        html: the decoded page, at most `MAX_PAGE_CHARACTERS`.
        url: its address, which often holds the day, or blank.
    """
    from trafilatura import extract, extract_metadata  # noqa: PLC0415 -- takes a third of a second
    from trafilatura.utils import load_html  # noqa: PLC0415

    tree = load_html(REFERENCE.sub(_readable, DECLARATION.sub("", make_writable(html), count=1)))
    if tree is None:
        return PageText()
    # What is found only by searching the whole page for days is as often the day of an event, or today's.
    dates = {"original_date": True, "extensive_search": False, "max_date": f"{LAST_YEAR}-12-31"}
    about = extract_metadata(tree, default_url=url or None, date_config=dates)
    text = extract(tree, url=url or None, include_comments=False, fast=True) or ""
    title = " ".join((about.title or "").split())
    return PageText(
        text=_without_furniture(make_writable(text), title),
        title=title,
        source=about.sitename or about.hostname or "",
        authors=tuple((about.author or "").split(AUTHOR_SEPARATOR)) if about.author else (),
        published=read_day(about.date or ""),
    )


def _readable(reference: re.Match[str]) -> str:
    """Return a character reference as it is, or a blank for a character at which the parser fails: "&#x1F;"."""
    code = int(reference["hex"], 16) if reference["hex"] else int(reference["decimal"])
    return reference[0] if code in {9, 10, 13} or any(code in known for known in XML_CHARACTERS) else " "


def _without_furniture(text: str, title: str) -> str:
    """Leave out the lines that repeat the title or are furniture of the page."""
    paragraphs = find_paragraphs(text)
    dropped = {mark.span for mark in find_marks(text, paragraphs, title) if mark.kind in DROPPED}
    lines = [text[span.start : span.end] for span in paragraphs if span not in dropped]
    return "\n".join(lines[1:] if lines and is_title(lines[0], title) else lines)
