"""Tells persons from things, and what kind of persons a noun phrase names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Token

PERSON_PRONOUNS = frozenset(
    "he she him her himself herself they them themselves who whom i me we us you someone somebody everyone everybody "
    "anyone anybody nobody none those others other both all many most another one ones".split()
)
PERSON_ENDINGS = ("ist", "ists", "ian", "ians", "ee", "ees", "smen", "sman", "swoman", "swomen", "yer", "yers")
GROUP_NAMES = {"women": "women", "children": "children"}


@cache
def _groups() -> Mapping[str, str]:
    return {entry.form.replace(" - ", "-"): entry.label for entry in load_lexicon("person_nouns")}


def group_of(token: Token) -> str:
    """Return the group of a person noun ("children", "security_force", ...), blank if it is no known one."""
    groups = _groups()
    return groups.get(token.lemma_.lower()) or groups.get(token.lower_) or _hyphenated(token) or ""


def _hyphenated(token: Token) -> str | None:
    """Look up the last part of a compound: "co-pilot", "taxi-driver"."""
    start = token.i - 2
    if start >= 0 and token.nbor(-1).text == "-":
        return _groups().get(f"{token.doc[start].lower_}-{token.lemma_.lower()}")
    return None


def is_animal(token: Token) -> bool:
    """Tell whether a noun names animals."""
    return group_of(token) == "animal"


def is_person(token: Token) -> bool:
    """Tell whether a token can stand for persons: a known noun, a pronoun, a name, or a noun of a person's ending."""
    group = group_of(token)
    if group:
        return group != "animal"
    if token.ent_type_ in {"PERSON", "NORP"}:
        return True
    if token.lower_ in PERSON_PRONOUNS or token.lower_ in {"wounded", "injured", "killed", "missing", "displaced"}:
        return True
    return token.tag_ in {"NN", "NNS"} and token.lower_.endswith(PERSON_ENDINGS)


def may_be_person(token: Token) -> bool:
    """Tell whether a token may stand for persons: all but known animals, and names of places and bodies."""
    if is_person(token):
        return True
    return not is_animal(token) and token.ent_type_ not in {"GPE", "LOC", "FAC"} and token.tag_ in {"NNP", "NNPS"}
