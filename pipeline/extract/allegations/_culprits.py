"""Whether a noun phrase names somebody who can do a wrong: persons and bodies, no flood, no fever, no 12 years."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.speakers._phrases import phrase_head
from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from pipeline.extract.allegations._claims import Scene

DOERS = frozenset({"PERSON", "ORG", "NORP"})


def can_do_wrong(scene: Scene, phrase: range) -> bool:
    """Tell whether a phrase names persons or a body, not a flood or a fever."""
    doc = scene.doc
    head = doc[phrase_head(doc, phrase)]
    if head.tag_ in {"PRP", "WP"} or head.ent_type_ in DOERS or scene.party(phrase).side is not None:
        return True
    word = head.lemma_.lower()
    return word in _person_nouns() or (word.endswith(_endings("person")) and word not in _endings("thing"))


@cache
def _person_nouns() -> frozenset[str]:
    return frozenset(e.form for e in load_lexicon("person_nouns") if e.label != "animal")


@cache
def _endings(label: str) -> tuple[str, ...]:
    forms = (e.form for e in load_lexicon("person_endings") if e.label == label)
    return tuple(word for form in forms for word in (form, form.replace("man", "men")))  # lemmas of plurals are missed
