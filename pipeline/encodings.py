"""What UTF-8 can hold, and the marks that some files open with."""

from __future__ import annotations

import codecs
import re

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SURROGATE = re.compile("[\ud800-\udfff]")


def decode_marked(content: bytes) -> str | None:
    """Decode by the byte order mark; None if there is none."""
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    return None


def without_surrogates(text: str) -> str:
    """Replace, one for one, the halves of characters that no file in UTF-8 can hold."""
    return SURROGATE.sub("\ufffd", text)
