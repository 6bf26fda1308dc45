"""Article -> spaCy `Doc` of its whole text. Models are loaded here and nowhere else.

Only the paragraphs of running text go through the model, each cleaned of what a tokenizer stumbles over; the result
is one `Doc` with the article's characters in their places. A blank of another kind between two words of a paragraph
(U+00A0, the line break of a wrapped text) is a plain one there, so that words beside each other are neighbours. What
was not parsed (boilerplate, breaks between paragraphs) stands in it as tokens without annotation.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps, get_current_ops
from threadpoolctl import threadpool_limits

from pipeline.errors import ConfigError
from pipeline.records import MarkKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.records import Article, Span

DEFAULT_MODEL = "en_incidents"
NEEDED_LABELS = (("parser", "nsubjpass"), ("ner", "GPE"), ("tagger", "VBD"))
MAX_RUN = 64  # characters without a space; spaCy's tokenizer takes quadratic time on longer ones
INVISIBLE = r"\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad"
MAX_SENTENCE = 500  # tokens; the finders take quadratic time on longer ones, and only broken text has them
UNUSUAL = re.compile(rf"[^\S ]|[{INVISIBLE}\x00-\x1f\x7f-\x9f]|  |\S{{{MAX_RUN + 1}}}")
DROPPED = re.compile(rf"[{INVISIBLE}\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
GAP_TOKEN = re.compile(rf"\s+|\w{{1,{MAX_RUN}}}|[^\w\s]")


def load_nlp(model: str = DEFAULT_MODEL) -> Language:
    """Load a pipeline by package name or folder.

    Raises:
        ConfigError: if there is none of that name, it cannot be read, or its labels are not those of spaCy's English
            pipelines.
    """
    use_fast_products()
    nlp = _load(model)
    for component, label in NEEDED_LABELS:
        labels = nlp.pipe_labels.get(component, [])
        if label not in labels:
            why = f"its {component} does not know {label!r}"
            message = f"model {model!r}: {why}; use an English pipeline (en_core_web_*)"
            raise ConfigError(message)
    return nlp


def use_fast_products() -> None:
    """Multiply matrices with numpy: models are up to twice as fast as with blis, Thinc's choice (tests/performance).

    One thread each: the workers share the cores, and how many threads there are would show in the last digits.
    """
    ops = get_current_ops()
    if isinstance(ops, NumpyOps):
        ops.use_blis = False
    threadpool_limits(1, user_api="blas")


def _load(model: str) -> Language:
    try:
        if Path(model).is_dir() and "/" in model:
            return spacy.load(model)
        package = importlib.import_module(model) if model.isidentifier() else None
        if package is not None and hasattr(package, "load"):
            nlp = package.load()
            if isinstance(nlp, Language):
                return nlp
        return spacy.load(model)
    except (ImportError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(_why(model, error)) from error


def _why(model: str, error: Exception) -> str:
    """Say in one line why a model was not loaded, and what to do."""
    if isinstance(error, ImportError) and model.isidentifier():
        return f"no model {model!r} is installed; try: python -m pip install {model}"
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return f"model {model!r} cannot be loaded ({reason}); install it again or give another with --model"


def annotate(article: Article, nlp: Language) -> Doc:
    """Parse the paragraphs of an article into one document of its whole text.

    Paragraphs go through the model as one batch of their own, so that the result does not depend on other articles.

    Returns:
        A `Doc` with the characters of `article.text` but for its blanks, sentence bounds, and the span groups
        `paragraphs` and, for what is marked, one of each `MarkKind`.
    """
    passages = [_clean_passage(article.text, span) for span in article.paragraphs]
    docs = list(nlp.pipe([passage for passage, _ in passages]))
    builder = _Builder(article.text)
    for doc, (_, index) in zip(docs, passages, strict=True):
        builder.add(doc, index)
    merged = builder.finish(nlp)
    merged.spans["paragraphs"] = list(_doc_spans(merged, article.paragraphs))
    for kind in MarkKind:
        merged.spans[kind.value] = list(_doc_spans(merged, article.marked(kind)))
    return merged


def _doc_spans(doc: Doc, spans: Sequence[Span]) -> Iterator[DocSpan]:
    for span in spans:
        found = doc.char_span(span.start, span.end, alignment_mode="expand")
        if found is not None:
            yield found


def _clean_passage(text: str, span: Span) -> tuple[str, Sequence[int]]:
    """Return the passage as the model should see it, and the offset in `text` of each of its characters."""
    passage = text[span.start : span.end]
    if not UNUSUAL.search(passage):
        return passage, range(span.start, span.end)
    characters: list[str] = []
    index: list[int] = []
    run = 0
    for offset, character in enumerate(passage, span.start):
        if DROPPED.match(character):
            continue
        blank = character.isspace()
        if blank and (not characters or characters[-1] == " "):
            continue
        if not blank and run >= MAX_RUN:
            characters.append(" ")
            index.append(offset)
            run = 0
        run = 0 if blank else run + 1
        characters.append(" " if blank else character)
        index.append(offset)
    return "".join(characters), index


class _Builder:
    """Collects the tokens of the merged document, in order, without losing a character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.words: list[str] = []
        self.spaces: list[bool] = []
        self.heads: list[int] = []
        self.deps: list[str] = []
        self.tags: list[str] = []
        self.pos: list[str] = []
        self.lemmas: list[str] = []
        self.ents: list[str] = []

    def add(self, doc: Doc, index: Sequence[int]) -> None:
        """Add the tokens of a parsed passage; `index` gives the offset of each of its characters."""
        tokens = [token for token in doc if not token.is_space]
        if not tokens:
            return
        self._fill(index[tokens[0].idx], inside=False)
        places: dict[int, int] = {}
        for token in tokens:
            start, end = index[token.idx], index[token.idx + len(token) - 1] + 1
            name = f"I-{token.ent_type_}" if token.ent_iob_ == "I" else "O"
            self._fill(start, inside=bool(places), entity=name)
            places[token.i] = len(self.words)
            self._append(self.text[start:end], token)
            self.at = end
        for sent in doc.sents:
            self._hang(sent, places)

    def _hang(self, sent: DocSpan, places: Mapping[int, int]) -> None:
        """Hang each token of a sentence on its head; a monstrous sentence is cut into several."""
        for token in sent:
            near = (token.i - sent.start) // MAX_SENTENCE == (token.head.i - sent.start) // MAX_SENTENCE
            if token.i in places and near and token.head.i in places:
                self.heads[places[token.i]] = places[token.head.i]
            elif token.i in places:
                self.deps[places[token.i]] = "ROOT"

    def finish(self, nlp: Language) -> Doc:
        """Return the document."""
        self._fill(len(self.text), inside=False)
        return Doc(
            nlp.vocab,
            words=self.words,
            spaces=self.spaces,
            heads=self.heads,
            deps=self.deps,
            tags=self.tags,
            pos=self.pos,
            lemmas=self.lemmas,
            ents=self.ents,
        )

    def _append(self, word: str, token: Token | None, head: int | None = None, entity: str = "O") -> None:
        self.heads.append(len(self.words) if head is None else head)
        self.words.append(word)
        self.spaces.append(False)
        self.deps.append(token.dep_ if token else "dep")
        self.tags.append(token.tag_ if token else "")
        self.pos.append(token.pos_ if token else "")
        self.lemmas.append(token.lemma_ if token else word)
        self.ents.append(f"{token.ent_iob_}-{token.ent_type_}" if token and token.ent_type_ else entity)

    def _fill(self, end: int, *, inside: bool, entity: str = "O") -> None:
        """Add what lies before `end` as tokens without annotation: hung on the word before, or a block of its own."""
        block: int | None = len(self.words) - 1 if inside else None
        for word in self._gap_words(end, inside=inside):
            if not word.isspace() and block is None:
                block = len(self.words)
            blank_head = len(self.words) - 1 if self.words else None
            self._append(word, None, blank_head if word.isspace() else block, entity)
        self.at = end

    def _gap_words(self, end: int, *, inside: bool) -> Iterator[str]:
        for word in GAP_TOKEN.findall(self.text[self.at : end]):
            is_blank = word[0] == " " or (inside and word[0].isspace())
            if is_blank and self.words and not self.spaces[-1] and not self.words[-1].isspace():
                self.spaces[-1] = True
                if word[1:]:
                    yield word[1:]
            else:
                yield word
