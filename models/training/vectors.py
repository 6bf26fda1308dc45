"""Static vectors: for each word the mean of what the teacher makes of it in the texts, in fewer dimensions.

Words are in small letters, as the teacher reads them; how a word is written the small model sees by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from spacy.vectors import Vectors
from spacy.vocab import Vocab

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DIMENSIONS = 64
ROWS = 30_000
MIN_COUNT = 3
LENGTH = 2.0  # mean length of a vector
GROWTH = 10_000


class WordMeans:
    """Sums of the vectors of words."""

    def __init__(self, width: int) -> None:
        self.rows: dict[str, int] = {}
        self.sums = np.zeros((GROWTH, width), dtype="float32")
        self.counts = np.zeros(GROWTH, dtype="float32")

    def add(self, words: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add the vectors of the words of a text, (words, width)."""
        at = [self.rows.setdefault(word.lower(), len(self.rows)) for word in words]
        if len(self.rows) > len(self.counts):
            grown = len(self.rows) + GROWTH - len(self.counts)
            self.sums = np.pad(self.sums, ((0, grown), (0, 0)))
            self.counts = np.pad(self.counts, (0, grown))
        np.add.at(self.sums, at, vectors[: len(words)])
        np.add.at(self.counts, at, 1)

    def vocab(self) -> Vocab:
        """Return a vocabulary with vectors of DIMENSIONS for the words seen most, keyed by their small letters."""
        names = list(self.rows)
        order = np.argsort(-self.counts[: len(names)], kind="stable")[:ROWS]
        order = order[self.counts[order] >= MIN_COUNT]
        means = self.sums[order] / self.counts[order, None]
        means -= means.mean(0)
        _, _, axes = np.linalg.svd(means[: ROWS // 3], full_matrices=False)
        data = means @ axes[:DIMENSIONS].T
        data *= LENGTH / np.linalg.norm(data, axis=1).mean()
        vocab = Vocab()
        words = [names[i] for i in order]
        for word in words:
            vocab.strings.add(word)
        vocab.vectors = Vectors(
            strings=vocab.strings, data=data.astype("float32"), keys=words, name="en_incidents", attr="LOWER"
        )
        return vocab
