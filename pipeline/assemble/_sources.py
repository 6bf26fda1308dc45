"""Who gave each number, and when: what the quotes and dates of an article add to the words beside the number."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.assemble._settings import DAY_PRECISION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.records import Article, CasualtyMention, DateMention, Mentions, Quote, Speaker

BY = re.compile(r"\bby\s\Z", re.IGNORECASE)


def with_sources(mentions: Mentions, article: Article) -> Mentions:
    """Return the mentions with the names, sides and days of their sources: "he said on Friday" is Ilse Brandt."""
    days = [d for d in mentions.dates if d.date_prec == DAY_PRECISION]
    so_far = [d for d in mentions.dates if _is_so_far(d, article)]
    casualties = tuple(_with_source(m, mentions.quotes, days, so_far) for m in mentions.casualties)
    return replace(mentions, casualties=casualties)


def _is_so_far(when: DateMention, article: Article) -> bool:
    """Tell whether a date says how far somebody had counted: "by Friday morning the hospital had four bodies"."""
    start = when.evidence.start
    return BY.search(article.text, max(0, start - len(" by ")), start) is not None


def _with_source(
    mention: CasualtyMention, quotes: Sequence[Quote], days: Sequence[DateMention], so_far: Sequence[DateMention]
) -> CasualtyMention:
    speaker = _speaker_of(mention, quotes) if mention.attributed_to else None
    own = tuple(d.evidence.span for d in so_far if mention.sentence.holds(d.evidence.span))
    asides = (*mention.asides, *own)
    return replace(
        mention,
        asides=asides,
        attributed_name=speaker.name if speaker is not None else "",
        attributed_side=(speaker.side if speaker is not None else None) or mention.attributed_side,
        told_on=next((d.date_start for d in days if any(a.holds(d.evidence.span) for a in asides)), ""),
    )


def _speaker_of(mention: CasualtyMention, quotes: Sequence[Quote]) -> Speaker | None:
    """Return the speaker of the quote that holds a number, where that is who gives the number."""
    source = mention.attributed_to
    speakers = (q.speaker for q in quotes if q.content.holds(mention.evidence.span) and q.speaker.text)
    return next((s for s in speakers if s.text in source or source in s.text), None)
