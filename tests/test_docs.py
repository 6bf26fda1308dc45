"""The codebook is that of the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.table import codebook
from pipeline.table._columns import TABLES

if TYPE_CHECKING:
    from pipeline.table._columns import Table

COLUMNS = Path(__file__).parent.parent / "docs" / "columns.md"
WRITE = "python -c 'import pathlib, pipeline.table as t; pathlib.Path(\"docs/columns.md\").write_text(t.codebook())'"


def test_the_codebook_is_up_to_date() -> None:
    assert COLUMNS.read_text(encoding="utf-8") == codebook(), f"write it again: {WRITE}"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_column_and_code_is_told(table: Table) -> None:
    (section,) = re.findall(
        rf"^## {table.name}\.csv\n(.*?)(?=^## |\Z)", COLUMNS.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    rows = re.findall(r"^\| (\w+) \| (\w+) \| (.+) \|$", section, re.MULTILINE)[1:]
    assert [(name, kind) for name, kind, _ in rows] == [(column.name, column.kind) for column in table.columns]
    for column, (_, _, meaning) in zip(table.columns, rows, strict=True):
        assert len(meaning) > len("x")
        assert re.findall(r"`(\w+)`", meaning) == list(column.codes or ())


def test_columns_are_named_once() -> None:
    for table in TABLES.values():
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
