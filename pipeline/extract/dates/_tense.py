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
    is_parsed = token.doc.has_annotation("SENT_START")
    is_after_cue = is_parsed and token.i > 0 and token.nbor(-1).lower_ in entries("ahead")
    if found is Tense.UNKNOWN and is_after_cue and not any(word.tag_ == "VBD" for word in token.sent):
        return Tense.FUTURE
    return found


def _tense_above(token: Token) -> Tense:
    is_infinitive = is_indirect = False
    for step, ancestor in enumerate(token.ancestors):
        if step >= MAX_STEPS:
            break
        found = _tense_of(ancestor, is_infinitive=is_infinitive)
        if found is not Tense.UNKNOWN:
            return Tense.UNKNOWN if is_indirect and found is Tense.PAST else found
        is_infinitive = ancestor.tag_ == "VB"
        is_thing = ancestor.pos_ in NOMINAL and not kinds_of(ancestor.lower_)
        is_indirect = is_indirect or is_infinitive or is_thing or ancestor.tag_ == "TO"
    return Tense.UNKNOWN


def _tense_of(word: Token, *, is_infinitive: bool) -> Tense:
    """Return what a word above a date says.

    "Due", "expected" and the like look ahead; "planned", "agreed" only through their infinitive: "agreed to meet on
    Friday", but "agreed on Friday". "Opens on Friday" is ahead, "kills nine on Friday" a headline.
    """
    helpers = [child for child in word.children if child.dep_ in {"aux", "auxpass"}]
    if any(AHEAD.fullmatch(helper.text) for helper in helpers):  # not the month of May
        is_perfect = any(helper.lower_ in HAVE for helper in helpers)
        return Tense.PAST if is_perfect else Tense.FUTURE
    if word.lemma_.lower() in entries("future") and (is_infinitive or word.tag_ != "VBD"):
        return Tense.FUTURE
    if any(child.dep_ == "acomp" and child.lemma_.lower() in entries("future") for child in word.children):
        return Tense.FUTURE
    if word.tag_ in PRESENT_TAGS and not helpers and word.lemma_.lower() in entries("scheduled"):
        return Tense.FUTURE
    if word.pos_ not in VERBAL:
        return Tense.UNKNOWN
    is_past = word.tag_ == "VBD" or any(helper.tag_ == "VBD" or helper.lower_ in HAVE for helper in helpers)
    return Tense.PAST if is_past or (word.tag_ == "VBN" and not helpers) else Tense.UNKNOWN
