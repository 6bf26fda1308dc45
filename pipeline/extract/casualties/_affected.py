"""Who is affected by a casualty word: its object, its subject, what it counts, or what stands beside it.

Each role of lexicons/casualty_cues.csv has a function.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract._matching import word_forms
from pipeline.extract._syntax import (
    NOUN_TAGS,
    antecedent,
    children,
    is_passive,
    low_at,
    objects_of,
    prepositional,
    subject,
    word_at,
)
from pipeline.extract.casualties._beside import has_number, number_beside
from pipeline.extract.casualties._persons import group_of, is_person, may_be_person
from pipeline.extract.casualties._verbs import affected_by, affected_in, objects, subjects
from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.extract._matching import Match
    from pipeline.extract._numbers import NumberPhrase
    from pipeline.lexicons import Entry


LEAVE = frozenset({"leave", "find", "report", "declare", "pronounce", "presume", "believe", "shoot", "confirm", "say"})
FIGHTERS = frozenset({"security_force", "combatant"})
INHABITANTS = frozenset({"person", "civilian", "children", "women"})
LINKING = frozenset({"be", "remain", "go", "lie", "stay", "get", "become", "arrive"})


def affected(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Return the heads of the noun phrases that a cue is about; several when it has several objects."""
    found = ROLES[cue.role](cue, sent, numbers)
    unique: list[Token] = []
    for token in found:
        resolved = _before_comma(_behind_brackets(antecedent(token)))
        if resolved not in unique and resolved not in cue.tokens:
            unique.append(resolved)
    return unique


def _behind_brackets(noun: Token) -> Token:
    """Return "constables" of "Railway Protection Force (RPF) constables"."""
    opening, closing, following = (word_at(noun, k) for k in (1, 3, 4))
    if opening is None or closing is None or following is None or (opening.text, closing.text) != ("(", ")"):
        return noun
    return following if following.tag_ in {"NN", "NNS"} else noun


def _before_comma(noun: Token) -> Token:
    """Return "60" of "wounding more than 60, hospital officials said", where the tree takes them for one phrase."""
    return next((t for t in children(noun, "nummod") if t.i < noun.i and low_at(t, 1) == ","), noun)


def _state(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The ones who are dead: subject of "were dead", object of "left 15 dead", the number before "dead"."""
    word = cue.anchor
    following = word_at(word, 1)
    if following is not None and following.tag_ in {"NN", "NNS"} and not is_person(following):
        return []  # "two dead batteries"
    beside = number_beside(cue, sent, numbers)
    if beside or (children(word, "auxpass") and word.tag_ != "JJ"):  # "three guards were wounded" is read as a verb
        return beside
    if word.dep_ == "amod" and word.head.tag_ in NOUN_TAGS and word.head.i > word.i:
        return [word.head] if word.head.i in numbers or has_number(word.head, numbers) else []
    return _said_to_be(word)


def _said_to_be(word: Token) -> list[Token]:
    """Return of whom a state is said: "left two men dead", "were found dead"."""
    verb = word.head
    if word.dep_ in {"acomp", "attr", "oprd", "advcl", "xcomp", "ccomp", "amod", "dobj", "conj"} and verb != word:
        if verb.lemma_ in LEAVE and not is_passive(verb):
            return objects(verb) or children(word, "nsubj")
        if verb.lemma_ in LINKING | LEAVE:
            who = subject(verb)
            return [who] if who is not None else []
    return children(word, "nsubj", "nsubjpass")


def _unit(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The noun that is itself counted ("14 deaths", "210 lives") affects nobody else."""
    del cue, sent, numbers
    return []


def _of(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The one whose death it was: "the death of X", "X's murder", "the killing of X by Y"."""
    del sent, numbers
    noun = cue.tokens[-1]
    victims = list(prepositional(noun, "of"))
    if noun.tag_ == "VBG" and not victims:
        victims = children(noun, "dobj")
    owners = [t for t in children(noun, "poss") if t.tag_ != "PRP$" and may_be_person(t)]
    return victims or owners


def _buried(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Those whom somebody buried; who "was buried in the shaft" may live."""
    del sent, numbers
    who = subject(cue.anchor)
    person = who is not None and (who.tag_ == "PRP" or may_be_person(who))
    return objects(cue.anchor) if person and not is_passive(cue.anchor) else []


def _mourned(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Those whom somebody mourned, where they are counted: "the town mourns six pupils"."""
    del sent
    return [t for t in objects(cue.anchor) if t.i in numbers or has_number(t, numbers)]


def _owner(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Those whose throat was slit or life was taken: "slit the throat of a driver", "took the lives of two men"."""
    del sent, numbers
    part = cue.tokens[-1]
    return [*prepositional(part, "of"), *children(part, "poss")]


def _sought(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Those whom rescuers look for; whom the police look for may be wanted: "divers are looking for six sailors"."""
    del sent, numbers
    rescued = any(_is_seeker(who) for who in subjects(cue.anchor))
    return list(objects_of(cue.tokens[-1])) if rescued else []


def _is_seeker(noun: Token) -> bool:
    return any(entry.label.endswith(":seeker") and entry.form in word_forms(noun) for entry in _seekers())


@cache
def _seekers() -> tuple[Entry, ...]:
    return tuple(entry for entry in load_lexicon("casualty_cues") if entry.label.endswith(":seeker"))


def _lost(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The fighters that their own side lost: "the rebels lost 40 fighters", "lost three men of their own"."""
    del sent, numbers
    found = objects(cue.anchor)
    own = (t for t in found if t.tag_ == "NNS" and any(o.lower_ == "own" for o in prepositional(t, "of")))
    return [t for t in found if group_of(t) in FIGHTERS] or list(own)


def _condition(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Those who are in a condition: "two boys are in critical condition", "left a man in intensive care"."""
    del sent, numbers
    preposition = cue.tokens[-1].head
    holder = preposition.head
    if preposition.lower_ not in {"in", "under"}:
        return []
    if not holder.tag_.startswith("V"):
        return [holder] if holder.tag_ in NOUN_TAGS | {"CD"} else []
    return (objects(holder) if holder.lemma_ in LEAVE else []) or subjects(holder)


def _fled(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The inhabitants who fled; one man or a gang may have run from the police: "300 villagers fled to Dorin"."""
    del sent, numbers
    return [t for t in subjects(cue.anchor) if t.tag_ == "CD" or (t.tag_ == "NNS" and group_of(t) in INHABITANTS)]


ROLES = {
    "object": affected_by,
    "subject": affected_in,
    "state": _state,
    "unit": _unit,
    "of": _of,
    "buried": _buried,
    "mourned": _mourned,
    "owner": _owner,
    "sought": _sought,
    "seeker": _unit,
    "fled": _fled,
    "lost": _lost,
    "condition": _condition,
}
