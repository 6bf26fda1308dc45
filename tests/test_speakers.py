"""Who a mention stands for: name, title, organisation, side, office, and what the link rests on."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.annotate import annotate
from pipeline.extract.quotes import find_quotes
from pipeline.extract.speakers._sides import all_hits, side_of
from pipeline.lexicons import load_lexicon
from pipeline.records import Article, Side, Span

if TYPE_CHECKING:
    from spacy.language import Language

CASES = Path(__file__).parent / "cases" / "speakers.csv"
SIDELESS = {"body", "honorific", "former", "any", "document"}


@cache
def rows() -> tuple[dict[str, str], ...]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def read(text: str, nlp: Language) -> Doc:
    spans = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    return annotate(Article("a", "a", text, paragraphs=tuple(spans)), nlp)


# --- sides of phrases, without a model -----------------------------------------------------------------------------

PHRASES = [
    ("interior minister", Side.GOVERNMENT, True, "an office"),
    ("former interior minister", Side.GOVERNMENT, False, "a past office"),
    ("minister of mines", Side.GOVERNMENT, True, "a portfolio that is also a body"),
    ("police chief", Side.POLICE, True, "a body before a general office"),
    ("chief of the fishing company", Side.OTHER, False, "a body behind a general office"),
    ("rebel colonel", Side.ARMED_GROUP, False, "a rank among rebels"),
    ("colonel", Side.MILITARY, True, "a rank"),
    ("government troops", Side.MILITARY, True, "troops outweigh the government"),
    ("government prosecutor", Side.JUDICIARY, True, "a prosecutor outweighs the government"),
    ("president of the dockers' union", Side.OTHER, False, "a union outweighs its president"),
    ("president of the ruling party", Side.POLITICAL_PARTY, False, "a party outweighs its president"),
    ("opposition lawmaker", Side.POLITICAL_PARTY, False, "the opposition"),
    ("UN human rights office", Side.IGO, False, "the strongest of several"),
    ("army hospital", Side.HEALTH, False, "a hospital of the army"),
    ("widow of a policeman", Side.FAMILY, False, "a relative of an officer"),
    ("spokeswoman", None, None, "an office of any body"),
    ("window cleaner", None, None, "no office"),
]


@pytest.mark.parametrize(("phrase", "side", "official", "note"), PHRASES, ids=[p[3] for p in PHRASES])
def test_sides(phrase: str, side: Side | None, official: bool | None, note: str) -> None:  # noqa: FBT001 -- a table
    words = phrase.replace("'", " '").split()
    doc = Doc(spacy.blank("en").vocab, words=words, lemmas=[w.lower() for w in words])
    assert side_of([list(doc)]) == (side, official), note


# --- articles through the model ------------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_speakers(row: dict[str, str], nlp: Language) -> None:
    quote = list(find_quotes(read(row["text"], nlp)))[-1]
    speaker = quote.speaker
    assert speaker.name == row["name"]
    assert speaker.title == row["title"]
    assert speaker.org == row["org"]
    assert (speaker.side or "") == row["side"]
    assert {True: "true", False: "false", None: ""}[speaker.is_official] == row["official"]
    assert quote.coref_basis == row["basis"]


def test_the_case_table_is_tidy() -> None:
    ids = [row["id"] for row in rows()]
    assert len(ids) == len(set(ids))
    assert all(row["note"] for row in rows())
    assert all(row["side"] in {"", *Side} and row["official"] in {"", "true", "false"} for row in rows())


@pytest.mark.model
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1, max_size=20), title=st.sampled_from(["Minister", "the", "Colonel", "(", ", "]))
def test_any_speaker_is_read(name: str, title: str, nlp: Language) -> None:
    text = f"{title} {name} said the pier was lost. “It was fog,” he said."
    for quote in find_quotes(read(text, nlp)):
        span = quote.speaker.span
        said = "" if span is None else text[span.start : span.end]
        assert span is None or re.sub(r"\s", " ", said) == quote.speaker.text


# --- the word lists ------------------------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize("lexicon", ["offices", "bodies"])
def test_each_entry_is_found_in_its_examples_and_in_no_counter_example(lexicon: str, nlp: Language) -> None:
    entries = load_lexicon(lexicon)
    told = [(entry, text, True) for entry in entries for text in entry.examples]
    told += [(entry, text, False) for entry in entries for text in entry.counter_examples]
    wrong = []
    for (entry, text, expected), doc in zip(told, nlp.tokenizer.pipe([t for _, t, _ in told]), strict=True):
        if expected is not (entry.id in {hit.entry.id for hit in all_hits(list(doc), lexicon)}):
            wrong.append((entry.form, text))
    assert not wrong


@pytest.mark.parametrize("lexicon", ["offices", "bodies"])
def test_entries_are_unique_and_labelled(lexicon: str) -> None:
    entries = load_lexicon(lexicon)
    assert len({e.id for e in entries}) == len({e.form for e in entries}) == len(entries)
    assert all(e.label.partition(":")[0] in {*Side, *SIDELESS} for e in entries)
    assert all(e.form == e.form.lower() for e in entries)
