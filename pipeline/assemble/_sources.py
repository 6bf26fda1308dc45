"""Who gave each number, and when: what the quotes and dates of an article add to the words beside the number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.assemble._settings import DAY_PRECISION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.records import CasualtyMention, DateMention, Mentions, Quote, Speaker


def with_sources(mentions: Mentions) -> Mentions:
    """Return the mentions with the names, sides and days of their sources: "he said on Friday" is Ilse Brandt."""
    casualties = tuple(_with_source(m, mentions) if m.attributed_to else m for m in mentions.casualties)
    return replace(mentions, casualties=casualties)


def _with_source(mention: CasualtyMention, mentions: Mentions) -> CasualtyMention:
    speaker = _speaker_of(mention, mentions.quotes)
    return replace(
        mention,
        attributed_name=speaker.name if speaker is not None else "",
        attributed_side=(speaker.side if speaker is not None else None) or mention.attributed_side,
        told_on=_day_of(mention, mentions.dates),
    )


def _speaker_of(mention: CasualtyMention, quotes: Sequence[Quote]) -> Speaker | None:
    """Return the speaker of the quote that holds a number, where that is who gives the number."""
    source = mention.attributed_to
    speakers = (q.speaker for q in quotes if q.content.holds(mention.evidence.span) and q.speaker.text)
    return next((s for s in speakers if s.text in source or source in s.text), None)


def _day_of(mention: CasualtyMention, dates: Sequence[DateMention]) -> str:
    """Return the day on which something was said of a deed: "said on Friday that"."""
    days = (d for d in dates if d.date_prec == DAY_PRECISION)
    return next((d.date_start for d in days if any(aside.holds(d.evidence.span) for aside in mention.asides)), "")
