"""Reported speech: what was said, by whom, and which words say so.

Direct, indirect, mixed and floating quotes. Words in quotation marks that nobody says are none; speech inside a
quotation belongs to the quotation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.quotes._pieces import find_pieces
from pipeline.extract.quotes._signed import SIGNED
from pipeline.extract.speakers._layout import OUTSIDE, is_mark, lay_out
from pipeline.extract.speakers._mentions import read_mention
from pipeline.extract.speakers._speakers import register_of
from pipeline.records import Quote, QuoteType, Span, Speaker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc

    from pipeline.extract.quotes._pieces import Piece
    from pipeline.extract.speakers._layout import Layout

DIRECT_SHARE = 0.9  # of the words; a quotation with fewer of them between its marks is mixed
LOOSE_ENDS = frozenset({",", ";", "—", "–", "--", "-"})
NOBODY = Speaker("", None)


def find_quotes(doc: Doc) -> Iterator[Quote]:
    """Find reported speech with its speaker.

    Needs tags, lemmas and a dependency parse; reads the span group `paragraphs`.

    Yields:
        One row a piece, in text order; the pieces of a quote broken by its cue share `group`.
    """
    layout = lay_out(doc)
    pieces = find_pieces(layout)
    speakers = _speakers(layout, pieces)
    for piece in pieces:
        content = _content(layout, piece.content)
        if content is None:
            continue
        speaker, basis = speakers[piece.cue.verb]
        if piece.floating:  # it has neither a cue nor a mention of its own
            speaker = replace(speaker, text="", span=None)
            yield Quote(content, QuoteType.FLOATING, speaker, None, "", piece.group, basis, "speech.floating")
            continue
        if piece.cue.frames == SIGNED:  # a dash or a colon is no cue
            yield Quote(content, QuoteType.DIRECT, speaker, None, "", piece.group, basis, piece.cue.rule_id)
            continue
        cue = _span(layout, piece.cue.tokens)
        kind = _type(layout, piece.content)
        cue_text = layout.text[cue.start : cue.end]
        yield Quote(content, kind, speaker, cue, cue_text, piece.group, basis, piece.cue.rule_id)


def _speakers(layout: Layout, pieces: Sequence[Piece]) -> dict[int, tuple[Speaker, str]]:
    """Resolve the speaker of each cue that has speech, in text order of the cues."""
    register = register_of(layout)
    found: dict[int, tuple[Speaker, str]] = {}
    for piece in sorted(pieces, key=lambda p: p.cue.verb):
        cue = piece.cue
        if cue.verb in found:
            continue
        if not cue.speaker:
            found[cue.verb] = NOBODY, "none"
            continue
        stretch = layout.stretches[piece.cue_stretch]
        resolved = register.resolve(read_mention(layout.doc, cue.speaker, cue.head, stretch), stretch)
        found[cue.verb] = register.speaker(resolved), resolved.basis
    return found


def _type(layout: Layout, content: range) -> QuoteType:
    words = [i for i in content if layout.doc[i].is_alpha]
    quoted = sum(layout.is_quoted(i) for i in words)
    if not quoted:
        return QuoteType.INDIRECT
    return QuoteType.DIRECT if quoted >= DIRECT_SHARE * len(words) else QuoteType.MIXED


def _content(layout: Layout, tokens: range) -> Span | None:
    """Return the characters of a piece without its outer marks and loose ends; None if nothing is left."""
    start, stop = tokens.start, tokens.stop
    while start < stop and _is_loose(layout, stop - 1):
        stop -= 1
    while start < stop and _is_loose(layout, start):
        start += 1
    if start == stop:
        return None
    span = _span(layout, range(start, stop))
    opening, closing = layout.quoted[start], layout.quoted[stop - 1]
    if opening == closing != OUTSIDE and tokens.stop >= layout.ranges[closing].stop:
        return Span(span.start, max(span.end, layout.quotations[closing].inner.end))
    begun = span.start if opening in {OUTSIDE, closing} else layout.quotations[opening].start
    ended = span.end if closing in {OUTSIDE, opening} else layout.quotations[closing].end
    return Span(begun, ended)


def _is_loose(layout: Layout, i: int) -> bool:
    token = layout.doc[i]
    return token.is_space or is_mark(token) or token.text in LOOSE_ENDS


def _span(layout: Layout, tokens: range) -> Span:
    last = layout.doc[tokens.stop - 1]
    return Span(layout.doc[tokens.start].idx, last.idx + len(last))
