"""Four articles end to end: the two that the project was begun with, where they are, and their invented twins.

The twins in corpus/invented share structure and traps with the seeds, and nothing else. What is asked of either pair is
the same: which events there are, which numbers count for them and which do not, who speaks, who is accused.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.run import run
from pipeline.table import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = Mapping[str, str]
    Tables = Mapping[str, list[Row]]

pytestmark = pytest.mark.model

ROOT = Path(__file__).resolve().parent.parent
TWINS = ROOT / "corpus" / "invented"
SEEDS = ROOT.parent / "shared" / "seeds"
NAMES = ("events", "counts", "quotes", "allegations", "places", "dates", "articles", "rejected")


@dataclass(frozen=True, slots=True)
class Patrol:
    """A government admits killings by a band of policemen: one series, its numbers, its speaker, its inquiry."""

    file: str
    country: str
    country_iso3: str
    deaths: int
    subset: int
    no_victims: tuple[int, ...]
    since: str
    speaker: str
    accused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Protests:
    """A group reports killings at protests: a series, one day of it, and a study whose numbers are added to neither."""

    file: str
    country: str
    country_iso3: str
    deaths: int
    study: int
    study_deaths: int
    executions: int
    town: str
    adm_1: str
    town_deaths: int
    day: str
    dateline: str
    insert_iso3: str
    group: str
    speaker: str


PATROLS = (
    Patrol(
        file="twin-000-dominican-patrol.txt",
        country="Dominican Republic",
        country_iso3="DOM",
        deaths=33,
        subset=14,
        no_victims=(12, 9, 4),
        since="2015",
        speaker="Yunior Castellanos",
        accused=("squad", "officers", "ring", "cell"),
    ),
    Patrol(
        file="000_99776031f5008d65.txt",
        country="Peru",
        country_iso3="PER",
        deaths=20,
        subset=11,
        no_victims=(9, 6),
        since="2012",
        speaker="Ruben Vargas",
        accused=("officers", "group", "squad"),
    ),
)
PROTESTS = (
    Protests(
        file="twin-003-rangpur-protests.txt",
        country="Bangladesh",
        country_iso3="BGD",
        deaths=37,
        study=64,
        study_deaths=29,
        executions=18,
        town="Rangpur",
        adm_1="Rangpur",
        town_deaths=11,
        day="11-22",
        dateline="Dhaka",
        insert_iso3="ZMB",
        group="Prantik Justice Watch",
        speaker="Farzana Wahid",
    ),
    Protests(
        file="003_dd4d5ea156cd586c.txt",
        country="Peru",
        country_iso3="PER",
        deaths=49,
        study=52,
        study_deaths=25,
        executions=20,
        town="Juliaca",
        adm_1="Puno",
        town_deaths=15,
        day="01-09",
        dateline="Lima",
        insert_iso3="IDN",
        group="Amnesty International",
        speaker="Agnès Callamard",
    ),
)


def path_of(file: str) -> Path:
    return TWINS / file if file.startswith("twin-") else SEEDS / file


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Tables]:
    """The rows of each article, by its file name."""
    out = tmp_path_factory.mktemp("twins")
    paths = [path_of(case.file) for case in (*PATROLS, *PROTESTS)]
    run([str(path) for path in paths if path.is_file()], out)
    rows = {name: read_table(out / f"{name}.csv") for name in NAMES}
    articles = {row["article_id"]: Path(row["input_id"]).name for row in rows["articles"]}
    return {
        file: {name: [row for row in rows[name] if row["article_id"] == article] for name in NAMES}
        for article, file in articles.items()
    }


def read(tables: Mapping[str, Tables], file: str) -> Tables:
    if not path_of(file).is_file():
        pytest.skip(f"the seed {file} is not there")
    return tables[file]


def toll(row: Row, measure: str) -> tuple[str, str, str]:
    return row[f"{measure}_low"], row[f"{measure}_best"], row[f"{measure}_high"]


def accepted(counts: list[Row]) -> list[Row]:
    return [row for row in counts if not row["reject_reason"]]


NO_TOLL = ("", "", "")
patrols = pytest.mark.parametrize("case", PATROLS, ids=lambda case: case.file[:8])
protests = pytest.mark.parametrize("case", PROTESTS, ids=lambda case: case.file[:8])
both = pytest.mark.parametrize("case", [*PATROLS, *PROTESTS], ids=lambda case: case.file[:8])


@both
def test_the_article_is_read(case: Patrol | Protests, tables: Mapping[str, Tables]) -> None:
    own = read(tables, case.file)
    assert own["rejected"] == []
    assert [row["outcome"] for row in own["articles"]] == ["ok"]


@both
def test_every_event_rests_on_a_sentence_of_the_article(case: Patrol | Protests, tables: Mapping[str, Tables]) -> None:
    own = read(tables, case.file)
    text = own["articles"][0]["text"]
    assert all(row["summary_sentence"] and row["summary_sentence"] in " ".join(text.split()) for row in own["events"])


# --- the patrol ----------------------------------------------------------------------------------------------------


@patrols
def test_patrol_is_one_series(case: Patrol, tables: Mapping[str, Tables]) -> None:
    (event,) = read(tables, case.file)["events"]
    assert event["record_type"] == "series"
    assert toll(event, "deaths") == (str(case.deaths), str(case.deaths), "")
    assert (event["deaths_qualifier"], event["deaths_scope"]) == ("at_least", "series_total")
    assert all(
        toll(event, measure) == NO_TOLL for measure in ("injured", "missing", "detained", "abducted", "displaced")
    )
    assert (event["date_start"], event["date_end"], event["date_prec"]) == (f"{case.since}-01-01", "", "5")
    assert (event["country"], event["country_iso3"]) == (case.country, case.country_iso3)
    assert (event["where_coordinates"], event["adm_1"], event["where_prec"]) == (case.country, "", "6")
    assert (event["perpetrator_type"], event["allegation_status"]) == ("police", "under_investigation")


@patrols
def test_patrol_counts(case: Patrol, tables: Mapping[str, Tables]) -> None:
    counts = read(tables, case.file)["counts"]
    used = {row["best"] for row in counts if row["used"] == "true"} - {""}
    assert used == {str(case.deaths)}
    assert {row["best"] for row in accepted(counts)} <= {"", str(case.deaths), str(case.subset)}
    for number in case.no_victims:
        assert not [row for row in accepted(counts) if row["best"] == str(number)]


@patrols
def test_patrol_subset(case: Patrol, tables: Mapping[str, Tables]) -> None:
    """Some of the dead had no record; they are part of the total and not added to it."""
    counts = read(tables, case.file)["counts"]
    (part,) = [row for row in accepted(counts) if row["best"] == str(case.subset)]
    assert (part["measure"], part["scope"], part["used"]) == ("killed", "subset", "false")


@patrols
def test_patrol_speaker(case: Patrol, tables: Mapping[str, Tables]) -> None:
    quotes = read(tables, case.file)["quotes"]
    own = [row for row in quotes if row["speaker_name"] == case.speaker]
    assert {(row["speaker_side"], row["is_official"]) for row in own} == {("government", "true")}
    assert all("interior minister" in row["speaker_title"].lower() for row in own)
    assert sum(row["quote_type"] == "direct" for row in own) == 2
    assert {row["speaker_text"] for row in own} >= {
        "he",
        "the " + own[0]["speaker_title"].lower().split()[0] + " minister",
    }


@patrols
def test_patrol_is_under_investigation(case: Patrol, tables: Mapping[str, Tables]) -> None:
    allegations = read(tables, case.file)["allegations"]
    against = [row for row in allegations if any(word in row["accused"] for word in case.accused)]
    assert len(against) >= 2
    assert {(row["status"], row["polarity"]) for row in against} == {("under_investigation", "asserts")}


@patrols
def test_patrol_date(case: Patrol, tables: Mapping[str, Tables]) -> None:
    assert f"{case.since}/.." in {row["value"] for row in read(tables, case.file)["dates"]}


# --- the protests --------------------------------------------------------------------------------------------------


@protests
def test_protests_are_a_series_and_one_day_of_it(case: Protests, tables: Mapping[str, Tables]) -> None:
    events = read(tables, case.file)["events"]
    assert sorted(row["record_type"] for row in events) == ["incident", "series"]
    series, day = sorted(events, key=lambda row: row["record_type"] == "incident")
    assert toll(series, "deaths") == (str(case.deaths),) * 3
    assert toll(series, "injured") == NO_TOLL
    assert (series["country_iso3"], series["where_coordinates"]) == (case.country_iso3, case.country)
    assert day["parent_event_id"] == series["event_id"]
    assert toll(day, "deaths") == (str(case.town_deaths), str(case.town_deaths), "")
    assert toll(day, "injured") == ("12", "12", "")
    assert (day["where_coordinates"], day["adm_1"], day["country_iso3"]) == (case.town, case.adm_1, case.country_iso3)
    assert day["where_prec"] == "1"


@protests
def test_protests_day_without_a_year(case: Protests, tables: Mapping[str, Tables]) -> None:
    own = read(tables, case.file)
    assert f"XXXX-{case.day}" in {row["value"] for row in own["dates"]}
    for event in own["events"]:
        assert (event["date_start"], event["date_end"], event["date_prec"]) == ("", "", "6")
    (day,) = [event for event in own["events"] if event["record_type"] == "incident"]
    assert day["date_text"]
    assert "year_unknown" in day["confidence_flags"].split("|")


@protests
def test_protests_counts_of_the_study_are_not_used(case: Protests, tables: Mapping[str, Tables]) -> None:
    counts = accepted(read(tables, case.file)["counts"])
    for number in (case.study_deaths, case.executions):
        (part,) = [row for row in counts if row["best"] == str(number)]
        assert (part["measure"], part["scope"], part["used"]) == ("killed", "subset", "false")
    mixed = [row for row in counts if row["best"] == str(case.study)]
    assert len(mixed) == 2
    assert {(row["measure"], row["used"]) for row in mixed} == {("killed_or_injured", "false")}
    assert {row["scope"] for row in mixed} == {"mixed_killed_injured"}
    used = {row["best"] for row in counts if row["used"] == "true"} - {""}
    assert used == {str(case.deaths), str(case.town_deaths), "12"}


@protests
def test_protests_no_event_at_the_dateline_or_from_the_insert(case: Protests, tables: Mapping[str, Tables]) -> None:
    own = read(tables, case.file)
    assert case.dateline not in {row["where_coordinates"] for row in own["events"]}
    assert {row["role"] for row in own["places"] if row["name"] == case.dateline} == {"dateline"}
    for table in ("events", "places"):
        assert case.insert_iso3 not in {row["country_iso3"] for row in own[table]}


@protests
def test_protests_speaker(case: Protests, tables: Mapping[str, Tables]) -> None:
    """The text says "he" of a woman; the quotes are hers."""
    quotes = read(tables, case.file)["quotes"]
    own = [row for row in quotes if row["speaker_name"] == case.speaker]
    assert {(row["speaker_side"], row["is_official"]) for row in own} == {("ngo", "false")}
    assert {row["speaker_org"] for row in own} == {case.group}
    assert [row["speaker_text"] for row in own].count("he") == 1
    assert len(own) >= 4
    group = [row for row in quotes if row["speaker_name"] == case.group]
    assert len(group) >= 3
    assert {(row["speaker_side"], row["is_official"]) for row in group} == {("ngo", "false")}


@protests
def test_protests_accused(case: Protests, tables: Mapping[str, Tables]) -> None:
    allegations = read(tables, case.file)["allegations"]
    by_group = [row for row in allegations if row["accuser"] in {case.group, case.speaker}]
    assert len(by_group) >= 2
    assert {row["accuser_side"] for row in by_group} == {"ngo"}


def test_a_denial_denies_the_claim_of_the_twin(tables: Mapping[str, Tables]) -> None:
    allegations = read(tables, PROTESTS[0].file)["allegations"]
    (denial,) = [row for row in allegations if row["polarity"] == "denies"]
    (claim,) = [row for row in allegations if row["allegation_id"] == denial["denies_allegation_id"]]
    assert (claim["accuser"], claim["status"]) == (PROTESTS[0].group, "denied")
    assert claim["accused"] == denial["accused"] == "police and border troops"
