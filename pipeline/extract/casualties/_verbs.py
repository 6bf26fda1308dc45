"""Who suffers a verb: the object of the active, the subject of the passive and of "died", the noun of a participle.

The tree is read first and the neighbourhood second, since headlines and ellipsis are where parsers fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._syntax import NOUN_TAGS, children, is_passive, low_at, objects_of, subject, word_at
from pipeline.extract.casualties._beside import WINDOW, left_noun, number_beside, right_noun
from pipeline.extract.casualties._persons import is_person, may_be_person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.extract._matching import Match
    from pipeline.extract._numbers import NumberPhrase


PARTICLES = frozenset({"down", "out", "off", "hard", "away"})
OTHER_SENSE = frozenset({"off", "out", "around", "about"})


def affected_by(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The one killed: object of the active verb, subject of the passive, noun of the participle."""
    verb = cue.anchor
    if verb.dep_ == "compound" or low_at(verb, -1) == "-":
        return []  # "an anti-kidnapping brigade"
    beside = number_beside(cue, sent, numbers) or _reduced(verb)
    if beside and verb.tag_ in {"VBN", "VBD", "JJ"} and beside[0].i >= verb.i - 3 and not objects(verb):
        return beside  # "23 people were killed and 1,140 injured"
    found = _patients(verb)
    if found or beside:
        return found or beside
    if is_passive(verb) or _has_passive_word(cue):
        return left_noun(cue, sent)
    if verb.tag_ in {"VBN", "VBD", "JJ"}:
        return _bare_participle(cue, sent, numbers)
    return [] if verb.tag_ in NOUN_TAGS and len(cue.tokens) == 1 else right_noun(cue, sent)


def has_other_sense(cue: Match) -> bool:
    """Tell whether a particle gives the verb another sense: "killed off a plan", "were hanging out in a garage"."""
    return len(cue.tokens) == 1 and any(c.lower_ in OTHER_SENSE for c in children(cue.anchor, "prt", "advmod"))


def _reduced(verb: Token) -> list[Token]:
    """Return "people" of "people killed or injured", whatever the tree says of the participles."""
    first = verb
    while first.i and low_at(first, -1) in {"or", "and"} and first.doc[first.i - 2].tag_ == "VBN":
        first = first.doc[first.i - 2]
    noun = word_at(first, -1)
    participle = verb.tag_ == "VBN" and first.tag_ == "VBN" and not children(verb, "auxpass")
    return [noun] if participle and noun is not None and noun.tag_ == "NNS" and is_person(noun) else []


def _has_passive_word(cue: Match) -> bool:
    """Tell whether a form of "be" stands right before the cue, where the parser saw no verb: "was shot dead"."""
    first = min(cue.tokens, key=lambda t: t.i)
    before = word_at(first, -1)
    return before is not None and before.lemma_ == "be"


def _patients(verb: Token) -> list[Token]:
    """Return what the tree says that a transitive verb does its work on; coordinated verbs share it."""
    inverted = [t for c in children(verb, "auxpass", "aux") for t in children(c, "attr", "nsubj")]
    if inverted or is_passive(verb):  # "wounded in the exchange were two constables"
        return inverted or subjects(verb)
    own = objects(verb)
    if own:
        return own
    if verb.dep_ in {"acl", "relcl"} and not children(verb, "nsubj"):
        return [verb.head]  # "people killed in the raid"
    shared = [o for c in verb.children if c.dep_ == "conj" and _follows(verb, c) for o in objects(c)]
    if shared:  # "killed or injured 60 people", "arrested but later released two"
        return shared
    if verb.dep_ == "conj" and verb.head.i < verb.i and not children(verb, "nsubj"):
        return _patients(verb.head) if _is_near(verb.head, verb) else []
    return []


def _follows(first: Token, second: Token) -> bool:
    """Tell whether nothing but "or", "and", "but" and adverbs stands between two verbs."""
    between = first.doc[first.i + 1 : second.i]
    return second.i > first.i and all(t.tag_ in {"CC", "RB", "RBR", "SYM"} for t in between)


def _is_near(first: Token, second: Token) -> bool:
    """Tell whether two coordinated verbs can share what they do: no other noun stands between them."""
    between = first.doc[first.i + 1 : second.i]
    return len(between) <= WINDOW and not any(t.tag_ in NOUN_TAGS | {"CD"} and t.dep_ != "pobj" for t in between)


def objects(verb: Token) -> list[Token]:
    coordinated = min((t.i for t in verb.rights if t.dep_ == "conj" and t.tag_.startswith("V")), default=len(verb.doc))
    found = [t for t in children(verb, "dobj", "dative", "oprd", "attr") if t.tag_ not in {"IN", "TO", "VB"}]
    found = [t for t in found if t.i < coordinated]  # "killed 30 people and razed most of Sarn"
    plain = [t for t in found if t.dep_ in {"dobj", "dative"}] or [t for t in found if t.tag_ in NOUN_TAGS | {"CD"}]
    if plain:  # "killed six soldiers in Kidal and three traders in Menaka": the second may hang on the verb
        plain = [
            t for t in plain if t == plain[0] or t.tag_ == "CD" or may_be_person(t)
        ]  # "took a boy and burned homes"
        state = min((c.i for c in children(verb, "oprd", "acomp") if c.i > plain[0].i), default=len(verb.doc))
        further = [
            t for t in children(verb, "conj") if plain[0].i < t.i < state
        ]  # "left a man dead and a boy in a coma"
        plain += [t for t in further if is_person(t) or _is_some_of(t)]
    return plain


def _is_some_of(token: Token) -> bool:
    """Tell whether a number counts some of a group: "killed the mayor and two of his aides", "several of them"."""
    return token.tag_ in {"CD", "JJ", "DT"} and low_at(token, 1) == "of"


def _bare_participle(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Read a lone participle after its noun as passive where no object follows: "12 killed in Kabul blast"."""
    verb = cue.anchor
    if verb.dep_ == "amod" and verb.head.tag_ in NOUN_TAGS and verb.head.i > verb.i:
        return [verb.head] if is_person(verb.head) or verb.head.i in numbers else []
    right = right_noun(cue, sent)
    who = subject(verb)
    if right and not (who is not None and who.dep_ == "nsubjpass"):
        return right
    return [who] if who is not None and who.i < verb.i else left_noun(cue, sent)


def affected_in(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The one who died: subject of the verb, or the noun that its participle modifies."""
    verb = cue.anchor
    if len(cue.tokens) == 1 and any(t.lower_ in PARTICLES and not list(objects_of(t)) for t in verb.rights):
        return []  # "the protests died down"
    who = subjects(verb)
    if who:
        return who
    if verb.dep_ == "acl":
        return [verb.head]
    return number_beside(cue, sent, numbers) or left_noun(cue, sent)


def subjects(verb: Token) -> list[Token]:
    """Return the subject, and a second one where the parser took "the pilot and all nine passengers" apart."""
    own = children(verb, "nsubj", "nsubjpass")
    who = own[:2] if len(own) > 1 and own[1].i - own[0].i <= WINDOW else [t for t in [subject(verb)] if t is not None]
    return [t for t in who if t.dep_ != "expl"]
