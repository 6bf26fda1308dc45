"""All columns of all tables: name, type and meaning, in the order in which they are written; the codebook too."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.records import (
    Act,
    AllegationStatus,
    DateBasis,
    DateType,
    Doubt,
    EventType,
    Feature,
    Measure,
    Outcome,
    PlaceRole,
    Polarity,
    PublishedBasis,
    Qualifier,
    QuoteType,
    RecordType,
    RejectReason,
    Scope,
    Side,
    Status,
    TextBasis,
    VictimType,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    LIST = "list"
    ID = "id"
    CODE = "code"
    DATE = "date"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `decimals` is for numbers, `codes` lists what may stand in a code or a list of codes."""

    name: str
    kind: Kind
    meaning: str
    codes: type[StrEnum] | None = None
    decimals: int = 2


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `meaning` says what a row is."""

    name: str
    meaning: str
    columns: tuple[Column, ...]


def _text(name: str, meaning: str) -> Column:
    return Column(name, Kind.TEXT, meaning)


def _list(name: str, meaning: str, codes: type[StrEnum] | None = None) -> Column:
    return Column(name, Kind.LIST, meaning, codes)


def _id(name: str, meaning: str) -> Column:
    return Column(name, Kind.ID, meaning)


def _code(name: str, meaning: str, codes: type[StrEnum] | None = None) -> Column:
    return Column(name, Kind.CODE, meaning, codes)


def _date(name: str, meaning: str) -> Column:
    return Column(name, Kind.DATE, meaning)


def _integer(name: str, meaning: str) -> Column:
    return Column(name, Kind.INTEGER, meaning)


def _number(name: str, meaning: str, decimals: int = 2) -> Column:
    return Column(name, Kind.NUMBER, meaning, decimals=decimals)


def _boolean(name: str, meaning: str) -> Column:
    return Column(name, Kind.BOOLEAN, meaning)


def _bounds(stem: str, persons: str) -> tuple[Column, Column, Column]:
    return (
        _integer(f"{stem}_low", f"the lowest number of persons {persons}"),
        _integer(f"{stem}_best", f"the most likely number of persons {persons}"),
        _integer(f"{stem}_high", f"the highest number of persons {persons}; blank is open"),
    )


ARTICLE = _id("article_id", "the article, see articles.csv")
EVENT = _id("event_id", "the event that it belongs to, see events.csv; blank if to none")
START = _integer("start", "where it starts, in characters of the article's text, counted from 0")
END = _integer("end", "where it ends, exclusive")
RULE = _text("rule_id", "the rule or the entry of a word list that read it")
LATITUDE = _number("latitude", "degrees north, WGS84", 5)
LONGITUDE = _number("longitude", "degrees east, WGS84", 5)
ISO3 = _text("country_iso3", "ISO 3166-1 alpha-3 code of the country")
ADM1 = _text("adm_1", "first-level unit: region, province, state")
ADM2 = _text("adm_2", "second-level unit: district, county")
GEONAMEID = _integer("geonameid", "id of the place in GeoNames")
DATE_START = _date("date_start", "first day that it covers")
DATE_END = _date("date_end", "last day that it covers")
DATE_PREC = _integer(
    "date_prec",
    "how exact the days are (UCDP): 1 a day, 2 two to six days, 3 a week, 4 a month, 5 a year or more, 6 unknown",
)

EVENTS = Table(
    "events",
    "one incident, series or background event as told by one article",
    (
        _id("event_id", "stable id of the event"),
        _id("incident_id", "the incident across articles; blank until articles are linked"),
        ARTICLE,
        _code("record_type", "what the row stands for", RecordType),
        _id("parent_event_id", "the series that the incident is part of"),
        _code("event_type", "the kind of event", EventType),
        _text("summary_sentence", "the sentence that tells the event, verbatim"),
        DATE_START,
        DATE_END,
        DATE_PREC,
        _text("date_text", "the words that date it"),
        _code("date_basis", "what the date rests on", DateBasis),
        _text("country", "name of the country"),
        ISO3,
        ADM1,
        ADM2,
        _text(
            "where_coordinates",
            "name of the place that has the coordinates; the country's when nothing nearer is known",
        ),
        _text("where_description", "the place as the article words it"),
        LATITUDE,
        LONGITUDE,
        GEONAMEID,
        _integer(
            "where_prec",
            "how exact the place is (UCDP): 1 exact, 2 near, 3 district, 4 province, 5 vague, 6 country, 7 sea or air",
        ),
        *_bounds("deaths", "killed"),
        _code("deaths_qualifier", "how the number of deaths is worded", Qualifier),
        _code("deaths_scope", "what the number of deaths is the number of", Scope),
        _text("deaths_text", "the words that give the number of deaths"),
        _integer("deaths_civilians", "civilians among the deaths"),
        _integer("deaths_children", "children among the deaths"),
        _integer("deaths_women", "women among the deaths"),
        *_bounds("injured", "injured"),
        *_bounds("missing", "missing"),
        *_bounds("detained", "detained"),
        *_bounds("abducted", "abducted"),
        *_bounds("displaced", "displaced"),
        _list("victims", "names of victims, or what they were"),
        _code("victim_type", "who the victims were", VictimType),
        _list("perpetrators", "who did it, as told"),
        _code("perpetrator_type", "which side the perpetrators are on", Side),
        _text("perpetrator_status", "how sure it is that they did it"),
        _list("weapons_or_means", "what it was done with"),
        _list("officials_quoted", "holders of a state office, and state bodies, that are quoted on it"),
        _code("allegation_status", "how far the allegations about it have come", AllegationStatus),
        _text("source_office", "agency or office that the number is attributed to"),
        _date("source_date", "publication day of the article"),
        _text("source_headline", "title of the article"),
        _text("source_original", "who gave the number"),
        _number("confidence", "how sure the row is, from 0 to 1"),
        _list("confidence_flags", "why it is not surer", Doubt),
        _list("evidence_ids", "rows of evidence.csv that the row rests on"),
        _text("url", "address of the article"),
        _text("review_status", "blank until a person has reviewed the row"),
        _text("reviewer", "who reviewed the row"),
        _text("review_note", "what the reviewer noted"),
    ),
)
COUNTS = Table(
    "counts",
    "one number of persons that was read, used or not",
    (
        _id("count_id", "stable id of the number"),
        EVENT,
        ARTICLE,
        _code("measure", "what happened to the persons", Measure),
        _integer("low", "lower bound"),
        _integer("best", "most likely number"),
        _integer("high", "upper bound; blank is open"),
        _code("qualifier", "how the number is worded", Qualifier),
        _code("scope", "what it is the number of", Scope),
        _id("parent_count_id", "the total that it is a part of"),
        _text("group_text", "the noun phrase that is counted"),
        _text("attributed_to", "who gave the number"),
        _code("status", "how it is held to be true", Status),
        _boolean("used", "whether an event rests on it"),
        _code("reject_reason", "why it is no number of casualties, where it is none", RejectReason),
        _text("text", "the number as worded"),
        _text("sentence", "the sentence that holds it"),
        START,
        END,
        RULE,
    ),
)
QUOTES = Table(
    "quotes",
    "one piece of reported speech",
    (
        _id("quote_id", "stable id of the piece"),
        ARTICLE,
        EVENT,
        _text("quote_text", "what was said, verbatim"),
        _code("quote_type", "how it is reported", QuoteType),
        _text("speaker_text", "the mention of the speaker beside the quote"),
        _text("speaker_name", "whom the mention stands for"),
        _text("speaker_title", "office or title of the speaker"),
        _text("speaker_org", "organisation of the speaker"),
        _code("speaker_side", "which side the speaker is on", Side),
        _boolean("is_official", "whether the speaker holds a state office or is a state body; blank if unknown"),
        _text("cue", "the words that report it, such as said"),
        _integer("content_start", "where the quote starts, in characters of the article's text, counted from 0"),
        _integer("content_end", "where the quote ends, exclusive"),
        _integer("speaker_start", "where the mention of the speaker starts"),
        _integer("speaker_end", "where the mention of the speaker ends, exclusive"),
        _integer("cue_start", "where the cue starts"),
        _integer("cue_end", "where the cue ends, exclusive"),
        _id("quote_group", "shared by the pieces of a quote that is broken by its cue"),
        _text("coref_basis", "how the mention was resolved to a name"),
        RULE,
    ),
)
ALLEGATIONS = Table(
    "allegations",
    "one accusation, or the denial of one",
    (
        _id("allegation_id", "stable id of the allegation"),
        ARTICLE,
        EVENT,
        _text("claim_text", "the claim, verbatim"),
        _code("act", "what the accused is said to have done", Act),
        _text("accuser", "who accuses, or denies"),
        _code("accuser_side", "which side the accuser is on", Side),
        _text("accused", "who is accused"),
        _code("accused_side", "which side the accused is on", Side),
        _list("hedge_terms", "words that make the claim less than certain"),
        _code("polarity", "whether the row makes the claim or denies it", Polarity),
        _id("denies_allegation_id", "the claim that the row denies"),
        _code("status", "how far the claim has come", AllegationStatus),
        _text("legal_body", "court, prosecutor or inquiry that deals with it"),
        _id("quote_id", "the quote that makes the claim"),
        START,
        END,
        RULE,
    ),
)
PLACES = Table(
    "places",
    "one mention of a place",
    (
        ARTICLE,
        START,
        END,
        _text("text", "the mention, verbatim"),
        _text("name", "name of the place in the gazetteer, or the mention if it is not there"),
        ISO3,
        ADM1,
        ADM2,
        LATITUDE,
        LONGITUDE,
        GEONAMEID,
        _code("feature", "what the place is", Feature),
        _code("role", "what the place does in the article", PlaceRole),
        _number("score", "how sure the place is, from 0 to 1"),
        RULE,
    ),
)
DATES = Table(
    "dates",
    "one mention of a time",
    (
        ARTICLE,
        START,
        END,
        _text("text", "the mention, verbatim"),
        _text("value", "its value as of TIMEX3 and ISO 8601, the precision in its length"),
        DATE_START,
        DATE_END,
        DATE_PREC,
        _code("type", "what kind of time it is", DateType),
        _code("basis", "what the value rests on", DateBasis),
        RULE,
    ),
)
VICTIMS = Table(
    "victims",
    "one victim who is named or described alone",
    (
        _id("victim_id", "stable id of the victim in this article"),
        EVENT,
        ARTICLE,
        _text("name", "name of the victim"),
        _integer("age", "age in years"),
        _text("sex", "female, male or blank"),
        _text("role", "what the victim was, such as teacher"),
        _code("status", "what happened to the victim", Measure),
        START,
        END,
        RULE,
    ),
)
EVIDENCE = Table(
    "evidence",
    "one stretch of text that a field of an event rests on",
    (
        _id("evidence_id", "stable id of the evidence"),
        ARTICLE,
        _text("field", "what it tells of the event, such as deaths, where or date"),
        START,
        END,
        _text("text", "the stretch, verbatim"),
        RULE,
    ),
)
ARTICLES = Table(
    "articles",
    "one article that was cleaned, whatever became of it",
    (
        _id("article_id", "stable id of the article"),
        _text("input_id", "the id, address or path that it came in under"),
        _text("url", "its address"),
        _text("title", "its title"),
        _text("source", "the outlet"),
        _list("authors", "who wrote it"),
        _date("published", "publication day"),
        _code("published_basis", "where the publication day comes from", PublishedBasis),
        _text("language", "ISO 639-1 code of its language; blank if it is not English"),
        _text("text", "what all offsets refer to; cut after 32,000 characters in CSV, whole in articles.jsonl"),
        _code("text_basis", "what the text is: as given, main text of a page, or what a feed holds of it", TextBasis),
        _text("sha256", "hash of the text in UTF-8"),
        _text("agency", "the wire agency that it credits"),
        _id("duplicate_group", "shared by near copies of one text; blank if there is no copy"),
        _code("outcome", "how its reading ended", Outcome),
    ),
)
REJECTED = Table(
    "rejected",
    "one input that was not read, not to the end, or was there already",
    (
        _text("input_id", "the id, address or path that it came in under"),
        _id("article_id", "the article, if one could be made of it"),
        _text("stage", "where it failed"),
        _code("outcome", "how its reading ended", Outcome),
        _text("reason", "what was wrong"),
    ),
)
TABLES = {
    table.name: table
    for table in (EVENTS, COUNTS, QUOTES, ALLEGATIONS, PLACES, DATES, VICTIMS, EVIDENCE, ARTICLES, REJECTED)
}

INTRODUCTION = """\
# The tables and their columns

Blank means unknown, never 0. Booleans are `true` and `false`. Items of a list are joined with `|`. Dates are ISO days.
Offsets are characters (code points) of the article's text, half-open. A text cell that a spreadsheet would take for a
formula has a leading `'`, which `pipeline.table.read_table` takes off again; blanks of any kind and line breaks are
plain blanks in a cell, except in the text of articles. Ids are hashes of content: the same input gives the same ids.
In the JSON lines nothing is escaped or cut: lists are arrays, and blank is null or an empty text.

This file is written by `pipeline.table.codebook`, and a test holds it to the code.
"""


def codebook() -> str:
    """Return docs/columns.md."""
    return "\n".join([INTRODUCTION, *(line for table in TABLES.values() for line in _table_lines(table))])


def _table_lines(table: Table) -> Iterator[str]:
    yield f"## {table.name}.csv"
    yield ""
    yield f"A row is {table.meaning}."
    yield ""
    yield "| column | type | meaning |"
    yield "| --- | --- | --- |"
    for column in table.columns:
        codes = f": {', '.join(f'`{code}`' for code in column.codes)}" if column.codes else ""
        yield f"| {column.name} | {column.kind} | {column.meaning}{codes} |"
    yield ""
