"""Bytes of a file -> text, whatever encoding they are in, and text that any file can hold."""

from __future__ import annotations

import codecs
import re

from pipeline.encodings import decode_marked, without_surrogates

META_CHARSET = re.compile(rb"<meta[^<>]{0,200}charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w:-]{1,40})", re.IGNORECASE)
META_BYTES = 4096  # a page must declare its encoding early
GUESS_BYTES = 200_000
FALLBACK = "cp1252"
# Pages that say Latin-1 mean its extension by Windows, as browsers know; likewise in the other regions. The rarer
# Latin sets are what a few accents in an English text get mistaken for.
RARE = dict.fromkeys(("ascii", *(f"iso8859-{part}" for part in (1, 3, 4, 10, 13, 14, 15, 16))), FALLBACK)
MEANT = {**RARE, "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"}
ASCII_END = 0x7F
MIN_FOREIGN = 0.06  # of the bytes outside ASCII, before the encoding is guessed
MIN_CONFIDENCE = 0.5
MAX_DAMAGE = 0.05  # of the characters outside ASCII may be broken in a text that is still taken for UTF-8
MAX_CONTROLS = 0.02  # of all characters; more is no text
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f]")
LETTER = re.compile(r"[^\W\d_]")


def decode(content: bytes, *, is_html: bool, charset: str = "") -> str:
    """Decode by byte order mark, as UTF-8, by what server or page declares, or else by the looks of the bytes.

    Never fails; what no encoding explains becomes U+FFFD. UTF-8 is tried before the declaration, because other
    encodings hardly ever happen to be valid UTF-8, while pages that declare the wrong one are common.
    """
    if (marked := decode_marked(content)) is not None:
        return marked
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if not broken or broken < MAX_DAMAGE * sum(character > "\x7f" for character in text):
        return text
    declared = _not_utf8(charset) or (_declared_encoding(content[:META_BYTES]) if is_html else "")
    return content.decode(declared or _guess_encoding(content[:GUESS_BYTES]), "replace")


def _declared_encoding(head: bytes) -> str:
    match = META_CHARSET.search(head)
    return _not_utf8(match[1].decode("ascii", "replace")) if match else ""


def _not_utf8(charset: str) -> str:
    """Return the name of a declared encoding; that of what turned out not to be UTF-8 is blank."""
    name = _known_encoding(charset) if charset else ""
    return "" if name == "utf-8" else name


def _known_encoding(name: str) -> str:
    try:
        info = codecs.lookup(name)
        b"a".decode(info.name, "replace")  # refuses codecs that do not give text, such as hex
    except (LookupError, ValueError):
        return ""
    return MEANT.get(info.name, info.name)


def _guess_encoding(content: bytes) -> str:
    """Name the likely encoding; a few accents in an English text tell too little to guess from."""
    if sum(byte > ASCII_END for byte in content) < MIN_FOREIGN * len(content):
        return FALLBACK
    import cchardet  # noqa: PLC0415 -- most files are UTF-8 and never need it

    guess = cchardet.detect(content)
    sure = (guess["confidence"] or 0.0) >= MIN_CONFIDENCE
    return _known_encoding(guess["encoding"] or "") or FALLBACK if sure else FALLBACK


def is_binary(text: str) -> bool:
    """Tell whether decoded bytes are those of an image, an archive or the like."""
    return bool(text) and (len(CONTROL.findall(text)) > MAX_CONTROLS * len(text) or not LETTER.search(text))


def make_writable(text: str) -> str:
    """Replace, one for one, what cannot be written as UTF-8 (lone surrogates) or must not (NUL and its kin)."""
    return without_surrogates(UNWRITABLE.sub(" ", text))
