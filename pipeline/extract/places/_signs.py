"""What speaks for and against a name being a place, and how much.

The weights are those of a logistic regression on the training parts of two corpora of news (models/gazetteer/
fit_signs.py), rounded. Those of `called`, `unlisted`, `site_word`, `region` and `described` were moved by hand, since
the corpora leave out most villages and buildings; `dateline` is not in them at all.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.extract.places._names import PLACE_LABELS, apposed_unit
from pipeline.extract.places._words import place_words, tokens_where, unit_words, word_after, word_before
from pipeline.records import Feature

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc
    from spacy.tokens import Span as DocSpan

    from pipeline.extract.places._links import Link
    from pipeline.extract.places._names import PlaceName

HYPHENS = frozenset("-–—/")
NAME_TAGS = frozenset({"NNP", "NNPS"})
MIN_CAPITALS = 4  # letters; shorter words in capitals are abbreviations
MIN_PERSON_LETTERS = 3
MAX_BODY_TOKENS = 12  # of the name of a body; a heading in capitals may have no end
UNITS = frozenset({Feature.COUNTRY, Feature.ADM1, Feature.ADM2})
MILLION, LARGE, MIDDLE = 1_000_000, 100_000, 10_000  # inhabitants

WEIGHTS = {
    "bias": 1.3,
    "adm1": 0.3,
    "alias_large": -2.0,
    "alias_small": -2.8,
    "all_capitals": 0.7,
    "called": 0.6,
    "city_100k": 0.3,
    "city_10k": -1.3,
    "city_million": 0.9,
    "city_small": -2.3,
    "comma_after": 0.3,
    "comma_before": 0.2,
    "compass": 0.1,
    "country": 1.7,
    "dateline": 5.0,
    "demonym": 1.4,
    "described": -1.0,
    "embedded": 0.2,
    "entity_norp": 0.1,
    "entity_org": -0.6,
    "entity_other": -0.5,
    "entity_person": -0.4,
    "entity_place": 0.8,
    "facility": -2.0,
    "holds": 2.6,
    "hyphen_before": 1.5,
    "lies_in": 1.9,
    "locative": 0.7,
    "name_after": -1.3,
    "name_before": -2.4,
    "no_name_tag": -1.3,
    "opens_sentence": 0.2,
    "person_around": 0.4,
    "person_word": -2.6,
    "possessive": -0.5,
    "region": 0.5,
    "region_long": 0.0,
    "several_words": 0.9,
    "site_word": -0.8,
    "small_word": -3.1,
    "stated_in": 1.0,
    "taken": 0.6,
    "trap": -2.4,
    "unit_in_name": -0.3,
    "unit_word": 0.2,
    "unlisted": -1.8,
}


def person_words(doc: Doc) -> frozenset[str]:
    """Return the words that are parts of persons' names somewhere in the document."""
    words: set[str] = set()
    for parts in _persons(doc):
        if len(parts) > 1:
            words.update(_person_parts(parts))
    titles = place_words("title")
    for title in tokens_where(doc, lambda form: form.istitle() and form.lower().rstrip(".") in titles):
        after = word_after(doc, title + 1)
        if after is not None and after.text[0].isupper():
            words.add(after.text)
    return frozenset(words)


def _persons(doc: Doc) -> Iterator[list[str]]:
    """Yield the words of each name of a person, or of several in a row, which may be one that the model cut in two."""
    run: list[DocSpan] = []
    for ent in doc.ents:
        if ent.label_ != "PERSON":
            continue
        if run and run[-1].end != ent.start:
            yield [token.text for part in run for token in part]
            run = []
        run.append(ent)
    if run:
        yield [token.text for part in run for token in part]


def _person_parts(parts: list[str]) -> list[str]:
    """Return the words of a person's name; none where an office or a place is mixed in ("Ann Orr of Tarvel")."""
    if "of" in parts:
        parts = parts[: parts.index("of")]
    if any(part.lower() in place_words("official") or part.lower() in unit_words() for part in parts):
        return []
    return [part for part in parts if part[0].isupper() and len(part) >= MIN_PERSON_LETTERS]


def small_words(doc: Doc) -> frozenset[str]:
    """Return the words that the document also writes in small letters."""
    return frozenset(doc[at].text for at in tokens_where(doc, str.islower))


def signs(doc: Doc, name: PlaceName, persons: frozenset[str], smalls: frozenset[str]) -> Iterator[str]:
    """Yield the signs of a name, each a key of the weights."""
    yield from _own_signs(name)
    if name.is_dateline:
        yield "dateline"
        return
    yield from _word_signs(doc, name, persons, smalls)
    yield from _model_signs(doc, name)
    yield from _left_signs(doc, name)
    yield from _right_signs(doc, name)


def link_signs(names: Sequence[PlaceName], links: Sequence[Link]) -> dict[int, set[str]]:
    """Return, by their numbers, on which side the names are that a link joins and the gazetteer agrees with."""
    found: dict[int, set[str]] = defaultdict(set)
    for link in links:
        inner, outer = names[link.inner], names[link.outer]
        if not link.is_near and outer.candidates and (inner.other or not inner.candidates):
            found[link.inner].add("stated_in")
            continue
        units = {(c.country_iso3, c.adm_1) for c in outer.candidates if c.feature in UNITS}
        if any(
            units & {(c.country_iso3, c.adm_1), (c.country_iso3, "")}
            for c in inner.candidates
            if c not in outer.candidates
        ):
            found[link.inner].add("lies_in")
            found[link.outer].add("holds")
    return found


def likelihood(found: list[str]) -> float:
    """Return the sum of the weights of signs, a log-odds of being a place."""
    return WEIGHTS["bias"] + sum(WEIGHTS[sign] for sign in found)


def _own_signs(name: PlaceName) -> Iterator[str]:
    """Yield what the name itself tells: the best known thing that it may be, and how large."""
    if name.is_demonym:
        yield "demonym"
        return
    if " " in name.key:
        yield "several_words"
    if name.key.rpartition(" ")[2] in unit_words():
        yield "unit_in_name"
    if name.wanted:
        yield "called" if name.is_called else "unit_word"
    if name.is_facility:
        yield "site_word"
    if not (name.is_called and name.candidates):  # a district is one however few live in it
        yield _kind(name)


def _kind(name: PlaceName) -> str:
    features = {candidate.feature for candidate in name.candidates if not candidate.is_alias}
    if Feature.REGION in features and " " in name.key:
        return "region_long"
    for feature in (Feature.COUNTRY, Feature.REGION, Feature.FACILITY, Feature.ADM1):
        if feature in features:
            return feature.value
    if not name.candidates:
        return "unlisted"
    if not features:
        return "alias_large" if max(candidate.population for candidate in name.candidates) >= LARGE else "alias_small"
    size = max(candidate.population for candidate in name.candidates if not candidate.is_alias)
    return (
        "city_million"
        if size >= MILLION
        else "city_100k"
        if size >= LARGE
        else "city_10k"
        if size >= MIDDLE
        else "city_small"
    )


def _word_signs(doc: Doc, name: PlaceName, persons: frozenset[str], smalls: frozenset[str]) -> Iterator[str]:
    text = doc[name.start].text
    if name.end - name.start == 1 and not name.is_called:
        if text in persons:
            yield "person_word"
        if text.lower() in place_words("trap"):
            yield "trap"
        if text.lower() in smalls:
            yield "small_word"
    if len(name.key) >= MIN_CAPITALS and doc[name.start : name.end].text.isupper():
        yield "all_capitals"


def _model_signs(doc: Doc, name: PlaceName) -> Iterator[str]:
    tokens = doc[name.start : name.end]
    labels = {token.ent_type_ for token in tokens}
    if _is_part_of_person(doc, name):
        yield "person_around"
    if labels & PLACE_LABELS:
        yield "entity_place"
    else:
        known = [label for label in ("NORP", "PERSON", "ORG") if label in labels]
        if (known or labels != {""}) and not name.is_facility:  # a hotel is an organisation too
            yield f"entity_{known[0].lower()}" if known else "entity_other"
    if not any(token.tag_ in NAME_TAGS for token in tokens):
        yield "no_name_tag"


def _is_part_of_person(doc: Doc, name: PlaceName) -> bool:
    """Tell whether the model sees a longer name of a person around a name: "Paris" in "Paris Keldon"."""
    before = word_before(doc, name.start)
    tokens = (before, doc[name.start], word_after(doc, name.end))
    first, own, last = (token is not None and token.ent_type_ == "PERSON" for token in tokens)
    return own and (first or last)


def _left_signs(doc: Doc, name: PlaceName) -> Iterator[str]:
    before = word_before(doc, name.start)
    if before is None or doc[name.start].is_sent_start:
        yield "opens_sentence"
        return
    if before.text == ",":
        yield "comma_before"
    if before.text in HYPHENS and before.idx + len(before) == name.span.start:
        yield "hyphen_before"
    if before.lower_ in place_words("compass"):
        yield "compass"
        before = word_before(doc, before.i) or before
    if before.lower_ == "the":
        before = word_before(doc, before.i) or before
    if before.lower_ in place_words("locative"):
        yield "locative"
    elif before.lemma_ in place_words("taken"):
        yield "taken"
    elif before.text[0].isupper() and before.tag_ in NAME_TAGS and before.lower_ not in place_words("compass"):
        yield "name_before"


def _right_signs(doc: Doc, name: PlaceName) -> Iterator[str]:
    after = word_after(doc, name.end)
    if after is None:
        return
    if after.text in {"'s", "’s"}:
        yield "possessive"
    elif after.text == ",":
        article = word_after(doc, after.i + 1)
        is_described = article is not None and article.lower_ in {"a", "an"} and not apposed_unit(doc, name.end)
        yield "described" if is_described else "comma_after"
    elif is_embedded(doc, name):
        yield "embedded"
    elif after.text[0].isupper() and after.tag_ in NAME_TAGS and after.lower_ not in unit_words():
        yield "name_after"


def is_embedded(doc: Doc, name: PlaceName) -> bool:
    """Tell whether a name opens that of an office or a body: "Tarvel Police", "Norland Free Press Union"."""
    token = word_after(doc, name.end)
    for _ in range(MAX_BODY_TOKENS):
        if token is None or not token.text[0].isupper():
            return False
        word = token.lower_.rstrip(".")
        if word in place_words("official") or word in place_words("facility"):
            return True
        token = word_after(doc, token.i + 1)
    return False
