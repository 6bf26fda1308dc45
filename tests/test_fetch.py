"""Fetching over a real server on loopback: what is asked, what is refused, and what becomes of bad answers."""

from __future__ import annotations

import gzip
import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import fetch
from pipeline.errors import ConfigError
from pipeline.fetch import Fetched, Fetcher, FetchOptions, NotFetched, Request, canonical, without_userinfo
from pipeline.fetch import _addresses as addresses
from pipeline.records import Outcome
from tests.web import Page, Web, drip, redirect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.web import Seen

BODY = b"<p>Two porters were killed in Orla."
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if seconds:
            self.naps.append(seconds)


def on_loopback(_host: str, _port: int) -> tuple[str, ...]:
    return ("127.0.0.1",)


def make(clock: Clock | None = None, **options: object) -> Fetcher:
    """Make a fetcher for which every host is on loopback."""
    chosen = FetchOptions(**{"allow_private": True, "ignore_robots": True, "delay_seconds": 0, **options})
    if clock is None:
        return Fetcher(chosen, resolve=on_loopback)
    return Fetcher(chosen, resolve=on_loopback, clock=clock, sleep=clock.sleep)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as web:
        yield web


# --- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("HTTP://Orla.Example.:80/a#top", "http://orla.example/a"),
        ("https://orla.example:443", "https://orla.example/"),
        ("https://orla.example:8443/a/../b", "https://orla.example:8443/b"),
        (" http://orla.example/a\n", "http://orla.example/a"),
        ("http://orla.example/?p=123&utm_source=rss", "http://orla.example/?p=123"),
        ("http://orla.example/a?at_medium=RSS&at_campaign=K", "http://orla.example/a"),
        ("http://orla.example/a?id=5&fbclid=x&cid=7", "http://orla.example/a?id=5&cid=7"),
        ("http://orla.example/a?b=2&a=1;c", "http://orla.example/a?b=2&a=1;c"),  # order can matter
        ("http://orla.example/a?20260314", "http://orla.example/a?20260314"),
        ("http://orla.example/?/2026/7", "http://orla.example/?/2026/7"),
        ("http://orla.example/a?ref=5", "http://orla.example/a?ref=5"),
        ("http://orla.example/a?ref=rss", "http://orla.example/a"),
        ("http://ñahui.example/ñ", "http://xn--ahui-fqa.example/%C3%B1"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
    ],
)
def test_an_address_has_one_spelling(address: str, expected: str) -> None:
    assert canonical(address) == expected
    assert canonical(expected) == expected


NO_ADDRESSES = (
    "",
    "orla.example/a",
    "//orla.example/a",
    "http:///a",
    "http://",
    "http://./",
    "mailto:desk@orla.example",
    "javascript:alert(1)",
    "http://orla.example:99999/",
    "http://orla.example:x/",
    "http://[::1/",
    "http://\uff11\uff12\uff17.0.0.1/",  # full-width digits
    "http://①②⑦.0.0.1/",
    "http://\ud83d/",
)


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_told(address: str) -> None:
    assert canonical(address) is None
    answer = make().fetch(Request(address))
    assert isinstance(answer, NotFetched)
    assert (answer.outcome, answer.again) == (Outcome.FETCH_ERROR, False)


def nowhere(host: str, port: int) -> tuple[str, ...]:
    raise OSError(host, port)


@given(st.text(max_size=50) | st.text(max_size=30).map("http://{}".format))
def test_any_text_gives_an_answer(address: str) -> None:
    with Fetcher(FetchOptions(delay_seconds=0), resolve=nowhere) as fetcher:
        assert isinstance(fetcher.fetch(Request(address)), NotFetched)
    once = canonical(address)
    assert once is None or canonical(once) == once


SPELLINGS = (
    "127.0.0.1",
    "127.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "0x7f.1",
    "%31%32%37.0.0.1",
    "localhost",
    "localhost.",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "0.0.0.0",  # noqa: S104 -- reaches this machine, and is no bind
    "[::]",
    "[::1]",
)
RANGES = (
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",  # where clouds keep the keys of their machines
    "172.16.0.1",
    "192.168.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[fc00::1]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[::7f00:1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[2001:db8::1]",
)
SCHEMES = ("file", "ftp", "gopher", "dict", "ws")


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note where connections are made to, and make none."""
    found = []

    def connect(address: tuple[str, int], *_: object) -> None:
        found.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return found


@pytest.mark.parametrize("host", [*SPELLINGS, *RANGES])
def test_no_private_address_is_connected_to(web: Web, host: str) -> None:
    with Fetcher(FetchOptions(delay_seconds=0)) as fetcher:
        answer = fetcher.fetch(Request(web.url("/", host)))
    assert isinstance(answer, NotFetched)
    assert (answer.outcome, answer.again) == (Outcome.FETCH_ERROR, False)
    assert "not public" in answer.reason
    assert web.connections == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_other_scheme_is_fetched(web: Web, scheme: str) -> None:
    answer = make().fetch(Request(f"{scheme}://127.0.0.1:{web.port}/etc/hostname"))
    assert answer == NotFetched(Outcome.FETCH_ERROR, "only http and https are fetched")
    assert web.connections == 0


@pytest.mark.parametrize("host", SPELLINGS[:5])
def test_private_addresses_are_reached_if_the_user_says_so(web: Web, host: str) -> None:
    web.pages["/"] = Page(BODY)
    with Fetcher(FetchOptions(allow_private=True, ignore_robots=True)) as fetcher:
        assert isinstance(fetcher.fetch(Request(web.url("/", host))), Fetched)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::6810:84e5", "64:ff9b::5db8:d822"])
def test_public_addresses_are_reached(connected: list[str], address: str) -> None:
    with Fetcher(FetchOptions(ignore_robots=True), resolve=lambda *_: (address,)) as fetcher:
        fetcher.fetch(Request("http://orla.example/"))
    assert connected == [address]


def test_a_host_with_one_private_address_is_refused(connected: list[str]) -> None:
    options = FetchOptions(delay_seconds=0)
    with Fetcher(options, resolve=lambda *_: ("93.184.216.34", "127.0.0.1")) as fetcher:
        answer = fetcher.fetch(Request("http://orla.example/"))
    assert isinstance(answer, NotFetched)
    assert "not public" in answer.reason
    assert connected == []


def test_what_is_looked_up_is_what_is_connected_to(connected: list[str]) -> None:
    answers = iter([("93.184.216.34",), ("127.0.0.1",)])  # the name server changes its mind
    with Fetcher(FetchOptions(ignore_robots=True, delay_seconds=0), resolve=lambda *_: next(answers)) as fetcher:
        fetcher.fetch(Request("http://orla.example/"))
        second = fetcher.fetch(Request("http://orla.example/"))
    assert connected == ["93.184.216.34"]
    assert isinstance(second, NotFetched)
    assert "not public" in second.reason


def test_a_redirect_to_a_private_address_is_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.pages["/a"] = redirect(web.url("/secret", "inner.example"))
    public = {"orla.example": "127.0.0.1", "inner.example": "127.0.0.2"}
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    options = FetchOptions(ignore_robots=True, delay_seconds=0)
    with Fetcher(options, resolve=lambda host, _: (public[host],)) as fetcher:
        answer = fetcher.fetch(Request(web.url("/a", "orla.example")))
    assert isinstance(answer, NotFetched)
    assert "not public" in answer.reason
    assert web.paths == ["/a"]


def test_the_second_address_of_a_host_is_tried(web: Web) -> None:
    web.pages["/a"] = Page(BODY)
    options = FetchOptions(allow_private=True, ignore_robots=True)
    with Fetcher(options, resolve=lambda *_: ("::1", "127.0.0.1")) as fetcher:
        assert isinstance(fetcher.fetch(Request(web.url("/a", "orla.example"))), Fetched)


@pytest.mark.parametrize(
    "address",
    [
        "http://ana:hunter2@127.0.0.1:{port}/",
        "http://hunter2@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}/a\r\nX-Key: hunter2",
        "http://127.0.0.1:{port}/a b?key=hunter2",
        "http://127.0.0.1:{port}/\thunter2",
        "http://127.0.0.1:{port}/\0hunter2",
    ],
    ids=["password", "name", "line", "blank", "tab", "nul"],
)
def test_secrets_and_injections_are_refused_and_not_repeated(
    web: Web, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    caplog.set_level("DEBUG")
    request = Request(address.format(port=web.port))
    ((same, answer),) = make().fetch_all([request])
    assert same == request
    assert isinstance(answer, NotFetched)
    assert "hunter2" not in answer.reason + caplog.text
    assert web.connections == 0


def test_the_query_of_an_address_is_in_no_reason_and_no_log(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    bad = "/a?key=hunter2"
    heads = [b"no HTTP at all\r\n\r\n", HEAD + b"no colon here\r\n\r\n", HEAD + b"Content-Length: 5\r\n\r\n"]
    for page in (*([head] for head in heads), redirect("http://ana:hunter2@127.0.0.1/")):
        web.pages[bad] = page
        answer = make().fetch(Request(web.url(bad)))
        assert isinstance(answer, NotFetched)
        assert "hunter2" not in answer.reason
    assert "hunter2" not in caplog.text


def test_an_address_is_shown_without_names_and_passwords() -> None:
    assert without_userinfo("http://ana:hun@ter2@orla.example/a@b") == "http://orla.example/a@b"
    assert without_userinfo("ana:hunter2@orla.example/a") == "orla.example/a"
    for kept in ("http://orla.example/a?b=//c@d", "http://orla.example", "orla.example/@ana"):
        assert without_userinfo(kept) == kept


def test_proxies_are_not_used_and_that_is_said_once(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Web() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        fetch._warn_of_proxies.cache_clear()  # noqa: SLF001 -- other tests of this process may have been warned
        web.pages["/a"] = Page(BODY)
        for _ in range(2):
            assert isinstance(make().fetch(Request(web.url("/a"))), Fetched)
        assert proxy.connections == 0
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "127.0.0.1" not in caplog.text


# --- one answer ----------------------------------------------------------------------------------------------------


def test_a_page_comes_as_bytes_with_what_its_server_says_of_it(web: Web) -> None:
    headers = {"Content-Type": 'Text/HTML; charset="ISO-8859-1"', "ETag": '"a7"', "Last-Modified": "Mon, 1 Jan 2024"}
    web.pages["/a?b=1"] = Page(BODY, headers=headers)
    answer = make().fetch(Request(web.url("/a?b=1#top", "orla.example")))
    assert answer == Fetched(
        web.url("/a?b=1", "orla.example"), BODY, "text/html", "iso-8859-1", '"a7"', "Mon, 1 Jan 2024"
    )


def test_a_server_that_says_nothing_of_its_page(web: Web) -> None:
    web.pages["/a"] = [b"HTTP/1.0 200 OK\r\n\r\n", BODY]
    assert make().fetch(Request(web.url("/a"))) == Fetched(web.url("/a"), BODY)


def test_servers_are_told_who_asks(web: Web) -> None:
    make(contact="desk@orla.example").fetch(Request(web.url("/a", "orla.example")))
    (seen,) = web.seen
    assert seen.headers["Host"] == f"orla.example:{web.port}"
    assert seen.headers["User-Agent"].startswith("incidents-from-news/")
    assert seen.headers["User-Agent"].endswith(" (contact: desk@orla.example)")
    assert "Cookie" not in seen.headers


@pytest.mark.parametrize("contact", ["a\r\nX: y", "Peña"])
def test_a_contact_that_cannot_be_sent_stops_the_run(contact: str) -> None:
    with pytest.raises(ConfigError, match="contact"):
        make(contact=contact)


@pytest.mark.parametrize(
    ("status", "again"),
    [
        *((status, False) for status in (204, 206, 401, 403, 404, 410, 451)),
        *((status, True) for status in (304, 408, 500, 502, 504)),
    ],
)
def test_other_statuses_are_no_pages(web: Web, status: int, again: bool) -> None:  # noqa: FBT001 -- a column
    web.pages["/a"] = Page(status=status)
    assert make().fetch(Request(web.url("/a"))) == NotFetched(Outcome.FETCH_ERROR, f"status {status}", again)


ENCODED = {
    "gzip": gzip.compress(BODY),
    "X-Gzip": gzip.compress(BODY),
    "deflate": zlib.compress(BODY),
    "gzip, gzip": gzip.compress(gzip.compress(BODY)),
    "deflate, gzip": gzip.compress(zlib.compress(BODY)),
    "identity": BODY,
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_encodings_are_undone(web: Web, encoding: str) -> None:
    web.pages["/a"] = Page(ENCODED[encoding], headers={"Content-Encoding": encoding})
    answer = make().fetch(Request(web.url("/a")))
    assert isinstance(answer, Fetched)
    assert answer.content == BODY


@pytest.mark.parametrize("rest", [gzip.compress(BODY), b"\0" * 100, b"junk"], ids=["member", "zeros", "junk"])
def test_what_follows_a_gzip_file(web: Web, rest: bytes) -> None:
    web.pages["/a"] = Page(gzip.compress(BODY) + rest, headers={"Content-Encoding": "gzip"})
    answer = make().fetch(Request(web.url("/a")))
    assert isinstance(answer, Fetched)
    assert answer.content in {BODY, BODY * 2}


def test_chunks_are_joined(web: Web) -> None:
    page = [CHUNKED, b"3\r\n<p>\r\n", b"4;x=y\r\nTwo \r\n", b"0\r\nX-Trailer: 1\r\n\r\n"]
    web.pages["/a"] = page
    answer = make().fetch(Request(web.url("/a")))
    assert isinstance(answer, Fetched)
    assert answer.content == b"<p>Two "


PACKED = gzip.compress(bytes(range(256)) * 500)
INCOMPLETE = {
    "shorter_than_told": [HEAD + b"Content-Length: 500\r\n\r\n", BODY],
    "chunk_cut": [CHUNKED, b"ff\r\n<p>Two"],
    "no_last_chunk": [CHUNKED, b"3\r\n<p>\r\n"],
    "bad_chunk": [CHUNKED, b"3\r\n<p>\r\nxyz\r\n"],
    "negative_chunk": [CHUNKED, b"-1\r\n", BODY],
    "gzip_cut": [HEAD + b"Content-Encoding: gzip\r\n\r\n", PACKED[:-9]],
    "gzip_cut_but_told_whole": [*Page(PACKED[:-100], headers={"Content-Encoding": "gzip"}).parts()],
    "gzip_broken": [*Page(b"\x1f\x8b" + BODY, headers={"Content-Encoding": "gzip"}).parts()],
    "gzip_empty": [*Page(b"", headers={"Content-Encoding": "gzip"}).parts()],
}


@pytest.mark.parametrize("case", INCOMPLETE)
def test_a_part_of_a_body_is_no_body(web: Web, case: str) -> None:
    web.pages["/a"] = INCOMPLETE[case]
    expected = NotFetched(Outcome.FETCH_ERROR, "incomplete or damaged body", again=True)
    assert make().fetch(Request(web.url("/a"))) == expected


NOT_HTTP = {
    "nothing": [b""],
    "half_a_head": [b"HTTP/1.1 200 OK\r\nContent-"],
    "another_protocol": [b"220 smtp.orla.example ESMTP\r\n"],
    "version": [b"HTTP/9.1 200 OK\r\n\r\n"],
    "status": [b"HTTP/1.1 abc OK\r\n\r\n"],
    "many_headers": [HEAD, b"X: y\r\n" * 1000, b"\r\n"],
    "long_header": [HEAD, b"X: " + b"y" * 100_000, b"\r\n\r\n"],
    "unknown_transfer_encoding": [HEAD, b"Transfer-Encoding: gzip, chunked\r\n\r\n", BODY],
    "unknown_content_encoding": [*Page(BODY, headers={"Content-Encoding": "br"}).parts()],
}


@pytest.mark.parametrize("case", NOT_HTTP)
def test_what_is_not_http_is_told(web: Web, case: str) -> None:
    web.pages["/a"] = NOT_HTTP[case]
    answer = make().fetch(Request(web.url("/a")))
    assert isinstance(answer, NotFetched)
    assert answer.outcome == Outcome.FETCH_ERROR


def repeat(start: bytes, part: bytes, times: int) -> Iterator[bytes]:
    yield start
    for _ in range(times):
        yield part


LARGE: dict[str, Callable[[Seen], Iterator[bytes]]] = {
    "endless": lambda _: repeat(HEAD + b"\r\n", b"x" * 100_000, 10**9),
    "200_MB": lambda _: repeat(HEAD + b"Content-Length: 200000000\r\n\r\n", b"x" * 100_000, 2000),
    "endless_chunk": lambda _: repeat(CHUNKED + b"f" * 15 + b"\r\n", b"x" * 100_000, 10**9),
    "endless_negative_chunk": lambda _: repeat(CHUNKED + b"-1\r\n", b"x" * 100_000, 10**9),
    "endless_chunks": lambda _: repeat(CHUNKED, b"1\r\nx\r\n" * 10_000, 10**9),
    "endless_trailer": lambda _: repeat(CHUNKED + b"0\r\n", b"X: y\r\n" * 10_000, 10**9),
    "endless_patience": lambda _: repeat(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 10**9),
}


@pytest.mark.parametrize("case", LARGE)
def test_a_body_larger_than_the_limit_is_not_read_to_its_end(web: Web, case: str) -> None:
    web.pages["/a"] = LARGE[case]
    started = time.monotonic()
    answer = make(max_bytes=1_000_000).fetch(Request(web.url("/a")))
    assert isinstance(answer, NotFetched)
    assert (answer.outcome, answer.again) == (Outcome.TOO_LARGE, False)
    assert time.monotonic() - started < 5


def test_a_body_as_large_as_the_limit_is_read(web: Web) -> None:
    web.pages["/a"] = Page(b"x" * 100_000)
    web.pages["/b"] = Page(gzip.compress(b"x" * 100_000), headers={"Content-Encoding": "gzip"})
    for path in ("/a", "/b"):
        assert isinstance(make(max_bytes=100_000).fetch(Request(web.url(path))), Fetched)
        answer = make(max_bytes=99_999).fetch(Request(web.url(path)))
        assert answer == NotFetched(Outcome.TOO_LARGE, "larger than 99,999 bytes")


GIB = 1 << 30
MEASURE = """
import json, pathlib, re, sys, time
from pipeline.fetch import Fetcher, FetchOptions, Request
status = pathlib.Path("/proc/self/status")
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) / 1024  # ru_maxrss counts the parent too
with Fetcher(FetchOptions(allow_private=True, ignore_robots=True, delay_seconds=0)) as fetcher:
    before, started = peak(), time.monotonic()
    answer = fetcher.fetch(Request(sys.argv[1]))
    print(json.dumps([answer.outcome, peak() - before, time.monotonic() - started]))
"""


def bomb(wbits: int) -> bytes:
    """Pack a GiB of zeros, of which the last bytes are missing; nobody should come so far."""
    packer = zlib.compressobj(9, wbits=wbits)
    start = packer.compress(b"\0" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"\0" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)  # may stand anywhere, any times
    return start + block * ((GIB >> 20) - 1)


BOMBS = {
    "gzip": lambda: bomb(zlib.MAX_WBITS | 16),
    "deflate": lambda: bomb(zlib.MAX_WBITS),
    "gzip, gzip": lambda: gzip.compress(bomb(zlib.MAX_WBITS | 16)),
    "gzip, deflate, gzip": lambda: gzip.compress(zlib.compress(bomb(zlib.MAX_WBITS | 16))),
    ", ".join(["gzip"] * 50): lambda: bomb(zlib.MAX_WBITS | 16),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs the memory figures of Linux")
@pytest.mark.parametrize("encoding", BOMBS, ids=["gzip", "deflate", "twice", "thrice", "fifty"])
def test_a_bomb_does_not_go_off(web: Web, encoding: str) -> None:
    web.pages["/a"] = Page(BOMBS[encoding](), headers={"Content-Encoding": encoding})
    command = [sys.executable, "-c", MEASURE, web.url("/a")]
    outcome, megabytes, seconds = json.loads(subprocess.check_output(command, timeout=60))  # noqa: S603 -- our own
    assert outcome == Outcome.TOO_LARGE
    assert megabytes < 100
    assert seconds < 5


# --- time ----------------------------------------------------------------------------------------------------------


def test_a_drip_ends_with_the_deadline(web: Web) -> None:
    web.pages["/body"] = lambda _: drip(HEAD + b"\r\n")
    web.pages["/head"] = lambda _: drip(HEAD + b"X: ")
    web.pages["/nothing"] = lambda _: drip(b"", seconds=30)
    web.pages["/chunk"] = lambda _: drip(CHUNKED + b"1")
    urls = [web.url(path, f"{path[1:]}.example") for path in web.pages]
    started = time.monotonic()
    answers = [answer for _, answer in make(deadline_seconds=1.2).fetch_all([Request(url) for url in urls])]
    assert answers == [NotFetched(Outcome.FETCH_ERROR, "timed out", again=True)] * 4
    assert 1.2 <= time.monotonic() - started < 2.2


def test_a_silent_tls_hello_ends_with_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        answer = make(deadline_seconds=1).fetch(Request(f"https://orla.example:{silent.getsockname()[1]}/"))
    assert answer == NotFetched(Outcome.FETCH_ERROR, "timed out", again=True)
    assert 1 <= time.monotonic() - started < 2


def test_a_dripping_tls_hello_ends_with_the_deadline() -> None:
    def serve(server: socket.socket) -> None:
        client, _ = server.accept()
        with client:
            try:
                for byte in b"\x16\x03\x03\x10\x00" + bytes(100):
                    time.sleep(0.2)
                    client.sendall(bytes([byte]))
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        started = time.monotonic()
        answer = make(deadline_seconds=1).fetch(Request(f"https://orla.example:{server.getsockname()[1]}/"))
        assert 1 <= time.monotonic() - started < 2
        thread.join(5)
    assert answer == NotFetched(Outcome.FETCH_ERROR, "timed out", again=True)


def test_redirects_share_one_deadline(web: Web) -> None:
    def late(_: Seen) -> Page:
        time.sleep(0.4)
        return redirect("/a")

    web.pages["/a"] = late
    started = time.monotonic()
    answer = make(deadline_seconds=1).fetch(Request(web.url("/a")))
    assert answer == NotFetched(Outcome.FETCH_ERROR, "timed out", again=True)
    assert 1 <= time.monotonic() - started < 2


# --- versions ------------------------------------------------------------------------------------------------------


def only_if_changed(seen: Seen) -> Page:
    """Answer as a server with one version of its page."""
    tag, moment = 'W/"a7"', "Mon, 01 Jan 2024 00:00:00 GMT"
    asked = seen.headers.get("If-None-Match"), seen.headers.get("If-Modified-Since")
    if asked[0] == tag or (asked[0] is None and asked[1] == moment):
        return Page(status=304)
    return Page(BODY, headers={"ETag": tag, "Last-Modified": moment})


def test_what_has_not_changed_is_not_sent_again(web: Web) -> None:
    web.pages["/a"] = only_if_changed
    first = make().fetch(Request(web.url("/a")))
    assert isinstance(first, Fetched)
    for known in ({"etag": first.etag}, {"last_modified": first.last_modified}):
        answer = make().fetch(Request(web.url("/a"), **known))
        assert isinstance(answer, NotFetched)
        assert answer.outcome == Outcome.NOT_MODIFIED
    assert isinstance(make().fetch(Request(web.url("/a"), etag='"old"')), Fetched)


@pytest.mark.parametrize("etag", ["", "a\r\nX: y", "\0", "ñ\ud83d"])
def test_nothing_is_asked_with_a_tag_that_cannot_be_sent(web: Web, etag: str) -> None:
    web.pages["/a"] = Page(status=304)  # a lie: nobody asked
    answer = make().fetch(Request(web.url("/a"), etag=etag))
    assert answer == NotFetched(Outcome.FETCH_ERROR, "status 304", again=True)
    assert "If-None-Match" not in web.seen[0].headers
    assert "X" not in web.seen[0].headers


# --- robots.txt ----------------------------------------------------------------------------------------------------

RULES = b"""
User-agent: *
Disallow: /

User-agent: incidents-from-news
User-agent: another
Disallow: /private
Allow: /private/open
Disallow: /*.pdf$
Disallow: /search?q=
Disallow: /caf%C3%A9
Crawl-delay: 0

User-agent: incidents-from-news
Disallow: /merged
"""


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [
        ("/", True),
        ("/private", False),
        ("/private/a", False),
        ("/privateer", False),  # rules are prefixes
        ("/private/open/a", True),  # the longest rule holds
        ("/a.pdf", False),
        ("/a.pdf?b", True),
        ("/search?q=a", False),
        ("/search", True),
        ("/caf%c3%a9", False),
        ("/café", False),
        ("/merged/a", False),
        ("/Private", True),
    ],
)
def test_rules_are_kept(web: Web, path: str, is_allowed: bool) -> None:  # noqa: FBT001 -- a column
    web.pages["/robots.txt"] = Page(RULES)
    answer = make(ignore_robots=False).fetch(Request(web.url(path)))
    assert isinstance(answer, NotFetched)
    assert answer.outcome == (Outcome.FETCH_ERROR if is_allowed else Outcome.SKIPPED_ROBOTS)  # there are no pages
    assert len(web.paths) == 1 + is_allowed


NO = b"User-agent: *\nDisallow: /\n"
FILLER = b"# " + b"x" * 997 + b"\n"


@pytest.mark.parametrize(
    ("page", "is_allowed"),
    [
        (Page(NO), False),
        (Page(NO, status=404), True),
        (Page(NO, status=403), True),
        (Page(NO, status=500), False),
        (Page(b"\xef\xbb\xbf" + NO), False),
        (Page(b"<!doctype html><title>Not found</title>" + b"<p>x" * 1000), True),
        (Page(bytes(range(256))), True),
        (Page(NO + FILLER * 1000), False),
        (Page(FILLER * 1000 + NO), True),  # beyond what is read
        (Page(gzip.compress(FILLER * 400 + NO), headers={"Content-Encoding": "gzip"}), False),
        ([b""], False),
        (redirect("/rules"), False),
        (redirect("/robots.txt"), True),  # in a circle
        (redirect("file:///etc/passwd"), True),
    ],
    ids="no 404 403 500 bom html bytes long_after long_before gzip silence redirect circle file".split(),
)
def test_how_robots_txt_may_come(web: Web, page: Page, is_allowed: bool) -> None:  # noqa: FBT001 -- a column
    web.pages |= {"/robots.txt": page, "/rules": Page(NO), "/a": Page(BODY)}
    answer = make(ignore_robots=False).fetch(Request(web.url("/a")))
    assert isinstance(answer, Fetched) == is_allowed
    assert ("/a" in web.paths) == is_allowed


def test_robots_txt_is_asked_for_once_and_by_every_origin(web: Web) -> None:
    web.pages["/robots.txt"] = Page(NO, status=500)
    urls = [web.url(path, host) for path in ("/a", "/b", "/c") for host in ("orla.example", "vell.example")]
    answers = [answer for _, answer in make(ignore_robots=False).fetch_all([Request(url) for url in urls])]
    assert answers == [NotFetched(Outcome.SKIPPED_ROBOTS, "robots.txt: status 500", again=True)] * 6
    assert web.paths == ["/robots.txt"] * 2
    make().fetch(Request(urls[0]))
    assert web.paths[2:] == ["/a"]  # the user takes the blame


@pytest.mark.parametrize(("told", "kept"), [(b"2.5", 2.5), (b"0.1", 1), (b"9999", 60), (b"soon", 1), (b"-3", 1)])
def test_a_crawl_delay_is_kept(web: Web, told: bytes, kept: float) -> None:
    web.pages["/robots.txt"] = Page(b"User-agent: *\nCrawl-delay: " + told)
    clock = Clock()
    fetcher = make(clock, ignore_robots=False, delay_seconds=1)
    for path in ("/a", "/b"):
        fetcher.fetch(Request(web.url(path)))
    assert clock.naps == [kept, kept]


# --- redirects -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/b", "/b"),
        ("b", "/b"),
        ("?b=1", "/a?b=1"),
        ("//127.0.0.1:{port}/b", "/b"),
        ("/b#part", "/b"),
        ("/two words", "/two%20words"),
        ("/café", "/caf%C3%A9"),
    ],
)
def test_a_redirect_is_followed(web: Web, location: str, path: str) -> None:
    page = b"HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
    web.pages |= {"/a": [page % location.format(port=web.port).encode()], path: Page(BODY)}
    answer = make().fetch(Request(web.url("/a")))
    assert isinstance(answer, Fetched)
    assert answer.url == web.url(path)


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://orla.example/", "", "http://[::1", "http://a:b@127.0.0.1/", "javascript:1"],
)
def test_a_redirect_to_what_is_not_fetched_is_told(web: Web, location: str) -> None:
    web.pages["/a"] = redirect(location)
    answer = make().fetch(Request(web.url("/a")))
    assert isinstance(answer, NotFetched)
    assert (answer.outcome, answer.again) == (Outcome.FETCH_ERROR, False)
    assert web.paths == ["/a"]


def test_a_circle_ends(web: Web) -> None:
    web.pages["/a"] = redirect("/a", 308)
    assert make().fetch(Request(web.url("/a"))) == NotFetched(Outcome.FETCH_ERROR, "more than 5 redirects")
    assert len(web.seen) == 6


@pytest.mark.parametrize("hops", [5, 6])
def test_five_hops_are_followed_and_six_are_not(web: Web, hops: int) -> None:
    web.pages |= {f"/{hop}": redirect(f"/{hop - 1}") for hop in range(1, 7)} | {"/0": Page(BODY)}
    answer = make().fetch(Request(web.url(f"/{hops}")))
    assert isinstance(answer, Fetched) == (hops == 5)


def test_a_redirect_to_another_host_keeps_the_rules_of_that_host(web: Web) -> None:
    web.pages |= {"/a": redirect(web.url("/b", "vell.example")), "/b": Page(BODY)}
    web.pages["/robots.txt"] = lambda seen: Page(NO if seen.host == "vell.example" else b"")
    answer = make(ignore_robots=False).fetch(Request(web.url("/a", "orla.example")))
    assert isinstance(answer, NotFetched)
    assert answer.outcome == Outcome.SKIPPED_ROBOTS
    assert [(seen.host, seen.path) for seen in web.seen] == [
        ("orla.example", "/robots.txt"),
        ("orla.example", "/a"),
        ("vell.example", "/robots.txt"),
    ]


def test_a_redirect_waits_for_the_turn_of_its_host(web: Web) -> None:
    web.pages |= {"/a": redirect(web.url("/b", "vell.example")), "/b": Page(BODY), "/c": redirect("/b")}
    clock = Clock()
    fetcher = make(clock, delay_seconds=1)
    fetcher.fetch(Request(web.url("/a", "orla.example")))
    assert clock.naps == []
    fetcher.fetch(Request(web.url("/c", "vell.example")))
    assert clock.naps == [1, 1]


# --- patience ------------------------------------------------------------------------------------------------------


class Busy(NamedTuple):
    id: str
    headers: Mapping[str, str]
    naps: tuple[float, ...] | None
    status: int = 429


BUSY = (
    Busy("seconds", {"Retry-After": "30"}, (30,)),
    Busy("unavailable", {"Retry-After": " 30 "}, (30,), 503),
    Busy("bad_gateway", {"Retry-After": "30"}, (30,), 502),
    Busy("zero", {"Retry-After": "0"}, (1,)),
    Busy("junk", {"Retry-After": "soon"}, (10,)),
    Busy("negative", {"Retry-After": "-5"}, (10,)),
    Busy("past", {"Retry-After": "Mon, 01 Jan 2024 00:00:00 GMT"}, (10,)),
    Busy("impossible", {"Retry-After": "Mon, 99 Jan 99999 00:00:00 GMT"}, (10,)),
    Busy("absent", {}, (10,)),
    Busy("long", {"Retry-After": "99999"}, None),
    Busy("endless", {"Retry-After": "9" * 5000}, None),
    Busy("year", {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}, None),
)


@pytest.mark.parametrize("case", BUSY, ids=lambda case: case.id)
def test_a_busy_host_is_waited_for_or_put_off(web: Web, case: Busy) -> None:
    web.pages["/a"] = lambda _: Page(status=case.status, headers=case.headers) if len(web.seen) == 1 else Page(BODY)
    clock = Clock()
    fetcher = make(clock, delay_seconds=1)
    answer = fetcher.fetch(Request(web.url("/a")))
    if case.naps is not None:
        assert isinstance(answer, Fetched)
        assert tuple(clock.naps) == case.naps
        assert len(web.seen) == 2
        return
    assert isinstance(answer, NotFetched)
    assert (answer.outcome, answer.again) == (Outcome.FETCH_ERROR, True)
    second = fetcher.fetch(Request(web.url("/b")))
    assert isinstance(second, NotFetched)
    assert second.again
    assert "put off" in second.reason
    assert (clock.naps, web.paths) == ([], ["/a"])


def test_a_busy_host_may_name_a_date(web: Web) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    web.pages["/a"] = Page(status=503, headers={"Retry-After": moment})
    clock = Clock()
    make(clock).fetch(Request(web.url("/a")))
    (nap,) = clock.naps
    assert 35 < nap <= 40


def test_a_host_that_stays_busy_is_asked_twice_in_a_run(web: Web) -> None:
    web.pages["/a"] = Page(status=429, headers={"Retry-After": "3"})
    fetcher = make(Clock())
    answers = [fetcher.fetch(Request(web.url("/a"))) for _ in range(5)]
    assert all(isinstance(answer, NotFetched) and answer.again for answer in answers)
    assert len(web.seen) == 2


FAILURES = {
    "500": Page(status=500),
    "silence": [b""],
    "cut": INCOMPLETE["chunk_cut"],
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_host_that_fails_three_times_is_put_off(web: Web, case: str) -> None:
    web.pages |= {"/bad": FAILURES[case], "/good": Page(BODY)}
    fetcher = make()
    paths = ["/bad", "/bad", "/good", "/bad", "/missing", "/bad", "/bad", "/bad", "/good", "/bad"]
    answers = [fetcher.fetch(Request(web.url(path))) for path in paths]
    assert len(web.seen) == 8
    assert all(isinstance(answer, NotFetched) and "put off" in answer.reason for answer in answers[8:])
    assert isinstance(fetcher.fetch(Request(web.url("/good", "vell.example"))), Fetched)


# --- many pages ----------------------------------------------------------------------------------------------------


def test_hosts_are_spared_and_served_side_by_side(web: Web) -> None:
    delay = 0.15
    busy: dict[str, int] = {}

    def serve(seen: Seen) -> Page:
        busy[seen.host] = busy.get(seen.host, 0) + 1
        time.sleep(0.05)
        busy[seen.host] -= 1
        return Page(BODY, status=500 if busy[seen.host] else 200)

    hosts = ("orla.example", "vell.example", "tamm.example")
    web.pages |= {f"/{n}": serve for n in range(5)}
    requests = [Request(web.url(f"/{n}", host)) for host in hosts for n in range(5)]
    started = time.monotonic()
    answers = list(make(delay_seconds=delay, ignore_robots=False).fetch_all(requests))
    taken = time.monotonic() - started
    assert {request.url for request, _ in answers} == {request.url for request in requests}
    assert all(isinstance(answer, Fetched) and answer.url == request.url for request, answer in answers)
    for host in hosts:
        seen = [seen for seen in web.seen if seen.host == host]
        assert [one.path for one in seen] == ["/robots.txt", "/0", "/1", "/2", "/3", "/4"]
        gaps = [later.at - earlier.at for earlier, later in pairwise(seen)]
        assert min(gaps) >= delay
        assert min(gaps[1:]) >= delay + 0.05  # from the end of one to the start of the next
    assert taken < 2 * 6 * (delay + 0.05)  # one after the other it would be three times


def test_a_host_that_many_redirect_to_is_spared_too(web: Web) -> None:
    started, ended = [], []

    def serve(_: Seen) -> Page:
        started.append(time.monotonic())
        time.sleep(0.05)
        ended.append(time.monotonic())
        return Page(BODY)

    web.pages |= {"/a": redirect(web.url("/b", "vell.example")), "/b": serve}
    requests = [Request(web.url("/a", f"h{n}.example")) for n in range(4)]
    assert len(list(make(delay_seconds=0.1).fetch_all(requests))) == 4
    assert all(later - earlier >= 0.1 for earlier, later in zip(ended, started[1:], strict=False))


def test_each_request_has_one_answer(web: Web) -> None:
    web.pages |= {"/ok": Page(BODY), "/bad": [b""], "/away": redirect(web.url("/ok", "vell.example"))}
    urls = [web.url(path, f"h{n}.example") for n in range(12) for path in ("/ok", "/bad", "/away", "/missing")]
    urls += ["ftp://x/", "http://a:b@c/", web.url("/ok", "h1.example")]  # one of them twice
    answers = list(make().fetch_all([Request(url) for url in urls]))
    assert sorted(request.url for request, _ in answers) == sorted(urls)
    assert sum(isinstance(answer, Fetched) for _, answer in answers) == 25


def test_a_caller_who_is_slow_is_not_flooded(web: Web) -> None:
    web.pages["/a"] = Page(BODY)
    answers = make().fetch_all([Request(web.url("/a", f"h{n}.example")) for n in range(50)])
    next(answers)
    time.sleep(0.5)
    assert len(web.seen) <= fetch.MAX_CONNECTIONS + 1
    assert len(list(answers)) == 49


def test_a_caller_may_stop(web: Web) -> None:
    web.pages |= {"/a": Page(BODY), "/slow": lambda _: drip(HEAD + b"\r\n", seconds=20)}
    urls = [web.url("/a"), *(web.url("/slow", f"h{n}.example") for n in range(20)), web.url("/a"), web.url("/a")]
    before = set(threading.enumerate())
    started = time.monotonic()
    fetcher = make(delay_seconds=30)
    answers = fetcher.fetch_all([Request(url) for url in urls])
    next(answers)
    answers.close()
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("ThreadPool"):
            thread.join(5)
            assert not thread.is_alive()
    assert time.monotonic() - started < 3
    assert isinstance(fetcher.fetch(Request(web.url("/a"))), NotFetched)


def test_closing_ends_what_others_wait_for(web: Web) -> None:
    web.pages["/a"] = Page(BODY)
    fetcher = make(delay_seconds=60)
    threading.Timer(0.3, fetcher.close).start()
    started = time.monotonic()
    _, *rest = fetcher.fetch_all([Request(web.url("/a"))] * 3)
    assert all(isinstance(answer, NotFetched) and answer.again for _, answer in rest)
    assert web.connections == 1
    assert time.monotonic() - started < 2


STOPPABLE = """
import sys
from pipeline.fetch import Fetcher, FetchOptions, Request
fetcher = Fetcher(FetchOptions(allow_private=True, ignore_robots=True), resolve=lambda *_: ("127.0.0.1",))
for _ in fetcher.fetch_all([Request(f"http://h{n}.example:{sys.argv[1]}/{n}") for n in range(20)]):
    print("one", flush=True)
"""


def test_a_process_can_be_interrupted(web: Web) -> None:
    web.pages |= {"/0": Page(BODY)} | {f"/{n}": lambda _: drip(HEAD + b"\r\n", seconds=20) for n in range(1, 20)}
    command = [sys.executable, "-c", STOPPABLE, str(web.port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 -- our own
        assert process.stdout is not None
        assert process.stdout.readline() == b"one\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=5)
        assert process.returncode == -signal.SIGINT


# --- TLS -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for orla.example that nobody vouches for; its key is in the same file."""
    path = tmp_path_factory.mktemp("tls") / "orla.pem"
    name = ["-subj", "/CN=orla.example", "-addext", "subjectAltName=DNS:orla.example"]
    files = ["-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    try:
        command = ["openssl", "req", "-x509", *key, "-days", "2", *name, *files]
        subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 -- our own
    except FileNotFoundError:
        pytest.skip("needs the program openssl to make a certificate")
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


@pytest.fixture
def secure_web(certificate: Path) -> Iterator[Web]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Web(tls=context) as web:
        web.pages["/a"] = Page(BODY)
        yield web


@pytest.mark.openssl
def test_a_certificate_that_nobody_vouches_for_is_refused(secure_web: Web) -> None:
    answer = make().fetch(Request(secure_web.url("/a", "orla.example")))
    assert isinstance(answer, NotFetched)
    assert "certificate is not valid" in answer.reason
    assert (secure_web.connections, secure_web.seen) == (1, [])  # and there is no second try


@pytest.mark.openssl
def test_certificates_are_taken_unchecked_if_the_user_says_so(secure_web: Web) -> None:
    assert isinstance(make(insecure=True).fetch(Request(secure_web.url("/a", "vell.example"))), Fetched)


@pytest.mark.openssl
def test_a_certificate_must_be_of_the_host(secure_web: Web, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert isinstance(make().fetch(Request(secure_web.url("/a", "orla.example."))), Fetched)
    answer = make().fetch(Request(secure_web.url("/a", "vell.example")))
    assert isinstance(answer, NotFetched)
    assert "certificate is not valid" in answer.reason


@pytest.mark.openssl
def test_a_redirect_to_http_is_followed_and_shown(web: Web, secure_web: Web) -> None:
    web.pages["/b"] = Page(BODY)
    secure_web.pages["/a"] = redirect(web.url("/b", "orla.example"))
    answer = make(insecure=True).fetch(Request(secure_web.url("/a", "orla.example")))
    assert isinstance(answer, Fetched)
    assert answer.url.startswith("http://")


def test_http_where_tls_is_expected(web: Web) -> None:
    answer = make().fetch(Request(web.url("/a", "orla.example").replace("http:", "https:")))
    assert isinstance(answer, NotFetched)
    assert answer.again
