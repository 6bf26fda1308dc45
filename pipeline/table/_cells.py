"""Values -> cells of a CSV file that no spreadsheet misreads, and back."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.encodings import without_surrogates
from pipeline.table._columns import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.table._columns import Column

MAX_CELL = 32_000  # characters; Excel takes 32,767
BLANK = r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
FORMULA = re.compile(rf"'*(?:{BLANK}*[=+\-@＝＋－＠]|[\t\r])")
LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
SEPARATOR, NO_SEPARATOR = "|", "/"
GUARD = "'"

Value = str | int | float | bool | tuple[str, ...] | None
Row = Mapping[str, Value]  # by column


def format_cell(value: Value, column: Column, *, keep_lines: bool = False) -> str:
    """Return the cell of a value; `keep_lines` keeps its line breaks, as plain newlines.

    Text is guarded against being read as a formula and cut to what a spreadsheet takes; None and numbers that are not
    finite are blank.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.{column.decimals}f}" if math.isfinite(value) else ""
    if isinstance(value, int):
        return str(value)
    text = value if isinstance(value, str) else join_items(value)
    text = clean_text(text, keep_lines=keep_lines)
    return guard(text)[:MAX_CELL] if column.kind in {Kind.TEXT, Kind.LIST} else text


def join_items(items: Sequence[str]) -> str:
    """Join the items of a list."""
    return SEPARATOR.join(item.replace(SEPARATOR, NO_SEPARATOR) for item in items)


def clean_text(text: str, *, keep_lines: bool) -> str:
    """Make line breaks newlines or blanks, and replace what cannot stand in a text file.

    With `keep_lines` no character changes its place, so that offsets fit the cell: CR LF is a blank and a newline.
    """
    lines = LINE_BREAK.sub(lambda match: match[0][:-1].replace("\r", " ") + "\n" if keep_lines else " ", text)
    return without_surrogates(CONTROL.sub(lambda match: match[0] if match[0] in "\t\n" else " ", lines))


def guard(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula, or for such an apostrophe."""
    return GUARD + text if FORMULA.match(text) else text


def unguard(cell: str) -> str:
    """Take the apostrophe off again."""
    return cell[1:] if cell.startswith(GUARD) and FORMULA.match(cell, 1) else cell
