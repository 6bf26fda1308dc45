"""What looks like a count and never is one: "7.62 mm", "P280,000", "39C", and figures of speech."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract._matching import find_entries
from pipeline.extract._number_values import SCALES
from pipeline.extract._syntax import char_span, low_at, word_at
from pipeline.extract.casualties._drafts import Draft, rejected
from pipeline.extract.casualties._reasons import after_space, is_currency, unit_reason
from pipeline.extract.casualties._reject_words import is_form, length_at
from pipeline.records import Count, Qualifier, RejectReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.extract._matching import Match
    from pipeline.extract.casualties._drafts import SentenceState

FIGURE = re.compile(r"(?P<sign>[^\W\d_]{0,4}[^\w\s]?)(?P<number>\d[\d.,]*(?:x\d+)?)(?P<unit>[^\W\d_]{0,4}|/-)")
FEWEST_DIGITS = 3  # behind a single letter: "P280,000" is money, "P2" a road
NAME_TAGS = frozenset({"NNP", "NNPS"})
INSIDE_TAGS = frozenset({"DT", "PRP$", "CD", "JJ", "RB", "RP", "POS", "HYPH", "VBN", "PDT"})
ARTICLES = frozenset({"a", "an"})


def figures(tokens: DocSpan | list[Token]) -> Iterator[tuple[Token, RejectReason]]:
    """Yield what stands in digits and is no number of anything that can be counted, with the reason."""
    for token in tokens:
        match = FIGURE.fullmatch(token.text) if any(c.isdigit() for c in token.text) else None
        reason = _reason(token, match) if match is not None else None
        if reason is not None:
            yield token, reason


def _reason(token: Token, match: re.Match[str]) -> RejectReason | None:
    if _is_money(token, match):
        return RejectReason.MONEY
    if match["sign"] == "." and length_at(token.doc, token.i + 1, "calibre:weapon"):  # "a .38 revolver"
        return RejectReason.CALIBRE
    if match["unit"]:
        return RejectReason.MEASUREMENT if is_form(match["unit"], "measurement:unit") else None
    return unit_reason(token.doc, after_space(token.doc, token.i + 1))


def _is_money(token: Token, match: re.Match[str]) -> bool:
    """Read "Sh50", "P280,000", "R2 billion", "$ 2.5bn", "1.5 million rupees"."""
    before = word_at(token, -1)
    if match["sign"]:
        digits = sum(c.isdigit() for c in match["number"])
        long = digits >= FEWEST_DIGITS or low_at(token, 1) in SCALES or bool(match["unit"])
        coded = match["sign"].isupper() and is_form(match["sign"], "money:code")
        return coded or (is_form(match["sign"], "money:sign") and (len(match["sign"]) > 1 or long))
    scale = low_at(token, 1) in SCALES
    named = bool(length_at(token.doc, token.i + 1 + scale, "money:unit"))
    return named or match["unit"] == "/-" or (before is not None and is_currency(before))


def sayings(sent: DocSpan) -> list[Match]:
    """Return the figures of speech of a sentence: "a dead heat", "killed two bills", "buried in work"."""
    return [match for match in find_entries(sent, "figures_of_speech") if _is_meant(match)]


def _is_meant(match: Match) -> bool:
    """Tell whether the words stand together as in the saying: not "killed four trade-unionists"."""
    ends = [t.i for t in match.tokens]
    between = [t for t in match.anchor.doc[min(ends) : max(ends)] if t.i not in ends]
    last = match.anchor.doc[max(ends)]
    following = word_at(last, 1)
    goes_on = following is not None and (following.text == "-" or following.tag_ in {"NN", "NNS"})
    named = any(t.tag_ in NAME_TAGS for t in match.tokens)
    return not named and not goes_on and all(t.tag_ in INSIDE_TAGS for t in between)


def figures_of_speech(state: SentenceState) -> Iterator[Draft]:
    """Yield a row for a saying that has a number or an article, as a count would."""
    for match in state.sayings:
        doc = match.anchor.doc
        first, last = min(t.i for t in match.tokens), max(t.i for t in match.tokens)
        inside = [p for p in state.phrases if p.start <= last and p.end >= first]
        if any(p.start in state.used for p in inside):
            continue
        state.used |= {p.start for p in inside}
        first = min([first - (low_at(doc[first], -1) in ARTICLES), *(p.start for p in inside)])
        if inside or any(t.lower_ in ARTICLES for t in doc[first:last]):
            count = Count(None, None, None, Qualifier.UNKNOWN_NUMBER, doc[first : last + 1].text)
            span = char_span(doc[first], doc[last])
            yield Draft(rejected(span, count, RejectReason.FIGURE_OF_SPEECH, state.span))
