"""States that somebody is in: under investigation over Z, guilty of Z, behind the killings, wanted for Z."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.allegations._acts import main_act
from pipeline.extract.allegations._claims import Told
from pipeline.extract.allegations._culprits import can_do_wrong
from pipeline.extract.allegations._parties import (
    MAX_LINK,
    best_wrong,
    claim_end,
    is_passive,
    object_behind,
    subject_of,
    wrongs_behind,
)
from pipeline.extract.speakers._phrases import left_phrase, right_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.allegations._claims import Scene
    from pipeline.lexicons import Entry

RESPONSIBLE = frozenset({"behind", "responsible", "accountable", "liable", "culpable", "to blame"})
IDENTIFYING = frozenset({"identify", "name", "see", "hold", "describe", "point", "regard", "find", "deem", "consider"})
COPULAS = frozenset({"be", "remain", "stay", "go", "come", "stand", "put", "place", "keep"})
NEAR = 4  # tokens between a state and its verb: "were all still under investigation"


def read_state(scene: Scene, start: int, stop: int, entry: Entry) -> Iterator[Told]:
    """Read "inspectors were under investigation over Z", "named Y as being behind Z", "found Y guilty of Z"."""
    if entry.form in RESPONSIBLE:
        yield from _read_responsible(scene, start, stop, entry)
    elif entry.form == "guilty":
        yield from _read_guilty(scene, start, stop)
    elif entry.label.startswith("state:") and scene.doc[start].tag_ != "VBD":  # "he wanted the money for"
        yield from _read_plain(scene, start, stop, entry)


def _read_plain(scene: Scene, start: int, stop: int, entry: Entry) -> Iterator[Told]:
    """Read "inspectors are under investigation over Z", "is wanted for Z", "is serving 30 years for Z"."""
    doc, floor = scene.doc, scene.stretch.start
    wrong, act = best_wrong(scene, wrongs_behind(scene, stop))
    verb = next((k for k in range(start, max(floor, start - NEAR), -1) if doc[k].tag_.startswith("VB")), None)
    if verb is not None and verb < start and doc[verb].lemma_ not in COPULAS:  # "blames him for deaths in prison"
        return
    accused = subject_of(scene, verb) if verb is not None else left_phrase(doc, start, floor)
    if verb is None and main_act(doc, accused) is not None:  # "governor blamed for deaths in prison"
        return
    act = act or (main_act(doc, accused) if not wrong else None)  # "his killer is serving life"
    if accused and can_do_wrong(scene, accused) and (act is not None or len(entry.words) > 1):
        yield Told(wrong or range(accused.start, stop), act, accused, pointing=act is None and not wrong)


def _read_guilty(scene: Scene, start: int, stop: int) -> Iterator[Told]:
    """Read "the court found the colonel guilty of torture"."""
    doc, floor = scene.doc, scene.stretch.start
    wrong, act = best_wrong(scene, wrongs_behind(scene, stop))
    finding = next((k for k in range(start - 1, max(floor, start - MAX_LINK), -1) if doc[k].lemma_ == "find"), None)
    if finding is not None and wrong and not is_passive(doc, finding, floor):
        yield Told(wrong, act, right_phrase(doc, finding + 1, start), subject_of(scene, finding))


def _read_responsible(scene: Scene, start: int, stop: int, entry: Entry) -> Iterator[Told]:
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
    if naming is not None and any(doc[k].lower_ in RESPONSIBLE | {"as"} for k in range(naming, stop)):
        yield Told(text, act, object_behind(scene, naming + 1), subject_of(scene, naming))
        return
    verb = next((k for k in range(start, max(floor, start - NEAR), -1) if doc[k].lemma_ == "be"), None)
    if verb is not None:
        yield Told(text, act, subject_of(scene, verb))
