"""Word lists as data: one CSV file a subject, one line an entry, each with an example that a test proves.

Columns: id, form, pos, label, examples, counter_examples, source, note. Several examples are joined with " | ".
A `form` is one or more lemmas in lower case; `label` is what the finders read. See README.md in this folder.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipeline.errors import LexiconError

COLUMNS = ("id", "form", "pos", "label", "examples", "counter_examples", "source", "note")
SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a word list; `words` are the lemmas of the form."""

    id: str
    form: str
    pos: str
    label: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    source: str
    note: str
    words: tuple[str, ...]


@cache
def load_lexicon(name: str) -> tuple[Entry, ...]:
    """Return the entries of NAME.csv in file order.

    Raises:
        LexiconError: if the file is missing, or a line has no id, form, label or example.
    """
    resource = files(__name__) / f"{name}.csv"
    if not resource.is_file():
        message = f"lexicon {name}.csv is missing from the package; install it again"
        raise LexiconError(message)
    reader = csv.DictReader(resource.read_text(encoding="utf-8").splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        message = f"lexicon {name}.csv: the columns must be {', '.join(COLUMNS)}"
        raise LexiconError(message)
    return tuple(_entry(name, reader.line_num, row) for row in reader)


def _entry(name: str, line: int, row: dict[str, str]) -> Entry:
    for column in ("id", "form", "label", "examples"):
        if not row[column]:
            message = f"lexicon {name}.csv, line {line}: {column} is blank"
            raise LexiconError(message)
    return Entry(
        id=row["id"],
        form=row["form"],
        pos=row["pos"],
        label=row["label"],
        examples=_several(row["examples"]),
        counter_examples=_several(row["counter_examples"]),
        source=row["source"],
        note=row["note"],
        words=tuple(row["form"].split()),
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(SEPARATOR)) if cell else ()
