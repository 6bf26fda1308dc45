"""Fit the weights of the signs that a name is a place (pipeline/extract/places/_signs.py).

    python models/gazetteer/fit_signs.py CORPUS.jsonl.gz...

Corpora are JSON lines with `id`, `text` and `toponyms` (start, end, lat). They are not part of the project; only the
weights, rounded, are. Prints them as they stand in the code, with how often each sign was seen and how often rightly.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.annotate import annotate, load_nlp
from pipeline.extract.places._links import find_links
from pipeline.extract.places._names import find_place_names
from pipeline.extract.places._signs import link_signs, person_words, signs, small_words
from pipeline.records import Article, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.language import Language

ROUNDS = 50
PENALTY = 0.5
MIN_OVERLAP = 0.5
PARAGRAPH_ENDS = re.compile(r"\n\s*\n|\Z")


def main() -> None:
    """Read the corpora, print the weights."""
    nlp = load_nlp()
    rows = [row for name in sys.argv[1:] for row in read_rows(Path(name), nlp)]
    keys = ["bias", *sorted({sign for found, _ in rows for sign in found})]
    at = {key: number for number, key in enumerate(keys)}
    table = np.zeros((len(rows), len(keys)))
    table[:, 0] = 1
    for row, (found, _) in zip(table, rows, strict=True):
        row[[at[sign] for sign in found]] = 1
    right = np.array([is_place for _, is_place in rows], dtype=float)
    for key, weight, column in zip(keys, fit(table, right), table.T, strict=True):
        seen = int(column.sum())
        sys.stdout.write(f'    "{key}": {weight:.1f},  # {right[column == 1].mean():.0%} of {seen}\n')


def read_rows(path: Path, nlp: Language) -> Iterator[tuple[list[str], bool]]:
    """Yield the signs of each name, and whether it is annotated as a place with coordinates."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            doc = annotate(
                Article(record["id"], record["id"], record["text"], paragraphs=paragraphs(record["text"])), nlp
            )
            names = find_place_names(doc)
            linked = link_signs(names, list(find_links(doc, names)))
            persons, smalls = person_words(doc), small_words(doc)
            for number, name in enumerate(names):
                verdict = is_gold(name.span, record["toponyms"])
                if verdict is not None:
                    yield [*signs(doc, name, persons, smalls), *linked.get(number, ())], verdict


def is_gold(span: Span, toponyms: list[dict[str, Any]]) -> bool | None:
    """Tell whether a span is annotated as a place; None where it only overlaps what is annotated otherwise."""
    gold = [Span(t["start"], t["end"]) for t in toponyms if t["lat"] is not None]
    if any(_overlap(span, other) >= MIN_OVERLAP for other in gold):
        return True
    others = [Span(t["start"], t["end"]) for t in toponyms if t["lat"] is None]
    return None if any(span.overlaps(other) for other in others) else False


def _overlap(a: Span, b: Span) -> float:
    shared = min(a.end, b.end) - max(a.start, b.start)
    return shared / (max(a.end, b.end) - min(a.start, b.start))


def paragraphs(text: str) -> tuple[Span, ...]:
    """Split at blank lines."""
    found, start = [], 0
    for match in PARAGRAPH_ENDS.finditer(text):
        passage = text[start : match.start()]
        if passage.strip():
            first = start + len(passage) - len(passage.lstrip())
            found.append(Span(first, first + len(passage.strip())))
        start = match.end()
    return tuple(found)


def fit(table: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the weights of a logistic regression with an L2 penalty, by Newton's method."""
    weights = np.zeros(table.shape[1])
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (right - chance) - PENALTY * weights
        curve = (table.T * (chance * (1 - chance))) @ table + PENALTY * np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    return weights


if __name__ == "__main__":
    main()
