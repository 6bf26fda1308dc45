"""Runs over an invented web on loopback: feeds, lists and pages, and what is asked for the next time."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pipeline.fetch import FetchOptions
from pipeline.records import Event, EventType, Outcome, Reading, RecordType, content_id
from pipeline.run import Options, Reader, run
from pipeline.store import look_into
from pipeline.table import read_table
from tests.web import Page, Web, redirect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.records import Article
    from pipeline.run import Summary
    from tests.web import Seen

FETCH = FetchOptions(allow_private=True, delay_seconds=0, max_wait_seconds=0, deadline_seconds=5)
BODY = "Two porters were killed on Monday when bus {} fell into the river near Orla, the police said on Tuesday."


def read(article: Article) -> Reading:
    """Stand in for the model: one event an article."""
    event_id = content_id("ev", article.article_id)
    event = Event(event_id, article.article_id, RecordType.INCIDENT, EventType.ACCIDENT, article.paragraphs[0])
    return Reading(article, events=(event,))


READER = Reader(read, {"model": "stand-in 1"})


def page(number: int | str) -> bytes:
    body = f"<p>{BODY.format(number)}</p>" * 2
    return f"<html><head><title>Bus {number}</title></head><body><article>{body}</article></body></html>".encode()


def rss(*items: str, updated: str = "") -> bytes:
    entries = "".join(
        f"<item><title>Bus {item}</title><link>{item}</link><pubDate>Tue, 09 Jan 2024 08:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{BODY.format('short')}&lt;/p&gt;</description>{updated}</item>"
        for item in items
    )
    return f'<rss version="2.0"><channel><title>Orla Courier</title>{entries}</channel></rss>'.encode()


def tagged(body: bytes, tag: str = '"1"', **headers: str) -> Callable[[Seen], Page]:
    """Return a page that is sent only to those who do not have it."""

    def answer(seen: Seen) -> Page:
        if seen.headers.get("If-None-Match") == tag:
            return Page(status=304)
        return Page(body, headers={"ETag": tag, **headers})

    return answer


class Visited(NamedTuple):
    """What a run made of the web, and which paths it asked for, robots.txt left out."""

    summary: Summary
    paths: list[str]

    @property
    def outcomes(self) -> dict[Outcome, int]:
        return dict(self.summary.outcomes)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as opened:
        yield opened


@pytest.fixture
def visit(web: Web, tmp_path: Path) -> Callable[..., Visited]:
    """Run over addresses or files, by default over /feed, into one store."""

    def call(*inputs: str, reader: Reader = READER, fetch: FetchOptions = FETCH) -> Visited:
        web.seen.clear()
        summary = run(inputs or [web.url("/feed")], tmp_path / "out", Options(fetch=fetch), load=lambda _: reader)
        return Visited(summary, [path for path in web.paths if path != "/robots.txt"])

    return call


@pytest.fixture
def rows(tmp_path: Path) -> Callable[[str], list[dict[str, str]]]:
    return lambda name: read_table(tmp_path / "out" / f"{name}.csv")


Rows = "Callable[[str], list[dict[str, str]]]"
Visit = "Callable[..., Visited]"


# --- from a feed ---------------------------------------------------------------------------------------------------


def test_a_feed_is_followed_to_its_articles(web: Web, visit: Visit, rows: Rows) -> None:
    web.pages |= {"/feed": Page(rss("/1", "/2?utm_source=rss")), "/1": Page(page(1)), "/2": Page(page(2))}
    seen = visit()
    assert seen.paths == ["/feed", "/1", "/2"]
    assert seen.outcomes == {Outcome.OK: 2}
    first, second = rows("articles")
    assert (first["url"], second["url"]) == (web.url("/1"), web.url("/2"))
    assert (first["published"], first["published_basis"], first["text_basis"]) == ("2024-01-09", "given", "page")
    assert first["text"].splitlines()[0] == BODY.format(1)
    assert len(rows("events")) == 2


def test_a_second_run_downloads_no_body_and_adds_no_row(web: Web, visit: Visit, tmp_path: Path) -> None:
    web.pages |= {"/feed": tagged(rss("/1", "/2")), "/1": Page(page(1)), "/2": Page(page(2))}
    visit()
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.csv")}
    again = visit()
    assert again.paths == ["/feed"]
    assert web.seen[-1].headers["If-None-Match"] == '"1"'
    assert again.outcomes == {Outcome.NOT_MODIFIED: 1}
    assert again.summary.read == 1
    with look_into(tmp_path / "out") as view:
        (listing,) = view.status().listings
    assert (listing.outcome, listing.error) == ("not_modified", "")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.csv")} == before


def test_a_feed_without_tags_costs_itself_alone(web: Web, visit: Visit) -> None:
    web.pages |= {"/feed": Page(rss("/1", "/2")), "/1": Page(page(1)), "/2": Page(page(2))}
    visit()
    again = visit()
    assert (again.paths, again.outcomes) == (["/feed"], {Outcome.NOT_MODIFIED: 2})


def test_a_new_entry_is_fetched_alone(web: Web, visit: Visit, rows: Rows) -> None:
    web.pages |= {"/feed": Page(rss("/1")), "/1": Page(page(1)), "/2": Page(page(2))}
    visit()
    web.pages["/feed"] = Page(rss("/2", "/1"))
    again = visit()
    assert (again.paths, again.outcomes) == (["/feed", "/2"], {Outcome.OK: 1, Outcome.NOT_MODIFIED: 1})
    assert len(rows("events")) == 2


@pytest.mark.parametrize("changed", [True, False])
def test_an_updated_entry_is_looked_at_again(web: Web, visit: Visit, rows: Rows, changed: bool) -> None:  # noqa: FBT001
    date = '<dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">2024-01-1{}T08:00:00Z</dc:date>'
    web.pages |= {"/feed": Page(rss("/1", updated=date.format(0))), "/1": tagged(page(1))}
    visit()
    web.pages["/feed"] = Page(rss("/1", updated=date.format(1)))
    if changed:
        web.pages["/1"] = tagged(page("one"), '"2"')
    again = visit()
    assert again.paths == ["/feed", "/1"]
    assert web.seen[-1].headers["If-None-Match"] == '"1"'
    assert again.outcomes == ({Outcome.OK: 1} if changed else {Outcome.NOT_MODIFIED: 1})
    (article,) = rows("articles")
    assert (BODY.format("one") in article["text"]) is changed
    assert visit().paths == ["/feed"]


def test_a_run_that_was_stopped_goes_on_although_the_feed_has_not_changed(web: Web, visit: Visit, rows: Rows) -> None:
    def stop(article: Article) -> Reading:
        if "bus 2" in article.text:
            raise KeyboardInterrupt
        return read(article)

    web.pages |= {"/feed": tagged(rss("/1", "/2", "/3")), **{f"/{n}": Page(page(n)) for n in (1, 2, 3)}}
    with pytest.raises(KeyboardInterrupt):
        visit(reader=Reader(stop, READER.versions))
    again = visit()
    assert again.paths == ["/feed", "/2", "/3"]
    assert again.outcomes == {Outcome.NOT_MODIFIED: 1, Outcome.OK: 2}
    assert len(rows("events")) == 3


def test_another_version_reads_again_without_asking_for_the_pages(web: Web, visit: Visit, rows: Rows) -> None:
    web.pages |= {"/feed": Page(rss("/1", "/2")), "/1": Page(page(1)), "/2": Page(status=500)}
    visit()
    again = visit(reader=Reader(read, {"model": "stand-in 2"}))
    assert again.paths == ["/feed", "/2"]
    assert again.outcomes == {Outcome.OK: 2}
    assert len(rows("events")) == 2


# --- what cannot be had --------------------------------------------------------------------------------------------


def test_the_feed_stands_in_for_a_page_that_cannot_be_had(web: Web, visit: Visit, rows: Rows) -> None:
    web.pages |= {"/feed": tagged(rss("/1")), "/1": Page(status=503)}
    assert visit().outcomes == {Outcome.OK: 1}
    (article,) = rows("articles")
    assert (article["text"], article["text_basis"]) == (BODY.format("short"), "feed")
    web.pages["/1"] = Page(page(1))
    again = visit()
    assert again.paths == ["/feed", "/1"]
    (article,) = rows("articles")
    assert (article["text"].splitlines()[0], article["text_basis"]) == (BODY.format(1), "page")
    assert visit().paths == ["/feed"]


def test_a_page_that_is_gone_is_not_asked_for_again(web: Web, visit: Visit, rows: Rows) -> None:
    web.pages |= {"/feed": tagged(rss("/1")), "/1": Page(status=404)}
    visit()
    assert rows("articles")[0]["text_basis"] == "feed"
    assert visit().paths == ["/feed"]


def test_a_page_that_fails_is_asked_for_again(web: Web, visit: Visit, rows: Rows) -> None:
    web.pages |= {"/feed": tagged(rss("/1").replace(BODY.format("short").encode(), b"")), "/1": Page(status=503)}
    for _ in range(3):
        seen = visit()
        assert ("/1" in seen.paths, seen.outcomes[Outcome.FETCH_ERROR]) == (True, 1)
    (row,) = rows("rejected")
    assert (row["input_id"], row["stage"], row["outcome"]) == (web.url("/1"), "fetch", "fetch_error")
    assert "503" in row["reason"]
    web.pages["/1"] = Page(page(1))
    assert visit().outcomes == {Outcome.NOT_MODIFIED: 1, Outcome.OK: 1}
    assert rows("rejected") == []


@pytest.mark.parametrize(
    "answer",
    [Page(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), Page(b"<html><script>draw()</script></html>")],
    ids=["no page", "a page without text"],
)
def test_the_feed_stands_in_for_a_page_that_says_nothing(web: Web, visit: Visit, rows: Rows, answer: Page) -> None:
    web.pages |= {"/feed": Page(rss("/1")), "/1": answer}
    assert visit().outcomes == {Outcome.OK: 1}
    assert (rows("articles")[0]["text_basis"], rows("rejected")) == ("feed", [])
    assert visit().paths == ["/feed"]


def test_a_page_without_text_that_has_not_changed_is_still_one(web: Web, visit: Visit, rows: Rows) -> None:
    date = '<dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">2024-01-1{}T08:00:00Z</dc:date>'
    for day in (0, 1):
        feed = rss("/1", updated=date.format(day)).replace(BODY.format("short").encode(), b"")
        web.pages |= {"/feed": Page(feed), "/1": tagged(b"<html><script>draw()</script></html>")}
        assert visit().outcomes == {Outcome.NO_TEXT: 1}
        assert [row["outcome"] for row in rows("rejected")] == ["no_text"]


def test_every_input_ends_in_one_outcome(web: Web, visit: Visit, rows: Rows, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY.format(0), encoding="utf-8")
    feed = rss("/1", "/pdf", "/secret", "/gone", "/huge", "/empty", "/1").replace(BODY.format("short").encode(), b"")
    web.pages |= {
        "/robots.txt": Page(b"User-agent: *\nDisallow: /secret"),
        "/feed": Page(feed),
        "/1": Page(page(1)),
        "/pdf": Page(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}),
        "/huge": Page(b"x" * 300_000),
        "/empty": Page(b"<html><body></body></html>"),
    }
    given = [str(tmp_path / "a.txt"), *map(web.url, ("/feed", "/nowhere", "/secret/feed"))]
    seen = visit(*given, fetch=replace(FETCH, max_bytes=200_000))
    assert seen.outcomes == {
        Outcome.OK: 2,
        Outcome.FETCH_ERROR: 2,
        Outcome.PARSE_ERROR: 1,
        Outcome.SKIPPED_ROBOTS: 2,
        Outcome.TOO_LARGE: 1,
        Outcome.NO_TEXT: 1,
    }
    told = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert told["items"] == sum(seen.outcomes.values()) == 9
    assert told["options"]["fetch"]["allow_private"] is True
    assert len(rows("rejected")) == 7
    assert {row["input_id"]: row["outcome"] for row in rows("rejected")}[web.url("/nowhere")] == "fetch_error"


@pytest.mark.parametrize(
    ("feed", "outcome"),
    [
        (Page(status=500), Outcome.FEED_ERROR),
        (Page(b"<p>We are closed."), Outcome.FEED_ERROR),
        (Page(rss()), Outcome.NO_TEXT),
        (Page(rss("ftp://orla.example/1")), Outcome.FEED_ERROR),
    ],
    ids=["server error", "no feed any more", "no entries", "no usable entries"],
)
def test_a_feed_that_fails_is_told_and_tried_again(
    web: Web, visit: Visit, tmp_path: Path, feed: Page, outcome: Outcome
) -> None:
    web.pages |= {"/feed": Page(rss("/1")), "/1": Page(page(1))}
    visit()
    web.pages["/feed"] = feed
    assert visit().outcomes == {outcome: 1}
    with look_into(tmp_path / "out") as view:
        (listing,) = view.status().listings
    assert (listing.outcome, listing.title) == (outcome, "Orla Courier")
    assert listing.error
    web.pages["/feed"] = Page(rss("/1"))
    assert visit().outcomes == {Outcome.NOT_MODIFIED: 1}


def test_an_article_that_could_not_be_had_at_first_is_no_feed(web: Web, visit: Visit, rows: Rows) -> None:
    assert visit(web.url("/a-1")).outcomes == {Outcome.FETCH_ERROR: 1}
    assert rows("rejected")[0]["input_id"] == web.url("/a-1")
    web.pages["/a-1"] = Page(page(1))
    assert visit(web.url("/a-1")).outcomes == {Outcome.OK: 1}
    assert (rows("rejected"), rows("articles")[0]["url"]) == ([], web.url("/a-1"))


def test_a_feed_that_is_not_asked_any_more_is_no_fault(web: Web, visit: Visit, rows: Rows) -> None:
    web.pages |= {"/feed": Page(rss("/1")), "/1": Page(page(1))}
    visit(web.url("/feed"), web.url("/dead"))
    assert len(rows("rejected")) == 1
    visit(web.url("/feed"))
    assert rows("rejected") == []


def test_nothing_private_is_asked_without_leave(web: Web, visit: Visit, rows: Rows) -> None:
    seen = visit(web.url("/feed"), fetch=FetchOptions())
    assert (web.connections, seen.paths, seen.summary.read) == (0, [], 0)
    assert "private" in rows("rejected")[0]["reason"] or "public" in rows("rejected")[0]["reason"]


@pytest.mark.parametrize("header", ["text/html; charset*=utf-8''a; charset*0=b", "text/html; charset=\x00"])
def test_no_header_ends_the_run(web: Web, visit: Visit, header: str) -> None:
    web.pages |= {
        "/feed": Page(rss("/1", "/2")),
        "/1": Page(page(1), headers={"Content-Type": header}),
        "/2": Page(page(2)),
    }
    seen = visit()
    assert sum(seen.outcomes.values()) == 2
    assert seen.outcomes[Outcome.OK] >= 1


def test_no_listing_ends_the_run(web: Web, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        message = "a bug"
        raise RecursionError(message)

    monkeypatch.setattr("pipeline.run._crawl.read_listing", fail)
    assert visit().outcomes == {Outcome.FETCH_ERROR: 1}  # there is no page yet
    web.pages["/feed"] = Page(rss("/1"))
    assert visit().outcomes == {Outcome.FEED_ERROR: 1}


# --- addresses of articles -----------------------------------------------------------------------------------------


def test_an_article_that_has_not_changed_is_not_sent_again(web: Web, visit: Visit) -> None:
    web.pages["/a-1"] = tagged(page(1))
    assert visit(web.url("/a-1")).outcomes == {Outcome.OK: 1}
    assert visit(web.url("/a-1")).outcomes == {Outcome.NOT_MODIFIED: 1}
    assert web.seen[-1].headers["If-None-Match"] == '"1"'
    web.pages["/a-1"] = Page(status=503)
    assert visit(web.url("/a-1")).outcomes == {Outcome.NOT_MODIFIED: 1}


def test_an_article_that_a_feed_names_too_is_fetched_once(web: Web, visit: Visit, rows: Rows) -> None:
    web.pages |= {"/feed": Page(rss("/a-1")), "/a-1": Page(page(1))}
    for outcome in (Outcome.OK, Outcome.NOT_MODIFIED):
        seen = visit(web.url("/feed"), web.url("/a-1"))
        assert (sorted(seen.paths), seen.outcomes) == (["/a-1", "/feed"], {outcome: 1})
        assert rows("articles")[0]["published"] == "2024-01-09"


# --- lists of all kinds --------------------------------------------------------------------------------------------


def test_lists_of_lists_are_followed(web: Web, visit: Visit, tmp_path: Path) -> None:
    opml = f'<opml><body><outline text="x"><outline xmlUrl="{web.url("/feed")}"/></outline></body></opml>'
    (tmp_path / "feeds.opml").write_text(opml, encoding="utf-8")
    (tmp_path / "urls.txt").write_text(f"# mine\n{web.url('/3')}\n{web.url('/4')}\n", encoding="utf-8")
    index = f"<sitemapindex><sitemap><loc>{web.url('/map.xml')}</loc></sitemap></sitemapindex>"
    web.pages |= {
        "/feed": Page(rss("/1")),
        "/index.xml": Page(index.encode()),
        "/map.xml": Page(f"<urlset><url><loc>{web.url('/2')}</loc></url></urlset>".encode()),
        "/": Page(b'<html><head><link rel="alternate" type="application/rss+xml" href="/own"></head></html>'),
        "/own": Page(rss("/5")),
        **{f"/{n}": Page(page(n)) for n in range(1, 7)},
    }
    seen = visit(str(tmp_path / "feeds.opml"), str(tmp_path / "urls.txt"), *map(web.url, ("/index.xml", "/", "/6")))
    assert seen.outcomes == {Outcome.OK: 6}
    with look_into(tmp_path / "out") as view:
        kinds = {listing.kind for listing in view.status().listings}
    assert kinds == {"opml", "urls", "sitemap", "home", "feed"}


@pytest.mark.parametrize("home", [True, False], ids=["home page", "sitemap index"])
def test_what_is_behind_a_list_that_has_not_changed_is_asked_for(web: Web, visit: Visit, home: bool) -> None:  # noqa: FBT001
    link = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
    index = f"<sitemapindex><sitemap><loc>{web.url('/feed')}</loc></sitemap></sitemapindex>"
    web.pages |= {"/": tagged((link if home else index).encode()), "/feed": Page(rss("/1"))}
    web.pages |= {"/1": Page(page(1)), "/2": Page(page(2))}
    visit(web.url("/"))
    web.pages["/feed"] = Page(rss("/1", "/2"))
    assert visit(web.url("/")).outcomes == {Outcome.OK: 1, Outcome.NOT_MODIFIED: 1}


def test_lists_that_name_each_other_end(web: Web, visit: Visit) -> None:
    index = "<sitemapindex>{}</sitemapindex>"
    for n in range(8):
        locs = "".join(f"<sitemap><loc>{web.url(f'/{path}')}</loc></sitemap>" for path in (n, n + 1))
        web.pages[f"/{n}"] = Page(index.format(locs).encode())
    seen = visit(web.url("/0"))
    assert seen.paths == ["/0", "/1", "/2", "/3"]
    assert seen.outcomes == {Outcome.FEED_ERROR: 1}


def test_an_article_at_a_new_address_is_known_by_the_old(web: Web, visit: Visit, rows: Rows) -> None:
    web.pages |= {"/feed": Page(rss("/old")), "/old": redirect("/new"), "/new": Page(page(1))}
    visit()
    assert rows("articles")[0]["url"] == web.url("/old")
    assert visit().paths == ["/feed"]


def test_the_encoding_is_what_the_server_says(web: Web, visit: Visit, rows: Rows) -> None:
    body = "<p>Wałęsa and Żory: two men were killed when a bus fell into the river near Orla, the police said.</p>" * 2
    headers = {"Content-Type": "text/html; charset=windows-1250"}
    web.pages |= {"/feed": Page(rss("/1")), "/1": Page(body.encode("windows-1250"), headers=headers)}
    visit()
    assert "Wałęsa and Żory" in rows("articles")[0]["text"]


@pytest.mark.parametrize("header", ["text/html", "text/html; charset=cp1252", "text/html; charset=utf-8"])
def test_names_are_right_whatever_the_server_says(web: Web, visit: Visit, rows: Rows, header: str) -> None:
    body = "<p>The señora Peña Ñahui was killed when a bus fell into the river near Orla, the police said.</p>" * 2
    web.pages |= {"/feed": Page(rss("/1")), "/1": Page(body.encode("cp1252"), headers={"Content-Type": header})}
    visit()
    assert "Peña Ñahui" in rows("articles")[0]["text"]


def test_what_a_feed_says_of_an_article_reaches_its_row(web: Web, visit: Visit, rows: Rows) -> None:
    web.pages |= {"/feed": Page(rss("/1")), "/1": Page(status=404)}
    visit()
    (article,) = rows("articles")
    assert (article["title"], article["source"]) == ("Bus /1", "Orla Courier")
    (event,) = rows("events")
    assert event["url"] == web.url("/1")
