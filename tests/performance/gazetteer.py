"""What places cost, on one core: python tests/performance/gazetteer.py [INPUT ...]

Loading the gazetteer (seconds, memory), a look-up (microseconds), and `find_places` as a share of the CPU time of
`annotate` in the same run; an INPUT is what `incidents run` takes from disk, without one `corpus/invented` is read.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from pipeline.annotate import annotate, load_nlp
from pipeline.clean import clean
from pipeline.extract.places import find_places
from pipeline.gazetteer import load_gazetteer
from pipeline.records import Page
from pipeline.sources import find_sources, read_pages

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "invented"
LOOK_UPS = 5000
ROUNDS = 3


def megabytes() -> float:
    """Return the most memory that this process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_loading() -> None:
    """Print what the first use of the gazetteer costs, and a look-up that is not in its cache."""
    before, started = megabytes(), time.perf_counter()
    gazetteer = load_gazetteer()
    loaded = time.perf_counter() - started
    sys.stdout.write(f"loading: {loaded:.2f} s, {megabytes() - before:.0f} MB\n")
    started = time.perf_counter()
    for number in range(LOOK_UPS):
        gazetteer.look_up(f"Tarvel {number}")
    sys.stdout.write(f"look-up: {(time.perf_counter() - started) / LOOK_UPS * 1e6:.0f} microseconds\n")


def measure_finding(inputs: list[str]) -> None:
    """Print the share of `find_places`, the best of some rounds."""
    nlp = load_nlp()
    pages = [page for page in read_pages(find_sources(inputs)) if isinstance(page, Page)]
    articles = [article for article, problem in map(clean, pages) if problem is None]
    started = time.process_time()
    docs = [annotate(article, nlp) for article in articles]
    parse = time.process_time() - started
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for doc in docs:
            list(find_places(doc))
        seconds.append(time.process_time() - started)
    sys.stdout.write(f"find_places: {min(seconds) / parse:.1%} of annotate\n")


if __name__ == "__main__":
    measure_loading()
    measure_finding(sys.argv[1:] or [str(CORPUS)])
