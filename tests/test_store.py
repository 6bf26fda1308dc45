"""The store: what it keeps, what it replaces, whom it lets in, and what it survives."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import store as store_module
from pipeline.errors import ConfigError
from pipeline.link import fingerprint_of
from pipeline.records import Article, Link, Outcome, Page, Span
from pipeline.store import STORE_FILE, Input, Result, Store, Visit, digest_of, key_of_link, look_into
from pipeline.store import _open as opening
from pipeline.store import _schema as schema
from pipeline.store._cells import from_cell, pack_page, to_cell, unpack_page
from pipeline.table import TABLES, Column, Kind, article_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.link import Fingerprint
    from pipeline.table import Value

ARTICLES, EVENTS, COUNTS, REJECTED = (TABLES[name] for name in ("articles", "events", "counts", "rejected"))
BODY = "Two porters were killed on Monday when a bus fell into the river near Orla, the police said."


def entry_of(name: str, text: str = BODY) -> Input:
    return Input(f"in_{name}", name, Page(name, text, is_html=False))


def result_of(name: str, outcome: Outcome = Outcome.OK, **more: object) -> Result:
    """Return a result with the row of an article and that of an event of it."""
    article_id = f"ar_{name}"
    article = Article(article_id, name, BODY, paragraphs=(Span(0, len(BODY)),))
    event = {column.name: None for column in EVENTS.columns} | {"event_id": f"ev_{name}", "article_id": article_id}
    table, row = article_row(article, outcome)
    rows = ((table.name, row), ("events", event))
    return replace(Result(outcome, article_id, rows=rows, fingerprint=fingerprint_of(article)), **more)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, "reader 1") as opened:
        yield opened


def names(store: Store, table: str = "articles", column: str = "input_id") -> list[Value]:
    return [row[column] for row in store.view.rows(TABLES[table])]


def later(folder: Path, reader: str = "reader 1") -> Store:
    """Return the store of another run."""
    return Store(folder, reader)


# --- what it keeps -------------------------------------------------------------------------------------------------

VALUES = {
    Kind.TEXT: st.text(st.characters(codec="utf-8")),
    Kind.CODE: st.sampled_from(["", *Outcome]),
    Kind.DATE: st.sampled_from(["", "2024-01-09"]),
    Kind.ID: st.sampled_from(["", "ar_1"]),
    Kind.LIST: st.lists(st.text(st.characters(codec="utf-8"))).map(tuple),
    Kind.INTEGER: st.none() | st.integers(-(2**63), 2**63 - 1),
    Kind.NUMBER: st.none() | st.floats(allow_nan=False),
    Kind.BOOLEAN: st.sampled_from([None, True, False]),
}


@pytest.mark.parametrize("kind", Kind)
def test_values_come_back_as_they_were(kind: Kind) -> None:
    column = Column("c", kind, "")

    @given(VALUES[kind])
    def check(value: Value) -> None:
        with closing(sqlite3.connect(":memory:")) as connection:
            (cell,) = connection.execute("SELECT ?", (to_cell(value, column),)).fetchone()
        again = from_cell(cell, column)
        assert again == value
        assert type(again) is type(value) or isinstance(value, str)

    check()


@pytest.mark.parametrize(
    "page",
    [
        Page("a", BODY, is_html=False),
        Page("a", b"\xff\xfe\x00", is_html=True, charset="cp1252", origin="a"),
        Page("a", "lone \udc80 surrogate", is_html=False, authors=("Ana Ruiz", ""), from_feed=True),
        Page("", "", is_html=False),
    ],
    ids=["text", "bytes", "surrogate", "blank"],
)
def test_pages_come_back_as_they_were(page: Page) -> None:
    assert unpack_page(*pack_page(page)) == page


def test_the_digest_of_a_page_tells_all_of_it() -> None:
    page = Page("a", "x", is_html=False)
    others = [
        replace(page, content=b"x"),
        replace(page, title="t"),
        replace(page, is_html=True),
        replace(page, url="u"),
    ]
    assert len({digest_of(each) for each in (page, *others)}) == 5


def test_the_digest_of_a_page_does_not_tell_its_id() -> None:
    page = Page("a", "x", is_html=False)
    assert digest_of(replace(page, input_id="b", has_id=False)) == digest_of(page)


def test_rows_are_in_an_order_of_their_own(store: Store) -> None:
    for name in ("b", "c", "a"):
        store.save(entry_of(name), result_of(name))
    assert names(store) == ["a", "b", "c"]
    assert names(store, "events", "event_id") == ["ev_a", "ev_b", "ev_c"]


# --- what it replaces ----------------------------------------------------------------------------------------------


def test_a_page_that_is_as_it_was_is_settled(tmp_path: Path) -> None:
    with later(tmp_path) as first:
        assert first.settle(entry_of("a")) is None
        assert first.save(entry_of("a"), result_of("a")) is Outcome.OK
        assert first.settle(entry_of("a")) is Outcome.DUPLICATE
    with later(tmp_path) as second:
        assert second.settle(entry_of("a", "another text")) is None
        assert second.settle(entry_of("a")) is Outcome.NOT_MODIFIED
    with later(tmp_path, "reader 2") as third:
        assert third.settle(entry_of("a")) is None


def test_what_was_rejected_is_rejected_again(tmp_path: Path) -> None:
    with later(tmp_path) as first:
        first.save(entry_of("a"), Result(Outcome.NO_TEXT, stage="clean", reason="there is no text"))
    with later(tmp_path) as second:
        assert second.settle(entry_of("a")) is Outcome.NO_TEXT
        assert names(second, "rejected", "reason") == ["there is no text"]


def test_a_changed_page_takes_the_place_of_the_old(store: Store) -> None:
    store.save(entry_of("a"), result_of("a"))
    store.save(entry_of("a", "new"), replace(result_of("b"), reason=""))
    assert names(store, "articles", "article_id") == ["ar_b"]
    assert names(store, "events", "event_id") == ["ev_b"]


def test_reading_again_adds_nothing(store: Store) -> None:
    for _ in range(2):
        store.save(entry_of("a"), result_of("a"))
    assert (names(store), names(store, "events", "event_id")) == (["a"], ["ev_a"])


def test_a_rejected_page_takes_its_old_rows_with_it(store: Store) -> None:
    store.save(entry_of("a"), result_of("a"))
    store.save(entry_of("a", ""), Result(Outcome.NO_TEXT, stage="clean", reason="there is no text"))
    assert (names(store), names(store, "events"), names(store, "rejected")) == ([], [], ["a"])


def test_a_file_that_cannot_be_read_any_more_keeps_its_article(tmp_path: Path) -> None:
    with later(tmp_path) as first:
        first.save(entry_of("a"), result_of("a"))
    with later(tmp_path) as second:
        failed = Result(Outcome.PARSE_ERROR, stage="sources", reason="cannot be read")
        assert second.save(Input("in_a", "a", failure=failed), failed) is Outcome.PARSE_ERROR
        assert (names(second), [entry.page for entry in second.stored()]) == (["a"], [entry_of("a").page])


def test_a_page_on_the_web_that_is_none_any_more_keeps_its_article(store: Store) -> None:
    entry = Input(key_of_link(LINK), LINK.url, Page(LINK.url, BODY, is_html=False), link=LINK)
    store.save(entry, result_of("a"))
    wall = replace(entry, page=Page(LINK.url, "Subscribe to read on", is_html=False))
    assert store.save(wall, Result(Outcome.NO_TEXT)) is Outcome.NO_TEXT
    assert (names(store), list(store.stored())) == (["a"], [entry])
    assert store.save(entry, Result(Outcome.NOT_ENGLISH)) is Outcome.NOT_ENGLISH  # by another reader: it knows better
    assert names(store) == []


@pytest.mark.parametrize("first", [Outcome.OK, Outcome.EXTRACT_ERROR])
def test_one_article_under_two_names_is_a_duplicate(store: Store, first: Outcome) -> None:
    assert store.save(entry_of("a"), result_of("a", first)) is first
    assert store.save(entry_of("b"), result_of("a")) is Outcome.DUPLICATE
    assert names(store) == ["a"]
    assert "the same article as a" in names(store, "rejected", "reason")


def test_the_smaller_name_has_the_article_whatever_came_first(store: Store) -> None:
    assert store.save(entry_of("b"), result_of("a")) is Outcome.OK
    assert store.save(entry_of("a"), result_of("a")) is Outcome.DUPLICATE
    assert names(store, "rejected", "input_id") == ["b"]
    assert names(store, "rejected", "reason") == ["the same article as a"]
    assert (names(store), names(store, "events", "event_id")) == (["a"], ["ev_a"])


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_what_is_not_read_is_no_duplicate_whatever_came_first(store: Store, order: str) -> None:
    for name in order:
        assert store.save(entry_of(name), result_of("a", Outcome.NOT_ENGLISH)) is Outcome.NOT_ENGLISH
    assert names(store, "rejected", "outcome") == ["not_english", "not_english"]
    assert names(store) == ["a"]


def test_a_duplicate_inherits_the_article(store: Store) -> None:
    store.save(entry_of("a"), result_of("a"))
    store.save(entry_of("b"), result_of("a"))
    store.save(entry_of("a", "new"), result_of("c"))
    assert names(store) == ["b", "c"]
    assert names(store, "events", "event_id") == ["ev_a", "ev_c"]
    assert store.save(entry_of("b", "newer"), result_of("d")) is Outcome.OK
    assert names(store, "events", "event_id") == ["ev_c", "ev_d"]


def test_rows_that_do_not_fit_together_reject_the_article_alone(store: Store) -> None:
    twice = result_of("a").rows
    assert store.save(entry_of("a"), replace(result_of("a"), rows=(*twice, twice[-1]))) is Outcome.EXTRACT_ERROR
    dangling = {column.name: None for column in COUNTS.columns} | {
        "count_id": "co_1",
        "event_id": "ev_none",
        "article_id": "ar_b",
    }
    rows = (*result_of("b").rows, ("counts", dangling))
    assert store.save(entry_of("b"), replace(result_of("b"), rows=rows)) is Outcome.EXTRACT_ERROR
    assert (names(store), names(store, "rejected")) == ([], ["a", "b"])
    assert "do not fit together" in str(names(store, "rejected", "reason")[0])


def test_mended_lines_are_forgotten(tmp_path: Path) -> None:
    with later(tmp_path) as first:
        for place in ("in.jsonl:1", "in.jsonl:12", "in.jsonl", "in.jsonl2:1"):
            first.save(Input(f"in_{place}", place), Result(Outcome.PARSE_ERROR, stage="sources", reason="no JSON"))
    with later(tmp_path) as second:
        second.save(Input("in_in.jsonl:12", "in.jsonl:12"), Result(Outcome.PARSE_ERROR, stage="sources", reason="!"))
        second.forget_mended(["in.jsonl"])
        assert names(second, "rejected") == ["in.jsonl2:1", "in.jsonl:12"]


# --- the web -------------------------------------------------------------------------------------------------------

FEED = "https://courier.example/feed"
LINK = Link("https://courier.example/bus", FEED, source="Orla Courier", updated="1")


def visit(links: int = 1, **more: object) -> Visit:
    return replace(Visit(FEED, kind="feed", etag='"1"', links=links), **more)  # type: ignore[arg-type]


def test_links_wait_until_they_are_saved(tmp_path: Path) -> None:
    with later(tmp_path) as first:
        assert first.add_visit(visit(), [LINK]) == {}
        assert [(found.url, found.read) for found in first.waiting()] == [(LINK.url, False)]
    with later(tmp_path) as second:  # the first was killed before it fetched; the feed says "not modified" now
        second.add_visit(Visit(FEED, outcome=Outcome.NOT_MODIFIED))
        (found,) = second.waiting()
        second.save(Input(found.key, LINK.url, link=LINK, etag='"p"'), Result(Outcome.NO_INCIDENT))
        assert second.waiting() == ()
    with later(tmp_path) as third:
        assert third.add_visit(visit(), [LINK, LINK]) == {LINK.url: Outcome.NOT_MODIFIED}
        assert third.tags_of(FEED) == ('"1"', "")


def test_an_updated_link_waits_again(tmp_path: Path) -> None:
    with later(tmp_path) as first:
        first.add_visit(visit(), [LINK])
        first.save(Input(key_of_link(LINK), LINK.url, link=LINK, etag='"p"'), Result(Outcome.NO_INCIDENT))
    with later(tmp_path) as second:
        assert second.add_visit(visit(), [replace(LINK, updated="2")]) == {}
        (found,) = second.waiting()
        assert (found.etag, found.read, second.link_of(found.url).updated) == ('"p"', True, "2")
        assert second.keep(found.key) is Outcome.NOT_MODIFIED
        assert second.waiting() == ()


def test_a_page_that_cannot_be_had_is_given_up_after_a_week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Result(Outcome.FETCH_ERROR, stage="fetch", reason="status 500")
    for _ in range(10):  # hours
        with later(tmp_path) as opened:
            assert opened.add_visit(visit(), [LINK]) == {}
            (found,) = opened.waiting()
            opened.save(Input(found.key, LINK.url, link=LINK, again=True), failed)
            assert names(opened, "rejected", "reason") == ["status 500"]
    monkeypatch.setattr(store_module, "_now", lambda *, days=0: f"2999-01-{1 + days:02}T00:00:00+00:00")
    with later(tmp_path) as last:
        assert last.waiting() == ()
        assert last.add_visit(visit(), [LINK]) == {LINK.url: Outcome.FETCH_ERROR}
        assert last.add_visit(visit(), [LINK]) == {}  # counted already
    with later(tmp_path) as updated:
        assert updated.add_visit(visit(), [replace(LINK, updated="2")]) == {}
        assert [found.url for found in updated.waiting()] == [LINK.url]


def test_only_the_listing_that_named_it_says_that_an_article_was_updated(tmp_path: Path) -> None:
    other = replace(LINK, listing="https://other.example/feed", updated="another date")
    with later(tmp_path) as first:
        first.add_visit(visit(), [LINK, other])
        first.save(Input(key_of_link(LINK), LINK.url, link=LINK), Result(Outcome.NO_INCIDENT))
    for _ in range(2):
        with later(tmp_path) as opened:
            assert opened.add_visit(visit(), [other, LINK]) == {LINK.url: Outcome.NOT_MODIFIED}
            assert opened.waiting() == ()
            assert opened.link_of(LINK.url) == LINK


def test_an_input_that_another_reader_rejected_is_counted_although_there_is_no_page(tmp_path: Path) -> None:
    with later(tmp_path) as first:
        first.add_visit(visit(), [LINK])
        first.save(Input(key_of_link(LINK), LINK.url, link=LINK), Result(Outcome.FETCH_ERROR, reason="status 404"))
    with later(tmp_path, "reader 2") as second:
        assert second.add_visit(visit(), [LINK]) == {LINK.url: Outcome.FETCH_ERROR}


def test_another_reader_wants_the_feed_itself(tmp_path: Path) -> None:
    with later(tmp_path) as first:
        first.add_visit(visit(), [LINK])
    with later(tmp_path, "reader 2") as second:
        assert second.tags_of(FEED) == ("", "")


def test_a_reading_that_was_not_finished_takes_nothing(tmp_path: Path) -> None:
    with later(tmp_path) as first:
        first.save(entry_of("a"), result_of("a"))
    with later(tmp_path, "reader 2") as second:
        assert second.save(entry_of("a"), Result(Outcome.EXTRACT_TIMEOUT)) is Outcome.EXTRACT_TIMEOUT
        assert names(second) == ["a"]
    with later(tmp_path, "reader 2") as third:
        assert third.settle(entry_of("a")) is None


def test_a_listing_that_fails_keeps_what_is_known_of_it(tmp_path: Path) -> None:
    with later(tmp_path) as opened:
        opened.add_visit(visit(title="Orla Courier"), [LINK])
        opened.add_visit(Visit(FEED, outcome=Outcome.FEED_ERROR, error="status 500"))
        assert names(opened, "rejected") == [FEED]
        assert opened.tags_of(FEED) == ('"1"', "")
        assert opened.knows_listing(FEED)
    with look_into(tmp_path) as view:
        (listing,) = view.status().listings
    assert (listing.title, listing.links, listing.outcome, listing.error) == (
        "Orla Courier",
        1,
        "feed_error",
        "status 500",
    )


def test_articles_that_another_reader_has_read_are_read_again_from_the_store(tmp_path: Path) -> None:
    entry = Input(key_of_link(LINK), LINK.url, Page(LINK.url, BODY, is_html=False), link=LINK, etag='"p"')
    with later(tmp_path) as first:
        first.add_visit(visit(), [LINK])
        first.save(entry, result_of("a"))
        first.save(entry_of("local"), result_of("b"))
    with later(tmp_path, "reader 2") as second:
        assert list(second.outdated()) == []  # not met yet
        second.add_visit(visit(), [LINK])
        assert list(second.outdated()) == [entry]
        assert [found.key for found in second.stored()] == [entry.key, "in_local"]


# --- copies --------------------------------------------------------------------------------------------------------


def test_copies_share_a_group_whatever_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store._articles.are_copies", lambda *_: True)
    groups = []
    for folder, order in (("one", "abc"), ("two", "cba")):
        with later(tmp_path / folder) as opened:
            for name in order:
                opened.save(entry_of(name), result_of(name))
            opened.mark_copies()
            groups.append(names(opened, "articles", "duplicate_group"))
    assert groups[0] == groups[1]
    assert len(set(groups[0])) == 1
    assert groups[0][0]


def test_an_article_that_goes_leaves_its_group(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store._articles.are_copies", lambda *_: True)
    for name in "ab":
        store.save(entry_of(name), result_of(name))
    store.mark_copies()
    assert all(names(store, "articles", "duplicate_group"))
    store.save(entry_of("a", ""), Result(Outcome.NO_TEXT))
    store.mark_copies()
    assert names(store, "articles", "duplicate_group") == [""]


WALL = (
    "We and our 40 partners of Orla and Vale use cookies in Lumen, Tira and Bor. "
    + "Agree or leave this page now. " * 9
)


def print_of(text: str) -> Fingerprint:
    return fingerprint_of(Article("a", "a", text, paragraphs=(Span(0, len(text)),)))


def test_one_text_at_many_addresses_is_compared_once(store: Store) -> None:
    for number in range(30):
        store.save(entry_of(f"{number:02}"), replace(result_of(f"{number:02}"), fingerprint=print_of(WALL)))
    near = print_of(WALL.replace("Agree", "Accept", 1))
    store.save(entry_of("near"), replace(result_of("near"), fingerprint=near))
    assert store.connection.execute("SELECT count(*) FROM copies").fetchone()[0] == 30
    store.mark_copies()
    assert len(set(names(store, "articles", "duplicate_group"))) == 1
    store.save(entry_of("00", ""), Result(Outcome.NO_TEXT))  # the one that stood for the others
    store.mark_copies()
    assert len(names(store)) == 30
    assert len(set(names(store, "articles", "duplicate_group"))) == 1


# --- whom it lets in -----------------------------------------------------------------------------------------------


def test_the_schema_has_the_version_that_it_says() -> None:
    """If this fails: raise SCHEMA_VERSION, see that an older store is brought up to date, then note the hash."""
    digest = hashlib.sha256("\n".join(schema.statements()).encode()).hexdigest()[:16]
    assert (schema.SCHEMA_VERSION, digest) == (1, "2b0abd8dbbe612b9")


def test_a_second_writer_hears_who_is_there(store: Store, tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError, match=rf"in use by another run \(process {os.getpid()} on .*, since 20"),
        later(tmp_path),
    ):
        pass
    store.save(entry_of("a"), result_of("a"))  # the first is not disturbed


def test_a_holder_that_has_said_nothing_yet_is_not_mistaken(tmp_path: Path) -> None:
    with later(tmp_path) as first:
        first.finish({})
        with pytest.raises(ConfigError, match="in use by another run; wait"), later(tmp_path):
            pass


def test_a_reader_is_not_kept_waiting(store: Store, tmp_path: Path) -> None:
    store.save(entry_of("a"), result_of("a"))
    with look_into(tmp_path) as view:
        store.save(entry_of("b"), result_of("b"))
        assert [row["input_id"] for row in view.rows(ARTICLES)] == ["a"]  # as it was when it was opened


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"no SQLite file at all" * 100, "is no store"),
        ("CREATE TABLE songs (name)", "another program"),
        (f"PRAGMA application_id = {schema.APPLICATION_ID}; PRAGMA user_version = 99", "update incidents-from-news"),
    ],
    ids=["no database", "another program's", "of a later version"],
)
def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path, content: bytes | str, part: str) -> None:
    path = tmp_path / STORE_FILE
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(content)
    before = path.read_bytes()
    with pytest.raises(ConfigError, match=part), later(tmp_path):
        pass
    with pytest.raises(ConfigError, match=part), look_into(tmp_path):
        pass
    assert path.read_bytes() == before


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    with later(tmp_path) as opened:
        for number in range(50):
            opened.save(entry_of(str(number)), result_of(str(number)))
    path = tmp_path / STORE_FILE
    content = bytearray(path.read_bytes())
    content[4096 * 3 : -4096] = bytes(len(content) - 4096 * 4)
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="damaged"), later(tmp_path):
        pass


def test_an_older_store_is_brought_up_to_date_and_a_copy_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with later(tmp_path) as first:
        first.save(entry_of("a"), result_of("a"))
    wider = replace(EVENTS, columns=(*EVENTS.columns, Column("mood", Kind.TEXT, "how it felt")))
    monkeypatch.setitem(schema.STORED, "events", wider)
    monkeypatch.setattr(opening, "SCHEMA_VERSION", 2)
    with later(tmp_path) as second:
        assert [row["mood"] for row in second.view.rows(wider)] == [None]
        assert names(second) == ["a"]
    monkeypatch.undo()
    (copy,) = tmp_path.glob("incidents.v1.db")
    (tmp_path / "old").mkdir()
    copy.rename(tmp_path / "old" / STORE_FILE)
    with look_into(tmp_path / "old") as view:
        assert [row["input_id"] for row in view.rows(ARTICLES)] == ["a"]


def test_there_is_no_store_to_look_into(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no store; incidents run INPUT --out"), look_into(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_any_tool_opens_it(tmp_path: Path) -> None:
    """Datasette, DB Browser and pandas see tables with keys and references."""
    with later(tmp_path) as opened:
        opened.save(entry_of("a"), result_of("a"))
    with closing(sqlite3.connect(tmp_path / STORE_FILE)) as connection:
        assert connection.execute("SELECT source_headline FROM events JOIN articles USING (article_id)").fetchall() == [
            (None,)
        ]
        references = {row[3]: row[2] for row in connection.execute("PRAGMA foreign_key_list(events)")}
        assert references == {"article_id": "articles", "parent_event_id": "events"}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
