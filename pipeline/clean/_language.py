"""Tells whether running text is English, from the share of its small words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_CHARACTERS = 20_000
MIN_WORDS = 30  # a shorter text is taken for English
MIN_LETTERS = 20  # of another script
SHORT = 60  # words
MIN_SHARE, MIN_SHARE_SHORT = 0.04, 0.02  # English news has 0.2, but a telegraphic sentence may have 0.03
MIN_LATIN = 0.5  # of the letters
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
# Small words that are frequent in English and rare in the other languages of the Latin script.
SMALL_WORDS = {
    *("the", "of", "and", "that", "with", "by", "from", "were", "this", "which", "had", "has", "not"),
    *("but", "who", "their", "said", "after", "been", "they", "its", "are", "when", "where", "there", "than", "would"),
    *("could", "you", "your", "our", "about", "into", "while", "other", "some", "two", "three", "four", "five"),
}


def is_english(passages: Iterable[str]) -> bool:
    """Tell whether passages of running text are English; short ones have the benefit of the doubt."""
    text = " ".join(passages)[:MAX_CHARACTERS]
    words = [word.lower() for word in WORD.findall(text)]
    letters = sum(map(len, words))
    if letters and len(LATIN.findall(text)) < MIN_LATIN * letters:
        return letters < MIN_LETTERS
    if len(words) < MIN_WORDS:
        return True
    share = sum(word in SMALL_WORDS for word in words) / len(words)
    return share >= (MIN_SHARE if len(words) >= SHORT else MIN_SHARE_SHORT)
