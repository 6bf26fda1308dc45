"""What a date is the date of: a deed, a death, or something said or done about them later.

The word over the date says so, by lexicons/date_roles.csv, the words for kinds of event and for casualties, and the
verbs of saying and of justice: "the shooting happened on Friday", "he died on Sunday", "he was charged on Monday".
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.extract._deeds import deed_entries
from pipeline.extract._matching import TAGS, word_forms
from pipeline.extract._syntax import is_passive
from pipeline.lexicons import load_lexicon
from pipeline.records import DateRole, EventType, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Doc, Token

MAX_CLIMB = 7
OWNED = frozenset({"poss", "compound", "nmod", "amod"})
JOINTS = frozenset({"prep", "pcomp", "amod"})  # "following an operation on Monday"
PASSIVE = "passive"


def role_of(doc: Doc, start: int, end: int) -> DateRole:
    """Return what the stretch of a date is the date of; open where no word over it tells, or without a parse."""
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None or not span.root.tag_:
        return DateRole.OPEN
    for token in islice(span.root.ancestors, MAX_CLIMB):
        role = _role_by(token)
        if role is DateRole.DEED and _describes_somebody(token):
            return DateRole.ASIDE
        if role is not None:
            return role
        is_owner = token == span.root.head and span.root.dep_ in OWNED  # "during Saturday's election"
        if is_owner or (token.tag_.startswith("V") and token.dep_ not in JOINTS):
            break
    return DateRole.OPEN


def _role_by(word: Token) -> DateRole | None:
    """Return what a word says of a date below it, nothing for most words."""
    for form in sorted(word_forms(word)):
        for role, pos, companion in _readings().get(form, ()):
            if word.tag_.startswith(pos) and _has(word, companion):
                return role
    return DateRole.ASIDE if word.tag_ == "VBN" and _is_before_past(word) else None


def _has(word: Token, companion: str) -> bool:
    """Tell whether a verb has its second word beside or below it, or is passive where that is asked."""
    if companion == PASSIVE:
        return is_passive(word)
    return not companion or any(companion in word_forms(child) for child in word.children)


def _is_before_past(verb: Token) -> bool:
    """Tell whether a verb tells what was before the story: "a man who had escaped in January"."""
    return any(child.lower_ in {"had", "'d"} and child.dep_ == "aux" for child in verb.children)


def _describes_somebody(deed: Token) -> bool:
    """Tell whether a deed only says who somebody is: "Dalo Ruk, one of the men behind the April 7 attack,"."""
    if deed.dep_ != "pobj":
        return False
    for token in islice(deed.ancestors, MAX_CLIMB):
        if token.dep_ == "appos":
            return token.head.tag_.startswith("NNP")
        if token.dep_ not in {"prep", "pobj"}:
            return False
    return False


@cache
def _readings() -> Mapping[str, list[tuple[DateRole, tuple[str, ...], str]]]:
    """Return by the first word of an entry what it says of a date, with which tags, and its second word."""
    found = defaultdict(list)
    for entry in load_lexicon("date_roles"):
        role, _, voice = entry.label.partition(":")
        found[entry.words[0]].append((DateRole(role), TAGS[entry.pos], voice or " ".join(entry.words[1:2])))
    for form, pos, role in _words_of_other_lists():
        found[form].append((role, TAGS[pos], ""))
    return found


def _words_of_other_lists() -> list[tuple[str, str, DateRole]]:
    """Return the single words of deeds, and of saying and justice, with their parts of speech and what they say."""
    said = [e for e in load_lexicon("status_cues") if e.label in {f"{Status.ATTRIBUTED}:verb", "aside:about"}]
    arrests = [e for e in load_lexicon("event_words") if e.label == f"{EventType.ARREST}:act"]
    later = [e for e in said + arrests if len(e.words) == 1]
    roles = ((deed_entries(), DateRole.DEED), (later, DateRole.ASIDE))
    return [(entry.form, entry.pos, role) for entries, role in roles for entry in entries]
