"""Denials and procedure -> the claims that they concern, told before them or in another sentence.

A denial is a row of its own and makes the claim `denied`, unless an inquiry, charge or verdict is told; whoever
disagrees without being accused makes it `contested`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.allegations._acts import main_act
from pipeline.extract.allegations._claims import NOBODY, Claim, Party, later_stage, status_of
from pipeline.extract.allegations._culprits import can_do_wrong
from pipeline.extract.allegations._doers import find_deeds
from pipeline.extract.allegations._parties import CHARGE_NOUNS, claim_end, is_passive, subject_of
from pipeline.extract.speakers._phrases import before_verb, is_finite, left_phrase
from pipeline.records import AllegationStatus, Polarity, Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Token

    from pipeline.extract.allegations._claims import Scene

STATE = frozenset({Side.GOVERNMENT, Side.POLICE, Side.MILITARY})
NEAR = 3  # sentences over which a denial without names still means the last claim
INVOLVEMENT = frozenset({"involvement", "part", "role", "responsibility", "knowledge", "wrongdoing", "link"})
POINTERS = frozenset({"it", "this", "that", "them", "both"})
ANY = frozenset({"any", "anybody", "anyone", "no", "a", "an"})  # who is nobody: "denied that any officer had"
NOTS = frozenset({"no", "not", "n't", "n’t", "never", "nobody", "none", "nothing", "neither"})
HARMS = frozenset({"fire", "shoot", "shot", "harm", "hurt", "touch", "beat", "attack", "target", "do"})
CLAIM_NOUNS = CHARGE_NOUNS | {"report", "rumour", "rumor", "story", "video", "suggestion", "assertion"}
TAKEN_BACK = CHARGE_NOUNS | {"statement", "testimony", "complaint", "confession", "story", "word", "remark", "recant"}
MAX_UNTRUTH = 8  # tokens between a claim and what it is called: "the claims on social media are wholly false"
SPOKEN_DENIAL = "allegation.deny.spoken"
BODY_NOUNS = frozenset({"prosecutor", "court", "tribunal", "judge", "ombudsman"})


def find_denials(scene: Scene) -> Iterator[Claim]:
    """Yield the denials of a sentence; whom they answer is found by `link`."""
    found = [*_denying_verbs(scene), *_untruths(scene)]
    yield from found or _spoken_denials(scene)


def _denying_verbs(scene: Scene) -> Iterator[Claim]:
    """Yield what "denied that its guards had fired", "rejected the accusation" deny."""
    doc = scene.doc
    for hit in scene.hits:
        verb = scene.stretch.start + hit.start
        if hit.label != "deny" or not doc[verb].tag_.startswith("VB") or is_passive(doc, verb, scene.stretch.start):
            continue
        denier = _denier(scene, verb)
        behind = scene.stretch.start + hit.stop
        text = range(behind, claim_end(scene, behind))
        act = main_act(doc, text)
        answers = bool(denier.name) or doc[verb - 1].tag_ == "PRP"
        if answers and (act is not None or _points(scene, verb, text)):
            told = _denial(scene, verb, text or range(verb, verb + 1), denier, hit.entry.id)
            yield replace(told, act=act, pointing=act is None, doer=_denied_doer(scene, text, denier))


def _denial(scene: Scene, at: int, text: range, denier: Party, rule_id: str) -> Claim:
    return Claim(
        text=text,
        trigger=at,
        stretch=scene.number,
        act=None,
        accuser=NOBODY,
        accused=denier,
        status=AllegationStatus.DENIED,
        rule_id=rule_id,
        polarity=Polarity.DENIES,
        pointing=True,
    )


def _negates(word: Token, text: Sequence[int]) -> bool:
    """Tell whether a word denies the main verb of a clause or one of its parts, not a clause inside it."""
    if word.lower_ not in NOTS or any(word.doc[k].tag_ in {"WP", "WDT"} for k in text if k < word.i):
        return False
    verb = next((w for w in (word.head, word.head.head) if w.tag_.startswith("VB")), word.head)
    return verb.head is verb or verb.head.i not in text


def _denied_doer(scene: Scene, text: range, denier: Party) -> Party:
    """Return whose deed is denied: the foremen in "the operator denied that foremen had ignored the alarm"."""
    doc = scene.doc
    doers = [doer for _, _, doer in find_deeds(scene, text)] or _clause_subject(scene, text)
    doers = [
        doer for doer in doers if doc[doer.start].tag_ not in {"PRP", "PRP$"} and doc[doer.start].lower_ not in ANY
    ]
    doer = scene.party(doers[0]) if doers and can_do_wrong(scene, doers[0]) else NOBODY
    return doer if not doer.is_like(denier) else NOBODY


def _untruths(scene: Scene) -> Iterator[Claim]:
    """Yield "these claims are false", "called the accusation a lie", "dismissed as groundless charges that"."""
    doc, floor = scene.doc, scene.stretch.start
    for hit in scene.hits:
        at = floor + hit.start
        near = range(max(floor, at - MAX_UNTRUTH), at)
        noun = next((k for k in near if doc[k].lemma_.lower() in CLAIM_NOUNS and doc[k].tag_.startswith("NN")), None)
        verb = next((k for k in near if k > (noun or at) and doc[k].tag_.startswith("VB")), None)
        if hit.label != "untrue" or noun is None:
            continue
        calling = next((k for k in range(noun, max(floor, noun - NEAR), -1) if doc[k].tag_.startswith("VB")), None)
        if calling is None and (verb is None or doc[verb].lemma_ != "be"):
            continue
        denier = _answering(scene, subject_of(scene, calling)) if calling is not None else _speaker_at(scene, at)
        yield _denial(scene, at, range(noun, floor + hit.stop), denier, hit.entry.id)


def _clause_subject(scene: Scene, text: range) -> list[range]:
    """Return the subject of "denied that the captain had been in the town that night"."""
    doc = scene.doc
    verb = next((k for k in text if is_finite(doc[k])), None) if text and doc[text.start].lower_ == "that" else None
    found = left_phrase(doc, before_verb(doc, verb, text.start), text.start + 1) if verb is not None else range(0)
    return [found] if found else []


def _speaker_at(scene: Scene, at: int) -> Party:
    """Return who says what stands at a token; nobody where the text says it itself."""
    offset = scene.doc[at].idx
    speakers = (q.speaker for q in scene.quotes if q.content.start <= offset < q.content.end)
    return next((Party(speaker.name, speaker.side) for speaker in speakers), NOBODY)


def _spoken_denials(scene: Scene) -> Iterator[Claim]:
    """Yield what quotes deny in their own words: "no one had been tortured", "it had nothing to do with it"."""
    doc = scene.doc
    for number in scene.own_quotes:
        quote = scene.quotes[number]
        text = [k for k in scene.stretch if quote.content.start <= doc[k].idx < quote.content.end]
        whole = range(text[0], text[-1] + 1) if text else range(0)
        act = main_act(doc, whole)
        deeds = {doc[k].lemma_.lower() for k in text} & (INVOLVEMENT | HARMS)
        if quote.speaker.name and any(_negates(doc[k], text) for k in text) and (act is not None or deeds):
            denier = Party(quote.speaker.name, quote.speaker.side)
            told = _denial(scene, whole.start, whole, denier, SPOKEN_DENIAL)
            yield replace(told, act=act, pointing=act is None, soft=True, quote=number)


def _denier(scene: Scene, verb: int) -> Party:
    """Return who denies, also in "a charge that the police rejected"."""
    doc = scene.doc
    phrase = left_phrase(doc, before_verb(doc, verb, scene.stretch.start), scene.stretch.start)
    return _answering(scene, phrase or subject_of(scene, verb))


def _answering(scene: Scene, phrase: range) -> Party:
    """Return whom a denier stands for: of "his lawyer" only the name, since he is on the side of the accused."""
    party = scene.party(phrase)
    owned = bool(phrase) and scene.doc[phrase.start].tag_ == "PRP$"
    return Party(party.name) if owned else party


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
    early: list[Claim] = []
    for told in ordered:
        claim = _with_heir(rows, told)
        if not claim.accused.name and claim.polarity is Polarity.ASSERTS:
            continue
        if claim.polarity is Polarity.DENIES:
            early += _deny(rows, claim)
        elif claim.pointing:
            _advance(rows, claim)
        else:
            _add(rows, claim)
    for denial in early:
        _deny_alone(rows, denial)
    return rows


def _with_heir(rows: Sequence[Claim], claim: Claim) -> Claim:
    """Give a claim that names no accused the one accused just before: "called the operation an execution"."""
    if not claim.inherits:
        return claim
    asserted = [r for r in rows if r.polarity is Polarity.ASSERTS and claim.stretch - r.stretch < NEAR]
    heir = asserted[-1] if asserted else None
    if heir is None or heir.accused.is_like(claim.accuser):
        return claim
    return replace(claim, accused=heir.accused)


def _asserted(rows: Sequence[Claim]) -> list[int]:
    return [k for k, row in enumerate(rows) if row.polarity is Polarity.ASSERTS]


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


def _deny(rows: list[Claim], denial: Claim) -> list[Claim]:
    """Link a denial to what it denies; return it where nothing told before fits."""
    target = _target(rows, denial)
    if target is None:
        return [denial]
    row = rows[target]
    accused = _named_accused(row, denial)
    stage = AllegationStatus.DENIED if _is_own(row.accused, denial.accused) else AllegationStatus.CONTESTED
    rows[target] = replace(row, status=later_stage(row.status, stage), accused=accused)
    if denial.pointing and not denial.soft:
        _deny_beside(rows, target, stage)
    if any(r.denies == target for r in rows):
        return []
    rows.append(replace(denial, accuser=row.accuser, accused=accused, act=row.act, denies=target, quote=denial.quote))
    return []


def _deny_beside(rows: list[Claim], target: int, stage: AllegationStatus) -> None:
    """Bring what was told in one breath against the same accused to the same stage: "rejected the charges"."""
    row = rows[target]
    for k in _asserted(rows):
        joint = rows[k].stretch == row.stretch and rows[k].accused.is_like(row.accused)
        if joint and rows[k].accuser.is_like(row.accuser):
            rows[k] = replace(rows[k], status=later_stage(rows[k].status, stage))


def _is_own(accused: Party, denier: Party) -> bool:
    """Tell whether somebody answers for the accused."""
    unknown = accused.side is None or denier.side is None
    return unknown or accused.is_like(denier) or accused.side is denier.side or _are_allied(accused, denier)


def _named_accused(row: Claim, denial: Claim) -> Party:
    """Return the name of whom a claim only describes: "accuses the operator of fraud. Samara Coal denies it"."""
    told, name = row.accused, denial.accused
    described = told.name.islower() and name.name[:1].isupper() and told.side not in STATE
    kin = told.side is None or name.side in {None, told.side}
    near = denial.stretch - row.stretch == 1 and not denial.soft and not denial.doer.name
    return Party(name.name, name.side or told.side) if described and near and kin else told


def _deny_alone(rows: list[Claim], denial: Claim) -> None:
    """Keep a denial of something that nobody is told to claim, once."""
    accused = denial.doer if denial.doer.name else denial.accused
    told = any(r.act is denial.act and (r.accused.is_like(accused) or r.denies is not None) for r in rows)
    if not denial.pointing and not denial.soft and accused.name and not told:
        rows.append(replace(denial, accused=accused))


def _target(rows: Sequence[Claim], denial: Claim) -> int | None:
    """Return the claim that a denial answers: against the denier, else one just told."""
    asserted = [k for k in _asserted(rows) if rows[k].status is not AllegationStatus.ADMITTED]
    against = [k for k in asserted if any(rows[k].accused.is_like(p) for p in (denial.accused, denial.doer))]
    same_act = [k for k in against if rows[k].act is denial.act]
    allied = [k for k in asserted if _are_allied(rows[k].accused, denial.accused)]
    near = [k for k in asserted if denial.stretch - rows[k].stretch < NEAR]
    if denial.soft:
        foreign = [k for k in near if not rows[k].accuser.is_like(denial.accused)]
        others = [k for k in foreign if rows[k].act is denial.act]
        return max([k for k in against + allied if k in foreign] or others, default=None)
    if denial.doer.name and not denial.pointing and not same_act:
        return max([k for k in near if rows[k].act is denial.act], default=None)
    allied = [k for k in allied if rows[k].act is denial.act] or allied
    others = [k for k in asserted if rows[k].act is denial.act and not rows[k].accuser.is_like(denial.accused)]
    return max(same_act or against or allied or near or others, default=None)


def _are_allied(accused: Party, denier: Party) -> bool:
    """Tell whether both are of the state: a ministry answers for its troops."""
    return accused.side in STATE and denier.side in STATE


# --- stages told without an act ------------------------------------------------------------------------------------


def apply_procedure(scene: Scene, rows: list[Claim]) -> list[Claim]:
    """Apply what a sentence tells of an inquiry to the claims before it: "the report was sent to the prosecutor"."""
    told = any(is_finite(scene.doc[i]) for i in scene.stretch)  # not "Media inquiries: press desk, Kabul"
    hits = [hit for hit in scene.hits if hit.label == "procedure" and told]
    before = [k for k in _asserted(rows) if rows[k].stretch < scene.number or rows[k].trigger < scene.stretch.start]
    if not hits or not before or any(rows[k].stretch == scene.number for k in _asserted(rows)):
        return rows
    last = rows[before[-1]]
    body = _body(scene)
    status = status_of(hits[0].entry)
    if status is AllegationStatus.RETRACTED and not any(
        scene.doc[i].lemma_.lower() in TAKEN_BACK for i in scene.stretch
    ):
        return rows
    for k in before:
        side = rows[k].accused.side
        if rows[k].accused.is_like(last.accused) or (side is not None and side is last.accused.side):
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
