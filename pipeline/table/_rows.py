"""Readings -> rows of the tables, as values by column name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipeline.gazetteer import load_gazetteer
from pipeline.records import Measure, RecordType, Scope, content_id
from pipeline.table._columns import (
    ALLEGATIONS,
    ARTICLES,
    COUNTS,
    DATES,
    EVENTS,
    EVIDENCE,
    PLACES,
    QUOTES,
    VICTIMS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.records import Article, Event, Evidence, Outcome, Reading, Span
    from pipeline.table._cells import Row, Value
    from pipeline.table._columns import Table

TOLL_COLUMNS = {
    Measure.KILLED: "deaths",
    Measure.INJURED: "injured",
    Measure.MISSING: "missing",
    Measure.DETAINED: "detained",
    Measure.ABDUCTED: "abducted",
    Measure.DISPLACED: "displaced",
}


def rows_of(reading: Reading) -> Iterator[tuple[Table, Row]]:
    """Yield all rows that the reading of an article gives but its own in articles.csv, with their tables."""
    makers = (
        (EVENTS, _event_rows),
        (COUNTS, _count_rows),
        (QUOTES, _quote_rows),
        (ALLEGATIONS, _allegation_rows),
        (PLACES, _place_rows),
        (DATES, _date_rows),
        (VICTIMS, _victim_rows),
        (EVIDENCE, _evidence_rows),
    )
    for table, make in makers:
        for row in make(reading):
            yield table, row


def article_row(article: Article, outcome: Outcome, agency: str = "") -> tuple[Table, Row]:
    """Return the row of an article in articles.csv; its group of copies is known only when all are read."""
    return ARTICLES, {
        "article_id": article.article_id,
        "input_id": article.input_id,
        "url": article.url,
        "title": article.title,
        "source": article.source,
        "authors": article.authors,
        "published": article.published,
        "published_basis": article.published_basis,
        "language": article.language,
        "text": article.text,
        "text_basis": article.text_basis,
        "sha256": article.sha256,
        "agency": agency,
        "duplicate_group": "",
        "outcome": outcome,
    }


# --- ids -----------------------------------------------------------------------------------------------------------


def _ids(prefix: str, reading: Reading, keys: Iterable[tuple[object, ...]]) -> list[str]:
    """Return an id for each key; those of equal keys differ by their order."""
    seen: Counter[tuple[object, ...]] = Counter()
    ids = []
    for key in keys:
        ids.append(content_id(prefix, reading.article.article_id, *key, seen[key]))
        seen[key] += 1
    return ids


def _place(evidence: Evidence) -> tuple[object, ...]:
    return evidence.start, evidence.end, evidence.rule_id


def _count_ids(reading: Reading) -> list[str]:
    return _ids("co", reading, ((*_place(m.evidence), m.measure) for m in reading.mentions.casualties))


def _quote_ids(reading: Reading) -> list[str]:
    return _ids("qu", reading, ((q.content.start, q.content.end, q.rule_id) for q in reading.mentions.quotes))


def _allegation_ids(reading: Reading) -> list[str]:
    return _ids("al", reading, ((*_place(a.evidence), a.act) for a in reading.mentions.allegations))


def _victim_ids(reading: Reading) -> list[str]:
    return _ids("vi", reading, ((*_place(v.evidence), v.name) for v in reading.mentions.victims))


def _evidence_id(reading: Reading, field: str, evidence: Evidence) -> str:
    return content_id("ed", reading.article.article_id, field, *_place(evidence))


def _owners(indices: Iterable[tuple[str, Sequence[int]]]) -> dict[int, str]:
    """Return the event behind each index; the first event that lists it owns it."""
    owners: dict[int, str] = {}
    for event_id, own in indices:
        for index in own:
            owners.setdefault(index, event_id)
    return owners


def _at(items: Sequence[str], index: int | None) -> str:
    return "" if index is None else items[index]


def _cut(reading: Reading, span: Span | None) -> str:
    return "" if span is None else reading.article.text[span.start : span.end]


# --- events --------------------------------------------------------------------------------------------------------


def _event_rows(reading: Reading) -> Iterator[Row]:
    for event in reading.events:
        yield {
            **_event_head(reading, event),
            **_event_place(event),
            **_event_tolls(event),
            **_event_actors(reading, event),
            **_event_source(reading, event),
        }


def _event_head(reading: Reading, event: Event) -> Row:
    return {
        "event_id": event.event_id,
        "incident_id": "",
        "article_id": event.article_id,
        "record_type": event.record_type,
        "parent_event_id": event.parent_event_id,
        "event_type": event.event_type,
        "summary_sentence": _cut(reading, event.summary),
        "date_start": event.date_start,
        "date_end": event.date_end,
        "date_prec": event.date_prec,
        "date_text": event.date_text,
        "date_basis": event.date_basis,
    }


def _event_place(event: Event) -> Row:
    country = load_gazetteer().country(event.country_iso3) if event.country_iso3 else None
    place = event.place
    return {
        "country": country.name if country else "",
        "country_iso3": event.country_iso3,
        "adm_1": event.adm_1,
        "adm_2": event.adm_2,
        "where_coordinates": event.where_coordinates,
        "where_description": event.where_description,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "geonameid": place.geonameid if place else None,
        "where_prec": event.where_prec,
    }


def _event_tolls(event: Event) -> Row:
    row: dict[str, Value] = {}
    for measure, column in TOLL_COLUMNS.items():
        toll = event.toll(measure)
        row |= {f"{column}_low": toll.low, f"{column}_best": toll.best, f"{column}_high": toll.high}
    return row | {
        "deaths_qualifier": event.deaths_qualifier,
        "deaths_scope": event.deaths_scope,
        "deaths_text": event.deaths_text,
        "deaths_civilians": event.deaths_civilians,
        "deaths_children": event.deaths_children,
        "deaths_women": event.deaths_women,
    }


def _event_actors(reading: Reading, event: Event) -> Row:
    victims = [reading.mentions.victims[index] for index in event.victims]
    speakers = [reading.mentions.quotes[index].speaker for index in event.quotes]
    officials = [speaker.name or speaker.text for speaker in speakers if speaker.is_official]
    return {
        "victims": _distinct(victim.name or victim.role for victim in victims),
        "victim_type": event.victim_type,
        "perpetrators": event.perpetrators,
        "perpetrator_type": event.perpetrator_type,
        "perpetrator_status": event.perpetrator_status,
        "weapons_or_means": event.weapons_or_means,
        "officials_quoted": _distinct(officials),
        "allegation_status": event.allegation_status,
    }


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _event_source(reading: Reading, event: Event) -> Row:
    article = reading.article
    return {
        "source_office": event.source_office,
        "source_date": article.published,
        "source_headline": article.title,
        "source_original": event.source_original,
        "confidence": event.confidence,
        "confidence_flags": event.confidence_flags,
        "evidence_ids": _distinct(_evidence_id(reading, item.field, item.evidence) for item in event.evidence),
        "url": article.url,
        "review_status": "",
        "reviewer": "",
        "review_note": "",
    }


def _evidence_rows(reading: Reading) -> Iterator[Row]:
    seen: set[str] = set()
    for event in reading.events:
        for item in event.evidence:
            evidence_id = _evidence_id(reading, item.field, item.evidence)
            if evidence_id not in seen:
                seen.add(evidence_id)
                text = _cut(reading, item.evidence.span)
                yield {"evidence_id": evidence_id, "field": item.field, "text": text, **_where(reading, item.evidence)}


def _where(reading: Reading, evidence: Evidence) -> Row:
    return {
        "article_id": reading.article.article_id,
        "start": evidence.start,
        "end": evidence.end,
        "rule_id": evidence.rule_id,
    }


# --- mentions ------------------------------------------------------------------------------------------------------


def _count_rows(reading: Reading) -> Iterator[Row]:
    ids = _count_ids(reading)
    owners = _owners((event.event_id, event.casualties) for event in reading.events)
    old = {i for event in reading.events if event.record_type is RecordType.BACKGROUND for i in event.casualties}
    for index, mention in enumerate(reading.mentions.casualties):
        recalled = index in old and mention.scope is Scope.INCIDENT_TOTAL  # "in 2014 a bomber killed 16 passengers"
        yield {
            "count_id": ids[index],
            "event_id": owners.get(index, ""),
            "measure": mention.measure,
            "low": mention.count.low,
            "best": mention.count.best,
            "high": mention.count.high,
            "qualifier": mention.count.qualifier,
            "scope": Scope.BACKGROUND if recalled else mention.scope,
            "parent_count_id": _at(ids, mention.parent),
            "group_text": mention.group_text,
            "attributed_to": mention.attributed_to,
            "status": mention.status,
            "used": index in owners,
            "reject_reason": mention.reject_reason,
            "text": mention.count.text,
            "sentence": _cut(reading, mention.sentence),
            **_where(reading, mention.evidence),
        }


def _quote_rows(reading: Reading) -> Iterator[Row]:
    ids = _quote_ids(reading)
    owners = _owners((event.event_id, event.quotes) for event in reading.events)
    for index, quote in enumerate(reading.mentions.quotes):
        speaker, cue = quote.speaker, quote.cue
        yield {
            "quote_id": ids[index],
            "article_id": reading.article.article_id,
            "event_id": owners.get(index, ""),
            "quote_text": _cut(reading, quote.content),
            "quote_type": quote.quote_type,
            "speaker_text": speaker.text,
            "speaker_name": speaker.name,
            "speaker_title": speaker.title,
            "speaker_org": speaker.org,
            "speaker_side": speaker.side,
            "is_official": speaker.is_official,
            "cue": quote.cue_text,
            "content_start": quote.content.start,
            "content_end": quote.content.end,
            "speaker_start": speaker.span.start if speaker.span else None,
            "speaker_end": speaker.span.end if speaker.span else None,
            "cue_start": cue.start if cue else None,
            "cue_end": cue.end if cue else None,
            "quote_group": content_id("qg", reading.article.article_id, quote.group),
            "coref_basis": quote.coref_basis,
            "rule_id": quote.rule_id,
        }


def _allegation_rows(reading: Reading) -> Iterator[Row]:
    ids, quote_ids = _allegation_ids(reading), _quote_ids(reading)
    owners = _owners((event.event_id, event.allegations) for event in reading.events)
    for index, allegation in enumerate(reading.mentions.allegations):
        yield {
            "allegation_id": ids[index],
            "event_id": owners.get(index, ""),
            "claim_text": _cut(reading, allegation.claim),
            "act": allegation.act,
            "accuser": allegation.accuser,
            "accuser_side": allegation.accuser_side,
            "accused": allegation.accused,
            "accused_side": allegation.accused_side,
            "hedge_terms": allegation.hedge_terms,
            "polarity": allegation.polarity,
            "denies_allegation_id": _at(ids, allegation.denies),
            "status": allegation.status,
            "legal_body": allegation.legal_body,
            "quote_id": _at(quote_ids, allegation.quote),
            **_where(reading, allegation.evidence),
        }


def _place_rows(reading: Reading) -> Iterator[Row]:
    for place in reading.mentions.places:
        yield {
            "text": place.text,
            "name": place.name,
            "country_iso3": place.country_iso3,
            "adm_1": place.adm_1,
            "adm_2": place.adm_2,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "geonameid": place.geonameid,
            "feature": place.feature,
            "role": place.role,
            "score": place.score,
            **_where(reading, place.evidence),
        }


def _date_rows(reading: Reading) -> Iterator[Row]:
    for date in reading.mentions.dates:
        yield {
            "text": date.text,
            "value": date.value,
            "date_start": date.date_start,
            "date_end": date.date_end,
            "date_prec": date.date_prec,
            "type": date.type,
            "basis": date.basis,
            **_where(reading, date.evidence),
        }


def _victim_rows(reading: Reading) -> Iterator[Row]:
    ids = _victim_ids(reading)
    owners = _owners((event.event_id, event.victims) for event in reading.events)
    for index, victim in enumerate(reading.mentions.victims):
        yield {
            "victim_id": ids[index],
            "event_id": owners.get(index, ""),
            "name": victim.name,
            "age": victim.age,
            "sex": victim.sex,
            "role": victim.role,
            "status": victim.status,
            **_where(reading, victim.evidence),
        }
