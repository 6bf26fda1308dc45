"""The tense over a date: "will meet on Friday" is ahead, "met on Friday" is not."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from pipeline.extract.dates._words import entries, kinds_of

if TYPE_CHECKING:
    from spacy.tokens import Token

VERBAL = frozenset({"VERB", "AUX"})
NOMINAL = frozenset({"NOUN", "PRON", "ADJ"})
AHEAD = re.compile(r"will|shall|['’]?ll|wo|must|should|may|can|would|['’]d")
HAVE = frozenset({"have", "has", "had", "'ve", "’ve"})
PRESENT_TAGS = frozenset({"VBZ", "VBP"})
GENITIVES = frozenset({"'s", "’s", "'", "’"})
MAX_STEPS = 8


class Tense(Enum):
    """What the verb over a date says of it."""

    PAST = "past"
    FUTURE = "future"
    UNKNOWN = "unknown"


def tense_over(token: Token) -> Tense:
    """Return what the verbs above a date say of it, else what the word before it says; unknown without a parse.

    Only a verb that the date itself modifies makes it past: "was killed on 20 December", but not "was invited to a
    ceremony on 20 December". "Friday's ruling" says nothing.
    """
    if any(child.lower_ in GENITIVES for child in token.children):
        return Tense.UNKNOWN
    found = _tense_above(token)
    cue = entries("ahead").get(token.nbor(-1).lower_) if token.i > 0 else None
    if cue is None or not token.doc.has_annotation("SENT_START"):
        return found
    if cue.pos == "ADJ" or _is_deferred(token):  # "resigned, effective Friday", "was put off until Friday"
        return Tense.FUTURE
    is_past = any(word.tag_ == "VBD" for word in token.sent)
    return Tense.FUTURE if found is Tense.UNKNOWN and not is_past else found


def _is_deferred(token: Token) -> bool:
    """Tell whether a date after "until" hangs on a verb that sets a new one: "extended", "put off"."""
    verb = next((word for word in token.ancestors if word.pos_ in VERBAL), None)
    return verb is not None and verb.lemma_.lower() in entries("deferring")


def _tense_above(token: Token) -> Tense:
    """Return the tense of the nearest verb above that has one; "said" does not make what it says past."""
    is_infinitive = is_indirect = False
    for step, ancestor in enumerate(token.ancestors):
        if step >= MAX_STEPS:
            break
        found = _tense_of(ancestor, is_infinitive=is_infinitive)
        if found is not Tense.UNKNOWN:
            return Tense.UNKNOWN if is_indirect and found is Tense.PAST else found
        is_infinitive = ancestor.tag_ == "VB"
        is_thing = ancestor.pos_ in NOMINAL and not kinds_of(ancestor.lower_)
        is_said = ancestor.dep_ == "ccomp"  # "said it is calling for a march on Friday"
        is_indirect = is_indirect or is_infinitive or is_thing or is_said or ancestor.tag_ == "TO"
    return Tense.UNKNOWN


def _tense_of(word: Token, *, is_infinitive: bool) -> Tense:
    """Return what a word above a date says."""
    helpers = [child for child in word.children if child.dep_ in {"aux", "auxpass"}]
    is_perfect = any(helper.lower_ in HAVE for helper in helpers)
    is_modal = any(AHEAD.fullmatch(helper.text) for helper in helpers)  # not the month of May
    if is_perfect and (is_modal or any(helper.tag_ == "TO" for helper in helpers)):
        return Tense.PAST  # "will have left", "is said to have planned an August attack"
    if is_modal or _looks_ahead(word, is_infinitive=is_infinitive, has_helper=bool(helpers)):
        return Tense.FUTURE
    if word.pos_ not in VERBAL:
        return Tense.UNKNOWN
    is_past = word.tag_ == "VBD" or is_perfect or any(helper.tag_ == "VBD" for helper in helpers)
    return Tense.PAST if is_past or (word.tag_ == "VBN" and not helpers) else Tense.UNKNOWN


def _looks_ahead(word: Token, *, is_infinitive: bool, has_helper: bool) -> bool:
    """Tell whether a word looks ahead by its meaning.

    "Due", "expected" and the like do; "planned", "agreed" only through their infinitive: "agreed to meet on Friday",
    but "agreed on Friday". "Opens on Friday" is ahead, "kills nine on Friday" a headline.
    """
    if word.lemma_.lower() in entries("future") and (is_infinitive or word.tag_ != "VBD"):
        return True
    if any(child.dep_ == "acomp" and child.lemma_.lower() in entries("future") for child in word.children):
        return True
    return word.tag_ in PRESENT_TAGS and not has_helper and word.lemma_.lower() in entries("scheduled")
