"""Whether a statement is of the incident that is told, of another, of an old one, or of none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._syntax import RELATIVES, children, first_conjunct
from pipeline.extract.casualties._cue_words import cue_words
from pipeline.extract.casualties._periods import WEEKDAYS, clause_of, ranks_an_incident

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Token


def is_natural(trigger: Token, phrases: Sequence[Token]) -> bool:
    """Tell whether a death is one of age or illness, by phrases of its clause: "died in her sleep", "died aged 91"."""
    own = clause_of(trigger)
    return any(own in {clause_of(t), t.head} for t in phrases)


def is_background(trigger: Token) -> bool:
    """Tell whether the statement is of something earlier.

    It is recalled by another one ("recalled the massacre of 45 villagers"), or told in the past perfect of a relative
    clause ("the squad that had killed a judge"), or what the one that is told is measured against ("the worst accident
    since a lift fell in 1988, killing 14").
    """
    if _is_measured_against(trigger):
        return True
    words = cue_words("word")
    earlier = any(c.lower_ == "had" for c in children(trigger, "aux"))
    if earlier and any(c.lower_ in RELATIVES for c in children(trigger, "nsubj")):
        return True
    below = trigger
    for token in trigger.ancestors:
        if words.get(token.lemma_) == "background" or _comes_after(token, below):
            return below.dep_ not in {"nsubj", "nsubjpass"}
        of_incident = token.dep_ == "relcl" and token.head.lemma_.lower() in cue_words("incident")
        if token.dep_ in {"ccomp", "relcl"} and not of_incident:  # "in retaliation for a raid that killed two"
            return False
        below = token
    return False


def _is_measured_against(trigger: Token) -> bool:
    """Tell whether a statement stands in the clause of "the worst since": "since May 2001, when 48 people drowned"."""
    for since in (t for t in trigger.sent if t.lower_ == "since" and t.i < trigger.i and ranks_an_incident(t)):
        when = (t for t in trigger.doc[since.i : trigger.i] if t.lower_ in {"when", "where"})
        clause = since.head if since.dep_ == "mark" else next((t.head for t in when), None)
        if clause is not None and trigger in {*clause.subtree}:
            return True
    return False


def _comes_after(verb: Token, below: Token) -> bool:
    """Tell whether an incident is said to follow another: "the blast came weeks after a raid", "followed the murder".

    What an arrest or a protest comes after is the news itself.
    """
    after = verb.lemma_ == "follow" or (verb.lemma_ == "come" and below.lower_ == "after")
    return after and any(who.lemma_.lower() in cue_words("incident") for who in children(verb, "nsubj"))


def describes_somebody(trigger: Token) -> bool:
    """Tell whether the statement says who somebody is: "a man wanted for the killing of nine monks"."""
    own = clause_of(trigger)
    if trigger.tag_.startswith("VB") and first_conjunct(trigger).dep_ not in {"relcl", "acl", "pcomp", "pobj"}:
        return False  # "soldiers involved in the search killed six"
    if any(t.lower_ in WEEKDAYS and clause_of(t) == own for t in trigger.subtree):
        return False  # "hunt two men wanted for Monday's murder" tells the news
    for token in reversed(trigger.doc[trigger.sent.start : trigger.i]):
        if token.lower_ in cue_words("role"):
            return token.nbor(1).tag_ == "IN"  # the trigger stands further right
        if token.tag_ in {"VBD", "VBZ", "VBP"} and token.lemma_ not in {"be", "have"} and token != own:
            return False
    return False
