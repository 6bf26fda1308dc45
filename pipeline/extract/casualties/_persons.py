"""Tells persons from things, and what kind of persons a noun phrase names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract._syntax import low_at, word_at
from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Token

PERSON_PRONOUNS = frozenset(  # not "I" and "you": who tells of his own death has not died
    "he she him her himself herself they them themselves who whom someone somebody everyone everybody anyone anybody "
    "nobody none those others other both all many most another one ones".split()
)
NAMED_BY_STATE = frozenset({"wounded", "injured", "killed", "missing", "displaced", "slain"})


@cache
def _endings(label: str) -> tuple[str, ...]:
    """Return the endings of nouns for persons, or the things that have one, in singular and plural."""
    forms = (entry.form for entry in load_lexicon("person_endings") if entry.label == label)
    return tuple(word for form in forms for word in (form, f"{form}s", form.replace("man", "men")))


def _has_persons_ending(word: str) -> bool:
    return word.endswith(_endings("person")) and word not in _endings("thing")


@cache
def _groups() -> Mapping[str, str]:
    return {entry.form.replace(" - ", "-"): entry.label for entry in load_lexicon("person_nouns")}


@cache
def _posts() -> frozenset[str]:
    """Return the civil offices of more than one word: "village head", where "head" alone is no person."""
    offices = load_lexicon("offices")
    return frozenset(entry.form for entry in offices if " " in entry.form and entry.label.startswith("government"))


def group_of(token: Token) -> str:
    """Return the group of a person noun ("children", "security_force", ...), blank if it is no known one."""
    groups = _groups()
    for form in (token.lemma_.lower(), token.lower_, *_singulars(token)):
        if form in groups:
            return groups[form]
    if token.i and f"{token.nbor(-1).lower_} {token.lemma_.lower()}" in _posts():
        return "official"
    return _hyphenated(token) or ""


def _singulars(token: Token) -> list[str]:
    """Return what the singular may be of a plural that was tagged as a name: "Home Guards", "Naxalites"."""
    low = token.lower_
    if token.tag_ not in {"NNP", "NNPS"}:
        return []
    return [low[:-1]] if low.endswith("s") else [low.replace("men", "man")] if low.endswith("men") else []


def _hyphenated(token: Token) -> str | None:
    """Look up a compound at its last part ("co-pilot", "taxi-driver"), or at its first ("passers-by")."""
    own, (first, last) = token.lemma_.lower(), (word_at(token, -2), word_at(token, 2))
    if first is not None and low_at(token, -1) == "-":
        return _groups().get(f"{first.lower_}-{own}")
    return _groups().get(f"{own}-{last.lower_}") if last is not None and low_at(token, 1) == "-" else None


def is_animal(token: Token) -> bool:
    """Tell whether a noun names animals."""
    return group_of(token) == "animal"


@cache
def _bodies() -> frozenset[str]:
    """Return the organisations of one word: "government", "ministry"."""
    return frozenset(entry.form for entry in load_lexicon("bodies") if entry.pos == "NOUN" and " " not in entry.form)


@cache
def _times() -> frozenset[str]:
    return frozenset(e.form for e in load_lexicon("date_words") if e.label.split()[0] in {"unit", "part"})


def is_time(token: Token) -> bool:
    """Tell whether a noun names a time, not whom something befell then: "murdered this morning"."""
    return token.lemma_.lower() in _times()


def is_person(token: Token) -> bool:
    """Tell whether a token can stand for persons: a known noun, a pronoun, a name, or a noun of a person's ending."""
    group = group_of(token)
    if group:
        return group != "animal"
    if token.ent_type_ in {"PERSON", "NORP"} or _is_described(token):
        return True
    if token.lower_ in PERSON_PRONOUNS:
        return True
    if token.lower_ in NAMED_BY_STATE:  # "the wounded", not "killed two and wounded three"
        return any(c.lower_ == "the" for c in token.lefts)
    return token.tag_ in {"NN", "NNS"} and _has_persons_ending(token.lower_)


def _is_described(token: Token) -> bool:
    """Tell whether a person's name and a noun stand side by side: "Markam Somaru, secretary", "a puller, Asim Das"."""
    beside = [c for c in token.rights if c.dep_ == "appos"]
    if token.tag_ == "NN":
        return any(c.ent_type_ == "PERSON" for c in beside)
    return token.tag_ == "NNP" and any(c.tag_ == "NN" and group_of(c) for c in beside)


def may_be_person(token: Token) -> bool:
    """Tell whether a token may stand for persons: all but known animals, and names of places and bodies."""
    return is_person(token) or is_unknown_name(token)


def is_body(token: Token) -> bool:
    """Tell whether a word names an organisation: "the Salvadoran Government"."""
    return token.lower_ in _bodies()


def is_unknown_name(token: Token) -> bool:
    """Tell whether a token is a name that may be a person's: of no place, and of no body unless "a" stands before."""
    if token.tag_ not in {"NNP", "NNPS"} or is_animal(token) or token.ent_type_ in {"GPE", "LOC", "FAC"}:
        return False
    if token.is_lower:  # a noun that the tagger takes for a name
        return False
    organised = token.ent_type_ == "ORG" or is_body(token)
    return not organised or any(c.lower_ in {"a", "an"} for c in token.lefts)  # "a Movement of Lenda facilitator"
