"""Who is affected by a casualty word: its object, its subject, what it counts, or what stands beside it.

Each role of lexicons/casualty_cues.csv has a function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._syntax import (
    NOUN_TAGS,
    antecedent,
    children,
    is_passive,
    low_at,
    prepositional,
    subject,
    word_at,
)
from pipeline.extract.casualties._beside import has_number, number_beside
from pipeline.extract.casualties._persons import is_person, may_be_person
from pipeline.extract.casualties._verbs import affected_by, affected_in, objects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.extract._matching import Match
    from pipeline.extract._numbers import NumberPhrase


LEAVE = frozenset({"leave", "find", "report", "declare", "pronounce", "presume", "believe", "shoot", "confirm", "say"})
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
    if beside or children(word, "auxpass"):  # "three guards were wounded" is read as a verb
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


def _owner(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Those whose throat was slit or life was taken: "slit the throat of a driver", "took the lives of two men"."""
    del sent, numbers
    part = cue.tokens[-1]
    return [*prepositional(part, "of"), *children(part, "poss")]


ROLES = {
    "object": affected_by,
    "subject": affected_in,
    "state": _state,
    "unit": _unit,
    "of": _of,
    "buried": _buried,
    "owner": _owner,
}
