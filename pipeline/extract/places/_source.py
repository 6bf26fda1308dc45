"""Which countries a source is of, by the address and the name of its site: "news.example.pe", "Times of India"."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.gazetteer import load_gazetteer
from pipeline.records import Feature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.records import Article

# domains of countries that anybody may register under, and does
SOLD = frozenset("ac ai bz cc cd co fm gg gl io la ly me mn nu pw sh so st tk to tv vc ws".split())
SECOND_LEVEL = frozenset("ac co com edu gob gouv gov net org".split())
MAX_WORDS = 3


def countries_of_source(article: Article) -> tuple[str, ...]:
    """Return the ISO 3166-1 alpha-3 codes of the countries that the source of an article is surely of, mostly none."""
    return tuple(dict.fromkeys([*_of_address(article.url), *_of_name(article.source)]))


def _of_address(url: str) -> Iterator[str]:
    """Yield the country of a domain: that of "example.com.co", though "example.co" may be anywhere."""
    try:
        labels = (urlsplit(url).hostname or "").split(".")
    except ValueError:  # "https://[", which no request ever reached
        return
    within = len(labels) > len("ab") and labels[-2] in SECOND_LEVEL
    country = load_gazetteer().country_of_domain(labels[-1])
    if country and (within or labels[-1] not in SOLD):
        yield country


def _of_name(source: str) -> Iterator[str]:
    """Yield the countries that the name of a source holds: "Times of India", "Philippine Standard"."""
    words = source.replace("-", " ").split()[: 4 * MAX_WORDS]
    gazetteer = load_gazetteer()
    for size in range(1, MAX_WORDS + 1):
        for at in range(len(words) - size + 1):
            name = " ".join(words[at : at + size])
            found = [*gazetteer.look_up(name), *gazetteer.demonym(name)] if name[:1].isupper() else []
            yield from (c.country_iso3 for c in found if c.feature is Feature.COUNTRY)
