"""Doc -> what kind of event a passage tells of, by what means, who did it, and who the named victims are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._matching import find_entries
from pipeline.extract._numbers import find_numbers
from pipeline.extract._syntax import (
    char_span,
    children,
    conjuncts,
    noun_left_edge,
    objects_of,
    sentences,
    subject,
    word_at,
)
from pipeline.extract.casualties._affected import affected
from pipeline.extract.casualties._ages import ages_of
from pipeline.extract.casualties._persons import group_of, is_animal, may_be_person
from pipeline.extract.speakers._sides import side_of
from pipeline.records import ActMention, EventType, Evidence, Measure, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as DocSpan

    from pipeline.extract._matching import Match

VICTIM_MEASURES = frozenset({Measure.KILLED, Measure.INJURED, Measure.MISSING, Measure.DETAINED, Measure.ABDUCTED})
SEX_WORDS = {
    "male": frozenset("man boy father husband brother son uncle grandfather mr he him his widower".split()),
    "female": frozenset("woman girl mother wife sister daughter aunt grandmother mrs ms miss she her widow".split()),
}
MAX_ACTOR_WORDS = 12


def find_acts(doc: Doc) -> Iterator[ActMention]:
    """Find words that tell the kind of event or its means, and the doers of what befell the casualties.

    Needs sentence bounds, tags, lemmas, a dependency parse and entities.

    Yields:
        One mention for each word of lexicons/event_words.csv, and one for each doer named beside a casualty word,
        sentence by sentence.
    """
    for sent in sentences(doc):
        for match in find_entries(sent, "event_words"):
            yield _act(match)
        for cue in find_entries(sent, "casualty_cues"):
            for doer in _doers(cue):
                yield _deed(doer, cue)


def _act(match: Match) -> ActMention:
    first, last = min(match.tokens, key=lambda t: t.i), max(match.tokens, key=lambda t: t.i)
    span = char_span(first, last)
    means = match.entry.form if match.role == "means" else ""
    return ActMention(EventType(match.what), Evidence(span.start, span.end, match.entry.id), means=means)


def _doers(cue: Match) -> list[Token]:
    """Return who did it: the subject of the active verb, the "by" of the passive or of the noun."""
    word = cue.anchor
    if cue.role not in {"object", "of"}:
        return []
    by = [o for prep in children(word, "agent", "prep") if prep.lower_ == "by" for o in objects_of(prep)]
    active = _agents(word) if children(word, "dobj") and cue.role == "object" else []
    found = [t for noun in (*by, *active) for t in conjuncts(noun)]
    return [t for t in found if (may_be_person(t) or t.ent_type_ == "ORG") and t.tag_ not in {"PRP", "WP", "WDT"}]


def _agents(verb: Token) -> list[Token]:
    """Return the subject of an active verb, or of the verb that it goes on: "gunmen stormed a market, killing 31"."""
    if children(verb, "nsubj") or verb.dep_ not in {"conj", "advcl"}:
        return children(verb, "nsubj")
    who = subject(verb.head)
    return [who] if who is not None and who.dep_ == "nsubj" else []


def _deed(doer: Token, cue: Match) -> ActMention:
    start = noun_left_edge(doer)
    if doer.i - start.i > MAX_ACTOR_WORDS:
        start = doer
    span = char_span(start, doer)
    side, _ = side_of([list(doer.doc[start.i : doer.i + 1])])
    return ActMention(
        event_type=None,
        evidence=Evidence(span.start, span.end, f"doer.{cue.entry.id}"),
        perpetrator=_without_article(doer.doc[start.i : doer.i + 1]),
        perpetrator_side=side,
    )


def _without_article(span: DocSpan) -> str:
    words = [t for t in span if not t.is_space]
    while len(words) > 1 and words[0].tag_ in {"DT", "CD", "PRP$"}:
        words = words[1:]
    return " ".join("".join(t.text + (" " if t.whitespace_ else "") for t in words).split())


def find_victims(doc: Doc) -> Iterator[Victim]:
    """Find victims who are named, with age, sex and role where the text gives them.

    Needs what `find_acts` needs.
    """
    seen: set[tuple[str, Measure]] = set()
    for sent in sentences(doc):
        for cue in find_entries(sent, "casualty_cues"):
            if cue.role == "toll" or Measure(cue.what) not in VICTIM_MEASURES:
                continue
            for victim in _named(cue, sent):
                if (victim.name, victim.status) not in seen:
                    seen.add((victim.name, victim.status))
                    yield victim


def _named(cue: Match, sent: DocSpan) -> Iterator[Victim]:
    numbers = {i: p for p in find_numbers(sent.doc, sent.start, sent.end) for i in range(p.start, p.end)}
    for head in affected(cue, sent, numbers):
        listed = [t for member in conjuncts(head) for t in (member, *children(member, "appos"))]
        for token in (t for member in listed for t in conjuncts(member)):
            if token.ent_type_ == "PERSON" and not is_animal(token):
                yield _victim(_name_at(token), token, cue)


def _name_at(token: Token) -> DocSpan:
    """Return the whole name that a token is a part of."""
    start, end = token.i, token.i + 1
    while token.doc[start].ent_iob_ == "I":
        start -= 1
    while end < len(token.doc) and token.doc[end].ent_iob_ == "I":
        end += 1
    return token.doc[start:end]


def _victim(name: DocSpan, token: Token, cue: Match) -> Victim:
    ages = ages_of(token) or (ages_of(token.head) if token.dep_ == "appos" else [])
    before = [*noun_left_edge(token).subtree] if token.dep_ != "appos" else [token.head]
    described = [*before, *token.children, token.head, *_noun_before(name)]
    role = next((t.lemma_.lower() for t in described if t.tag_.startswith("N") and group_of(t) and t != token), "")
    span = char_span(name[0], name[-1])
    return Victim(
        name=" ".join(name.text.split()),
        age=ages[0] if len(ages) == 1 else None,
        sex=_sex(described),
        role=role,
        status=Measure(cue.what),
        evidence=Evidence(span.start, span.end, cue.entry.id),
    )


def _noun_before(name: DocSpan) -> Iterator[Token]:
    """Yield the noun of "her brother Samuel Osei" and "a farmer, Juan Solano", whatever the tree says of the two."""
    before = word_at(name[0], -1)
    if before is not None and before.text == ",":
        before = word_at(name[0], -2)
    if before is not None and before.tag_ == "NN":
        yield before


def _sex(described: list[Token]) -> str:
    words = {t.lemma_.lower().rstrip(".") for t in described}
    found = [sex for sex, markers in SEX_WORDS.items() if words & markers]
    return found[0] if len(found) == 1 else ""
