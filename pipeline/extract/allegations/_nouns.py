"""Nouns of accusing and of procedure: accusations of Z against Y, the trial of Y over Z, a warrant for Y."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.allegations._acts import main_act
from pipeline.extract.allegations._claims import Told, status_of, status_of_word, words_of
from pipeline.extract.allegations._culprits import can_do_wrong
from pipeline.extract.allegations._doers import find_deeds
from pipeline.extract.allegations._parties import (
    author_behind,
    best_wrong,
    claim_end,
    object_behind,
    person_behind,
    subject_of,
    wrongs_behind,
)
from pipeline.extract.speakers._phrases import NOUNS, before_verb, is_finite, left_chunk, right_phrase
from pipeline.records import AllegationStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

    from pipeline.extract.allegations._claims import Scene
    from pipeline.lexicons import Entry

AGAINST = frozenset({"against", "for", "into", "of", "at"})  # what leads from the noun to the accused, or to the wrong
OF_WHOM = frozenset(
    {AllegationStatus.ON_TRIAL, AllegationStatus.CHARGED, AllegationStatus.CONVICTED, AllegationStatus.ACQUITTED}
)
GOVERNED = frozenset({"dobj", "nsubjpass"})
MAX_ASIDE = 12  # tokens between a claim and "that": "a claim, spread by the network on Monday, that"
MEDIA = frozenset({"media", "networks", "internet", "channels"})


def read_noun(scene: Scene, start: int, stop: int, entry: Entry) -> Iterator[Told]:
    """Read "the trial of Y over Z", "accusations by X that Y did Z", "accusations of Z against Y"."""
    doc, limit = scene.doc, scene.stretch.stop
    if doc[stop - 1].tag_ not in NOUNS or doc[stop - 1].dep_ == "compound" or stop >= limit:
        return
    verb = _governor(doc[stop - 1])
    accuser = right_phrase(doc, stop + 1, limit) if doc[stop].lower_ in {"by", "from"} else range(0)
    at = accuser.stop if accuser else stop
    clause = _clause_behind(scene, at)
    status = status_of_word("closing", verb.lemma_) if verb is not None else None
    if verb is not None and not accuser and (status is not None or verb.lemma_ in words_of("opening")):
        accuser = _opener(scene, verb)
    if clause:
        yield from _read_clause(scene, clause, accuser or _spreader(doc, range(at, clause.start)))
    elif at < limit and doc[at].lower_ in AGAINST:
        told = _read_against(scene, start, at, entry)
        if told is not None:
            yield Told(told.wrong, told.act, told.accused, accuser, status=status)
    elif verb is not None and verb.lemma_ in words_of("opening"):
        yield from _read_taken(scene, at, verb, accuser)


def _governor(noun: Token) -> Token | None:
    """Return the verb that a noun is the object of, also in the passive: "opened a case", "a case was opened"."""
    return noun.head if noun.dep_ in GOVERNED and noun.head.tag_.startswith("VB") else None


def _opener(scene: Scene, verb: Token) -> range:
    passive = any(child.dep_ == "auxpass" for child in verb.children)
    agent = next((child.i for child in verb.children if child.dep_ == "agent"), None)
    if passive:
        return author_behind(scene.doc, agent, scene.stretch.stop) if agent is not None else range(0)
    return subject_of(scene, verb.i)


def _clause_behind(scene: Scene, at: int) -> range:
    """Return the clause of "claims on social media that", "a claim, spread by the network, that"."""
    doc = scene.doc
    for k in range(at, min(at + MAX_ASIDE, scene.stretch.stop - 1)):
        if doc[k].lower_ == "that" and doc[k].tag_ in {"IN", "WDT"} and doc[k + 1].tag_ != "MD":
            beside = k == at or doc[k].dep_ == "mark"
            return range(k + 1, claim_end(scene, k + 1)) if beside else range(0)
        if is_finite(doc[k]) or (k == at and doc[k].lower_ in AGAINST):
            break
    return range(0)


def _spreader(doc: Doc, aside: range) -> range:
    """Return who spreads a claim: "made by the party", "on social media"."""
    by = next((k for k in aside if doc[k].lower_ in {"by", "from"}), None)
    if by is not None:
        return right_phrase(doc, by + 1, aside.stop)
    at = next((k for k in aside if doc[k].lower_ in {"on", "in"}), None)
    phrase = right_phrase(doc, at + 1, aside.stop) if at is not None else range(0)
    return phrase if phrase and doc[phrase.stop - 1].lower_ in MEDIA else range(0)


def _read_clause(scene: Scene, text: range, accuser: range) -> Iterator[Told]:
    for _, act, doer in find_deeds(scene, text):
        if can_do_wrong(scene, doer):
            yield Told(text, act, doer, accuser)


def _read_against(scene: Scene, start: int, at: int, entry: Entry) -> Told | None:
    """Read what follows "against", "into" or "of": the accused with the wrong behind, or the wrong with its author."""
    doc, limit = scene.doc, scene.stretch.stop
    phrase = right_phrase(doc, at + 1, limit)
    text = range(at + 1, claim_end(scene, at + 1))
    act = main_act(doc, person_behind(doc, at + 1, limit) or phrase or text)
    if act is not None:
        by = next((k for k in text if doc[k].lower_ in {"against", "by"}), None)
        return Told(text, act, author_behind(doc, by, limit)) if by is not None else None
    accused = person_behind(doc, at + 1, limit)
    told_of = doc[at].lower_ == "of" and status_of(entry) not in OF_WHOM  # "64 cases of people killed"
    if told_of or not accused or not can_do_wrong(scene, accused):
        return None
    wrong, act = best_wrong(scene, wrongs_behind(scene, accused.stop))
    if act is None:
        wrong = _modifiers(doc, start, scene.stretch.start) or wrong
        act = main_act(doc, wrong)
    return Told(wrong, act, accused) if wrong else None


def _modifiers(doc: Doc, noun: int, floor: int) -> range:
    """Return the act that stands before a noun: "the murder charge", "fraud allegations"."""
    phrase = left_chunk(doc, noun + 1, floor)
    before = range(phrase.start, noun) if phrase else range(0)
    return before if before and main_act(doc, before) is not None else range(0)


def _read_taken(scene: Scene, at: int, verb: Token, accuser: range) -> Iterator[Told]:
    """Read "opened a case over Z and detained Y"."""
    doc = scene.doc
    wrong, act = best_wrong(scene, wrongs_behind(scene, at))
    taking = next((c for c in verb.conjuncts if c.lemma_ in words_of("custody")), None)
    if taking is not None and act is not None:
        text = range(wrong.start, max(wrong.start + 1, min(wrong.stop, before_verb(doc, taking.i, at) - 1)))
        yield Told(text, main_act(doc, text) or act, object_behind(scene, taking.i + 1), accuser)


def read_faced(scene: Scene, start: int, stop: int, _entry: Entry) -> Iterator[Told]:
    """Read "the general faces charges of torture", "was extradited to face fraud charges", "awaits trial for Z"."""
    doc = scene.doc
    verb = _governor(doc[stop - 1])
    if verb is None or verb.lemma_ not in words_of("facing"):
        return
    wrong, act = best_wrong(scene, wrongs_behind(scene, stop))
    if act is None:
        wrong = _modifiers(doc, start, scene.stretch.start)
        act = main_act(doc, wrong)
    if act is not None:
        yield Told(wrong, act, subject_of(scene, _chief(verb).i))


def _chief(verb: Token) -> Token:
    """Return the verb whose subject an infinitive shares: "was extradited to face charges"."""
    infinitive = any(child.tag_ == "TO" for child in verb.lefts)
    return verb.head if infinitive and verb.head.tag_.startswith("VB") else verb
