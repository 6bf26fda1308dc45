"""Who says so: the speaker of the clause that a statement stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.extract._syntax import children, noun_left_edge, objects_of, subject
from pipeline.extract.casualties._cue_words import is_saying
from pipeline.extract.speakers._layout import lay_out
from pipeline.extract.speakers._sides import side_of

if TYPE_CHECKING:
    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.records import Side

MAX_SPEAKER_WORDS = 12
MIN_SPEECH_TOKENS = 4


class Source(NamedTuple):
    """Who says so, as worded, and the side that the words tell of; both blank where the article itself does."""

    text: str = ""
    side: Side | None = None


def source_of(trigger: Token, sent: DocSpan) -> Source:
    """Return who says so: the subject of the verb of saying that governs the trigger, or "according to" whom."""
    below = trigger
    for token in trigger.ancestors:
        if below.dep_ in {"ccomp", "xcomp", "parataxis", "dobj"} and is_saying(token):
            who = subject(token)
            if who is not None and who.dep_ != "nsubjpass":  # "it was confirmed that", "a man was found dead"
                return speaker_at(who)
        below = token
    for token in sent:
        if token.lower_ == "according":
            objects = list(objects_of(token))
            if objects:
                return speaker_at(objects[0])
        says = is_saying(token) and token.tag_.startswith("V")
        deed = children(token, "dobj") and not children(token, "mark")  # "kills 23, group claims attack"
        if says and not deed and token.dep_ in {"parataxis", "advcl"} and trigger in {*token.head.subtree}:
            who = next(iter(children(token, "nsubj")), None)
            if who is not None:
                return speaker_at(who)
    return Source()


def is_spoken(trigger: Token) -> bool:
    """Tell whether a word stands in direct speech, whoever speaks; a few words in marks are none: "the ‘martyrs’"."""
    layout = lay_out(trigger.doc)
    return layout.is_quoted(trigger.i) and len(layout.ranges[layout.quoted[trigger.i]]) >= MIN_SPEECH_TOKENS


def speaker_at(noun: Token) -> Source:
    """Return a noun phrase with its name and office but without clauses, capped."""
    right = noun
    for child in noun.rights:
        if child.dep_ in {"prep", "compound", "appos"} and child.i <= right.right_edge.i + 2:
            right = child.right_edge
    start = noun_left_edge(noun).i
    end = min(right.i + 1, start + MAX_SPEAKER_WORDS)
    phrase = noun.doc[start:end]
    return Source(phrase.text.strip(" ,"), side_of([list(phrase)])[0])
