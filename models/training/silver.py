"""Silver data: what the teacher finds in plain news of violence, for the small model to learn from.

Only what the teacher is sure of is kept. A sentence whose heads are no tree, or whose tree is in doubt, is left out;
a token that may or may not be part of a name is left open, so that nothing is learned from it.
"""

from __future__ import annotations

import gzip
import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import spacy
import torch
from spacy.tokens import Doc

from teacher import Reader, batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from spacy.vocab import Vocab
    from torch import Tensor

    from teacher import Teacher, Window
    from vectors import WordMeans

TEXTS = {  # corpora of news under the folder of all corpora, and the field that holds the text
    "muc/muc_dev.jsonl.gz": "body",
    "muc/muc_tst1.jsonl.gz": "body",
    "muc/muc_tst2.jsonl.gz": "body",
    "satp/satp_train.jsonl.gz": "text",
    "gva/gva_train.jsonl.gz": "text",
    "quotes/polnear_train.jsonl.gz": "text",
    "geo/gwn_train.jsonl.gz": "text",
    "geo/lgl_train.jsonl.gz": "text",
    "time/te3_train.jsonl.gz": "text",
}
MIN_SPACES = 5  # of a paragraph; shorter ones are page furniture
MAX_WORDS = 70  # of a document; longer paragraphs are cut between sentences
SURE_NAME = 0.75
SURE_HEADS = 0.85  # mean probability of the heads of a sentence
SPACE = re.compile(r"[^\S\n]+")


class Parse(NamedTuple):
    """What the teacher found in a window: one entry a word."""

    tags: list[str]
    heads: list[int]
    deps: list[str]
    starts: list[bool]
    names: list[str]
    sure_names: list[float]
    sure_heads: list[float]


def paragraphs(corpora: Path) -> Iterator[str]:
    """Yield the distinct paragraphs of all texts, those of a few words left out."""
    seen: set[str] = set()
    for name, field in TEXTS.items():
        with gzip.open(corpora / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                for paragraph in re.split(r"\n\s*\n", json.loads(line)[field]):
                    text = SPACE.sub(" ", paragraph.replace("\n", " ")).strip()
                    if text.count(" ") >= MIN_SPACES and text not in seen:
                        seen.add(text)
                        yield text


@torch.inference_mode()
def read(teacher: Teacher, batch: Sequence[Window], means: WordMeans) -> Iterator[Parse]:
    """Yield the teacher's reading of each window, and count its vectors."""
    vectors, mask = teacher.encode(batch)
    tags = teacher.tags(vectors).argmax(-1)
    starts = teacher.starts(vectors).argmax(-1).bool()
    name_odds, names = teacher.names(vectors).softmax(-1).max(-1)
    scores = within_sentences(teacher.arc_scores(vectors, mask), starts)
    head_odds, heads = scores.softmax(-1).max(-1)
    deps = teacher.dep_scores(vectors, heads).argmax(-1)
    classes = teacher.labels
    for row, window in enumerate(batch):
        size = len(window.words)
        means.add(window.words, vectors[row, :size].numpy())
        yield Parse(
            [classes.tags[i] for i in tags[row, :size]],
            heads[row, :size].tolist(),
            [classes.deps[i] for i in deps[row, :size]],
            [i == 0 or start for i, start in enumerate(starts[row, :size].tolist())],
            [classes.names[i] for i in names[row, :size]],
            name_odds[row, :size].tolist(),
            head_odds[row, :size].tolist(),
        )


@torch.inference_mode()
def count_vectors(teacher: Teacher, docs: Iterable[Doc], means: WordMeans) -> None:
    """Count the vectors of the words of documents."""
    reader = Reader(teacher.labels)
    for batch in batches([window for doc in docs for window in reader.windows(doc)]):
        vectors, _ = teacher.encode(batch)
        for row, window in enumerate(batch):
            means.add(window.words, vectors[row, : len(window.words)].numpy())


def within_sentences(scores: Tensor, starts: Tensor) -> Tensor:
    """Forbid arcs that leave their sentence."""
    starts = starts.clone()
    starts[:, 0] = True
    number = starts.cumsum(-1)
    return scores.masked_fill(number[:, :, None] != number[:, None, :], -1e4)


def sentences(parse: Parse) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence."""
    bounds = [i for i, start in enumerate(parse.starts) if start] + [len(parse.starts)]
    yield from pairwise(bounds)


def is_sure(parse: Parse, start: int, end: int) -> bool:
    """Tell whether the heads of a sentence are one tree that the teacher does not doubt."""
    roots = sum(parse.heads[i] == i for i in range(start, end))
    if roots != 1 or sum(parse.sure_heads[start:end]) < SURE_HEADS * (end - start):
        return False
    for i in range(start, end):
        at, steps = i, 0
        while parse.heads[at] != at and steps <= end - start:
            at, steps = parse.heads[at], steps + 1
        if parse.heads[at] != at:
            return False
    return True


def runs(parse: Parse) -> Iterator[tuple[int, int]]:
    """Yield stretches of sure sentences, up to MAX_WORDS words long unless one sentence is longer."""
    open_at = end_at = None
    for start, end in sentences(parse):
        sure = is_sure(parse, start, end)
        if open_at is not None and end_at is not None and (not sure or end - open_at > MAX_WORDS):
            yield open_at, end_at
            open_at = None
        if sure:
            open_at = start if open_at is None else open_at
            end_at = end
    if open_at is not None and end_at is not None:
        yield open_at, end_at


def name_tags(parse: Parse, start: int, end: int) -> list[str]:
    """Return IOB tags as spaCy wants them; "" where the teacher is in doubt about a name, and for the whole name."""
    tags = []
    previous = "O"
    for i in range(start, end):
        tag = parse.names[i]
        if tag.startswith("I-") and previous[2:] != tag[2:]:
            tag = f"B-{tag[2:]}"
        tags.append(tag)
        previous = tag
    at = 0
    while at < len(tags):
        stop = at + 1
        while tags[at] != "O" and stop < len(tags) and tags[stop].startswith("I-"):
            stop += 1
        if min(parse.sure_names[start + at : start + stop]) < SURE_NAME:
            tags[at:stop] = [""] * (stop - at)
        at = stop
    return tags


def silver_docs(teacher: Teacher, texts: Iterable[str], vocab: Vocab, means: WordMeans) -> Iterator[Doc]:
    """Yield documents with the teacher's tags, trees and names, and count the vectors of all words."""
    tokenizer = spacy.blank("en", vocab=vocab).tokenizer
    reader = Reader(teacher.labels)
    spaces: dict[int, list[bool]] = {}
    windows = []
    for text in texts:
        doc = tokenizer(text)
        at = 0
        for window in reader.windows(doc):
            spaces[id(window)] = [bool(t.whitespace_) for t in doc[at : at + len(window.words)]]
            at += len(window.words)
            windows.append(window)
    for batch in batches(windows):
        for window, parse in zip(batch, read(teacher, batch, means), strict=True):
            for start, end in runs(parse):
                yield Doc(
                    vocab,
                    words=window.words[start:end],
                    spaces=spaces[id(window)][start:end],
                    tags=parse.tags[start:end],
                    heads=[head - start for head in parse.heads[start:end]],
                    deps=parse.deps[start:end],
                    ents=name_tags(parse, start, end),
                )
