"""The pieces of speech of an article, each with the cue that it hangs on, also where that cue stands elsewhere.

A quotation without a verb of its own belongs to the cue of the quotation before it ("“A,” she said. “B.”"), or to the
one after it where its mark is repeated there.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.quotes._contents import find_contents
from pipeline.extract.quotes._cues import find_cues
from pipeline.extract.quotes._signed import find_signed
from pipeline.extract.speakers._phrases import is_finite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.quotes._cues import Cue
    from pipeline.extract.speakers._layout import Layout


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of speech, in tokens, with its cue and the stretches that speech and cue stand in.

    Attributes:
        group: a number that the pieces of one quote share.
        floating: whether the piece has no cue of its own.
    """

    content: range
    cue: Cue
    group: int
    stretch: int
    cue_stretch: int
    floating: bool = False


def find_pieces(layout: Layout) -> list[Piece]:
    """Return the pieces of speech of an article, in text order."""
    pieces = list(_with_cue(layout))
    pieces += _signed(layout, pieces)
    pieces += _without_cue(layout, pieces)
    return sorted(pieces, key=lambda p: (p.content.start, p.content.stop))


def _with_cue(layout: Layout) -> Iterator[Piece]:
    group = 0
    for number, own in _cues_by_stretch(layout).items():
        stretch = layout.stretches[number]
        for cue in own:
            group += 1
            contents = [c for c in find_contents(layout, stretch, cue, own) if c]
            for content in contents or _cut_off(layout, number, cue):
                yield Piece(content, cue, group, _stretch_of(layout, content, number), number)


def _signed(layout: Layout, pieces: list[Piece]) -> Iterator[Piece]:
    """Yield what a name signs, where no verb says it."""
    told = {i for piece in pieces for i in piece.content}
    group = max((piece.group for piece in pieces), default=0)
    for content, cue in find_signed(layout):
        if told.isdisjoint(content):
            group += 1
            number = _stretch_of(layout, content, bisect_right(layout.stretches, content.start, key=_start) - 1)
            cue_number = bisect_right(layout.stretches, cue.speaker.start, key=_start) - 1
            yield Piece(content, cue, group, number, cue_number)


def _start(stretch: range) -> int:
    return stretch.start


def _cues_by_stretch(layout: Layout) -> dict[int, list[Cue]]:
    found: dict[int, list[Cue]] = {}
    number = 0
    for cue in find_cues(layout):
        while cue.verb not in layout.stretches[number]:
            number += 1
        found.setdefault(number, []).append(cue)
    return found


def _stretch_of(layout: Layout, content: range, near: int) -> int:
    candidates = range(max(0, near - 1), min(len(layout.stretches), near + 2))
    return next((n for n in candidates if content.start in layout.stretches[n]), near)


def _cut_off(layout: Layout, number: int, cue: Cue) -> list[range]:
    """Return the quotation before a cue that the sentence end cut off: "“Who fired?” | Oduya asked."."""
    stretch = layout.stretches[number]
    if number == 0 or cue.core.start != stretch.start or layout.paragraph[number] != layout.paragraph[number - 1]:
        return []
    before = layout.stretches[number - 1]
    return [r for r in layout.ranges if r and r.start in before and r.stop >= before.stop - 2][-1:]


# --- floating ------------------------------------------------------------------------------------------------------


def _without_cue(layout: Layout, pieces: list[Piece]) -> Iterator[Piece]:
    spoken = _last_quoted(layout, pieces)
    for number in range(len(layout.stretches)):
        if number in spoken or number - 1 not in spoken:
            continue
        source = spoken[number - 1]
        for content in _lone_quotations(layout, number):
            spoken[number] = Piece(content, source.cue, source.group, number, source.cue_stretch, floating=True)
            yield spoken[number]
    for number in reversed(range(len(layout.stretches) - 1)):
        source_after = spoken.get(number + 1)
        if number in spoken or source_after is None or not _is_continued(layout, number):
            continue
        for content in _lone_quotations(layout, number):
            spoken[number] = Piece(content, source_after.cue, source_after.group, number, number, floating=True)
            yield spoken[number]


def _last_quoted(layout: Layout, pieces: list[Piece]) -> dict[int, Piece]:
    """Return, for each stretch with words in quotation marks that somebody says, the last such piece."""
    quoted = [p for p in pieces if any(layout.is_quoted(i) for i in p.content)]
    return {p.stretch: p for p in sorted(quoted, key=lambda p: p.content.start)}


def _lone_quotations(layout: Layout, number: int) -> list[range]:
    """Return the quotations of a stretch that has no words of its own but, at most, a few behind them."""
    stretch = layout.stretches[number]
    indices = sorted({layout.quoted[i] for i in stretch if layout.is_quoted(i)})
    outside = [i for i in stretch if not layout.is_quoted(i) and layout.doc[i].is_alpha]
    if not indices or any(is_finite(layout.doc[i]) for i in outside):
        return []
    if outside and outside[0] < layout.ranges[indices[0]].start:
        return []
    return [layout.ranges[k] for k in indices]


def _is_continued(layout: Layout, number: int) -> bool:
    """Tell whether the last quotation of a stretch goes on in the next paragraph."""
    last = max((layout.quoted[i] for i in layout.stretches[number]), default=-1)
    return last >= 0 and layout.quotations[last].continued
