"""The quality gate: the whole program over corpus/invented, scored against the gold, held to pinned floors."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.evaluate import compare
from pipeline.gazetteer import load_gazetteer
from pipeline.records import Feature
from pipeline.run import run
from pipeline.table import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Row = Mapping[str, str]

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
FLOORS = CORPUS / "gold" / "floors.json"
TABLES = ("events", "counts", "quotes", "allegations", "places", "dates")
WITH_OFFSETS = frozenset({"places", "dates"})  # their gold tells the sentence instead
SPLITS = ("dev", "held_out")
DIGITS = 3
PLACES = {"adm_1": frozenset({Feature.ADM1}), "where_coordinates": frozenset(Feature)}

pytestmark = pytest.mark.model


def _gold_rows(name: str) -> list[Row]:
    with (CORPUS / "gold" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _by_article(rows: Iterable[Row], key: str = "article") -> dict[str, list[Row]]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[row[key]].append(row)
    return grouped


def _located(rows: Iterable[Row], text: str) -> list[Row]:
    """Give golden rows the offsets of their words, in text order; blank ones where a page's text lacks them."""
    found, floor = [], 0
    for row in rows:
        words = re.compile(rf"(?<!\w){_spaced(row['text'])}(?!\w)")
        sentences = re.compile(_spaced(row["sentence"])).finditer(text)
        spans = (words.search(text, max(sentence.start(), floor), sentence.end()) for sentence in sentences)
        span = next(filter(None, spans), None)
        found.append({**row, "start": str(span.start()), "end": str(span.end())} if span else row)
        floor = span.start() + 1 if span else floor
    return found


def _spaced(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))


def _in_one_spelling(row: Row) -> Row:
    """Give the places of a row the spelling of the gazetteer: an article may write Hiran, Hiraan or Hiiraan."""
    spelled = {
        name: _spelling(row[name], row["country_iso3"], features) for name, features in PLACES.items() if name in row
    }
    return {**row, **spelled}


def _spelling(name: str, country: str, features: frozenset[Feature]) -> str:
    found = load_gazetteer().look_up(name) if name else ()
    return next((c.name for c in found if c.country_iso3 == country and c.feature in features), name)


def _fingerprint() -> str:
    """Hash the articles and the gold, line ends aside."""
    files = sorted([*(CORPUS / "invented").iterdir(), *(CORPUS / "gold").glob("*.csv")])
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
    return whole.hexdigest()


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """F1 of every field of every table, by split."""
    out = tmp_path_factory.mktemp("gate")
    run([str(CORPUS / "invented")], out)
    articles = read_table(out / "articles.csv")
    names = {row["article_id"]: Path(row["input_id"]).name for row in articles}
    texts = {Path(row["input_id"]).name: row["text"] for row in articles}
    splits = {row["article"]: row["split"] for row in _gold_rows("splits")}
    found = {}
    for table in TABLES:
        grouped = _by_article(read_table(out / f"{table}.csv"), "article_id")
        found[table] = {names[key]: rows for key, rows in grouped.items()}
    result = {}
    for split in SPLITS:
        for table in TABLES:
            gold = {k: v for k, v in _by_article(_gold_rows(table)).items() if splits[k] == split}
            if table in WITH_OFFSETS:
                gold = {k: _located(v, texts[k]) for k, v in gold.items()}
            own = {k: v for k, v in found[table].items() if splits[k] == split}
            if table in {"events", "places"}:
                gold, own = ({k: [*map(_in_one_spelling, v)] for k, v in side.items()} for side in (gold, own))
            for field, score in compare(table, gold, own).items():
                result[f"{split}.{table}.{field}"] = round(score.f1, DIGITS)
    return result


def test_floors_hold(scores: dict[str, float], request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        _update(scores, allow_regression=request.config.getoption("--allow-regression"))
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    assert floors["sha256"] == _fingerprint(), "the corpus changed: run pytest --update-golden and read the diff"
    lower = {name: (scores.get(name), floor) for name, floor in floors["f1"].items() if scores.get(name, 0) < floor}
    assert not lower


def _update(scores: dict[str, float], *, allow_regression: bool) -> None:
    """Pin the scores as floors; one that falls needs --allow-regression."""
    old = json.loads(FLOORS.read_text(encoding="utf-8"))["f1"] if FLOORS.is_file() else {}
    fallen = {name: (old[name], value) for name, value in scores.items() if value < old.get(name, 0)}
    assert allow_regression or not fallen, f"floors would fall: {fallen}"
    pinned = {"sha256": _fingerprint(), "f1": dict(sorted(scores.items()))}
    FLOORS.write_text(json.dumps(pinned, indent=1) + "\n", encoding="utf-8")


@pytest.mark.parametrize("table", sorted(WITH_OFFSETS))
def test_what_is_golden_stands_in_its_article(table: str) -> None:
    for name, rows in _by_article(_gold_rows(table)).items():
        text = (CORPUS / "invented" / name).read_text(encoding="utf-8")
        lost = [row for row in _located(rows, text) if "start" not in row and name.endswith(".txt")]
        assert not lost


def test_gold_is_complete_and_sorted() -> None:
    articles = {path.name for path in (CORPUS / "invented").iterdir()}
    splits = _gold_rows("splits")
    assert {row["article"] for row in splits} == articles
    assert len([row for row in splits if row["split"] == "held_out"]) == len(articles) / 2
    for table in TABLES:
        names = [row["article"] for row in _gold_rows(table)]
        assert names == sorted(names)
        assert set(names) <= articles
