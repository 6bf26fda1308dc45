"""What counting costs beside parsing, on one core: python tests/performance/counts.py [INPUT ...]

An INPUT is what `incidents run` takes from disk; without one, `corpus/invented` is read. CPU time of each finder as a
share of that of `annotate` in the same run; the best of some rounds counts, since machines are noisy.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.annotate import annotate, load_nlp
from pipeline.clean import clean
from pipeline.extract.casualties import find_acts, find_casualties, find_victims
from pipeline.records import Page
from pipeline.sources import find_sources, read_pages

if TYPE_CHECKING:
    from collections.abc import Callable

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "invented"
ROUNDS = 3


def fastest(work: Callable[[], object]) -> float:
    """Return the least CPU seconds that some work took."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)


def main() -> None:
    """Print the words per second of the parse, and a share for each finder."""
    nlp = load_nlp()
    pages = [page for page in read_pages(find_sources(sys.argv[1:] or [str(CORPUS)])) if isinstance(page, Page)]
    articles = [article for article, problem in map(clean, pages) if problem is None]
    docs = [annotate(article, nlp) for article in articles]
    parse = fastest(lambda: [annotate(article, nlp) for article in articles])
    sys.stdout.write(f"annotate: {sum(map(len, docs)) / parse:.0f} words/s\n")
    for find in (find_casualties, find_victims, find_acts):
        share = fastest(lambda find=find: [list(find(doc)) for doc in docs]) / parse  # type: ignore[misc]
        sys.stdout.write(f"{find.__name__}: {share:.1%} of it\n")


if __name__ == "__main__":
    main()
