"""Why a number counts no casualty: an age, a year, money, a distance, a calibre, animals, a prison term, a label.

What a number counts stands beside it. The words are in lexicons/reject_words.csv; here is where they stand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract._syntax import word_at
from pipeline.extract.casualties._ages import OLDEST
from pipeline.extract.casualties._periods import DAYS_IN_MONTH, FIRST_YEAR, LAST_YEAR, MONTHS, YEAR_DIGITS
from pipeline.extract.casualties._persons import group_of, is_animal
from pipeline.extract.casualties._reject_words import distinct, is_form, length_at
from pipeline.records import RejectReason

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as DocSpan

    from pipeline.extract._numbers import NumberPhrase

AGE_UNITS = (["years"], ["year"], ["months"], ["month"], ["weeks"], ["week"])
HOURS_IN_DAY = 24
AGED = frozenset({"children", "women", "man", "person"})
PARENTS = frozenset("mother father parent grandmother grandfather grandparent mum dad stepmother stepfather".split())
CLOCK_WORDS = frozenset({"a.m.", "p.m.", "am", "pm", "o'clock", "hours", "gmt", "utc"})
YEAR_OPENERS = frozenset({"in", "since", "until", "during"})
FIRST_CHRONICLED = 1000  # a year of three digits is not told from a count
SCORE = re.compile(r"(?<![\w-])(\d{1,2})\s?-\s?(\d{1,2})(?![\w-])")
HYPHENS = frozenset({"-", "–"})
ABOARD_WINDOW = 4
WEAPON_WINDOW = 3
MILLIMETRES = frozenset({"mm", "millimetre", "millimeter", "millimetres", "millimeters"})
SPORT_SIGNS = 2


def reject_reason(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    """Tell why a number of a document is no count of persons, or None if it may be one."""
    for check in (_offspring, _age, _money, _date, _score, _ratio, _measured, _animal, _label):
        reason = check(phrase, doc)
        if reason is not None:
            return reason
    return None


def _beside(phrase: NumberPhrase, doc: Doc) -> tuple[Token | None, Token | None]:
    """Return the tokens before and after a number, None at the ends of the document."""
    before = doc[phrase.start - 1] if phrase.start else None
    at = after_space(doc, phrase.end)
    return before, doc[at] if at < len(doc) else None


def after_space(doc: Doc, i: int) -> int:
    """Step over the no-break space of "12 kg"."""
    return i + (i < len(doc) and doc[i].is_space)


# --- ages ----------------------------------------------------------------------------------------------------------


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
    if "old" in following and [w for w in following if w not in HYPHENS][:1] in AGE_UNITS:
        return RejectReason.AGE
    told = _age_in_commas(phrase, doc) or _age_of_somebody(phrase, doc) or _age_said_to_be(phrase, doc)
    return RejectReason.AGE if told else None


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


def _age_of_somebody(phrase: NumberPhrase, doc: Doc) -> bool:
    """Read "a man of 45", "a girl of two", "men of between 20 and 45"."""
    before, after = _beside(phrase, doc)
    if before is None or before.i == 0 or before.lower_ != "of" or not _may_be_age(phrase):
        return False
    person = doc[before.i - 1]
    single = person.tag_ == "NN" or phrase.count.low != phrase.count.high
    counts_on = after is not None and (after.tag_.startswith(("N", "J")) or after.lower_ in HYPHENS)
    return single and not counts_on and group_of(person) in AGED


def _age_said_to_be(phrase: NumberPhrase, doc: Doc) -> bool:
    """Read "Ada Obi is 47 now", "she was 70 when"; "the dead were 12" is none."""
    before, after = _beside(phrase, doc)
    if before is None or before.lower_ not in {"is", "was", "'s", "turned"} or not _may_be_age(phrase):
        return False
    person = word_at(before, -1)
    if person is not None and person.text == ",":
        person = word_at(before, -2)
    if after is not None and (after.tag_.startswith(("N", "J", "V")) or after.text in HYPHENS | {"%"}):
        return False
    if person is None or person.lower_ in {"he", "she"}:
        return person is not None
    return person.ent_type_ == "PERSON" and person.dep_ in {"nsubj", "appos"}  # not "the toll in Orsa is 47"


def _may_be_age(phrase: NumberPhrase) -> bool:
    count = phrase.count
    return count.low is not None and 0 < count.low <= (count.high or count.low) < OLDEST


# --- money, dates, measures ------------------------------------------------------------------------------------------


def _money(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    before, after = _beside(phrase, doc)
    signed = before is not None and is_currency(before)
    at = after_space(doc, phrase.end) + (after is not None and after.text in HYPHENS)  # "a 300-rupee note"
    described = at < len(doc) and doc[at].tag_ in {"JJ", "NNP"}  # "40 Kenyan shillings"
    named = length_at(doc, at, "money:unit") or (described and length_at(doc, at + 1, "money:unit"))
    if named and not signed and unit_reason(doc, after_space(doc, phrase.end)):  # "20 pounds of nails"
        return None
    return RejectReason.MONEY if signed or named or length_at(doc, after_space(doc, phrase.end), "money:code") else None


def is_currency(token: Token) -> bool:
    """Tell whether a currency stands before a number: "$", "US$", "Rs", "NGN"."""
    letters = token.text.isalpha()
    if letters and (len(token) == 1 or token.is_lower):  # "P280,000" is money, "group P 280" is not
        return False
    return token.tag_ == "$" or is_form(token.text, "money:sign") or bool(length_at(token.doc, token.i, "money:code"))


def _date(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    before, after = _beside(phrase, doc)
    if phrase.count.best is None:
        return None
    if _is_year(phrase, doc):
        return RejectReason.YEAR
    core = doc[phrase.core].text
    months = [t.text for t in (before, after) if t is not None and t.lower_.rstrip(".") in MONTHS]
    if months and core.isdecimal() and phrase.count.best <= DAYS_IN_MONTH:
        return RejectReason.DATE if all(month[0].isupper() for month in months) else None
    on_the_clock = after is not None and (after.lower_ in CLOCK_WORDS or after.text == ":")
    return RejectReason.DATE if on_the_clock else None


def _is_year(phrase: NumberPhrase, doc: Doc) -> bool:
    """Tell whether four digits are a year: "in 2014", "since 1683"; "1912 people" and "1,912" are none."""
    before, after = _beside(phrase, doc)
    core, value = doc[phrase.core].text, phrase.count.best or 0
    if not core.isdecimal() or len(core) != YEAR_DIGITS or phrase.end != phrase.core + 1:
        return False
    opened = before is not None and before.lower_ in YEAR_OPENERS
    if FIRST_YEAR <= value <= LAST_YEAR:  # "in 1982 soldiers came"
        return opened or after is None or after.tag_ != "NNS" or not group_of(after)
    return opened and FIRST_CHRONICLED <= value < FIRST_YEAR and not (after is not None and after.tag_.startswith("N"))


def _measured(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    if is_period(phrase, doc):
        return RejectReason.SENTENCE_LENGTH if _tells_of_prison(doc[phrase.core].sent) else RejectReason.MEASUREMENT
    return unit_reason(doc, after_space(doc, phrase.end))


def is_period(phrase: NumberPhrase, doc: Doc) -> bool:
    """Tell whether a number is of years, days or hours."""
    at = after_space(doc, phrase.end)
    at += at < len(doc) and doc[at].text in HYPHENS
    return bool(length_at(doc, at, "period:unit")) and not _goes_on_with_persons(doc, at)


def _tells_of_prison(sent: DocSpan) -> bool:
    return bool(distinct(sent, "sentence_length:word"))


def unit_reason(doc: Doc, at: int) -> RejectReason | None:
    """Tell by the unit at a position what the number before it measures: "12 kg", "7.62 mm rifles", "five-storey"."""
    hyphened = at < len(doc) and doc[at].text in HYPHENS
    begin = at + (hyphened and not length_at(doc, at, "measurement:unit"))
    if _is_calibre(doc, begin):
        return RejectReason.CALIBRE
    for label in ("measurement:unit", "sport:unit"):
        length = length_at(doc, begin, label)
        if length and not _goes_on_with_persons(doc, begin + length - 1):
            return RejectReason(label.partition(":")[0])
    return None


def _is_calibre(doc: Doc, at: int) -> bool:
    """Read "12-gauge", "5.56 mm rifles", "a 12.7 mm machine gun"; 60 mm of rain are none."""
    if length_at(doc, at, "calibre:unit"):
        return True
    if at >= len(doc) or doc[at].lower_ not in MILLIMETRES:
        return False
    return any(length_at(doc, i, "calibre:weapon") for i in range(at + 1, min(at + 1 + WEAPON_WINDOW, len(doc))))


def _goes_on_with_persons(doc: Doc, last: int) -> bool:
    """Tell whether a unit only describes persons: "30 foot soldiers", "two second lieutenants"."""
    following = word_at(doc[last], 1)
    return following is not None and following.tag_ in {"NNS", "NNPS"} and bool(group_of(following))


# --- sport ---------------------------------------------------------------------------------------------------------


def _score(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    """Reject the score of a match, "3-1", where no range can be meant."""
    ends = doc[max(0, phrase.start - 2) : phrase.end + 2]
    return RejectReason.SPORT if any(doc[phrase.core].text in pair for pair in _scores(ends)) else None


def _scores(span: DocSpan) -> list[tuple[str, str]]:
    found = (match for match in SCORE.finditer(span.text.replace("–", "-")) if int(match[1]) >= int(match[2]))
    return [(match[1], match[2]) for match in found]


def is_sport(sent: DocSpan) -> bool:
    """Tell whether a sentence is of a sports report: two words of sport, or one and a score."""
    signs = distinct(sent, "sport:word") | distinct(sent, "sport:player")
    return len(signs) + bool(_scores(sent)) >= SPORT_SIGNS


def is_player(noun: Token) -> bool:
    """Tell whether a noun is one for players."""
    return bool(length_at(noun.doc, noun.i, "sport:player"))


# --- others --------------------------------------------------------------------------------------------------------


def _ratio(phrase: NumberPhrase, doc: Doc) -> RejectReason | None:
    """Reject "one in five prisoners" and "one in five died", which count nobody; "two in three attacks" are two."""
    following = doc[phrase.end : phrase.end + 3]
    words = [t.lower_ for t in following]
    if words[:1] != ["in"] or len(following) < len("in N nouns".split()) or not following[1].like_num:
        return None
    alone = phrase.count.best == 1 and following[2].tag_.startswith(("V", "MD", "RB"))
    return RejectReason.OTHER if alone or group_of(following[2]) else None


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


def is_label(phrase: NumberPhrase, doc: Doc) -> bool:
    """Tell whether a figure names something, or numbers a paragraph: "Highway 9", "UPDATE 2", "3. The ministry"."""
    before, after = _beside(phrase, doc)
    if not doc[phrase.core].text.isdecimal() or phrase.end != phrase.core + 1:
        return False
    opens = phrase.core == doc[phrase.core].sent.start
    if opens and after is not None and after.text in {".", ")"}:
        return True
    if before is None or phrase.start != phrase.core:
        return False
    return any(
        length_at(doc, i, "label:word") == phrase.start - i for i in range(max(0, phrase.start - 2), phrase.start)
    )


def is_hour(phrase: NumberPhrase, doc: Doc) -> bool:
    """Tell whether a number may be an hour or an age, as nothing is counted by it: "shut at ten", "sent away at 14"."""
    before, after = _beside(phrase, doc)
    if before is None or before.lower_ != "at" or phrase.start != phrase.core:
        return False
    bare = after is None or not (after.tag_.startswith(("N", "J", "V", "CD")) or after.text in HYPHENS)
    return bare and 0 < (phrase.count.best or 0) <= HOURS_IN_DAY


def is_aboard(phrase: NumberPhrase, doc: Doc) -> bool:
    """Tell whether the number is of all who were exposed: "carrying 212 passengers", "102 people were on shift"."""
    sent = doc[phrase.core].sent
    start, end = max(sent.start, phrase.start - ABOARD_WINDOW + 1), min(sent.end, phrase.end + ABOARD_WINDOW)
    return bool(distinct(doc[start:end], "aboard:word"))
