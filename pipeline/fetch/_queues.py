"""In which order many pages are asked for: each host has a queue, and the host that is ready first comes first."""

from __future__ import annotations

import heapq
from collections import deque
from typing import TYPE_CHECKING

from pipeline.fetch._addresses import host_of, parse
from pipeline.fetch._answers import FailedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.fetch._answers import Request


class Queues:
    """What is still to be asked for; true while there is a host that is free and has something in its queue."""

    def __init__(self, requests: Iterable[Request]) -> None:
        self._queues: dict[str, deque[Request]] = {}
        for request in requests:
            self._queues.setdefault(_host_name(request), deque()).append(request)
        self._free = [(0.0, name) for name in sorted(self._queues)]  # a heap

    def __bool__(self) -> bool:
        return bool(self._free)

    @property
    def ready_at(self) -> float:
        """When the next host may be asked, on the clock."""
        return self._free[0][0]

    def take(self) -> tuple[str, Request]:
        """Take the next host, which is not free until it is given back, and what it is to be asked."""
        _, name = heapq.heappop(self._free)
        return name, self._queues[name].popleft()

    def give_back(self, name: str, ready_at: float) -> None:
        """Make a host free again, if there is anything left that it is to be asked."""
        if self._queues[name]:
            heapq.heappush(self._free, (ready_at, name))


def _host_name(request: Request) -> str:
    try:
        return host_of(parse(request.url))
    except FailedError:
        return ""  # nobody will be asked
