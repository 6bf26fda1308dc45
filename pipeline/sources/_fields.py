"""Fields of records that strangers filled in: what is not of the kind that is asked for is as good as missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard

Fields = Mapping[str, object]


def is_fields(value: object) -> TypeGuard[Fields]:
    """Tell whether a value has fields of its own."""
    return isinstance(value, Mapping)


def string(fields: Fields, name: str) -> str:
    """Return the text of a field, or a blank."""
    value = fields[name] if name in fields else ""  # noqa: SIM401 -- `get` of feedparser warns of a missing `updated`
    return value if isinstance(value, str) else ""


def record(fields: Fields, name: str) -> Fields:
    """Return the fields of a field, or none."""
    value = fields.get(name)
    return value if is_fields(value) else {}


def records(fields: Fields, name: str) -> tuple[Fields, ...]:
    """Return those items of a field that have fields."""
    value = fields.get(name)
    return tuple(filter(is_fields, value)) if isinstance(value, list) else ()
