"""Marks what is no running text in an article: titles told twice, labels, inserts, tails, bylines, datelines.

Nothing is deleted; a mark says where it stands and why. What is in doubt stays running text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.clean._datelines import find_dateline
from pipeline.clean._lines import (
    MAX_LABEL_WORDS,
    MIN_RUNNING_WORDS,
    find_entries,
    find_form,
    is_caption,
    is_date_line,
    is_label,
    is_reference,
    read_line,
)
from pipeline.records import Mark, MarkKind, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.clean._lines import Line

MAX_TITLE = 250  # characters
MAX_HEADER_LINES = 15
MAX_SECTION_WORDS, MIN_TITLE_WORDS = 3, 4
SITE = re.compile(r"\s{1,3}[|–—-]\s[^|]{2,40}$")
MIN_RUNNING_BEFORE_TAIL = 300  # characters
BRACKETED_INSERT = re.compile(
    r"[\[(](?:read (?:also|more|next)|also read|see also|related|watch|more|other news)\s{0,2}:[^\[\]()]{1,200}[\])]",
    re.IGNORECASE,
)
BRACKETED_CREDIT = re.compile(
    r"\((?:additional )?(?:reporting|writing|editing|compiled) by [^()]{1,250}\)\W{0,3}$", re.IGNORECASE
)
CREDIT_REACH = 300
DASHES = ("-", "–", "—", "_")


def find_marks(text: str, paragraphs: Sequence[Span], title: str) -> tuple[Mark, ...]:
    """Mark the lines of an article that are no running text, and the stretches of a line.

    Args:
        text: the article.
        paragraphs: all of its paragraphs, in order.
        title: as given with the article, or blank.
    """
    lines = [read_line(text, span) for span in paragraphs]
    kinds: list[MarkKind | None] = [_kind_of_line(line) for line in lines]
    body = next((i for i, line in enumerate(lines) if kinds[i] is None and line.is_running), len(lines))
    datelines = _find_datelines(text, lines, kinds, body)
    body = min([body, *(i for i in datelines if i < body)])
    _mark_header(lines, kinds, min(body, MAX_HEADER_LINES), title)
    _mark_repeated(lines, kinds, title)
    _mark_related(lines, kinds, body)
    _mark_tail(lines, kinds, body)
    _keep_captions(lines, kinds)
    marks = [Mark(line.span, kind) for line, kind in zip(lines, kinds, strict=True) if kind is not None]
    running = [line.span for line, kind in zip(lines, kinds, strict=True) if kind is None]
    marks += [Mark(datelines[i], MarkKind.DATELINE) for i in datelines if kinds[i] is None]
    marks += [mark for span in running for mark in _find_inside(text, span)]
    return tuple(sorted(marks, key=lambda mark: (mark.span.start, mark.span.end)))


def _kind_of_line(line: Line) -> MarkKind | None:
    for entry in find_entries(line):
        if entry.pos != "tail":
            return MarkKind(entry.label)
    return find_form(line)


def _find_datelines(text: str, lines: Sequence[Line], kinds: Sequence[MarkKind | None], body: int) -> dict[int, Span]:
    """Find the datelines by the number of their line."""
    found: dict[int, Span] = {}
    for i, line in enumerate(lines):
        is_first = i == body or (i < body and line.raw.rstrip().endswith(DASHES))  # "ORLA _", a line of its own
        if kinds[i] is None and (span := find_dateline(text, line.span, is_first=is_first)):
            found[i] = span
    return found


def _mark_header(lines: Sequence[Line], kinds: list[MarkKind | None], body: int, title: str) -> None:
    """Mark the title, the labels and the day in what stands above the text."""
    for i in range(body):
        if kinds[i] is None and is_date_line(lines[i], max_words=1 if i == 0 else MAX_LABEL_WORDS):
            kinds[i] = MarkKind.PUBLISHED
    first = _find_title(lines, kinds, body, title)
    for i in range(body):
        if i == first:
            kinds[i] = MarkKind.TITLE
        elif kinds[i] is None and body < len(lines) and (is_label(lines[i]) or is_reference(lines[i])):
            kinds[i] = MarkKind.SECTION_LABEL


def _find_title(lines: Sequence[Line], kinds: Sequence[MarkKind | None], body: int, title: str) -> int | None:
    """Return the number of the line that is the title: the one given, or the first that can be one."""
    given = _title_keys(title)
    heads = [i for i in range(body) if kinds[i] is None and len(lines[i].raw) <= MAX_TITLE]
    for i in heads:
        if given & _title_keys(lines[i].raw):
            return i
    heads = [i for i in heads if _can_be_title(lines, i)]
    if len(heads) > 1 and _is_section(lines[heads[0]]) and len(lines[heads[1]].words) >= MIN_TITLE_WORDS:
        return heads[1]  # "World", then "Two killed as bus burns in Orla"
    return heads[0] if heads else None


def _can_be_title(lines: Sequence[Line], i: int) -> bool:
    line = lines[i]
    ends = line.raw.rstrip().endswith((".", "…", ":", ","))
    return i + 1 < len(lines) and not ends and any(word != "0" for word in line.key) and not is_reference(line)


def _is_section(line: Line) -> bool:
    return len(line.words) <= MAX_SECTION_WORDS and is_label(line)


def _title_keys(title: str) -> set[tuple[str, ...]]:
    """Return the words of a title, with and without the name of the site: "Two killed in Orla | Orla Courier"."""
    bare = SITE.sub("", title)
    parts = {title, bare} if bare != title else {title}
    return {read_line(part, Span(0, len(part))).key for part in parts} - {()}


def is_title(line: str, title: str) -> bool:
    """Tell whether a line says a title, whatever quotation marks, stops and site names stand in the two."""
    return bool(_title_keys(line) & _title_keys(title))


def _mark_repeated(lines: Sequence[Line], kinds: list[MarkKind | None], title: str) -> None:
    """Mark the lines that say the title or a label of the header again, and the reference numbers."""
    labels = {line.key for line, kind in zip(lines, kinds, strict=True) if kind is MarkKind.SECTION_LABEL}
    titles = _title_keys(title)
    for line, kind in zip(lines, kinds, strict=True):
        titles |= _title_keys(line.raw) if kind is MarkKind.TITLE else set()
    for i, line in enumerate(lines):
        is_open = titles and kinds[i] in {None, MarkKind.SECTION_LABEL} and len(line.raw) <= MAX_TITLE
        if is_open and titles & {line.key, *(_title_keys(line.raw) if SITE.search(line.raw) else ())}:
            kinds[i] = MarkKind.REPEATED_TITLE
        elif kinds[i] is None and (line.key in labels or is_reference(line)):
            kinds[i] = MarkKind.SECTION_LABEL


def _mark_related(lines: Sequence[Line], kinds: list[MarkKind | None], body: int) -> None:
    """Mark the headings of lists of other articles, and the headlines below them up to the next running text."""
    inside = False
    for i, line in enumerate(lines):
        if kinds[i] is MarkKind.RELATED:
            inside = i > body
        elif line.is_running and kinds[i] is None:
            inside = False
        elif inside and kinds[i] is None:
            kinds[i] = MarkKind.RELATED


def _mark_tail(lines: Sequence[Line], kinds: list[MarkKind | None], body: int) -> None:
    """Mark all from the comment form on; above the text a link to it is just a line."""
    before, inside = 0, False
    for i, line in enumerate(lines):
        opens = kinds[i] is MarkKind.COMMENT_FORM or any(entry.pos == "tail" for entry in find_entries(line))
        inside = inside or (opens and i > body and before >= MIN_RUNNING_BEFORE_TAIL)
        if opens or inside:
            kinds[i] = MarkKind.COMMENT_FORM
        elif kinds[i] is None and line.is_running:
            before += line.span.end - line.span.start


def _keep_captions(lines: Sequence[Line], kinds: list[MarkKind | None]) -> None:
    """Let captions that are sentences be running text where there is no other, as on a page of pictures."""
    if any(kind is None and line.is_running for line, kind in zip(lines, kinds, strict=True)):
        return
    for i, line in enumerate(lines):
        if kinds[i] is MarkKind.INSERT and is_caption(line) and len(line.words) >= MIN_RUNNING_WORDS:
            kinds[i] = None


def _find_inside(text: str, span: Span) -> Iterator[Mark]:
    """Find inserts and credits in brackets inside running text."""
    for match in BRACKETED_INSERT.finditer(text, span.start, span.end):
        yield Mark(Span(*match.span()), MarkKind.INSERT)
    credit = BRACKETED_CREDIT.search(text[max(span.start, span.end - CREDIT_REACH) : span.end])
    if credit:
        yield Mark(Span(span.end - len(credit[0]), span.end), MarkKind.BYLINE)
