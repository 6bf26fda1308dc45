"""Words of accusing and of procedure -> claims: who accuses whom of what, and how far it has come.

Each entry of lexicons/allegation_words.csv has a frame that says where accuser, accused and act stand beside it:
"object" (the union accused the mill of ...), "act" (denounced the killing of X by Y), "state" (under investigation
over ...), "noun" (accusations by X that ..., the trial of X over ...), "modal" (may constitute ...), "responsibility".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.allegations._acts import hedges_in, main_act
from pipeline.extract.allegations._claims import Claim
from pipeline.extract.allegations._parties import (
    MAX_LINK,
    agent_behind,
    author_behind,
    best_wrong,
    claim_end,
    is_adnominal,
    is_passive,
    object_behind,
    subject_of,
    wrongs_behind,
)
from pipeline.extract.speakers._phrases import ASIDE, before_verb, is_finite, left_phrase, right_phrase
from pipeline.records import Act, AllegationStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spacy.tokens import Doc

    from pipeline.extract.allegations._claims import Scene
    from pipeline.lexicons import Entry

    Reader = Callable[[Scene, int, int, Entry], Iterator["_Told"]]

UNMISTAKABLE = frozenset({"accuse", "accuses", "accused"})  # whatever their tag
SUSPICION = frozenset({"arrest", "detain", "hold", "question"})  # an accusation only "on suspicion of"
NEGATIONS = frozenset({"no", "not", "n't", "n’t", "never", "without"})
RESPONSIBLE = frozenset({"behind", "responsible", "to blame"})
IDENTIFYING = frozenset({"identify", "name", "see", "hold", "describe", "point", "regard", "find"})
NEAR = 4  # tokens between a state and its verb: "were all still under investigation"


@dataclass(frozen=True, slots=True)
class _Told:
    """What a reader found, as phrases: the wrong, its act, who accuses and who is accused; empty if not told."""

    wrong: range
    act: Act | None
    accused: range
    accuser: range = range(0)
    pointing: bool = False


def find_accusations(scene: Scene) -> Iterator[Claim]:
    """Yield the claims that the words of a sentence make, in text order."""
    done = -1
    for hit in scene.hits:
        start, stop = scene.stretch.start + hit.start, scene.stretch.start + hit.stop
        reader = READERS.get(hit.label)
        if reader is None or hit.start == done or _is_negated(scene.doc, start, scene.stretch.start):
            continue
        told = next((t for t in reader(scene, start, stop, hit.entry) if t.accused), None)
        if told is not None:
            yield _claim(scene, start, told, hit.entry)
            done = hit.start


def _claim(scene: Scene, trigger: int, told: _Told, entry: Entry) -> Claim:
    status = status_of(entry)
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
    )


def status_of(entry: Entry) -> AllegationStatus:
    """Return the stage of procedure that an entry stands for."""
    return AllegationStatus(entry.label.partition(":")[2])


def _is_negated(doc: Doc, i: int, floor: int) -> bool:
    start = before_verb(doc, i, floor)
    return any(doc[k].lower_ in NEGATIONS for k in range(max(floor, start - 1), i))


# --- verbs ---------------------------------------------------------------------------------------------------------


def _read_object(scene: Scene, verb: int, stop: int, entry: Entry) -> Iterator[_Told]:
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
    blamed = _blamed_on(scene, verb, accused)
    if blamed is not None:
        yield _Told(accused, _event_act(scene, main_act(doc, accused)), blamed, accuser)
        return
    wrong, act = best_wrong(scene, wrongs_behind(scene, at))
    if accused.stop == at and wrong.start > at + 1 and doc[at].lower_ == "of":  # "accused the owner of the mill of"
        accused = range(accused.start, wrong.start - 1)
    if wrong and _is_strong(scene, entry, act, at):
        yield _Told(wrong, _event_act(scene, act), accused, accuser)


def _event_act(scene: Scene, act: Act | None) -> Act | None:
    """Return killing for an event that killed: "blamed the front for the raid that killed two"."""
    killed = act is Act.OTHER and main_act(scene.doc, scene.stretch) is Act.KILLING
    return Act.KILLING if killed else act


def _blamed_on(scene: Scene, verb: int, thing: range) -> range | None:
    """Return the accused of "blamed the raid on the front"; None if the verb is no such one."""
    doc = scene.doc
    if doc[verb].lemma_ != "blame" or not thing or thing.stop >= scene.stretch.stop or doc[thing.stop].lower_ != "on":
        return None
    told = doc[thing.start].tag_ == "PRP" or main_act(doc, thing) is not None
    return right_phrase(doc, thing.stop + 1, scene.stretch.stop) if told else range(0)


def _is_strong(scene: Scene, entry: Entry, act: Act | None, at: int) -> bool:
    """Rule out "charged 40 euros for", "held for two hours" and other senses of the verbs."""
    window = [scene.doc[k].lower_ for k in range(at, min(at + NEAR - 1, scene.stretch.stop))]
    if entry.form in SUSPICION:
        return "suspicion" in window
    return act is not None or entry.form in {"accuse", "suspect"}


def _read_act(scene: Scene, verb: int, stop: int, _entry: Entry) -> Iterator[_Told]:
    """Read "X denounced the killing of R by Y", "X condemned Y for Z"."""
    doc = scene.doc
    if not doc[verb].tag_.startswith("VB") or is_passive(doc, verb, scene.stretch.start):
        return
    text = range(stop, claim_end(scene, stop))
    object_end = next((k for k in text if doc[k].text in ASIDE or is_finite(doc[k])), text.stop)
    by = next((k for k in range(stop, object_end) if doc[k].lower_ == "by"), None)
    act = main_act(doc, range(stop, by)) if by is not None else None
    if by is not None and act is not None:
        yield _Told(text, act, author_behind(doc, by, text.stop), subject_of(scene, verb))
        return
    phrase = right_phrase(doc, stop, text.stop)
    if phrase and phrase.stop < text.stop and doc[phrase.stop].lower_ == "for" and not main_act(doc, phrase):
        wrong = range(phrase.stop + 1, text.stop)
        act = main_act(doc, wrong)
        if act is not None:
            yield _Told(wrong, act, phrase, subject_of(scene, verb))


def _read_responsibility(scene: Scene, verb: int, stop: int, _entry: Entry) -> Iterator[_Told]:
    """Read "the front claimed responsibility for the bomb": accuser and accused are one."""
    if scene.doc[verb].tag_.startswith("VB"):
        phrase = subject_of(scene, verb)
        wrong, act = best_wrong(scene, wrongs_behind(scene, stop))
        named = phrase if scene.party(phrase).name else range(0)  # not "no one claimed responsibility"
        yield _Told(wrong or range(verb, stop), act, named, named)


def _read_modal(scene: Scene, verb: int, stop: int, _entry: Entry) -> Iterator[_Told]:
    """Read "raids by troops may constitute war crimes", "may be executions carried out by state forces"."""
    doc, floor = scene.doc, scene.stretch.start
    text = range(stop, claim_end(scene, stop))
    act = main_act(doc, text)
    if act is None or not any(doc[k].tag_ == "MD" for k in range(max(floor, verb - NEAR + 1), verb)):
        return
    behind = next((k for k in text if doc[k].lower_ == "by"), None)
    before = next((k for k in range(verb - 1, floor, -1) if doc[k].lower_ == "by"), None)
    if behind is not None:
        yield _Told(range(verb, text.stop), act, author_behind(doc, behind, scene.stretch.stop))
    elif before is not None:
        yield _Told(range(floor, text.stop), act, author_behind(doc, before, verb))


# --- states --------------------------------------------------------------------------------------------------------


def _read_state(scene: Scene, start: int, stop: int, entry: Entry) -> Iterator[_Told]:
    """Read "inspectors were under investigation over Z", "named Y as being behind Z", "found Y guilty of Z"."""
    doc, floor = scene.doc, scene.stretch.start
    if entry.form in RESPONSIBLE:
        yield from _read_responsible(scene, start, stop, entry)
        return
    wrong, act = best_wrong(scene, wrongs_behind(scene, stop))
    finding = next((k for k in range(start - 1, max(floor, start - MAX_LINK), -1) if doc[k].lemma_ == "find"), None)
    if entry.form == "guilty":
        if finding is not None and wrong and not is_passive(doc, finding, floor):
            yield _Told(wrong, act, right_phrase(doc, finding + 1, start), subject_of(scene, finding))
        return
    verb = next((k for k in range(start - 1, max(floor, start - NEAR), -1) if doc[k].tag_.startswith("VB")), None)
    accused = subject_of(scene, verb) if verb is not None else left_phrase(doc, start, floor)
    if accused:
        yield _Told(wrong or range(accused.start, stop), act, accused, pointing=not wrong)


def _read_responsible(scene: Scene, start: int, stop: int, entry: Entry) -> Iterator[_Told]:
    """Read "named nine guards as being behind the killings", "were responsible for 20 deaths"."""
    doc, floor = scene.doc, scene.stretch.start
    linked = stop < scene.stretch.stop and doc[stop].lower_ == "for"
    if entry.form != "behind" and not linked:
        return
    at = stop + 1 if entry.form != "behind" else stop
    text = range(at, claim_end(scene, at))
    act = main_act(doc, right_phrase(doc, at, text.stop) or text[:NEAR])
    if act is None:
        return
    naming = next((k for k in range(start - 1, floor - 1, -1) if doc[k].lemma_ in IDENTIFYING), None)
    if naming is not None and any(doc[k].lower_ in {"as", "responsible"} for k in range(naming, stop)):
        yield _Told(text, act, object_behind(scene, naming + 1), subject_of(scene, naming))
        return
    verb = next((k for k in range(start, max(floor, start - NEAR), -1) if doc[k].lemma_ == "be"), None)
    if verb is not None:
        yield _Told(text, act, subject_of(scene, verb))


# --- nouns ---------------------------------------------------------------------------------------------------------


def _read_noun(scene: Scene, start: int, stop: int, entry: Entry) -> Iterator[_Told]:
    """Read "the trial of Y over Z", "accusations by X that its soldiers did Z", "accusations of Z against Y"."""
    doc, limit = scene.doc, scene.stretch.stop
    if not doc[start].tag_.startswith("NN") or stop >= limit:
        return
    if status_of(entry) is not AllegationStatus.ON_TRIAL:
        yield from _read_accusation(scene, stop)
        return
    accused = right_phrase(doc, stop + 1, limit) if doc[stop].lower_ == "of" else range(0)
    wrong, act = best_wrong(scene, wrongs_behind(scene, accused.stop)) if accused else (range(0), None)
    if wrong:
        yield _Told(wrong, act, accused)


def _read_accusation(scene: Scene, at: int) -> Iterator[_Told]:
    doc, limit = scene.doc, scene.stretch.stop
    accuser = right_phrase(doc, at + 1, limit) if doc[at].lower_ in {"by", "from"} else range(0)
    at = accuser.stop if accuser else at
    if at >= limit or doc[at].lower_ not in {"that", "of", "against"}:
        return
    text = range(at + 1, claim_end(scene, at + 1))
    act = main_act(doc, text)
    if act is None:
        return
    if doc[at].lower_ == "that":
        verb = next((k for k in text if is_finite(doc[k])), None)
        if verb is not None:
            yield _Told(text, act, left_phrase(doc, before_verb(doc, verb, text.start), text.start), accuser)
        return
    against = next((k for k in range(at, text.stop) if doc[k].lower_ == "against"), None)
    if against is not None:
        yield _Told(text, act, right_phrase(doc, against + 1, limit), accuser)


READERS: dict[str, Reader] = {
    "object": _read_object,
    "act": _read_act,
    "state": _read_state,
    "responsibility": _read_responsibility,
    "noun": _read_noun,
    "modal": _read_modal,
}
