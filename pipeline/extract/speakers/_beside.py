"""The mention of the speaker that stands before a speech verb, over asides, or that the verb shares with another.

"Ode (Bol), also a bishop, on Friday said", "the police chief of Orsa, Bram Okoye, told", "She left and said".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.speakers._layout import is_mark
from pipeline.extract.speakers._mentions import personal_name
from pipeline.extract.speakers._phrases import before_verb, is_finite, left_phrase, right_phrase, skip_time_left
from pipeline.extract.speakers._sides import is_listed
from pipeline.extract.speakers._titles import has_office

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from pipeline.extract.speakers._layout import Layout

MAX_ASIDE = 25  # tokens between a speaker and the verb: "X, who took over in May after a long trial, said"
MAX_ASIDES = 3
MAX_CLIMB = 4  # verbs between a participle and the subject of its sentence


def speaker_before(layout: Layout, stretch: range, verb: int) -> range:
    """Return the noun phrase that is the subject before a verb with a tense; empty if there is none."""
    doc = layout.doc
    found = _phrase_before(layout, stretch, before_verb(doc, verb, stretch.start))
    if not found or layout.is_quoted(found.start):
        return range(0)
    if found.start - 1 > stretch.start and doc[found.start - 1].tag_ in {"IN", "TO"}:
        return _behind_preposition(doc, verb, found, stretch.start)
    return found


def _behind_preposition(doc: Doc, verb: int, found: range, floor: int) -> range:
    """Return whose relative clause ends before the verb: "a villager who fled to Sarn said"; else the phrase found."""
    for k in range(found.start - 2, max(floor, found.start - MAX_ASIDE), -1):
        if doc[k].tag_ in {"WP", "WDT"} and doc[k].lower_ in {"who", "which", "that"}:
            return left_phrase(doc, k, floor) or found
        if doc[k].text == ",":
            break
    subject = next((c for c in doc[verb].children if c.dep_ in {"nsubj", "nsubjpass"} and c.i < found.start), None)
    phrase = left_phrase(doc, subject.i + 1, floor) if subject is not None else range(0)
    if not phrase or any(is_finite(doc[k]) for k in range(phrase.stop, found.start)):
        return phrase or found
    return range(phrase.start, found.stop)  # "a source close to the inquiry"


def with_title(doc: Doc, phrase: range, floor: int) -> int:
    """Return where a mention begins, with a title before the name and a comma: "Deputy Minister, Ana Petrov, said"."""
    if not phrase or phrase.start - 2 < floor or doc[phrase.start - 1].text != "," or not personal_name(doc, phrase):
        return phrase.start
    title = left_phrase(doc, phrase.start - 1, floor)
    return title.start if title and has_office(doc, title) and not personal_name(doc, title) else phrase.start


def shared_speaker(layout: Layout, stretch: range, verb: int) -> range:
    """Return the subject that a coordinated verb or a participle shares with a verb before it."""
    doc = layout.doc
    subject = _tree_subject(doc[verb])
    if subject is not None and subject.i in stretch and not layout.is_quoted(subject.i):
        found = left_phrase(doc, subject.i + 1, stretch.start)
        whole = right_phrase(doc, found.start, verb) if found else found
        if found:
            return whole if whole.stop > found.stop else found
    for k in range(verb - 1, stretch.start, -1):
        if is_finite(doc[k]) and not layout.is_quoted(k):
            found = _phrase_before(layout, stretch, before_verb(doc, k, stretch.start))
            if found:
                return found
    return range(0)


def closes_aside(layout: Layout, stretch: range, comma: int) -> bool:
    """Tell whether a comma closes an aside behind a speaker: "“Stop,” Ana Petrov, the mayor, said"."""
    doc = layout.doc
    opening = _comma_before(layout, stretch, comma)
    phrase = left_phrase(doc, opening, stretch.start) if opening is not None else range(0)
    if not phrase:
        return False
    if phrase.start == stretch.start:
        return not any(is_finite(doc[k]) for k in range(phrase.stop, comma))
    return doc[phrase.start - 1].text == "," or is_mark(doc[phrase.start - 1])


def _phrase_before(layout: Layout, stretch: range, stop: int) -> range:
    doc, floor = layout.doc, stretch.start
    at = stop
    aside = range(0)
    for _ in range(MAX_ASIDES):
        at = skip_time_left(doc, at, floor)
        if at > floor and doc[at - 1].text == ")":
            at = _opening(doc, at - 1, floor)
        elif at > floor and doc[at - 1].text == ",":
            opening = _comma_before(layout, stretch, at - 1)
            if opening is None:
                return range(0)
            aside = aside or _named_aside(doc, opening + 1, at - 1)
            at = opening
        else:
            break
        at = _before_age(doc, at, floor)
    found = left_phrase(doc, at, floor)
    return aside if aside and _is_title(doc, found, floor) else found


def _before_age(doc: Doc, at: int, floor: int) -> int:
    """Pass the age in "Ode, 61, who took over in May, said"."""
    is_age = at - 2 > floor and doc[at - 1].tag_ == "CD" and doc[at - 2].text == ","
    return at - 2 if is_age else at


def _is_title(doc: Doc, phrase: range, floor: int) -> bool:
    """Tell whether a phrase is an office without a name, or a place behind one: "the chief of Orsa, Talvia"."""
    if not phrase:
        return False
    if has_office(doc, phrase) or (is_listed(doc[phrase.stop - 1], "bodies") and doc[phrase.stop - 1].is_lower):
        return not personal_name(doc, phrase)  # "the mayor, Ana Petrov", "the mine's operator, Samara Coal"
    parted = phrase.start > floor and doc[phrase.start - 1].text == "," and len(phrase) == 1
    before = left_phrase(doc, phrase.start - 1, floor) if parted else range(0)
    of_place = len(before) > len("of") and doc[before.stop - 2].lower_ in {"of", "in", "for"}
    return of_place and has_office(doc, before)


def _named_aside(doc: Doc, start: int, stop: int) -> range:
    """Return an aside that is a name: "the police chief of Orsa, Bram Okoye, said"."""
    phrase = right_phrase(doc, start, stop)
    return phrase if phrase.stop == stop and all(doc[k].tag_ in {"NNP", "HYPH"} for k in phrase) else range(0)


def _opening(doc: Doc, closing: int, floor: int) -> int:
    return next((k for k in range(closing - 1, max(floor, closing - MAX_ASIDE) - 1, -1) if doc[k].text == "("), closing)


def _comma_before(layout: Layout, stretch: range, comma: int) -> int | None:
    """Return the comma that opens the aside that a comma closes; no aside holds a quotation."""
    for k in range(comma - 1, max(stretch.start, comma - MAX_ASIDE) - 1, -1):
        if layout.is_quoted(k) or is_mark(layout.doc[k]):
            return None
        if layout.doc[k].text == ",":
            return k
    return None


def _tree_subject(verb: Token) -> Token | None:
    for _ in range(MAX_CLIMB):
        for child in verb.children:
            if child.dep_ in {"nsubj", "nsubjpass"}:
                return child
        if verb.head is verb:
            return None
        verb = verb.head
    return None
