"""Speech beside a name without a verb: quotations that a name signs, and the lines of a transcript.

"“The road never opens.” — Ana Paz"; "BRANDT: The road was mined."
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.extract.quotes._cues import Cue
from pipeline.extract.speakers._layout import is_mark
from pipeline.extract.speakers._mentions import personal_name
from pipeline.extract.speakers._phrases import is_finite, phrase_head, right_phrase
from pipeline.extract.speakers._titles import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from pipeline.extract.speakers._layout import Layout

DASH = re.compile(r"\s{0,4}(?:[—–―]|--)\s{0,4}(?=\S)")  # the name may stand in the next paragraph
SIGNED = frozenset({"signed"})
FULL_NAME = 2  # words
MAX_LABEL = 3  # words


def find_signed(layout: Layout) -> Iterator[tuple[range, Cue]]:
    """Yield the speech that only a name beside it gives to somebody, with a cue that is no word of the text."""
    yield from _signatures(layout)
    yield from _labelled(layout)


def _cue(at: int, speaker: range, head: int, rule_id: str) -> Cue:
    return Cue(at, range(at, at + 1), speaker, speaker, head, SIGNED, rule_id)


def _signatures(layout: Layout) -> Iterator[tuple[range, Cue]]:
    doc = layout.doc
    for quotation, tokens in zip(layout.quotations, layout.ranges, strict=True):
        dash = DASH.match(layout.text, quotation.end) if quotation.closed and tokens else None
        behind = doc.char_span(dash.end(), dash.end() + 1, alignment_mode="expand") if dash else None
        if behind is None:
            continue
        end = _end_of_paragraph(layout, behind.start)
        name = right_phrase(doc, behind.start, end)
        if name and _signs(doc, name, end):
            yield tokens, _cue(behind.start - 1, name, phrase_head(doc, name), "speech.signed")


def _after_marks(doc: Doc, at: int) -> int:
    """Return the next token that is no quotation mark and no blank."""
    while at < len(doc) and (is_mark(doc[at]) or doc[at].is_space):
        at += 1
    return at


def _end_of_paragraph(layout: Layout, i: int) -> int:
    number = bisect_right([stretch.start for stretch in layout.stretches], i) - 1
    same = [s for s, p in zip(layout.stretches, layout.paragraph, strict=True) if p == layout.paragraph[number]]
    return same[-1].stop


def _signs(doc: Doc, name: range, end: int) -> bool:
    """Tell whether a person's full name ends the paragraph, but for a title: "— Celia Duarte, a midwife in Sarn"."""
    person = personal_name(doc, name)
    if len(person) < FULL_NAME or person.start != name.start or any(doc[i].ent_type_ in PLACES for i in person):
        return False
    ends = name.stop >= end or doc[name.stop].text in {",", ".", "("} or doc[name.stop].is_space
    return ends and not any(is_finite(doc[i]) for i in range(name.stop, end))


# --- transcripts ---------------------------------------------------------------------------------------------------


def _labelled(layout: Layout) -> Iterator[tuple[range, Cue]]:
    """Yield the lines that begin with a name in capitals; in a transcript somebody speaks twice."""
    doc = layout.doc
    first = dict(reversed([*zip(layout.paragraph, layout.stretches, strict=True)]))
    labels = {number: label for number, stretch in first.items() if (label := _label(doc, stretch))}
    often = Counter(doc[label.start : label.stop].text for label in labels.values())
    if not any(count > 1 for count in often.values()):
        return
    for label in labels.values():
        end = _end_of_paragraph(layout, label.start)
        speech = range(_after_marks(doc, label.stop + 1), end)
        if speech:
            yield speech, _cue(label.stop, label, label.stop - 1, "speech.label")


def _label(doc: Doc, stretch: range) -> range:
    """Return the words in capitals before a colon at the head of a paragraph."""
    start = _after_marks(doc, stretch.start)
    stop = start
    while stop < stretch.stop and stop - start < MAX_LABEL and doc[stop].is_upper and doc[stop].is_alpha:
        stop += 1
    closed = start < stop < stretch.stop and doc[stop].text == ":"
    return range(start, stop) if closed and all(len(doc[i]) > 1 for i in range(start, stop)) else range(0)
