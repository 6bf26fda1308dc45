"""Values of the tables and whole pages <-> what SQLite keeps."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from pipeline.encodings import without_surrogates
from pipeline.records import Link, Page
from pipeline.table import Kind

if TYPE_CHECKING:
    from pipeline.table import Column, Value

    Cell = str | int | float | bytes | None


def to_cell(value: Value, column: Column) -> Cell:
    """Return a value as it is stored; a blank id is NULL, so that it refers to nothing."""
    if isinstance(value, tuple):
        return json.dumps([without_surrogates(item) for item in value], ensure_ascii=False)
    if isinstance(value, str):
        return None if column.kind is Kind.ID and not value else without_surrogates(value)
    return value


def from_cell(cell: Cell, column: Column) -> Value:
    """Return the value behind a stored cell."""
    if column.kind is Kind.LIST:
        return tuple(json.loads(cell)) if isinstance(cell, str) else ()
    if column.kind is Kind.BOOLEAN:
        return None if cell is None else bool(cell)
    if column.kind is Kind.ID and cell is None:
        return ""
    return cell.decode() if isinstance(cell, bytes) else cell


# --- pages and links -----------------------------------------------------------------------------------------------


def pack_page(page: Page) -> tuple[str, bytes]:
    """Return what is known about a page, as JSON, and its compressed content."""
    return _about(page), zlib.compress(_content(page))


def unpack_page(about: str, content: bytes) -> Page:
    """Return the page again."""
    given = json.loads(about)
    raw = zlib.decompress(content)
    text = raw.decode("utf-8", "surrogatepass") if given.pop("is_text") else raw
    return Page(**(given | {"authors": tuple(given["authors"]), "content": text}))


def digest_of(page: Page) -> str:
    """Return a hash of a page and all that is known about it but its id."""
    return hashlib.sha256(_about(replace(page, input_id="", has_id=True)).encode() + b"\0" + _content(page)).hexdigest()


def _about(page: Page) -> str:
    return json.dumps({**asdict(replace(page, content="")), "is_text": isinstance(page.content, str)}, sort_keys=True)


def _content(page: Page) -> bytes:
    return page.content.encode("utf-8", "surrogatepass") if isinstance(page.content, str) else page.content


def pack_link(link: Link) -> str:
    """Return a link as JSON."""
    return json.dumps(asdict(link), sort_keys=True)


def unpack_link(packed: str) -> Link:
    """Return the link again."""
    given = json.loads(packed)
    return Link(**(given | {"authors": tuple(given["authors"])}))
