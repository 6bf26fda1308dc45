"""Reported speech: the pieces, their kind, the mention beside them and the cue."""

from __future__ import annotations

import csv
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
from pipeline.lexicons import load_lexicon
from pipeline.records import Article, QuoteType, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language

CASES = Path(__file__).parent / "cases" / "quotes.csv"
SEPARATOR = " | "


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


def split(cell: str) -> list[str]:
    return [part.strip(" ,.") for part in cell.split(SEPARATOR)] if cell else []


# --- hand-built documents ------------------------------------------------------------------------------------------


def build(words: Sequence[str], tags: Sequence[str], lemmas: dict[str, str]) -> Doc:
    """Build a flat document: the rules under test read tags and lemmas, not the tree."""
    spaces = [not (following in ",.”" or word == "“") for word, following in zip(words, [*words[1:], "."], strict=True)]
    return Doc(
        spacy.blank("en").vocab,
        words=list(words),
        spaces=spaces,
        tags=list(tags),
        lemmas=[lemmas.get(word, word.lower()) for word in words],
        heads=[0] * len(words),
        deps=["ROOT"] + ["dep"] * (len(words) - 1),
    )


HAND_BUILT = [
    ("“ We ran , ” Ana said .", "`` PRP VBD , '' NNP VBD .", ["We ran"], "Ana", "a quotation before its cue"),
    ("“ We ran , ” said Ana .", "`` PRP VBD , '' VBD NNP .", ["We ran"], "Ana", "an inverted cue"),
    ("Ana said that we ran .", "NNP VBD IN PRP VBD .", ["we ran"], "Ana", "a clause behind its cue"),
    ("Ana said we ran .", "NNP VBD PRP VBD .", ["we ran"], "Ana", "a clause without conjunction"),
    ("We ran , Ana said .", "PRP VBD , NNP VBD .", ["We ran"], "Ana", "a clause before its cue"),
    ("We ran , according to Ana .", "PRP VBD , VBG TO NNP .", ["We ran"], "Ana", "a preposition"),
    ("According to Ana , we ran .", "VBG TO NNP , PRP VBD .", ["we ran"], "Ana", "a preposition at the head"),
    ("Ana did not say we ran .", "NNP VBD RB VB PRP VBD .", [], "", "a negated cue"),
    ("The “ gym ” burnt .", "DT `` NN '' VBD .", [], "", "a scare quote"),
]


@pytest.mark.parametrize(("text", "tags", "contents", "speaker", "note"), HAND_BUILT, ids=[c[4] for c in HAND_BUILT])
def test_rules_on_hand_built_documents(text: str, tags: str, contents: list[str], speaker: str, note: str) -> None:
    doc = build(text.split(), tags.split(), {"said": "say", "ran": "run", "did": "do"})
    quotes = list(find_quotes(doc))
    assert [doc.text[q.content.start : q.content.end].strip(" ,") for q in quotes] == contents, note
    assert {q.speaker.text for q in quotes} == ({speaker} if speaker else set())


# --- sentences through the model -----------------------------------------------------------------------------------


def test_the_case_table_is_tidy() -> None:
    ids = [row["id"] for row in rows()]
    assert len(ids) == len(set(ids))
    for row in rows():
        lengths = {len(split(row[column])) for column in ("contents", "types", "speakers", "cues")}
        assert len(lengths) == 1, row["id"]
        assert row["note"]


@pytest.mark.model
@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_sentences(row: dict[str, str], nlp: Language) -> None:
    doc = read(row["text"], nlp)
    quotes = list(find_quotes(doc))
    assert [doc.text[q.content.start : q.content.end].strip(" ,.") for q in quotes] == split(row["contents"])
    assert [q.quote_type.value for q in quotes] == split(row["types"])
    assert [q.speaker.text or "-" for q in quotes] == split(row["speakers"])
    assert [q.cue_text or "-" for q in quotes] == split(row["cues"])


@pytest.mark.model
def test_pieces_of_a_broken_quote_share_a_group(nlp: Language) -> None:
    doc = read("“The gate,” Vera Ilic said, “was shut.” Sipho Dube said it was open.", nlp)
    first, second, third = find_quotes(doc)
    assert first.group == second.group != third.group


@pytest.mark.model
def test_every_offset_re_reads(nlp: Language) -> None:
    doc = read("Ana Petrov, the mayor, said the pier was lost.\n\n“It was fog,” she added. “Thick fog.”", nlp)
    *cued, floating = find_quotes(doc)
    for quote in cued:
        span = quote.speaker.span
        assert span is not None
        assert doc.text[span.start : span.end] == quote.speaker.text
        assert quote.cue is not None
        assert doc.text[quote.cue.start : quote.cue.end] == quote.cue_text
    assert (floating.speaker.span, floating.cue, floating.speaker.name) == (None, None, "Ana Petrov")


@pytest.mark.model
@pytest.mark.parametrize("mark", ['"', "“", "”", "'", "‘", "«", "``", "''"])
def test_a_stray_mark_loses_no_quote_of_another_paragraph(mark: str, nlp: Language) -> None:
    text = f"The {mark} pier sank at noon.\n\nShe left. “We are safe,” Ana Petrov said."
    doc = read(text, nlp)
    assert "We are safe," in [doc.text[q.content.start : q.content.end] for q in find_quotes(doc)]


PIECES = (
    "“",
    "”",
    '"',
    "'",
    "‘",
    "’",
    "«",
    "»",
    "``",
    "''",
    " said ",
    "Ana",
    ", ",
    ". ",
    "\n",
    "he",
    " that ",
    "the mayor",
)


@pytest.mark.model
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map("".join)))
def test_any_text_is_read(text: str, nlp: Language) -> None:
    doc = read(text, nlp)
    for quote in find_quotes(doc):
        assert 0 <= quote.content.start < quote.content.end <= len(text)
        assert quote.quote_type in QuoteType


# --- the word list -------------------------------------------------------------------------------------------------


@pytest.mark.model
def test_each_speech_verb_is_read_in_its_examples(nlp: Language) -> None:
    missed = []
    for entry in load_lexicon("speech_verbs"):
        for example in entry.examples:
            quotes = list(find_quotes(read(example, nlp)))
            if not quotes:
                missed.append((entry.form, example))
    assert not missed


def test_speech_verbs_are_unique_and_labelled() -> None:
    entries = load_lexicon("speech_verbs")
    labels = {"clause", "object", "infinitive", "addressee", "question", "quotation", "evidence"}
    assert len({e.id for e in entries}) == len({e.form for e in entries}) == len(entries)
    assert all(set(e.label.split()) <= labels for e in entries)
