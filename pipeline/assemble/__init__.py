"""Mentions of one article -> its events: which place, date, victims and sources belong to which toll.

Casualty mentions are gathered into stories of one incident each, in text order (`_stories`); `_settings` says where and
when a mention is, `_tolls` what the numbers of a story come to, `_events` makes the row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.assemble._events import build_event, link_parents
from pipeline.assemble._settings import days_between
from pipeline.assemble._sources import with_sources
from pipeline.assemble._stories import gather_stories
from pipeline.records import ConflictPolicy

if TYPE_CHECKING:
    from pipeline.records import Article, Event, Mentions


def assemble(
    article: Article, mentions: Mentions, *, policy: ConflictPolicy = ConflictPolicy.LATEST
) -> tuple[Event, ...]:
    """Build the events of an article, in the order in which it first tells of them.

    So is an attack or accident of which only is told that nobody died in it. Totals of a period become parents of the
    dated incidents inside them.

    Args:
        article: for its paragraphs and its day of publication.
        mentions: what was found in it.
        policy: which of several sources' figures is the best one.
    """
    mentions = _without_future(with_sources(mentions, article), article.published)
    stories = gather_stories(mentions, article)
    events = [build_event(story, stories, article, mentions, policy) for story in stories]
    return tuple(link_parents(events))


def _without_future(mentions: Mentions, published: str) -> Mentions:
    """Leave out the days after publication: no toll is of them ("37 were arrested and are due in court on Monday")."""
    dates = tuple(when for when in mentions.dates if days_between(published, when.date_start) <= 0)
    return replace(mentions, dates=dates)
