"""Numbers that stand among casualties and count none: ages, years, money, calibres, distances, animals, sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.casualties._persons import group_of, is_animal
from pipeline.extract.casualties._scope import DAYS_IN_MONTH, FIRST_YEAR, LAST_YEAR, MONTHS
from pipeline.records import RejectReason

if TYPE_CHECKING:
    from spacy.tokens import Token

    from pipeline.extract._numbers import NumberPhrase

CURRENCY_SIGNS = frozenset("$ € £ ¥ ₹ ₦ us$ rs rs. inr usd eur".split())
WORDS_AFTER = {
    RejectReason.MONEY: frozenset(
        "dollar dollars euro euros pound pounds rupee rupees peso pesos naira sol soles yen yuan real reais franc "
        "francs shilling shillings rand cent cents dinar dinars riyal rubles roubles usd eur cedi cedis birr".split()
    ),
    RejectReason.MEASUREMENT: frozenset(
        "km kilometer kilometers kilometre kilometres kilometre-long mile miles metre metres meter meters m cm feet foot "
        "ft inch inches yard yards kg kilogram kilograms kilo kilos gram grams ton tons tonne tonnes pound-bomb litre "
        "litres liter liters acre acres hectare hectares degree degrees percent per % percentage point points magnitude "
        "minute minutes hour hours second seconds storey storeys story floor floors mph kmh knots mm".split()
    ),
    RejectReason.CALIBRE: frozenset({"calibre", "caliber", "mm", "gauge", "round", "rounds", "casings", "cartridges"}),
    RejectReason.SENTENCE_LENGTH: frozenset(),
    RejectReason.SPORT: frozenset({"goals", "goal", "wickets", "runs", "sets", "innings", "laps", "tries"}),
}
PERIODS = frozenset("year years month months week weeks day days decade decades".split())
PRISON_WORDS = frozenset("jail prison imprisonment sentence sentenced jailed imprisoned behind bars custody".split())
CARRYING = frozenset("carry transport board aboard onboard accommodate".split())
YEAR_DIGITS = 4
PRISON_WINDOW = 12


def reject_reason(phrase: NumberPhrase, doc_tokens: Token) -> RejectReason | None:
    """Tell why a number is no count of persons, or None if it may be one.

    Args:
        phrase: the number.
        doc_tokens: any token of the document that the phrase is of.
    """
    doc = doc_tokens.doc
    before = doc[phrase.start - 1] if phrase.start else None
    after = doc[phrase.end] if phrase.end < len(doc) else None
    for check in (_age, _money, _date, _unit, _animal, _label):
        reason = check(phrase, before, after)
        if reason is not None:
            return reason
    return None


def _age(phrase: NumberPhrase, before: Token | None, after: Token | None) -> RejectReason | None:
    if before is not None and before.lower_ in {"aged", "age", "ages"}:
        return RejectReason.AGE
    if before is not None and before.lemma_ == "be" and phrase.count.text.lower().startswith(("under ", "over ")):
        return RejectReason.AGE  # "nine were under 18"
    if after is None:
        return None
    following = [t.lower_ for t in after.doc[phrase.end : phrase.end + 4]]
    if following[:4] in (["-", "year", "-", "old"], ["-", "month", "-", "old"], ["-", "week", "-", "old"]):
        return RejectReason.AGE
    if following[:2] in (["years", "old"], ["year", "old"], ["months", "old"], ["-", "year"]) and "old" in following:
        return RejectReason.AGE
    return RejectReason.AGE if _age_in_commas(phrase, before, after) else None


def _age_in_commas(phrase: NumberPhrase, before: Token | None, after: Token) -> bool:
    """Read "Ada Obi, 34, a nurse" and "Madkami (50)", and the later ones of "aged 4, 11 and 13"."""
    if before is None or before.text not in {",", "(", "and"} or before.i == 0:
        return False
    digits = before.doc[phrase.core].text
    closes = after.text in {",", ")", ".", ";", "and"} or after.is_space
    if not (digits.isdecimal() and len(digits) <= len("99") and closes):
        return False
    described = before
    while described.i and (described.text in {",", "(", "and"} or described.text.isdecimal()):
        described = described.nbor(-1)
    opened = described.doc[described.i + 1].text in {",", "("}
    named = described.tag_ in {"NNP", "NNPS"} and described.ent_type_ not in {"GPE", "LOC", "FAC", "DATE"}
    return described.lower_ in {"aged", "ages"} or (opened and (named or bool(group_of(described))))


def _money(phrase: NumberPhrase, before: Token | None, after: Token | None) -> RejectReason | None:
    if before is not None and (before.lower_ in CURRENCY_SIGNS or before.tag_ == "$"):
        return RejectReason.MONEY
    if after is not None and after.lower_ in WORDS_AFTER[RejectReason.MONEY]:
        return RejectReason.MONEY
    return None


def _date(phrase: NumberPhrase, before: Token | None, after: Token | None) -> RejectReason | None:
    value = phrase.count.best
    doc = before.doc if before is not None else after.doc if after is not None else None
    if doc is None or value is None:
        return None
    core = doc[phrase.core].text
    if core.isdecimal() and len(core) == YEAR_DIGITS and phrase.end == phrase.core + 1 and FIRST_YEAR <= value <= LAST_YEAR:
        counted = after is not None and after.tag_ == "NNS" and bool(group_of(after))
        if not counted:
            return RejectReason.YEAR
    months = {t.lower_.rstrip(".") for t in (before, after) if t is not None} & MONTHS
    if months and core.isdecimal() and value <= DAYS_IN_MONTH:
        by_name = {t.text for t in (before, after) if t is not None and t.lower_.rstrip(".") in months}
        return RejectReason.DATE if all(name[0].isupper() for name in by_name) else None
    if after is not None and (after.lower_ in {"a.m.", "p.m.", "am", "pm", "o'clock", "hours"} or after.text == ":"):
        return RejectReason.DATE
    return None


def _unit(phrase: NumberPhrase, before: Token | None, after: Token | None) -> RejectReason | None:
    del before
    if after is None:
        return None
    doc = after.doc
    noun = doc[phrase.end + 1] if after.text in {"-", "–"} and phrase.end + 1 < len(doc) else after
    low = noun.lower_
    for reason, words in WORDS_AFTER.items():
        if low in words:
            return reason
    if low in PERIODS:
        window = {t.lower_ for t in doc[max(0, phrase.start - PRISON_WINDOW) : phrase.end + PRISON_WINDOW]}
        return RejectReason.SENTENCE_LENGTH if window & PRISON_WORDS else RejectReason.MEASUREMENT
    return None


def _animal(phrase: NumberPhrase, before: Token | None, after: Token | None) -> RejectReason | None:
    del before
    if after is None:
        return None
    for token in after.doc[phrase.end : phrase.end + 3]:
        if token.tag_.startswith("N"):
            return RejectReason.ANIMAL if is_animal(token) else None
        if not token.tag_.startswith("J"):
            return None
    return None


def _label(phrase: NumberPhrase, before: Token | None, after: Token | None) -> RejectReason | None:
    """"Group of 20", "Highway 9", "7.62 calibre", "No. 4": figures that name something."""
    if before is None:
        return None
    if before.text in {".", "/"} and not before.whitespace_ and before.i and before.nbor(-1).text.isdecimal():
        return RejectReason.OTHER
    core = before.doc[phrase.core].text
    named = before.tag_ in {"NNP"} and before.text[:1].isupper() and before.lower_.rstrip(".") not in MONTHS
    follows_name = after is None or after.tag_ not in {"NNS", "NN"}
    return RejectReason.OTHER if core.isdecimal() and named and follows_name and before.ent_type_ == "ORG" else None


def is_aboard(phrase: NumberPhrase, doc_tokens: Token) -> bool:
    """Tell whether the number is of those on board: "carrying 212 passengers", "with 40 people aboard"."""
    doc = doc_tokens.doc
    start, end = max(0, phrase.start - 3), min(len(doc), phrase.end + 4)
    return any(t.lemma_.lower() in CARRYING for t in doc[start:end])


