"""Denials and procedure -> the claims that they concern, told before them or in another sentence.

A denial is a row of its own and makes the claim `denied`, unless an inquiry, charge or verdict is told; whoever
disagrees without being accused makes it `contested`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.allegations._accusations import status_of
from pipeline.extract.allegations._acts import main_act
from pipeline.extract.allegations._claims import NOBODY, Claim, later_stage
from pipeline.extract.allegations._parties import CHARGE_NOUNS, claim_end, is_passive, subject_of
from pipeline.extract.speakers._phrases import before_verb, left_phrase
from pipeline.records import AllegationStatus, Polarity, Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.extract.allegations._claims import Party, Scene

STATE = frozenset({Side.GOVERNMENT, Side.POLICE, Side.MILITARY})
NEAR = 3  # sentences over which a denial without names still means the last claim
INVOLVEMENT = frozenset({"involvement", "part", "role", "responsibility", "knowledge"})
POINTERS = frozenset({"it", "this", "that", "them", "both"})
BODY_NOUNS = frozenset({"prosecutor", "court", "tribunal", "judge", "ombudsman"})


def find_denials(scene: Scene) -> Iterator[Claim]:
    """Yield the denials of a sentence; whom they answer is found by `link`."""
    doc = scene.doc
    for hit in scene.hits:
        verb = scene.stretch.start + hit.start
        if hit.label != "deny" or not doc[verb].tag_.startswith("VB") or is_passive(doc, verb, scene.stretch.start):
            continue
        denier = _denier(scene, verb)
        text = range(verb + 1, claim_end(scene, verb + 1))
        act = main_act(doc, text)
        answers = bool(denier.name) or doc[verb - 1].tag_ == "PRP"
        if answers and (act is not None or _points(scene, verb, text)):
            yield Claim(
                text=text or range(verb, verb + 1),
                trigger=verb,
                stretch=scene.number,
                act=act,
                accuser=NOBODY,
                accused=denier,
                status=AllegationStatus.DENIED,
                rule_id=hit.entry.id,
                polarity=Polarity.DENIES,
                pointing=act is None,
            )


def _denier(scene: Scene, verb: int) -> Party:
    """Return who denies, also in "a charge that the police rejected"."""
    doc = scene.doc
    phrase = left_phrase(doc, before_verb(doc, verb, scene.stretch.start), scene.stretch.start)
    return scene.party(phrase or subject_of(scene, verb))


def _points(scene: Scene, verb: int, text: range) -> bool:
    """Tell whether what is denied is a claim: "rejected the accusation", "denied it", "a charge that X rejected"."""
    doc = scene.doc
    window = range(max(scene.stretch.start, verb - 10), min(text.stop, verb + 8) if text else verb)
    named = any(doc[k].lemma_.lower() in CHARGE_NOUNS | INVOLVEMENT for k in window)
    pointing = bool(text) and doc[text.start].lower_ in POINTERS
    clause = bool(text) and (doc[text.start].lower_ == "that" or doc[text.start].tag_ == "VBG")
    return named or pointing or clause


def link(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims in text order, repeated ones joined, denials linked and stages of procedure applied."""
    ordered = sorted(claims, key=lambda c: (c.stretch, c.polarity is Polarity.DENIES, c.trigger))
    rows: list[Claim] = []
    for claim in ordered:
        if not claim.accused.name and claim.polarity is Polarity.ASSERTS:
            continue
        if claim.polarity is Polarity.DENIES:
            _deny(rows, claim)
        elif claim.pointing and any(_is_same(row, claim) for row in rows):
            _advance(rows, claim)
        else:
            _add(rows, claim)
    return rows


def _asserted(rows: Sequence[Claim]) -> list[int]:
    return [k for k, row in enumerate(rows) if row.polarity is Polarity.ASSERTS]


def _is_same(row: Claim, claim: Claim) -> bool:
    return row.polarity is Polarity.ASSERTS and row.accused.is_like(claim.accused)


def _add(rows: list[Claim], claim: Claim) -> None:
    """Add a claim, or join it to an earlier one by the same accuser; a later stage counts for both."""
    for k in _asserted(rows):
        row = rows[k]
        if not row.accused.is_like(claim.accused) or row.act is not claim.act:
            continue
        told_again = row.accuser.is_like(claim.accuser) or not claim.accuser.name or not row.accuser.name
        stage = later_stage(row.status, claim.status)
        rows[k] = replace(row, status=stage, body=row.body or claim.body)
        if told_again:
            rows[k] = replace(rows[k], accuser=row.accuser if row.accuser.name else claim.accuser)
            return
        claim = replace(claim, status=stage)
    rows.append(claim)


def _advance(rows: list[Claim], claim: Claim) -> None:
    """Bring the claims against the same accused to the stage told."""
    for k in _asserted(rows):
        if rows[k].accused.is_like(claim.accused):
            rows[k] = replace(
                rows[k], status=later_stage(rows[k].status, claim.status), body=rows[k].body or claim.body
            )


def _deny(rows: list[Claim], denial: Claim) -> None:
    target = _target(rows, denial)
    if target is None:
        told = any(r.polarity is Polarity.DENIES and r.accused == denial.accused and r.act is denial.act for r in rows)
        if not denial.pointing and denial.accused.name and not told:
            rows.append(denial)
        return
    row = rows[target]
    if any(r.denies == target and r.stretch == denial.stretch for r in rows):
        return
    denier = denial.accused
    unknown = row.accused.side is None or denier.side is None
    own = unknown or row.accused.is_like(denier) or row.accused.side is denier.side or _are_allied(row.accused, denier)
    stage = AllegationStatus.DENIED if own else AllegationStatus.CONTESTED
    rows[target] = replace(row, status=later_stage(row.status, stage))
    rows.append(
        replace(denial, accuser=row.accuser, accused=row.accused, act=row.act, denies=target, quote=denial.quote)
    )


def _target(rows: Sequence[Claim], denial: Claim) -> int | None:
    """Return the claim that a denial answers: against the denier, else one just told."""
    asserted = [k for k in _asserted(rows) if rows[k].status is not AllegationStatus.ADMITTED]
    against = [k for k in asserted if rows[k].accused.is_like(denial.accused)]
    same_act = [k for k in against if rows[k].act is denial.act]
    allied = [k for k in asserted if _are_allied(rows[k].accused, denial.accused)]
    near = [k for k in asserted if denial.stretch - rows[k].stretch < NEAR]
    return max(same_act or against or allied or near, default=None)


def _are_allied(accused: Party, denier: Party) -> bool:
    """Tell whether both are of the state: a ministry answers for its troops."""
    return accused.side in STATE and denier.side in STATE


# --- stages told without an act ------------------------------------------------------------------------------------


def apply_procedure(scene: Scene, rows: list[Claim]) -> list[Claim]:
    """Apply what a sentence tells of an inquiry to the claims before it: "the report was sent to the prosecutor"."""
    hits = [hit for hit in scene.hits if hit.label == "procedure"]
    before = [k for k in _asserted(rows) if rows[k].stretch < scene.number or rows[k].trigger < scene.stretch.start]
    if not hits or not before or any(rows[k].stretch == scene.number for k in _asserted(rows)):
        return rows
    last = rows[before[-1]]
    body = _body(scene)
    status = status_of(hits[0].entry)
    for k in before:
        if rows[k].accused.is_like(last.accused) or rows[k].accused.side is last.accused.side:
            rows[k] = replace(rows[k], status=later_stage(rows[k].status, status), body=rows[k].body or body)
    return rows


def _body(scene: Scene) -> str:
    """Return the body of justice that a sentence names: "the prosecutor's office"."""
    doc, stop = scene.doc, scene.stretch.stop
    at = next((i for i in scene.stretch if doc[i].lemma_.lower() in BODY_NOUNS), None)
    if at is None:
        return ""
    end = at + 1
    while end < stop and (doc[end].tag_ in {"POS", "NN", "NNS"} or doc[end].text in {"’s", "'s"}):
        end += 1
    phrase = left_phrase(doc, end, scene.stretch.start)
    start = phrase.start + (doc[phrase.start].tag_ == "DT") if phrase else at
    return str(doc[start:end].text)
