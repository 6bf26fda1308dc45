"""Noun phrases and verb groups read from tags, left and right of a word.

Attachments of the parser are wrong most often around speech ("..., he said, ..."), tags are not; so who speaks is
looked for beside the verb, and the tree only decides between what stands there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS", "FW", "ADD"})
BEFORE_NOUN = NOUNS | {"DT", "PDT", "PRP$", "JJ", "JJR", "JJS", "CD", "POS", "HYPH", "VBN", "VBG", "AFX", "$", "NFP"}
PRONOUNS = frozenset({"PRP", "WP", "WDT", "EX"})
ALONE = frozenset({"DT", "CD", "JJ", "PDT"})  # "some said", "two said", "many say"
LINKS = frozenset({"of", "for", "at", "in", "from", "with", "on", "to", "against", "behind", "near", "by", "into"})
AUXILIARIES = frozenset({"have", "be", "do", "’ve", "'ve", "’s", "'s"})
ASIDE = frozenset({",", "—", "–", "--"})
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
WEEKDAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = frozenset({*(f"{day}day" for day in WEEKDAYS), "yesterday", "tonight"})
ARTICLES = frozenset({"a", "an", "the"})
TIME_WORDS = frozenset(
    DAYS
    | set(MONTHS)
    | {f"{month}." for month in MONTHS}
    | {"sept", "sept.", "january", "february", "march", "april", "june", "july", "august", "september", "october"}
    | {"november", "december", "yesterday", "today", "tonight", "tomorrow", "week", "month", "year", "morning"}
    | {"afternoon", "evening", "night", "earlier", "later", "day", "weekend", "past", "last"}
)
TIME_OPENERS = frozenset({"on", "in", "late", "early", "last", "this", "that", "at", "earlier", "later", "the", "next"})


def is_time(token: Token) -> bool:
    """Tell whether a word names a day, month or part of a day."""
    return token.lower_ in TIME_WORDS


def is_hyphenated(doc: Doc, i: int) -> bool:
    """Tell whether a token is a hyphen, or stands behind one, without a blank in a name: "Min-seo", "al-Farsi"."""
    if i == 0 or doc[i - 1].whitespace_:
        return False
    hyphen = i if doc[i].text == "-" else i - 1
    return hyphen > 0 and doc[hyphen].text == "-" and doc[hyphen - 1].is_alpha and not doc[hyphen - 1].whitespace_


@cache
def _abbreviations() -> frozenset[str]:
    """Return the offices that are written with a full stop, without it: "col", "gov"."""
    return frozenset(e.form.removesuffix(".") for e in load_lexicon("offices") if e.form.endswith("."))


def is_abbreviated(doc: Doc, stop: int) -> bool:
    """Tell whether a full stop belongs to a rank before it and ends no sentence: "Col. Ana Petrov"."""
    if stop == 0 or doc[stop].text != "." or doc[stop - 1].whitespace_:
        return False
    return doc[stop - 1].text[:1].isupper() and doc[stop - 1].lower_ in _abbreviations()


def is_finite(token: Token) -> bool:
    """Tell whether a word is a verb with a tense, also where a past tense was tagged as a participle."""
    if token.tag_ != "VBN":
        return token.tag_ in FINITE
    labels = {child.dep_ for child in token.lefts}
    return "nsubj" in labels and not labels & {"aux", "auxpass"}  # "a charge that the command rejected"


def left_phrase(doc: Doc, stop: int, floor: int) -> range:
    """Return the noun phrase that ends before `stop`, with the "of" phrases inside it; empty if there is none."""
    phrase = left_chunk(doc, stop, floor)
    while phrase and phrase.start - 1 > floor and doc[phrase.start - 1].lower_ in LINKS:
        inner = left_chunk(doc, phrase.start - 1, floor)
        if not inner or doc[inner.start].tag_ in PRONOUNS or is_time(doc[inner.stop - 1]):
            break
        phrase = range(inner.start, phrase.stop)
    return phrase


def left_chunk(doc: Doc, stop: int, floor: int) -> range:
    last = stop - 1
    if last < floor:
        return range(0)
    tag = doc[last].tag_
    if tag in PRONOUNS:
        return range(last, stop)
    if tag not in NOUNS and tag not in ALONE and not is_hyphenated(doc, last):
        return range(0)
    start = last
    while start - 1 >= floor and _joins_left(doc, start):
        start -= 1
    while start < last and _is_stray(doc, start):  # "on Friday police said", "in 1982 soldiers razed"
        start += 1
    return range(start, stop)


def _is_stray(doc: Doc, i: int) -> bool:
    token = doc[i]
    year = token.is_digit and len(token) == len("1982") and i > 0 and doc[i - 1].tag_ == "IN"
    return year or is_time(token) or token.tag_ in {"POS", "HYPH"}


def _joins_left(doc: Doc, start: int) -> bool:
    """Tell whether the word before `start` belongs to the same noun phrase."""
    token, before = doc[start], doc[start - 1]
    if is_hyphenated(doc, start) or is_abbreviated(doc, start) or is_abbreviated(doc, start - 1):
        return True
    if token.tag_ in {"DT", "PRP$"}:
        return before.tag_ in {"PDT", "DT"}
    if before.lower_ == "and":
        return _names_one_body(doc, start - 1)
    return before.tag_ in {"DT", "PRP$"} or (_is_premodifier(before) and not _begins_genitive(doc, start))


def _begins_genitive(doc: Doc, start: int) -> bool:
    """Tell whether a name in the genitive parts two phrases: "in a statement Ana's mother said"."""
    owner = start + 1 < len(doc) and doc[start].tag_ == "NNP" and doc[start + 1].tag_ == "POS"
    return owner and doc[start - 1].tag_ == "NN"


def _names_one_body(doc: Doc, i: int) -> bool:
    """Tell whether an "and" stands inside one name: "search and rescue agency"."""
    parts = [doc[k] for k in (i - 1, i + 1, i + 2) if 0 <= k < len(doc)]
    return len(parts) == len("abc") and all(t.tag_ == "NN" and t.is_lower for t in parts)


def _is_premodifier(token: Token) -> bool:
    if token.text in {"-", "–"}:
        return not token.whitespace_
    if token.tag_.startswith("VB"):  # "detained men", and names that the tagger takes for verbs
        return token.dep_ in {"amod", "compound"}
    return token.text == "&" or token.tag_ in BEFORE_NOUN


def right_phrase(doc: Doc, start: int, limit: int) -> range:
    """Return the noun phrase that begins at `start`, with the "of" and "for" phrases behind it."""
    phrase = right_chunk(doc, start, limit)
    while phrase and phrase.stop < limit and doc[phrase.stop].lower_ in {"of", "for", "at"}:
        inner = right_chunk(doc, phrase.stop + 1, limit)
        if not inner or doc[inner.start].tag_ in PRONOUNS:
            break
        phrase = range(phrase.start, inner.stop)
    return phrase


def right_chunk(doc: Doc, start: int, limit: int) -> range:
    """Return the noun phrase that begins at `start`, without what prepositions add to it."""
    if start >= limit:
        return range(0)
    if doc[start].tag_ in PRONOUNS:
        return range(start, start + 1)
    stop = start
    while stop < limit and _joins_right(doc, start, stop):
        stop += 1
    while stop > start and doc[stop - 1].lower_ in DAYS:  # "said Vargas Monday"
        stop -= 1
    while stop - 1 > start and doc[stop - 1].tag_ == "JJ" and doc[stop - 2].tag_ in NOUNS:  # "the army responsible"
        stop -= 1
    last = doc[stop - 1] if stop > start else None
    ends = last is not None and (last.tag_ in NOUNS or last.tag_ in ALONE or is_hyphenated(doc, stop - 1))
    return range(start, stop) if ends and doc[stop - 1].lower_ not in ARTICLES else range(0)


def _joins_right(doc: Doc, start: int, stop: int) -> bool:
    token = doc[stop]
    first = stop == start
    after_article = not first and doc[stop - 1].lower_ in ARTICLES
    if not first and (is_hyphenated(doc, stop) or is_abbreviated(doc, stop)):
        return True
    if token.lower_ == "and":
        return not first and _names_one_body(doc, stop)
    if token.tag_ in {"DT", "PRP$"}:
        return first or doc[stop - 1].tag_ in {"PDT", "DT", "POS"}
    if token.tag_ == "RB" or token.tag_.startswith("VB"):  # "a just released poll"
        return after_article or _is_premodifier(token)
    return _is_premodifier(token)


def phrase_head(doc: Doc, phrase: range) -> int:
    """Return the head noun of a phrase: the last noun before its first preposition."""
    stop = next((i for i in phrase[1:] if doc[i].lower_ in LINKS and doc[i].tag_ in {"IN", "TO"}), phrase.stop)
    return stop - 1


def before_verb(doc: Doc, verb: int, floor: int) -> int:
    """Return where the verb group of a verb begins: its auxiliaries and adverbs stand before it."""
    start = verb
    while start - 1 >= floor and _joins_verb(doc[start - 1]):
        start -= 1
    return start


def _joins_verb(token: Token) -> bool:
    if token.tag_ in {"RB", "RBR", "MD", "TO"}:
        return True
    return token.lemma_ in AUXILIARIES and token.tag_.startswith("VB")


def skip_time_left(doc: Doc, stop: int, floor: int) -> int:
    """Return `stop` or, where words of time end there ("on Friday", "late Monday"), where they begin."""
    start = stop
    while start - 1 >= floor and (is_time(doc[start - 1]) or (start < stop and doc[start - 1].tag_ == "CD")):
        start -= 1
    while start < stop and start - 1 >= floor and doc[start - 1].lower_ in TIME_OPENERS:
        start -= 1
    return start
