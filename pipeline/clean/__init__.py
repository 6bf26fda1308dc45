"""Page -> article: decoding, main text of HTML, boilerplate marks, publication day, paragraphs, language.

Plain text keeps its characters, so that offsets refer to what came in; what is no running text is only marked.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from typing import TYPE_CHECKING

from pipeline.clean._boilerplate import find_marks
from pipeline.clean._days import read_published
from pipeline.clean._decode import decode, is_binary, make_writable
from pipeline.clean._language import is_english
from pipeline.clean._page import MAX_PAGE_CHARACTERS, PageText, has_monstrous_tag, read_page
from pipeline.clean._paragraphs import find_paragraphs, trim
from pipeline.clean._published import find_published
from pipeline.records import Article, MarkKind, Outcome, PublishedBasis, Rejected, TextBasis, content_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.records import Mark, Page, Span

STAGE = "clean"
MAX_TEXT_CHARACTERS = 1_000_000  # some minutes of work
MAX_WITHOUT_STOP = 200_000  # characters; no text is written like that
STOP = re.compile(r"[.!?]")
URL_DAY = re.compile(r"/(?:19|20)\d\d/(?:0[1-9]|1[0-2])/[0-3]\d(?=/|$)")


def clean(page: Page) -> tuple[Article, Rejected | None]:
    """Make an article of a page, and say why it is not to be read further, if so.

    Returns:
        The article with whatever could be cleaned of the page, its text blank if there is none, and None or the
        reason why it is rejected.
    """
    content, problem = _decode(page)
    if problem:
        return _make_article(page, PageText(), ""), _reject(page, "", *problem)
    about = read_page(content, page.url) if page.is_html else PageText()
    text = about.text if page.is_html else make_writable(content)
    article = _make_article(page, about, text)
    problem = _problem_of(article)
    return article, _reject(page, article.article_id if article.text else "", *problem) if problem else None


def _decode(page: Page) -> tuple[str, tuple[Outcome, str] | None]:
    """Return the text of a page as it came, or what is wrong with it."""
    content = page.content
    if isinstance(content, bytes):
        content = decode(content, is_html=page.is_html, charset=page.charset)
        if content.strip() and is_binary(content):
            return "", (Outcome.PARSE_ERROR, "the file holds no text; it looks like an image, an archive or the like")
    if page.is_html and len(content) > MAX_PAGE_CHARACTERS:
        return "", (Outcome.TOO_LARGE, f"the page is longer than {MAX_PAGE_CHARACTERS:,} characters")
    if page.is_html and has_monstrous_tag(content):
        return "", (Outcome.PARSE_ERROR, "a tag of the page has more than a thousand attributes")
    return content, None


def _reject(page: Page, article_id: str, outcome: Outcome, reason: str) -> Rejected:
    return Rejected(page.input_id, article_id, STAGE, outcome, reason)


def _problem_of(article: Article) -> tuple[Outcome, str] | None:
    text = article.text
    if not article.paragraphs:
        return Outcome.NO_TEXT, "no running text was found" if text.strip() else "there is no text"
    if len(text) > MAX_TEXT_CHARACTERS:
        return Outcome.TOO_LARGE, f"the text is longer than {MAX_TEXT_CHARACTERS:,} characters"
    if max(map(len, STOP.split(text))) >= MAX_WITHOUT_STOP:
        return Outcome.PARSE_ERROR, f"{MAX_WITHOUT_STOP:,} characters without a full stop"
    if not article.language:
        return Outcome.NOT_ENGLISH, "the running text is not English"
    return None


def _make_article(page: Page, about: PageText, text: str) -> Article:
    lines = find_paragraphs(text) if len(text) <= MAX_TEXT_CHARACTERS else tuple(_whole(text))
    marks = find_marks(text, lines, page.title or about.title)
    title = page.title or about.title or _title_line(text, marks)
    published, basis = _find_day(page, about, text, marks)
    paragraphs = tuple(_running(text, lines, marks))
    english = is_english(text[span.start : span.end] for span in paragraphs)
    return Article(
        article_id=content_id("ar", page.url, published, title, text),
        input_id=page.input_id,
        text=text,
        url=page.url,
        title=make_writable(title),
        source=page.source or about.source,
        authors=page.authors or about.authors,
        published=published,
        published_basis=basis,
        language="en" if paragraphs and english else "",
        text_basis=_basis_of(page),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        marks=marks,
        paragraphs=paragraphs,
    )


def _basis_of(page: Page) -> TextBasis:
    if page.from_feed:
        return TextBasis.FEED
    return TextBasis.PAGE if page.is_html else TextBasis.TEXT


def _whole(text: str) -> Iterator[Span]:
    """Yield a text that is too long to be looked at as a single paragraph."""
    span = trim(text, 0, len(text))
    if span is not None:
        yield span


def _title_line(text: str, marks: Sequence[Mark]) -> str:
    """Return the first line that was marked as the title, in one line."""
    spans = (mark.span for mark in marks if mark.kind is MarkKind.TITLE)
    return next((" ".join(text[span.start : span.end].split()) for span in spans), "")


def _find_day(page: Page, about: PageText, text: str, marks: Sequence[Mark]) -> tuple[str, PublishedBasis]:
    """Return the publication day and its basis, the best first; what cannot be read is as good as not given."""
    if given := read_published(page.published):
        return given, PublishedBasis.GIVEN
    address = URL_DAY.search(page.url)
    if found := about.published or (read_published(address[0][1:]) if address else ""):
        return found, PublishedBasis.METADATA
    return find_published(text, marks)


def _running(text: str, lines: Sequence[Span], marks: Sequence[Mark]) -> Iterator[Span]:
    """Yield the running text: each line without what is marked in it; the title is running text too."""
    taken = deque(mark.span for mark in marks if mark.kind is not MarkKind.TITLE)
    for line in lines:
        at = line.start
        while taken and taken[0].start < line.end:  # both are in order, and no mark goes beyond its line
            span = taken.popleft()
            if span.start > at and (before := trim(text, at, span.start)):
                yield before
            at = max(at, span.end)
        if at < line.end and (rest := trim(text, at, line.end)):
            yield rest
