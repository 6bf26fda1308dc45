"""Feeds, sitemaps, OPML files and lists of addresses: what is read of them, and what they cannot do to us."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import tarfile
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import feedparser
import pytest

from pipeline.clean._days import read_published
from pipeline.records import Link
from pipeline.sources import Listing, ListingKind, find_feeds, looks_like_urls, read_listing
from pipeline.sources._links import settle_links
from tests.web import Page, Web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


SITE = "https://orla.example"
FEED = f"{SITE}/news/feed.xml"
SEED = 20260314
SHARED = Path(os.environ.get("INCIDENTS_SHARED", Path(__file__).parents[2] / "shared"))
CORPUS = SHARED / "data" / "feeds" / "feedparser-tests.tar.gz"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom"'
)


def rss(entries: str, title: str = "Orla Courier") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {NAMESPACES}><channel><title>{title}</title>'
        f"<link>https://orla.example/</link>{entries}</channel></rss>"
    )


def atom(entries: str, base: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"{base}><title>Orla Courier</title>{entries}</feed>'


def rdf(entries: str) -> str:
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f"{NAMESPACES}><channel><title>Orla Courier</title></channel>{entries}</rdf:RDF>"
    )


def json_feed(*items: object, **fields: object) -> str:
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": "Orla Courier", "items": items, **fields})


def urlset(urls: str) -> str:
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
        f'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{urls}</urlset>'
    )


def read(content: str | bytes, address: str = FEED, charset: str = "") -> Listing:
    listing = read_listing(
        content if isinstance(content, bytes) else content.encode(), address=address, charset=charset
    )
    assert listing is not None
    return listing


def read_one(content: str | bytes, address: str = FEED, charset: str = "") -> Link:
    (link,) = read(content, address, charset).links
    return link


def element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"


def item(*elements: str) -> str:
    """Return an RSS item, whose address is the last that it is given."""
    return f"<item><link>{SITE}/1</link>{''.join(elements)}</item>"


def atom_entry(*elements: str) -> str:
    return atom(f"<entry><link href='/1'/>{''.join(elements)}</entry>")


# --- feeds ---------------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    id: str
    content: str
    field: str
    value: object


CONTENT = element(
    "content:encoded", "<![CDATA[<p>Two porters were <b>killed</b>\nin Orla.</p><p>Police said so.</p>]]>"
)
PARAGRAPHS = "Two porters were killed in Orla.\nPolice said so."
RFC_822 = "Sat, 14 Mar 2026 23:30:00 -0500"
BASED = atom("<entry xml:base='b/'><link href='c'/></entry>", f" xml:base='{SITE}/a/'")
ENTRIES = (
    Case("link", rss(item("<link> /2026/a b?x=1&amp;y=2#top </link>")), "url", f"{SITE}/2026/a%20b?x=1&y=2"),
    Case("link-broken-entity", rss(item("<link>/a?x=1&y=2</link>")), "url", f"{SITE}/a?x=1&y=2"),
    Case("guid", rss(f"<item><guid isPermaLink='true'>{SITE}/2</guid></item>"), "url", f"{SITE}/2"),
    Case("origlink", rss(item(element("feedburner:origLink", f"{SITE}/o"))), "url", f"{SITE}/o"),
    Case("rdf-link", rdf(item("<link>/2</link>")), "url", f"{SITE}/2"),
    Case("atom", atom("<entry><id>x</id><link rel='self' href='/s'/><link href='/2'/></entry>"), "url", f"{SITE}/2"),
    Case("atom-base", BASED, "url", f"{SITE}/a/b/c"),
    Case("json-url", json_feed({"url": "/2", "external_url": "https://vale.example/"}), "url", f"{SITE}/2"),
    Case("json-external", json_feed({"external_url": "https://vale.example/2"}), "url", "https://vale.example/2"),
    Case("title", rss(item("<title>Two killed\n in Orla</title>")), "title", "Two killed in Orla"),
    Case("title-escaped", rss(item("<title>A &amp;amp; B &lt;b&gt;C&lt;/b&gt;</title>")), "title", "A & B C"),
    Case("title-cdata", rss(item("<title><![CDATA[Ana’s “case” &amp; B]]></title>")), "title", "Ana’s “case” & B"),
    Case("title-atom", atom_entry("<title type='html'>A &lt;i>b&lt;/i></title>"), "title", "A b"),
    Case("title-plain", atom_entry("<title>5 &lt; 6</title>"), "title", "5 < 6"),
    Case("title-json", json_feed({"url": "/1", "title": "A \ud83d"}), "title", "A \ufffd"),
    Case("published", rss(item(element("pubDate", RFC_822))), "published", RFC_822),
    Case("published-dc", rdf(item("<dc:date>2026-03-14T10:00:00Z</dc:date>")), "published", "2026-03-14T10:00:00Z"),
    Case("published-atom", atom_entry("<published>2026-03-14</published>"), "published", "2026-03-14"),
    Case("published-not-updated", atom_entry("<updated>2026-03-15</updated>"), "published", ""),
    Case("published-json", json_feed({"url": "/1", "date_published": "2026-03-14"}), "published", "2026-03-14"),
    Case("updated", atom_entry("<updated>2026-03-15</updated>"), "updated", "2026-03-15"),
    Case("updated-json", json_feed({"url": "/1", "date_modified": "2026-03-15"}), "updated", "2026-03-15"),
    Case("updated-missing", rss(item(element("pubDate", RFC_822))), "updated", ""),
    Case("author", rss(item("<author>desk@orla.com (Ana Paz)</author>")), "authors", ("Ana Paz",)),
    Case("authors", rss(item(element("dc:creator", "Ana"), element("dc:creator", "Jo"))), "authors", ("Ana", "Jo")),
    Case("authors-atom", atom_entry("<author><name>Ana Paz</name></author>"), "authors", ("Ana Paz",)),
    Case("authors-json", json_feed({"url": "/1", "authors": [{"name": "Ana Paz"}, {}, 3]}), "authors", ("Ana Paz",)),
    Case("author-json-1.0", json_feed({"url": "/1", "author": {"name": "Ana Paz"}}), "authors", ("Ana Paz",)),
    Case("author-json-feed", json_feed({"url": "/1"}, authors=[{"name": "Ana Paz"}]), "authors", ("Ana Paz",)),
    Case("source", rss(item()), "source", "Orla Courier"),
    Case("source-json", json_feed({"url": "/1"}), "source", "Orla Courier"),
    Case("source-elsewhere", rss(item("<source url='https://vale.example/'>Post</source>")), "source", "Post"),
    Case("text", rss(item("<description>&lt;p&gt;Two porters&lt;/p&gt;</description>", CONTENT)), "text", PARAGRAPHS),
    Case("text-order", rss(item(CONTENT, "<description>Two porters</description>")), "text", PARAGRAPHS),
    Case("summary", rss(item("<description>A&lt;br>B&lt;script>x&lt;/script></description>")), "text", "A\nB"),
    Case("xhtml", atom_entry("<content type='xhtml'><div><p>A</p><p>B &amp;</p></div></content>"), "text", "A\nB &"),
    Case("text-picture", atom_entry("<content type='image/png'>iVBORw0KGgo=</content>"), "text", ""),
    Case("text-json", json_feed({"url": "/1", "summary": "A", "content_html": "<p>A</p><p>B"}), "text", "A\nB"),
    Case("text-json-plain", json_feed({"url": "/1", "content_text": "A\n\n B"}), "text", "A\nB"),
    Case("listing", rss(item()), "listing", FEED),
)  # fmt: skip


@pytest.mark.parametrize("case", ENTRIES, ids=lambda case: case.id)
def test_what_an_entry_tells(case: Case) -> None:
    assert getattr(read_one(case.content), case.field) == case.value


@pytest.mark.parametrize(
    "written", ["Sat, 14 Mar 2026 23:30:00 -0500", "14 Mar 2026 10:00 GMT", "2026-03-14T10:00:00Z"]
)
def test_the_day_of_an_entry_can_be_read(written: str) -> None:
    assert read_published(read_one(rss(item(f"<pubDate>{written}</pubDate>"))).published) == "2026-03-14"


def test_the_title_of_a_feed() -> None:
    assert read(rss("", title="Orla &amp;amp; Vale")).title == "Orla & Vale"


@pytest.mark.parametrize(
    "entry",
    [
        "<item><description>Two porters were killed.</description></item>",
        "<item><guid>item-7</guid></item>",
        "<item><guid isPermaLink='false'>https://orla.example/7</guid></item>",
        "<item><link>javascript:alert(1)</link></item>",
        "<item><link>file:///etc/hostname</link></item>",
        "<item><link>http://[orla/</link></item>",
        "<item><link>https://ana:secret@orla.example/</link></item>",
        "<item><link> </link></item>",
    ],
)
def test_an_entry_without_a_usable_address_is_counted(entry: str) -> None:
    listing = read(rss(entry + item()))
    assert [link.url for link in listing.links] == ["https://orla.example/1"]
    assert listing.problems == ("1 without an http(s) address",)


@pytest.mark.parametrize(
    "markup",
    [
        rss(item("<title>Nan & Jo</title>")).replace("</channel></rss>", ""),
        rss(item("<title>Nan &nbsp; Jo</title>")),
        rss(item("<title>Nan \x08 Jo</title>")),
        "<br />\n<b>Warning</b>: mysql_connect() in /www/feed.php\n" + rss(item()),
        "\n\n  " + rss(item()),
        rss(item()).replace("?>", "?><!-- <html> --><!DOCTYPE rss [<!ENTITY a 'b'>]>"),
        rss(item()).replace(NAMESPACES, ""),
    ],
    ids=["cut", "html-entity", "control", "php-warning", "blanks", "comment-and-dtd", "no-namespaces"],
)
def test_a_broken_feed_is_read(markup: str) -> None:
    assert read_one(markup).url == "https://orla.example/1"


@pytest.mark.parametrize("reference", ["&#xD83D;&#xDE00;", "&#55357;", "&#8;", "&#x110000;", "&#99999999999999999999;"])
def test_what_is_no_character_spoils_itself_alone(reference: str) -> None:
    assert set(read_one(rss(item(element("title", f"Two killed {reference}")))).title) - set("Two killed") == {"\ufffd"}


def test_what_the_parser_fails_at_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        message = "a fault\nof its own"
        raise AssertionError(message)

    monkeypatch.setattr(feedparser, "parse", fail)
    assert read(rss(item())) == Listing(ListingKind.FEED, problems=("cannot be read: a fault of its own",))


def test_what_is_broken_is_told() -> None:
    assert read(rss(item()).replace("</channel></rss>", "</rss>")).problems == ("not well-formed: mismatched tag",)


@pytest.mark.parametrize(
    ("encoding", "declared", "charset"),
    [
        ("utf-8", "UTF-8", ""),
        ("utf-8", "ISO-8859-1", "iso-8859-1"),
        ("utf-8-sig", "UTF-8", ""),
        ("utf-16", "UTF-16", ""),
        ("cp1252", "windows-1252", ""),
        ("cp1252", "UTF-8", "windows-1252"),
        ("cp1252", "bogus", ""),
        ("gb18030", "gb18030", "utf-8"),
    ],
)
def test_names_survive_their_encoding(encoding: str, declared: str, charset: str) -> None:
    markup = rss(item("<title>Peña Ñahui</title>")).replace("UTF-8", declared)
    assert read_one(markup.encode(encoding), charset=charset).title == "Peña Ñahui"


def test_a_character_cut_in_two_spoils_itself_alone() -> None:
    markup = rss(item("<title>Peña Ñahui, Áncash, Perú: “two killed”, José Íñiguez said – ‘no más’ €</title>"))
    title = read_one(markup.encode().replace("€".encode(), "€".encode()[:2])).title
    assert title.startswith("Peña Ñahui, Áncash, Perú: “two killed”, José Íñiguez said – ‘no más’")


def test_a_long_text_is_cut() -> None:
    assert len(read_one(rss(item(f"<description>{'a b ' * 60_000}</description>"))).text) == 200_000


def test_a_picture_in_the_text_does_not_hide_it() -> None:
    picture = f'<p>Two<img src="data:image/png;base64,{"iVBOR" * 10_000}"> porters.'
    assert read_one(rss(item(f"<description><![CDATA[{picture}]]></description>"))).text == "Two porters."


# --- sitemaps ------------------------------------------------------------------------------------------------------

NEWS = (
    "<url><image:image><image:loc>/1.jpg</image:loc><image:title>A picture</image:title></image:image>"
    "<loc> https://orla.example/1?a=1&amp;b=2 </loc><lastmod>2026-03-15</lastmod><news:news><news:publication>"
    "<news:name>Orla Courier</news:name></news:publication><news:publication_date>2026-03-14</news:publication_date>"
    "<news:title>Two killed</news:title></news:news></url>"
)
SITEMAPS = {
    "as it should be": urlset(NEWS),
    "prefixed": urlset(NEWS).replace("<url", "<s:url").replace("</url", "</s:url").replace("xmlns=", "xmlns:s="),
    "no namespaces": "<urlset>" + NEWS + "</urlset>",
    "bare ampersand": urlset(NEWS.replace("&amp;", "&")),
    "cdata": urlset(NEWS.replace(" https", "<![CDATA[https").replace("&amp;b=2 ", "&b=2]]>")),
    "cut": urlset(NEWS).removesuffix("</urlset>"),
    "broken after": urlset(NEWS + "<url><loc></url>"),
    "blanks before": "\n " + urlset(NEWS),
}


@pytest.mark.parametrize("markup", SITEMAPS.values(), ids=SITEMAPS)
def test_a_news_sitemap(markup: str) -> None:
    listing = read(markup)
    link = listing.links[0]
    assert listing.kind is ListingKind.SITEMAP
    assert (link.url, link.title) == ("https://orla.example/1?a=1&b=2", "Two killed")
    assert (link.source, link.published, link.updated) == ("Orla Courier", "2026-03-14", "2026-03-15")


def test_a_broken_sitemap_is_told() -> None:
    assert read(SITEMAPS["cut"]).problems[0].startswith("not well-formed: Premature end")


def test_an_index_of_sitemaps() -> None:
    entries = "<sitemap><loc>https://orla.example/a.xml.gz</loc></sitemap><sitemap><loc>b.xml</loc></sitemap>"
    listing = read(f"<sitemapindex>{entries}{entries}</sitemapindex>")
    assert listing.links == ()
    assert listing.listings == ("https://orla.example/a.xml.gz", "https://orla.example/news/b.xml")


def test_a_gzipped_sitemap() -> None:
    assert read(gzip.compress(urlset(NEWS).encode())).links == read(urlset(NEWS)).links


@pytest.mark.parametrize("content", [b"\x1f\x8b", gzip.compress(urlset(NEWS).encode())[:-20]], ids=["junk", "cut"])
def test_a_broken_gzip_file_is_told(content: bytes) -> None:
    assert read(content).problems[0].startswith("cannot be unpacked: ")


# --- OPML and lists of addresses -----------------------------------------------------------------------------------


def test_opml_with_folders() -> None:
    listing = read(
        """<opml version="2.0"><head><title>Papers of Orla</title></head><body>
        <outline text="Dailies"><outline text="A">
          <outline type="rss" text="Courier" xmlUrl="https://orla.example/feed?a=1&b=2" htmlUrl="https://orla.example/"/>
        </outline></outline>
        <outline text="Vale Post" XMLURL="https://vale.example/rss"/>
        <outline text="Again" xmlurl="https://vale.example/rss"/>
        <outline text="Home" htmlUrl="https://dorn.example/"/>
        <outline text="Broken" xmlUrl="feed:vale"/></body></opml>"""
    )
    assert (listing.kind, listing.title, listing.links) == (ListingKind.OPML, "Papers of Orla", ())
    expected = ("https://orla.example/feed?a=1&b=2", "https://vale.example/rss", "https://dorn.example/")
    assert listing.listings == expected
    assert listing.problems == ("1 without an http(s) address",)


@pytest.mark.parametrize(
    ("text", "is_list"),
    [
        ("https://orla.example/1", True),
        ("# mine\n\n https://orla.example/1 \r\nHTTPS://orla.example/2", True),
        ("\ufeffhttps://orla.example/1\n", True),
        ("https://orla.example/1\nTwo porters were killed.", False),
        ("Two porters were killed.\nhttps://orla.example/1", False),
        ("https://orla.example/1 Two porters", False),
        ("ftp://orla.example/1", False),
        ("# only a remark", False),
        (" \n", False),
        ("", False),
    ],
)
def test_what_a_list_of_addresses_is(text: str, is_list: bool) -> None:  # noqa: FBT001 -- a column of a table
    assert looks_like_urls(text) is is_list
    assert (read_listing(text.encode(), address=FEED) is not None) is is_list


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])  # Windows writes the latter two
def test_a_list_of_addresses(encoding: str) -> None:
    listing = read(
        "# mine\r\nhttps://orla.example/1#a\r\n\r\nhttps://vale.example:99999/\r\n".encode(encoding), "mine.txt"
    )
    assert [(link.url, link.listing) for link in listing.links] == [("https://orla.example/1", "mine.txt")]
    assert (listing.kind, listing.problems) == (ListingKind.URLS, ("1 without an http(s) address",))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><html><body><rss><item><link>https://orla.example/1</link></item></rss>",
        b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100,
        b'{"version": "1", "items": [{"url": "https://orla.example/1"}]}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"<svg><item/></svg>",
        gzip.compress(b"Two porters were killed."),
    ],
    ids=["nothing", "page", "xhtml", "picture", "json", "deep", "deep-object", "svg", "gzip"],
)
def test_what_is_no_listing(content: bytes) -> None:
    assert read_listing(content, address=FEED) is None


# --- home pages ----------------------------------------------------------------------------------------------------


def test_the_feeds_of_a_home_page() -> None:
    html = """<html><head><link rel="stylesheet" type="text/css" href="/a.css">
    <LINK REL="Alternate Feed" TYPE="application/rss+xml; charset=utf-8" HREF="/feed#x" title="News">
    <link rel=alternate type=application/atom+xml href="atom.xml">
    <link rel=alternate type=application/feed+json href="/f.json">
    <link rel=alternate type=application/rss+xml href="/feed"><link rel=alternate type=application/rss+xml>
    <link rel=alternate type=application/rss+xml href="/comments/feed/" title="Orla">
    <link rel=alternate type=application/rss+xml href="/1/feed/" title="Orla &raquo; Two killed Comments Feed">
    <link rel=alternate type=application/json href="/wp-json/1"><link rel=alternate hreflang=es href="/es/">
    <link rel=alternate type=application/rss+xml href="javascript:x()"></head><body>"""
    expected = ("https://orla.example/feed", "https://orla.example/news/atom.xml", "https://orla.example/f.json")
    assert find_feeds(html.encode(), "https://orla.example/news/") == expected
    based = html.replace("<head>", "<head><base href='//vale.example/x/'>")
    assert find_feeds(based.encode(), "https://orla.example/news/")[1] == "https://vale.example/x/atom.xml"


@pytest.mark.parametrize("html", [b"", b"\0", b"Two porters", b"<link rel=alternate>", b"\x89PNG\xff\xfe"])
def test_a_page_without_feeds(html: bytes) -> None:
    assert find_feeds(html, "https://orla.example/") == ()


# --- what they cannot do to us -------------------------------------------------------------------------------------

KINDS = {
    "rss": rss(item("<title>Two killed</title><pubDate>Sat, 14 Mar 2026</pubDate>", CONTENT) * 3),
    "rdf": rdf(item("<dc:date>2026-03-14T10:00:00Z</dc:date>") * 3),
    "atom": atom("<entry><link href='/1'/><title type='html'>&lt;b>Peña</title><content>“Two”</content></entry>" * 3),
    "json": json_feed({"url": "/1", "content_html": "<p>Two", "authors": [{"name": "Ana"}]}, {"url": "/2"}),
    "sitemap": urlset(NEWS * 3),
    "opml": "<opml><body><outline text='Peña'><outline xmlUrl='https://orla.example/'/></outline></body></opml>",
    "urls": "# Peña\nhttps://orla.example/1\nhttps://orla.example/2\n",
}


def mutate(content: bytes, rng: random.Random) -> bytes:
    """Flip, cut, repeat or drop some bytes, or damage the encoding."""
    mutant = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        start = rng.randrange(len(mutant) + 1)
        stretch = slice(start, start + rng.randint(1, 60))
        action = rng.choice("flip cut repeat drop encoding".split())
        if action == "flip":
            mutant[start : start + 1] = rng.randbytes(1)
        elif action == "cut":
            del mutant[start:]
        elif action == "repeat":
            mutant[start:start] = mutant[stretch] * rng.randint(1, 30)
        elif action == "drop":
            del mutant[stretch]
        else:
            mutant[stretch] = mutant[stretch].decode("latin-1").encode(rng.choice(["utf-16", "utf-8", "cp037"]))
    return bytes(mutant)


def mutants(contents: list[bytes], count: int) -> Iterator[bytes]:
    rng = random.Random(SEED)
    for number in range(count):
        yield mutate(contents[number % len(contents)], rng)


def read_any(content: bytes) -> Listing | None:
    """Read bytes in every way there is; what comes out can be written."""
    find_feeds(content, FEED)
    listing = read_listing(content, address=FEED)
    repr(listing).encode()
    assert listing is None or all(link.url.startswith("http") for link in listing.links)
    return listing


def test_300_mutants_give_a_listing_or_none() -> None:
    listings = [read_any(mutant) for mutant in mutants([content.encode() for content in KINDS.values()], 300)]
    assert sum(bool(listing and (listing.links or listing.listings)) for listing in listings) > 100


def read_corpus() -> list[bytes]:
    if not CORPUS.exists():
        pytest.skip(f"{CORPUS} is not there")
    with tarfile.open(CORPUS) as archive:
        files = [archive.extractfile(member) for member in archive if member.name.endswith((".xml", ".json"))]
        return [file.read() for file in files if file]


def test_the_feeds_on_which_feedparser_is_tested() -> None:
    contents = read_corpus()
    listings = [read_any(content) for content in contents]
    assert len(contents) > 2100
    assert sum(listing is None for listing in listings) < 20  # UTF-16 without a mark, and an empty one
    assert not [problem for listing in listings if listing for problem in listing.problems if "cannot" in problem]


@pytest.mark.long
def test_5000_mutants_of_the_feeds_on_which_feedparser_is_tested() -> None:
    start = time.monotonic()
    for mutant in mutants(read_corpus(), 5000):
        read_any(mutant)
    assert time.monotonic() - start < 60


@pytest.mark.parametrize("name", ["/etc/hostname", "file:///etc/hostname", "{web}", "pyproject.toml"])
@pytest.mark.parametrize("around", ["{}", "<rss>{}</rss>", "<urlset><url><loc>{}</loc></url></urlset>"])
def test_a_body_that_names_a_file_or_an_address_opens_nothing(name: str, around: str) -> None:
    with Web() as web:
        web.pages["/secret"] = Page(b"<rss><channel><title>Secret</title></channel></rss>")
        listing = read_listing(around.format(name.format(web=web.url("/secret"))).encode(), address="feed.xml")
        assert listing is None or not listing.title
        assert web.seen == []


@pytest.mark.parametrize(
    "build",
    [
        lambda count: rss("<item><link>/1</link></item>" * count),
        lambda count: atom("<entry><link href='/1'/></entry>" * count),
        lambda count: rdf("<item><link>/1</link></item>" * count),
        lambda count: json_feed(*[{"url": "/1"}] * count),
    ],
    ids=["rss", "atom", "rdf", "json"],
)
def test_10000_entries_of_a_feed_are_enough(build: Callable[[int], str]) -> None:
    listing = read(build(10_002))  # the last is cut off, the one before shows that there are more
    assert (len(listing.links), listing.problems) == (10_000, ("stopped at 10,000",))


def test_a_listing_that_ends_at_the_limit_is_read_to_its_end() -> None:
    def settle(count: int) -> tuple[str, ...]:
        return settle_links(iter([Link("https://orla.example/1")] * count), FEED, limit=3)[1]

    assert (settle(3), settle(4)) == ((), ("stopped at 3",))


@pytest.mark.long
@pytest.mark.parametrize("tail", ["</channel></rss>", ""], ids=["whole", "cut"])
@pytest.mark.parametrize("entry", ["<item><link>/1</link></item>", "<item><link>/1</link>"], ids=["closed", "open"])
def test_200000_entries_are_not_read_to_their_end(entry: str, tail: str) -> None:
    start = time.monotonic()
    listing = read("<rss version='2.0'><channel>" + entry * 200_000 + tail)
    assert len(listing.links) == 10_000
    assert listing.problems[-1] == "stopped at 10,000"
    assert time.monotonic() - start < 20


@pytest.mark.long
@pytest.mark.parametrize(
    "content",
    [
        urlset("<url><loc>/1</loc></url>" * 60_000),
        "https://orla.example/1\n" * 60_000,
    ],
    ids=["sitemap", "urls"],
)
def test_60000_addresses_are_not_read_to_their_end(content: str) -> None:
    listing = read(content)
    assert (len(listing.links), listing.problems) == (50_000, ("stopped at 50,000",))


LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
DOCTYPES = {
    "laughs": f"<!DOCTYPE r [<!ENTITY l0 'lol'>{LAUGHS}]>",
    "quadratic": f"<!DOCTYPE r [<!ENTITY l9 '{'a' * 100_000}'>]>",
    "xxe": "<!DOCTYPE r [<!ENTITY l9 SYSTEM 'file:///etc/hostname'>]>",
    "dtd": "<!DOCTYPE r SYSTEM 'file:///etc/hostname' [<!ENTITY % d SYSTEM 'file:///etc/hostname'>%d;]>",
    "deep": "",
}
BODIES = {"laughs": "&l9;", "quadratic": "&l9;" * 50_000, "xxe": "&l9;", "dtd": "&l9;", "deep": "<a>" * 20_000}
ROOMS = {
    "feed": f"<rss><channel>{item('<title>BODY</title>')}</channel></rss>",
    "sitemap": urlset("<url><loc>https://orla.example/BODY</loc></url>"),
    "home": "<html><head><link rel=alternate type=application/rss+xml href='/BODY'></head><body>BODY</body></html>",
}
# The peak of `getrusage` is no less than that of the process that started this one.
PROBE = """
import json, re, sys, time
from pathlib import Path
from pipeline.sources import find_feeds, read_listing
def peak_megabytes():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
before = peak_megabytes()
for name, markup in json.load(sys.stdin).items():
    start = time.process_time()
    found = read_listing(markup.encode(), address="x"), find_feeds(markup.encode(), "https://orla.example/")
    print(json.dumps([name, time.process_time() - start, peak_megabytes() - before, repr(found)]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
def test_15_attacks_of_xml_are_harmless() -> None:
    attacks = {
        f"{name} in {room}": '<?xml version="1.0"?>' + DOCTYPES[name] + markup.replace("BODY", body)
        for name, body in BODIES.items()
        for room, markup in ROOMS.items()
    }
    probe = subprocess.run(  # noqa: S603 -- our own code
        [sys.executable, "-W", "error", "-c", PROBE],
        input=json.dumps(attacks),
        capture_output=True,
        text=True,
        check=True,
    )
    told = [json.loads(line) for line in probe.stdout.splitlines()]
    assert len(told) == 15
    hostname = Path("/etc/hostname").read_text(encoding="utf-8").strip() if Path("/etc/hostname").exists() else "none"
    for name, seconds, megabytes, found in told:
        assert seconds < 2, name
        assert megabytes < 200, name
        assert "lollol" not in found, name
        assert not hostname or hostname not in found, name
        assert len(found) < 1_000_000, name


ATTRIBUTES = " ".join(f"a{number}=''" for number in range(40_000))


@pytest.mark.parametrize(
    "markup",
    [
        f"<rss><channel><item {ATTRIBUTES}>",
        f"<rss><channel><item><link>/1</link><description><![CDATA[<p {ATTRIBUTES}>]]></description></item>",
        f"<html><head {ATTRIBUTES}><link rel=alternate",
        "<rss><channel>" + "<item>" * 200_000,
        "<?xml " + "encoding='" * 3000 + "<rss>",
        "<!DOCTYPE rss [" + "<!ENTITY a 'b'>\n" * 50_000 + "]><rss>",
        "<!--" * 50_000,
        "<" * 300_000,
        "<rss>" + "&" * 300_000,
        "<rss>" + "<![CDATA[" * 50_000,
        "<urlset>" + "<![CDATA[" * 50_000,
        "<urlset>" + "<url>" * 100_000,
        "<opml>" + "<outline>" * 100_000,
    ],
    ids=str.split(
        "tag-of-feed tag-of-text tag-of-page items encoding entities comments tags amps cdata cdata2 url outline"
    ),
)
def test_what_parsers_take_minutes_for_is_kept_from_them(markup: str) -> None:
    start = time.process_time()
    read_any(markup.encode())
    assert time.process_time() - start < 4


def test_a_gzip_bomb_of_a_gibibyte_is_not_unpacked_to_its_end() -> None:
    bomb = gzip.compress(bytes(1 << 24)) * 64
    tracemalloc.start()
    listing = read(bomb)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert listing.problems == ("larger than 50,000,000 bytes",)
    assert peak_bytes < 150_000_000
