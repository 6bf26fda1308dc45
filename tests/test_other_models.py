"""Another pipeline in the place of en_incidents: the rules read what en_core_web_* would give them.

Those pipelines are not on PyPI, so their annotation is written by hand in cases/ontonotes.txt, and a stand-in gives it.
Parts of speech and lemmas are made by rule from tags there as here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy
from spacy.tokens import Doc

from pipeline.annotate import annotate
from pipeline.extract import find_all
from pipeline.records import Act, Measure

if TYPE_CHECKING:
    from conftest import MakeArticle
    from spacy.language import Language
    from spacy.vocab import Vocab

    from pipeline.records import Article, Mentions

CASES = Path(__file__).parent / "cases" / "ontonotes.txt"
CLOSING = frozenset({",", ".", "”"})


def read_case(vocab: Vocab, line: str) -> Doc:
    """Return a line of the file as a document."""
    rows = [word.rsplit("/", 4) for word in line.split()]
    words = [row[0] for row in rows]
    return Doc(
        vocab,
        words=words,
        spaces=[word != "“" and after not in CLOSING for word, after in zip(words, [*words[1:], "."], strict=True)],
        tags=[row[1] for row in rows],
        deps=[row[2] for row in rows],
        heads=[int(row[3]) for row in rows],
        ents=[row[4] for row in rows],
    )


@pytest.fixture(scope="module")
def other(nlp: Language) -> Language:
    """A pipeline that knows the sentences of the file, each a paragraph."""
    stand_in = spacy.blank("en", vocab=nlp.vocab)
    lines = [line for line in CASES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    docs = {doc.text: doc for doc in (read_case(nlp.vocab, line) for line in lines)}
    stand_in.tokenizer = lambda text: docs[text].copy()
    for name in ("attribute_ruler", "lemmatizer"):
        stand_in.add_pipe(name, source=nlp)
    stand_in.meta["docs"] = list(docs)
    return stand_in


@pytest.fixture(scope="module")
def article(other: Language, make_article: MakeArticle) -> Article:
    return make_article("\n\n".join(other.meta["docs"]), published="2023-03-06")


@pytest.fixture(scope="module")
def mentions(other: Language, article: Article) -> Mentions:
    return find_all(annotate(article, other), article)


def test_the_article_is_that_of_the_file(other: Language, article: Article) -> None:
    assert [article.text[p.start : p.end] for p in article.paragraphs] == other.meta["docs"]
    labels = {ent.label_ for ent in annotate(article, other).ents}
    assert {"CARDINAL", "DATE", "GPE", "ORG", "PERSON"} <= labels


def test_counts_are_read(mentions: Mentions) -> None:
    found = [(c.measure, c.count.low, c.count.high, c.group_text) for c in mentions.casualties if c.measure]
    assert found == [
        (Measure.KILLED, 15, None, "At least 15 people"),
        (Measure.KILLED, 4, 4, "four children"),
        (Measure.KILLED, 15, 15, "15 bodies"),
        (Measure.INJURED, 23, 23, "Another 23 people"),
        (Measure.KILLED, 9, 9, "nine farmers"),
    ]


def test_places_and_days_are_read(mentions: Mentions) -> None:
    assert [(p.name, p.country_iso3) for p in mentions.places] == [
        ("Maiduguri", "NGA"),
        ("Nigeria", "NGA"),
        ("Kaduna", "NGA"),
    ]
    assert [d.value for d in mentions.dates] == ["2023-03-04", "2023-03-05", "2023-02-12"]


def test_speakers_and_accusations_are_read(mentions: Mentions) -> None:
    assert [quote.speaker.name for quote in mentions.quotes] == ["police", "Musa Danjuma", "National Police"]
    assert [(a.accuser, a.accused, a.act) for a in mentions.allegations] == [
        ("Lake Basin Rights Watch", "army", Act.KILLING)
    ]
