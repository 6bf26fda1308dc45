"""Tolls, which are told of a word and not of persons: "the death toll rose to 57 from 41", "14 deaths, up from six"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract._syntax import char_span, children, low_at, text_of
from pipeline.extract.casualties._drafts import Draft, draft_of
from pipeline.extract.casualties._groups import groups_of, join
from pipeline.extract.casualties._phrases import Group
from pipeline.records import Evidence, Scope, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Span as DocSpan

    from pipeline.extract._matching import Match
    from pipeline.extract._numbers import NumberPhrase
    from pipeline.extract.casualties._drafts import SentenceState

RISING = frozenset("rise climb increase jump grow mount soar surge go bring reach pass double swell creep top".split())
TAKING = frozenset({"take", "lift", "push"})
TOLL_LINKS = frozenset({"to", "at", "of", "from", "as", ":", "by", "include"})
SKIPPED = frozenset({"the", "a", "an", "about", "around", "now"})
FRONTED_TOKENS = 6
TOLL_VERBS = frozenset("reach hit pass be exceed surpass top cross near number total stand remain".split())


def read_toll(cue: Match, state: SentenceState) -> Iterator[Draft]:
    """Read "the death toll rose to 57 from 41"."""
    listed = _listed_dead(cue, state)
    if listed is not None:
        state.used |= {p.start for p in listed.phrases}
        yield draft_of(cue, listed, state, separate=False)
        return
    rising = any(t.lemma_ in RISING for t in state.sent)
    numbers = list(_toll_numbers(cue, state))
    changed = rising or any(link == "to" for _, link in numbers)
    for phrase, link in numbers:
        if phrase.start in state.used or (link == "from" and not changed):
            continue
        state.used.add(phrase.start)
        doc = state.sent.doc
        group = Group(doc[phrase.core], char_span(doc[phrase.start], doc[phrase.end - 1]), phrase.count)
        draft = draft_of(cue, group, state, separate=False)
        if link == "include":
            yield Draft(replace(draft.mention, scope=Scope.SUBSET, additive=False))
        elif link == "from":
            yield Draft(replace(draft.mention, status=Status.SUPERSEDED, scope=Scope.CUMULATIVE_UPDATE))
        elif draft.mention.scope is Scope.INCIDENT_TOTAL and _is_raised(link, state):
            yield Draft(replace(draft.mention, scope=Scope.CUMULATIVE_UPDATE))
        else:
            yield draft


def _listed_dead(cue: Match, state: SentenceState) -> Group | None:
    """Read "the dead were two teachers, a nurse and a driver"."""
    verb = cue.anchor.head
    if cue.anchor.dep_ != "nsubj" or verb.lemma_ != "be" or low_at(cue.anchor, -1) != "the":
        return None
    nouns = [t for t in children(verb, "attr") if t.tag_.startswith("N")]
    groups = [group for noun in nouns for group in groups_of(noun, state.numbers)]
    return join(groups) if groups and groups[0].count.best else None


def _is_raised(link: str, state: SentenceState) -> bool:
    """Tell whether a toll is said to have grown to a number: "rose to 57", "the find takes the toll to 17"."""
    verbs = {t.lemma_ for t in state.sent}
    return (link in {"to", "of"} and bool(verbs & RISING)) or (link == "to" and bool(verbs & TAKING))


def superseded(draft: Draft, state: SentenceState) -> Iterator[Draft]:
    """Yield the earlier figure of "14 confirmed deaths, up from six"."""
    doc = state.sent.doc
    for phrase in state.phrases:
        words = [t.lower_ for t in doc[max(state.sent.start, phrase.start - 2) : phrase.start]]
        after_total = doc[phrase.start].idx > draft.mention.evidence.end
        if words == ["up", "from"] and phrase.start not in state.used and after_total and draft.mention.measure:
            state.used.add(phrase.start)
            span = char_span(doc[phrase.start], doc[phrase.end - 1])
            evidence = Evidence(span.start, span.end, f"earlier.{draft.mention.evidence.rule_id}")
            text = text_of(span, state.sent)
            yield Draft(
                replace(
                    draft.mention,
                    count=phrase.count,
                    scope=Scope.CUMULATIVE_UPDATE,
                    status=Status.SUPERSEDED,
                    evidence=evidence,
                    group_text=text,
                )
            )


def _toll_numbers(cue: Match, state: SentenceState) -> Iterator[tuple[NumberPhrase, str]]:
    """Yield the numbers that a toll word is said to have, each with the word before it ("to", "from", "at").

    "The death toll rose to 57 on Friday from 41 a day earlier" gives 57 after "to" and 41 after "from"; "brought to
    31 the number of people killed" gives 31 after "to".
    """
    dead = len(cue.tokens) == 1 and cue.anchor.lower_ == "dead"
    if dead and (low_at(cue.anchor, -1) != "the" or cue.anchor.dep_ == "amod"):
        return  # only "put the dead at 18", not "the dead man"
    first, last = cue.anchor.i, cue.tokens[-1].i
    behind = [p for p in state.phrases if p.start > last]
    before = [p for p in state.phrases if first - FRONTED_TOKENS <= p.start and p.end <= first]
    for phrase in behind + before:
        link = _link_of(phrase, state.sent)
        if phrase.start not in state.rejected and link in TOLL_LINKS and (phrase in behind or link == "to"):
            yield phrase, link


def _link_of(phrase: NumberPhrase, sent: DocSpan) -> str:
    """Return the word that links a number to its toll: the preposition, "of" for "reached", "exceeds"."""
    words = [t for t in sent.doc[sent.start : phrase.start] if t.lower_ not in SKIPPED]
    if not words:
        return ""
    if words[-1].lemma_ == "include":
        return "include"
    return "of" if words[-1].lemma_ in TOLL_VERBS else words[-1].lower_
