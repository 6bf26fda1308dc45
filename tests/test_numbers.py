"""Number phrases: values, bounds, ranges, vague words, and what is no number."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract._number_values import MAX_NUMBER, ONES, SCALES, TENS
from pipeline.extract._numbers import add_counts, bounded, find_numbers
from pipeline.lexicons import load_lexicon
from pipeline.records import Count, Qualifier, VaguePolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.extract._numbers import NumberPhrase
    from pipeline.lexicons import Entry

with (Path(__file__).parent / "cases" / "numbers.csv").open(encoding="utf-8", newline="") as _file:
    CASES = list(csv.DictReader(_file))

TOKENIZER = spacy.blank("en").tokenizer  # the rules of English alone, as in the model
UNITS = {value: word for word, value in ONES.items()}
DECADES = {value: word for word, value in TENS.items() if word != "fourty"}
SEPARATORS = (",", "\u00a0", "\u202f", "\u2009", ".", "'", "’")


def numbers(text: str, policy: VaguePolicy = VaguePolicy.ACLED) -> list[NumberPhrase]:
    return list(find_numbers(TOKENIZER(text), policy=policy))


def only(text: str, policy: VaguePolicy = VaguePolicy.ACLED) -> Count:
    (phrase,) = numbers(text, policy)
    return phrase.count


def counts_of(text: str) -> list[Count]:
    return [phrase.count for phrase in numbers(text)]


def bounds_of(count: Count) -> tuple[int | None, int | None, int | None]:
    return (count.low, count.best, count.high)


def bound(cell: str) -> int | None:
    return int(cell) if cell else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["note"])
def test_phrase(case: Mapping[str, str]) -> None:
    found = [phrase.count for phrase in numbers(case["text"])]
    assert [count.text for count in found] == [text for text in case["phrase"].split(";") if text]
    assert {count.qualifier for count in found} <= {case["qualifier"]}
    if len(found) == 1:
        bounds = tuple(bound(case[name]) for name in ("low", "best", "high"))
        assert (found[0].low, found[0].best, found[0].high) == bounds


def test_cases_are_told_apart_by_their_notes() -> None:
    assert len({case["note"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("text", "acled", "literal"),
    [
        ("tens of people", (10, 10, None), (20, 20, None)),
        ("dozens of people", (12, 12, None), (24, 24, None)),
        ("scores of people", (20, 20, None), (40, 40, None)),
        ("hundreds of people", (100, 100, None), (200, 200, None)),
        ("thousands of people", (1000, 1000, None), (2000, 2000, None)),
        ("tens of thousands", (10_000, 10_000, None), (20_000, 20_000, None)),
        ("several people", (3, 3, None), (3, 3, None)),
        ("a couple of people", (2, 2, None), (2, 2, None)),
        ("up to several hundred", (None, None, 300), (None, None, 300)),
        ("at least dozens", (12, 12, None), (24, 24, None)),
        ("two dozen", (24, 24, 24), (24, 24, 24)),
    ],
)
def test_policies_of_vague_words(text: str, acled: tuple[int | None, ...], literal: tuple[int | None, ...]) -> None:
    for policy, expected in ((VaguePolicy.ACLED, acled), (VaguePolicy.LITERAL, literal)):
        count = only(text, policy)
        assert (count.low, count.best, count.high) == expected


@pytest.mark.parametrize("text", ["dozens of people", "several hundred", "at least dozens", "a few"])
def test_blank_policy_leaves_vague_words_open(text: str) -> None:
    count = only(text, VaguePolicy.BLANK)
    assert (count.low, count.best, count.high, count.qualifier) == (None, None, None, Qualifier.VAGUE)


@pytest.mark.parametrize("text", ["two dozen", "at least 12", "about a hundred"])
def test_blank_policy_keeps_what_is_exact(text: str) -> None:
    assert only(text, VaguePolicy.BLANK) == only(text)


@pytest.mark.parametrize("entry", load_lexicon("numbers"), ids=lambda entry: entry.id)
def test_every_entry_reads_its_examples(entry: Entry) -> None:
    what, _, value = entry.label.partition(":")
    form = entry.form.removeprefix("- ")
    for example in entry.examples:
        (count, *_) = [phrase.count for phrase in numbers(example) if form in phrase.count.text.lower()]
        if what == "vague":
            assert (count.low, count.qualifier) == (int(value.partition(":")[0]), Qualifier.VAGUE)
        else:
            assert count.qualifier is Qualifier(value)


def test_position_of_the_number_inside_its_phrase() -> None:
    doc = TOKENIZER("They say at least forty-nine died")
    (phrase,) = find_numbers(doc)
    assert (phrase.start, phrase.core, phrase.end) == (2, 4, 7)


def test_nothing_is_read_beyond_the_limits() -> None:
    doc = TOKENIZER("at least 12 to 15 or more")
    assert [p.count.text for p in find_numbers(doc, 2, 3)] == ["12"]
    assert [p.count.text for p in find_numbers(doc, 3)] == ["15 or more"]


# --- bounds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("qualifier", list(Qualifier))
def test_bounds_agree_with_their_qualifier(qualifier: Qualifier) -> None:
    count = bounded(9, qualifier, "9")
    given_bounds = [n for n in (count.low, count.best, count.high) if n is not None]
    assert given_bounds
    assert set(given_bounds) == {9}
    assert (count.low is None) == (count.best is None)


EXACT_2 = Count(2, 2, 2, Qualifier.EXACT, "two")
ONE = Count(1, 1, 1, Qualifier.IMPLICIT_ONE, "a teacher")
AT_LEAST_3 = Count(3, 3, None, Qualifier.AT_LEAST, "at least three")
UP_TO_5 = Count(None, None, 5, Qualifier.UP_TO, "up to five")
UNKNOWN = Count(None, None, None, Qualifier.UNKNOWN_NUMBER, "traders")


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([ONE], (1, 1, 1, Qualifier.IMPLICIT_ONE)),
        ([ONE, EXACT_2], (3, 3, 3, Qualifier.EXACT)),
        ([EXACT_2, AT_LEAST_3], (5, 5, None, Qualifier.AT_LEAST)),
        ([EXACT_2, UP_TO_5], (2, 2, 7, Qualifier.UP_TO)),
        ([EXACT_2, UNKNOWN], (4, 4, None, Qualifier.AT_LEAST)),
        ([UNKNOWN, UNKNOWN], (None, None, None, Qualifier.UNKNOWN_NUMBER)),
    ],
    ids=["one part", "a teacher and two sons", "bounded below", "bounded above", "open", "all open"],
)
def test_coordinated_groups_are_added(counts: list[Count], expected: tuple[object, ...]) -> None:
    total = add_counts(counts, "all")
    assert (total.low, total.best, total.high, total.qualifier) == expected


# --- properties ----------------------------------------------------------------------------------------------------


def small_in_words(number: int, *, british: bool) -> str:
    """Write 0 to 999."""
    if number in UNITS:
        return UNITS[number]
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    tail = UNITS[rest] if rest in UNITS else DECADES[tens * 10] + (f"-{UNITS[ones]}" if ones else "")
    if not hundreds:
        return tail
    head = f"{UNITS[hundreds]} hundred"
    return f"{head} {'and ' if british else ''}{tail}" if rest else head


def in_words(number: int, *, british: bool) -> str:
    """Write 0 to 999,999,999, with "and" as in Britain or without it as in America."""
    words = ""
    for scale, name in ((1_000_000, "million"), (1_000, "thousand")):
        count, number = divmod(number, scale)
        words += f"{small_in_words(count, british=british)} {name} " if count else ""
    if words and not number:
        return words.strip()
    link = "and " if british and words and number < 100 else ""
    return f"{words}{link}{small_in_words(number, british=british)}"


def in_lakhs(number: int) -> str:
    """Write digits as in South Asia: 12,34,567."""
    head, tail = divmod(number, 1000)
    pairs = []
    while head:
        head, pair = divmod(head, 100)
        pairs.append(f"{pair:02}" if head else str(pair))
    return f"{','.join(reversed(pairs))},{tail:03}" if pairs else str(tail)


def forms_of(number: int) -> list[str]:
    grouped = [f"{number:,}".replace(",", separator) for separator in SEPARATORS]
    return [str(number), in_words(number, british=True), in_words(number, british=False), in_lakhs(number), *grouped]


NUMBERS = st.integers(0, 10_000_000) | st.integers(0, 1_200)
FRAMES = st.sampled_from(
    [
        "{}",
        "{} people died",
        "They say {} died.",
        "({})",
        "the toll is {}.",
        "the toll, {}, rose",
        "killed {} farm workers;",
        "\u201c{} dead,\u201d he said",
        "dead: {}!",
        "the {}-strong crew",
    ]
)


@given(NUMBERS, FRAMES)
def test_every_number_is_read_back(number: int, frame: str) -> None:
    for form in forms_of(number):
        count = only(frame.format(form))
        assert (count.low, count.best, count.high, count.qualifier) == (number, number, number, Qualifier.EXACT), form
        assert count.text == form


@given(st.integers(1, 999), st.integers(1, 9), st.sampled_from(sorted(SCALES)))
def test_decimals_with_a_scale_are_read_back(whole: int, tenth: int, scale: str) -> None:
    expected = (whole * 10 + tenth) * SCALES[scale] // 10
    for mark in ".,":
        found = [count.best for count in counts_of(f"{whole}{mark}{tenth} {scale} people")]
        assert found == ([expected] if expected <= MAX_NUMBER else [])


ENTRIES = [entry for entry in load_lexicon("numbers") if not entry.label.startswith("vague:")]


@given(NUMBERS, st.sampled_from(ENTRIES), FRAMES)
def test_every_qualifier_is_read_beside_every_number(number: int, entry: Entry, frame: str) -> None:
    side, _, code = entry.label.partition(":")
    form = entry.form.replace("- ", "-")
    for text in forms_of(number):
        phrase = f"{form} {text}" if side == "before" else f"{text}{'' if form[0] == '-' else ' '}{form}"
        count = only(frame.format(phrase).replace(f"{form}-strong", f"{form} strong"))
        assert count == bounded(number, Qualifier(code), phrase)


RANGES = [
    "{} to {}",
    "{}-{}",
    "{} - {}",
    "{}\u2013{}",
    "between {} and {}",
    "between {}-{}",
    "anywhere from {} to {}",
    "{} or {}",
]


@given(NUMBERS, st.integers(1, 10**6), st.sampled_from(RANGES), st.sampled_from(["{} people", "dead: {}.", "({})"]))
def test_ranges_keep_their_ends(low: int, step: int, form: str, frame: str) -> None:
    ends = [(f"{n}", f"{n:,}", in_words(n, british=True)) for n in (low, low + step)]
    for first, second in zip(*ends, strict=True):
        if first[0].isalpha() and form.startswith(("{}-", "{}\u2013", "between {}-")):
            continue  # "forty-five" is one number
        if first[0].isalpha() and form == "between {} and {}" and low + step >= 1000:
            continue  # "between one hundred and one thousand and ..." can be read in several ways
        count = only(frame.format(form.format(first, second)))
        assert (count.low, count.best, count.high, count.qualifier) == (low, low, low + step, Qualifier.RANGE)


VAGUE = [entry for entry in load_lexicon("numbers") if entry.label.startswith("vague:")]


@pytest.mark.parametrize("entry", VAGUE, ids=lambda entry: entry.form)
@pytest.mark.parametrize("qualifier", [None, *ENTRIES], ids=lambda entry: entry.form if entry else "bare")
def test_policies_hold_for_every_vague_word(entry: Entry, qualifier: Entry | None) -> None:
    _, acled, literal = entry.label.split(":")
    side, _, code = (qualifier.label if qualifier else "before:vague").partition(":")
    around = {"before": ("{} {}", "at"), "after": ("{1} {0}", "")}[side][0]
    phrase = around.format(qualifier.form.replace("- ", "-"), entry.form) if qualifier else entry.form
    expected = Qualifier.VAGUE if code == "about" else Qualifier(code)
    for policy, number in ((VaguePolicy.ACLED, int(acled)), (VaguePolicy.LITERAL, int(literal))):
        count = only(f"{phrase} people", policy)
        assert (count.low, count.best, count.high) == bounds_of(bounded(number, expected, ""))
    blank = only(f"{phrase} people", VaguePolicy.BLANK)
    assert (*bounds_of(blank), blank.qualifier) == (None, None, None, Qualifier.VAGUE)


def test_small_numbers_and_round_ones_are_read_back() -> None:
    """No sample: all up to 1,100, where words are most used, and the thousands."""
    for number in [*range(1_101), *range(2_000, 1_000_000, 9_000)]:
        for british in (True, False):
            assert only(in_words(number, british=british)).best == number


PIECES = st.sampled_from(
    [
        *(
            "12",
            "1,234",
            "7",
            "20–25",
            "0",
            "999999999999",
            "3.5",
            "30+",
            "12th",
            "forty",
            "five",
            "hundred",
            "thousand",
        ),
        *(
            "million",
            "a",
            "an",
            "half",
            "dozen",
            "dozens",
            "of",
            "couple",
            "several",
            "few",
            "at",
            "least",
            "more",
            "than",
        ),
        *(
            "or",
            "so",
            "to",
            "between",
            "and",
            "-",
            "–",
            "some",
            "another",
            "up",
            "as",
            "many",
            "no",
            "one",
            "from",
            "+",
        ),
        *("plus", "odd", "first", "thirds", "people", ",", ".", "nearly", "hundreds", "\u00a0", "\n"),
    ]
)


@given(st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=60), st.sampled_from(list(VaguePolicy)))
def test_any_text_gives_ordered_bounds_inside_it(text: str, policy: VaguePolicy) -> None:
    doc = TOKENIZER(text)
    last = 0
    for phrase in find_numbers(doc, policy=policy):
        assert last <= phrase.start <= phrase.core < phrase.end <= len(doc)
        last = phrase.end
        count = phrase.count
        assert count.text == doc[phrase.start : phrase.end].text
        known = [n for n in (count.low, count.best, count.high) if n is not None]
        assert known == sorted(known)
        assert all(n >= 0 for n in known)
        assert known or policy is VaguePolicy.BLANK
