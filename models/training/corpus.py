"""Build the training documents: sentences of the treebanks grouped into paragraphs, sentences of the name corpora.

Every document is a spaCy `Doc` with gold tokens. Treebank documents carry tags, heads, labels and names; the others
only names. A share of the training documents is varied (curly quotes, upper case, lower case, no final stop), since
news is written with all of these and the treebanks are not.
"""

from __future__ import annotations

import gzip
import random
from typing import TYPE_CHECKING

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from names import COARSE, CROSSNER, ewt_tags, gum_tags, read_iob
from newswire import newswire_docs
from renaming import Renamer, iob_tag, without_accents
from treebank import convert, is_tree, parse_conllu

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from names import Tags
    from treebank import Sentence

MAX_SENTENCES = 8
LONG, SHORT = 70, 35  # words of a training document; the parser learns three times as fast from short ones
SEED = 20261122
NEWSWIRE_SENTENCES = 4000
CURLY_SHARE, UPPER_SHARE, LOWER_SHARE, TITLE_SHARE = 0.5, 0.04, 0.04, 0.03
NO_STOP_SHARE, BULLET_SHARE, NO_ACCENTS_SHARE = 0.05, 0.02, 0.15
BULLETS = ("•", "-", "–", "*", "·")
SMALL_WORDS = frozenset("a an and as at but by for from in of on or the to with".split())
NO_SPACE_BEFORE = frozenset(".,;:!?)]}%'’”")
NO_SPACE_AFTER = frozenset("([{$“‘")
TREEBANKS = ("ewt", "gum")


def treebank_docs(path: Path, vocab: Vocab, max_words: int = 0) -> Iterator[Doc]:
    """Yield the paragraphs of a CoNLL-U file, in parts of `max_words` unless a sentence is longer."""
    is_gum = path.name.startswith("gum")
    group: list[tuple[Sentence, Tags]] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for opens, sentence in parse_conllu(lines):
            words = len(sentence) + sum(len(other) for other, _ in group)
            if group and (opens or len(group) >= MAX_SENTENCES or (max_words and words > max_words)):
                yield _make_doc(vocab, group)
                group = []
            tags = gum_tags(sentence, [w.mark for w in sentence]) if is_gum else ewt_tags(sentence)
            convert(sentence)
            if is_tree(sentence):
                group.append((sentence, tags))
    if group:
        yield _make_doc(vocab, group)


def _make_doc(vocab: Vocab, group: list[tuple[Sentence, Tags]]) -> Doc:
    words = [w for sentence, _ in group for w in sentence]
    starts = [start for start, sentence in _with_starts(group) for _ in sentence]
    heads = [start + (w.head.index if w.head else w.index) for w, start in zip(words, starts, strict=True)]
    spaces = [w.space_after for w in words]
    return Doc(
        vocab,
        words=[w.form for w in words],
        spaces=spaces,
        tags=[w.tag for w in words],
        heads=heads,
        deps=[w.label for w in words],
        ents=[tag or "" for _, tags in group for tag in tags],
    )


def _with_starts(group: list[tuple[Sentence, Tags]]) -> Iterator[tuple[int, Sentence]]:
    start = 0
    for sentence, _ in group:
        yield start, sentence
        start += len(sentence)


def name_docs(path: Path, vocab: Vocab) -> Iterator[Doc]:
    """Yield the sentences of a two-column file of names."""
    classes = COARSE if path.name.startswith("wikigold") else CROSSNER
    with path.open(encoding="utf-8") as lines:
        for words, tags in read_iob(lines, classes):
            yield Doc(vocab, words=words, spaces=_guess_spaces(words), ents=[tag or "" for tag in tags])


def _guess_spaces(words: list[str]) -> list[bool]:
    following = [*words[1:], ""]
    return [
        bool(b) and b[0] not in NO_SPACE_BEFORE and a[-1] not in NO_SPACE_AFTER
        for a, b in zip(words, following, strict=True)
    ]


def vary(doc: Doc, rng: random.Random) -> Doc:
    """Return the document, or a variant with other quotation marks, case, accents, bullet or ending."""
    words = [t.text for t in doc]
    if rng.random() < CURLY_SHARE:
        words = [curly(t.text, t.tag_, t.whitespace_) for t in doc]
    draw = rng.random()
    if draw < UPPER_SHARE:
        words = [w.upper() for w in words]
    elif draw < UPPER_SHARE + LOWER_SHARE:
        words = [w.lower() for w in words]
    elif draw < UPPER_SHARE + LOWER_SHARE + TITLE_SHARE:
        words = [headline(w) for w in words]
    if rng.random() < NO_ACCENTS_SHARE:
        words = [without_accents(w) for w in words]
    varied = copy_doc(doc, words)
    stop = doc[-1].text == "." and len(doc) > 1 and not any(t.head.i == doc[-1].i for t in doc[:-1])
    if stop and rng.random() < NO_STOP_SHARE:
        varied = varied[:-1].as_doc()
    return with_bullet(varied, rng.choice(BULLETS)) if rng.random() < BULLET_SHARE else varied


def copy_doc(doc: Doc, words: list[str]) -> Doc:
    """Return the document with other words, as many as it has."""
    has_parse = doc.has_annotation("DEP")
    return Doc(
        doc.vocab,
        words=words,
        spaces=[bool(t.whitespace_) for t in doc],
        tags=[t.tag_ for t in doc] if has_parse else None,
        heads=[t.head.i for t in doc] if has_parse else None,
        deps=[t.dep_ for t in doc] if has_parse else None,
        ents=iob_tags(doc),
    )


def with_bullet(doc: Doc, bullet: str) -> Doc:
    """Return the document with a bullet before it, which hangs on its first root."""
    has_parse = doc.has_annotation("DEP")
    root = next((t.i for t in doc if t.dep_ == "ROOT"), 0)
    return Doc(
        doc.vocab,
        words=[bullet, *(t.text for t in doc)],
        spaces=[True, *(bool(t.whitespace_) for t in doc)],
        tags=["NFP" if bullet == "*" else ":", *(t.tag_ for t in doc)] if has_parse else None,
        heads=[root + 1, *(t.head.i + 1 for t in doc)] if has_parse else None,
        deps=["punct", *(t.dep_ for t in doc)] if has_parse else None,
        ents=["O", *iob_tags(doc)],
    )


def iob_tags(doc: Doc) -> list[str]:
    """Return the names of a document as tags; an empty one where nobody knows."""
    return [iob_tag(token) for token in doc]


def headline(word: str) -> str:
    """Write a word as in the headlines that begin each word but small ones with a capital."""
    return word if word in SMALL_WORDS or not word.islower() else word[:1].upper() + word[1:]


def curly(word: str, tag: str, space: str) -> str:
    """Return a word with typographic quotation marks and apostrophes."""
    if word in {'"', "``", "''"}:
        return "“" if tag == "``" or (tag != "''" and not space) else "”"
    if word == "'" and tag in {"``", "''"}:
        return "‘" if tag == "``" else "’"
    return word.replace("'", "’")


def build(data: Path, out: Path) -> None:
    """Write what is learned from (gold.spacy, and the same in shorter parts), dev.spacy and the test corpora."""
    vocab = Vocab()
    out.mkdir(parents=True, exist_ok=True)

    def treebank(part: str, max_words: int = 0) -> list[Doc]:
        return [d for name in TREEBANKS for d in treebank_docs(data / f"{name}-{part}.conllu.gz", vocab, max_words)]

    def names(part: str) -> list[Doc]:
        return list(name_docs(data / f"{part}.iob.txt", vocab))

    named = [*names("politics-train"), *names("politics-dev"), *names("wikigold")]
    files = {
        "gold-short": [*treebank("train", SHORT), *named, *newswire_docs(vocab, NEWSWIRE_SENTENCES, SEED + 1)],
        "dev": treebank("dev"),
        "ewt-test": list(treebank_docs(data / "ewt-test.conllu.gz", vocab)),
        "gum-test": list(treebank_docs(data / "gum-test.conllu.gz", vocab)),
        "politics-test": names("politics-test"),
        "gold": [*treebank("train", LONG), *named, *newswire_docs(vocab, NEWSWIRE_SENTENCES, SEED)],
    }
    for name, docs in files.items():
        write_docs(docs, out / f"{name}.spacy")


def mix(docs: Iterable[Doc]) -> list[Doc]:
    """Return the training documents with other names and varied, in random order."""
    rng = random.Random(SEED)
    renamer = Renamer(rng)
    varied = [vary(renamer.rename(doc), rng) for doc in docs]
    rng.shuffle(varied)
    return varied


def read_docs(path: Path, vocab: Vocab | None = None) -> list[Doc]:
    """Read documents."""
    return list(DocBin().from_disk(path).get_docs(vocab or Vocab()))


def write_docs(docs: Iterable[Doc], path: Path) -> None:
    """Write documents, all or none."""
    unfinished = path.with_suffix(".part")
    DocBin(docs=docs, store_user_data=False).to_disk(unfinished)
    unfinished.replace(path)
