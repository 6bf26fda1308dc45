"""How the running text of an article is cut for reading who says what: quotations, and stretches that end a sentence.

The parser ends sentences inside quotations ("“Stop! They shoot,” he said.") and misses ends; a stretch here never ends
inside a quotation and never crosses a paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.extract.speakers._marks import MARK, find_quotations
from pipeline.extract.speakers._phrases import is_abbreviated
from pipeline.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Token

    from pipeline.extract.speakers._marks import Quotation

TERMINAL = frozenset({".", "!", "?", "…"})
FINITE_TAGS = frozenset({"VBD", "VBZ", "VBP", "MD"})
OUTSIDE = -1
MAX_CLOSING = 8  # marks, brackets and blanks between the end of a sentence and the next one


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """An article cut for reading: token positions everywhere.

    Attributes:
        quotations: those of the text, in order.
        ranges: the tokens within each quotation, marks left out.
        quoted: for each token, the index of the quotation that it stands in, or -1.
        stretches: the tokens of each sentence, in order.
        paragraph: for each stretch, the number of its paragraph.
    """

    doc: Doc
    text: str
    quotations: tuple[Quotation, ...]
    ranges: tuple[range, ...]
    quoted: tuple[int, ...]
    stretches: tuple[range, ...]
    paragraph: tuple[int, ...]

    def is_quoted(self, i: int) -> bool:
        """Tell whether a token stands within a quotation."""
        return self.quoted[i] != OUTSIDE


@lru_cache(maxsize=1)
def lay_out(doc: Doc) -> Layout:
    """Cut an article; one without the span group `paragraphs` is a single paragraph.

    The last one is kept, because quotes and allegations are read from the same cut.
    """
    paragraphs = _paragraphs(doc)
    spans = [Span(doc[p.start].idx, doc[p.stop - 1].idx + len(doc[p.stop - 1])) for p in paragraphs]
    text = doc.text
    quotations = find_quotations(text, spans)
    ranges = tuple(_tokens_of(doc, q.inner) for q in quotations)
    quoted = _quoted(doc, ranges)
    stretches: list[range] = []
    paragraph: list[int] = []
    for number, tokens in enumerate(paragraphs):
        own = list(_stretches(doc, tokens, quotations))
        stretches += own
        paragraph += [number] * len(own)
    return Layout(doc, text, quotations, ranges, quoted, tuple(stretches), tuple(paragraph))


def _paragraphs(doc: Doc) -> list[range]:
    if "paragraphs" in doc.spans:
        return [range(span.start, span.end) for span in doc.spans["paragraphs"] if len(span)]
    return [range(len(doc))] if len(doc) else []


def _tokens_of(doc: Doc, span: Span) -> range:
    """Return the tokens that begin inside a span of characters."""
    found = doc.char_span(span.start, span.end, alignment_mode="expand") if span.start < span.end else None
    if found is None:
        return range(0)
    start, end = found.start, found.end
    while start < end and (doc[start].is_space or is_mark(doc[start])):
        start += 1
    while start < end and (doc[end - 1].is_space or is_mark(doc[end - 1])):
        end -= 1
    return range(start, end)


def _quoted(doc: Doc, ranges: Sequence[range]) -> tuple[int, ...]:
    quoted = [OUTSIDE] * len(doc)
    for number, tokens in enumerate(ranges):
        for i in tokens:
            quoted[i] = number
    return tuple(quoted)


def _stretches(doc: Doc, tokens: range, quotations: Sequence[Quotation]) -> Iterator[range]:
    start = tokens.start
    for token in doc[tokens.start + 1 : tokens.stop]:
        i = token.i
        if (token.is_sent_start or _follows_stop(doc, i)) and _begins(doc, i, quotations):
            yield range(start, i)
            start = i
    yield range(start, tokens.stop)


def _follows_stop(doc: Doc, i: int) -> bool:
    """Tell whether a full stop may stand before a token, next to it or before a mark or blank."""
    before = doc[i - 1].text
    return before == "." or not before[-1:].isalnum()


def _begins(doc: Doc, i: int, quotations: Sequence[Quotation]) -> bool:
    """Tell whether a sentence begins at a token: after a full stop, outside every quotation, with a capital."""
    token = doc[i]
    if token.is_space or token.is_lower or not _is_boundary(doc, i):
        return False
    return not any(q.start < token.idx < q.end for q in quotations)


def _is_boundary(doc: Doc, i: int) -> bool:
    before = i - 1
    while before > max(0, i - MAX_CLOSING) and (
        doc[before].is_space or is_mark(doc[before]) or doc[before].text in {")", "]"}
    ):
        before -= 1
    text = doc[before].text
    if is_abbreviated(doc, before):
        return False
    ends = text[-1:] in TERMINAL or text == ":"
    return text == "." or (ends and bool(doc[i].is_sent_start))


def is_mark(token: Token) -> bool:
    """Tell whether a token is a quotation mark."""
    return bool(MARK.fullmatch(token.text))
