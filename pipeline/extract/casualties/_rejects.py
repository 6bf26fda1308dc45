"""Numbers that count no casualty, kept as rows with the reason, so that a reviewer sees what was passed over.

Every number that looks like a count is a row (docs/decisions/0004-what-a-number-means.md): also far from any casualty,
and also what the number grammar does not read ("P280,000", "7.62 mm"). Dates, times and lengths of time are in
dates.csv; here they are rows only where they stand beside a word of casualties. "One", "several" and the figures of
names ("Highway 9") look like counts only in a sentence about casualties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract._matching import word_forms
from pipeline.extract._numbers import find_numbers, is_ordinal
from pipeline.extract._syntax import char_span, children
from pipeline.extract.casualties._drafts import Draft, rejected
from pipeline.extract.casualties._lookalikes import figures
from pipeline.extract.casualties._parts import counted_noun
from pipeline.extract.casualties._persons import group_of, is_person
from pipeline.extract.casualties._reasons import is_aboard, is_hour, is_label, is_period, is_player, is_sport
from pipeline.lexicons import load_lexicon
from pipeline.records import Count, Qualifier, RejectReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.tokens import Doc, Token

    from pipeline.extract._numbers import NumberPhrase
    from pipeline.extract.casualties._drafts import SentenceState

BESIDE_TOKENS = 7
FIRST_TELLING = 10  # "several people" may be anybody, "hundreds of homes" looks like a count
FEW_ORDINALS = frozenset({"first", "second", "1st", "2nd"})
JOINTS = frozenset({",", "and", "or", "-", "–", "to", "of"})
MAX_JOINTS = 2


@dataclass(frozen=True, slots=True)
class _Refused:
    """A number that counts no casualty, over the tokens `start <= i < end`."""

    start: int
    end: int
    count: Count
    reason: RejectReason


def rejects(state: SentenceState) -> Iterator[Draft]:
    """Yield the numbers of a sentence that count no casualty; "16 and 19" and "9-8" are one row."""
    found = [*_refused_numbers(state), *_refused_figures(state), *_refused_ordinals(state)]
    for refused in _joined(sorted(found, key=lambda r: (r.start, r.end)), state.sent.doc):
        span = char_span(state.sent.doc[refused.start], state.sent.doc[refused.end - 1])
        yield Draft(rejected(span, refused.count, refused.reason, state.span))


def _refused_numbers(state: SentenceState) -> Iterator[_Refused]:
    for phrase in state.phrases:
        if any(i in state.used for i in range(phrase.start, phrase.end)):
            continue
        reason = state.rejected.get(phrase.start) or _late_reason(phrase, state)
        if _looks_like_a_count(phrase, reason, state):
            yield _Refused(phrase.start, phrase.end, phrase.count, reason)


def _late_reason(phrase: NumberPhrase, state: SentenceState) -> RejectReason:
    """Tell why a number is of no casualty that could have been of one: exposed persons, players, attackers, things."""
    if is_aboard(phrase, state.sent.doc):
        return RejectReason.ABOARD
    noun = counted_noun(phrase, state)
    return RejectReason.SPORT if noun is not None and is_player(noun) and is_sport(state.sent) else RejectReason.OTHER


def _looks_like_a_count(phrase: NumberPhrase, reason: RejectReason, state: SentenceState) -> bool:
    doc = state.sent.doc
    timed = reason is RejectReason.MEASUREMENT and is_period(phrase, doc)
    if reason is RejectReason.DATE or timed:
        return _is_beside_a_cue(phrase, state)
    if reason is RejectReason.OTHER and (is_label(phrase, doc) or is_hour(phrase, doc)):
        return _is_beside_a_cue(phrase, state)
    vague = phrase.count.qualifier is Qualifier.VAGUE and (phrase.count.low or 0) < FIRST_TELLING
    if vague or phrase.count.text.lower() == "one":
        noun = counted_noun(phrase, state)
        return bool(state.cues) and noun is not None and bool(group_of(noun))
    return True


def _is_beside_a_cue(phrase: NumberPhrase, state: SentenceState) -> bool:
    """Tell whether a number could be taken for that of a word of casualties: "killed on 12 March"."""
    near = range(phrase.start - BESIDE_TOKENS, phrase.end + BESIDE_TOKENS)
    return any(token.i in near for cue in state.cues for token in cue.tokens)


def _refused_figures(state: SentenceState) -> Iterator[_Refused]:
    read = {i for phrase in state.phrases for i in range(phrase.start, phrase.end)}
    for token, reason in figures([t for t in state.sent if t.i not in read]):
        yield _Refused(token.i, token.i + 1, _blank(token.text), reason)


def _refused_ordinals(state: SentenceState) -> Iterator[_Refused]:
    """Yield ordinals of persons ("the seventh lawyer slain"), and from the third on those of anything but time."""
    for token in state.sent:
        if is_ordinal(token) and (_numbers_a_person(token, state) or _counts_up(token)):
            yield _Refused(token.i, token.i + 1, _blank(token.text), RejectReason.ORDINAL)


def _numbers_a_person(token: Token, state: SentenceState) -> bool:
    """Tell whether an ordinal numbers persons as a toll would: "the second guard slain", not "her first husband"."""
    told = token.lower_ not in FEW_ORDINALS or bool(children(token.head, "acl", "relcl"))
    return bool(state.cues) and is_person(token.head) and told


def _counts_up(token: Token) -> bool:
    dated = token.ent_type_ in {"DATE", "TIME", "EVENT"} or token.head.ent_type_ in {"DATE", "TIME", "EVENT"}
    return token.lower_ not in FEW_ORDINALS and token.head.tag_.startswith("N") and not dated


def _blank(text: str) -> Count:
    return Count(None, None, None, Qualifier.EXACT, text)


def _joined(found: Iterable[_Refused], doc: Doc) -> Iterator[_Refused]:
    """Join numbers of one reason that only "and" and the like hold apart: "aged 4, 11 and 13", "9-8"."""
    row: _Refused | None = None
    for refused in found:
        if row is not None and _is_one(row, refused, doc):
            row = _Refused(row.start, refused.end, _blank(doc[row.start : refused.end].text), refused.reason)
            continue
        if row is not None:
            yield row
        row = refused
    if row is not None:
        yield row


def _is_one(left: _Refused, right: _Refused, doc: Doc) -> bool:
    between = doc[left.end : right.start]
    if not between:  # "two 107 mm rockets"
        return left.reason is RejectReason.OTHER and right.reason in {RejectReason.CALIBRE, RejectReason.MEASUREMENT}
    joined = len(between) <= MAX_JOINTS and all(token.lower_ in JOINTS for token in between)
    return joined and left.reason is right.reason


def boilerplate(doc: Doc) -> list[Draft]:
    """Return the numbers in inserts and tails that stand beside a word of casualties."""
    words = {entry.words[0] for entry in load_lexicon("casualty_cues")}
    drafts = []
    for span in (span for kind in ("insert", "related", "comment_form") for span in doc.spans.get(kind, ())):
        if not any(_stems(token) & words for token in span):
            continue
        whole = char_span(span[0], span[-1])
        for phrase in find_numbers(doc, span.start, span.end):
            at = char_span(doc[phrase.start], doc[phrase.end - 1])
            drafts.append(Draft(rejected(at, phrase.count, RejectReason.BOILERPLATE, whole)))
    return drafts


def _stems(token: Token) -> frozenset[str]:
    """Return the forms of a word that has no lemma, as boilerplate has none: "buries", "drowned", "dying"."""
    low = token.lower_
    endings = (("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("d", ""), ("ing", ""), ("ying", "ie"), ("ied", "y"))
    return word_forms(token) | {low.removesuffix(old) + new for old, new in endings if low.endswith(old)}
