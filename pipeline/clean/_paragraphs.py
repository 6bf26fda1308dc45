"""Text -> its paragraphs, as spans trimmed of white space.

Blank lines part paragraphs. A single line break parts them too, unless the text was wrapped at a fixed width.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BLANK = r"\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"  # white space, and what shows as none
LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
FIRST = re.compile(rf"[^{BLANK}]")
MIN_FULL, MAX_FULL = 50, 110  # characters of a line that was wrapped, not ended
MIN_WRAPPED_LINES = 3
MIN_FULL_SHARE = 0.5  # of the lines that another one follows
MIN_LOWER = 0.3  # of the full lines go on with a small letter
SHORT_LINE = 0.75  # of the usual width; a shorter line ends its paragraph
STOP_REACH = 4
STOP = re.compile(r"[.!?:…][\"'”’»)\]]{0,3}$")


def find_paragraphs(text: str) -> tuple[Span, ...]:
    """Return the paragraphs in order; none is blank, and none overlaps another."""
    blocks = list(_find_blocks(text))
    width = _wrap_width(text, blocks)
    return tuple(paragraph for block in blocks for paragraph in _join_lines(block, width))


def trim(text: str, start: int, end: int) -> Span | None:
    """Return the stretch without the blanks around it, or None if there is nothing else."""
    first = FIRST.search(text, start, end)
    if first is None:
        return None
    while not FIRST.match(text[end - 1]):
        end -= 1
    return Span(first.start(), end)


def _find_blocks(text: str) -> Iterator[list[Span]]:
    """Yield runs of lines without a blank line between them."""
    block: list[Span] = []
    for match in LINE.finditer(text):
        line = trim(text, *match.span())
        gap = text[block[-1].end : line.start if line else match.start()] if block else ""
        if block and (line is None or len(BREAK.findall(gap)) > 1):
            yield block
            block = []
        if line is not None:
            block.append(line)
    if block:
        yield block


def _wrap_width(text: str, blocks: Sequence[Sequence[Span]]) -> int | None:
    """Return the usual length of a line of wrapped text, or None if each line is a paragraph."""
    pairs = [pair for block in blocks for pair in pairwise(block)]
    full = [
        (line, following)
        for line, following in pairs
        if MIN_FULL <= line.end - line.start <= MAX_FULL and not STOP.search(text, line.end - STOP_REACH, line.end)
    ]
    going_on = sum(text[following.start].islower() for _, following in full)
    if len(pairs) < MIN_WRAPPED_LINES or len(full) < MIN_FULL_SHARE * len(pairs) or going_on < MIN_LOWER * len(full):
        return None
    return sorted(line.end - line.start for line, _ in full)[len(full) // 2]


def _join_lines(block: Sequence[Span], width: int | None) -> Iterator[Span]:
    start = block[0].start
    for line, following in pairwise(block):
        length = line.end - line.start
        if width is None or length < SHORT_LINE * width or length > MAX_FULL:
            yield Span(start, line.end)
            start = following.start
    yield Span(start, block[-1].end)
