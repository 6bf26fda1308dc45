"""A web of invented papers on loopback: a real HTTP server whose pages, manners and faults a test decides.

with Web() as web:
    web.pages["/a"] = Page(b"<p>Two men were killed in Orla.")
    web.pages["/slow"] = lambda seen: drip(b"HTTP/1.1 200 OK\r\n\r\n")
    ... fetch web.url("/a", host="orla.example") with a resolver that answers 127.0.0.1 ...
    assert [seen.path for seen in web.seen] == ["/a"]
"""

from __future__ import annotations

import contextlib
import socketserver
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Page:
    """An answer; its length is told unless the headers tell another."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def parts(self) -> Iterator[bytes]:
        headers = {"Content-Length": str(len(self.body)), "Content-Type": "text/html; charset=utf-8", **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        yield f"HTTP/1.1 {self.status} As Told\r\n{head}\r\n".encode()
        yield self.body


@dataclass(frozen=True, slots=True)
class Seen:
    """A request, and when it reached the server."""

    path: str
    headers: Mapping[str, str]
    at: float

    @property
    def host(self) -> str:
        return self.headers["Host"].rpartition(":")[0]


Answer = Page | Iterable[bytes] | Callable[[Seen], "Page | Iterable[bytes]"]


def redirect(location: str, status: int = 302) -> Page:
    return Page(status=status, headers={"Location": location})


def drip(start: bytes, seconds: float = 0.5) -> Iterator[bytes]:
    """Send a start, and then a byte every now and then, for a minute."""
    yield start
    for _ in range(int(60 / seconds)):
        time.sleep(seconds)
        yield b"x"


class Web(socketserver.ThreadingTCPServer):
    """Serves `pages` by path, 404 for others; keeps what was `seen` and counts connections, also silent ones."""

    daemon_threads = True
    block_on_close = False  # a drip takes longer than its test
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, Answer] = {}
        self.seen: list[Seen] = []
        self.connections = 0
        self.tls = tls
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def get_request(self) -> tuple[socket.socket, object]:
        self.connections += 1
        return super().get_request()

    def finish_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        with contextlib.suppress(OSError):  # who hangs up early, or likes no certificate, is not our trouble
            if self.tls is None:
                super().finish_request(request, client_address)
                return
            with self.tls.wrap_socket(request, server_side=True) as secure:
                super().finish_request(secure, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One request, its answer sent piece by piece as its page yields them."""

    server: Web

    def do_GET(self) -> None:
        seen = Seen(self.path, dict(self.headers.items()), time.monotonic())
        self.server.seen.append(seen)
        answer = self.server.pages.get(self.path, Page(status=404))
        answer = answer(seen) if callable(answer) else answer
        for part in answer.parts() if isinstance(answer, Page) else answer:
            self.wfile.write(part)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
