"""Who did a wrong that a clause tells: its subject, its agent, or whom a relative pronoun stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._syntax import antecedent, subject
from pipeline.extract.allegations._acts import act_verbs, find_acts
from pipeline.extract.allegations._claims import MADE_OF
from pipeline.extract.allegations._parties import agent_behind, author_behind, is_passive
from pipeline.extract.speakers._phrases import before_verb, is_finite, left_chunk, left_phrase
from pipeline.records import Act

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

    from pipeline.extract.allegations._claims import Scene

PROOFS = frozenset({"evidence", "proof", "sign", "indication", "indications", "signs", "suggestion"})
VICTIM_ACTS = frozenset({Act.KILLING, Act.ENFORCED_DISAPPEARANCE, Act.SEXUAL_VIOLENCE, Act.ABDUCTION})
UNREAL_MODALS = frozenset({"could", "can", "might", "must", "should"})
UNREAL = frozenset({"if", "whether", "unless"})
WITHIN = frozenset({"inside", "within", "in", "among", "from", "at"})
MAX_PROOF = 6  # tokens between "no evidence" and what it is not evidence of
NEGATIONS = frozenset({"not", "n't", "n’t", "never", "no"})


def find_deeds(scene: Scene, tokens: range) -> Iterator[tuple[int, Act, range]]:
    """Yield the acts that a clause tells, with who did them: "the report said that guards beat two clerks"."""
    doc = scene.doc
    doer = range(0)
    for verb, act in act_verbs(doc, tokens):
        coordinated = doc[before_verb(doc, verb, tokens.start) - 1].tag_ == "CC"
        complement = bool(doer) and doc[verb - 1].tag_ == "IN"  # "complicit in hiding the rifles"
        doer = doer if doer and coordinated else doer_of(scene, verb, tokens)  # "falsified reports and killed"
        missing = act in VICTIM_ACTS and not _has_victim(doc[verb])
        if doer and not complement and not missing and not _is_unreal(doc, verb, tokens):
            yield verb, act, doer
    for hit in find_acts(doc, tokens):  # "the killing of 37 marchers by police"
        at = tokens.start + hit.stop - 1
        if not doc[at].tag_.startswith("NN") or hit.label == Act.OTHER:
            continue
        end = next((k for k in range(at + 1, tokens.stop) if doc[k].text == "," or is_finite(doc[k])), tokens.stop)
        by = next((k for k in range(at + 1, end) if doc[k].lower_ == "by"), None)
        author = author_behind(doc, by, end) if by is not None else range(0)
        if author:
            yield at, Act(hit.label), author


def _has_victim(verb: Token) -> bool:
    """Tell whether somebody suffers the act: not "the fisherman had drowned"."""
    labels = {child.dep_ for word in (verb, *verb.conjuncts) for child in word.children}
    passive = verb.tag_ == "VBN" and "aux" not in {child.dep_ for child in verb.lefts}
    return passive or not verb.tag_.startswith("VB") or bool(labels & {"dobj", "prt", "auxpass"})


def doer_of(scene: Scene, verb: int, tokens: range) -> range:
    """Return who does the act within the speech."""
    doc = scene.doc
    if is_passive(doc, verb, tokens.start):
        return agent_behind(scene, verb + 1)
    start = before_verb(doc, verb, tokens.start)
    for k in range(start - 1, tokens.start, -1):
        if is_finite(doc[k]):
            break
        if doc[k].lower_ == "who" or (k == start - 1 and doc[k].lower_ in {"that", "which"}):
            return _antecedent(doc, k, tokens.start)
    found = left_phrase(doc, start, tokens.start)
    inside = bool(found) and found.start - 1 > tokens.start and doc[found.start - 1].tag_ == "IN"
    further = _tree_subject(scene, verb, tokens) if inside or not found else range(0)
    return further if further and (not found or further.start < found.start) else found


def _tree_subject(scene: Scene, verb: int, tokens: range) -> range:
    """Return the subject that stands further off: "Khan led 20 men and extorted money", "Khan, a trader, sold"."""
    found = subject(scene.doc[verb])
    if found is None or found.i not in tokens or found.tag_ in {"WP", "WDT"}:
        return range(0)
    return left_phrase(scene.doc, found.i + 1, tokens.start) or range(found.i, found.i + 1)


def _antecedent(doc: Doc, relative: int, floor: int) -> range:
    """Return whom "who" stands for: "a group made up of officers and guards who"."""
    at = relative - 1 if doc[relative - 1].text == "," else relative
    phrase = _whole(doc, left_phrase(doc, at, floor), relative, at, floor)
    while phrase and phrase.start - 1 > floor and doc[phrase.start - 1].lower_ in {"and", "or"}:
        other = left_phrase(doc, phrase.start - 1, floor)
        if not other:
            break
        phrase = range(other.start, phrase.stop)
    made = next(
        (k for k in range(phrase.start - 1, max(floor, phrase.start - 4), -1) if doc[k].lower_ in MADE_OF), None
    )
    group = left_chunk(doc, made, floor) if made is not None else range(0)
    return range(group.start, phrase.stop) if group else phrase


def _whole(doc: Doc, phrase: range, relative: int, stop: int, floor: int) -> range:
    """Return the phrase whose head the parser has for "that": "a ring inside the police that tortured"."""
    head = antecedent(doc[relative])
    if head.i >= phrase.start or head.i < floor or any(is_finite(doc[k]) for k in range(head.i, stop)):
        return phrase
    whole = left_chunk(doc, head.i + 1, floor)
    return range(whole.start, stop) if whole and doc[head.i + 1].lower_ in WITHIN else phrase


def _is_unreal(doc: Doc, verb: int, tokens: range) -> bool:
    """Tell whether the act is denied or only supposed."""
    start = before_verb(doc, verb, tokens.start)
    group = {doc[k].lower_ for k in range(start, verb)}
    negated = bool(group & NEGATIONS) or bool(group & UNREAL_MODALS)
    supposed = any(doc[k].lower_ in UNREAL for k in range(tokens.start, verb))
    floor = max(doc[verb].sent.start, tokens.start - MAX_PROOF) + 1
    unproven = any(doc[k].lower_ in PROOFS and doc[k - 1].lower_ in {"no", "any"} for k in range(floor, verb))
    return negated or supposed or unproven or doc[tokens.start].lower_ == "no"
