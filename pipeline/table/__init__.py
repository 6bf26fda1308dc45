"""Tables out and in: CSV, JSON lines and Parquet, written aside and put in place, each as a whole.

A run adds rows one by one, so that memory does not grow; until `commit` nothing in the folder changes, and a run that
fails leaves the tables of the one before as they were.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pipeline.errors import ConfigError
from pipeline.table._cells import Row, Value, unguard
from pipeline.table._columns import REJECTED, TABLES, Column, Kind, Table, codebook
from pipeline.table._rows import article_row, rows_of
from pipeline.table._sinks import Format, open_sinks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

    from pipeline.table._sinks import Sink

__all__ = [
    "REJECTED",
    "TABLES",
    "Column",
    "Format",
    "Kind",
    "Row",
    "Table",
    "TableWriter",
    "Value",
    "article_row",
    "check_folder",
    "check_formats",
    "codebook",
    "read_table",
    "rows_of",
]

RUN_FILE = "run.json"
ASIDE = ".incidents-"  # how the folder is named in which tables are written
STALE_SECONDS = 3600  # after which it has been left by a process that was killed


# --- checks before work --------------------------------------------------------------------------------------------


def check_folder(folder: Path) -> None:
    """Check that tables can be written to a folder, which need not be there yet.

    Raises:
        ConfigError: if not.
    """
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not nearest.is_dir():
        message = f"--out {folder}: {nearest} is a file, not a folder"
        raise ConfigError(message)
    if not os.access(nearest, os.W_OK | os.X_OK):
        message = f"--out {folder}: {nearest} cannot be written to"
        raise ConfigError(message)
    taken = [path for path in _all_files(folder) if path.is_dir()]
    if taken:
        message = f"--out {folder}: {taken[0].name} is a folder; move it away"
        raise ConfigError(message)


def _all_files(folder: Path) -> list[Path]:
    return [*(folder / f"{name}.{format_}" for name in TABLES for format_ in Format), folder / RUN_FILE]


def check_formats(formats: Sequence[Format]) -> None:
    """Check that what the formats need is installed.

    Raises:
        ConfigError: if not.
    """
    if Format.PARQUET in formats:
        try:
            import pyarrow.parquet  # noqa: F401, PLC0415 -- an extra
        except ImportError as error:
            message = "--format parquet needs pyarrow; try: python -m pip install 'incidents-from-news[parquet]'"
            raise ConfigError(message) from error


# --- writing -------------------------------------------------------------------------------------------------------


class TableWriter:
    """Writes all tables of a run. Use it as a context; without `commit` it leaves nothing behind.

    Args:
        folder: made if it is not there.
        formats: kinds of files.
        bom: whether CSV files open with a byte order mark.
        keep: whether files of other kinds that are there stay, although they may be of another state.
    """

    def __init__(
        self, folder: Path, *, formats: Sequence[Format] = (Format.CSV,), bom: bool = True, keep: bool = False
    ) -> None:
        self.folder = folder
        self.formats = formats
        self.bom = bom
        self.keep = keep
        self.aside: Path | None = None
        self.made: list[Path] = []
        self.sinks: dict[str, list[Sink]] = {}

    def __enter__(self) -> Self:
        try:
            with self._telling():
                self._open()
        except ConfigError:
            self._clear()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def _open(self) -> None:
        self.made = [path for path in (self.folder, *self.folder.parents) if not path.exists()]
        self.folder.mkdir(parents=True, exist_ok=True)
        _drop_leftovers(self.folder)
        self.aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=self.folder))
        for table in TABLES.values():
            self.sinks[table.name] = [*open_sinks(self.aside, table, self.formats, bom=self.bom)]

    def _clear(self) -> None:
        for sink in self._all_sinks():
            with suppress(OSError, ValueError):  # a full disk says so again on closing
                sink.close()
        if self.aside is not None:
            shutil.rmtree(self.aside, ignore_errors=True)
        for path in self.made:
            with suppress(OSError):  # holds the tables by now
                path.rmdir()

    def _all_sinks(self) -> Iterator[Sink]:
        for sinks in self.sinks.values():
            yield from sinks

    def add(self, table: Table, row: Row) -> None:
        """Add a row.

        Raises:
            ConfigError: if it cannot be written, as on a full disk.
        """
        with self._telling():
            for sink in self.sinks[table.name]:
                sink.write(row)

    def commit(self, run: Mapping[str, object]) -> None:
        """Put all tables and run.json in place of those of the run before.

        Raises:
            ConfigError: if they cannot be written; then those of the run before are whole.
        """
        if self.aside is None:
            message = "commit() is for an open TableWriter: use it in a with statement"
            raise ConfigError(message)
        with self._telling():
            for sink in self._all_sinks():
                sink.close()
            (self.aside / RUN_FILE).write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            self._put_in_place(sorted(self.aside.iterdir()))

    def _put_in_place(self, written: Sequence[Path]) -> None:
        for path in written:
            _sync(path)
        for path in written:
            path.replace(self.folder / path.name)
        others = {*_all_files(self.folder)} - {self.folder / path.name for path in written}
        for path in () if self.keep else others:
            path.unlink(missing_ok=True)  # of a run before, in a format that this one does not write
        _sync(self.folder)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            message = f"--out {self.folder}: cannot be written ({reason}); tables that were there are as before"
            raise ConfigError(message) from error


def _drop_leftovers(folder: Path) -> None:
    """Remove what killed processes have left; what is young may be the work of one that lives."""
    for path in folder.glob(f"{ASIDE}*"):
        with suppress(FileNotFoundError):  # it was, and is done
            if time.time() - path.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _sync(path: Path) -> None:
    """Make sure that a file, or the names in a folder, have reached the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- reading -------------------------------------------------------------------------------------------------------


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a CSV table back, as cells by column name, without the marks that guard against formulas.

    Raises:
        ConfigError: if it cannot be read, or a line has more cells than the header.
    """
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, restkey="", restval=""))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        message = f"{path}: cannot be read as a table ({error})"
        raise ConfigError(message) from error
    if any("" in row for row in rows):
        message = f"{path}: a line has more cells than the header"
        raise ConfigError(message)
    return [{name: unguard(cell) for name, cell in row.items()} for row in rows]
