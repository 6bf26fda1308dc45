"""One request and its answer: connected to a vetted address, over in time, bounded in size, whole or not at all.

http.client speaks the protocol; urllib3 would add decoding, but takes a gzip body that was cut for a whole one, and
reads without bound after a chunk of negative size.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from pipeline.fetch._addresses import find_addresses, host_of, look_up, port_of
from pipeline.fetch._answers import FailedError, NotFetched, fetch_error
from pipeline.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from _typeshed import WriteableBuffer
    from urllib3.util import Url

    from pipeline.fetch._addresses import Resolve
    from pipeline.fetch._answers import FetchOptions

CONNECT_SECONDS = 10  # for one of the addresses of a host, so that there is time for the others
PIECE_BYTES = 1 << 16
MAX_OVERHEAD_BYTES = 1 << 20  # head of an answer and sizes of its chunks
MAX_ENCODINGS = 5
ENCODINGS = {"gzip", "x-gzip", "deflate"}
GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; only a body that was asked for with success is read, up to the limit."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes = b""
    is_whole: bool = True


class Allowance:
    """The time that a fetch may still take, counted only while it is entered."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._end = 0.0

    def __enter__(self) -> Self:
        self._end = time.monotonic() + self._left
        return self

    def __exit__(self, *_: object) -> None:
        self._left = self._end - time.monotonic()

    def left(self) -> float:
        """Return the seconds left, or raise TimeoutError if there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class _LimitError(Exception):
    """The answer is larger than it may be."""


class _Wire(io.RawIOBase):
    """A socket as http.client needs one, that keeps to the allowance in every read, however little each brings."""

    def __init__(self, sock: socket.socket, allowance: Allowance, max_bytes: int) -> None:
        self._sock = sock
        self._allowance = allowance
        self._room = max_bytes

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._allowance.left())
        self._sock.sendall(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._sock.settimeout(self._allowance.left())
        count = self._sock.recv_into(buffer)
        self._room -= count
        if self._room < 0:
            raise _LimitError
        return count

    def close(self) -> None:
        """Leave the socket to who opened it: http.client closes connections before their last answer is read."""


class Client:
    """Sends requests, each over a connection of its own. May be used by many threads; `close` cuts what is open."""

    def __init__(self, options: FetchOptions, agent: str, resolve: Resolve = look_up) -> None:
        self._options = options
        self._agent = agent
        self._resolve = resolve
        self._guard = threading.Lock()
        self._open: set[socket.socket] = set()
        self._is_closed = False

    @functools.cached_property
    def _context(self) -> ssl.SSLContext:
        """What TLS is spoken with; made when first needed, for the certificates of the system take time to load."""
        context = ssl.create_default_context()
        if self._options.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def close(self) -> None:
        """End all requests, those of other threads too."""
        with self._guard:
            self._is_closed = True
            for sock in self._open:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)  # of TLS too: its own would say goodbye and wait

    def get(self, url: Url, allowance: Allowance, *, max_bytes: int, headers: Mapping[str, str]) -> Reply:
        """Ask for a page.

        Raises:
            FailedError: if there is no answer, or no whole one in time.
        """
        try:
            with allowance, self._connect(url, allowance) as sock:
                return self._exchange(url, headers, _Wire(sock, allowance, max_bytes + MAX_OVERHEAD_BYTES), max_bytes)
        except _LimitError as error:
            raise FailedError(NotFetched(Outcome.TOO_LARGE, "the head of the answer is too large")) from error
        except (OSError, ValueError, EOFError, http.client.HTTPException, zlib.error) as error:
            raise FailedError(fetch_error(_explain(error), again=True)) from error

    @contextlib.contextmanager
    def _connect(self, url: Url, allowance: Allowance) -> Iterator[socket.socket]:
        if self._is_closed:
            raise ConnectionAbortedError
        addresses = find_addresses(url, self._resolve, allow_private=self._options.allow_private)
        with contextlib.ExitStack() as stack:
            sock = stack.enter_context(_connect_to_any(addresses, port_of(url), allowance))
            if url.scheme == "http":
                stack.enter_context(self._watch(sock))
            else:
                tls = self._context.wrap_socket(sock, server_hostname=host_of(url), do_handshake_on_connect=False)
                stack.enter_context(self._watch(stack.enter_context(tls)))
                tls.settimeout(allowance.left())
                tls.do_handshake()
                sock = tls
            yield sock

    @contextlib.contextmanager
    def _watch(self, sock: socket.socket) -> Iterator[None]:
        with self._guard:
            if self._is_closed:
                raise ConnectionAbortedError
            self._open.add(sock)
        try:
            yield
        finally:
            with self._guard:
                self._open.discard(sock)

    def _exchange(self, url: Url, headers: Mapping[str, str], wire: _Wire, max_bytes: int) -> Reply:
        connection = http.client.HTTPConnection(url.netloc or "")
        connection.sock = wire
        common = {
            "Host": url.netloc or "",
            "User-Agent": self._agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        connection.request("GET", url.request_uri, headers={**common, **headers})
        response = connection.getresponse()
        if response.status != HTTPStatus.OK:
            return Reply(response.status, response.headers)
        content, is_whole = _gather(_decode(response, max_bytes))
        return Reply(response.status, response.headers, content, is_whole)


def _connect_to_any(addresses: Iterable[str], port: int, allowance: Allowance) -> socket.socket:
    """Connect to the first address that answers; they are numbers, so that nothing is looked up again."""
    failure = OSError("the host has no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), min(CONNECT_SECONDS, allowance.left()))
        except OSError as error:
            failure = error
    raise failure


def _decode(response: http.client.HTTPResponse, max_bytes: int) -> Iterator[bytes]:
    """Yield the body in pieces, its encodings undone; no layer of them may be larger than the limit."""
    if response.headers.get("Transfer-Encoding") and not response.chunked:
        raise http.client.UnknownTransferEncoding
    named = ",".join(response.headers.get_all("Content-Encoding", []))
    encodings = [name for part in named.split(",") if (name := part.strip().lower()) not in {"", "identity"}]
    if len(encodings) > MAX_ENCODINGS:
        raise FailedError(NotFetched(Outcome.TOO_LARGE, f"encoded more than {MAX_ENCODINGS} times over"))
    if not ENCODINGS.issuperset(encodings):
        raise FailedError(fetch_error("the body has an encoding that was not asked for"))
    pieces = _limit(_read(response), max_bytes)
    for _ in encodings:
        pieces = _limit(_inflate(pieces), max_bytes)
    return pieces


def _read(response: http.client.HTTPResponse) -> Iterator[bytes]:
    while piece := response.read(PIECE_BYTES):
        yield piece
    if response.length:
        raise EOFError


def _inflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Undo gzip or zlib, whichever it is; gzip files may follow each other, and what else follows is ignored."""
    inflater = _inflater()
    for piece in pieces:
        rest = piece
        while rest:
            if inflater.eof:
                if not rest.startswith(GZIP_MAGIC):
                    break
                inflater = _inflater()
            yield inflater.decompress(rest, PIECE_BYTES)
            rest = inflater.unconsumed_tail or inflater.unused_data
    if not inflater.eof:
        raise EOFError


def _inflater() -> zlib._Decompress:
    return zlib.decompressobj(zlib.MAX_WBITS | 32)  # 32: told by its first bytes


def _limit(pieces: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    room = max_bytes
    for piece in pieces:
        yield piece[:room]
        room -= len(piece)
        if room < 0:
            raise _LimitError


def _gather(pieces: Iterable[bytes]) -> tuple[bytes, bool]:
    """Return the body as far as the limit allows, and whether that is all of it."""
    content = bytearray()
    try:
        for piece in pieces:
            content += piece
    except _LimitError:
        return bytes(content), False
    return bytes(content), True


def _explain(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "timed out"
        case ssl.SSLCertVerificationError():
            return f"the certificate is not valid: {error.verify_message}"
        case EOFError() | http.client.IncompleteRead() | zlib.error():
            return "incomplete or damaged body"
        case http.client.HTTPException():
            return f"no valid HTTP: {type(error).__name__}"
        case OSError():
            return f"no connection: {error.strerror or type(error).__name__}"
        case _:  # a host name that no certificate could be for
            return "not a valid address"
