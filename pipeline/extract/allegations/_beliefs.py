"""What is held of somebody without being stated: "is believed to have killed", "police suspect that Y did Z"."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.allegations._acts import find_acts, is_support, main_act
from pipeline.extract.allegations._claims import Told
from pipeline.extract.allegations._culprits import can_do_wrong
from pipeline.extract.allegations._doers import find_deeds
from pipeline.extract.allegations._parties import author_behind, claim_end, is_passive, subject_of
from pipeline.extract.speakers._phrases import phrase_head, right_chunk
from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

    from pipeline.extract.allegations._claims import Scene
    from pipeline.lexicons import Entry

COMPLEMENTS = frozenset({"xcomp", "ccomp"})
QUOTE_TAGS = frozenset({"``", "''"})


def read_belief(scene: Scene, verb: int, stop: int, entry: Entry) -> Iterator[Told]:
    """Read "the gang is believed to have killed two", and "police believe the gang killed two" where belief accuses."""
    doc = scene.doc
    if not doc[verb].tag_.startswith("VB"):
        return
    if doc[verb].tag_ == "VBN" and is_passive(doc, verb, scene.stretch.start):
        yield from _read_raised(scene, verb)
    elif entry.label.startswith("belief"):
        yield from _read_believed(scene, verb, stop)


def _read_raised(scene: Scene, verb: int) -> Iterator[Told]:
    """Read "the facilitator is believed to have planned an attack in which four were killed"."""
    doc = scene.doc
    deed = next((c for c in doc[verb].children if c.dep_ in COMPLEMENTS and c.i > verb and _is_infinitive(c)), None)
    accused = subject_of(scene, verb)
    if deed is None or not accused or not can_do_wrong(scene, accused):
        return
    text = range(deed.i, claim_end(scene, deed.i))
    own = any(hit.start == 0 for hit in find_acts(doc, text)) or is_support(deed)
    act = main_act(doc, text)
    if own and act is not None:
        yield Told(text, act, accused)


def _is_infinitive(verb: Token) -> bool:
    """Tell whether a verb stands with "to" and is no passive: not "to have been killed"."""
    labels = {child.dep_ for child in verb.lefts}
    return any(child.tag_ == "TO" for child in verb.lefts) and "auxpass" not in labels


def _read_believed(scene: Scene, verb: int, stop: int) -> Iterator[Told]:
    """Read "detectives think the night guard murdered the widow"."""
    accuser = subject_of(scene, verb)
    clause = any(child.dep_ == "ccomp" and child.i > verb for child in scene.doc[verb].children)
    if not accuser or not clause or not can_do_wrong(scene, accuser):
        return
    text = range(stop, claim_end(scene, stop))
    for _, act, doer in find_deeds(scene, text):
        if can_do_wrong(scene, doer):
            yield Told(text, act, doer, accuser)


def read_naming(scene: Scene, verb: int, stop: int, _entry: Entry) -> Iterator[Told]:
    """Read "called the raid by the marines a massacre", "described the operation as an execution"."""
    doc, floor = scene.doc, scene.stretch.start
    if not doc[verb].tag_.startswith("VB") or is_passive(doc, verb, floor):
        return
    deed = right_chunk(doc, stop, scene.stretch.stop)
    text = range(deed.stop, claim_end(scene, deed.stop)) if deed else range(0)
    at = next((k for k in text if _begins_verdict(doc, k)), None)
    if at is None or not _is_deed(doc, deed):
        return
    wrong = range(at, text.stop)
    act = main_act(doc, right_chunk(doc, at + (doc[at].tag_ in QUOTE_TAGS), text.stop) or wrong)
    by = next((k for k in range(deed.stop, at) if doc[k].lower_ == "by"), None)
    accused = author_behind(doc, by, at) if by is not None else range(0)
    if act is not None and main_act(doc, deed) is not act:
        told = Told(range(verb, text.stop), act, accused or _doer_before(scene), subject_of(scene, verb))
        yield replace(told, inherits=not accused)


def _doer_before(scene: Scene) -> range:
    """Return who did what the sentence before tells: "Police fired on the march. The league called the raid murder"."""
    if scene.number == 0:
        return range(0)
    doers = [doer for _, _, doer in find_deeds(scene, scene.layout.stretches[scene.number - 1])]
    return doers[-1] if doers else range(0)


def _begins_verdict(doc: Doc, k: int) -> bool:
    """Tell whether what somebody is called begins here: “an execution”, a massacre, as murder."""
    return doc[k].lower_ in {"a", "an", "as"} or doc[k].tag_ in QUOTE_TAGS


def _is_deed(doc: Doc, phrase: range) -> bool:
    """Tell whether a phrase names something done: the raid, the operation, it."""
    head = doc[phrase_head(doc, phrase)]
    return main_act(doc, phrase) is not None or head.lemma_.lower() in deed_nouns() or head.lower_ == "it"


@cache
def deed_nouns() -> frozenset[str]:
    """Return the nouns for what is done in an event: raid, shooting, operation."""
    entries = load_lexicon("event_words")
    return frozenset(e.form for e in entries if e.label.endswith(":act")) | {"operation", "incident", "act"}
