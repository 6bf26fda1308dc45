"""Ages told beside a noun, which are never counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

OLDEST = 120
AGE_WINDOW_TOKENS = 24


def ages_of(noun: Token) -> list[int]:
    """Return the ages told beside a noun: "aged 4, 11 and 13", "a 9-year-old pupil", "Ada Obi, 34,"."""
    return [age for age in (*_ages_before(noun), *_ages_behind(noun)) if age < OLDEST]


def _ages_before(noun: Token) -> Iterator[int]:
    for child in noun.lefts:
        if child.text.endswith("old"):
            yield from (int(t.text) for t in child.subtree if _may_be_age(t))


def _ages_behind(noun: Token) -> Iterator[int]:
    doc, i = noun.doc, noun.i + 1
    if i < len(doc) and doc[i].text in {",", "("}:
        i += 1
    aged = i < len(doc) and doc[i].lower_ in {"aged", "age", "ages"}
    i += aged
    named = i == noun.i + 2 and noun.ent_type_ == "PERSON"
    stop = min(noun.i + AGE_WINDOW_TOKENS, len(doc))
    while i < stop and (doc[i].text.isdecimal() or doc[i].text in {",", "and"}):
        closes = i + 1 == len(doc) or doc[i + 1].text in {",", ")", ".", ";", "and"}
        if _may_be_age(doc[i]) and closes and (aged or named):
            yield int(doc[i].text)
        named = False
        i += 1


def _may_be_age(token: Token) -> bool:
    return token.text.isdecimal() and len(token) <= len(str(OLDEST))
