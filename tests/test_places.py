"""Places: names, what they stand for, roles and scores, from a table of sentences, hand-built documents, properties."""

from __future__ import annotations

import csv
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.annotate import annotate
from pipeline.extract import find_all
from pipeline.extract.places import clean_name, find_places
from pipeline.extract.places._links import Link, find_links
from pipeline.extract.places._names import find_place_names
from pipeline.extract.places._signs import WEIGHTS, signs
from pipeline.extract.places._source import countries_of_source
from pipeline.lexicons import load_lexicon
from pipeline.records import Article, Feature, Mark, MarkKind, PlaceRole, Span

if TYPE_CHECKING:
    from spacy.language import Language

    from pipeline.lexicons import Entry
    from pipeline.records import PlaceMention

CASES = Path(__file__).parent / "cases" / "places.csv"
BLANK = spacy.blank("en")
ODD_WORDS = (
    "Paris",
    "in",
    "the",
    "of",
    "-",
    ",",
    "'s",
    "U.S.-led",
    "al",
    "Hasakah",
    "Illinois",
    "district",
    "Lake",
    "É",
    "7",
    "US",
)
ODD_WORDS += ("\u200b", "\n", "", "Springfield", "and", "Hospital", "(", "from", "Syrians")


@cache
def rows() -> tuple[dict[str, str], ...]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def read(text: str, nlp: Language, *, dateline: int = 0, source_countries: tuple[str, ...] = ()) -> list[PlaceMention]:
    """Find the places of one paragraph, of which the first characters may be a dateline."""
    marks = (Mark(Span(0, dateline), MarkKind.DATELINE),) if dateline else ()
    article = Article("a", "a", text, marks=marks, paragraphs=(Span(dateline, len(text)),))
    return list(find_places(annotate(article, nlp), source_countries=source_countries))


def of_text(mentions: list[PlaceMention], text: str) -> PlaceMention:
    found = [mention for mention in mentions if mention.text == text]
    assert len(found) == 1, mentions
    return found[0]


def tagged(words: str, tags: str, ents: dict[int, str] | None = None, heads: list[int] | None = None) -> Doc:
    """Build a one-paragraph document: words and Penn tags, split at spaces, and entity labels of single words."""
    parts = words.split(" ")
    labels = [f"B-{ents[n]}" if ents and n in ents else "O" for n in range(len(parts))]
    deps = ["dep"] * len(parts)
    doc = Doc(
        BLANK.vocab, parts, tags=tags.split(), lemmas=parts, ents=labels, heads=heads or [0] * len(parts), deps=deps
    )
    doc.spans["paragraphs"] = [doc[:]]
    return doc


# --- sentences through the model -----------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize("row", [row for row in rows() if row["role"] != "none"], ids=lambda row: row["id"])
def test_a_place_is_found_resolved_and_given_a_role(row: dict[str, str], nlp: Language) -> None:
    found = [mention for mention in read(row["sentence"], nlp) if mention.text == row["mention"]]
    expected = (row["country_iso3"], row["feature"], row["role"])
    assert expected in [(mention.country_iso3, mention.feature, mention.role) for mention in found]
    if row["adm_1"]:
        assert row["adm_1"] in {mention.adm_1 for mention in found}


@pytest.mark.model
@pytest.mark.parametrize("row", [row for row in rows() if row["role"] == "none"], ids=lambda row: row["id"])
def test_other_words_are_no_places(row: dict[str, str], nlp: Language) -> None:
    assert row["mention"] not in {mention.text for mention in read(row["sentence"], nlp)}


def test_the_cases_are_tidy() -> None:
    assert len(rows()) >= 80
    assert len({row["id"] for row in rows()}) == len(rows())
    assert all(row["note"] and row["mention"] in " ".join(row["sentence"].split()) for row in rows())
    assert len({row["country_iso3"] for row in rows()}) >= 40


@pytest.mark.model
def test_a_mention_carries_all_that_the_gazetteer_knows(nlp: Language) -> None:
    text = "A mine collapsed in Sangin district, Helmand province, on Monday."
    mention = of_text(read(text, nlp), "Sangin")
    assert text[mention.evidence.start : mention.evidence.end] == "Sangin"
    assert (mention.name, mention.country_iso3, mention.adm_1, mention.adm_2) == ("Sangin", "AFG", "Helmand", "Sangin")
    assert mention.latitude == pytest.approx(32.07, abs=0.1)
    assert mention.longitude == pytest.approx(64.84, abs=0.1)
    assert mention.evidence.rule_id == "place.called"
    assert 0.3 < mention.score <= 1


@pytest.mark.model
def test_the_article_decides_between_places_of_one_name(nlp: Language) -> None:
    ohio = "Gunfire was heard in Columbus and Cleveland, Ohio. Two men were hurt in Athens."
    greece = "Protesters threw firebombs in Thessaloniki and Patras, Greece. Two men were hurt in Athens."
    assert of_text(read(ohio, nlp), "Athens").adm_1 == "Ohio"
    assert of_text(read(greece, nlp), "Athens").country_iso3 == "GRC"


@pytest.mark.model
def test_the_country_of_the_source_helps_to_decide(nlp: Language) -> None:
    text = "A shopkeeper was stabbed in San Fernando on Friday."
    found = {iso3: of_text(read(text, nlp, source_countries=(iso3,)), "San Fernando") for iso3 in ("TTO", "PHL")}
    assert {iso3: mention.country_iso3 for iso3, mention in found.items()} == {iso3: iso3 for iso3 in found}


@pytest.mark.model
def test_an_unlisted_place_is_less_sure_than_what_it_lies_in(nlp: Language) -> None:
    mentions = read("Rebels burned the village of Tarvelqo in Junín region, Peru.", nlp)
    village, region = of_text(mentions, "Tarvelqo"), of_text(mentions, "Junín")
    assert (village.latitude, village.longitude) == (region.latitude, region.longitude)
    assert (village.name, village.geonameid, village.evidence.rule_id) == ("Tarvelqo", None, "place.unlisted")
    assert village.score < region.score


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "mention", "precision"),
    [
        ("Two guards were shot in Tumaco, Colombia.", "Tumaco", 1),  # the town itself
        ("Two guards were shot at the Tarvel Hotel in Tumaco.", "Tarvel Hotel", 1),  # a site in it
        ("Two guards were shot in Tarvelqo, near Tumaco.", "Tarvelqo", 2),  # a village near it
        ("Two guards were shot in the village of Tarvelan in Andar district, Ghazni.", "Tarvelan", 3),
        ("Two guards were shot in the village of Tarvelan in Helmand province.", "Tarvelan", 4),
        ("Two guards were shot in the Sahel.", "Sahel", 5),
        ("Two guards were shot in Chad.", "Chad", 6),
        ("Two guards were shot on a ship in the Black Sea.", "Black Sea", 7),
        ("Two guards were shot in the village of Tarvelan.", "Tarvelan", None),
    ],
)
def test_the_precision_is_that_of_what_the_coordinates_are_of(
    text: str, mention: str, precision: int | None, nlp: Language
) -> None:
    assert of_text(read(text, nlp), mention).where_prec == precision


@pytest.mark.model
def test_an_unlisted_place_beside_nothing_has_no_coordinates(nlp: Language) -> None:
    mention = of_text(read("Raiders burned the village of Tarvelqo.", nlp), "Tarvelqo")
    assert (mention.latitude, mention.longitude, mention.country_iso3) == (None, None, "")
    assert mention.feature is Feature.CITY


@pytest.mark.model
def test_an_unlisted_place_is_in_the_country_that_the_article_is_about(nlp: Language) -> None:
    text = "Fighting broke out in Kano and Sokoto, Nigeria. Raiders burned the village of Tarvelqo."
    mention = of_text(read(text, nlp), "Tarvelqo")
    assert (mention.country_iso3, mention.adm_1, mention.latitude) == ("NGA", "", None)


@pytest.mark.model
@pytest.mark.parametrize(
    ("dateline", "places"),
    [
        ("BOGOTA, Feb 9 (Sur Agencia) - ", {"BOGOTA": "COL"}),  # a day and an agency
        ("KABUL, Afghanistan (Apr. 25) ", {"KABUL": "AFG", "Afghanistan": "AFG"}),  # a country
        ("GAO, Mali — ", {"GAO": "MLI", "Mali": "MLI"}),  # three letters in capitals
        ("Lima (Orbe Noticias).- ", {"Lima": "PER"}),  # not in capitals
        ("MARCH 4 (Orla Agency) - ", {}),  # a month is no place
    ],
)
def test_a_dateline_is_told_apart(dateline: str, places: dict[str, str], nlp: Language) -> None:
    text = f"{dateline}Armed men shot dead a farmer in the port of Tumaco on Wednesday."
    mentions = read(text, nlp, dateline=len(dateline))
    found = [mention for mention in mentions if mention.role is PlaceRole.DATELINE]
    assert {mention.text: mention.country_iso3 for mention in found} == places
    assert all(mention.evidence.end <= len(dateline) for mention in found)


@pytest.mark.model
def test_what_is_not_parsed_is_not_read(nlp: Language) -> None:
    text = "Read also: floods in Jakarta.\n\nA farmer was shot in Tumaco, Colombia."
    article = Article("a", "a", text, paragraphs=(Span(31, len(text)),))
    assert {mention.text for mention in find_places(annotate(article, nlp))} == {"Tumaco", "Colombia"}


@pytest.mark.model
def test_names_are_on_one_line_and_texts_keep_what_does_not_show(nlp: Language) -> None:
    text = "Raiders burned the village of Tarvel\u200bqo\u00a0Alto in Junín region, Peru."
    names = {mention.name: mention.text for mention in read(text, nlp)}
    assert names["Tarvelqo Alto"] == "Tarvel\u200bqo Alto"


@pytest.mark.model
def test_an_empty_article_names_no_place(nlp: Language) -> None:
    assert read("", nlp) == []
    assert read("no capitals here, none at all.", nlp) == []


@pytest.mark.model
def test_many_names_take_little_time(nlp: Language) -> None:
    article = Article(
        "a", "a", text := "Springfield, San Antonio, Victoria and Paris. " * 100, paragraphs=(Span(0, len(text)),)
    )
    doc = annotate(article, nlp)
    start = time.perf_counter()
    assert len(list(find_places(doc))) == 400
    assert time.perf_counter() - start < 5  # about 0.3 on an idle machine


def test_a_heading_without_end_takes_linear_time() -> None:
    doc = BLANK.make_doc("Springfield San Antonio Victoria Paris Jackson " * 1500)
    doc.spans["paragraphs"] = [doc[:]]
    start = time.perf_counter()
    assert list(find_places(doc))
    assert (
        time.perf_counter() - start < 30
    )  # about 3 on an idle machine; minutes if each name looked at all that follow


# --- hand-built documents ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "tags", "names"),
    [
        ("They fled to Addis Ababa .", "PRP VBD IN NNP NNP .", ["Addis Ababa"]),  # the longest name
        ("The al - Hasakah road", "DT NNP HYPH NNP NN", ["al - Hasakah"]),  # an Arabic article in small letters
        ("In Helmand province ,", "IN NNP NN ,", ["Helmand"]),  # a preposition opens no name
        ("Shah Wali Kot district", "NNP NNP NNP NN", ["Shah Wali Kot"]),
        ("Belqa Ruz district", "NNP NNP NN", ["Belqa Ruz"]),  # unlisted, as a whole
        ("Ghazni and Paktika provinces", "NNP CC NNP NNS", ["Ghazni", "Paktika"]),  # two names
        ("on Thursday in May", "IN NNP IN NNP", []),  # days
        ("the US told us", "DT NNP VBD PRP", ["US"]),  # capitals
        ("the U.S.-led force", "DT JJ NN", ["U.S."]),  # the first half of a token
        ("Kandahar Province", "NNP NNP", ["Kandahar Province"]),  # a unit in capitals belongs to the name
        ("Tarvelqo and Vereskova fell", "NNP CC NNP VBD", []),  # nothing known, nothing said
        ("in New \n York", "IN NNP _SP NNP", ["New \n York"]),  # a line break
    ],
)
def test_names_are_cut_right(words: str, tags: str, names: list[str]) -> None:
    doc = tagged(words, tags)
    assert [doc.text[name.span.start : name.span.end] for name in find_place_names(doc)] == names


@pytest.mark.parametrize(
    ("words", "linked"),
    [
        ("Andar district , Ghazni province", [Link(0, 1)]),
        ("Angola 's Moxico province", [Link(1, 0)]),  # the possessive comes first
        ("Kidal in northern Mali", [Link(0, 1)]),
        ("the Iraqi city of Mosul", [Link(1, 0)]),  # an adjective
        ("Charikar , north of Kabul", [Link(0, 1, is_near=True)]),  # near, not in
        ("Charikar , 40 kilometres from Kabul", [Link(0, 1, is_near=True)]),
        ("Charikar , near Kabul", [Link(0, 1, is_near=True)]),
        ("Ghazni , Paktika and Khost provinces", []),  # a list of units of one kind
        ("Mexico , the US", []),  # a list of countries
        ("Kidal and Gao", []),  # a list of towns
        ("Kidal fell to rebels from Gao", []),  # too much between
    ],
)
def test_links_follow_the_words_between(words: str, linked: list[Link]) -> None:
    tags = " ".join("NNP" if word[0].isupper() else "IN" for word in words.split())
    doc = tagged(words, tags)
    assert list(find_links(doc, find_place_names(doc))) == linked


@pytest.mark.parametrize(
    ("words", "tags", "ents", "sign"),
    [
        ("Raids in Chelsea", "NNS IN NNP", {2: "GPE"}, "entity_place"),
        ("Ms. Chelsea said", "NNP NNP VBD", {}, "person_word"),  # a title before it
        ("the Police chief", "DT NNP NN", {}, "trap"),
        ("Split the split", "NNP DT NN", {}, "small_word"),  # also written small
        ("Chelsea Police said", "NNP NNP VBD", {}, "embedded"),
        ("Chelsea , Ohio", "NNP , NNP", {}, "comma_after"),
        ("raids near northern Kunduz", "NNS IN JJ NNP", {}, "compass"),
        ("they shelled Kunduz", "PRP VBD NNP", {}, "opens_sentence"),
    ],
)
def test_signs_are_seen(words: str, tags: str, ents: dict[int, str], sign: str) -> None:
    from pipeline.extract.places._signs import person_words, small_words  # noqa: PLC0415 -- only here

    doc = tagged(words, tags, ents)
    seen = {s for name in find_place_names(doc) for s in signs(doc, name, person_words(doc), small_words(doc))}
    assert (sign in seen) is (sign != "opens_sentence")


def test_every_sign_has_a_weight() -> None:
    kinds = {
        "country",
        "region",
        "region_long",
        "facility",
        "adm1",
        "city_million",
        "city_100k",
        "city_10k",
        "city_small",
    }
    assert (
        kinds | {"alias_large", "alias_small", "unlisted", "demonym", "dateline", "lies_in", "holds"} <= WEIGHTS.keys()
    )
    assert {"entity_place", "entity_norp", "entity_org", "entity_person", "entity_other"} <= WEIGHTS.keys()


# --- the word list -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", load_lexicon("place_words"), ids=lambda entry: entry.id)
def test_every_word_stands_in_its_example(entry: Entry) -> None:
    assert all(entry.form in example.lower() for example in entry.examples)


def test_the_word_list_has_each_word_once_a_label() -> None:
    pairs = [(entry.label, entry.form) for entry in load_lexicon("place_words")]
    assert len(set(pairs)) == len(pairs)
    assert len({entry.id for entry in load_lexicon("place_words")}) == len(pairs)


# --- properties ----------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.lists(st.sampled_from(ODD_WORDS)))
def test_offsets_lie_in_the_text_and_scores_in_their_range(words: list[str]) -> None:
    doc = BLANK.make_doc(" ".join(words))
    doc.spans["paragraphs"] = [doc[:]] if len(doc) else []
    ends = 0
    for mention in find_places(doc):
        assert ends <= mention.evidence.start < mention.evidence.end <= len(doc.text)
        assert doc.text[mention.evidence.start : mention.evidence.end] == mention.text
        assert 0 <= mention.score <= 1
        assert (mention.latitude is None) == (mention.longitude is None)
        ends = mention.evidence.end


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    doc = BLANK.make_doc(text)
    doc.spans["paragraphs"] = [doc[:]] if len(doc) else []
    assert all(mention.text for mention in find_places(doc))


@given(st.text())
def test_clean_names_are_clean(text: str) -> None:
    name = clean_name(text)
    assert clean_name(name) == name
    assert not set(name) & set("\n\t\u00a0\u200b")


# --- where the source is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "source", "countries"),
    [
        ("https://news.example.pe/nota/1", "", ("PER",)),
        ("https://example.co.uk/a", "", ("GBR",)),
        ("https://example.com.co/a", "", ("COL",)),
        ("https://example.co/a", "", ()),
        ("https://example.tv/a", "", ()),
        ("https://example.com/a", "", ()),
        ("https://example.com/a", "Times of India", ("IND",)),
        ("https://example.com/a", "Philippine Standard", ("PHL",)),
        ("https://example.in/a", "Times of India", ("IND",)),
        ("", "Delta Post", ()),
        ("https://[", "", ()),
        ("https://192.0.2.7/a", "", ()),
    ],
)
def test_the_country_of_a_source(url: str, source: str, countries: tuple[str, ...]) -> None:
    assert countries_of_source(Article("a", "a", "", url=url, source=source)) == countries


@pytest.mark.model
@pytest.mark.parametrize(("domain", "country"), [("com", "MEX"), ("es", "ESP"), ("com.ve", "VEN"), ("com.mx", "MEX")])
def test_a_name_that_many_bear_lies_where_the_source_is(domain: str, country: str, nlp: Language) -> None:
    text = "A bomb killed two traders in Merida on Monday."
    article = Article("a", "a", text, url=f"https://news.example.{domain}/1", paragraphs=(Span(0, len(text)),))
    (place,) = find_all(annotate(article, nlp), article).places
    assert place.country_iso3 == country
