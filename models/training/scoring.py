"""Score a pipeline: tags, trees, sentences and names, on the test corpora, by region, and on text as it comes.

Tokens are predicted. Punctuation does not count for the trees; places are one class for the names, since the corpora
do not split them. All in percent.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.util import filter_spans

from corpus import copy_doc, curly, headline, read_docs, with_bullet
from renaming import without_accents

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spacy.language import Language

NAME_CASES = Path(__file__).resolve().parents[2] / "tests" / "cases" / "names.csv"
CORPORA = ("ewt-test", "gum-test", "politics-test")
PLACES = {"GPE": "PLACE", "LOC": "PLACE", "FAC": "PLACE"}
RUN_ON = 6  # sentences in a very long one
MARKED = re.compile(r"\[(?P<label>[A-Z]+) (?P<name>[^\]]+)\]")
WANTED = ("tag_acc", "dep_uas", "dep_las", "sents_f", "ents_p", "ents_r", "ents_f")


def words_varied(change: Callable[[str], str]) -> Callable[[Doc], Doc]:
    """Return what changes a document word by word."""
    return lambda doc: copy_doc(doc, [change(t.text) for t in doc])


def without_stop(doc: Doc) -> Doc:
    """Return a document without its last stop."""
    return doc[:-1].as_doc() if len(doc) > 1 and doc[-1].text == "." and not list(doc[-1].children) else doc


AS_IT_COMES: dict[str, Callable[[Doc], Doc]] = {
    "upper case": words_varied(str.upper),
    "lower case": words_varied(str.lower),
    "headline case": words_varied(headline),
    "no accents": words_varied(without_accents),
    "curly quotes": lambda doc: copy_doc(doc, [curly(t.text, t.tag_, t.whitespace_) for t in doc]),
    "no final stop": without_stop,
    "bullet": lambda doc: with_bullet(doc, "•"),
}


def run_on(docs: Sequence[Doc]) -> list[Doc]:
    """Return sentences run into very long ones, with semicolons for their stops."""
    open_ended = [copy_doc(doc, [*(t.text for t in doc[:-1]), ";"]) for doc in docs]
    return [Doc.from_docs(open_ended[i : i + RUN_ON]) for i in range(0, len(docs), RUN_ON)]


def score_docs(nlp: Language, golds: Sequence[Doc], *, norp: bool = False) -> dict[str, float]:
    """Score gold documents; the names of nationalities only where they are annotated (`norp`)."""
    examples = []
    for gold, predicted in zip(golds, nlp.pipe([gold.text for gold in golds]), strict=True):
        for doc in (predicted, gold):
            doc.ents = filter_spans(
                Span(doc, e.start, e.end, label=PLACES.get(e.label_, e.label_))
                for e in doc.ents
                if norp or e.label_ != "NORP"
            )
        examples.append(Example(predicted, gold))
    found = Scorer.score_spans(examples, "ents")
    if any(gold.has_annotation("DEP") for gold in golds):
        found |= Scorer.score_token_attr(examples, "tag")
        found |= Scorer.score_spans(examples, "sents", has_annotation=lambda doc: doc.has_annotation("SENT_START"))
        found |= Scorer.score_deps(examples, "dep", ignore_labels=("p", "punct"))
    return {key: round(100 * found[key], 2) for key in WANTED if found.get(key) is not None}


def name_cases(nlp: Language) -> dict[str, list[Doc]]:
    """Return the invented sentences of names.csv by region, as documents with gold names."""
    regions: dict[str, list[Doc]] = {}
    with NAME_CASES.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            regions.setdefault(row["region"], []).append(marked_doc(nlp, row["sentence"]))
    return regions


def marked_doc(nlp: Language, sentence: str) -> Doc:
    """Return "[PERSON Rosa Ticona] left." as a document with its names."""
    doc = nlp.make_doc(MARKED.sub(lambda m: m["name"], sentence))
    spans, removed = [], 0
    for match in MARKED.finditer(sentence):
        start = match.start() - removed
        spans.append(doc.char_span(start, start + len(match["name"]), match["label"], alignment_mode="expand"))
        removed += len(match[0]) - len(match["name"])
    doc.ents = [span for span in spans if span is not None]
    return doc


def score_all(nlp: Language, docs: Path) -> dict[str, dict[str, float]]:
    """Score the test corpora."""
    return {name: score_docs(nlp, read_docs(docs / f"{name}.spacy", nlp.vocab)) for name in CORPORA}


def score_regions(nlp: Language) -> dict[str, dict[str, float]]:
    """Score the names of each region, and of all."""
    regions = name_cases(nlp)
    everywhere = [doc for docs in regions.values() for doc in docs]
    found = {region: score_docs(nlp, docs, norp=True) for region, docs in regions.items()}
    return found | {"all regions": score_docs(nlp, everywhere, norp=True)}


def score_as_it_comes(nlp: Language, docs: Path) -> dict[str, dict[str, float]]:
    """Score `ewt-test` and the names of all regions in capitals, without accents and so on."""
    found = {}
    for name, change in AS_IT_COMES.items():
        trees = [change(doc) for doc in read_docs(docs / "ewt-test.spacy", nlp.vocab)]
        names = [change(doc) for group in name_cases(nlp).values() for doc in group]
        in_names = score_docs(nlp, names, norp=True)
        found[name] = score_docs(nlp, trees) | {f"names_{key}": value for key, value in in_names.items()}
    names = run_on([doc for group in name_cases(nlp).values() for doc in group])
    found["very long sentences"] = {f"names_{k}": v for k, v in score_docs(nlp, names, norp=True).items()}
    return found
