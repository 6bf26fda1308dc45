"""Decoding, main text of pages, boilerplate marks, publication day, paragraphs, language."""

from __future__ import annotations

import csv
import datetime as dt
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean import clean
from pipeline.clean._datelines import find_dateline
from pipeline.clean._days import read_day, read_published
from pipeline.clean._decode import decode
from pipeline.clean._language import is_english
from pipeline.clean._lines import find_entries, read_line
from pipeline.clean._page import has_monstrous_tag
from pipeline.clean._paragraphs import find_paragraphs
from pipeline.lexicons import load_lexicon
from pipeline.records import MarkKind, Outcome, Page, PublishedBasis, Span, TextBasis

if TYPE_CHECKING:
    from pipeline.lexicons import Entry
    from pipeline.records import Article, Rejected

CASES = Path(__file__).parent / "cases"
BODY = "Two porters were killed on Monday when a bus fell into the river near Orla, the police said."
MORE = "The driver of the bus, a man of forty, was taken to the hospital of the town with a broken leg."


def load_cases(name: str) -> list[dict[str, str]]:
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def article_of(content: str | bytes, *, is_html: bool = False, **fields: str) -> Article:
    article, rejected = clean(Page("test", content, is_html=is_html, **fields))
    assert rejected is None, rejected
    return article


def rejected_of(content: str | bytes, *, is_html: bool = False) -> Rejected:
    _, rejected = clean(Page("test", content, is_html=is_html))
    assert rejected is not None
    return rejected


def running(article: Article) -> list[str]:
    return [article.text[span.start : span.end] for span in article.paragraphs]


def marked(article: Article, kind: MarkKind) -> list[str]:
    return [article.text[span.start : span.end] for span in article.marked(kind)]


# --- decoding ------------------------------------------------------------------------------------------------------

SPANISH = "El señor Peña Ñahui murió en la ciudad, según la policía."


@pytest.mark.parametrize("case", load_cases("encodings"), ids=lambda case: case["id"])
def test_names_survive_their_encoding(case: dict[str, str]) -> None:
    assert decode(case["text"].encode(case["encoding"]), is_html=False) == case["text"], case["note"]


def test_a_page_is_decoded_as_it_declares() -> None:
    page = '<html><head><meta charset="windows-1250"></head><p>Łódź, Żory</p>'
    assert "Łódź, Żory" in decode(page.encode("cp1250"), is_html=True)


def test_a_page_is_decoded_as_its_server_declares() -> None:
    page = '<html><head><meta charset="koi8-r"></head><p>Łódź, Żory</p>'.encode("windows-1250")
    assert "Łódź, Żory" in decode(page, is_html=True, charset="Windows-1250")
    assert "Łódź, Żory" in decode("Łódź, Żory".encode(), is_html=True, charset="windows-1250")  # it is UTF-8
    assert "Łódź" not in decode(page, is_html=True)


@pytest.mark.parametrize(
    ("page", "basis"),
    [
        (Page("a", SPANISH, is_html=False), TextBasis.TEXT),
        (Page("a", f"<p>{SPANISH}", is_html=True), TextBasis.PAGE),
        (Page("a", SPANISH, is_html=False, from_feed=True), TextBasis.FEED),
    ],
    ids=lambda value: str(value) if isinstance(value, TextBasis) else "",
)
def test_an_article_tells_where_its_text_is_from(page: Page, basis: TextBasis) -> None:
    assert clean(page)[0].text_basis is basis


@pytest.mark.parametrize("name", ["nonsense", "hex", "undefined", "rot13"])
def test_an_encoding_that_is_none_is_passed_over(name: str) -> None:
    page = f'<meta charset="{name}"><p>{SPANISH}</p>'
    assert SPANISH in decode(page.encode("cp1252"), is_html=True)


def test_a_few_broken_bytes_do_not_spoil_the_rest() -> None:
    content = (SPANISH * 20).encode() + b"\xff" + SPANISH.encode()[:-20]
    assert decode(content, is_html=False).startswith(SPANISH * 20 + "\ufffd")


@given(st.binary(max_size=400))
def test_decoding_never_fails(content: bytes) -> None:
    text = decode(content, is_html=True)
    assert len(text) <= len(content)
    assert text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass") == text


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        b"\x00" * 50,
        b"PK\x03\x04" + bytes(range(255, 0, -1)) * 4,
        b"12 34",
    ],
)
def test_a_binary_file_is_rejected(content: bytes) -> None:
    rejected = rejected_of(content)
    assert rejected.outcome == Outcome.PARSE_ERROR
    assert rejected.article_id == ""


# --- text is kept --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"{BODY}\r\n\r\n{MORE}", f"{BODY}\r\n\r\n{MORE}"),
        (f"{BODY}\u00a0\u200b{MORE}", f"{BODY}\u00a0\u200b{MORE}"),
        (f"\ufeff{BODY}", f"\ufeff{BODY}"),
        (f"{BODY}\x00\x07{MORE}", f"{BODY}  {MORE}"),
        (f"{BODY}\ud83d{MORE}", f"{BODY}\ufffd{MORE}"),
        (f"“{BODY}” ‘{MORE}’", f"“{BODY}” ‘{MORE}’"),
    ],
    ids=["crlf", "invisible", "bom", "control", "surrogate", "quotes"],
)
def test_plain_text_keeps_its_characters_one_for_one(text: str, kept: str) -> None:
    assert article_of(text).text == kept


@given(st.text(max_size=400))
def test_any_text_gives_true_offsets(text: str) -> None:
    article, _ = clean(Page("test", text, is_html=False))
    assert len(article.text) == len(text)
    article.text.encode()
    end = 0
    for paragraph in article.paragraphs:
        assert end <= paragraph.start < paragraph.end <= len(text)
        end = paragraph.end
        assert article.text[paragraph.start : paragraph.end].strip() == article.text[paragraph.start : paragraph.end]
    for mark in article.marks:
        assert 0 <= mark.span.start < mark.span.end <= len(text)
        kept = mark.kind is MarkKind.TITLE
        assert kept or not any(mark.span.overlaps(paragraph) for paragraph in article.paragraphs)


@given(st.text(alphabet="aB.’ \n\r-—:(1)|", max_size=200))
def test_cleaning_again_changes_nothing(text: str) -> None:
    first, _ = clean(Page("test", text, is_html=False))
    second, _ = clean(Page("test", first.text, is_html=False))
    assert first == second


# --- paragraphs ----------------------------------------------------------------------------------------------------

WRAPPED = """\
Two porters were killed on Monday when a bus fell into the river near
the town of Orla, in the far north of the country, the police said on
Tuesday. The driver was taken to a hospital.

Nine others were hurt, among them four children, and the rescuers were
still looking for an old man who had been on the bus, according to
his daughter."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A b.\n\nC d.", ["A b.", "C d."]),
        ("A b.\nC d.", ["A b.", "C d."]),
        ("A b.\r\nC d.\r\n\r\nE f.", ["A b.", "C d.", "E f."]),
        ("A b.\u2028C d.\u2029E f.\x0cG h.\x85I j.", ["A b.", "C d.", "E f.", "G h.", "I j."]),
        ("A b.\n \u00a0\u200b\nC d.", ["A b.", "C d."]),
        ("  \u00a0A b. \n", ["A b."]),
        ("", []),
        ("\n \u200b\n", []),
        (WRAPPED, WRAPPED.split("\n\n")),
        (WRAPPED.replace("\n", "\r\n"), WRAPPED.replace("\n", "\r\n").split("\r\n\r\n")),
        # each line a sentence of its own: nothing is wrapped
        (f"{BODY}\n{MORE}\n{BODY}\n{MORE}\n{BODY}", [BODY, MORE, BODY, MORE, BODY]),
        # headlines of equal length below each other: none goes on in small letters
        ("\n".join(["Four Villages In The North Are Without Water Since Monday Night"] * 5),
         ["Four Villages In The North Are Without Water Since Monday Night"] * 5),
    ],
)  # fmt: skip
def test_paragraphs(text: str, expected: list[str]) -> None:
    assert [text[span.start : span.end] for span in find_paragraphs(text)] == expected


# --- datelines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", load_cases("datelines"), ids=lambda case: case["id"])
def test_datelines(case: dict[str, str]) -> None:
    text = case["paragraph"]
    span = find_dateline(text, Span(0, len(text)), is_first=True)
    assert (text[span.start : span.end] if span else "") == case["dateline"], case["note"]


def test_weak_forms_are_datelines_of_the_first_paragraph_only() -> None:
    text = f"ORLA – {BODY}\n\nNAIRA – {MORE}"
    article = article_of(text)
    assert marked(article, MarkKind.DATELINE) == ["ORLA –"]
    assert running(article) == [BODY, f"NAIRA – {MORE}"]


def test_strong_forms_are_datelines_of_any_paragraph() -> None:
    article = article_of(f"ORLA, May 3 (Sur) – {BODY}\n\nNAIRA, May 3 (Sur) – {MORE}")
    assert marked(article, MarkKind.DATELINE) == ["ORLA, May 3 (Sur) –", "NAIRA, May 3 (Sur) –"]
    assert running(article) == [BODY, MORE]


# --- boilerplate ---------------------------------------------------------------------------------------------------


class Marked(NamedTuple):
    """A line among running text, and what it is; None is running text."""

    line: str
    kind: MarkKind | None
    note: str


BEFORE = (
    Marked("Latin Norland", MarkKind.SECTION_LABEL, "a section between title and text"),
    Marked("Crime & Courts", MarkKind.SECTION_LABEL, "a section with a sign"),
    Marked("FOR IMMEDIATE RELEASE", MarkKind.SECTION_LABEL, "a label of releases"),
    Marked("2012-04-S-052", MarkKind.SECTION_LABEL, "the number of a release"),
    Marked("Bus falls into river near 'Orla'", MarkKind.REPEATED_TITLE, "the title with other quotation marks"),
    Marked("Bus falls into river near “Orla” | Orla Courier", MarkKind.REPEATED_TITLE, "the title and the site"),
    Marked("By Ana Ruiz, Sur Agency", MarkKind.BYLINE, "a name after By"),
    Marked("By ANA RUIZ and LUIS DE LA PAZ in Orla", MarkKind.BYLINE, "capitals and small words"),
    Marked("Published: 14 March 2023", MarkKind.PUBLISHED, "a labelled day"),
    Marked("Last updated on Tuesday, March 14, 2023 at 10:30 am", MarkKind.PUBLISHED, "a labelled day with the time"),
    Marked("March 14, 2023", MarkKind.PUBLISHED, "a bare day"),
    Marked("Orla Courier | Mar 14, 2023 10:30 AM", MarkKind.PUBLISHED, "a day beside a name"),
    Marked("Share", MarkKind.INSERT, "a button"),
    Marked("12,345", MarkKind.INSERT, "no letters"),
    Marked("Nine others hurt, hospital says", None, "a line below the title says something"),
)
AMID = (
    Marked("Read also: Snake swallows goat in Indora", MarkKind.INSERT, "an insert with a colon"),
    Marked("READ ALSO Snake swallows goat in Indora", MarkKind.INSERT, "an insert in capitals"),
    Marked("ALSO READ | Snake swallows goat in Indora", MarkKind.INSERT, "an insert with a bar"),
    Marked("See also – Snake swallows goat in Indora", MarkKind.INSERT, "an insert with a dash"),
    Marked("Related: Snake swallows goat in Indora.", MarkKind.INSERT, "an insert with a stop"),
    Marked("Orla Radio’s Ana Paz reports.", MarkKind.BYLINE, "a reporter who signs off"),
    Marked("Ana Paz has more from Orla.", MarkKind.BYLINE, "a reporter who is announced"),
    Marked("(Reporting by Ana Paz; editing by Jo Lee)", MarkKind.BYLINE, "credits in brackets"),
    Marked("Copyright 2016 Orla Courier. All rights reserved.", MarkKind.INSERT, "rights"),
    Marked("(© 2016 Orla Courier)", MarkKind.INSERT, "rights with the sign"),
    Marked("A woman weeps in Orla on Monday. (Photo: Ana Paz/Sur)", MarkKind.INSERT, "a caption with its credit"),
    Marked("Photo: Ana Paz", MarkKind.INSERT, "a credit"),
    Marked("ADVERTISEMENT", MarkKind.INSERT, "an advertisement"),
    Marked("Follow us on Twitter @orlacourier", MarkKind.INSERT, "the page speaks of itself"),
    Marked("Contact Ana Paz at ana@orla.example.com or 555-1234", MarkKind.INSERT, "the author's address"),
    Marked("A river without a bridge", None, "a heading inside the text"),
    Marked("Calls for an inquiry", None, "a heading inside the text"),
    Marked("“Read more than once, the list has nine names,” she said.", None, "a sentence with the words of a label"),
    Marked("Also read aloud in court was the list of the nine dead.", None, "a sentence with the words of a label"),
    Marked("Related charges against nine men were dropped.", None, "a sentence with the word of a label"),
    Marked("By Monday the toll had risen to twelve.", None, "a sentence that opens with By"),
    Marked("By Friday, Orla was empty.", None, "capitals after By, but a day"),
    Marked("Amnesty Sur reports abuses in the camps of Orla.", None, "reports something"),
    Marked("More than twelve people were killed there.", None, "More is no label here"),
    Marked("Video of the raid shows nine bodies on the road.", None, "Video is no label here"),
    Marked("14 March 2023 was the day when it all began in Orla.", None, "a sentence about a day"),
)


@pytest.mark.parametrize("case", BEFORE, ids=lambda case: case.line)
def test_lines_above_the_text(case: Marked) -> None:
    article = article_of(f"Bus falls into river near “Orla”\n\n{case.line}\n\n{BODY}\n\n{MORE}")
    kinds = [mark.kind for mark in article.marks]
    assert kinds == [MarkKind.TITLE, *([case.kind] if case.kind else [])], case.note
    assert running(article)[0] == "Bus falls into river near “Orla”"
    assert (case.line in running(article)) == (case.kind is None)


@pytest.mark.parametrize("case", AMID, ids=lambda case: case.line)
def test_lines_amid_the_text(case: Marked) -> None:
    article = article_of(f"{BODY}\n\n{case.line}\n\n{MORE}")
    assert [mark.kind for mark in article.marks] == ([case.kind] if case.kind else []), case.note
    assert running(article) == [BODY, *([case.line] if case.kind is None else []), MORE]


@pytest.mark.parametrize(
    ("tail", "kinds"),
    [
        (["Recent Articles", "Related News", "Leave A Reply", "Please enter your comment!"], "rrcc"),
        (["Related News", "Snake swallows goat in Indora", "Two hurt in Naira"], "rrr"),
        (["Leave a Reply", "Ana: four people died there, I was there and saw it all.", "Cancel reply"], "ccc"),
        (["14 Comments", "Ana: four people died there, I was there and saw it all."], "cc"),
        (["TRENDING STORIES:", "Snake swallows goat in Indora", MORE], "rr."),
        (["Read also", "Snake swallows goat in Indora", MORE, "Ferries"], "rr.."),
    ],
)
def test_tails(tail: list[str], kinds: str) -> None:
    text = "\n\n".join([*(f"{BODY} {MORE}" for _ in range(3)), *tail])
    article = article_of(text)
    names = {MarkKind.RELATED: "r", MarkKind.COMMENT_FORM: "c"}
    found = {article.text[mark.span.start : mark.span.end]: names[mark.kind] for mark in article.marks}
    assert "".join(found.get(line, ".") for line in tail) == kinds


def test_captions_are_read_where_there_is_nothing_else() -> None:
    caption = "Image 2 of 9: Two porters were killed when a bus fell into the river at Orla. Photo: Ana Paz"
    assert running(article_of(f"{caption}\n\nPhoto: Ana Paz")) == [caption]
    assert running(article_of(f"{BODY}\n\n{caption}")) == [BODY]


def test_a_link_to_the_comments_above_the_text_is_just_a_line() -> None:
    article = article_of(f"Bus falls into river\n\nLeave a comment\n\n{BODY}\n\n{MORE}")
    assert running(article)[1:] == [BODY, MORE]


def test_an_insert_in_brackets_is_cut_out_of_its_paragraph() -> None:
    article = article_of(f"{BODY} (Read also: Snake swallows goat in Indora) {MORE}")
    assert marked(article, MarkKind.INSERT) == ["(Read also: Snake swallows goat in Indora)"]
    assert running(article) == [BODY, MORE]


def test_a_header_that_comes_again_is_marked_again() -> None:
    header = "Norland Joint Command - Orla\n2010-07-S-145"
    article = article_of(f"Two men held\n{header}\n\n{BODY}\n\n----\nFour men held\n{header}\n\n{MORE}")
    assert marked(article, MarkKind.SECTION_LABEL) == [*header.split("\n")] * 2


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"Bus falls into river\n\n{BODY}", "Bus falls into river"),
        (f"Bus falls into river\n{BODY}", "Bus falls into river"),
        (f"Why did the bus fall?\n\n{BODY}", "Why did the bus fall?"),
        (f"World\n\nBus falls into river near Orla\n\n{BODY}", "Bus falls into river near Orla"),
        (f"By Ana Ruiz\n\nBus falls into river\n\n{BODY}", "Bus falls into river"),
        (f"2012-04-S-052\n\nBus falls into river\n\n{BODY}", "Bus falls into river"),
        (f"{BODY}\n\n{MORE}", ""),
        (BODY.removesuffix("."), ""),
        (f"ORLA (Sur) –\n\n{BODY}", ""),
        (f"9 January 2023\n\n{BODY}", ""),
    ],
)
def test_the_title_is_the_first_line_that_can_be_one(text: str, title: str) -> None:
    article = article_of(text)
    assert article.title == title
    assert marked(article, MarkKind.TITLE) == ([title] if title else [])
    assert not title or title in running(article)


def test_a_given_title_stands() -> None:
    article = article_of(f"Bus falls into river.\n\n{BODY}", title="Bus falls into river | Orla Courier")
    assert article.title == "Bus falls into river | Orla Courier"
    assert marked(article, MarkKind.TITLE) == ["Bus falls into river."]


@pytest.mark.parametrize("entry", load_lexicon("page_words"), ids=lambda entry: entry.id)
def test_page_words_prove_themselves(entry: Entry) -> None:
    for example in entry.examples:
        found = [other.id for other in find_entries(read_line(example, Span(0, len(example))))]
        assert entry.id in found
    for example in entry.counter_examples:
        found = [other.id for other in find_entries(read_line(example, Span(0, len(example))))]
        assert entry.id not in found


def test_page_words_are_tidy() -> None:
    entries = load_lexicon("page_words")
    assert [entry.id for entry in entries] == sorted({entry.id for entry in entries})
    assert {entry.label for entry in entries} <= set(MarkKind)
    assert all(entry.form == entry.form.lower() for entry in entries)


# --- publication day -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-03-14", "2023-03-14"),
        ("2023-03-14T23:30:00-05:00", "2023-03-14"),
        ("2023/3/4", "2023-03-04"),
        ("20230314101010", "2023-03-14"),
        ("Tue, 14 Mar 2023 10:00:00 GMT", "2023-03-14"),
        ("March 14th, 2023", "2023-03-14"),
        ("Sept. 3, 2021", "2021-09-03"),
        ("3rd of May 2021", "2021-05-03"),
        ("14/03/2023", "2023-03-14"),
        ("03/14/2023", "2023-03-14"),
        ("03/03/2023", "2023-03-03"),
        ("8 Jan 90", "1990-01-08"),
        ("8 Jan '12", "2012-01-08"),
        ("March, 14 2023", "2023-03-14"),
        ("03/04/2023", ""),
        ("March 2023", ""),
        ("2023", ""),
        ("31 February 2021", ""),
        ("2023-13-45", ""),
        ("8 March", ""),
        ("yesterday", ""),
        ("2 days ago", ""),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_days_as_given(written: str, day: str) -> None:
    assert read_published(written) == day


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_any_day_is_read_back(day: dt.date) -> None:
    for form in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%a, %d %b %Y", "%b. %d, %Y", "%Y%m%d"):
        assert read_day(f"{day:{form}}") == f"{day:%Y-%m-%d}"


@given(st.text(max_size=60))
def test_a_day_is_never_made_up(text: str) -> None:
    day = read_published(text)
    assert not day or any(character.isdigit() for character in text)


@pytest.mark.parametrize(
    ("text", "fields", "day", "basis"),
    [
        (BODY, {"published": "14 March 2023"}, "2023-03-14", PublishedBasis.GIVEN),
        (BODY, {"published": "March 2023"}, "", PublishedBasis.NONE),
        (BODY, {"url": "http://orla.example/2023/03/14/bus"}, "2023-03-14", PublishedBasis.METADATA),
        (f"Bus falls\n\nMarch 14, 2023\n\n{BODY}", {}, "2023-03-14", PublishedBasis.HEADER),
        (f"Bus falls\n\nMarch 14, 2023\n\n{BODY}", {"published": "2023-03-15"}, "2023-03-15", PublishedBasis.GIVEN),
        (
            f"Bus falls\n\nUpdated: 2023-03-16\n\nPublished: 2023-03-14\n\n{BODY}",
            {},
            "2023-03-14",
            PublishedBasis.HEADER,
        ),
        (f"ORLA, Norland (Dec. 7, 2012) – {BODY}", {}, "2012-12-07", PublishedBasis.DATELINE),
        # a dateline without a year stays open ...
        (f"ORLA, Norland (Dec. 7) – {BODY}", {}, "", PublishedBasis.NONE),
        # ... unless a release number or a copyright line gives it
        (f"Bus falls\n2012-12-S-009\n\nORLA (Dec. 7) – {BODY}", {}, "2012-12-07", PublishedBasis.DATELINE),
        (f"Bus falls\n2013-01-S-009\n\nORLA (Dec. 31) – {BODY}", {}, "2012-12-31", PublishedBasis.DATELINE),
        (f"ORLA (Dec. 7) – {BODY}\n\nCopyright 2012 Sur Agency", {}, "2012-12-07", PublishedBasis.DATELINE),
        (f"Bus falls\n2012–12–CA–009\n\nORLA (Dec. 7) – {BODY}", {}, "2012-12-07", PublishedBasis.DATELINE),
        (f"Bus falls\nRelease No. 45/2012\n\nORLA (Dec. 7) – {BODY}", {}, "2012-12-07", PublishedBasis.DATELINE),
        (f"ORLA (Dec. 7) – {BODY}\n\n(c) 2005–2012 Sur Agency", {}, "2012-12-07", PublishedBasis.DATELINE),
        (f"Evening Update, Dec. 8, 2012\n\nORLA (Dec. 7) – {BODY}", {}, "2012-12-07", PublishedBasis.DATELINE),
        (f"Evening Update, Jan. 1, 2013\n\nORLA (Dec. 31) – {BODY}", {}, "2012-12-31", PublishedBasis.DATELINE),
        (f"They saw the May 3, 2006 flood\n\nORLA (Dec. 7) – {BODY}", {}, "", PublishedBasis.NONE),
        (f"Bus falls, 45/2012 hurt\n\nORLA (Dec. 7) – {BODY}", {}, "", PublishedBasis.NONE),
        # one basis goes before the next
        (
            f"ORLA, Norland (Dec. 7, 2012) – {BODY}",
            {"published": "2012-12-09", "url": "http://orla.example/2012/12/08/bus"},
            "2012-12-09",
            PublishedBasis.GIVEN,
        ),
        (
            f"Bus falls\n\nMarch 14, 2023\n\n{BODY}",
            {"url": "http://orla.example/2023/03/15/bus"},
            "2023-03-15",
            PublishedBasis.METADATA,
        ),
        (f"Bus falls\n\nMarch 14, 2023\n\nORLA (March 13, 2023) – {BODY}", {}, "2023-03-14", PublishedBasis.HEADER),
        # releases that are dated by their title
        (f"Apr. 17: Two Held in Orla\n2010-04-S-049\n\n{BODY}", {}, "2010-04-17", PublishedBasis.HEADER),
        (f"Apr. 17: Two Held in Orla\n2010-06-S-049\n\n{BODY}", {}, "", PublishedBasis.NONE),
        (BODY, {}, "", PublishedBasis.NONE),
    ],
)
def test_publication_day(text: str, fields: dict[str, str], day: str, basis: PublishedBasis) -> None:
    article = article_of(text, **fields)
    assert (article.published, article.published_basis) == (day, basis)


# --- pages ---------------------------------------------------------------------------------------------------------

PAGE = f"""<?xml version="1.0" encoding="iso-8859-1"?>
<html><head><title>Bus falls into river | Orla Courier</title><meta charset="utf-8">
<meta property="og:title" content="Bus falls into river"><meta property="og:site_name" content="Orla Courier">
<meta name="author" content="Ana Núñez"><meta property="article:published_time" content="2023-03-14T10:00:00Z"></head>
<body><nav><ul><li><a href="/a">Sport</a></li><li><a href="/b">World</a></li></ul></nav>
<article><h1>Bus falls into river</h1><p>{BODY}</p><p>Read also: Snake swallows goat in Indora</p><p>{MORE}</p>
<p>“Azángaro” weeps, {BODY[:-1]} and {MORE}</p></article>
<div id="comments" class="comments"><h3>Comments</h3><div class="comment"><p>Four people died there, I saw it all.</p>
</div></div><footer>© Orla Courier</footer></body></html>"""


def test_a_page_gives_its_main_text_and_what_it_says_of_itself() -> None:
    article = article_of(PAGE.encode(), is_html=True)
    assert article.text.split("\n") == [BODY, MORE, f"“Azángaro” weeps, {BODY[:-1]} and {MORE}"]
    assert running(article) == article.text.split("\n")
    assert (article.title, article.source, article.authors) == ("Bus falls into river", "Orla Courier", ("Ana Núñez",))
    assert (article.published, article.published_basis) == ("2023-03-14", PublishedBasis.METADATA)


@pytest.mark.parametrize(
    "character",
    ["&#x1F;", "&#0;", "&#xD83D;", "&#99999999;", "\ud83d", "\x00", "\x07", "\x0b", "\u200b", "\u202e", "\ufeff"],
)
@pytest.mark.parametrize("everywhere", [False, True])
def test_no_character_makes_a_page_lose_its_text(character: str, everywhere: bool) -> None:  # noqa: FBT001
    dirty = BODY.replace(" ", f" {character}") if everywhere else f"{character}{BODY}"
    page = PAGE.replace(BODY, dirty)
    text = article_of(page, is_html=True).text
    assert "porters" in text
    assert "Azángaro" in text
    text.encode()


@pytest.mark.parametrize("page", ["", "   ", "<html></html>", "<p></p>", "<!-- -->", "<" * 50, "<html><body><script>x"])
def test_a_page_without_text_is_rejected(page: str) -> None:
    assert rejected_of(page, is_html=True).outcome == Outcome.NO_TEXT


def test_a_page_that_is_too_large_is_rejected() -> None:
    assert rejected_of("<p>a</p>" * 700_000, is_html=True).outcome == Outcome.TOO_LARGE


def test_a_tag_that_would_take_minutes_is_rejected() -> None:
    monster = "<a " + " ".join(f"b{number}=1" for number in range(40_000)) + ">"
    assert rejected_of(f"<p>{BODY}</p>{monster}", is_html=True).outcome == Outcome.PARSE_ERROR
    assert not has_monstrous_tag('<img src="data:' + "a b " * 40_000 + '">')
    assert not has_monstrous_tag("<p>" + "a b=1 " * 40_000 + "</p>")


# --- language and size ---------------------------------------------------------------------------------------------

LANGUAGES = load_cases("languages")


@pytest.mark.parametrize("case", LANGUAGES, ids=lambda case: case["id"])
def test_other_languages_are_rejected_and_kept(case: dict[str, str]) -> None:
    article, rejected = clean(Page("test", case["text"], is_html=False))
    assert rejected is not None, case["note"]
    assert rejected.outcome == Outcome.NOT_ENGLISH
    assert rejected.article_id == article.article_id
    assert article.text == case["text"]
    assert article.language == ""


def test_english_is_english() -> None:
    assert article_of(f"{BODY} {MORE}").language == "en"
    assert is_english([f"{BODY} {MORE}".upper()])
    assert is_english(["Dos muertos en Orla."])  # too short to tell


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("", Outcome.NO_TEXT),
        (" \n\u200b ", Outcome.NO_TEXT),
        ("----\n\n12", Outcome.NO_TEXT),
        ("Share\n\nCopyright 2016 Orla Courier", Outcome.NO_TEXT),
        ("word " * 40_001, Outcome.PARSE_ERROR),
        ("a" * 200_001, Outcome.PARSE_ERROR),
        (f"{BODY} " * 11_000, Outcome.TOO_LARGE),
    ],
    ids=["empty", "blank", "signs", "furniture", "no-stop", "one-word", "long"],
)
def test_texts_that_are_not_read(text: str, outcome: Outcome) -> None:
    assert rejected_of(text).outcome == outcome


def test_the_id_tells_what_was_read() -> None:
    same = {article_of(BODY).article_id, article_of(BODY).article_id}
    other = {article_of(BODY, url="http://orla.example").article_id, article_of(f"{BODY} ").article_id}
    assert len(same | other) == 3


# --- attacks -------------------------------------------------------------------------------------------------------

ATTACKS = (
    *(
        "a",
        "A",
        " ",
        "\n",
        "Aa ",
        "Aa-",
        "A, ",
        "(A) ",
        "[A]",
        "- ",
        "By A ",
        "© ",
        "Photo: ",
        "12/",
        "May 1 ",
        "May 1, 2",
    ),
    *(
        "(read also: ",
        "(reporting by ",
        "Published: ",
        "<a ",
        "<p>",
        "\u200b",
        "\u00a0",
        "A.",
        ". ",
        "“",
        "@a",
        "-1234",
    ),
)


def seconds_to_clean(text: str) -> float:
    """Measure the time of this process alone: a busy machine is no blow-up."""
    started = time.process_time()
    clean(Page("test", text, is_html=False))
    return time.process_time() - started


@pytest.mark.parametrize("attack", ATTACKS, ids=repr)
def test_no_line_takes_more_than_linear_time(attack: str) -> None:
    """Ten times the text may take some 20 times the time; a pattern that backtracks takes 100 times and more."""
    texts = [attack * (size // len(attack)) for size in (1_000, 10_000, 100_000)]
    times = [min(seconds_to_clean(text) for _ in range(3)) for text in texts]
    assert all(late < 20 * max(early, 0.01) for early, late in pairwise(times)), times
