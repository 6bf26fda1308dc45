"""Quotation marks of an article -> the stretches they enclose, whatever marks are used and however they are broken.

Straight, curly, low, LaTeX and guillemet marks are one family and single marks another. What a mark does is read from
its glyph and from the characters beside it, so that `”Why?“` and `''Why?''` are quotations too. A mark that is never
closed ends with its sentence or its paragraph, and every other quotation stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MARK = re.compile(r"``|''|‘‘|’’|,,(?=\w)|[\"“”„‟«»]|[‘’'‚‹›`]")
DOUBLE = frozenset({"``", "''", "‘‘", "’’", ",,", '"', "“", "”", "„", "‟", "«", "»"})
OPENING = frozenset({"``", "‘‘", ",,", "“", "„", "‟", "«", "‘", "‚", "‹", "`"})
CLOSING = frozenset({"’’", "”", "»", "’", "›"})
BEFORE_OPENING = frozenset("([{-–—/:;,.?!…*>")
AFTER_CLOSING = re.compile(r"[\s.,;:!?…)\]}\-–—/\"'“”‘’«»<\[]|$")
ELISION = re.compile(r"(?:\d\ds?|em|til|cause|tis|twas|n|bout|round|s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?…](?=\s+[A-Z\"“‘«]|\s*$)")
MAX_SINGLE = 600  # characters; an apostrophe further on closes nothing


@dataclass(frozen=True, slots=True)
class Quotation:
    """What stands between two quotation marks, or beside one whose partner is missing.

    Attributes:
        start, end: with the marks, in characters of the text.
        inner: without the marks and the blanks beside them.
        opened, closed: whether the mark on this side is there.
        single: whether the marks are single ones.
        continued: whether the next paragraph goes on with the same quotation.
    """

    start: int
    end: int
    inner: Span
    opened: bool = True
    closed: bool = True
    single: bool = False
    continued: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    """One mark and what its neighbours let it do."""

    start: int
    end: int
    glyph: str
    may_open: bool
    may_close: bool


def find_quotations(text: str, paragraphs: Sequence[Span]) -> tuple[Quotation, ...]:
    """Return the outermost quotations of the paragraphs, in text order; none crosses a paragraph."""
    found: list[Quotation] = []
    for number, paragraph in enumerate(paragraphs):
        own = list(_in_paragraph(text, paragraph))
        following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
        if own and following is not None and _goes_on(text, own[-1], paragraph, following):
            own[-1] = _to_end(text, own[-1], paragraph)
        found += own
    return tuple(found)


def _in_paragraph(text: str, paragraph: Span) -> Iterator[Quotation]:
    marks = [_mark(text, paragraph, match) for match in MARK.finditer(text, paragraph.start, paragraph.end)]
    doubles = list(_pair(text, paragraph, [m for m in marks if m.glyph in DOUBLE]))
    singles = list(_pair_single(text, [m for m in marks if m.glyph not in DOUBLE], doubles))
    done = paragraph.start
    for quotation in sorted([*doubles, *singles], key=lambda q: q.start):
        if quotation.start >= done:  # what begins inside another is part of it
            yield quotation
            done = quotation.end


def _mark(text: str, paragraph: Span, match: re.Match[str]) -> _Mark:
    start, end = match.span()
    before = text[start - 1] if start > paragraph.start else " "
    after = text[end] if end < paragraph.end else " "
    opens_word = before.isspace() or before in BEFORE_OPENING or before in "\"'“‘«"
    may_open = opens_word and not after.isspace()
    may_close = not before.isspace() and bool(AFTER_CLOSING.match(after))
    if match[0] in {"«", "»"} and before.isspace() and after.isspace():  # « French spacing »
        may_open, may_close = match[0] == "«", match[0] == "»"
    return _Mark(start, end, match[0], may_open, may_close)


# --- double marks --------------------------------------------------------------------------------------------------


def _pair(text: str, paragraph: Span, marks: Sequence[_Mark]) -> Iterator[Quotation]:
    """Pair the double marks of a paragraph from left to right."""
    opened: _Mark | None = None
    depth = 0
    done = paragraph.start
    for at, mark in enumerate(marks):
        if _opens(mark, opened):
            if opened is None:
                opened = mark
            elif _is_nested(marks, at, opened):
                depth += 1
            else:  # the first mark was never closed
                yield _unclosed(text, opened, mark.start)
                opened = mark
        elif depth:
            depth -= 1
        elif opened is not None:
            yield _closed(text, opened, mark)
            opened, done = None, mark.end
        elif not text[mark.start - 1 : mark.start].isdigit():  # 12" is a measure
            yield _unopened(text, done, mark)
            done = mark.end
    if opened is not None:
        yield _unclosed(text, opened, paragraph.end)


def _opens(mark: _Mark, opened: _Mark | None) -> bool:
    """Decide whether a mark opens a quotation, by its neighbours and then by its glyph."""
    if mark.may_open != mark.may_close:
        wrong_way = mark.glyph in CLOSING and opened is not None
        return mark.may_open and not wrong_way
    if mark.glyph in OPENING:
        return opened is None or opened.glyph == mark.glyph
    return opened is None and mark.glyph not in CLOSING


def _is_nested(marks: Sequence[_Mark], at: int, opened: _Mark) -> bool:
    """Tell whether the mark at `at` opens a quotation within a quotation: two closing marks follow."""
    following = marks[at + 1 : at + 3]
    return len(following) == len("ab") and not any(_opens(m, opened) for m in following)


def _closed(text: str, opening: _Mark, closing: _Mark, *, single: bool = False) -> Quotation:
    return Quotation(opening.start, closing.end, trimmed(text, opening.end, closing.start), single=single)


def _unclosed(text: str, opened: _Mark, limit: int) -> Quotation:
    """End a quotation without its second mark: with its sentence."""
    stop = SENTENCE_END.search(text, opened.end, limit)
    end = stop.end() if stop else limit
    inner = trimmed(text, opened.end, end)
    return Quotation(opened.start, max(inner.end, opened.end), inner, closed=False)


def _unopened(text: str, done: int, mark: _Mark) -> Quotation:
    """Begin a quotation without its first mark: with its sentence."""
    start = done
    for stop in SENTENCE_END.finditer(text, done, max(done, mark.start - 1)):
        start = stop.end()
    inner = trimmed(text, start, mark.start)
    return Quotation(inner.start, mark.end, inner, opened=False)


def trimmed(text: str, start: int, end: int) -> Span:
    """Return a span without the blanks at its ends; empty at `start` if it holds nothing else."""
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return Span(start, end)


# --- across paragraphs ---------------------------------------------------------------------------------------------


def _goes_on(text: str, last: Quotation, paragraph: Span, following: Span) -> bool:
    """Tell whether an unclosed quotation goes on in the next paragraph, which repeats the mark or closes it."""
    if last.closed or _leaves_a_mark(text, last, paragraph):
        return False
    first = next((m for m in MARK.finditer(text, following.start, following.end) if m[0] in DOUBLE), None)
    if first is None:
        return False
    mark = _mark(text, following, first)
    repeated = first.start() == following.start and mark.may_open
    return repeated or (mark.may_close and not mark.may_open)


def _leaves_a_mark(text: str, last: Quotation, paragraph: Span) -> bool:
    return any(m[0] in DOUBLE for m in MARK.finditer(text, last.end, paragraph.end))


def _to_end(text: str, last: Quotation, paragraph: Span) -> Quotation:
    inner = trimmed(text, last.inner.start, paragraph.end)
    return replace(last, end=inner.end, inner=inner, continued=True)


# --- single marks --------------------------------------------------------------------------------------------------


def _pair_single(text: str, marks: Sequence[_Mark], doubles: Sequence[Quotation]) -> Iterator[Quotation]:
    """Pair the single marks outside the double quotations; an apostrophe is none."""
    outside = [m for m in marks if not any(q.start <= m.start < q.end for q in doubles if q.closed)]
    done = -1
    for at, mark in enumerate(outside):
        if mark.start < done or not _opens_single(text, mark):
            continue
        closing = _closing_single(text, mark, outside[at + 1 :])
        if closing is not None:
            yield _closed(text, mark, closing, single=True)
            done = closing.end


def _opens_single(text: str, mark: _Mark) -> bool:
    return mark.may_open and mark.glyph not in {"’", "›"} and not ELISION.match(text, mark.end)


def _closing_single(text: str, opening: _Mark, following: Sequence[_Mark]) -> _Mark | None:
    """Return the mark that closes: after punctuation for speech, else the first that is no genitive of a plural.

    'They ran off with the workers' money,' he said. The 'workers' paradise' is closed.
    """
    near: list[_Mark] = []
    for mark in following:
        if mark.start - opening.end > MAX_SINGLE or _opens_single(text, mark):
            break
        if mark.may_close:
            near.append(mark)
    spoken = [m for m in near if text[m.start - 1] in ",.?!…"] if text[opening.end].isupper() else []
    plain = [m for m in near if text[m.start - 1] not in "sS"]
    return next(iter(spoken or plain or near), None)
