"""When a story is: of the dates of an article, that of its deed.

The date beside the casualties, if it is surely that of the deed; else a day on which the deed is told to have happened
("the shooting occurred at 10 p.m. on Monday"); else what was told shortly before; and only for want of all these the
day on which something was said of it, or that of the dateline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.assemble._nearness import distance, is_own
from pipeline.assemble._settings import DAY_PRECISION, POINT_TYPES, WEAK, days_between, is_other_time
from pipeline.records import DateBasis, DateRole, DateType, RecordType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.assemble._stories import Story
    from pipeline.records import Article, DateMention, Mentions

SHORT_PRECISION, MONTH_PRECISION = 2, 4
NEAR_BEFORE = 400  # characters, two or three sentences
DYING_DAYS = RECENT_DAYS = 31
LATER = frozenset({DateRole.ASIDE, DateRole.HEAD})
NIGHT = "TNI"
NIGHT_RULES = ("date.deictic", "date.part_turned")  # "overnight", "last night": of which day, a clock may say


def date_of(story: Story, stories: Sequence[Story], mentions: Mentions, article: Article) -> DateMention | None:
    """Return the date of a story, nothing if the article tells none.

    Args:
        story: what the date is of.
        stories: all stories of the article; a date belongs to the nearest.
        mentions: what was found in the article; its dates are none after publication.
        article: for its paragraphs and its day of publication.
    """
    if story.record_type is not RecordType.INCIDENT:
        return story.date
    points = [d for d in mentions.dates if d.type in POINT_TYPES and d.date_start and d.date_prec <= MONTH_PRECISION]
    before = _date_before(story, stories, mentions, points)
    told = story.own_date or (before if _is_told_with(before, story, mentions, article) else None)
    deed = _deed_date(story, stories, mentions, article.published)
    if deed is not None and (told is None or _is_surer(deed, told)):
        return deed
    near = before if before is not None and before.role not in LATER else None
    shared = story.date or near or _round_up_day(story, stories, mentions)
    return told or shared or before or _day_after(stories, points) or _stretch_before(story, mentions)


def _deed_date(story: Story, stories: Sequence[Story], mentions: Mentions, published: str) -> DateMention | None:
    """Return the nearest day on which the deed of a story is told to have happened; far from it only a recent one."""
    own = [d for d in mentions.dates if _is_day_of_deed(d) and is_own(d.evidence.span, story, stories, mentions)]
    gaps = {id(d): distance(d.evidence.span, story, mentions) for d in own}
    likely = [d for d in own if _is_likely(d, gaps[id(d)], published)]
    return min(likely, key=lambda d: gaps[id(d)], default=None)


def _is_day_of_deed(when: DateMention) -> bool:
    is_day = when.type in POINT_TYPES and when.date_prec == DAY_PRECISION and bool(when.date_start)
    return is_day and when.role is DateRole.DEED and when.basis is not DateBasis.INHERITED


def _is_likely(when: DateMention, gap: int, published: str) -> bool:
    """Tell whether a day can be the news: near in the text or in time."""
    return gap <= NEAR_BEFORE or 0 < days_between(when.date_start, published) <= RECENT_DAYS


def _is_surer(deed: DateMention, own: DateMention) -> bool:
    """Tell whether the day of a deed says better when it was: than a death later, a week that holds it, a night."""
    if not own.date_start:
        return False
    if own.role in {DateRole.HEAD, *WEAK}:
        return 0 <= days_between(deed.date_start, own.date_end) <= DYING_DAYS
    if own.date_prec > DAY_PRECISION:
        return not is_other_time(deed, own)
    return _is_some_night(own) and not _is_some_night(deed) and abs(days_between(deed.date_start, own.date_start)) <= 1


def _is_some_night(when: DateMention) -> bool:
    """Tell whether a date is a night between two days that are not named: "overnight"."""
    return when.value.endswith(NIGHT) and when.evidence.rule_id.startswith(NIGHT_RULES)


def _date_before(
    story: Story, stories: Sequence[Story], mentions: Mentions, dated: Sequence[DateMention]
) -> DateMention | None:
    """Return the finest date told shortly before a mention of a story, and not the date of another incident.

    What a round-up tells as a whole dates its incidents: "detained 10 in four raids yesterday. In Kunar they held two".
    """
    taken = {id(s.date) for s in stories if s is not story and s.record_type is not RecordType.SERIES}
    free = [d for d in dated if id(d) not in taken]
    told = [d for d in free if d.role not in LATER]
    for choice in (told, free):
        for start in (mentions.casualties[i].evidence.start for i in story.members):
            near = [d for d in choice if start - NEAR_BEFORE <= d.evidence.start < start]
            if near:
                return min(reversed(near), key=lambda d: d.date_prec)
    return None


def _is_told_with(when: DateMention | None, story: Story, mentions: Mentions, article: Article) -> bool:
    """Tell whether a date stands in a paragraph of its story, and tells more than when something was said."""
    if when is None or when.role in LATER:
        return False
    own = [mentions.casualties[i].evidence.span for i in story.members]
    return any(p.holds(when.evidence.span) and any(p.holds(span) for span in own) for p in article.paragraphs)


def _round_up_day(story: Story, stories: Sequence[Story], mentions: Mentions) -> DateMention | None:
    """Return the day or night of a round-up told before one of its incidents: "10 held in raids overnight"."""
    start = _first(story, mentions)
    rounds = [s for s in stories if s.record_type is RecordType.SERIES and _first(s, mentions) < start]
    days = [s.date for s in rounds if s.date is not None and s.date.date_start and s.date.date_prec <= SHORT_PRECISION]
    return days[-1] if days else None


def _first(story: Story, mentions: Mentions) -> int:
    return min(mentions.casualties[i].evidence.start for i in story.members)


def _day_after(stories: Sequence[Story], dated: Sequence[DateMention]) -> DateMention | None:
    """Return the first day of an article with a single story, a day that is surely not that of the deed last."""
    days = [d for d in dated if d.date_prec == DAY_PRECISION] if len(stories) == 1 else []
    return min(days, key=lambda d: d.role in {DateRole.HEAD, *WEAK}, default=None)


def _stretch_before(story: Story, mentions: Mentions) -> DateMention | None:
    """Return a stretch of some days up to now, told before a story: "over the past 24 hours"."""
    start = max(mentions.casualties[i].evidence.start for i in story.members)
    before = [d for d in mentions.dates if d.type is DateType.DURATION and d.date_end and d.evidence.start < start]
    return next((d for d in reversed(before) if d.date_prec <= SHORT_PRECISION), None)
