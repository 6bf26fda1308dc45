"""Words of deeds: what is done in an attack or accident, by lexicons/event_words.csv and casualty_cues.csv.

They tell a date or a place of the deed from one that stands beside something else.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract._matching import TAGS, word_forms
from pipeline.lexicons import load_lexicon
from pipeline.records import EventType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Token

    from pipeline.lexicons import Entry

NO_DEEDS = frozenset({EventType.ARREST, EventType.DEATH_IN_CUSTODY, EventType.PROTEST_REPRESSION})
HARM = ("killed:object", "killed:subject", "killed:of", "injured:object", "injured:subject")


def is_deed(word: Token) -> bool:
    """Tell whether a word is of a deed: "killed", "shooting", "crashed"."""
    return _is_among(word, _tags(deed_entries()))


def is_harm(word: Token) -> bool:
    """Tell whether a word says that somebody was killed or hurt: "killed", "massacre"."""
    return _is_among(word, _tags(_harms()))


def _is_among(word: Token, tags: Mapping[str, set[str]]) -> bool:
    return any(word.tag_.startswith(tag) for form in word_forms(word) for tag in tags.get(form, ()))


@cache
def deed_entries() -> tuple[Entry, ...]:
    """Return the single words of deeds."""
    acts = (e for e in load_lexicon("event_words") if e.label.endswith(":act"))
    deeds = [e for e in acts if EventType(e.label.partition(":")[0]) not in NO_DEEDS]
    return tuple(e for e in deeds if len(e.words) == 1) + _harms()


@cache
def _harms() -> tuple[Entry, ...]:
    return tuple(e for e in load_lexicon("casualty_cues") if e.label.startswith(HARM) and len(e.words) == 1)


@cache
def _tags(entries: tuple[Entry, ...]) -> Mapping[str, set[str]]:
    """Return the tags of each form; the entries are few, and always the same."""
    found = defaultdict[str, set[str]](set)
    for entry in entries:
        found[entry.form].update(TAGS[entry.pos])
    return found
