"""Quotation marks, whatever they are and however they are broken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.speakers._marks import find_quotations
from pipeline.records import Span


@dataclass(frozen=True, slots=True)
class Case:
    text: str
    inner: tuple[str, ...]
    note: str


CASES = [
    Case("“Yes,” he said. “No.”", ("Yes,", "No."), "curly"),
    Case('"Yes," he said. "No."', ("Yes,", "No."), "straight"),
    Case("'Yes,' he said. 'No.'", ("Yes,", "No."), "single"),
    Case("``Yes,'' he said. ''No.''", ("Yes,", "No."), "LaTeX, and two apostrophes on both sides"),
    Case("« Oui », dit-il. «Non»", ("Oui", "Non"), "guillemets with and without spacing"),
    Case("»Ja«, sagte er. „Nein“", ("Ja", "Nein"), "German"),
    Case("”Yes,“ he said.", ("Yes,",), "turned the wrong way"),
    Case("He said “no” and ‘never’.", ("no", "never"), "two families"),
    Case("“He said “no” to me,” she said.", ("He said “no” to me,",), "nested marks of one kind"),
    Case("“‘Go,’ he said,” Bo recalled.", ("‘Go,’ he said,",), "single within double"),
    Case("The workers' hall and the 'new era'.", ("new era",), "the genitive of a plural opens nothing"),
    Case("'They took the workers' pay,' he said.", ("They took the workers' pay,",), "nor does it close"),
    Case("It's 'em or us in the '90s, he said.", (), "elisions"),
    Case('A 12" pipe and "rust"', ("rust",), "an inch"),
    Case("“He left. Then “no,” she said.", ("He left.", "no,"), "an unclosed mark ends with its sentence"),
    Case("We saw it,” he said. He ran.", ("We saw it,",), "a missing first mark"),
    Case("He ran. We saw it,” he said.", ("We saw it,",), "a missing first mark begins with its sentence"),
    Case("“One. He left.\nTwo “three”.", ("One.", "three"), "the next paragraph is not touched"),
    Case("“One. Two.\n“Three,” he said.", ("One. Two.", "Three,"), "a repeated mark continues to the end"),
    Case("“One,\ntwo,” he said.", ("One,", "two,"), "a line break within a quotation"),
    Case("“[Her] words”, he said.", ("[Her] words",), "brackets"),
    Case("“”", ("",), "nothing between"),
]


def paragraphs_of(text: str) -> list[Span]:
    return [Span(m.start(), m.end()) for m in re.finditer(r"[^\n]*\S[^\n]*", text)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.note)
def test_marks(case: Case) -> None:
    found = find_quotations(case.text, paragraphs_of(case.text))
    assert tuple(case.text[q.inner.start : q.inner.end] for q in found) == case.inner


def test_continued_is_told() -> None:
    text = "“One. Two.\n“Three,” he said."
    assert [q.continued for q in find_quotations(text, paragraphs_of(text))] == [True, False]


@given(st.text(alphabet="ab .,?\n\"'“”‘’«»`12", max_size=60))
def test_quotations_lie_apart_inside_their_paragraphs(text: str) -> None:
    paragraphs = paragraphs_of(text)
    found = find_quotations(text, paragraphs)
    for quotation in found:
        assert 0 <= quotation.start <= quotation.inner.start <= quotation.inner.end <= quotation.end <= len(text)
        assert any(p.start <= quotation.start and quotation.end <= p.end for p in paragraphs)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    for quotation in find_quotations(text, paragraphs_of(text)):
        assert 0 <= quotation.inner.start <= quotation.inner.end <= len(text)


@given(st.text(alphabet="ab .,?\"'“”‘’«»`12", max_size=40))
def test_broken_marks_never_cost_the_next_paragraph(text: str) -> None:
    whole = f"{text}\nThen she left. “We are safe,” Ana said."
    found = find_quotations(whole, paragraphs_of(whole))
    assert "We are safe," in [whole[q.inner.start : q.inner.end] for q in found]
