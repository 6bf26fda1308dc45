"""Claims and confessions that stand in reported speech: "the league said that guards tortured two students".

A statement that somebody did a wrong is a claim where its cue accuses ("alleged"), where a hedge holds it at a
distance ("serious indications"), or where the speaker stands on another side than an armed or state actor.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.allegations._acts import act_verbs, find_acts, hedges_in, main_act
from pipeline.extract.allegations._claims import MADE_OF, Claim, Party
from pipeline.extract.allegations._parties import agent_behind, author_behind, is_passive
from pipeline.extract.speakers._phrases import NOUNS, before_verb, is_finite, left_chunk, left_phrase
from pipeline.lexicons import load_lexicon
from pipeline.records import Act, AllegationStatus, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from pipeline.extract.allegations._claims import Scene
    from pipeline.records import Quote

ACTORS = frozenset({Side.POLICE, Side.MILITARY, Side.ARMED_GROUP, Side.GOVERNMENT, Side.JUDICIARY})
CRITICS = frozenset({Side.NGO, Side.IGO, Side.JUDICIARY, Side.WITNESS, Side.FAMILY, Side.POLITICAL_PARTY})
NAMELESS = frozenset(
    {"gunmen", "gunman", "attacker", "attackers", "assailant", "assailants", "bomber", "bomb", "man", "men"}
)
PROOFS = frozenset({"evidence", "proof", "sign", "indication", "indications", "signs", "suggestion"})
UNREAL_MODALS = frozenset({"could", "can", "might", "must", "should"})
UNREAL = frozenset({"if", "whether", "unless"})
NEGATIONS = frozenset({"not", "n't", "n’t", "never", "no"})
OWN_PRONOUNS = frozenset({"it", "they", "we", "its", "our", "their"})
BEFORE_DOER = frozenset({"IN", "DT", "PRP$", "JJ", "CD"})
SPOKEN = "allegation.spoken"


@cache
def _cue_lemmas(frame: str) -> frozenset[str]:
    entries = load_lexicon("allegation_words")
    return frozenset(e.words[0] for e in entries if e.label.partition(":")[0] == frame and len(e.words) == 1)


@dataclass(frozen=True, slots=True)
class _Speech:
    """One quote: its number, its tokens in this sentence, who speaks, and whether the cue accuses."""

    scene: Scene
    number: int
    tokens: range
    speaker: Party
    cue: str

    @property
    def doc(self) -> Doc:
        """The document."""
        return self.scene.doc

    def claim(self, at: int, act: Act, accused: Party) -> Claim:
        """Make the claim of this speech; of oneself it is a confession."""
        admitted = accused is self.speaker
        return Claim(
            text=self.tokens,
            trigger=at,
            stretch=self.scene.number,
            act=act,
            accuser=self.speaker,
            accused=accused,
            status=AllegationStatus.ADMITTED if admitted else AllegationStatus.ALLEGED,
            rule_id=SPOKEN,
            hedges=() if admitted else hedges_in(self.doc, self.tokens),
            quote=self.number,
        )


def find_spoken_claims(scene: Scene) -> Iterator[Claim]:
    """Yield the claims that the quotes of a sentence make, and confessions."""
    for number in scene.own_quotes:
        quote = scene.quotes[number]
        speaker = Party(quote.speaker.name, quote.speaker.side)
        speech = _Speech(scene, number, _tokens(scene, quote), speaker, _cue_lemma(scene.doc, quote))
        confession = _confession(speech) if speech.cue in _cue_lemmas("admit") else None
        if confession is not None:
            yield confession
        elif speech.tokens and speech.cue not in _cue_lemmas("deny"):
            yield from _claims(speech)


def _tokens(scene: Scene, quote: Quote) -> range:
    """Return the tokens of a quote that stand in this sentence."""
    inside = [i for i in scene.stretch if quote.content.start <= scene.doc[i].idx < quote.content.end]
    return range(inside[0], inside[-1] + 1) if inside else range(0)


def _cue_lemma(doc: Doc, quote: Quote) -> str:
    span = doc.char_span(quote.cue.start, quote.cue.end, alignment_mode="expand") if quote.cue is not None else None
    return str(span[0].lemma_.lower()) if span is not None else ""


def _claims(speech: _Speech) -> Iterator[Claim]:
    seen: set[tuple[str, Act]] = set()
    for at, act, doer in _deeds(speech):
        pronoun = speech.doc[doer.start].lower_
        own = pronoun in OWN_PRONOUNS and speech.speaker.side is Side.ARMED_GROUP and bool(speech.speaker.name)
        accused = speech.speaker if own else speech.scene.party(doer)
        fits = own or (pronoun != "it" and _is_accusation(speech, accused))
        if fits and (accused.name, act) not in seen:
            seen.add((accused.name, act))
            yield speech.claim(at, act, accused)


def _deeds(speech: _Speech) -> Iterator[tuple[int, Act, range]]:
    """Yield the acts told in a speech with who did them."""
    doc, tokens = speech.doc, speech.tokens
    doer = range(0)
    for verb, act in act_verbs(doc, tokens):
        coordinated = doc[before_verb(doc, verb, tokens.start) - 1].tag_ == "CC"
        complement = bool(doer) and doc[verb - 1].tag_ == "IN"  # "complicit in hiding the rifles"
        doer = doer if doer and coordinated else _doer(speech.scene, verb, tokens)  # "falsified reports and killed"
        if doer and not complement and not _is_unreal(doc, verb, tokens):
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


def _doer(scene: Scene, verb: int, tokens: range) -> range:
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
    return left_phrase(doc, start, tokens.start)


def _antecedent(doc: Doc, relative: int, floor: int) -> range:
    """Return whom "who" stands for: "a group made up of officers and guards who"."""
    at = relative - 1 if doc[relative - 1].text == "," else relative
    phrase = left_phrase(doc, at, floor)
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


def _is_unreal(doc: Doc, verb: int, tokens: range) -> bool:
    """Tell whether the act is denied or only supposed."""
    start = before_verb(doc, verb, tokens.start)
    group = {doc[k].lower_ for k in range(start, verb)}
    negated = bool(group & NEGATIONS) or bool(group & UNREAL_MODALS)
    supposed = any(doc[k].lower_ in UNREAL for k in range(tokens.start, verb))
    unproven = any(doc[k].lower_ in PROOFS and doc[k - 1].lower_ == "no" for k in range(tokens.start + 1, verb))
    return negated or supposed or unproven or doc[tokens.start].lower_ == "no"


def _is_accusation(speech: _Speech, accused: Party) -> bool:
    """Tell whether a deed told of somebody accuses him, by the cue, a hedge or the sides."""
    if not accused.name or accused.words & NAMELESS or speech.speaker.is_like(accused):
        return False
    if speech.cue in _cue_lemmas("clause"):
        return True
    other_side = speech.speaker.side is not None and speech.speaker.side is not accused.side
    if accused.side in ACTORS:
        return other_side or bool(hedges_in(speech.doc, speech.tokens))
    return accused.side is not None and other_side and speech.speaker.side in CRITICS


def _confession(speech: _Speech) -> Claim | None:
    """Read "the army admitted that it had shelled the school"."""
    doc, tokens = speech.doc, speech.tokens
    act = main_act(doc, tokens)
    first = next((i for i in tokens if doc[i].tag_ not in BEFORE_DOER), None)
    if act is None or first is None or not speech.speaker.name:
        return None
    alien = doc[first].tag_ in NOUNS and not speech.scene.party(left_phrase(doc, first + 1, first)).is_like(
        speech.speaker
    )
    return None if alien else speech.claim(tokens.start, act, speech.speaker)
