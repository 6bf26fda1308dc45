"""Why a number counts no casualty: an age, a year, money, a distance, a calibre, animals, a prison term, a label."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.casualties._periods import DAYS_IN_MONTH, FIRST_YEAR, LAST_YEAR, MONTHS, YEAR_DIGITS
from pipeline.extract.casualties._persons import group_of, is_animal
from pipeline.records import RejectReason

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from pipeline.extract._numbers import NumberPhrase

CURRENCY_SIGNS = frozenset("$ € £ ¥ ₹ ₦ us$ rs rs. inr usd eur".split())
CURRENCIES = frozenset(
    "dollar dollars euro euros pound pounds rupee rupees peso pesos naira sol soles yen yuan real reais franc francs "
    "shilling shillings rand cent cents dinar dinars riyal rubles roubles usd eur cedi cedis birr".split()
)
UNITS = {
    RejectReason.MEASUREMENT: frozenset(
        "km kilometer kilometers kilometre kilometres mile miles metre metres meter meters m cm mm feet foot ft inch "
        "inches yard yards kg kilogram kilograms kilo kilos gram grams ton tons tonne tonnes litre litres liter liters "
        "acre acres hectare hectares degree degrees percent per % percentage point points magnitude minute minutes "
        "hour hours second seconds storey storeys story floor floors mph kmh knots".split()
    ),
    RejectReason.CALIBRE: frozenset({"calibre", "caliber", "gauge", "round", "rounds", "casings", "cartridges"}),
    RejectReason.SPORT: frozenset({"goals", "goal", "wickets", "runs", "sets", "innings", "laps", "tries"}),
}
AGE_UNITS = (["years"], ["year"], ["months"], ["month"], ["weeks"], ["week"])
AGED = frozenset({"children", "man", "women"})
PARENTS = frozenset("mother father grandmother grandfather mum dad widow widower".split())
CLOCK_WORDS = frozenset({"a.m.", "p.m.", "am", "pm", "o'clock", "hours"})
PERIODS = frozenset("year years month months week weeks day days decade decades".split())
PRISON_WORDS = frozenset("jail prison imprisonment sentence sentenced jailed imprisoned behind bars custody".split())
CARRYING = frozenset("carry transport board aboard onboard accommodate".split())
PRISON_WINDOW = 12
SCORE = re.compile(r"(?<![\w-])(\d{1,2})\s?-\s?(\d{1,2})(?![\w-])")


def reject_reason(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    """Tell why a number of a document is no count of persons, or None if it may be one."""
    for check in (_offspring, _age, _money, _date, _score, _ratio, _unit, _animal, _label):
        reason = check(phrase, doc)
        if reason is not None:
            return reason
    return None


def _beside(phrase: NumberPhrase, doc: Doc) -> tuple[Token | None, Token | None]:
    """Return the tokens before and after a number, None at the ends of the document."""
    before = doc[phrase.start - 1] if phrase.start else None
    return before, doc[phrase.end] if phrase.end < len(doc) else None


def _offspring(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    """Reject the children of somebody: "a mother of three", "a father-of-two"."""
    words = [t.lower_ for t in doc[max(0, phrase.start - 4) : phrase.start] if t.text != "-"]
    return RejectReason.OTHER if words[-1:] == ["of"] and words[-2:-1] and words[-2] in PARENTS else None


def _age(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    before, _ = _beside(phrase, doc)
    if before is not None and before.lower_ in {"aged", "age", "ages"}:
        return RejectReason.AGE
    if before is not None and before.lemma_ == "be" and phrase.count.text.lower().startswith(("under ", "over ")):
        return RejectReason.AGE  # "nine were under 18"
    following = [t.lower_ for t in doc[phrase.end : phrase.end + 4]]
    if "old" in following and [w for w in following if w != "-"][:1] in AGE_UNITS:
        return RejectReason.AGE
    return RejectReason.AGE if _age_in_commas(phrase, doc) or _is_age_of_one(phrase, doc) else None


def _is_age_of_one(phrase: NumberPhrase, doc: Doc) -> bool:
    """Read "a boy of nine", but not "a group of nine"."""
    before, after = _beside(phrase, doc)
    if before is None or before.lower_ != "of" or not before.i or (after is not None and after.tag_ in {"NNS", "NN"}):
        return False
    whose = before.nbor(-1)
    return whose.tag_ == "NN" and group_of(whose) in AGED


def _age_in_commas(phrase: NumberPhrase, doc: Doc) -> bool:
    """Read "Ada Obi, 34, a nurse" and "Madkami (50)", and the later ones of "aged 4, 11 and 13"."""
    before, after = _beside(phrase, doc)
    if before is None or after is None or before.text not in {",", "(", "and"}:
        return False
    digits = doc[phrase.core].text
    closes = after.text in {",", ")", ".", ";", "and"} or after.is_space or _follows_age(phrase, doc)
    if not (digits.isdecimal() and len(digits) <= len("99") and closes):
        return False
    i = before.i
    while i and (doc[i].text in {",", "(", "and"} or doc[i].text.isdecimal()):
        i -= 1
    described = doc[i]
    opened = doc[i + 1].text in {",", "("}
    named = described.tag_ in {"NNP", "NNPS"} and described.ent_type_ not in {"GPE", "LOC", "FAC", "DATE"}
    return described.lower_ in {"aged", "ages"} or (opened and (named or bool(group_of(described))))


def _follows_age(phrase: NumberPhrase, doc: Doc) -> bool:
    """Tell whether a name before a number and comma stands behind another with its age: "Bo, 41, and Ilse Lind, 9"."""
    i = phrase.start - 2
    while i > 0 and doc[i].tag_ in {"NNP", "NNPS"}:
        i -= 1
    if i <= 0 or doc[i].lower_ != "and" or doc[phrase.start - 1].text != ",":
        return False
    age = doc[i - 1] if doc[i - 1].text != "," else doc[i - 2]
    return age.text.isdecimal() and len(age) <= len("99")


def _money(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    before, after = _beside(phrase, doc)
    signed = before is not None and (before.lower_ in CURRENCY_SIGNS or before.tag_ == "$")
    return RejectReason.MONEY if signed or (after is not None and after.lower_ in CURRENCIES) else None


def _date(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    before, after = _beside(phrase, doc)
    value, core = phrase.count.best, doc[phrase.core].text
    if value is None:
        return None
    four_digits = len(core) == YEAR_DIGITS and phrase.end == phrase.core + 1
    if core.isdecimal() and four_digits and FIRST_YEAR <= value <= LAST_YEAR:
        counted = after is not None and after.tag_ == "NNS" and bool(group_of(after))
        if not counted:
            return RejectReason.YEAR
    months = [t.text for t in (before, after) if t is not None and t.lower_.rstrip(".") in MONTHS]
    if months and core.isdecimal() and value <= DAYS_IN_MONTH:
        return RejectReason.DATE if all(month[0].isupper() for month in months) else None
    on_the_clock = after is not None and (after.lower_ in CLOCK_WORDS or after.text == ":")
    return RejectReason.DATE if on_the_clock else None


def _unit(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    words = [t for t in doc[phrase.end : phrase.end + 2] if t.text not in {"-", "–"}]
    low = words[0].lower_ if words else ""
    for reason, units in UNITS.items():
        if low in units:
            return reason
    if low in PERIODS:
        window = {t.lower_ for t in doc[max(0, phrase.start - PRISON_WINDOW) : phrase.end + PRISON_WINDOW]}
        return RejectReason.SENTENCE_LENGTH if window & PRISON_WORDS else RejectReason.MEASUREMENT
    return None


def _score(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    """Reject the score of a match, "3-1", where no range can be meant."""
    ends = doc[max(0, phrase.start - 2) : phrase.end + 2]
    text = ends.text.replace("–", "-")
    scores = (match for match in SCORE.finditer(text) if int(match[1]) >= int(match[2]))
    return RejectReason.SPORT if any(doc[phrase.core].text in match.groups() for match in scores) else None


def _ratio(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    """Reject "one in five prisoners", which counts nobody."""
    following = doc[phrase.end : phrase.end + 3]
    words = [t.lower_ for t in following]
    ratio = words[:1] == ["in"] and len(following) == len("in N nouns".split()) and following[1].like_num
    return RejectReason.OTHER if ratio and group_of(following[2]) else None


def _animal(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    for token in doc[phrase.end : phrase.end + 3]:
        if token.tag_.startswith("N"):
            return RejectReason.ANIMAL if is_animal(token) else None
        if not token.tag_.startswith("J"):
            return None
    return None


def _label(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    """Reject figures that name something: "Group of 20", "Highway 9", "No. 4", and halves of "24/7" or "7.62"."""
    before, after = _beside(phrase, doc)
    if before is None:
        return None
    if before.text in {".", "/"} and not before.whitespace_ and before.i and before.nbor(-1).text.isdecimal():
        return RejectReason.OTHER
    named = before.tag_ == "NNP" and before.text[:1].isupper() and before.ent_type_ == "ORG"
    follows_name = after is None or after.tag_ not in {"NNS", "NN"}
    in_digits = doc[phrase.core].text.isdecimal()
    is_month = before.lower_.rstrip(".") in MONTHS
    return RejectReason.OTHER if in_digits and named and follows_name and not is_month else None


def is_aboard(phrase: NumberPhrase, doc: Doc) -> bool:
    """Tell whether the number is of those on board: "carrying 212 passengers", "with 40 people aboard"."""
    start, end = max(0, phrase.start - 3), min(len(doc), phrase.end + 4)
    return any(t.lemma_.lower() in CARRYING for t in doc[start:end])
