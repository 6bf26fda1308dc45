"""The gold of corpus/stories: each row stands in its article, ids resolve, and what is counted adds up."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

STORIES = Path(__file__).resolve().parent.parent / "corpus" / "stories"
ARTICLES = STORIES / "articles"
MIN_STORIES, FEWEST, MOST = 15, 3, 6


def rows(name: str) -> list[dict[str, str]]:
    with (STORIES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_article_belongs_to_a_story_of_one_split() -> None:
    told, splits = defaultdict(set), defaultdict(set)
    for row in rows("stories"):
        told[row["story"]].add(row["article"])
        splits[row["story"]].add(row["split"])
    assert {path.name for path in ARTICLES.iterdir()} == {row["article"] for row in rows("stories")}
    assert len(told) >= MIN_STORIES
    assert all(FEWEST <= len(articles) <= MOST for articles in told.values())
    assert sorted(next(iter(split)) for split in splits.values() if len(split) == 1) == sorted(
        ["dev", "held_out"] * (len(told) // 2)
    )


def test_every_event_is_told_in_its_article() -> None:
    incidents = {row["incident"] for row in rows("incidents")}
    for row in rows("links"):
        text = " ".join((ARTICLES / row["article"]).read_text(encoding="utf-8").split())
        assert row["incident"] in incidents
        assert " ".join(row["summary_sentence"].split()) in text, row


def test_the_articles_and_sources_of_an_incident_are_those_that_tell_it() -> None:
    articles = {row["article"]: row for row in rows("stories")}
    told = defaultdict(set)
    for row in rows("links"):
        told[row["incident"]].add(row["article"])
    for row in rows("incidents"):
        names = told[row["incident"]]
        originals = {articles[articles[name]["copy_of"] or name]["source"] for name in names}
        assert (len(names), len(originals)) == (int(row["n_articles"]), int(row["number_of_sources"])), row
