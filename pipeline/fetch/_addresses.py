"""Which web addresses may be asked for, and which addresses of their hosts may be connected to."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import TYPE_CHECKING

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from pipeline.fetch._answers import FailedError, fetch_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from urllib3.util import Url

    Resolve = Callable[[str, int], tuple[str, ...]]

PORTS = {"http": 80, "https": 443}  # of the schemes that are fetched; other ports may be named
BLANK_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f]")
USERINFO = re.compile(r"^([^/?#]*//)?[^/?#]*@")

# Parameters that say how the reader came, never what there is to read. courlan is not used for this: it also drops
# `?cid=5`, `?20260314` and `?/2026/7`, which at some papers are the article.
TRACKING = re.compile(
    r"(?:utm|at|mtm|pk|hsa|itm)_\w+=|(?:fb|g|dc|y|ms|tw|tt)clid=|(?:gbra|wbra)id=|mc_[ce]id=|igshi?d?=|_g[al]=|vero_id="
    r"|(?:ns_mchannel|traffic_source|cmpid|ocid|xtor|smid|CMP|ref_src|__twitter_impression)=|(?:ref|src|source)=rss$"
)

# `is_global` of Python 3.11 takes these for public. Tunnels (6to4, Teredo, NAT64 of one's own) carry an address inside
# the address, and no newspaper is at the end of one.
GIVEN_OUT = ipaddress.ip_network("2000::/3")  # all of IPv6 that is in use for the public so far
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # how all of IPv4 is named in a network that only speaks IPv6
NOT_PUBLIC = tuple(
    map(ipaddress.ip_network, "192.0.0.0/24 192.88.99.0/24 2001::/32 2001:db8::/32 2002::/16 3fff::/20".split())
)


def parse(address: str) -> Url:
    """Split a web address: its host in ASCII, its path percent-encoded, its fragment and root dot gone.

    Raises:
        FailedError: if it is no address that is fetched. Names and passwords in it are refused, since they would
            travel on into tables and logs.
    """
    if BLANK_OR_CONTROL.search(address):
        raise FailedError(fetch_error("the address holds a blank or a control character"))
    try:
        url = parse_url(address)
    except LocationParseError as error:
        raise FailedError(fetch_error("not a valid address")) from error
    if url.scheme not in PORTS:
        raise FailedError(fetch_error("only http and https are fetched"))
    if url.auth is not None:
        raise FailedError(fetch_error("the address holds a user name or password"))
    host = (url.host or "").rstrip(".")
    if not host:
        raise FailedError(fetch_error("the address has no host"))
    return url._replace(host=host, fragment=None)


def port_of(url: Url) -> int:
    """Return the port that a parsed address names or means."""
    return url.port if url.port is not None else PORTS[url.scheme or ""]


def host_of(url: Url) -> str:
    """Return the host of a parsed address as it is looked up, IPv6 without its brackets."""
    return (url.host or "").strip("[]")


def canonical(address: str) -> str | None:
    """Return the one spelling of a web address that stands for all, or None if it cannot be fetched.

    Fragments, default ports and parameters that only track the reader go; all other parameters stay as they are.
    """
    try:
        url = parse(address.strip())
    except FailedError:
        return None
    kept = "&".join(pair for pair in (url.query or "").split("&") if not TRACKING.match(pair))
    port = None if url.port == PORTS[url.scheme or ""] else url.port
    return url._replace(port=port, path=url.path or "/", query=kept or None).url


def without_userinfo(address: str) -> str:
    """Return an address as it may be shown: without the user name and password that it may hold."""
    return USERINFO.sub(r"\1", address)


def look_up(host: str, port: int) -> tuple[str, ...]:
    """Return all addresses of a host. Odd spellings of numbers (127.1, 0x7f000001) are understood here and not before.

    This cannot be interrupted: it may take longer than the deadline of a request.
    """
    found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def find_addresses(url: Url, resolve: Resolve, *, allow_private: bool) -> tuple[str, ...]:
    """Look up the addresses to connect to.

    Raises:
        FailedError: if there is none, or if any of them is not public: a host with one foot in a private network is
            not to be trusted with the other.
    """
    try:
        addresses = resolve(host_of(url), port_of(url))
    except OSError as error:
        raise FailedError(fetch_error("the host is not known", again=True)) from error
    if not allow_private and not all(map(is_public, addresses)):
        raise FailedError(fetch_error("the host has an address that is not public"))
    return addresses


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public Internet, also if it carries another inside."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
        if ip not in GIVEN_OUT:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOT_PUBLIC)
