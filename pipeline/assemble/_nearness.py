"""Which of the stories of an article a stretch of its text belongs to: the one told nearest to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.assemble._stories import Story
    from pipeline.records import Mentions, Span


def is_own(span: Span, story: Story, stories: Sequence[Story], mentions: Mentions) -> bool:
    """Tell whether a story is the one whose casualties stand nearest to a stretch of the text."""
    if len(stories) == 1:
        return True
    return min(stories, key=lambda s: distance(span, s, mentions)) is story


def distance(span: Span, story: Story, mentions: Mentions) -> int:
    """Return the characters between a stretch and the sentences of a story; what precedes them counts double."""
    return min(_gap(span, mentions.casualties[i].sentence) for i in story.members)


def _gap(span: Span, sentence: Span) -> int:
    if span.start < sentence.end and sentence.start < span.end:
        return 0
    return span.start - sentence.end if span.start >= sentence.end else 2 * (sentence.start - span.end)
