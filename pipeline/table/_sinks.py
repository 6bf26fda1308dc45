"""The files that tables are written to: CSV, JSON lines, Parquet."""

from __future__ import annotations

import csv
import json
import math
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from pipeline.table._cells import format_cell
from pipeline.table._columns import ARTICLES, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from pipeline.table._cells import Row, Value
    from pipeline.table._columns import Column, Table

BOM = "\ufeff"
PARQUET_ROWS = 1000  # held before they are written
JSON_LINE_BREAKS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"})


class Format(StrEnum):
    """Kinds of files that tables are written as."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class Sink(Protocol):
    """An open file that takes the rows of a table."""

    def write(self, row: Row) -> None:
        """Add a row."""

    def close(self) -> None:
        """End the file."""


def open_sinks(folder: Path, table: Table, formats: Sequence[Format], *, bom: bool) -> Iterator[Sink]:
    """Open the files of a table; that of articles is always written as JSON lines too.

    The whole text of an article stands there, which no cell of a CSV file may hold.
    """
    for format_ in Format:
        path = folder / f"{table.name}.{format_}"
        if format_ is Format.JSONL and (format_ in formats or table is ARTICLES):
            yield _JsonSink(path, table)
        elif format_ is Format.CSV and format_ in formats:
            yield _CsvSink(path, table, bom=bom)
        elif format_ is Format.PARQUET and format_ in formats:
            yield _ParquetSink(path, table)


class _CsvSink:
    def __init__(self, path: Path, table: Table, *, bom: bool) -> None:
        self.columns = table.columns
        self.keep_lines = table is ARTICLES
        self.file = path.open("w", encoding="utf-8", newline="", errors="replace")
        self.file.write(BOM if bom else "")
        self.writer = csv.writer(self.file)  # RFC 4180: CRLF ends a record
        self.writer.writerow(column.name for column in self.columns)

    def write(self, row: Row) -> None:
        self.writer.writerow(
            format_cell(row[column.name], column, keep_lines=self.keep_lines and column.name == "text")
            for column in self.columns
        )

    def close(self) -> None:
        self.file.close()


class _JsonSink:
    def __init__(self, path: Path, table: Table) -> None:
        self.columns = table.columns
        self.file = path.open("w", encoding="utf-8", newline="\n", errors="replace")

    def write(self, row: Row) -> None:
        values = {column.name: _plain(row[column.name], column) for column in self.columns}
        self.file.write(json.dumps(values, ensure_ascii=False).translate(JSON_LINE_BREAKS) + "\n")

    def close(self) -> None:
        self.file.close()


class _ParquetSink:
    def __init__(self, path: Path, table: Table) -> None:
        import pyarrow as pa  # noqa: PLC0415 -- an extra
        from pyarrow import parquet  # noqa: PLC0415

        self.columns = table.columns
        self.schema = pa.schema([(column.name, _arrow_type(column.kind)) for column in self.columns])
        self.writer = parquet.ParquetWriter(path, self.schema)
        self.rows: list[dict[str, object]] = []

    def write(self, row: Row) -> None:
        self.rows.append({c.name: value if (value := _plain(row[c.name], c)) != "" else None for c in self.columns})
        if len(self.rows) >= PARQUET_ROWS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa  # noqa: PLC0415

        self.writer.write_table(pa.Table.from_pylist(self.rows, schema=self.schema))
        self.rows = []

    def close(self) -> None:
        if self.rows:
            self._flush()
        self.writer.close()


def _arrow_type(kind: Kind) -> pa.DataType:
    import pyarrow as pa  # noqa: PLC0415 -- an extra

    types = {
        Kind.LIST: pa.list_(pa.string()),
        Kind.INTEGER: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.BOOLEAN: pa.bool_(),
    }
    return types.get(kind, pa.string())


def _plain(value: Value, column: Column) -> object:
    """Return a value as JSON and Parquet know it."""
    if isinstance(value, float):
        return round(value, column.decimals) if math.isfinite(value) else None
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, StrEnum) else value
