"""Whether a statement sums up a period or several incidents: "since January", "so far this year", "in two attacks"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._numbers import is_ordinal
from pipeline.extract._syntax import ancestors, children, conjuncts, first_conjunct, objects_of, word_at
from pipeline.extract.casualties._cue_words import cue_words
from pipeline.extract.casualties._persons import is_person, is_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Token


MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday today yesterday overnight".split())
DAYS_IN_MONTH = 31
FIRST_YEAR, LAST_YEAR = 1800, 2100
YEAR_DIGITS = 4
RANKED_TOKENS = 12
LONG_UNITS = frozenset({"month", "year", "decade"})
SPREAD = frozenset({"across", "around", "throughout"})  # "in shootings across the city"
LASTING = frozenset({"during", "throughout", "amid"})


def is_series(trigger: Token, phrases: Sequence[Token]) -> bool:
    """Tell whether the statement sums up a period: "since January", "so far this year", "the war has killed 900".

    The `phrases` are those of its sentence that name a period.
    """
    if any(_is_long(who) and who.tag_ == "NN" for who in children(trigger, "nsubj")):
        return True
    if _comes_of_several(trigger):
        return True
    return any(_governs_period(trigger, token) for token in (*phrases, *_period_tokens(trigger)))


def _period_tokens(trigger: Token) -> Iterator[Token]:
    for token in trigger.sent:
        low = token.lower_
        if (
            (low == "since" and _since_period(token))
            or (low in {"in", "during", "within", "over", "under"} and _lasts(token, trigger))
            or (low in {"between", "from"} and _is_year(token, 1) and _is_year(token, 3))
            or (low in LASTING and not _names_a_day(trigger) and any(map(_is_long, objects_of(token))))
            or (_several_incidents(token) and _of_one_clause(token, trigger))
        ):
            yield token


def _several_incidents(preposition: Token) -> bool:
    """Tell whether "during four operations", "in two separate attacks" begins: a total of several incidents."""
    if preposition.lower_ not in {"during", "in", "across", "over"} or preposition.tag_ != "IN":
        return False
    return any(_are_several(o) or _are_spread(o, preposition) for o in objects_of(preposition))


def _are_spread(noun: Token, preposition: Token) -> bool:
    """Tell whether incidents are told of a wide place: "in shootings across the city"."""
    wide = any(p.lower_ in SPREAD for word in (noun, preposition.head) for p in children(word, "prep"))
    return wide and noun.lemma_.lower() in cue_words("incident") and noun.tag_ == "NNS"


def _are_several(noun: Token) -> bool:
    """Tell whether a noun phrase tells of several incidents: "four operations", "separate raids"."""
    if noun.lemma_.lower() not in cue_words("incident") or noun.tag_ != "NNS":
        return False
    return any(t.tag_ == "CD" or t.lower_ in {"several", "separate", "multiple"} for t in noun.lefts)


def _of_one_clause(word: Token, trigger: Token) -> bool:
    """Tell whether a word belongs to the verb of a trigger, or to another one of persons: "killed six and held two"."""
    verb, own = clause_of(word), clause_of(trigger)
    persons = any(o.tag_ == "CD" or is_person(o) for o in children(verb, "dobj"))
    return verb == own or (persons and first_conjunct(verb) == first_conjunct(own))


def _comes_of_several(trigger: Token) -> bool:
    """Tell whether a clause says what several incidents led to: "conducted four operations, detaining 30 rebels"."""
    own = first_conjunct(clause_of(trigger))
    return own.dep_ == "advcl" and own.tag_ == "VBG" and any(map(_are_several, children(own.head, "dobj")))


def _is_long(noun: Token) -> bool:
    """Tell whether a noun names something of many days: "the war", "the protests", not "a protest"."""
    nouns = cue_words("during")
    return noun.lemma_.lower() in nouns and (noun.tag_ == "NNS" or nouns[noun.lemma_.lower()] == "series")


def _names_a_day(trigger: Token) -> bool:
    """Tell whether the clause of the trigger names a day, so that it tells of one incident."""
    own = clause_of(trigger)
    days = [t for t in trigger.sent if t.lower_ in WEEKDAYS or (t.lower_.rstrip(".") in MONTHS and _has_day(t))]
    return any(clause_of(day) == own for day in days)


def _has_day(month: Token) -> bool:
    near = month.doc[max(0, month.i - 1) : month.i + 2]
    return any(t.text.isdecimal() and int(t.text) <= DAYS_IN_MONTH for t in near)


def _since_period(since: Token) -> bool:
    """Tell whether "since" names a month, a year or an event, not a day of this week ("missing since Monday")."""
    following = [t.lower_ for t in since.doc[since.i + 1 : since.i + 5]]
    if any(word in MONTHS for word in following[:3]):
        return True
    if since.dep_ == "mark" and any(_is_year(t, 0) for t in since.head.subtree):  # "since it was founded in 1985"
        return True
    return any(_is_year(since, k) for k in (1, 2)) or (following[:1] == ["last"] and "week" not in following[:2])


def _lasts(preposition: Token, trigger: Token) -> bool:
    """Tell whether a preposition opens a long time: "in nine years", with the perfect also "have died in 15 days"."""
    units = [t for o in objects_of(preposition) for t in (o, *children(o, "quantmod")) if t.tag_ == "NNS"]
    if not any(c.tag_ == "CD" or c.lower_ in {"several", "many"} for o in units for c in o.lefts):
        return False
    perfect = any(c.lower_ in {"has", "have", "'ve"} for c in children(clause_of(trigger), "aux"))
    return any(o.lemma_.lower() in LONG_UNITS or (perfect and is_time(o)) for o in units)


def _is_year(token: Token, ahead: int) -> bool:
    i = token.i + ahead
    if i >= len(token.doc):
        return False
    text = token.doc[i].text
    return len(text) == YEAR_DIGITS and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR


def _governs_period(trigger: Token, period: Token) -> bool:
    """Tell whether the period belongs to the trigger's clause, not to a relative clause beside it."""
    own = clause_of(trigger)
    other = clause_of(period)
    before = word_at(period, -1)
    described = before is not None and before.tag_ in {"JJ", "VBN"} and trigger not in conjuncts(first_conjunct(before))
    if (described and period.lower_ == "since") or ranks_an_incident(period):  # "the body of a man missing since May"
        return False
    return own == other or trigger in {*period.ancestors} or other in {*own.ancestors} or own.dep_ == "conj"


def ranks_an_incident(period: Token) -> bool:
    """Tell whether a period says among what an incident is the worst, or the tenth: "the deadliest raid since 2019"."""
    for token in reversed(period.doc[max(period.sent.start, period.i - RANKED_TOKENS) : period.i]):
        if token.text in {",", ";"}:
            return False
        superlative = token.tag_ in {"JJS", "RBS"} or (token.tag_ == "JJ" and token.lower_.endswith("est"))
        if is_ordinal(token) or (superlative and token.lower_ not in {"least", "most"}):
            return True
    return False


def clause_of(token: Token) -> Token:
    return next((t for t in ancestors(token) if t.tag_.startswith("V")), token.sent.root)
