"""Allegations: who accuses whom of what, who denies it, and how far the matter has come."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.allegations._accusations import find_accusations
from pipeline.extract.allegations._acts import hedges_in
from pipeline.extract.allegations._claims import Party, Scene
from pipeline.extract.allegations._procedure import apply_procedure, find_denials, link
from pipeline.extract.allegations._spoken_claims import find_spoken_claims
from pipeline.extract.speakers._layout import lay_out
from pipeline.extract.speakers._sides import all_hits
from pipeline.extract.speakers._speakers import register_of
from pipeline.records import Act, Allegation, AllegationStatus, Evidence, Polarity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc

    from pipeline.extract.allegations._claims import Claim
    from pipeline.extract.speakers._layout import Layout
    from pipeline.extract.speakers._speakers import Register
    from pipeline.records import Quote


def find_allegations(doc: Doc, quotes: Sequence[Quote]) -> Iterator[Allegation]:
    """Find claims that somebody did a wrong, and denials.

    Needs tags, lemmas and a dependency parse; reads the span group `paragraphs`.

    Args:
        doc: one article.
        quotes: the quotes of the article, in the order of their indices.

    Yields:
        One row per accuser, accused and act, then in text order; a denial repeats the parties of what it denies.
    """
    layout = lay_out(doc)
    register = register_of(layout)
    scenes = list(_scenes(layout, register, quotes))
    claims: list[Claim] = []
    for scene in scenes:
        claims += find_accusations(scene)
        claims += find_spoken_claims(scene)
        claims += find_denials(scene)
    rows = link([_within_quote(layout, claim, quotes) for claim in claims])
    for scene in scenes:
        rows = apply_procedure(scene, rows)
    for claim in rows:
        yield _record(layout, claim)


def _scenes(layout: Layout, register: Register, quotes: Sequence[Quote]) -> Iterator[Scene]:
    starts = [layout.doc[stretch.start].idx for stretch in layout.stretches]
    own: dict[int, list[int]] = {}
    for index, quote in enumerate(quotes):
        own.setdefault(bisect_right(starts, quote.content.start) - 1, []).append(index)
    for number in range(len(layout.stretches)):
        stretch = layout.stretches[number]
        hits = tuple(all_hits(list(layout.doc[stretch.start : stretch.stop]), "allegation_words"))
        yield Scene(layout, register, quotes, number, tuple(own.get(number, ())), hits)


def _within_quote(layout: Layout, claim: Claim, quotes: Sequence[Quote]) -> Claim:
    """Give a claim without an accuser the speaker of the quote that it stands in."""
    at = layout.doc[claim.trigger].idx
    number = next((k for k, q in enumerate(quotes) if q.content.start <= at < q.content.end), None)
    if number is None or claim.quote is not None:
        return claim
    speaker = quotes[number].speaker
    accuser = (
        claim.accuser if claim.accuser.name or claim.polarity is Polarity.DENIES else Party(speaker.name, speaker.side)
    )
    own = claim.status is AllegationStatus.ALLEGED and bool(speaker.name) and claim.accused.name == speaker.name
    status = AllegationStatus.ADMITTED if own else claim.status  # "they were behind the kidnapping, the front said"
    return replace(claim, accuser=claim.accused if own else accuser, status=status, quote=number)


def _record(layout: Layout, claim: Claim) -> Allegation:
    first, last = layout.doc[claim.text.start], layout.doc[claim.text.stop - 1]
    span = Span(first.idx, last.idx + len(last))
    return Allegation(
        claim=span,
        act=claim.act or Act.OTHER,
        accuser=claim.accuser.name,
        accuser_side=claim.accuser.side,
        accused=claim.accused.name,
        accused_side=claim.accused.side,
        polarity=claim.polarity,
        status=claim.status,
        evidence=Evidence(span.start, span.end, claim.rule_id),
        hedge_terms=claim.hedges or hedges_in(layout.doc, claim.text),
        legal_body=claim.body,
        denies=claim.denies,
        quote=claim.quote,
    )
