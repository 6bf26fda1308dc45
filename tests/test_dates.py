"""Time expressions: values, days, precision and basis, from tables, hand-built documents and properties."""

from __future__ import annotations

import csv
import re
import time
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.annotate import annotate
from pipeline.extract.dates import find_dates
from pipeline.extract.dates._calendar import Unit, days_of, period, precision_of, step, unit_of, weekday_from
from pipeline.extract.dates._days import parse_odd
from pipeline.extract.dates._holidays import holidays_in
from pipeline.lexicons import load_lexicon
from pipeline.records import Article, DateBasis, DateType, MarkKind, Span

if TYPE_CHECKING:
    from spacy.language import Language

    from pipeline.lexicons import Entry
    from pipeline.records import DateMention

CASES = Path(__file__).parent / "cases" / "dates.csv"
PUBLISHED = "2023-01-12"  # a Thursday
NO_DATE_KINDS = {"counted", "holiday_event", "named_after", "numbered"}
AHEAD_KINDS = {"ahead", "deferring", "future", "scheduled"}
BLANK = spacy.blank("en")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@cache
def rows() -> tuple[dict[str, str], ...]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def read(text: str, nlp: Language, published: str = PUBLISHED) -> list[DateMention]:
    article = Article("a", "a", text, paragraphs=(Span(0, len(text)),))
    return list(find_dates(annotate(article, nlp), published=published))


def read_blank(text: str, published: str = PUBLISHED) -> list[DateMention]:
    return list(find_dates(BLANK.make_doc(text), published=published))


def only(mentions: list[DateMention]) -> DateMention:
    assert len(mentions) == 1, mentions
    return mentions[0]


# --- sentences through the model -----------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize("row", [row for row in rows() if row["mention"]], ids=lambda row: row["id"])
def test_case(row: dict[str, str], nlp: Language) -> None:
    mentions = read(row["text"], nlp, row["published"])
    found = next((mention for mention in mentions if mention.text == row["mention"]), None)
    assert found is not None, mentions
    expected = (row["value"], row["type"], row["date_start"], row["date_end"], int(row["date_prec"]), row["basis"])
    assert expected == (found.value, found.type, found.date_start, found.date_end, found.date_prec, found.basis)


@pytest.mark.model
@pytest.mark.parametrize("row", [row for row in rows() if not row["mention"]], ids=lambda row: row["id"])
def test_no_date(row: dict[str, str], nlp: Language) -> None:
    assert read(row["text"], nlp, row["published"]) == []


def test_cases_are_complete() -> None:
    ids = [row["id"] for row in rows()]
    assert len(ids) == len(set(ids)) >= 150
    for row in rows():
        assert row["mention"] in " ".join(row["text"].split()), row["id"]
        assert not row["mention"] or row["value"], row["id"]


@pytest.mark.model
@pytest.mark.xfail(strict=True, reason="a day counted from an event is read as a length of time")
def test_day_after_an_event(nlp: Language) -> None:
    mentions = read("A convoy was hit on 3 May 2009. Two days after the attack a bridge fell.", nlp)
    assert mentions[-1].value == "2009-05-05"


@pytest.mark.model
@pytest.mark.xfail(strict=True, reason="of several days of one month only the first pair is read")
def test_enumerated_days(nlp: Language) -> None:
    assert [mention.value for mention in read("Bodies were found on 3, 4 and 7 January 2023.", nlp)] == [
        "2023-01-03",
        "2023-01-04",
        "2023-01-07",
    ]


# --- the word list -------------------------------------------------------------------------------------------------


def lexicon_ids(pair: tuple[Entry, str]) -> str:
    return f"{pair[0].id}-{pair[0].form}"


EXAMPLES = [(entry, text) for entry in load_lexicon("date_words") for text in entry.examples]
COUNTER_EXAMPLES = [(entry, text) for entry in load_lexicon("date_words") for text in entry.counter_examples]


def kind_of(entry: Entry) -> str:
    return entry.label.split()[0]


@pytest.mark.model
@pytest.mark.parametrize(
    "pair", [p for p in EXAMPLES if kind_of(p[0]) not in NO_DATE_KINDS | AHEAD_KINDS], ids=lexicon_ids
)
def test_example_is_read(pair: tuple[Entry, str], nlp: Language) -> None:
    entry, text = pair
    form = re.search(rf"\b{re.escape(entry.form).replace('century', 'centur')}", text, re.IGNORECASE)
    assert form is not None
    spans = [mention.evidence.span for mention in read(text, nlp)]
    assert any(span.overlaps(Span(form.start(), form.end())) for span in spans), spans


@pytest.mark.model
@pytest.mark.parametrize("pair", [p for p in EXAMPLES if kind_of(p[0]) in NO_DATE_KINDS], ids=lexicon_ids)
def test_example_holds_no_date(pair: tuple[Entry, str], nlp: Language) -> None:
    assert read(pair[1], nlp) == []


@pytest.mark.model
@pytest.mark.parametrize("pair", COUNTER_EXAMPLES, ids=lexicon_ids)
def test_counter_example_is_not_read(pair: tuple[Entry, str], nlp: Language) -> None:
    assert read(pair[1], nlp) == []


def test_word_list_is_tidy() -> None:
    entries = load_lexicon("date_words")
    assert len({entry.id for entry in entries}) == len(entries)
    assert all(entry.source == "own" and entry.form == entry.form.lower() for entry in entries)
    assert {entry.id.split(".")[1] for entry in entries} == {kind_of(entry) for entry in entries}


# --- hand-built documents ------------------------------------------------------------------------------------------


def build(text: str, tags: str, heads: list[int], deps: str, lemmas: str) -> Doc:
    words = text.split()
    pos = [
        {"VB": "VERB", "MD": "AUX", "NN": "NOUN", "PR": "PRON", "CD": "NUM"}.get(tag[:2], "ADP") for tag in tags.split()
    ]
    return Doc(
        BLANK.vocab,
        words=words,
        tags=tags.split(),
        pos=pos,
        heads=heads,
        deps=deps.split(),
        lemmas=lemmas.split(),
        sent_starts=[True] + [False] * (len(words) - 1),
    )


def value_of(doc: Doc, published: str = PUBLISHED) -> str:
    return only(list(find_dates(doc, published=published))).value


def test_will_is_ahead() -> None:
    doc = build(
        "They will meet on Friday",
        "PRP MD VB IN NNP",
        [2, 2, 2, 2, 3],
        "nsubj aux ROOT prep pobj",
        "they will meet on Friday",
    )
    assert value_of(doc) == "2023-01-13"


def test_will_have_is_past() -> None:
    doc = build(
        "They will have met on Friday",
        "PRP MD VB VBN IN NNP",
        [3, 3, 3, 3, 3, 4],
        "nsubj aux aux ROOT prep pobj",
        "they will have meet on Friday",
    )
    assert value_of(doc) == "2023-01-06"


def test_past_verb_is_past() -> None:
    doc = build("They met on Friday", "PRP VBD IN NNP", [1, 1, 1, 2], "nsubj ROOT prep pobj", "they meet on Friday")
    assert value_of(doc) == "2023-01-06"


def test_past_verb_must_be_that_of_the_date() -> None:
    killed = build(
        "He was killed on 20 January",
        "PRP VBD VBN IN CD NNP",
        [2, 2, 2, 2, 5, 3],
        "nsubjpass auxpass ROOT prep nummod pobj",
        "he be kill on 20 January",
    )
    invited = build(
        "He was invited to feasts on 20 January",
        "PRP VBD VBN IN NNS IN CD NNP",
        [2, 2, 2, 2, 3, 4, 7, 5],
        "nsubjpass auxpass ROOT prep pobj prep nummod pobj",
        "he be invite to feast on 20 January",
    )
    assert (value_of(killed), value_of(invited)) == ("2022-01-20", "2023-01-20")


def test_genitive_says_nothing_of_what_is_ahead() -> None:
    doc = build(
        "They will study Friday 's raid",
        "PRP MD VB NNP POS NN",
        [2, 2, 2, 5, 3, 2],
        "nsubj aux ROOT poss case dobj",
        "they will study Friday 's raid",
    )
    assert value_of(doc) == "2023-01-06"


def test_agreed_looks_ahead_only_through_its_infinitive() -> None:
    direct = build(
        "They agreed on Friday", "PRP VBD IN NNP", [1, 1, 1, 2], "nsubj ROOT prep pobj", "they agree on Friday"
    )
    through = build(
        "They agreed to meet on Friday",
        "PRP VBD TO VB IN NNP",
        [1, 1, 3, 1, 3, 4],
        "nsubj ROOT aux xcomp prep pobj",
        "they agree to meet on Friday",
    )
    assert (value_of(direct), value_of(through)) == ("2023-01-06", "2023-01-13")


@pytest.mark.parametrize("pair", [p for p in EXAMPLES if kind_of(p[0]) in {"future", "scheduled"}], ids=lexicon_ids)
def test_word_looks_ahead(pair: tuple[Entry, str]) -> None:
    form = pair[0].form
    tag = "VBN" if kind_of(pair[0]) == "future" else "VBZ"
    doc = build(
        f"It {form} on Friday", f"PRP {tag} IN NNP", [1, 1, 1, 2], "nsubj ROOT prep pobj", f"it {form} on Friday"
    )
    assert value_of(doc) == "2023-01-13"


@pytest.mark.model
@pytest.mark.parametrize("pair", [p for p in EXAMPLES if kind_of(p[0]) == "deferring"], ids=lexicon_ids)
def test_deferring_word_looks_ahead(pair: tuple[Entry, str], nlp: Language) -> None:
    assert only(read(pair[1], nlp)).value == "2023-01-16"


def test_month_that_is_a_modal_verb() -> None:
    doc = build(
        "It began in May 2012",
        "PRP VBD IN NNP CD",
        [1, 1, 1, 2, 3],
        "nsubj ROOT prep pobj nummod",
        "it begin in May 2012",
    )
    modal = build("May 5 men come", "MD CD NNS VB", [3, 2, 3, 3], "aux nummod nsubj ROOT", "may 5 man come")
    assert value_of(doc) == "2012-05"
    assert list(find_dates(modal, published=PUBLISHED)) == []


def test_unparsed_text_is_read() -> None:
    assert only(read_blank("A raid on Tuesday night left two dead")).value == "2023-01-10TNI"


def marked(text: str, **groups: str) -> Doc:
    """Make a document whose span groups hold the given parts of its text."""
    doc = BLANK.make_doc(text)
    for name, part in groups.items():
        start = text.index(part)
        doc.spans[name] = [doc.char_span(start, start + len(part), alignment_mode="expand")]
    return doc


def test_only_paragraphs_and_headers_are_read() -> None:
    doc = marked("Orla, 9 Jan 2023 - A raid yesterday. Read also: 4 May 1999", paragraphs="A raid yesterday.")
    assert [mention.text for mention in find_dates(doc, published=PUBLISHED)] == ["yesterday"]


@pytest.mark.parametrize("kind", [MarkKind.DATELINE, MarkKind.PUBLISHED])
def test_header_is_the_reference_where_nothing_else_is(kind: MarkKind) -> None:
    doc = marked(
        "Orla, 9 Jan 2023 - A raid yesterday.", paragraphs="A raid yesterday.", **{kind.value: "Orla, 9 Jan 2023 -"}
    )
    assert [mention.value for mention in find_dates(doc)] == ["2023-01-09", "2023-01-08"]
    assert [mention.value for mention in find_dates(doc, published="2023-01-11")] == ["2023-01-09", "2023-01-10"]


def test_header_without_a_year_is_no_reference() -> None:
    doc = marked("Orla, 9 Jan - A raid yesterday.", paragraphs="A raid yesterday.", dateline="Orla, 9 Jan -")
    assert [mention.value for mention in find_dates(doc)] == ["XXXX-01-09", "XXXX-XX-XX"]


@pytest.mark.parametrize(
    ("first", "value"),
    [
        ("A raid in 2015 failed.", "XXXX-07"),  # a bare year is often background
        ("A raid on 3 May 2015 failed.", "2015-07"),  # days and months chain on
        ("Nine have died since May 2015.", "XXXX-07"),  # an open stretch says nothing of the year
    ],
)
def test_year_told_in_the_paragraph_before(first: str, value: str) -> None:
    doc = BLANK.make_doc(f"{first}\n\nA bridge fell in July.")
    doc.spans["paragraphs"] = [doc.char_span(0, len(first)), doc.char_span(len(first) + 2, len(doc.text))]
    assert [mention.value for mention in find_dates(doc)][-1] == value


def test_open_stretch_gives_no_year() -> None:
    mentions = read_blank("Nine have died since May 2015 and a bridge fell in July.", "")
    assert [mention.value for mention in mentions] == ["2015-05/..", "XXXX-07"]


@pytest.mark.parametrize("published", ["", "soon", "2023", "2023-02-30", "2023-01-12T10:00:00Z"])
def test_publication_that_is_no_day(published: str) -> None:
    expected = "2023-01-11" if published.startswith("2023-01-12") else "XXXX-XX-XX"
    assert only(read_blank("It fell yesterday", published)).value == expected


def test_rule_ids_name_the_rule_or_the_entry() -> None:
    ids = [mention.evidence.rule_id for mention in read_blank("On 4 March 2019, yesterday and on Christmas Eve 2018")]
    assert ids == ["date.day_month", "date.deictic.03", "date.holiday.10"]


def test_dateparser_is_asked_for_full_dates_only() -> None:
    assert parse_odd("2021 March 14") == date(2021, 3, 14)
    assert parse_odd("2021 March") is None


# --- properties ----------------------------------------------------------------------------------------------------

FORMATS = (
    "{0:%Y-%m-%d}",
    "{0:%d/%m/%Y}",
    "{0:%d.%m.%Y}",
    "{0.day} {0:%B} {0:%Y}",
    "{0.day} {0:%b} {0:%Y}",
    "{0:%d}-{0:%b}-{0:%Y}",
    "{0:%B} {0.day}, {0:%Y}",
    "{0:%b}. {0.day}, {0:%Y}",
    "{0:%A}, {0.day} {0:%B} {0:%Y}",
    "{0:%A}, {0:%B} {0.day}, {0:%Y}",
    "{0:%a}, {0:%d} {0:%b} {0:%Y}",
    "the {0.day}th of {0:%B} {0:%Y}",
)


@pytest.mark.parametrize("year", [1900, 2000, 2023, 2100])
@pytest.mark.parametrize("form", FORMATS)
def test_every_day_of_a_year_reads_back(year: int, form: str) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    text = " | ".join(form.format(day) for day in days)
    found = [(mention.value, mention.basis) for mention in read_blank(text, "")]
    assert found == [(day.isoformat(), DateBasis.EXPLICIT) for day in days]


@given(day=DAYS, form=st.sampled_from(FORMATS), published=st.one_of(st.just(""), DAYS.map(str)))
@settings(max_examples=200, deadline=None)
def test_day_reads_back_in_every_format(day: date, form: str, published: str) -> None:
    found = only(read_blank(f"They met on {form.format(day)} in Orla.", published))
    assert (found.value, found.date_start, found.date_end, found.date_prec) == (day.isoformat(),) * 3 + (1,)


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("shift", range(7))
def test_weekday_is_the_last_one(weekday: int, shift: int) -> None:
    published = date(2023, 1, 9) + timedelta(days=shift)
    found = date.fromisoformat(only(read_blank(f"A raid on {WEEKDAYS[weekday]} failed", published.isoformat())).value)
    assert found.weekday() == weekday
    assert 0 <= (published - found).days <= 6
    last = date.fromisoformat(only(read_blank(f"A raid last {WEEKDAYS[weekday]} failed", published.isoformat())).value)
    assert 1 <= (published - last).days <= 7
    following = date.fromisoformat(only(read_blank(f"A raid next {WEEKDAYS[weekday]}", published.isoformat())).value)
    assert 1 <= (following - published).days <= 7


WORDS = st.sampled_from(
    [word for entry in load_lexicon("date_words") for word in entry.form.split()]
    + [
        "the",
        "a",
        "of",
        "on",
        "at",
        "to",
        "and",
        "-",
        ",",
        ".",
        "'s",
        "5",
        "12",
        "1990",
        "2021",
        "3:30",
        "½",
        "\n",
        "\u00a0",
    ]
    + list(WEEKDAYS)
)


@example("BY JANUARY", "2000-01-01")
@given(
    st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=30).map(" ".join)), st.one_of(st.just(""), DAYS.map(str))
)
@settings(max_examples=250, deadline=None)
def test_any_text_is_read(text: str, published: str) -> None:
    floor = 0
    for mention in read_blank(text, published):
        assert floor <= mention.evidence.start < mention.evidence.end <= len(text)
        assert text[mention.evidence.start : mention.evidence.end] == mention.text
        assert mention.value
        assert not mention.date_end or mention.date_start <= mention.date_end
        assert (mention.date_prec == 6) == (not mention.date_start)
        assert mention.basis is not DateBasis.NONE or mention.type is not DateType.DATE or not mention.date_start
        floor = mention.evidence.end


@given(DAYS, st.sampled_from(list(Unit)), st.integers(-18, 18))
def test_period_and_its_days_agree(day: date, unit: Unit, count: int) -> None:
    value = period(day, unit, count)
    days = days_of(value)
    assert days is not None
    assert days.end is not None
    assert days.start <= days.end
    assert period(days.start, unit) == period(days.end, unit) == value
    assert step(value, unit, -count) == period(day, unit)


@given(DAYS, st.integers(1, 7), st.sampled_from([-1, 1]), st.booleans())
def test_weekday_from(day: date, weekday: int, direction: int, same: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    found = weekday_from(day, weekday, direction=direction, same=same)
    assert found is not None
    assert found.isoweekday() == weekday
    assert (0 if same else 1) <= (found - day).days * direction <= (6 if same else 7)


@pytest.mark.parametrize(
    ("value", "precision"),
    [
        ("2023-01-09", 1),
        ("2023-01-09TNI", 1),
        ("2023-W02-WE", 2),
        ("2023-01-03/2023-01-05", 2),
        ("2023-W02", 3),
        ("2023-02", 4),
        ("2023-Q1", 5),
        ("2023", 5),
        ("202", 5),
        ("20", 5),
        ("2012/..", 5),
        ("XXXX-01-09", 6),
        ("P3Y", 6),
        ("2023-02-30", 6),
        ("2023-05-09/2023-05-01", 6),
        ("PAST_REF", 6),
    ],
)
def test_precision(value: str, precision: int) -> None:
    assert precision_of(days_of(value)) == precision


@pytest.mark.parametrize(
    ("value", "unit", "count", "expected"),
    [
        ("1989-Q3", Unit.YEAR, -1, "1988-Q3"),
        ("1950-09", Unit.MONTH, 5, "1951-02"),
        ("1950-09", Unit.DAY, 2, ""),
        ("2020-02-29", Unit.YEAR, 1, "2021"),
        ("9999", Unit.YEAR, 1, ""),
        ("XXXX", Unit.YEAR, 1, ""),
    ],
)
def test_step(value: str, unit: Unit, count: int, expected: str) -> None:
    assert step(value, unit, count) == expected


def test_unit_of_a_value() -> None:
    assert unit_of("2023-01-09", Unit.MONTH) == "2023-01"
    assert unit_of("2023-W05", Unit.MONTH) == ""  # lies in January and February


@pytest.mark.parametrize(
    ("year", "day"), [(1961, "04-02"), (2000, "04-23"), (2008, "03-23"), (2024, "03-31"), (2038, "04-25")]
)
def test_easter(year: int, day: str) -> None:
    assert [days.start.isoformat() for days in holidays_in("easter+0", year)] == [f"{year}-{day}"]


@pytest.mark.parametrize(
    ("place", "year", "starts"),
    [
        ("islamic 10-01 for 3", 2000, ["2000-01-08", "2000-12-27"]),  # the lunar year is the shorter one
        ("islamic 10-01 for 3", 1443, ["2022-05-02"]),  # of the Islamic calendar
        ("islamic 10-01 for 3", 1850, []),
        ("IN Diwali", 1980, []),  # before that calendar begins
        ("orthodox+0", 2024, ["2024-05-05"]),
        ("easter+0", 1200, []),
        ("11/4/4", 2022, ["2022-11-24"]),
        ("02-29", 2023, []),
    ],
)
def test_holidays_of_a_year(place: str, year: int, starts: list[str]) -> None:
    assert [days.start.isoformat() for days in holidays_in(place, year)] == starts


@pytest.mark.parametrize(
    "entry", [e for e in load_lexicon("date_words") if kind_of(e) == "holiday"], ids=lambda e: e.form
)
def test_every_holiday_is_in_its_calendar(entry: Entry) -> None:
    assert len(holidays_in(entry.label.partition(" ")[2], 2018)) == 1


@pytest.mark.parametrize(
    "bomb",
    [
        "the ",
        "early late ",
        "the end of ",
        "1990-",
        "5 to ",
        "Monday to ",
        "twenty one ",
        "May 5, ",
        "12 ",
        "since ",
        "1 1/2 ",
        "on ",
        "March ",
        "2012-",
        "two years ago on ",
        "between Monday night and ",
        "late Monday into ",
        "Eid al-",
    ],
)
def test_time_grows_with_length_only(bomb: str) -> None:
    read_blank(f"{bomb}2012")
    seconds = []
    for length in (1_000, 10_000):
        doc = BLANK.make_doc(bomb * (length // len(bomb)))
        begin = time.process_time()
        for _ in find_dates(doc, published=PUBLISHED):
            pass
        seconds.append(time.process_time() - begin)
    assert seconds[1] < 15 * max(seconds[0], 0.05)
