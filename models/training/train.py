"""Build `models/en_incidents` from the corpora: convert, train, assemble, evaluate.

    python models/training/train.py --data ../shared/data/model

The two trainings (tagger and parser; names) are independent and run side by side, each on one core. With the same
versions, seeds and PYTHONHASHSEED=0 the result is the same up to the floating point of the machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from spacy.lookups import load_lookups
from spacy.scorer import Scorer
from spacy.tokens import DocBin, Span
from spacy.training import Example

from corpus import build

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.lookups import Lookups

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent / "en_incidents"
TESTS = ("ewt-test", "gum-test", "politics-test")
PLACES = {"GPE": "PLACE", "LOC": "PLACE", "FAC": "PLACE"}
LOOKUP_TABLES = ("lemma_rules", "lemma_exc", "lemma_index")
BE = ("am", "is", "are", "was", "were", "be", "been", "being", "'s", "’s", "'re", "’re", "'m", "’m")
TAG_TO_POS = {
    "ADJ": "AFX JJ JJR JJS",
    "ADP": "IN RP",
    "ADV": "RB RBR RBS WRB",
    "AUX": "MD",
    "CCONJ": "CC",
    "DET": "DT PDT",
    "INTJ": "UH",
    "NOUN": "NN NNS",
    "NUM": "CD",
    "PART": "POS TO",
    "PRON": "EX PRP PRP$ WDT WP WP$",
    "PROPN": "NNP NNPS",
    "PUNCT": "-LRB- -RRB- , : . '' `` HYPH NFP",
    "SYM": "$ SYM #",
    "VERB": "VB VBD VBG VBN VBP VBZ",
    "X": "ADD FW GW LS XX _",
}
BASE_FORMS = {  # words that the lemmatizer must leave alone: "witness"; but "rabbis" loses its "s" though tagged NN
    "Number=Sing": {"TAG": "NN", "LOWER": {"REGEX": "(?:ss|sis|us)$"}},
    "VerbForm=Inf": {"TAG": {"IN": ["VB", "VBP"]}, "LOWER": {"REGEX": "ss$"}},
}
NO_WEIGHTS = frozenset({"__init__.py", "LICENSES_SOURCES", "SHA256SUMS", "meta.json"})


def train(config: str, work: Path, docs: Path) -> subprocess.Popen[bytes]:
    """Start one training; its best model goes to WORK/CONFIG/model-best."""
    return subprocess.Popen(  # noqa: S603 -- our own command
        [
            *(sys.executable, "-m", "spacy", "train", str(HERE / f"{config}.cfg"), "--output", str(work / config)),
            *("--paths.train", str(docs / "train.spacy"), "--paths.dev", str(docs / "dev.spacy")),
        ],
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
    )


def assemble(work: Path) -> Language:
    """Join the trained components, add the rules for parts of speech and the lemmatizer with its tables."""
    nlp = spacy.load(work / "parse" / "model-best")
    ruler = nlp.add_pipe("attribute_ruler")
    for pos, tags in TAG_TO_POS.items():
        ruler.add(patterns=[[{"TAG": {"IN": tags.split()}}]], attrs={"POS": pos})
    for features, word in BASE_FORMS.items():
        ruler.add(patterns=[[word]], attrs={"MORPH": features})
    ruler.add(patterns=[[{"DEP": "mark", "TAG": "IN"}]], attrs={"POS": "SCONJ"})
    ruler.add(patterns=[[{"DEP": {"IN": ["aux", "auxpass"]}, "TAG": {"NOT_IN": ["TO"]}}]], attrs={"POS": "AUX"})
    ruler.add(patterns=[[{"LOWER": {"IN": list(BE)}, "TAG": {"REGEX": "^VB"}}]], attrs={"POS": "AUX"})
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize(lookups=_lemma_tables())
    nlp.add_pipe("ner", source=spacy.load(work / "ner" / "model-best"))
    return nlp


def _lemma_tables() -> Lookups:
    """Return the tables of spacy-lookups-data; auxiliaries use those of verbs."""
    tables = load_lookups("en", LOOKUP_TABLES)
    for name in LOOKUP_TABLES:
        table = tables.get_table(name)
        table["aux"] = table["verb"]
    return tables


def score(nlp: Language, path: Path) -> dict[str, float]:
    """Score one corpus with predicted tokens, in percent; places are merged as the corpora do not split them."""
    examples = []
    for gold in DocBin().from_disk(path).get_docs(nlp.vocab):
        predicted = nlp(gold.text)
        for doc in (predicted, gold):
            doc.ents = [
                Span(doc, e.start, e.end, label=PLACES.get(e.label_, e.label_)) for e in doc.ents if e.label_ != "NORP"
            ]
        examples.append(Example(predicted, gold))
    found = Scorer.score_spans(examples, "ents")
    if path.stem in {"ewt-test", "gum-test"}:
        found |= Scorer.score_token_attr(examples, "tag")
        found |= Scorer.score_spans(examples, "sents", has_annotation=lambda doc: doc.has_annotation("SENT_START"))
        found |= Scorer.score_deps(examples, "dep", ignore_labels=("p", "punct"))
    wanted = ("tag_acc", "dep_uas", "dep_las", "sents_f", "ents_p", "ents_r", "ents_f")
    return {key: round(100 * found[key], 2) for key in wanted if found.get(key) is not None}


def words_per_second(nlp: Language, path: Path) -> int:
    """Measure the speed of the whole pipeline on one core."""
    texts = [doc.text for doc in DocBin().from_disk(path).get_docs(nlp.vocab)]
    started = time.perf_counter()
    words = sum(len(doc) for doc in nlp.pipe(texts))
    return round(words / (time.perf_counter() - started))


def save(nlp: Language, scores: dict[str, dict[str, float]]) -> None:
    """Write the pipeline into the importable folder, beside its `__init__.py` and licences."""
    nlp.meta |= {
        "name": "incidents",
        "version": "0.1.0",
        "description": "Tagger, parser, lemmatizer and named entities for English news of violence.",
        "author": "The incidents-from-news authors",
        "license": "CC BY-SA 4.0",
        "spacy_version": ">=3.8.7,<3.9.0",
        "sources": [
            {"name": "UD English EWT with Universal NER", "license": "CC BY-SA 4.0"},
            {"name": "UD English GUM (genres with free texts)", "license": "CC BY 4.0"},
            {"name": "CrossNER politics", "license": "MIT"},
            {"name": "WikiGold", "license": "CC BY 4.0"},
            {"name": "spacy-lookups-data", "license": "MIT"},
        ],
        "performance": scores,
    }
    nlp.config["paths"] = dict.fromkeys(nlp.config["paths"])  # the corpora lie elsewhere on another machine
    nlp.to_disk(MODEL)
    write_sums(MODEL)


def write_sums(folder: Path) -> None:
    """Record the hashes of all that was trained or built, as `sha256sum -c` reads them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in NO_WEIGHTS)
    trained = [path for path in files if "__pycache__" not in path.parts]
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in trained
    ]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Train and save, or only score what is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--work", type=Path, default=Path("out/training"), help="folder for what comes between")
    parser.add_argument("--score", action="store_true", help="only score the saved model")
    parser.add_argument("--assemble", action="store_true", help="only join and save what was trained")
    options = parser.parse_args()
    docs = options.work / "docs"
    if not (docs / "train.spacy").is_file():
        build(options.data, docs)
    if options.score:
        nlp = spacy.load(MODEL)
    else:
        if not options.assemble:
            runs = [train(config, options.work, docs) for config in ("parse", "ner")]
            if any(run.wait() for run in runs):
                return 1
        nlp = assemble(options.work)
    scores = {name: score(nlp, docs / f"{name}.spacy") for name in TESTS}
    if not options.score:
        save(nlp, scores)
    found = scores | {"words per second": words_per_second(nlp, docs / "ewt-test.spacy")}
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
