"""Claims and confessions that stand in reported speech: "the league said that guards tortured two students".

A statement that somebody did a wrong is a claim where its cue accuses ("alleged"), where a hedge holds it at a
distance ("serious indications"), or where the speaker stands on another side than an armed or state actor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.extract.allegations._acts import hedges_in, main_act
from pipeline.extract.allegations._claims import Claim, Party, words_of
from pipeline.extract.allegations._culprits import can_do_wrong
from pipeline.extract.allegations._doers import find_deeds
from pipeline.extract.speakers._phrases import NOUNS, left_phrase
from pipeline.records import Act, AllegationStatus, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from pipeline.extract.allegations._claims import Scene
    from pipeline.records import Quote

ACTORS = frozenset({Side.POLICE, Side.MILITARY, Side.ARMED_GROUP, Side.GOVERNMENT, Side.JUDICIARY})
CRITICS = frozenset({Side.NGO, Side.IGO, Side.JUDICIARY, Side.WITNESS, Side.FAMILY, Side.POLITICAL_PARTY})
INHERENT = frozenset(  # wrongs that no report of an event states in passing
    {Act.TORTURE, Act.EXTRAJUDICIAL_KILLING, Act.SEXUAL_VIOLENCE, Act.ENFORCED_DISAPPEARANCE, Act.CORRUPTION}
    | {Act.COVER_UP, Act.FABRICATION_OF_EVIDENCE, Act.ARBITRARY_DETENTION, Act.COLLUSION}
)
NAMELESS = frozenset(
    {"gunmen", "gunman", "attacker", "attackers", "assailant", "assailants", "bomber", "bomb", "man", "men"}
)
OWN_PRONOUNS = frozenset({"it", "they", "we", "its", "our", "their"})
BEFORE_DOER = frozenset({"IN", "DT", "PRP$", "JJ", "CD"})
SPOKEN = "allegation.spoken"


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
        confession = _confession(speech) if speech.cue in words_of("admit") else None
        if confession is not None:
            yield confession
        elif speech.tokens and speech.cue not in words_of("deny"):
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
    for at, act, doer in find_deeds(speech.scene, speech.tokens):
        pronoun = speech.doc[doer.start].lower_
        own = pronoun in OWN_PRONOUNS and speech.speaker.side is Side.ARMED_GROUP and bool(speech.speaker.name)
        accused = speech.speaker if own else speech.scene.party(doer)
        fits = own or (pronoun != "it" and _is_accusation(speech, act, accused, doer))
        if fits and (accused.name, act) not in seen:
            seen.add((accused.name, act))
            yield speech.claim(at, act, accused)


def _is_accusation(speech: _Speech, act: Act, accused: Party, doer: range) -> bool:
    """Tell whether a deed told of somebody accuses him, by the cue, a hedge or the sides."""
    if not accused.name or accused.words & NAMELESS or speech.speaker.is_like(accused):
        return False
    if speech.cue in words_of("clause"):
        return True
    other_side = speech.speaker.side is not accused.side and (speech.speaker.side is not None or act in INHERENT)
    if accused.side in ACTORS:
        return other_side or bool(hedges_in(speech.doc, speech.tokens))
    if act in INHERENT and accused.side is None:
        return can_do_wrong(speech.scene, doer)
    return accused.side is not None and other_side and speech.speaker.side in CRITICS


def _confession(speech: _Speech) -> Claim | None:
    """Read "the army admitted that it had shelled the school"."""
    doc, tokens = speech.doc, speech.tokens
    act = main_act(doc, tokens)
    first = next((i for i in tokens if doc[i].tag_ not in BEFORE_DOER), None)
    if act is None or first is None or not speech.speaker.name:
        return None
    if doc[first - 1].tag_ == "PRP$" and doc[first].tag_ in NOUNS:  # "admitted that his men had shot two traders"
        own = speech.scene.party(left_phrase(doc, first + 1, tokens.start))
        return replace(speech.claim(tokens.start, act, own), status=AllegationStatus.ADMITTED, hedges=())
    named = speech.scene.party(left_phrase(doc, first + 1, first))
    alien = doc[first].tag_ in NOUNS and not named.is_like(speech.speaker)
    return None if alien else speech.claim(tokens.start, act, speech.speaker)
