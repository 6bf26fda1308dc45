"""Words of accusing and of procedure -> claims: who accuses whom of what, and how far it has come.

Each entry of lexicons/allegation_words.csv has a frame that says where accuser, accused and act stand beside it:
"object" (the union accused the mill of ...), "custody" (held on suspicion of ...), "act" (denounced the killing of X by
Y), "naming" (called the raid a massacre), "belief" and "raising" (is believed to have ...), "admit" (confessed to ...),
"responsibility", "modal" (may constitute ...), "state" (under investigation over ...), "noun" (accusations by X that
..., the trial of X over ...), "faced" (charges that somebody faces). Verbs of "opening", "closing" and "facing" govern
the nouns, verbs of "doing" the acts (ordered the killing).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.allegations._acts import hedges_in, main_act
from pipeline.extract.allegations._beliefs import deed_nouns, read_belief, read_naming
from pipeline.extract.allegations._claims import Claim, Told, status_of
from pipeline.extract.allegations._nouns import read_faced, read_noun
from pipeline.extract.allegations._parties import (
    MAX_LINK,
    agent_behind,
    author_behind,
    best_wrong,
    claim_end,
    is_adnominal,
    is_passive,
    object_behind,
    parts_of,
    subject_of,
    wrongs_behind,
)
from pipeline.extract.allegations._states import read_state
from pipeline.extract.speakers._phrases import ASIDE, before_verb, is_finite, left_phrase, right_chunk, right_phrase
from pipeline.records import Act, AllegationStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spacy.tokens import Doc

    from pipeline.extract.allegations._claims import Scene
    from pipeline.lexicons import Entry

    Reader = Callable[[Scene, int, int, Entry], Iterator["Told"]]

UNMISTAKABLE = frozenset({"accuse", "accuses", "accused", "blames"})  # whatever their tag
NEGATIONS = frozenset({"no", "not", "n't", "n’t", "never", "without"})
POSSIBLE = frozenset({"could", "may", "might", "can", "should", "must", "would"})
STAGED = frozenset({AllegationStatus.CHARGED, AllegationStatus.ON_TRIAL, AllegationStatus.CONVICTED})
ADMITTED_LINKS = frozenset({"to", "for", "of"})
CUSTODY_LINKS = frozenset({"for", "over", "with"})
NEAR = 4  # tokens between a state and its verb: "were all still under investigation"


def find_accusations(scene: Scene) -> Iterator[Claim]:
    """Yield the claims that the words of a sentence make, in text order."""
    done = -1
    for hit in scene.hits:
        start, stop = scene.stretch.start + hit.start, scene.stretch.start + hit.stop
        reader = READERS.get(hit.label)
        if reader is None or hit.start == done or _is_negated(scene.doc, start, scene.stretch.start):
            continue
        told = [t for t in reader(scene, start, stop, hit.entry) if t.accused or t.inherits][:1]
        for one in [part for t in told for part in _parts(scene, t)]:
            yield _claim(scene, start, one, hit.entry)
            done = hit.start


def _parts(scene: Scene, told: Told) -> list[Told]:
    """Return one for each of several wrongs: "accused of torture and extortion"."""
    own, other = _shared_out(scene, told)
    parts = parts_of(scene, own.wrong)
    return [*([replace(own, wrong=wrong, act=act) for wrong, act in parts] or [own]), *other]


def _shared_out(scene: Scene, told: Told) -> tuple[Told, list[Told]]:
    """Part what the next accused did from the wrong of the first: "of taking bribes, and two guards of beating him"."""
    doc = scene.doc
    for k in told.wrong[:-1]:
        accused = right_chunk(doc, k + 1, told.wrong.stop) if doc[k].lower_ == "and" else range(0)
        text = range(accused.stop + 1, told.wrong.stop) if accused else range(0)
        act = main_act(doc, text)
        if text and doc[accused.stop].lower_ == "of" and doc[text.start].tag_ == "VBG" and act is not None:
            own = range(told.wrong.start, k - doc[k - 1].is_punct)
            first = replace(told, wrong=own, act=main_act(doc, own) or told.act)
            return first, _parts(scene, Told(text, act, accused, told.accuser))
    return told, []


def _claim(scene: Scene, trigger: int, told: Told, entry: Entry) -> Claim:
    status = told.status or status_of(entry)
    if status in STAGED and _is_possible(scene, trigger):
        status = AllegationStatus.UNDER_INVESTIGATION
    accuser, accused = scene.party(told.accuser), scene.party(told.accused)
    return Claim(
        text=told.wrong,
        trigger=trigger,
        stretch=scene.number,
        act=told.act or Act.OTHER,
        accuser=accused if told.accuser == told.accused else accuser,
        accused=accused,
        status=status,
        rule_id=entry.id,
        hedges=hedges_in(scene.doc, scene.stretch),
        body=accuser.name if status not in {AllegationStatus.ALLEGED, AllegationStatus.ADMITTED} else "",
        pointing=told.pointing,
        inherits=told.inherits or (not accused.name and _is_pronoun(scene, told.accused)),
    )


def _is_possible(scene: Scene, verb: int) -> bool:
    """Tell whether a stage is not reached: "could be charged with murder"."""
    start = before_verb(scene.doc, verb, scene.stretch.start)
    return any(scene.doc[k].lower_ in POSSIBLE for k in range(start, verb))


def _is_pronoun(scene: Scene, phrase: range) -> bool:
    return len(phrase) == 1 and scene.doc[phrase.start].tag_ == "PRP"


def _is_negated(doc: Doc, i: int, floor: int) -> bool:
    start = before_verb(doc, i, floor)
    return any(doc[k].lower_ in NEGATIONS for k in range(max(floor, start - 1), i))


# --- verbs ---------------------------------------------------------------------------------------------------------


def _read_object(scene: Scene, verb: int, stop: int, entry: Entry) -> Iterator[Told]:
    """Read "X accused Y of Z", "Y was charged with Z by X", "officers suspected of Z"."""
    doc, floor = scene.doc, scene.stretch.start
    is_verb = doc[verb].tag_.startswith("VB") or doc[verb].lower_ in UNMISTAKABLE
    if not is_verb or is_adnominal(doc, verb):
        return
    if is_passive(doc, verb, floor):
        accused = subject_of(scene, verb) or left_phrase(doc, verb, floor)
        accuser = agent_behind(scene, stop)
        at = accuser.stop if accuser else stop
    else:
        accuser, accused = subject_of(scene, verb), object_behind(scene, stop)
        at = accused.stop if accused else stop
    at = _past_relative(scene, at)
    blamed = _blamed_on(scene, verb, accused)
    if blamed is not None:
        yield Told(accused, _event_act(scene, verb, main_act(doc, accused)), blamed, accuser)
        return
    wrong, act = best_wrong(scene, wrongs_behind(scene, at))
    if accused.stop == at and wrong.start > at + 1 and doc[at].lower_ == "of":  # "accused the owner of the mill of"
        accused = range(accused.start, wrong.start - 1)
    called = _called(doc, accused) if entry.label.startswith("custody") and not wrong else None
    if called is not None:
        yield Told(accused, called, accused, accuser)
    elif wrong and _is_strong(scene, entry, act, at, wrong):
        yield Told(wrong, _event_act(scene, verb, act), accused, accuser)


def _past_relative(scene: Scene, at: int) -> int:
    """Pass what commas close behind an accused: "accused the owner, a man who lives abroad, of ignoring the alarm"."""
    doc, stop = scene.doc, scene.stretch.stop
    if at >= stop or doc[at].text != ",":
        return at
    end = next((k for k in range(at + 1, min(at + MAX_LINK, stop - 1)) if doc[k].text == ","), None)
    return end + 1 if end is not None and doc[end + 1].lower_ in {"of", "for"} else at


def _called(doc: Doc, accused: range) -> Act | None:
    """Return the act of "suspected kidnappers", "the alleged killer of two nuns"."""
    act = main_act(doc, accused) if hedges_in(doc, accused) else None
    return act if act is not Act.OTHER else None


def _event_act(scene: Scene, verb: int, act: Act | None) -> Act | None:
    """Return killing for an event that killed: "blamed the front for the raid that killed two"."""
    killed = act is Act.OTHER and main_act(scene.doc, range(verb, scene.stretch.stop)) is Act.KILLING
    return Act.KILLING if killed else act


def _blamed_on(scene: Scene, verb: int, thing: range) -> range | None:
    """Return the accused of "blamed the raid on the front"; None if the verb is no such one."""
    doc = scene.doc
    if doc[verb].lemma_ != "blame" or not thing or thing.stop >= scene.stretch.stop or doc[thing.stop].lower_ != "on":
        return None
    told = doc[thing.start].tag_ == "PRP" or main_act(doc, thing) is not None
    return object_behind(scene, thing.stop + 1) if told else range(0)


def _is_strong(scene: Scene, entry: Entry, act: Act | None, at: int, wrong: range) -> bool:
    """Rule out "charged 40 euros for", "held for two hours" and other senses of the verbs."""
    doc = scene.doc
    if not entry.label.startswith("custody"):
        return act is not None or entry.form in {"accuse", "suspect"}
    window = {doc[k].lower_ for k in range(at, min(at + NEAR - 1, scene.stretch.stop))}
    if "suspicion" in window or doc[wrong.start].lower_ == "allegedly":
        return True
    event = act is Act.OTHER and any(doc[k].lemma_.lower() in deed_nouns() for k in wrong[:NEAR])
    deed = act is not None and not event
    return deed and doc[at].tag_ == "IN" and wrong.start - at < NEAR and doc[wrong.start - 1].lower_ in CUSTODY_LINKS


def _read_act(scene: Scene, verb: int, stop: int, _entry: Entry) -> Iterator[Told]:
    """Read "X denounced the killing of R by Y", "X condemned Y for Z"."""
    doc = scene.doc
    if not doc[verb].tag_.startswith("VB") or is_passive(doc, verb, scene.stretch.start):
        return
    text = range(stop, claim_end(scene, stop))
    object_end = next((k for k in text if doc[k].text in ASIDE or is_finite(doc[k])), text.stop)
    by = next((k for k in range(stop, object_end) if doc[k].lower_ == "by"), None)
    act = main_act(doc, range(stop, by)) if by is not None else None
    if by is not None and act is not None:
        yield Told(text, act, author_behind(doc, by, text.stop), subject_of(scene, verb))
        return
    phrase = right_phrase(doc, stop, text.stop)
    if phrase and phrase.stop < text.stop and doc[phrase.stop].lower_ == "for" and not main_act(doc, phrase):
        wrong = range(phrase.stop + 1, text.stop)
        act = main_act(doc, wrong)
        if act is not None:
            yield Told(wrong, act, phrase, subject_of(scene, verb))


def _read_responsibility(scene: Scene, verb: int, stop: int, _entry: Entry) -> Iterator[Told]:
    """Read "the front claimed responsibility for the bomb": accuser and accused are one."""
    if scene.doc[verb].tag_.startswith("VB"):
        phrase = subject_of(scene, verb)
        wrong, act = best_wrong(scene, wrongs_behind(scene, stop))
        named = phrase if scene.party(phrase).name else range(0)  # not "no one claimed responsibility"
        yield Told(wrong or range(verb, stop), act, named, named)


def _read_modal(scene: Scene, verb: int, stop: int, _entry: Entry) -> Iterator[Told]:
    """Read "raids by troops may constitute war crimes", "may be executions carried out by state forces"."""
    doc, floor = scene.doc, scene.stretch.start
    text = range(stop, claim_end(scene, stop))
    act = main_act(doc, text)
    if act is None or not any(doc[k].tag_ == "MD" for k in range(max(floor, verb - NEAR + 1), verb)):
        return
    behind = next((k for k in text if doc[k].lower_ == "by"), None)
    before = next((k for k in range(verb - 1, floor, -1) if doc[k].lower_ == "by"), None)
    if behind is not None:
        yield Told(range(verb, text.stop), act, author_behind(doc, behind, scene.stretch.stop))
    elif before is not None:
        yield Told(range(floor, text.stop), act, author_behind(doc, before, verb))


def _read_admitting(scene: Scene, verb: int, stop: int, _entry: Entry) -> Iterator[Told]:
    """Read "confessed to the murder of a clerk", "pleaded guilty to fraud", "apologised for the killing"."""
    doc = scene.doc
    if not doc[verb].tag_.startswith("VB") or is_passive(doc, verb, scene.stretch.start) or stop >= scene.stretch.stop:
        return
    text = range(stop + 1, claim_end(scene, stop + 1))
    act = main_act(doc, right_phrase(doc, stop + 1, text.stop) or text) if doc[stop].lower_ in ADMITTED_LINKS else None
    if act is not None:
        phrase = subject_of(scene, verb)
        yield Told(text, act, phrase, phrase)


READERS: dict[str, Reader] = {
    "object": _read_object,
    "custody": _read_object,
    "act": _read_act,
    "admit": _read_admitting,
    "state": read_state,
    "responsibility": _read_responsibility,
    "noun": read_noun,
    "faced": read_faced,
    "belief": read_belief,
    "raising": read_belief,
    "naming": read_naming,
    "modal": _read_modal,
}
