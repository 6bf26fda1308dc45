"""Build pipeline/lexicons/gazetteer.tsv.gz from open data that pip can install; see README.md beside it.

    python models/gazetteer/build.py [--downloads FOLDER]

The table is the same for the same releases of its sources, byte for byte. Its layout is told in pipeline/gazetteer.py.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import logging
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

import sources
from pipeline.gazetteer import name_key, without_article

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sources import City

HERE = Path(__file__).parent
LEXICONS = HERE.parents[1] / "pipeline" / "lexicons"
TABLE = LEXICONS / "gazetteer.tsv.gz"

MIN_ALIAS_LETTERS = 4
MIN_POPULATION_FOREIGN = 100_000  # from here on names in other languages are kept ("Londres"), below only spellings
HALF_ROUND = 180  # degrees; what spans more lies on both sides of the date line
MIN_LIKENESS, MAX_EXTRA_LETTERS = 0.75, 3  # of another spelling of a large city, which then is as good as its name
CITY_LEVEL = 3
SHARED_LETTERS = 3  # an alias is a spelling of the name if so many of its first letters are the same
# in these countries names are written in other letters, and the marks of a transcription are no part of the name
OTHER_LETTERS_TEXT = (
    "AE AF AM BD BG BH BT BY CN CY DJ DZ EG EH ER ET GE GR IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK LY MA MK MM MN "
    "MR MV NP OM PK PS QA RU SA SD SO SY TD TH TJ TN UA YE"
)
OTHER_LETTERS = frozenset(OTHER_LETTERS_TEXT.split())

GENERIC_WORDS = (
    "Province Provincia Província Governorate Muhafazat County Region Department Departamento District Division "
    "Municipality Prefecture Oblast Oblast' Oblast’ Oblisi Oblysy Krai Kray Rayon Raion Republic State Parish "
    "Autonomous Regency Kabupaten Kota Amphoe Huyện Quận Thị\\sxã Thành\\sPhố İlçesi Shi Gun Raionul Rajons "
    "Shahrestān-e Regierungsbezirk Powiat Okres Comuna Municipiul Oraş Opština Município Metropolitan Borough Royal "
    "Council novads kommune kommun"
)
GENERIC = "|".join(GENERIC_WORDS.split())
LINKING = r"(?:of|de|di|do|da|du|dell['’]|del|della|d['’])\s*"
BEFORE = re.compile(rf"^(?:(?:{GENERIC}|City|Union)\s+)+(?:{LINKING})?", re.IGNORECASE)
AFTER = re.compile(rf"(?:[\s-]+(?:{GENERIC}))+$", re.IGNORECASE)
# what is left of these names is no name: "Central Province", "Free State"
NO_NAME_WORDS = "north|south|east|west|central|upper|lower|middle|free|capital|nord|sud|est|ouest|of|the|ern"
NO_NAME = re.compile(rf"^(?:{NO_NAME_WORDS}|[\s-])*$", re.IGNORECASE)
JOINED = re.compile(r"^(de|la|le|el|mc|du|des|di|van|o) (?=\w{3})")
MARKS = "\u02bb\u02bc\u2018\u2019'"  # of transcriptions
LATIN_NAME = re.compile(rf"^[A-ZÀ-ÖØ-ÞĀ-Ž{MARKS}][A-Za-zÀ-ÖØ-öø-ÿĀ-žǍ-ǰȀ-ȳ\u1e00-\u1eff{MARKS}. -]+$")


@dataclass(slots=True)
class Place:
    """A row of the table and its other names."""

    level: int
    name: str
    latitude: float
    longitude: float
    population: int
    geonameid: int | None
    aliases: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Unit:
    """An admin unit with what it holds; the members of the second level are under their own name."""

    names: Counter[str] = field(default_factory=Counter)
    aliases: set[str] = field(default_factory=set)
    geonameid: int | None = None
    point: tuple[float, float] | None = None
    cities: list[City] = field(default_factory=list)
    own_name: str = ""
    districts: dict[str, Unit] = field(default_factory=lambda: defaultdict(Unit))

    def members(self) -> list[City]:
        """Return its cities and those of its districts."""
        return [*self.cities, *(city for district in self.districts.values() for city in district.cities)]


def main() -> None:
    """Read the sources, write the table."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description="Build the gazetteer table.")
    parser.add_argument("--downloads", type=Path, default=Path("out/gazetteer"), help="where the wheels are kept")
    parser.add_argument("--out", type=Path, default=TABLE)
    options = parser.parse_args()
    table = build_table(options.downloads)
    options.out.write_bytes(gzip.compress(table, compresslevel=9, mtime=0))
    logging.getLogger(__name__).info("%s: %d bytes, %d unpacked", options.out, options.out.stat().st_size, len(table))


def build_table(downloads: Path) -> bytes:
    """Return the table, unpacked."""
    countries = group_by_unit(sources.read_cities(downloads), sources.read_admin_1(downloads), read_own("units.csv"))
    add_districts(countries, read_own("districts.csv"))
    places = [row for iso2, units in sorted(countries.items()) for row in tree_rows(iso2, units)]
    return "".join([*map(place_line, places), "\n", *name_lines(places)]).removesuffix("\n").encode()


def read_own(file_name: str) -> list[dict[str, str]]:
    """Read one of our own tables of admin units; `code` is that of GeoNames ("AF.08")."""
    with (HERE / file_name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def group_by_unit(
    cities: Iterable[City], admin_1: dict[str, sources.AdminName], own: list[dict[str, str]]
) -> dict[str, dict[str, Unit]]:
    """Return the units of the first level of each country, by their codes."""
    countries: dict[str, dict[str, Unit]] = defaultdict(lambda: defaultdict(Unit))
    for city in cities:
        unit = countries[city.iso2][city.admin_1]
        if city.admin_1_name:
            unit.names[city.admin_1_name] += 1
        (unit.districts[city.admin_2] if city.admin_2 else unit).cities.append(city)
    named = {row["code"]: row for row in own}
    for code, known in admin_1.items():
        iso2, number = code.split(".")
        if number in countries[iso2]:
            _name_unit(countries[iso2][number], known, named.get(code))
    return countries


def add_districts(countries: dict[str, dict[str, Unit]], own: list[dict[str, str]]) -> None:
    """Add our own districts, or their spellings to those that are there; a town of the name becomes part of it."""
    for row in own:
        iso2, number = row["code"].split(".")
        unit = countries[iso2][number]
        names = [row["name"], *filter(None, row["aliases"].split("|"))]
        keys = {name_key(name) for name in names}
        there = next((name for name in sorted(unit.districts) if name_key(stripped(name)) in keys), row["name"])
        district = unit.districts[there]
        district.own_name = row["name"]
        district.aliases |= set(names)
        seats = [city for city in unit.cities if name_key(city.name) in keys]
        unit.cities = [city for city in unit.cities if city not in seats]
        district.cities += seats


def _name_unit(unit: Unit, known: sources.AdminName, own: dict[str, str] | None) -> None:
    unit.geonameid = known.geonameid
    name = unit.names.most_common(1)[0][0] if unit.names else known.name
    unit.aliases = {known.name, *unit.names}
    if own:
        unit.aliases |= {name, *filter(None, own["aliases"].split("|"))}
        unit.own_name = own["name"]
        unit.point = (float(own["latitude"]), float(own["longitude"])) if own["latitude"] else None
    unit.names = Counter([name])


def tree_rows(iso2: str, units: dict[str, Unit]) -> Iterator[Place]:
    """Yield the country, then unit by unit what lies in it."""
    yield Place(0, sources.ISO3[iso2], 0, 0, 0, None)
    nowhere = [city for code, unit in units.items() if not unit.names for city in unit.members()]
    yield from _city_rows(iso2, nowhere)
    names = {code: unit.names.most_common(1)[0][0] for code, unit in units.items() if unit.names}
    shown = ((units[code].own_name or plain_name(iso2, name), code) for code, name in names.items())
    for name, code in sorted(shown):
        unit = units[code]
        yield _unit_row(1, name, unit, unit.aliases)
        yield from _city_rows(iso2, unit.cities)
        for long_name, district in sorted(unit.districts.items()):
            short = district.own_name or (long_name if iso2 == "US" else plain_name(iso2, long_name))
            district.point = None if district.cities else middle([(c.latitude, c.longitude) for c in unit.members()])
            yield _unit_row(2, short, district, district.aliases | {long_name, plain_name(iso2, long_name)})
            yield from _city_rows(iso2, district.cities)


def _unit_row(level: int, name: str, unit: Unit, aliases: set[str]) -> Place:
    members = unit.members()
    latitude, longitude = unit.point or middle([(city.latitude, city.longitude) for city in members])
    population = sum(city.population for city in members)
    others = {form for alias in aliases for form in (alias, stripped(alias))}
    return Place(level, name, latitude, longitude, population, unit.geonameid, others - {name})


def _city_rows(iso2: str, cities: Iterable[City]) -> Iterator[Place]:
    for city in sorted(cities, key=lambda c: (c.name, c.geonameid)):
        name = sources.plain_letters(city.name) if iso2 in OTHER_LETTERS else city.name
        aliases = set(useful_aliases(city))
        yield Place(CITY_LEVEL, name, city.latitude, city.longitude, city.population, city.geonameid, aliases)


def useful_aliases(city: City) -> Iterator[str]:
    """Yield the other names that an English text may use: Latin letters, no codes, no foreign names of small places."""
    own = name_key(city.name)
    for alias in city.aliases:
        key = name_key(alias)
        if key == own or len(key) < MIN_ALIAS_LETTERS or alias.isupper() or not LATIN_NAME.match(alias):
            continue
        alike = without_article(key)[:SHARED_LETTERS] == without_article(own)[:SHARED_LETTERS]
        if alike or city.population >= MIN_POPULATION_FOREIGN:
            yield alias


def plain_name(iso2: str, name: str) -> str:
    """Return a name of an admin unit without its generic word, and without the marks of a transcription."""
    short = stripped(name)
    return sources.plain_letters(short) if iso2 in OTHER_LETTERS else short


def stripped(name: str) -> str:
    """Take the generic word off: "Provincia di Terni" is "Terni"; "Central Province" stays."""
    short = AFTER.sub("", BEFORE.sub("", name)).strip(" -'’")
    return name if NO_NAME.match(short) else short


def middle(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the centre of the area that the points span (of their convex hull)."""
    if max(lon for _, lon in points) - min(lon for _, lon in points) > HALF_ROUND:
        latitude, longitude = middle([(lat, lon % (2 * HALF_ROUND)) for lat, lon in points])
        return latitude, longitude if longitude <= HALF_ROUND else longitude - 2 * HALF_ROUND
    hull = _hull(sorted(set(points)))
    area = longitude = latitude = 0.0
    for (lat_a, lon_a), (lat_b, lon_b) in zip(hull, hull[1:] + hull[:1], strict=True):
        cross = lon_a * lat_b - lon_b * lat_a
        area += cross
        longitude += (lon_a + lon_b) * cross
        latitude += (lat_a + lat_b) * cross
    if abs(area) < 1e-6:  # noqa: PLR2004 - points in a line span nothing
        return sum(lat for lat, _ in hull) / len(hull), sum(lon for _, lon in hull) / len(hull)
    return latitude / (3 * area), longitude / (3 * area)


def _hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the convex hull of sorted points (Andrew's monotone chain)."""
    if len(points) < 3:  # noqa: PLR2004 - two points have no hull but themselves
        return points
    return [*_half_hull(points), *_half_hull(points[::-1])]


def _half_hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for point in points:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
            kept.pop()
        kept.append(point)
    return kept[:-1]


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def place_line(place: Place) -> str:
    """Return the line of a place."""
    if place.level == 0:
        return f"0{place.name}\n"
    cells = (f"{place.latitude:.3f}", f"{place.longitude:.3f}", place.population or "", place.geonameid or "")
    return "\t".join([f"{place.level}{place.name}", *map(str, cells)]) + "\n"


def name_lines(places: list[Place]) -> Iterator[str]:
    """Yield the lines of the names, sorted by the bytes of their keys."""
    bearers: dict[str, dict[int, str]] = defaultdict(dict)
    for number, place in enumerate(places):
        if place.level:
            for key, mark in place_keys(place):
                bearers[key].setdefault(number, mark)
    for key in sorted(bearers):
        yield f"{key}\t{','.join(f'{mark}{number}' for number, mark in bearers[key].items())}\n"


def place_keys(place: Place) -> Iterator[tuple[str, str]]:
    """Yield the keys of a place, each with the mark of a second name or without."""
    own = set(_spelt_keys(place.name))
    for key in sorted(own):
        yield key, ""
    is_large = place.level == CITY_LEVEL and place.population >= MIN_POPULATION_FOREIGN
    for key in sorted({key for alias in place.aliases for key in _spelt_keys(alias)} - own):
        known = is_large and _is_spelling(name_key(place.name), key)
        yield key, "" if known else "~"


def _is_spelling(one: str, other: str) -> bool:
    """Tell whether a key is another spelling, not another name: "cuzco" of "cusco", but no "mexico city"."""
    one, other = without_article(one), without_article(other)
    alike = SequenceMatcher(None, one, other, autojunk=False).ratio() >= MIN_LIKENESS
    return alike and one[0] == other[0] and abs(len(one) - len(other)) <= MAX_EXTRA_LETTERS


def _spelt_keys(name: str) -> Iterator[str]:
    """Yield the key of a name, without its Arabic article, and with a small first word joined: "De Soto", "DeSoto"."""
    key = name_key(name)
    if key:
        yield key
        yield without_article(key)
        yield JOINED.sub(r"\1", key)


if __name__ == "__main__":
    main()
