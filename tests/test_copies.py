"""Near copies of one story are found, and nothing else: each wrong one would hide an independent source.

The files of tests/cases/copies hold versions of invented stories. Each has a line on top, "===== name | day | group |
note": what has the same letter must end in one group, and what has not must not.
"""

from __future__ import annotations

import csv
import os
import random
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean import clean
from pipeline.lexicons import load_lexicon
from pipeline.link import are_copies, find_agency, fingerprint_of, group_copies, keys_of
from pipeline.link._copies import likeness
from pipeline.records import Article, Page, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.lexicons import Entry
    from pipeline.link import Fingerprint

CASES = Path(__file__).parent / "cases"
INVENTED = Path(__file__).parent.parent / "corpus" / "invented"
CHANGED = 0.05  # of the words


class Version(NamedTuple):
    name: str
    published: str
    group: str
    text: str


def read_versions(path: Path) -> list[Version]:
    versions = []
    for part in re.split(r"^===== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, _, text = part.partition("\n")
        name, published, group, _ = (cell.strip() for cell in head.split("|"))
        versions.append(Version(name, published, group, text.strip()))
    return versions


def article_of(text: str, *, published: str = "", authors: tuple[str, ...] = (), source: str = "") -> Article:
    page = Page("test", text, is_html=False, published=published, authors=authors, source=source)
    article, _ = clean(page)
    return article


def find_pairs(prints: Mapping[str, Fingerprint]) -> set[tuple[str, str]]:
    """Compare each with those before it that share a key, as the store does."""
    known: dict[int, list[str]] = defaultdict(list)
    pairs = set()
    for name, own in prints.items():
        candidates = {other for key in keys_of(own) for other in known[key]}
        pairs |= {(other, name) for other in candidates if are_copies(prints[other], own)}
        for key in keys_of(own):
            known[key].append(name)
    return pairs


def groups_of(pairs: Iterable[tuple[str, str]]) -> set[frozenset[str]]:
    members = defaultdict(set)
    for name, group in group_copies(pairs).items():
        members[group].add(name)
    return {frozenset(names) for names in members.values()}


# --- stories that were printed twice -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((CASES / "copies").glob("*.txt")), ids=lambda path: path.stem)
@pytest.mark.parametrize("backwards", [False, True], ids=["", "backwards"])
def test_versions_of_a_story_are_grouped(path: Path, *, backwards: bool) -> None:
    versions = sorted(read_versions(path), reverse=backwards)
    prints = {v.name: fingerprint_of(article_of(v.text, published=v.published)) for v in versions}
    told = defaultdict(set)
    for version in versions:
        told[version.group].add(version.name)
    assert groups_of(find_pairs(prints)) == {frozenset(names) for names in told.values() if len(names) > 1}


def test_the_order_of_two_articles_does_not_matter() -> None:
    prints = [
        fingerprint_of(article_of(version.text, published=version.published))
        for path in sorted((CASES / "copies").glob("*.txt"))
        for version in read_versions(path)
    ]
    for a, b in combinations(prints, 2):
        assert are_copies(a, b) == are_copies(b, a)
        assert likeness(a, b) == likeness(b, a)


# --- edits of one story --------------------------------------------------------------------------------------------

STORY = read_versions(CASES / "copies" / "wire-story.txt")[0].text
PLAIN = STORY.split(" - ", maxsplit=1)[1]


class Edit(NamedTuple):
    id: str
    text: str
    is_copy: bool


EDITS = (
    Edit("same", PLAIN, is_copy=True),
    Edit("headline", f"Port of Kerval burns\n\n{PLAIN}", is_copy=True),
    Edit("byline", f"Port of Kerval burns\n\nBy Jo Lee and Bo Ek\n\n{PLAIN}", is_copy=True),
    Edit("dateline", f"VEDRA, March 6 (AP) -- {PLAIN}", is_copy=True),
    Edit("quotes", PLAIN.replace("“", '"').replace("”", '"').replace("'", "’"), is_copy=True),
    Edit("numbers", PLAIN.replace("nine", "9").replace("14", "fourteen").replace("two", "2"), is_copy=True),
    Edit("american", PLAIN.replace("our", "or").replace("Labor Minister", "Labor minister"), is_copy=True),
    Edit("accents", PLAIN.replace("Verel", "Vérel"), is_copy=True),
    Edit("last-half-cut", PLAIN[: len(PLAIN) // 2], is_copy=True),
    Edit("first-half-cut", PLAIN[len(PLAIN) // 2 :], is_copy=False),
    Edit("added", f"{PLAIN}\n\nPolice in Tarno said on Wednesday that the river would stay closed.", is_copy=True),
    Edit("toll", PLAIN.replace("nine", "twelve"), is_copy=False),
    Edit("place", PLAIN.replace("Kerval", "Tarno"), is_copy=False),
)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.id)
def test_an_edited_story(edit: Edit) -> None:
    whole, edited = (fingerprint_of(article_of(text)) for text in (STORY, edit.text))
    assert are_copies(whole, edited) is edit.is_copy
    if edit.is_copy:
        assert set(keys_of(whole)) & set(keys_of(edited))


@pytest.mark.parametrize(("day", "is_copy"), [("", True), ("2024-03-12", True), ("2024-03-13", False)])
def test_copies_are_printed_within_a_week(day: str, *, is_copy: bool) -> None:
    ours = fingerprint_of(article_of(STORY, published="2024-03-05"))
    assert are_copies(ours, replace(ours, published=day)) is is_copy


@pytest.mark.parametrize("text", ["", "Two.", "…", "Nine were killed in Orla."], ids=["none", "word", "mark", "short"])
def test_too_little_text_is_no_copy_even_of_itself(text: str) -> None:
    own = fingerprint_of(article_of(text))
    assert not are_copies(own, own)
    assert 0 <= likeness(own, own) <= 1


@given(st.text(max_size=200))
def test_any_text_has_a_fingerprint(text: str) -> None:
    own = fingerprint_of(Article("a", "a", text, paragraphs=(Span(0, len(text)),)))
    assert len(own.sketch) <= 4 * own.size
    assert likeness(own, own) == float(bool(own.size))


def test_a_long_text_is_estimated() -> None:
    words = [f"w{number}" for number in range(6000)]
    whole, half = (
        fingerprint_of(Article("a", "a", text, paragraphs=(Span(0, len(text)),)))
        for text in (" ".join(words), " ".join(words[:3000]))
    )
    assert len(whole.sketch) == 2048
    assert likeness(whole, half) == pytest.approx(0.5, abs=0.07)


# --- the same everywhere -------------------------------------------------------------------------------------------


def test_the_fingerprint_never_changes() -> None:
    """Those in a store are compared with those of next year's version, on another machine."""
    own = fingerprint_of(article_of("Peña’s 2 men and three U.S. guards were killed in Orla, colour-coded."))
    assert own.sketch.hex() == "e92e861e4737c82554b7834cfe93bf7f5b58b793696ea69ed88ee4a88b979daabb8b2dc8"
    assert own.facts.hex() == "97fa023ce662249b8b43a868ccad4bb0"


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_hash_seed_of_python_does_not_matter(seed: str) -> None:
    code = (
        "from pipeline.link import fingerprint_of, keys_of; from pipeline.records import Article, Span;"
        f"text = {PLAIN!r}; print(keys_of(fingerprint_of(Article('a', 'a', text, paragraphs=(Span(0, len(text)),)))))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)  # noqa: S603 -- our own interpreter
    own = fingerprint_of(Article("a", "a", PLAIN, paragraphs=(Span(0, len(PLAIN)),)))
    assert done.stdout.strip() == str(keys_of(own))


# --- groups --------------------------------------------------------------------------------------------------------

PAIRS = (("d", "e"), ("b", "a"), ("c", "b"), ("f", "e"), ("a", "c"))


@given(st.permutations(PAIRS), st.lists(st.booleans(), min_size=len(PAIRS), max_size=len(PAIRS)))
def test_groups_do_not_depend_on_the_order(pairs: Sequence[tuple[str, str]], turned: Sequence[bool]) -> None:
    mixed = [pair[::-1] if turn else pair for pair, turn in zip(pairs, turned, strict=True)]
    assert group_copies(mixed) == group_copies(PAIRS)
    assert groups_of(mixed) == {frozenset("abc"), frozenset("def")}


def test_a_group_keeps_its_id_as_it_grows() -> None:
    before = group_copies([("b", "c")])
    assert before["b"].startswith("dg_")
    assert group_copies([("b", "c"), ("c", "d")])["d"] == before["b"]
    assert group_copies([("b", "c"), ("a", "c")])["b"] != before["b"]


def test_a_long_chain_is_one_group() -> None:
    names = [f"{number:06}" for number in range(20_000)]
    assert len(set(group_copies(pairwise(names)).values())) == 1


def test_no_pairs_are_no_groups() -> None:
    assert group_copies([]) == {}


# --- many ----------------------------------------------------------------------------------------------------------


@cache
def sentences() -> tuple[str, ...]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(INVENTED.glob("*.txt"))]
    found = {" ".join(match[0].split()) for text in texts for match in re.finditer(r"[A-Z“][^.!?]{40,300}[.!?]", text)}
    return tuple(sorted(found))


@cache
def words() -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", " ".join(sentences())))


def edit_words(text: str, share: float, rng: random.Random) -> str:
    """Put any other words, names and numbers too, in the place of a share of them."""
    return re.sub(r"\w+", lambda match: rng.choice(words()) if rng.random() < share else match[0], text)


def invent(rng: random.Random) -> str:
    """Return a story of sentences in the form of those of the invented articles, as reports of one office are."""
    return "\n\n".join(edit_words(" ".join(rng.sample(sentences(), 3)), 0.4, rng) for _ in range(rng.randint(4, 9)))


@pytest.mark.parametrize(("stories", "copies"), [(300, 60), pytest.param(2000, 500, marks=pytest.mark.long)])
def test_copies_are_found_among_many(stories: int, copies: int) -> None:
    rng = random.Random(4)
    texts = {f"{number:04}": invent(rng) for number in range(stories)}
    edited = {f"{name}-copy": edit_words(texts[name], CHANGED, rng) for name in sorted(texts)[:copies]}
    prints = {name: fingerprint_of(article_of(text)) for name, text in {**texts, **edited}.items()}
    pairs = find_pairs(prints)
    assert pairs <= {(name.removesuffix("-copy"), name) for name in edited}
    assert len(pairs) >= 0.97 * copies


def test_notices_in_one_form_are_hardly_compared_with_each_other() -> None:
    """Else thousands of them, from one office, would take hours."""
    rng = random.Random(5)
    towns = [f"{a}{b}" for a in ("Or", "Va", "Me", "Ti", "Lu") for b in ("la", "lo", "nia", "ra", "bor", "kesh")]
    form = (
        "The security forces stopped a vehicle on the road to {}, in the district of {}, during an operation against "
        "a known leader of the group. After they had been fired at, they killed {} armed men and found {} rifles in "
        "the village of {}. Nobody else was hurt, the office of {} province said in a statement on the operation."
    )
    notices = [
        form.format(*rng.sample(towns, 2), rng.randint(2, 9), rng.randint(2, 40), *rng.sample(towns, 2))
        for _ in range(300)
    ]
    keys = [set(keys_of(fingerprint_of(article_of(text)))) for text in dict.fromkeys(notices)]
    compared = sum(bool(one & other) for one, other in combinations(keys, 2))
    assert compared < 0.05 * len(keys) * (len(keys) - 1) / 2


# --- agencies ------------------------------------------------------------------------------------------------------

BODY = """Two miners were killed on Monday when a wall of the Lubela pit came down, the police in Orla said.

The gallery had been closed since March, when water broke through its eastern wall, the owners of the pit said.

Ana Paz, who speaks for the police in Orla, said that two more miners were still missing below the second level."""


class Credit(NamedTuple):
    id: str
    text: str
    authors: str
    source: str
    agency: str
    note: str


with (CASES / "agencies.csv").open(encoding="utf-8", newline="") as file:
    CREDITS = [Credit(**row) for row in csv.DictReader(file)]


@pytest.mark.parametrize("credit", CREDITS, ids=lambda credit: credit.id)
def test_the_agency_that_is_credited(credit: Credit) -> None:
    authors = (credit.authors,) if credit.authors else ()
    article = article_of(credit.text.replace("{body}", BODY), authors=authors, source=credit.source)
    assert find_agency(article) == credit.agency


@pytest.mark.parametrize("entry", load_lexicon("agencies"), ids=lambda entry: entry.id)
def test_agencies_prove_themselves(entry: Entry) -> None:
    for example in entry.examples:
        assert entry.label in agencies_of(example)
    for example in entry.counter_examples:
        assert entry.label not in agencies_of(example)


def agencies_of(example: str) -> set[str]:
    """Read an example as the opening of an article, or as a line above or below its text."""
    texts = (f"{example}\n\n{BODY}", f"Mine collapse\n\n{example}\n\n{BODY}", f"{BODY}\n\n{example}")
    return {find_agency(article_of(text)) for text in texts}


def test_an_article_without_text_credits_nobody() -> None:
    assert find_agency(article_of("")) == ""
    assert find_agency(article_of("", source="Reuters")) == "Reuters"


def test_agencies_are_told_from_each_other() -> None:
    entries = load_lexicon("agencies")
    assert {entry.pos for entry in entries} == {"name", "code"}
    assert all(entry.form.isalpha() for entry in entries if entry.pos == "code")
