"""Words per second of pipelines, side by side on one core: python tests/performance/model.py [MODEL ...]

A MODEL is a package or a folder; without one, `en_incidents` is measured. The text is that of `corpus/invented`. Each
model is measured as `incidents run` loads it and, in brackets, with blis, Thinc's own products of matrices; the best of
some rounds counts, since machines are noisy.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from thinc.api import NumpyOps, get_current_ops

from pipeline.annotate import load_nlp

if TYPE_CHECKING:
    from spacy.language import Language

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "invented"
ROUNDS = 5
COPIES = 3


def words_per_second(nlp: Language, texts: list[str]) -> float:
    """Parse the texts once."""
    started = time.perf_counter()
    words = sum(len(doc) for doc in nlp.pipe(texts))
    return words / (time.perf_counter() - started)


def use_blis(on: bool) -> None:  # noqa: FBT001 - it is what is measured
    """Choose how Thinc multiplies matrices; `load_nlp` has chosen numpy."""
    ops = get_current_ops()
    if isinstance(ops, NumpyOps):
        ops.use_blis = on


def main() -> None:
    """Print a line for each model."""
    names = sys.argv[1:] or ["en_incidents"]
    articles = [path.read_text(encoding="utf-8") for path in sorted(CORPUS.rglob("*.txt"))]
    texts = [paragraph for text in articles * COPIES for paragraph in text.split("\n") if paragraph.strip()]
    loaded = []
    for name in names:
        started = time.perf_counter()
        loaded.append(load_nlp(name))
        sys.stdout.write(f"{name}: loaded in {time.perf_counter() - started:.2f} s\n")
    best: dict[tuple[str, bool], float] = {}
    for _ in range(ROUNDS):
        for name, nlp in zip(names, loaded, strict=True):
            for blis in (False, True):
                use_blis(blis)
                best[name, blis] = max(best.get((name, blis), 0.0), words_per_second(nlp, texts))
    for name in names:
        sys.stdout.write(f"{name}: {best[name, False]:.0f} words/s ({best[name, True]:.0f} with blis)\n")


if __name__ == "__main__":
    main()
