"""What stands right beside a casualty word, where the tree does not tell: "12 killed in blast", "and 30 wounded"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._syntax import NOUN_TAGS, low_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.extract._matching import Match
    from pipeline.extract._numbers import NumberPhrase


SKIPPED_LEFT = frozenset(
    "were was are is be been being have has had also reportedly seriously badly critically severely slightly later "
    "allegedly more others other all both then still feared confirmed believed presumed reported found left and "
    "fatally lightly heavily to of them whom which the people persons".split()
)
INSIDE_NOUN = frozenset({"DT", "PRP$", "JJ", "JJS", "JJR", "HYPH", "RB", "POS", "VBN"})
WINDOW = 9


def number_beside(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Return the number right before a participle or adjective: "1,140 injured", "nine others wounded", "four dead"."""
    word = cue.tokens[0] if cue.tokens[0].i < cue.anchor.i else cue.anchor
    i = word.i - 1
    while i >= sent.start and (sent.doc[i].lower_ in SKIPPED_LEFT or sent.doc[i].is_space) and word.i - i < WINDOW:
        i -= 1
    if _another_beside(word):
        return [sent.doc[word.i - 1]]
    phrase = numbers.get(i) if i >= sent.start else None
    if phrase is None:
        return []
    between = sent.doc[phrase.end : word.i]
    if any(t.text in {",", ";", ":"} for t in between):
        return []
    outer = numbers.get(phrase.start - 3) if [t.lower_ for t in _two_before(phrase, sent)] == ["of", "the"] else None
    if outer is not None:  # "four of the nine were killed"
        return [sent.doc[outer.core]]
    noun = next((t for t in between if t.lower_ in {"people", "persons"}), None)
    return [noun or sent.doc[phrase.end - 1]]


def _another_beside(word: Token) -> bool:
    """Tell whether "another" or "others" stands right before the word: "one was killed and another injured"."""
    return low_at(word, -1) in {"another", "others"} and word.tag_ in {"VBN", "VBD", "JJ"}


def _two_before(phrase: NumberPhrase, sent: DocSpan) -> DocSpan:
    return sent.doc[max(sent.start, phrase.start - 2) : phrase.start]


def has_number(noun: Token, numbers: Mapping[int, NumberPhrase]) -> bool:
    return any(i in numbers for i in range(max(0, noun.i - 4), noun.i))


def left_noun(cue: Match, sent: DocSpan) -> list[Token]:
    """Return the nearest noun before the cue, over auxiliaries and adverbs only."""
    i = cue.tokens[0].i - 1 if cue.tokens[0].i < cue.anchor.i else cue.anchor.i - 1
    while i >= sent.start and (sent.doc[i].lower_ in SKIPPED_LEFT or sent.doc[i].tag_ in {"RB", "MD"}):
        i -= 1
    if i - 2 >= sent.start and sent.doc[i - 1].text == "-" and sent.doc[i].tag_ == "IN":  # "passers-by"
        i -= 2
    if i < sent.start or sent.doc[i].tag_ not in NOUN_TAGS | {"CD", "PRP"}:
        return []
    return [sent.doc[i]]


def right_noun(cue: Match, sent: DocSpan) -> list[Token]:
    """Return the head of the noun phrase that follows the cue directly."""
    last: Token | None = None
    begin = max(t.i for t in cue.tokens if t.i - cue.anchor.i < len(cue.tokens)) + 1
    for token in sent.doc[begin : min(begin + WINDOW, sent.end)]:
        if "npadvmod" in {token.dep_, token.head.dep_}:  # "was confirmed killed today"
            break
        if token.tag_ in NOUN_TAGS | {"CD"} or (token.tag_ == "PRP" and last is None):
            last = token
        elif token.tag_ in INSIDE_NOUN or token.lower_ in {"at", "than"}:
            if last is not None and token.tag_ not in {"HYPH", "POS"}:
                break
        else:
            break
    return [last] if last is not None else []
